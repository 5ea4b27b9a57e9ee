"""What pages show: rankings of a day from the figures in the database."""

from __future__ import annotations

import datetime as dt
import itertools
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence

from django.db import connection
from django.db.models import Q

from bluezone.authority.campaign.figures.models import DailyCount
from bluezone.authority.campaign.figures.store import counts_of
from bluezone.geography import catalogue
from bluezone.geography.figures import Measure
from bluezone.geography.units import Level, System, Unit, UnitCode
from bluezone.rollout import suppression
from bluezone.rollout.counts import Count
from bluezone.rollout.ranking import MAX_AGE_DAYS, Basis, Ranking, rank

#: the source of a figure that is a sum of reported ones
SUM = "sum"
#: movement is over a week
WEEK = dt.timedelta(days=7)
#: figures older than this do not matter to a ranking and its movement
_WINDOW = dt.timedelta(days=31)
#: the last day of the 63 provinces
LAST_OF_63 = dt.date(2025, 6, 30)


# From one day to the next by the index on (date, unit): a year of a country is four million rows on 365 days.
_DAYS = f"""
    WITH RECURSIVE days (day) AS (
        SELECT min(date) FROM {DailyCount._meta.db_table}
        UNION ALL
        SELECT (SELECT min(date) FROM {DailyCount._meta.db_table} WHERE date > day) FROM days WHERE day IS NOT NULL
    )
    SELECT day FROM days WHERE day IS NOT NULL
"""  # noqa: S608 (the table's name is ours)


def days_with_figures() -> list[dt.date]:
    """The days of which there is any figure."""
    with connection.cursor() as cursor:
        cursor.execute(_DAYS)
        return [day if isinstance(day, dt.date) else dt.date.fromisoformat(day) for (day,) in cursor.fetchall()]


def recent_counts(units: Iterable[Unit], day: dt.date) -> list[Count]:
    """The figures of units of the weeks before a day."""
    codes = [str(unit.code) for unit in units]
    return counts_of(DailyCount.objects.filter(unit__in=codes, date__lte=day, date__gt=day - _WINDOW))


def counts_of_unit(unit: Unit, day: dt.date) -> list[Count]:
    """Every figure of one unit up to a day. A province of 2025 begins with the sums of what its parts reported."""
    own = counts_of(DailyCount.objects.filter(unit=str(unit.code), date__lte=day))
    return [*_sums_of_parts(unit, min(day, LAST_OF_63)), *own]


def _sums_of_parts(unit: Unit, day: dt.date) -> Iterator[Count]:
    parts = parts_of(unit)
    if not parts:
        return
    reported = counts_of(
        DailyCount.objects.filter(unit__in=[str(each.code) for each in parts], date__lte=day, installs__isnull=False)
    )
    newest: dict[UnitCode, Count] = {}
    for date, of_day in itertools.groupby(reported, key=lambda count: count.date):
        today: dict[UnitCode, Count] = {}
        for count in of_day:
            if count.unit not in today or (count.installs or 0) > (today[count.unit].installs or 0):
                today[count.unit] = count
        newest |= today
        fresh = [count for count in newest.values() if (date - count.date).days <= MAX_AGE_DAYS]
        if len(fresh) == len(parts):
            yield Count(unit.code, date, installs=sum(count.installs or 0 for count in fresh), source=SUM)


def parts_of(unit: Unit) -> list[Unit]:
    """The provinces that went into a province of 2025; none for any other unit."""
    if unit.code.system is not System.PROVINCES_34 or unit.level is not Level.PROVINCE:
        return []
    gazetteer = catalogue.provinces()
    return [gazetteer.unit(each.predecessor) for each in gazetteer.predecessors(unit.code)]


def children_of(unit: Unit, day: dt.date) -> Sequence[Unit]:
    """The units under one on a day: before July 2025, those of one of the 34 are the provinces it was made of."""
    if unit.level is Level.COMMUNE:
        return ()
    if day <= LAST_OF_63 and (parts := parts_of(unit)):
        return parts
    return catalogue.all_units().children(unit.code, day)


def hidden_days(unit: Unit, counts: Iterable[Count], day: dt.date) -> set[dt.date]:
    """The days on which a unit's count must not be shown: too small itself, or it would give a sister's small one away
    from the total above them."""
    days = {count.date for count in counts if count.installs is not None}
    if unit.level < Level.DISTRICT or unit.parent is None or not days:
        return set()
    sisters = catalogue.all_units().children(unit.parent, day)
    people = {str(each.code): _people(each) for each in sisters}
    rows = DailyCount.objects.filter(unit__in=people, date__lte=max(days), installs__isnull=False)
    telling = Q(installs__lt=suppression.LEAST_SHOWN)
    for code, number in people.items():
        if number is not None and number < suppression.MANY_PEOPLE:
            telling |= Q(unit=code, installs__gt=number - suppression.LEAST_SHOWN)
    some = days & set(rows.filter(telling).values_list("date", flat=True))
    by_day: dict[dt.date, dict[str, tuple[int, int | None]]] = defaultdict(dict)
    of_those = rows.filter(date__in=some).order_by("installs") if some else rows.none()
    for code, date, installs in of_those.values_list("unit", "date", "installs"):
        by_day[date][code] = (installs, people[code])  # the largest, where sources differ
    return {
        date
        for date, all_of_day in by_day.items()
        if str(unit.code) in all_of_day and suppression.shown_children(all_of_day)[str(unit.code)] is None
    }


def _people(unit: Unit) -> int | None:
    known = catalogue.figures().every(unit, Measure.POPULATION)
    return known[0].value if known else None


def ranking_of(units: Sequence[Unit], day: dt.date, measure: Measure) -> Ranking:
    """Units on a day, with movement since a week before."""
    counts = recent_counts(units, day)
    return rank(units, counts, catalogue.figures(), on=day, basis=Basis(measure), base_date=day - WEEK)


def provinces_on(day: dt.date, system: System, measure: Measure) -> Ranking:
    """The provinces of one system on a day. Before 1 July 2025 the 34 are sums of what their parts reported."""
    reported = catalogue.provinces().of_level(Level.PROVINCE, min(day, LAST_OF_63))
    if system is System.PROVINCES_63:
        return ranking_of(reported, day, measure)
    if day > LAST_OF_63:
        return ranking_of(catalogue.provinces().of_level(Level.PROVINCE, day), day, measure)
    new = catalogue.provinces().of_level(Level.PROVINCE, LAST_OF_63 + dt.timedelta(days=1))
    sums = [
        count
        for at in (day - WEEK, day)
        for count in _sums(new, rank(reported, recent_counts(reported, at), catalogue.figures(), on=at), at)
    ]
    return rank(new, sums, catalogue.figures(), on=day, basis=Basis(measure), base_date=day - WEEK)


def _sums(new: Sequence[Unit], ranking: Ranking, day: dt.date) -> Iterable[Count]:
    """A new province has a figure where each of its parts has one."""
    known: dict[UnitCode, int] = {s.unit.code: s.count for s in ranking.ranked if s.count is not None}
    for unit in new:
        parts = [each.predecessor for each in catalogue.provinces().predecessors(unit.code)]
        if parts and all(part in known for part in parts):
            yield Count(unit.code, day, installs=sum(known[part] for part in parts), source=SUM)
