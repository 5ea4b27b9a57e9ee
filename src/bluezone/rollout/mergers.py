"""Compute the series of a unit into which others went with their people.

Until the day on which a unit goes, its counts and those of the one that takes it in are of different people: they are
added. What the one that took it in reports of a later day is of all of them. Without this a merger would look like as
many uninstalls as the one that went had installs.

Our own count of posters needs no addition: from the next night on, the posters of the one that went count for the
other (`authority.units.posters`).
"""

from __future__ import annotations

import bisect
import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from bluezone.rollout.counts import Count, OrganisationCode, Origin
from bluezone.rollout.series import SUM, Series


@dataclass(frozen=True, slots=True)
class Gone:
    """Hold the series of a unit that went into another with its people, and the day on which it did."""

    series: Series
    day: dt.date


@dataclass(frozen=True, slots=True)
class Steps:
    """Hold totals that stay until the next one."""

    days: list[dt.date]
    totals: list[int]

    @classmethod
    def of(cls, series: Series) -> Steps:
        made = series.totals()
        return cls([day for day, _total in made], [total for _day, total in made])

    def at(self, day: dt.date) -> int:
        """Return the newest total by a day; 0 before the first."""
        position = bisect.bisect_right(self.days, day)
        return self.totals[position - 1] if position else 0

    def newest(self, day: dt.date) -> dt.date | None:
        """Return the day of the newest total by a day; None before the first."""
        position = bisect.bisect_right(self.days, day)
        return self.days[position - 1] if position else None


def with_gone(own: Series, code: OrganisationCode, gone: Sequence[Gone]) -> Series:
    """Return a unit's series with the counts of those that went into it, each up to the day on which it went.

    It begins where each of those that are added has a count, so that none of them looks like a gain by joining.
    """
    added = [(each, Steps.of(each.series.until(each.day))) for each in gone if _is_added(own, each)]
    if not added:
        return own
    mine, last = Steps.of(own), max(each.day for each, _steps in added)
    begins = [steps.days[0] for _each, steps in added] + [day for day in mine.days[:1] if day <= last]
    days = {day for steps in (mine, *(steps for _each, steps in added)) for day in steps.days if day >= max(begins)}
    counts = {count.date: count for count in own.counts}

    def on(day: dt.date) -> Count:
        newest = mine.newest(day)
        joining = [steps.at(day) for each, steps in added if newest is None or newest <= each.day]
        if not joining:
            return counts[day]  # of all: each of its days is one of its own counts
        total = mine.at(day) + sum(joining)
        return Count(code, day, source=SUM, origin=origin, **{own.kind.value: total})  # type: ignore[arg-type]

    origin = own.origin or added[0][0].series.origin or Origin.REPORTED
    return Series(own.day, own.kind, origin, tuple(on(day) for day in sorted(days)), own.printed, own.parts)


def _is_added(own: Series, gone: Gone) -> bool:
    counted_twice = gone.series.origin is Origin.COUNTED and own.origin is Origin.COUNTED
    return bool(gone.series.until(gone.day).counts) and not counted_twice


__all__ = ["Gone", "Steps", "with_gone"]
