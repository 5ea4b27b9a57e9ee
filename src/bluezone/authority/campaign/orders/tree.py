"""Find whom an order can be handed to: districts and communes with their people, or sectors and their organisations."""

from __future__ import annotations

import datetime as dt
import enum
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace

from bluezone.authority.campaign.figures import reader
from bluezone.authority.campaign.figures.reader import Code
from bluezone.authority.campaign.orders.models import Kind
from bluezone.authority.campaign.orders.rules import Node
from bluezone.authority.officers.jurisdiction import place_of
from bluezone.authority.units import offices
from bluezone.authority.units.models import Organisation
from bluezone.authority.units.offices import InCharge, chair_of
from bluezone.geography import catalogue
from bluezone.geography.figures import Figures, Measure
from bluezone.geography.units import Level, Unit
from bluezone.rollout.counts import OrganisationCode
from bluezone.rollout.series import Series

#: the people of a part, as the officer who gave the order wrote them
GIVEN = "given with the order"
HEADCOUNT = "headcount"
#: of the vintage's name, as `Target.people_source` holds it
_SOURCE_LENGTH = 80


class Depth(enum.StrEnum):
    """Name how far an order is handed down."""

    NOT = "not"
    ONE = "one level"
    TWO = "two levels"


def territory(
    unit: Unit,
    measure: Measure,
    depth: Depth,
    day: dt.date,
    given: Mapping[str, int],
    phones: Mapping[str, int] | None = None,
) -> Node:
    """Return a unit, the units below it and those below them, with their people and their figures.

    `given` are people by code that the officer wrote where no census knows them; `phones`, where the target is cut by
    smartphones, those the officer wrote where no figure knows them.
    """
    levels = {Depth.NOT: 0, Depth.ONE: 1, Depth.TWO: 2}[depth]
    units = [unit]
    frontier: Sequence[Unit] = [unit]
    for _ in range(levels):
        frontier = [child for each in frontier for child in _children(each, day)]
        units += frontier
    series = reader.series_of((each.code for each in units), day)
    people = _People(reader.denominators(), measure, day, given)
    cut_by = replace(people, measure=Measure.SMARTPHONES, given=phones) if phones is not None else None
    return _unit_node(unit, levels, day, series, people, cut_by)


def people_above(unit: Unit, measure: Measure, day: dt.date) -> tuple[str, int] | None:
    """Return the name and people of the unit in which one lies; None where nobody knows them, or there is none."""
    above = next(catalogue.all_units().ancestors(unit, day), None)
    figure = reader.denominators().on(above, measure, day) if above is not None else None
    return (above.full_name, figure.value) if above is not None and figure is not None else None


@dataclass(frozen=True, slots=True)
class _People:
    """Look up the people a share is of: those the officer wrote, else the denominator of the day."""

    figures: Figures
    measure: Measure
    day: dt.date
    given: Mapping[str, int]

    def of(self, unit: Unit) -> tuple[int | None, str]:
        """Return how many, and by which count."""
        own = self.given.get(str(unit.code))
        if own:
            return own, GIVEN
        figure = self.figures.on(unit, self.measure, self.day)
        return (figure.value, figure.vintage.id[:_SOURCE_LENGTH]) if figure else (None, "")


def _children(unit: Unit, day: dt.date) -> Sequence[Unit]:
    return catalogue.all_units().children(unit.code, day) if unit.level < Level.COMMUNE else ()


def _unit_node(
    unit: Unit, levels: int, day: dt.date, series: Mapping[Code, Series], people: _People, cut_by: _People | None
) -> Node:
    own, (number, source) = series.get(unit.code), people.of(unit)
    return Node(
        kind=Kind.UNIT,
        key=str(unit.code),
        name=unit.full_name,
        place=place_of(unit.code),
        people=number,
        people_source=source,
        installs=own.total if own else None,
        responsible=chair_of(unit),
        children=tuple(
            _unit_node(each, levels - 1, day, series, people, cut_by)
            for each in (_children(unit, day) if levels else ())
        ),
        phones=cut_by.of(unit)[0] if cut_by is not None else None,
    )


def organisations_in(place: str, sectors: Collection[str]) -> list[Organisation]:
    """Return the open organisations of some sectors (keys) in a place, by name."""
    rows = Organisation.objects.filter(place__startswith=place, closed_on=None, sector__in=list(sectors))
    return list(rows.order_by("name", "pk"))


def uncounted(place: str, sectors: Collection[str]) -> list[Organisation]:
    """Return the open organisations of some sectors in a place whose headcount nobody knows, by name: an order asks
    nothing of them. What lies in one that is counted is counted with it."""
    every = Organisation.objects.filter(place__startswith=place, closed_on=None, sector__in=list(sectors))
    rows = list(every.filter(headcount=None).order_by("name", "pk"))
    above = {code for row in rows for code in row.above}
    holders = every.filter(code__in=above).exclude(headcount=None).values_list("code", flat=True) if above else ()
    counted = set(holders)
    return [row for row in rows if counted.isdisjoint(row.above)]


def without_parts(organisations: Sequence[Organisation]) -> list[Organisation]:
    """Return those of some organisations that lie in none of the others: what lies in another is counted with it."""
    codes = {each.code for each in organisations}
    return [each for each in organisations if each.parent_id is None or codes.isdisjoint(each.above)]


def sectors(
    unit: Unit, chosen: Sequence[str], day: dt.date, answering: Mapping[str, str] | None = None
) -> tuple[Node, list[Organisation]]:
    """Return a unit's sectors (by key) with their organisations, those without any too; and the organisations left out
    because nobody knows their headcount.

    `answering` are the offices, by sector, that the officer named; for the others whoever is in charge answers.
    """
    place = place_of(unit.code)
    every = organisations_in(place, chosen)
    counted = without_parts([each for each in every if each.people])
    in_charge, named = offices.in_charge(below=place), answering or {}
    by_sector: dict[str, list[Organisation]] = {key: [] for key in chosen}
    for each in counted:
        by_sector[each.sector].append(each)
    installs = disclosed_installs(counted, day)
    nodes = tuple(
        _sector_node(key, named.get(key) or in_charge.of_sector(place, key), place, units, installs, in_charge)
        for key, units in by_sector.items()
    )
    root = Node(
        kind=Kind.UNIT,
        key=str(unit.code),
        name=unit.full_name,
        place=place,
        people=sum(node.people or 0 for node in nodes),
        people_source=HEADCOUNT,
        installs=_sum(nodes),
        responsible=chair_of(unit),
        children=nodes,
    )
    return root, uncounted(place, chosen)


def disclosed_installs(organisations: Sequence[Organisation], day: dt.date) -> dict[str, int]:
    """Return the figure of each organisation that has one, as it is disclosed and no more than its people.

    A station's poster counts travellers, too: more than its own people is full, not wrong.
    """
    people: dict[Code, int] = {OrganisationCode(each.code): each.people or 0 for each in organisations}
    figures = reader.series_of(people, day)
    return {
        str(code): min(reader.disclosure(own, people[code]).at_least, people[code])
        for code, own in figures.items()
        if own.total is not None
    }


def _sector_node(
    sector: str,
    responsible: str,
    place: str,
    organisations: Sequence[Organisation],
    installs: Mapping[str, int],
    in_charge: InCharge,
) -> Node:
    children = tuple(
        Node(
            kind=Kind.ORGANISATION,
            key=each.code,
            name=each.name,
            place=each.place,
            people=each.people,
            people_source=HEADCOUNT,
            installs=installs.get(each.code),
            responsible=in_charge.of_organisation(each),
        )
        for each in organisations
    )
    known = in_charge.sectors.get(sector)
    return Node(
        kind=Kind.SECTOR,
        key=sector,
        name=known.name if known else sector,
        place=place,
        people=sum(each.people or 0 for each in children),
        people_source=HEADCOUNT,
        installs=_sum(children),
        responsible=responsible,
        children=children,
    )


def _sum(nodes: Sequence[Node]) -> int | None:
    known = [node.installs for node in nodes if node.installs is not None]
    return sum(known) if known else None
