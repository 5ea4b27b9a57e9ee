"""What pages show: rankings of a day from the figures in the database."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Sequence

from bluezone.authority.campaigns.models import DailyCount
from bluezone.authority.campaigns.store import counts_of
from bluezone.geography import catalogue
from bluezone.geography.figures import Measure
from bluezone.geography.units import Level, System, Unit, UnitCode
from bluezone.rollout import suppression
from bluezone.rollout.counts import Count
from bluezone.rollout.ranking import Basis, Ranking, rank

#: movement is over a week
WEEK = dt.timedelta(days=7)
#: figures older than this do not matter to a ranking and its movement
_WINDOW = dt.timedelta(days=31)
#: the last day of the 63 provinces
_LAST_OF_63 = dt.date(2025, 6, 30)


def days_with_figures() -> list[dt.date]:
    """The days of which there is any figure."""
    return list(DailyCount.objects.order_by("date").values_list("date", flat=True).distinct())


def recent_counts(units: Iterable[Unit], day: dt.date) -> list[Count]:
    """The figures of units of the weeks before a day."""
    codes = [str(unit.code) for unit in units]
    return counts_of(DailyCount.objects.filter(unit__in=codes, date__lte=day, date__gt=day - _WINDOW))


def counts_of_unit(unit: Unit, day: dt.date) -> list[Count]:
    """Every figure of one unit up to a day."""
    return counts_of(DailyCount.objects.filter(unit=str(unit.code), date__lte=day))


def hidden_days(unit: Unit, counts: Iterable[Count], day: dt.date) -> set[dt.date]:
    """The days on which a unit's count must not be shown: too small itself, or it would give a sister's small one away
    from the total above them."""
    days = {count.date for count in counts if count.installs is not None}
    if unit.level < Level.DISTRICT or unit.parent is None or not days:
        return set()
    sisters = catalogue.all_units().children(unit.parent, day)
    people = {str(each.code): _people(each) for each in sisters}
    rows = DailyCount.objects.filter(unit__in=people, date__in=days, installs__isnull=False)
    by_day: dict[dt.date, dict[str, tuple[int, int | None]]] = defaultdict(dict)
    for code, date, installs in rows.order_by("installs").values_list("unit", "date", "installs"):
        by_day[date][code] = (installs, people[code])  # the largest, where sources differ
    return {
        date for date, all_of_day in by_day.items() if suppression.shown_children(all_of_day)[str(unit.code)] is None
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
    reported = catalogue.provinces().of_level(Level.PROVINCE, min(day, _LAST_OF_63))
    if system is System.PROVINCES_63:
        return ranking_of(reported, day, measure)
    if day > _LAST_OF_63:
        return ranking_of(catalogue.provinces().of_level(Level.PROVINCE, day), day, measure)
    new = catalogue.provinces().of_level(Level.PROVINCE, _LAST_OF_63 + dt.timedelta(days=1))
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
            yield Count(unit.code, day, installs=sum(known[part] for part in parts), source="sum")
