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

from bluezone.geography.figures import Denominators, Figure, Measure
from bluezone.geography.units import Unit, UnitCode
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
    expected_percent,
    fits,
    fits_cut,
    implied_base,
)
from bluezone.rollout.numbers import Printed, count_of

#: Explaining a misfit looks at every other row; a file that is wrong throughout gets its first ones explained.
MAX_EXPLAINED = 200
#: Phones are counted as subscribers (Hà Nội has more than people) or as persons who have one: between these shares of
#: the people, a base that nobody stated is taken for one of the two.
_PHONES = (0.3, 2.0)
#: People that a unit's other rows imply may be an estimate of the day: within this relative distance of a census.
_ESTIMATE = 0.15
#: what a row implies is of use if it is known within this relative range
_VAGUE = Decimal("0.05")
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


@dataclass(frozen=True, slots=True)
class _Judged:
    """Hold a finding that is not explained yet, with the base that its count should be of."""

    finding: Finding
    measure: Measure
    base: int


class _Auditor:
    """Hold what the audit of one row needs to know of the others."""

    def __init__(
        self, claims: Sequence[Claim], people: Denominators, others: Sequence[Unit], known: Sequence[Claim]
    ) -> None:
        self._people = people
        self._claims = claims
        named = {claim.unit.code for claim in claims if claim.unit}
        self._others = [unit for unit in others if unit.code not in named]
        self._by_date: dict[dt.date | None, list[Claim]] = defaultdict(list)
        self._by_unit: dict[UnitCode, list[Claim]] = defaultdict(list)
        self._agrees: Agrees = fits
        self._place = {id(claim): place for place, claim in enumerate(claims)}
        for claim in known:
            self._place[id(claim)] = -len(self._place) - 2  # beside no row of the table
            if claim.unit is not None:
                self._by_unit[claim.unit.code].append(claim)
        for claim in claims:
            self._by_date[claim.date].append(claim)
            if claim.unit is not None:
                self._by_unit[claim.unit.code].append(claim)

    def findings(self) -> list[Finding]:
        """Return a finding a share: against the count that suits it best, if a row has several."""
        found: list[tuple[Claim, Finding | _Judged]] = []
        for claim in self._claims:
            for column, measure in SHARES.items():
                if getattr(claim, column) is not None and claim.counts:
                    pairs = [self._pair(claim, name, column, measure) for name in claim.counts]
                    found.append((claim, min(pairs, key=_order)))
        cut = Counter(each.verdict for _, each in found if isinstance(each, Finding))
        if cut[Verdict.AGREES_CUT] >= _CUTS:
            self._agrees = _fits_either
        return self._explained(found)

    # --- one pair of count and share ----------------------------------------------------------------------------------

    def _bases(self, unit: Unit | None, measure: Measure, date: dt.date | None) -> list[Figure]:
        """The denominators to try: those of before the date, censuses before estimates, the newest first."""
        known = self._people.get((unit.code, measure), ()) if unit else ()
        in_use = [figure for figure in known if date is None or figure.vintage.as_of <= date]
        return sorted(in_use, key=lambda f: (not f.vintage.id.startswith("census"), -f.vintage.as_of.toordinal()))

    def _pairs_of(
        self, unit: Unit | None, count_column: str, share_column: str
    ) -> Iterator[tuple[Claim, Printed, Printed]]:
        """Yield the rows of a unit that print both a count and a share, with the two."""
        for row in self._by_unit[unit.code] if unit else ():
            count, percent = row.counts.get(count_column), getattr(row, share_column)
            if count is not None and percent is not None:
                yield row, count, percent

    def _pair(self, claim: Claim, count_column: str, share_column: str, measure: Measure) -> Finding | _Judged:
        count, percent = claim.counts[count_column], getattr(claim, share_column)
        bases = self._bases(claim.unit, measure, claim.date)
        plain = Finding(
            line=claim.line,
            unit=claim.unit,
            date=claim.date,
            count_column=count_column,
            count=count,
            share_column=share_column,
            percent=percent,
            verdict=Verdict.NOTHING_TO_CHECK,
            expected=tuple((figure, expected_percent(count, figure.value, percent.step)) for figure in bases),
            implied_base=implied_base(count, percent),
            weak=(count.high - count.low) > WEAK_WINDOW * max(count.value, Decimal(1)),
        )
        if (agreed := self._agreed(plain, claim, measure, bases)) is not None:
            return agreed
        implied = [each for each in self._implied(plain, claim, bases) if self._is_plausible(claim, measure, each)]
        if any(fits(count, percent, *each) for each in implied):
            return replace(plain, verdict=Verdict.OTHER_BASE)
        own = _common(implied)
        if bases:
            return _Judged(plain, measure, own or self._used(plain, claim, bases))
        return self._without_base(plain, claim, measure, own)

    def _agreed(self, plain: Finding, claim: Claim, measure: Measure, bases: Sequence[Figure]) -> Finding | None:
        """Return the finding where the pair fits what is known of the unit."""
        count, percent = plain.count, plain.percent
        for agree, verdict in ((_fits_stated, Verdict.AGREES), (fits_cut, Verdict.AGREES_CUT)):
            if agreeing := tuple(figure for figure in bases if agree(count, percent, figure.value)):
                first = agreeing[0] == bases[0] or measure is Measure.SMARTPHONES  # subscribers or persons
                return replace(plain, verdict=verdict if first else Verdict.OTHER_VINTAGE, fits=agreeing)
        other = Measure.SMARTPHONES if measure is Measure.POPULATION else Measure.POPULATION
        others = self._bases(claim.unit, other, claim.date)
        agreeing = tuple(figure for figure in others if fits(count, percent, figure.value))
        alike = measure is Measure.SMARTPHONES and not bases and self._has_both(claim, plain, others)
        if agreeing and not alike:
            return replace(plain, verdict=Verdict.OTHER_MEASURE, fits=agreeing)
        both = claim.percent_population, claim.percent_smartphones
        if measure is Measure.POPULATION and bases and both[0] == both[1] and percent.step < 1:
            return replace(plain, verdict=Verdict.OTHER_MEASURE)  # the share of the phones, printed twice
        return None

    def _has_both(self, claim: Claim, plain: Finding, people: Sequence[Figure]) -> bool:
        """Return whether the share of the people stands beside that of the phones, and is right: where phones are about
        as many as people, both shares are about the same, and nothing was mixed up."""
        own = claim.percent_population
        return own is not None and any(_fits_either(plain.count, own, figure.value) for figure in people)

    def _used(self, plain: Finding, claim: Claim, bases: Sequence[Figure]) -> int:
        """Return the denominator that the unit's other rows are of, if they agree on one; else the one in use."""
        votes: Counter[int] = Counter()
        for other, count, percent in self._pairs_of(claim.unit, plain.count_column, plain.share_column):
            if other is not claim:
                votes.update(figure.value for figure in bases if fits(count, percent, figure.value))
        return max(bases, key=lambda figure: votes[figure.value]).value

    def _implied(self, plain: Finding, claim: Claim, bases: Sequence[Figure]) -> Iterator[tuple[int, int]]:
        """Yield the ranges of denominators that the unit's rows of other days imply, if they were rounded or cut, and
        are of none that is known."""
        for other, count, percent in self._pairs_of(claim.unit, plain.count_column, plain.share_column):
            if other.date == claim.date:
                continue
            if (count, percent) == (plain.count, plain.percent):
                continue  # printed again, which says nothing more
            if any(fits(count, percent, figure.value) for figure in bases) or self._is_wrong(other, count, plain):
                continue
            cut = Printed(percent.value + percent.step / 4, percent.step * Decimal("1.5"))
            if (implied := implied_base(count, cut)) and 0 <= implied[1] - implied[0] <= _VAGUE * implied[0]:
                yield implied

    def _is_wrong(self, other: Claim, count: Printed, plain: Finding) -> bool:
        """Return whether a row's count does not fit the share of the people beside it, neither of people who were
        counted nor of those that another row of the unit implies: then it says nothing of the phones."""
        percent = other.percent_population
        if percent is None or plain.share_column == "percent_population":
            return False
        people = self._bases(other.unit, Measure.POPULATION, other.date)
        if not people or any(_fits_either(count, percent, figure.value) for figure in people):
            return False
        return not any(
            row is not other and (implied := implied_base(its, own)) and fits(count, percent, *implied)
            for row, its, own in self._pairs_of(other.unit, plain.count_column, "percent_population")
        )

    def _is_plausible(self, claim: Claim, measure: Measure, implied: tuple[int, int]) -> bool:
        """Decide whether a denominator that rows imply can be of a unit's people, or of its phones."""
        people = self._bases(claim.unit, Measure.POPULATION, claim.date)
        if not people:
            return True
        low, high = _PHONES if measure is Measure.SMARTPHONES else (1 - _ESTIMATE, 1 + _ESTIMATE)
        return low * people[0].value <= implied[0] <= high * people[0].value

    def _without_base(self, plain: Finding, claim: Claim, measure: Measure, own: int | None) -> Finding | _Judged:
        """Judge a share of phones that nobody counted: by the unit's other rows, else by whether it can be at all."""
        if own is not None:
            return _Judged(plain, measure, own)
        people = self._bases(claim.unit, Measure.POPULATION, claim.date)
        if people and plain.implied_base is not None and not _overlaps(plain.implied_base, _PHONES, people[0].value):
            return replace(plain, verdict=Verdict.DOES_NOT_FIT)
        return plain

    # --- causes -------------------------------------------------------------------------------------------------------

    def _explained(self, found: Sequence[tuple[Claim, Finding | _Judged]]) -> list[Finding]:
        wrong = [(claim, each) for claim, each in found if isinstance(each, _Judged)]
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

    def _named(self, judged: _Judged, claim: Claim, misfit: Misfit, others: Sequence[_Other]) -> Finding:
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
                for f in self._bases(unit, judged.measure, claim.date)[:1]
            )
        )
        if not rows and not slips:
            known = bool(self._bases(claim.unit, judged.measure, claim.date))
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

    def _other_rows(self, judged: _Judged, claim: Claim, misfit: Misfit) -> Iterator[_Other]:
        """Rows of the same day, and the unit's own of other days, that this count, share or both belong to instead."""
        plain = judged.finding
        own_days = [each for each in self._by_unit[claim.unit.code] if each.date != claim.date] if claim.unit else []
        for other in own_days:
            count = other.counts.get(plain.count_column)
            distance = self._place[id(other)] - self._place[id(claim)]
            later = other.date is not None and claim.date is not None and other.date > claim.date
            odds = misfit.odds(Cause.OTHER_DAY, len(own_days) * (2 if later else 1))
            if count is None or not _says(count, plain.percent):
                continue
            if self._agrees(count, plain.percent, judged.base):
                yield _Other(odds, other.line, OtherRow.DAY_SHARE, distance, other.date)
            elif count == plain.count and count.exact:
                yield _Other(odds, other.line, OtherRow.DAY_COUNT, distance, other.date)
        beside = [each for each in self._by_date[claim.date] if each.unit is not None and each.unit != claim.unit]
        for other in beside:
            if (how := self._how(judged, other)) is None:
                continue
            distance = self._place[id(other)] - self._place[id(claim)]
            by_any = misfit.odds(Cause.OTHER_ROW, len(beside))
            next_to = misfit.odds(Cause.NEXT_ROW, 2) if abs(distance) == 1 else 0.0
            if (likely := _beside_other_days(misfit, how)) > 0:
                yield _Other((by_any + next_to) * likely, other.line, how, distance)

    def _misfit(self, judged: _Judged, claim: Claim) -> Misfit:
        """Return a misfit with what the unit's rows of other days say of it, if their own counts fit their shares."""
        plain, low, high = judged.finding, 0.0, math.inf
        plain_only = Misfit(plain.count, plain.percent, judged.base)
        if claim.unit is None or claim.date is None:
            return plain_only
        fitting = 0
        for other, count, percent in self._pairs_of(claim.unit, plain.count_column, plain.share_column):
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

    def _how(self, judged: _Judged, other: Claim) -> OtherRow | None:
        """Return in what way a count or share belongs to another row of the day."""
        plain, measure = judged.finding, judged.measure
        their_percent: Printed | None = getattr(other, plain.share_column)
        their_count = other.counts.get(plain.count_column)
        theirs = self._bases_of_row(other, their_count, their_percent, measure)
        if their_percent is not None and any(self._agrees(plain.count, their_percent, base) for base in theirs):
            return OtherRow.COUNT
        if any(self._agrees(plain.count, plain.percent, base) for base in theirs):
            return OtherRow.NAME
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
        values = [figure.value for figure in self._bases(row.unit, measure, row.date)]
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


def _order(each: Finding | _Judged) -> int:
    return ORDER[each.verdict] if isinstance(each, Finding) else ORDER[Verdict.DOES_NOT_FIT]


def _fits_stated(count: Printed, percent: Printed, base: int) -> bool:
    """Return whether a pair fits people or phones as stated, to their own rounding: “1.4 million smartphones”."""
    stated = count_of(base)
    return (
        fits(count, percent, int(stated.low), int(stated.high)) if stated.step >= 10_000 else fits(count, percent, base)
    )


def _fits_either(count: Printed, percent: Printed, base: int) -> bool:
    return fits(count, percent, base) or fits_cut(count, percent, base)


def _common(ranges: Sequence[tuple[int, int]]) -> int | None:
    """Return the denominator on which most of some ranges agree, but at least two."""
    best: tuple[int, int] = (1, 0)
    for low, _ in ranges:
        agreeing = [each for each in ranges if each[0] <= low <= each[1]]
        common = max(each[0] for each in agreeing) + min(each[1] for each in agreeing)
        best = max(best, (len(agreeing), common // 2))
    return best[1] or None


def _overlaps(own: tuple[int, int], shares: tuple[float, float], people: int) -> bool:
    return own[1] >= shares[0] * people and own[0] <= shares[1] * people


def _says(count: Printed, percent: Printed) -> bool:
    """Return whether a fit of a share with a count proves a copy: it has decimals, and the count is not round."""
    return percent.step < 1 and (count.high - count.low) <= WEAK_WINDOW * max(count.value, Decimal(1))


def _together(
    finding: Finding, other: _Other, likely: set[tuple[int, str, int]], slid: Counter[tuple[OtherRow, int]]
) -> float:
    """Return how much likelier a cause is because other rows have its counterpart."""
    factor = _MUTUAL if (other.line, finding.share_column, finding.line) in likely else 1.0
    if abs(other.distance) == 1:
        factor *= 1 + _SAME_WAY * (slid[other.how, other.distance] - 1) if slid[other.how, other.distance] > 1 else 1.0
    return factor
