"""Describe a unit's figure of a day, where it came from, and the days on which a series changed its meaning."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from bluezone.geography.units import Unit, UnitCode


@dataclass(frozen=True, slots=True)
class Count:
    """Hold what is known of a unit on a day.

    `installs`, `with_phone` (accounts with a telephone number) and `active` (seen that day) are three different
    counts; any may be missing. `percent_population` is the share as printed, kept because it may be all a paper gave.
    `share_of` says of which count that share is; `rank` is the one printed beside it; `derived` marks a count that was
    computed back from the share, so that it can be ranked with others on one population. `source` is an address, or
    `devices` where our own server counted.
    """

    unit: UnitCode
    date: dt.date
    installs: int | None = None
    with_phone: int | None = None
    active: int | None = None
    percent_population: Decimal | None = None
    percent_smartphones: Decimal | None = None
    share_of: str = "installs"
    rank: int | None = None
    derived: bool = False
    source: str = ""

    def value(self, kind: str = "installs") -> int | None:
        """Return one of the three counts by name."""
        value: int | None = getattr(self, kind)
        return value


@dataclass(frozen=True, slots=True)
class SeriesBreak:
    """Mark that from `date` on the figures mean something else: growth and rank may not be compared across it."""

    date: dt.date
    reason: str
    source: str


#: Since then only subscribers with 3G or 4G data count as the base, so shares of smartphones and ranks break.
SERIES_BREAKS = (
    SeriesBreak(
        dt.date(2021, 6, 29),
        "only subscribers with 3G or 4G data are counted from this day on",
        "notes of the reports of the Authority of Information Technology Application, June 2021",
    ),
)
#: Bluezone was presented to the public on 18 April 2020: no count is older.
FIRST_DAY = dt.date(2020, 4, 18)


def breaks_between(first: dt.date, last: dt.date, breaks: Iterable[SeriesBreak] = SERIES_BREAKS) -> list[SeriesBreak]:
    """Return the breaks that lie after `first` and not after `last`."""
    return [each for each in breaks if first < each.date <= last]


def latest(counts: Iterable[Count], on: dt.date, kind: str = "installs") -> Count | None:
    """Return the newest count of one unit that is not after a date and has the kind asked for."""
    standing = [count for count in counts if count.date <= on and count.value(kind) is not None]
    return max(standing, key=lambda count: count.date) if standing else None


def gain_per_day(counts: Iterable[Count], on: dt.date, days: int = 7, kind: str = "installs") -> float | None:
    """Return the mean daily gain over the last `days` up to a date, from the figures at hand; None with fewer than two.

    Figures come irregularly: the gain is taken from the newest figure that is at least `days` old, or if there is
    none that old, from the oldest. Never across a series break; None if the newest figure itself is older than that.
    """
    series = sorted((c for c in counts if c.date <= on and c.value(kind) is not None), key=lambda c: c.date)
    if len(series) < 2:
        return None
    last = series[-1]
    if (on - last.date).days > days:
        return None
    old = [c for c in series[:-1] if (last.date - c.date).days >= days]
    first = old[-1] if old else series[0]
    if first.date == last.date or breaks_between(first.date, last.date):
        return None
    return ((last.value(kind) or 0) - (first.value(kind) or 0)) / (last.date - first.date).days


def is_same(a: Count, b: Count) -> bool:
    """Return whether two counts of a unit and day say the same, wherever they come from."""
    fields = ("installs", "with_phone", "active", "percent_population", "percent_smartphones")
    return all(getattr(a, name) == getattr(b, name) for name in fields)


def of_unit(counts: Iterable[Count], unit: Unit) -> list[Count]:
    """Return the counts of one unit, in order of date."""
    return sorted((count for count in counts if count.unit == unit.code), key=lambda count: count.date)
