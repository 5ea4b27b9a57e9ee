"""Decide whether printed shares fit their counts: against every count of the people that was known on the day, and if
one fits none: whose count or share it is instead, of another row or of another day of the same unit, or which slip of a
hand would explain it.

Papers of 2020-21 printed counts and shares that could not both be true; a ranking that mixes them is worth nothing.
First every pair is held against what is known of its unit; then the causes of the misfits are weighed together, for two
rows that explain each other, or a column that slid by a line, explain more than one. A cause is named only where it
says something: how likely each is beside a fit by chance is reckoned in `causes`.
"""

from __future__ import annotations

import datetime as dt
import math
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from bluezone.geography.figures import Denominators, Measure
from bluezone.geography.units import Unit
from bluezone.rollout import causes
from bluezone.rollout.causes import LEAST_ODDS, MAX_SLIPS, NEAR_SHARE_KNOWN, UNBOUND, Agrees, Cause, Misfit
from bluezone.rollout.findings import (
    MEASURES,
    ORDER,
    SHARES,
    WEAK_WINDOW,
    Claim,
    Finding,
    OtherRow,
    Verdict,
    fits,
    fits_cut,
)
from bluezone.rollout.numbers import Printed
from bluezone.rollout.pairs import Judged, Pairs, fits_either

#: Explaining a misfit looks at every other row; a file that is wrong throughout gets its first ones explained.
MAX_EXPLAINED = 200
#: installations may fall by so much from one day to another, and grow at most so much a day
_FALL, _GROWTH_A_DAY = 1.02, 1.25
#: another unit's count seldom lies where the unit's own has to
_STRAY = 0.1
#: so much likelier is a cause of two rows that explain each other; and for each other row that slid the same way
_MUTUAL, _SAME_WAY = 20.0, 2.0
#: a table with so many shares that were cut off cuts the others, too
_CUTS = 3
_DAY = (OtherRow.DAY_SHARE, OtherRow.DAY_COUNT)


__all__ = ["MEASURES", "Claim", "Finding", "OtherRow", "Verdict", "audit", "fits", "fits_cut"]


def audit(
    claims: Sequence[Claim], people: Denominators, others: Iterable[Unit] = (), known: Sequence[Claim] = ()
) -> list[Finding]:
    """Return a finding for every share that has a count beside it.

    `people` are the denominators (of all MEASURES) of every unit of the claims and of `others`: units whose people may
    explain a misfit. `known` are rows of the same units of other days, which may explain one too.
    """
    return _Auditor(claims, people, tuple(others), known).findings()


@dataclass(frozen=True, slots=True)
class _Other:
    """Hold another row that explains a misfit, how, and with what odds."""

    odds: float
    line: int
    how: OtherRow
    distance: int
    day: dt.date | None = None


class _Auditor:
    """Hold what the audit of one row needs to know of the others."""

    def __init__(
        self, claims: Sequence[Claim], people: Denominators, others: Sequence[Unit], known: Sequence[Claim]
    ) -> None:
        self._pairs = Pairs((*known, *claims), people)
        self._claims = claims
        named = {claim.unit.code for claim in claims if claim.unit}
        self._others = [unit for unit in others if unit.code not in named]
        self._by_date: dict[dt.date | None, list[Claim]] = defaultdict(list)
        self._agrees: Agrees = fits
        self._place = {id(claim): place for place, claim in enumerate(claims)}
        for claim in known:
            self._place[id(claim)] = -len(self._place) - 2  # beside no row of the table
        for claim in claims:
            self._by_date[claim.date].append(claim)

    def findings(self) -> list[Finding]:
        """Return a finding a share: against the count that suits it best, if a row has several."""
        found: list[tuple[Claim, Finding | Judged]] = []
        for claim in self._claims:
            for column, measure in SHARES.items():
                if getattr(claim, column) is not None and claim.counts:
                    pairs = [self._pairs.judge(claim, name, column, measure) for name in claim.counts]
                    found.append((claim, min(pairs, key=_order)))
        cut = Counter(each.verdict for _, each in found if isinstance(each, Finding))
        if cut[Verdict.AGREES_CUT] >= _CUTS:
            self._agrees = fits_either
            found = [(claim, self._cut(each, claim)) for claim, each in found]
        return self._explained(found)

    def _cut(self, each: Finding | Judged, claim: Claim) -> Finding | Judged:
        """Return the finding of a table that cuts its shares off: the people in use come before another census."""
        if isinstance(each, Judged) or each.verdict is not Verdict.OTHER_VINTAGE:
            return each
        in_use = self._pairs.bases(claim.unit, SHARES[each.share_column], claim.date)[:1]
        if any(fits_cut(each.count, each.percent, figure.value) for figure in in_use):
            return replace(each, verdict=Verdict.AGREES_CUT, fits=tuple(in_use))
        return each

    def _explained(self, found: Sequence[tuple[Claim, Finding | Judged]]) -> list[Finding]:
        wrong = [(claim, each) for claim, each in found if isinstance(each, Judged)]
        misfits = {id(each): self._misfit(each, claim) for claim, each in wrong[:MAX_EXPLAINED]}
        others = {
            id(each): list(self._other_rows(each, claim, misfits[id(each)])) for claim, each in wrong[:MAX_EXPLAINED]
        }
        likely = {
            (each.finding.line, each.finding.share_column, other.line)
            for _, each in wrong[:MAX_EXPLAINED]
            for other in others[id(each)]
            if other.how not in _DAY and other.odds > 1 / LEAST_ODDS
        }
        slid = Counter(
            (other.how, other.distance)
            for _, each in wrong[:MAX_EXPLAINED]
            for other in others[id(each)]
            if abs(other.distance) == 1 and other.odds > 1 / LEAST_ODDS
        )
        made = []
        for claim, each in found:
            if isinstance(each, Finding):
                made.append(each)
            elif id(each) not in others:
                made.append(replace(each.finding, verdict=Verdict.DOES_NOT_FIT))
            else:
                weighed = [
                    replace(other, odds=other.odds * _together(each.finding, other, likely, slid))
                    for other in others[id(each)]
                ]
                made.append(self._named(each, claim, misfits[id(each)], weighed))
        return made

    def _named(self, judged: Judged, claim: Claim, misfit: Misfit, others: Sequence[_Other]) -> Finding:
        """Name the likeliest cause of a misfit, if any is likely enough."""
        plain = judged.finding
        rows = sorted((each for each in others if each.odds >= LEAST_ODDS), key=lambda each: (-each.odds, each.line))
        slips = [(odds, slip) for odds, slip in causes.slips(misfit, self._agrees) if odds >= LEAST_ODDS]
        row_odds, slip_odds = (rows[0].odds if rows else 0.0), (slips[0][0] if slips else 0.0)
        units = tuple(
            unit
            for unit in self._others
            if any(
                self._agrees(plain.count, plain.percent, f.value)
                for f in self._pairs.bases(unit, judged.measure, claim.date)[:1]
            )
        )
        if not rows and not slips:
            known = bool(self._pairs.bases(claim.unit, judged.measure, claim.date))
            # of phones that the other rows imply: another base may have been taken from some day on
            return replace(
                plain, verdict=Verdict.DOES_NOT_FIT if known else Verdict.NOTHING_TO_CHECK, other_units=units
            )
        best = max(row_odds, slip_odds)
        return replace(
            plain,
            verdict=Verdict.OTHER_ROW if row_odds >= slip_odds else Verdict.SLIP,
            other_rows=tuple((each.line, each.how) for each in rows if each.odds * 10 >= best),
            other_day=rows[0].day if rows else None,
            other_units=units,
            slips=tuple(slip for odds, slip in slips if odds * 10 >= best)[:MAX_SLIPS],
            odds=best,
        )

    def _other_rows(self, judged: Judged, claim: Claim, misfit: Misfit) -> Iterator[_Other]:
        """Rows of the same day, and the unit's own of other days, that this count, share or both belong to instead."""
        plain = judged.finding
        own_days = [each for each in self._pairs.rows_of(claim.unit) if each.date != claim.date]
        for other in own_days:
            count = other.counts.get(plain.count_column)
            distance = self._place[id(other)] - self._place[id(claim)]
            later = other.date is not None and claim.date is not None and other.date > claim.date
            odds = misfit.odds(Cause.OTHER_DAY, len(own_days) * (2 if later else 1))
            if count is None:
                continue
            repeats = _repeats(getattr(other, plain.share_column), plain.percent)
            if not repeats and not _says(count, plain.percent):
                continue
            if self._agrees(count, plain.percent, judged.base):
                yield _Other(odds, other.line, OtherRow.DAY_SHARE, distance, other.date)
            elif count == plain.count and count.exact:
                yield _Other(odds, other.line, OtherRow.DAY_COUNT, distance, other.date)
        beside = [each for each in self._by_date[claim.date] if each.unit is not None and each.unit != claim.unit]
        for other in beside:
            if (how := self._how(judged, claim, other)) is None:
                continue
            distance = self._place[id(other)] - self._place[id(claim)]
            if (likely := _beside_other_days(misfit, how)) > 0:
                yield _Other(misfit.odds(Cause.OTHER_ROW, len(beside)) * likely, other.line, how, distance)

    def _misfit(self, judged: Judged, claim: Claim) -> Misfit:
        """Return a misfit with what the unit's rows of other days say of it, if their own counts fit their shares."""
        plain, low, high = judged.finding, 0.0, math.inf
        plain_only = Misfit(plain.count, plain.percent, judged.base)
        if claim.unit is None or claim.date is None:
            return plain_only
        fitting = 0
        for other, count, percent in self._pairs.pairs_of(claim.unit, plain.count_column, plain.share_column):
            if other.date in (None, claim.date) or not self._agrees(count, percent, judged.base):
                continue
            fitting += 1
            days = (claim.date - other.date).days
            growth = _GROWTH_A_DAY ** abs(days)
            if days > 0:
                low, high = max(low, float(count.low) / _FALL), min(high, float(count.high) * growth)
            else:
                low, high = max(low, float(count.low) / growth), min(high, float(count.high) * _FALL)
        if not fitting or low > high:
            return plain_only
        return replace(plain_only, near_share=NEAR_SHARE_KNOWN, true_counts=(low, high))

    def _how(self, judged: Judged, claim: Claim, other: Claim) -> OtherRow | None:
        """Return in what way a count or share belongs to another row of the day."""
        plain, measure = judged.finding, judged.measure
        their_percent: Printed | None = getattr(other, plain.share_column)
        their_count = other.counts.get(plain.count_column)
        theirs = self._bases_of_row(other, their_count, their_percent, measure)
        if their_percent is not None and any(self._agrees(plain.count, their_percent, base) for base in theirs):
            return OtherRow.COUNT
        if any(self._agrees(plain.count, plain.percent, base) for base in theirs):
            return OtherRow.NAME
        beside = abs(self._place[id(other)] - self._place[id(claim)]) == 1
        if beside and _repeats(their_percent, plain.percent):
            return OtherRow.PERCENT
        if their_count is None or not _says(their_count, plain.percent):
            return None
        if self._agrees(their_count, plain.percent, judged.base):
            return OtherRow.SHARE
        if their_percent == plain.percent:
            return OtherRow.PERCENT
        if any(self._agrees(their_count, plain.percent, base) for base in theirs):
            return OtherRow.PERCENT
        return None

    def _bases_of_row(self, row: Claim, count: Printed | None, percent: Printed | None, measure: Measure) -> list[int]:
        """The denominator in use, and any older one that the row itself used."""
        values = [figure.value for figure in self._pairs.bases(row.unit, measure, row.date)]
        used = [v for v in values[1:] if count is not None and percent is not None and self._agrees(count, percent, v)]
        return values[:1] + used


def _beside_other_days(misfit: Misfit, how: OtherRow) -> float:
    """Return how likely a cause in another row is (0..1) beside what the unit's rows of other days say of its count."""
    if misfit.true_counts == UNBOUND:
        return 1.0
    is_own = misfit.can_be(misfit.count)
    if how is OtherRow.PERCENT:
        return 1.0 if is_own else 0.0
    return _STRAY if is_own else 1.0  # another unit's count is one this unit can have only by chance


def _order(each: Finding | Judged) -> int:
    return ORDER[each.verdict] if isinstance(each, Finding) else ORDER[Verdict.DOES_NOT_FIT]


def _says(count: Printed, percent: Printed) -> bool:
    """Return whether a fit of a share with a count proves a copy: it has decimals, and the count is not round."""
    return percent.step < 1 and (count.high - count.low) <= WEAK_WINDOW * max(count.value, Decimal(1))


def _repeats(theirs: Printed | None, percent: Printed) -> bool:
    """Return whether a share is that of another row to three digits or more: a copy, however round the counts are."""
    return theirs == percent and percent.value >= 100 * percent.step


def _together(
    finding: Finding, other: _Other, likely: set[tuple[int, str, int]], slid: Counter[tuple[OtherRow, int]]
) -> float:
    """Return how much likelier a cause is because other rows have its counterpart."""
    factor = _MUTUAL if (other.line, finding.share_column, finding.line) in likely else 1.0
    if abs(other.distance) == 1:
        factor *= 1 + _SAME_WAY * (slid[other.how, other.distance] - 1) if slid[other.how, other.distance] > 1 else 1.0
    return factor
