"""Who an order can be handed to: districts and communes with their people, or sectors and their organisations."""

from __future__ import annotations

import datetime as dt
import enum
from collections.abc import Collection, Mapping, Sequence

from django.db.models import Max, Q

from bluezone.authority.campaign.figures import organisation_series
from bluezone.authority.campaign.figures.models import DailyCount
from bluezone.authority.campaign.figures.store import counts_of
from bluezone.authority.campaign.orders.models import Kind
from bluezone.authority.campaign.orders.rules import Node
from bluezone.authority.officers.jurisdiction import place_of
from bluezone.authority.units.models import Organisation
from bluezone.geography import catalogue
from bluezone.geography.errors import NoFigureError
from bluezone.geography.figures import Measure
from bluezone.geography.units import Level, Unit
from bluezone.rollout.counts import Count
from bluezone.rollout.sectors import NAMES, Sector

#: the people of a part, as the officer who gave the order wrote them
GIVEN = "given with the order"
HEADCOUNT = "headcount"


class Depth(enum.StrEnum):
    """How far an order is handed down."""

    NOT = "not"
    ONE = "one level"
    TWO = "two levels"


def counts_of_units(keys: Collection[str], as_of: dt.date) -> dict[str, list[Count]]:
    """The figures of units of the weeks up to a day, or where they were silent, the newest before. One a day: the
    largest, where sources differ."""
    rows = DailyCount.objects.filter(unit__in=keys, installs__isnull=False, date__lte=as_of)
    recent = counts_of(rows.filter(date__gt=as_of - organisation_series.WINDOW))
    silent = set(keys) - {str(count.unit) for count in recent}
    newest = rows.filter(unit__in=silent).values("unit").annotate(day=Max("date")).values_list("unit", "day")
    older = [Q(unit=unit, date=day) for unit, day in newest]
    for start in range(0, len(older), 200):
        condition = Q(pk__in=[])
        for each in older[start : start + 200]:
            condition |= each
        recent += counts_of(rows.filter(condition))
    found: dict[str, dict[dt.date, Count]] = {}
    for count in recent:
        days = found.setdefault(str(count.unit), {})
        held = days.get(count.date)
        if held is None or (held.installs or 0) < (count.installs or 0):
            days[count.date] = count
    return {unit: [days[day] for day in sorted(days)] for unit, days in found.items()}


def territory(unit: Unit, measure: Measure, depth: Depth, day: dt.date, given: Mapping[str, int]) -> Node:
    """A unit, the units below it and those below them, with their people and where they stand.

    `given` are people by code that the officer wrote where no census knows them.
    """
    levels = {Depth.NOT: 0, Depth.ONE: 1, Depth.TWO: 2}[depth]
    units = [unit]
    frontier: Sequence[Unit] = [unit]
    for _ in range(levels):
        frontier = [child for each in frontier for child in _children(each, day)]
        units += frontier
    standing = counts_of_units([str(each.code) for each in units], day)
    return _unit_node(unit, measure, levels, day, given, standing)


def _children(unit: Unit, day: dt.date) -> Sequence[Unit]:
    return catalogue.all_units().children(unit.code, day) if unit.level < Level.COMMUNE else ()


def _unit_node(
    unit: Unit,
    measure: Measure,
    levels: int,
    day: dt.date,
    given: Mapping[str, int],
    standing: Mapping[str, list[Count]],
) -> Node:
    key = str(unit.code)
    below = _children(unit, day) if levels else ()
    people, source = _people(unit, measure, day, given)
    counts = standing.get(key)
    return Node(
        kind=Kind.UNIT,
        key=key,
        name=unit.full_name,
        place=place_of(unit.code),
        people=people,
        people_source=source,
        installs=counts[-1].installs if counts else None,
        responsible=chair_of(unit),
        children=tuple(_unit_node(each, measure, levels - 1, day, given, standing) for each in below),
    )


def _people(unit: Unit, measure: Measure, day: dt.date, given: Mapping[str, int]) -> tuple[int | None, str]:
    own = given.get(str(unit.code))
    if own:
        return own, GIVEN
    try:
        figure = catalogue.figures().current(unit, measure, day)
    except NoFigureError:
        return None, ""
    return figure.value, figure.vintage.id


def chair_of(unit: Unit) -> str:
    """Who answers for a unit unless an order says otherwise: as Vietnamese letters name the office."""
    if unit.level is Level.NATION:
        return ""
    return f"Chủ tịch UBND {unit.kind} {unit.name}".replace("  ", " ")


def organisations_in(place: str, sectors: Collection[Sector]) -> list[Organisation]:
    """The open organisations of some sectors in a place, by name."""
    rows = Organisation.objects.filter(place__startswith=place, closed_on=None, sector__in=[str(s) for s in sectors])
    return list(rows.order_by("name", "pk"))


def sectors(unit: Unit, chosen: Sequence[Sector], day: dt.date) -> tuple[Node, list[Organisation]]:
    """A unit's sectors with their organisations; and those left out because nobody knows their headcount."""
    place = place_of(unit.code)
    every = organisations_in(place, chosen)
    counted = [each for each in every if each.people]
    standing = organisation_series.of_organisations(counted, day)
    nodes = tuple(
        _sector_node(sector, place, [each for each in counted if each.sector == sector], standing) for sector in chosen
    )
    with_units = tuple(node for node in nodes if node.children)
    root = Node(
        kind=Kind.UNIT,
        key=str(unit.code),
        name=unit.full_name,
        place=place,
        people=sum(node.people or 0 for node in with_units) or None,
        people_source=HEADCOUNT,
        installs=_sum(with_units),
        responsible=chair_of(unit),
        children=with_units,
    )
    return root, [each for each in every if not each.people]


def _sector_node(
    sector: Sector, place: str, organisations: Sequence[Organisation], standing: Mapping[str, list[Count]]
) -> Node:
    children = tuple(
        Node(
            kind=Kind.ORGANISATION,
            key=each.code,
            name=each.name,
            place=each.place,
            people=each.people,
            people_source=HEADCOUNT,
            # A station's poster counts travellers, too: more than its own people is full, not wrong.
            installs=min(standing[each.code][-1].installs or 0, each.people or 0) if each.code in standing else None,
            responsible=each.headed_by,
        )
        for each in organisations
    )
    return Node(
        kind=Kind.SECTOR,
        key=sector.value,
        name=NAMES[sector],
        place=place,
        people=sum(each.people or 0 for each in children) or None,
        people_source=HEADCOUNT,
        installs=_sum(children),
        children=children,
    )


def _sum(nodes: Sequence[Node]) -> int | None:
    known = [node.installs for node in nodes if node.installs is not None]
    return sum(known) if known else None
