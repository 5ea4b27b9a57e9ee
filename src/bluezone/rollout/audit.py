"""Decide whether a printed share fits its count. To the rounding of the source, against every population vintage, and
if it fits none: whose count it is instead, or which slip of a digit would explain it.

Papers of 2020-21 printed counts and shares that could not both be true; a ranking that mixes them is worth nothing.
"""

from __future__ import annotations

import datetime as dt
import enum
import math
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal

from bluezone.errors import N_
from bluezone.geography.figures import Denominators, Figure, Measure
from bluezone.geography.units import Unit
from bluezone.rollout.numbers import Printed, count_of

#: A share that would fit a denominator anywhere within this relative range says little (a count in whole millions).
WEAK_WINDOW = Decimal("0.02")
MAX_SLIPS = 5
#: Explaining a misfit looks at every other row; a file that is wrong throughout gets its first ones explained.
MAX_EXPLAINED = 200
_SHARES = {"percent_population": Measure.POPULATION, "percent_smartphones": Measure.SMARTPHONES}
#: what shares are of: the denominators that an audit needs
MEASURES = tuple(_SHARES.values())
_KINDS_OF_SLIP = (
    N_("two digits swapped"),
    N_("the decimal mark misplaced"),
    N_("one digit wrong"),
    N_("one digit missing"),
    N_("one digit too many"),
)
_MISPLACED = _KINDS_OF_SLIP[1]


class Verdict(enum.StrEnum):
    """Name what an audit says of one count and one share."""

    AGREES = N_("agrees")
    AGREES_CUT = N_("agrees if cut off instead of rounded")
    OTHER_VINTAGE = N_("agrees with another vintage")
    OTHER_MEASURE = N_("agrees with another measure")
    OTHER_ROW = N_("fits another row")
    SLIP = N_("does not fit; one slip would explain it")
    DOES_NOT_FIT = N_("does not fit")
    NOTHING_TO_CHECK = N_("nothing to check")


_ORDER = {verdict: place for place, verdict in enumerate(Verdict)}


class OtherRow(enum.StrEnum):
    """Name in what way a count or share belongs to another row."""

    COUNT = N_("the count fits that row's people and share")
    NAME = N_("count and share fit that row's people")
    SHARE = N_("the share fits that row's count on this row's people")
    PERCENT = N_("the share is the one that row should have")


@dataclass(frozen=True, slots=True)
class Claim:
    """Hold one row of a bulletin, as far as an audit needs it. `unit` is None if the name was not recognised."""

    line: int
    unit: Unit | None
    date: dt.date | None = None
    counts: dict[str, Printed] = field(default_factory=dict)
    percent_population: Printed | None = None
    percent_smartphones: Printed | None = None
    rank: int | None = None


@dataclass(frozen=True, slots=True)
class Slip:
    """Describe a correction that would make count and share agree: which of the two, its corrected value, what
    happened."""

    corrects: str
    value: Decimal
    kind: str


@dataclass(frozen=True, slots=True)
class Finding:
    """Hold the audit of one share against one count.

    `expected` gives the percent that each vintage would print, the one in use on the date first; `implied_base` the
    range of denominators that the two imply; `fits` the vintages that agree; `other_rows` lines the numbers belong to
    instead; `other_units` units outside the table whose people would fit; `weak` marks a count so round that its
    agreement says little.
    """

    line: int
    unit: Unit | None
    date: dt.date | None
    count_column: str
    count: Printed
    share_column: str
    percent: Printed
    verdict: Verdict
    fits: tuple[Figure, ...] = ()
    expected: tuple[tuple[Figure, Decimal], ...] = ()
    implied_base: tuple[int, int] | None = None
    other_rows: tuple[tuple[int, OtherRow], ...] = ()
    other_units: tuple[Unit, ...] = ()
    slips: tuple[Slip, ...] = ()
    weak: bool = False


def fits(count: Printed, percent: Printed, base: int) -> bool:
    """Return whether some true count and share that round to what was printed belong together on `base` people."""
    return percent.low * base <= count.high * 100 and count.low * 100 <= percent.high * base


def fits_cut(count: Printed, percent: Printed, base: int) -> bool:
    """Return whether count and share fit if the share was cut off (7.548 -> 7.54) instead of rounded."""
    return percent.value * base <= count.high * 100 and count.low * 100 < (percent.value + percent.step) * base


def expected_percent(count: Printed, base: int, step: Decimal) -> Decimal:
    """Return the percent that count and base give, with as many digits as `step`."""
    return (count.value * 100 / base).quantize(step)


def audit(claims: Sequence[Claim], people: Denominators, others: Iterable[Unit] = ()) -> list[Finding]:
    """Return a finding for every share that has a count beside it.

    `people` are the denominators (of all MEASURES) of every unit of the claims and of `others`: units whose people may
    explain a misfit.
    """
    auditor = _Auditor(claims, people, tuple(others))
    return [finding for claim in claims for finding in auditor.findings(claim)]


class _Auditor:
    """Hold what the audit of one row needs to know of the others."""

    def __init__(self, claims: Sequence[Claim], people: Denominators, others: Sequence[Unit]) -> None:
        self._people = people
        named = {claim.unit.code for claim in claims if claim.unit}
        self._others = [unit for unit in others if unit.code not in named]
        self._by_date: dict[dt.date | None, list[Claim]] = defaultdict(list)
        for claim in claims:
            self._by_date[claim.date].append(claim)
        self._explained = 0

    def findings(self, claim: Claim) -> Iterator[Finding]:
        """One finding a share: against the count that suits it best, if a row has several."""
        for column, measure in _SHARES.items():
            percent: Printed | None = getattr(claim, column)
            if percent is not None and claim.counts:
                pairs = (self._pair(claim, name, column, measure) for name in claim.counts)
                yield min(pairs, key=lambda finding: _ORDER[finding.verdict])

    def _bases(self, unit: Unit | None, measure: Measure, date: dt.date | None) -> list[Figure]:
        """The denominators to try: what was in use on the date first, censuses before estimates."""
        known = self._people.get((unit.code, measure), ()) if unit else ()
        return sorted(
            known,
            key=lambda f: (
                date is not None and f.vintage.as_of > date,
                not f.vintage.id.startswith("census"),
                -f.vintage.as_of.toordinal(),
            ),
        )

    def _pair(self, claim: Claim, count_column: str, share_column: str, measure: Measure) -> Finding:
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
            implied_base=_implied_base(count, percent),
            weak=(count.high - count.low) > WEAK_WINDOW * max(count.value, Decimal(1)),
        )
        for agree, verdict in ((fits, Verdict.AGREES), (fits_cut, Verdict.AGREES_CUT)):
            if agreeing := tuple(figure for figure in bases if agree(count, percent, figure.value)):
                return replace(
                    plain, verdict=verdict if agreeing[0] == bases[0] else Verdict.OTHER_VINTAGE, fits=agreeing
                )
        other_measure = Measure.SMARTPHONES if measure is Measure.POPULATION else Measure.POPULATION
        others = self._bases(claim.unit, other_measure, claim.date)
        if agreeing := tuple(figure for figure in others if fits(count, percent, figure.value)):
            return replace(plain, verdict=Verdict.OTHER_MEASURE, fits=agreeing)
        return self._misfit(plain, claim, measure) if bases else plain

    def _misfit(self, plain: Finding, claim: Claim, measure: Measure) -> Finding:
        self._explained += 1
        if self._explained > MAX_EXPLAINED:
            return replace(plain, verdict=Verdict.DOES_NOT_FIT)
        rows = tuple(self._other_rows(plain, claim, measure))
        units = tuple(
            unit
            for unit in self._others
            if any(fits(plain.count, plain.percent, f.value) for f in self._bases(unit, measure, claim.date)[:1])
        )
        slips = tuple(_slips(plain.count, plain.percent, [figure.value for figure, _ in plain.expected]))
        verdict = Verdict.OTHER_ROW if rows else Verdict.SLIP if slips else Verdict.DOES_NOT_FIT
        return replace(plain, verdict=verdict, other_rows=rows, other_units=units, slips=slips)

    def _other_rows(self, plain: Finding, claim: Claim, measure: Measure) -> Iterator[tuple[int, OtherRow]]:
        """Rows of the same bulletin that this count, share or both belong to instead."""
        own = [figure.value for figure in self._bases(claim.unit, measure, claim.date)[:1]]
        for other in self._by_date[claim.date]:
            if other.unit is None or other.unit == claim.unit:
                continue
            their_percent: Printed | None = getattr(other, plain.share_column)
            their_count = other.counts.get(plain.count_column)
            theirs = self._bases_of_row(other, their_count, their_percent, measure)
            if their_percent is not None and any(fits(plain.count, their_percent, base) for base in theirs):
                yield other.line, OtherRow.COUNT
            elif any(fits(plain.count, plain.percent, base) for base in theirs):
                yield other.line, OtherRow.NAME
            elif their_count is not None and any(fits(their_count, plain.percent, base) for base in own):
                yield other.line, OtherRow.SHARE
            elif their_count is not None and self._is_share_of(plain.percent, their_count, theirs):
                yield other.line, OtherRow.PERCENT

    def _is_share_of(self, percent: Printed, count: Printed, bases: Sequence[int]) -> bool:
        """Return whether a share was taken from a row: it must say something (decimals, no round count)."""
        says = percent.step < 1 and (count.high - count.low) <= WEAK_WINDOW * max(count.value, Decimal(1))
        return says and any(fits(count, percent, base) for base in bases)

    def _bases_of_row(self, row: Claim, count: Printed | None, percent: Printed | None, measure: Measure) -> list[int]:
        """The denominator in use, and any older one that the row itself used."""
        values = [figure.value for figure in self._bases(row.unit, measure, row.date)]
        used = [v for v in values[1:] if count is not None and percent is not None and fits(count, percent, v)]
        return values[:1] + used


def _implied_base(count: Printed, percent: Printed) -> tuple[int, int] | None:
    if percent.low <= 0:
        return None
    return math.ceil(count.low * 100 / percent.high), math.floor(count.high * 100 / percent.low)


def _slips(count: Printed, percent: Printed, bases: Sequence[int]) -> list[Slip]:
    """The likeliest single slips of a hand that would make the pair agree with some base, the likeliest first."""
    exponent = int(percent.step.as_tuple().exponent)
    shares = [
        (kind, Printed(Decimal(digits or "0").scaleb(exponent), percent.step))
        for kind, digits in _mistyped(str(int(percent.value.scaleb(-exponent))))
    ]
    # 0.0754 or 75.4 instead of 7.54
    shifted = [Printed(percent.value.scaleb(places), percent.step.scaleb(places)) for places in (2, 1, -1, -2)]
    shares = [(kind, meant) for kind, meant in shares if meant.value > 0]
    shares += [(_MISPLACED, meant) for meant in shifted if 0 < meant.value <= 100]
    typed = [(kind, digits) for kind, digits in _mistyped(str(int(count.value))) if digits[:1] not in ("", "0")]
    counts = [(kind, count_of(int(digits))) for kind, digits in typed]
    found: dict[Slip, None] = {}
    for base in bases:
        found |= {Slip("count", each.value, kind): None for kind, each in counts if fits(each, percent, base)}
        found |= {Slip("percent", each.value, kind): None for kind, each in shares if fits(count, each, base)}
    likeliest = sorted(found, key=lambda slip: _KINDS_OF_SLIP.index(slip.kind))
    return likeliest[:MAX_SLIPS]


def _mistyped(digits: str) -> Iterator[tuple[str, str]]:
    """Yield what may have been meant: two neighbours swapped, one digit wrong, one missing, one too many."""
    for at in range(len(digits) - 1):
        if digits[at] != digits[at + 1]:
            yield _KINDS_OF_SLIP[0], digits[:at] + digits[at + 1] + digits[at] + digits[at + 2 :]
    for at, digit in enumerate(digits):
        yield from ((_KINDS_OF_SLIP[2], digits[:at] + new + digits[at + 1 :]) for new in "0123456789" if new != digit)
    for at in range(len(digits) + 1):
        yield from ((_KINDS_OF_SLIP[3], digits[:at] + new + digits[at:]) for new in "0123456789")
    for at in range(len(digits)):
        yield _KINDS_OF_SLIP[4], digits[:at] + digits[at + 1 :]
