"""Hold a printed count and the share beside it against what is known of their unit: the counts of people that were in
use on the day, and those that the unit's own rows of other days imply. A pair that fits none is left to be explained
(`audit`)."""

from __future__ import annotations

import datetime as dt
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from bluezone.geography.figures import Denominators, Figure, Measure
from bluezone.geography.units import Unit, UnitCode
from bluezone.rollout.findings import (
    WEAK_WINDOW,
    Claim,
    Finding,
    Verdict,
    expected_percent,
    fits,
    fits_cut,
    implied_base,
)
from bluezone.rollout.numbers import Printed, count_of

#: Phones are counted as subscribers (Hà Nội has more than people) or as persons who have one: between these shares of
#: the people, a base that nobody stated is taken for one of the two.
_PHONES = (0.3, 2.0)
#: People that a unit's other rows imply may be an estimate of the day: within this relative distance of a census.
_ESTIMATE = 0.15
#: what a row implies is of use if it is known within this relative range
_VAGUE = Decimal("0.05")


@dataclass(frozen=True, slots=True)
class Judged:
    """Hold a finding that is not explained yet, with the base that its count should be of."""

    finding: Finding
    measure: Measure
    base: int


class Pairs:
    """Judge the pairs of some rows, each beside all rows of its unit."""

    def __init__(self, rows: Iterable[Claim], people: Denominators) -> None:
        self._people = people
        self._by_unit: dict[UnitCode, list[Claim]] = defaultdict(list)
        for row in rows:
            if row.unit is not None:
                self._by_unit[row.unit.code].append(row)

    def rows_of(self, unit: Unit | None) -> Sequence[Claim]:
        """Return all rows of a unit."""
        return self._by_unit.get(unit.code, ()) if unit is not None else ()

    def bases(self, unit: Unit | None, measure: Measure, date: dt.date | None) -> list[Figure]:
        """Return the denominators to try: those of before the date, censuses before estimates, the newest first."""
        known = self._people.get((unit.code, measure), ()) if unit else ()
        in_use = [figure for figure in known if date is None or figure.vintage.as_of <= date]
        return sorted(in_use, key=lambda f: (not f.vintage.id.startswith("census"), -f.vintage.as_of.toordinal()))

    def _later(self, plain: Finding, claim: Claim, measure: Measure) -> tuple[Figure, ...]:
        """Return the denominators of after the date that the pair fits: they explain a base that other rows imply."""
        if claim.unit is None or claim.date is None:
            return ()
        known = self._people.get((claim.unit.code, measure), ())
        after = (figure for figure in known if figure.vintage.as_of > claim.date)
        return tuple(figure for figure in after if fits(plain.count, plain.percent, figure.value))

    def pairs_of(
        self, unit: Unit | None, count_column: str, share_column: str
    ) -> Iterator[tuple[Claim, Printed, Printed]]:
        """Yield the rows of a unit that print both a count and a share, with the two."""
        for row in self.rows_of(unit):
            count, percent = row.counts.get(count_column), getattr(row, share_column)
            if count is not None and percent is not None:
                yield row, count, percent

    def judge(self, claim: Claim, count_column: str, share_column: str, measure: Measure) -> Finding | Judged:
        """Return the finding of a pair, or the pair with the base that its count should be of, where it fits none."""
        count, percent = claim.counts[count_column], getattr(claim, share_column)
        bases = self.bases(claim.unit, measure, claim.date)
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
        stated = [(claim.people, claim.people)] if claim.people and measure is Measure.POPULATION else []
        implied = [
            each for each in (*stated, *self._implied(plain, claim, bases)) if self._is_plausible(claim, measure, each)
        ]
        if any(fits(count, percent, *each) for each in implied):
            return replace(plain, verdict=Verdict.OTHER_BASE, fits=self._later(plain, claim, measure))
        own = _common(implied)
        if bases:
            return Judged(plain, measure, own or self._used(plain, claim, bases))
        return self._without_base(plain, claim, measure, own)

    def _agreed(self, plain: Finding, claim: Claim, measure: Measure, bases: Sequence[Figure]) -> Finding | None:
        """Return the finding where the pair fits what is known of the unit."""
        count, percent = plain.count, plain.percent
        for agree, verdict in ((_fits_stated, Verdict.AGREES), (fits_cut, Verdict.AGREES_CUT)):
            if agreeing := tuple(figure for figure in bases if agree(count, percent, figure.value)):
                first = agreeing[0] == bases[0] or measure is Measure.SMARTPHONES  # subscribers or persons
                return replace(plain, verdict=verdict if first else Verdict.OTHER_VINTAGE, fits=agreeing)
        other = Measure.SMARTPHONES if measure is Measure.POPULATION else Measure.POPULATION
        others = self.bases(claim.unit, other, claim.date)
        agreeing = tuple(figure for figure in others if fits(count, percent, figure.value))
        # beside a share of the people that of the phones may be about the same: nothing was mixed up
        alike = measure is Measure.SMARTPHONES and not bases and claim.percent_population is not None and others
        if agreeing and not alike:
            return replace(plain, verdict=Verdict.OTHER_MEASURE, fits=agreeing)
        both = claim.percent_population, claim.percent_smartphones
        if measure is Measure.POPULATION and bases and both[0] == both[1] and percent.step < 1:
            return replace(plain, verdict=Verdict.OTHER_MEASURE)  # the share of the phones, printed twice
        return None

    def _used(self, plain: Finding, claim: Claim, bases: Sequence[Figure]) -> int:
        """Return the denominator that the unit's other rows are of, if they agree on one; else the one in use."""
        votes: Counter[int] = Counter()
        for other, count, percent in self.pairs_of(claim.unit, plain.count_column, plain.share_column):
            if other is not claim:
                votes.update(figure.value for figure in bases if fits(count, percent, figure.value))
        return max(bases, key=lambda figure: votes[figure.value]).value

    def _implied(self, plain: Finding, claim: Claim, bases: Sequence[Figure]) -> Iterator[tuple[int, int]]:
        """Yield the ranges of denominators that the unit's rows of other days imply, if they were rounded or cut, and
        are of none that is known."""
        for other, count, percent in self.pairs_of(claim.unit, plain.count_column, plain.share_column):
            if other.date == claim.date:
                continue
            if (count, percent) == (plain.count, plain.percent):
                continue  # printed again, which says nothing more
            if any(fits(count, percent, figure.value) for figure in bases):
                continue
            cut = Printed(percent.value + percent.step / 4, percent.step * Decimal("1.5"))
            if (implied := implied_base(count, cut)) and 0 <= implied[1] - implied[0] <= _VAGUE * implied[0]:
                yield implied

    def _is_plausible(self, claim: Claim, measure: Measure, implied: tuple[int, int]) -> bool:
        """Decide whether a denominator that rows imply can be of a unit's people, or of its phones."""
        people = self.bases(claim.unit, Measure.POPULATION, claim.date)
        if not people:
            return True
        low, high = _PHONES if measure is Measure.SMARTPHONES else (1 - _ESTIMATE, 1 + _ESTIMATE)
        return low * people[0].value <= implied[0] <= high * people[0].value

    def _without_base(self, plain: Finding, claim: Claim, measure: Measure, own: int | None) -> Finding | Judged:
        """Judge a share of phones that nobody counted: by the unit's other rows, else by whether it can be at all."""
        if own is not None:
            return Judged(plain, measure, own)
        people = self.bases(claim.unit, Measure.POPULATION, claim.date)
        if people and plain.implied_base is not None:
            low, high = (share * people[0].value for share in _PHONES)
            if plain.implied_base[1] < low or plain.implied_base[0] > high:
                return replace(plain, verdict=Verdict.DOES_NOT_FIT)
        return plain


def _fits_stated(count: Printed, percent: Printed, base: int) -> bool:
    """Return whether a pair fits people or phones as stated, to their own rounding: “1.4 million smartphones”."""
    stated = count_of(base)
    return (
        fits(count, percent, int(stated.low), int(stated.high)) if stated.step >= 10_000 else fits(count, percent, base)
    )


def fits_either(count: Printed, percent: Printed, base: int) -> bool:
    """Return whether a pair fits a base, rounded or cut off."""
    return fits(count, percent, base) or fits_cut(count, percent, base)


def _common(ranges: Sequence[tuple[int, int]]) -> int | None:
    """Return the denominator on which most of some ranges agree, but at least two."""
    best: tuple[int, int] = (0, 0)
    for low, _ in ranges:
        agreeing = [each for each in ranges if each[0] <= low <= each[1]]
        common = max(each[0] for each in agreeing) + min(each[1] for each in agreeing)
        best = max(best, (len(agreeing), common // 2))
    return best[1] if best[0] > 1 else None
