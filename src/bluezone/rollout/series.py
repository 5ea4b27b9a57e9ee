"""Choose the one series of a unit: one class of source, one kind of count, one count a day, no break inside.

Every figure, gain, pace, forecast and curve is read from such a series, so that none of them mixes two sources.

Of the classes in the order that a campaign sets, the first is chosen that has a figure of the last MAX_AGE_DAYS days,
not more than LEAD_DAYS older than the newest report (the Ministry's or an officer's). A class keeps a unit's series for
as long as it goes on reporting: if the newest figure of any class were taken instead, the series would change its
source from day to day, and a difference between two ways of counting would look like a gain. But a table of a week ago
does not speak before what officers have reported daily since: the page would stand still for a week, without a pace.
The sum over a place's parts is a class of its own (`reconcile.sums_of_days`), made of reports. Our own count comes
every night whether anybody reports or not, so it outdates no report; it takes over where there is none of the last
MAX_AGE_DAYS. Where no class has a figure so new, the class of the newest figure is chosen: then nothing is said but
where the unit stood, and the newest says it best. `weigh` says of each class why it speaks, or does not.
"""

from __future__ import annotations

import datetime as dt
import enum
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from fractions import Fraction

from bluezone.geography.figures import Measure
from bluezone.geography.units import UnitCode
from bluezone.rollout.counts import SERIES_BREAKS, Count, Kind, OrganisationCode, Origin, SeriesBreak

#: A figure older than this is not a figure of the day.
MAX_AGE_DAYS = 7
#: A class speaks before those after it while its newest figure is at most so many days older than the newest report.
LEAD_DAYS = 3
#: A pace is the gain over so many days, of counts that are not older than WINDOW_DAYS.
PACE_DAYS, WINDOW_DAYS = 7, 31
#: The order of classes where a campaign sets no other.
DEFAULT_ORDER = (Origin.MINISTRY, Origin.REPORTED, Origin.PARTS, Origin.COUNTED)
#: the classes in which somebody reports; our own count comes by itself
REPORTS = (Origin.MINISTRY, Origin.REPORTED)
#: the source of a count that is the sum over the parts of a unit
SUM = "sum"


@dataclass(frozen=True, slots=True)
class Point:
    """Hold a total on a day, of which a curve consists. `at_least`: it was printed as "more than", so it is a bound."""

    date: dt.date
    total: int
    at_least: bool = False


@dataclass(frozen=True, slots=True)
class Parts:
    """Say of the units in a unit how many have a figure, and whether its own figure is their sum (`unit_trees`).

    `stale` of the known have none of the last MAX_AGE_DAYS days, `oldest` is the oldest one's day. `at_least`: some may
    not be disclosed exactly, so the figure is a lower bound.
    """

    all: int
    known: int
    stale: int = 0
    oldest: dt.date | None = None
    summed: bool = False
    at_least: bool = False


class Why(enum.StrEnum):
    """Say why a class of source speaks for a unit on a day, or does not."""

    #: the first in the campaign's order whose newest figure is of late
    FIRST = "first"
    #: no figure is of late: this one is the newest
    NEWEST = "newest"
    #: it could speak, but the one that speaks comes first
    AFTER = "after"
    #: a report is more than LEAD_DAYS newer
    OUTDATED = "outdated"
    #: older than MAX_AGE_DAYS
    OLD = "old"
    #: the campaign does not use this class
    UNUSED = "unused"

    @property
    def speaks(self) -> bool:
        return self in (Why.FIRST, Why.NEWEST)


@dataclass(frozen=True, slots=True)
class Statement:
    """Hold the newest figure that one class of source has of a unit, and why it speaks or does not."""

    count: Count
    why: Why


@dataclass(frozen=True, slots=True)
class Completeness:
    """Say how many of the `units` parts of a place reported on the last day on which any of them did, and what that is
    together (0 where some of them have several figures); of those that were silent, how many of the `units_inside` in
    them reported."""

    units: int
    reported: int = 0
    day: dt.date | None = None
    total: int = 0
    inside: int = 0
    units_inside: int = 0


@dataclass(frozen=True, slots=True)
class Series:
    """Hold a unit's counts of one kind and one class of source up to a day, one a day, in order of date.

    All lie on the newest one's side of a series break. `printed` is a newer count of which only the share is known.
    """

    day: dt.date
    kind: Kind = Kind.INSTALLS
    origin: Origin | None = None
    counts: tuple[Count, ...] = ()
    printed: Count | None = None
    #: of a unit that holds others
    parts: Parts | None = None
    #: of a place whose chosen class of source says nothing of apps in use: the newest count of another one that does
    in_use_elsewhere: Count | None = None
    #: what each class of source says, whichever is chosen, in the campaign's order; and of a place, of its parts
    statements: tuple[Statement, ...] = field(default=(), compare=False)
    completeness: Completeness | None = field(default=None, compare=False)

    @property
    def figure(self) -> Count | None:
        """Return the unit's figure of the day: the newest count."""
        return self.counts[-1] if self.counts else None

    @property
    def total(self) -> int | None:
        """Return the number of the figure."""
        return self.counts[-1].value(self.kind) if self.counts else None

    def is_fresh(self, days: int = MAX_AGE_DAYS) -> bool:
        """Decide whether the figure is new enough to be one of the day."""
        return bool(self.counts) and (self.day - self.counts[-1].date).days <= days

    def until(self, day: dt.date) -> Series:
        """Return the same series as it ended on an earlier day: its source stays the one that is chosen today."""
        earlier = tuple(count for count in self.counts if count.date <= day)
        printed, elsewhere = (each if each is not None and each.date <= day else None
                              for each in (self.printed, self.in_use_elsewhere))  # fmt: skip
        return replace(self, day=day, counts=earlier, printed=printed, in_use_elsewhere=elsewhere)

    def totals(self) -> list[tuple[dt.date, int]]:
        """Return day and number of every count."""
        return [(count.date, count.value(self.kind) or 0) for count in self.counts]

    def points(self) -> tuple[Point, ...]:
        """Return the series as a curve, its bounds as bounds."""
        return tuple(Point(each.date, each.value(self.kind) or 0, at_least=each.bound) for each in self.counts)

    def with_values(self, change: Callable[[int], int]) -> Series:
        """Return the series with other numbers, as where they may not be disclosed."""
        kind = self.kind.value
        changed = (replace(count, **{kind: change(count.value(kind) or 0)}) for count in self.counts)  # type: ignore[arg-type]
        return replace(self, counts=tuple(changed))

    def gain_since(self, day: dt.date) -> tuple[dt.date, int] | None:
        """Return the gain of the figure over the newest count by an earlier day, and that count's day; None where that
        count is a bound: there may have been any number more. Where the figure itself is one, so is the gain."""
        before = self.until(day)
        if before.figure is None or self.figure is None or before.figure.date == self.figure.date:
            return None
        if before.figure.bound:
            return None
        return before.figure.date, (self.total or 0) - (before.total or 0)

    def gain_per_day(self, days: int = PACE_DAYS) -> float | None:
        """Return the mean daily gain over the last `days`; None with fewer than two counts or an older figure.

        Counts come irregularly: the gain is taken from the newest count that is at least `days` older than the figure,
        or if none is, from the oldest. Counts that are bounds say nothing of a pace and are left out.
        """
        exact = replace(self, counts=tuple(count for count in self.counts if not count.bound))
        totals = [each for each in exact.totals() if (self.day - each[0]).days < WINDOW_DAYS]
        if len(totals) < 2 or not exact.is_fresh(days):
            return None
        last, number = totals[-1]
        first, before = next((each for each in reversed(totals) if (last - each[0]).days >= days), totals[0])
        return (number - before) / (last - first).days


def choose(
    counts: Iterable[Count],
    day: dt.date,
    *,
    order: Sequence[Origin] = DEFAULT_ORDER,
    kind: Kind = Kind.INSTALLS,
    breaks: Sequence[SeriesBreak] = SERIES_BREAKS,
) -> Series:
    """Return the series of one unit on a day, from all counts of it that are known (see the module for the rule).

    Classes that are not in the order are left out. Of several counts of a class and day the one entered last, the last
    in `counts`, is taken.
    """
    numbers: dict[Origin, dict[dt.date, Count]] = defaultdict(dict)
    of_use: list[Count] = []
    shares: dict[Origin, dict[dt.date, Count]] = defaultdict(dict)
    for count in counts:
        if count.date > day:
            continue
        if count.active is not None and isinstance(count.unit, UnitCode) and count.origin in order:
            of_use.append(count)
        if count.value(kind) is not None:
            numbers[count.origin][count.date] = count
        elif printed_share(count, kind) is not None:
            shares[count.origin][count.date] = count
    found = weigh({origin: max(own) for origin, own in numbers.items()}, day, order)
    chosen = _speaker(found)
    shared = _speaker(weigh({origin: max(own) for origin, own in shares.items()}, day, order))
    printed = shares[shared][max(shares[shared])] if shared is not None else None
    said = tuple(Statement(numbers[origin][max(numbers[origin])], why) for origin, why in found.items())
    if chosen is None:
        return Series(day, kind, printed=printed, statements=said)
    by_day = numbers[chosen]
    newest = max(by_day)
    since = max((each.date for each in breaks if each.date <= newest), default=dt.date.min)
    kept = (by_day[date] for date in sorted(by_day) if date >= since)
    if printed is not None and printed.date <= newest:
        printed = None
    series = Series(day, kind, chosen, tuple(kept), printed, statements=said)
    return (
        replace(series, in_use_elsewhere=_in_use_elsewhere(series, of_use, since)) if kind is Kind.INSTALLS else series
    )


def _in_use_elsewhere(series: Series, counts: Sequence[Count], since: dt.date) -> Count | None:
    """Return the newest count of apps in use since a series break of a class that was not chosen, if the chosen one
    says nothing of them and they are not more than its installs."""
    if any(each.active is not None for each in series.counts):
        return None
    most = series.total or 0
    possible = [each for each in counts if each.date >= since and each.active is not None and each.active <= most]
    return max(possible, key=lambda each: each.date, default=None)


def choose_all(
    counts: Iterable[Count],
    day: dt.date,
    *,
    order: Sequence[Origin] = DEFAULT_ORDER,
    kind: Kind = Kind.INSTALLS,
) -> dict[UnitCode | OrganisationCode, Series]:
    """Return the series of every unit that has a count, by its code."""
    by_unit: dict[UnitCode | OrganisationCode, list[Count]] = defaultdict(list)
    for count in counts:
        by_unit[count.unit].append(count)
    return {unit: choose(own, day, order=order, kind=kind) for unit, own in by_unit.items()}


def weigh(newest: Mapping[Origin, dt.date], day: dt.date, order: Sequence[Origin] = DEFAULT_ORDER) -> dict[Origin, Why]:
    """Say of each class of source why it speaks on a day or does not, from the day of its newest figure (see the module
    for the rule). Where any class of the order has a figure, exactly one speaks."""
    known = {origin: newest[origin] for origin in order if origin in newest}
    found = dict.fromkeys((*known, *newest), Why.UNUSED)
    reports = [date for origin, date in known.items() if origin in (*REPORTS, Origin.PARTS)]
    oldest = day - dt.timedelta(days=MAX_AGE_DAYS)
    leads = max(reports) - dt.timedelta(days=LEAD_DAYS) if reports else oldest
    first = next((origin for origin, date in known.items() if date >= max(oldest, leads)), None)
    for origin, date in known.items():
        found[origin] = Why.OLD if date < oldest else Why.OUTDATED if date < leads else Why.AFTER
    if first is not None:
        found[first] = Why.FIRST
    elif known:
        found[max(known, key=lambda origin: known[origin])] = Why.NEWEST
    return found


def _speaker(weighed: Mapping[Origin, Why]) -> Origin | None:
    return next((origin for origin, why in weighed.items() if why.speaks), None)


def printed_share(count: Count, kind: Kind, measure: Measure | None = None) -> Fraction | None:
    """Return the share printed beside a count, where it is one of this kind, and of this measure if one is asked."""
    if count.share_of != kind or measure is Measure.ADULTS:
        return None
    percent = count.percent_smartphones if measure is Measure.SMARTPHONES else count.percent_population
    if measure is None and percent is None:
        percent = count.percent_smartphones
    return None if percent is None else Fraction(percent) / 100


def sum_of_parts(
    whole: UnitCode, parts: Sequence[UnitCode], counts: Iterable[Count], kind: Kind = Kind.INSTALLS
) -> list[Count]:
    """Return counts of a unit that are sums over its parts, in order of date.

    On each day on which a part has a count, for each class of source: the sum of the newest counts of that class, if
    every part has one of the last MAX_AGE_DAYS days.
    """
    newest: dict[Origin, dict[UnitCode | OrganisationCode, Count]] = defaultdict(dict)
    sums: dict[tuple[dt.date, Origin], Count] = {}
    for count in sorted(counts, key=lambda each: each.date):
        if count.value(kind) is None:
            continue
        known = newest[count.origin]
        known[count.unit] = count
        fresh = [
            known[part] for part in parts if part in known and (count.date - known[part].date).days <= MAX_AGE_DAYS
        ]
        if len(fresh) == len(parts):
            values = {kind.value: sum(each.value(kind) or 0 for each in fresh)}
            made = Count(whole, count.date, source=SUM, origin=count.origin, **values)  # type: ignore[arg-type]
            sums[count.date, count.origin] = made
    return list(sums.values())


def total_of(series: Iterable[Series], unit: UnitCode | OrganisationCode, day: dt.date) -> list[Count]:
    """Return the sum over several series, day by day; one without a count of a day stays where it was before."""
    changes: dict[dt.date, int] = defaultdict(int)
    for each in series:
        before = 0
        for date, number in each.totals():
            changes[date] += number - before
            before = number
    sums, reached = [], 0
    for date in sorted(date for date in changes if date <= day):
        reached += changes[date]
        sums.append(Count(unit, date, installs=reached, source=SUM))
    return sums
