"""Sum the figures of the units below one that has no figure of its own, for `reader`.

When all eight districts have reported, their province is not without a figure because nobody typed the sum. A unit's
own figure, of whatever source, always counts before such a sum; and where one part is silent there is none, for then
it would say less than there is.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator

from django.db.models import Q

from bluezone.geography import catalogue
from bluezone.geography.errors import GeographyError
from bluezone.geography.units import Level, UnitCode
from bluezone.rollout.counts import Count, Kind, OrganisationCode
from bluezone.rollout.series import MAX_AGE_DAYS, sum_of_parts

Code = UnitCode | OrganisationCode
Rows = Callable[[Iterable[Code], Q], Iterator[Count]]


def sums_below(codes: Iterable[Code], first: dt.date, day: dt.date, kind: Kind, rows: Rows) -> dict[Code, list[Count]]:
    """Return the sums over the districts (communes) of each unit, of the days from `first` to `day` on which every one
    of them has a figure; without units where there is no such day. `rows` reads the counts of units."""
    parts = {code: found for code in codes if isinstance(code, UnitCode) and (found := _parts(code, day))}
    if not parts:
        return {}
    earliest = max(dt.date.min + dt.timedelta(days=MAX_AGE_DAYS), first) - dt.timedelta(days=MAX_AGE_DAYS)
    counts: dict[Code, list[Count]] = defaultdict(list)
    for count in rows([part for found in parts.values() for part in found], Q(date__gte=earliest, date__lte=day)):
        counts[count.unit].append(count)
    sums = {
        code: [
            each
            for each in sum_of_parts(code, found, (count for part in found for count in counts.get(part, ())), kind)
            if each.date >= first
        ]
        for code, found in parts.items()
        if all(part in counts for part in found)
    }
    return {code: each for code, each in sums.items() if each}


def _parts(code: UnitCode, day: dt.date) -> tuple[UnitCode, ...]:
    if code.level is Level.COMMUNE:
        return ()
    try:
        unit = catalogue.all_units().unit(code, day)
    except GeographyError:  # it does not stand on that day
        return ()
    return tuple(each.code for each in catalogue.all_units().children(unit.code, day))
