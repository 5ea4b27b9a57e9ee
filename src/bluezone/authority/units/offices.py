"""Say which office answers for a sector of a place, and change it.

Where nothing is said, the office that such a place has for the sector answers (rollout.sectors); where there is none,
the head of the place. So somebody always answers.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass

from django.db import IntegrityError, transaction
from django.db.models import Q
from django.utils.translation import gettext_noop

from bluezone.authority.officers.jurisdiction import Role, code_of, place_of, places_above
from bluezone.authority.officers.models import Office, OfficeTask, User
from bluezone.authority.units import sectors
from bluezone.authority.units.models import Organisation
from bluezone.authority.units.signals import reassigned
from bluezone.errors import TranslatableError
from bluezone.geography import catalogue
from bluezone.geography.country import country
from bluezone.geography.units import Unit, UnitCode, nation
from bluezone.rollout.sectors import Sector

_NAME_LENGTH = 160


class OfficeError(TranslatableError):
    """Report an office that cannot be as it is described."""


def chair_of(unit: Unit) -> str:
    """Return who answers for a unit unless an order says otherwise, as the country's letters name the office."""
    return _filled(country().papers.heads[unit.level].answers, unit)


def head_office_of(unit: Unit) -> str:
    """Return who gives orders in a unit, as its letters name it: `UBND tỉnh Hậu Giang`."""
    return _filled(country().papers.heads[unit.level].orders, unit)


def _filled(form: str, unit: Unit) -> str:
    return " ".join(form.format(kind=unit.kind, name=unit.name, unit=unit.full_name).split())


@dataclass(frozen=True, slots=True)
class InCharge:
    """Answer which office is in charge of what, from what was loaded once."""

    tasks: Mapping[tuple[str, str], str]
    sectors: Mapping[str, Sector]

    def of_sector(self, place: str, sector: str) -> str:
        """Return the name of the office that answers for a sector of a place of the gazetteer."""
        return self.tasks.get((place, sector)) or default_office(place, self.sectors.get(sector))

    def of_organisation(self, organisation: Organisation) -> str:
        """Return who answers for an organisation: its head, else the nearest office that has its sector as a task, else
        the office that its commune (district, province) has for it."""
        if organisation.headed_by:
            return organisation.headed_by
        above = places_above(place_of(UnitCode.parse(organisation.within)))
        for place in reversed(above):
            if office := self.tasks.get((place, organisation.sector)):
                return office
        return default_office(above[-1], self.sectors.get(organisation.sector))


def default_office(place: str, sector: Sector | None) -> str:
    """Return the office that answers for a sector of a place where nobody said which: that of the sector's data at this
    level, else the head of the place."""
    code = code_of(place)
    unit = catalogue.all_units().unit(code) if code is not None else nation(country().systems[-1])
    return (sector.office_at(unit.level) if sector else "") or chair_of(unit)


def in_charge(places: Collection[str] = (), *, below: str = "") -> InCharge:
    """Load who is in charge in some places; `below` in a place, those it lies in and those that lie in it."""
    which = Q(territory__in=[*places, *places_above(below)])
    if below:
        which |= Q(territory__startswith=below)
    rows = OfficeTask.objects.filter(which).select_related("office")
    return InCharge({(row.territory, row.sector): row.office.name for row in rows}, sectors.every())


def who_answers(organisations: Iterable[Organisation]) -> dict[str, str]:
    """Return who answers for each of some organisations, by code."""
    every = list(organisations)
    places = {place for each in every if not each.headed_by for place in places_above(each.place)}
    found = in_charge(places)
    return {each.code: found.of_organisation(each) for each in every}


def tasks_of(territory: str) -> dict[str, Office]:
    """Return the offices of a place by the sectors they answer for."""
    rows = OfficeTask.objects.filter(territory=territory).select_related("office")
    return {row.sector: row.office for row in rows}


def with_officers(territory: str) -> set[str]:
    """Return the sectors of a place whose office has an officer who can log in."""
    rows = OfficeTask.objects.filter(territory=territory).select_related("office")
    posts = {row.sector: row.office.place for row in rows}
    officers = User.objects.filter(role=Role.DEPARTMENT, place__in=posts.values(), is_active=True)
    staffed = set(officers.values_list("place", flat=True))
    return {sector for sector, post in posts.items() if post in staffed}


def open_offices(territory: str) -> list[Office]:
    """Return the open offices of a place, by name."""
    return list(Office.objects.filter(territory=territory, closed_on=None).order_by("name", "pk"))


@transaction.atomic
def assign(territory: str, sector: str, name: str, *, is_example: bool = False) -> Office | None:
    """Make a sector of a place the task of the office of that name, which is made where there is none; without a name
    nobody's task. The running orders say so from now on. Raises OfficeError."""
    name = " ".join(name.split())
    before = OfficeTask.objects.filter(territory=territory, sector=sector).select_related("office").first()
    if before is not None and before.office.name == name:
        return before.office
    office = Office.objects.filter(territory=territory, name__iexact=name, closed_on=None).first() if name else None
    if name and office is None:
        office = Office(territory=territory, name=_checked(name), is_example=is_example)
        _save(office)
    if before is not None and office is None:
        before.delete()
    elif before is not None and office is not None:
        before.office = office
        before.save()
    elif office is not None:
        OfficeTask.objects.create(office=office, territory=territory, sector=sector)
    reassigned.send(Office, territory=territory, sector=sector)
    return office


def assign_as_ordered(territory: str, sector: str, name: str, *, is_example: bool = False) -> None:
    """Make a sector the task of whom an order names; the head of the place is no office."""
    chair = default_office(territory, None)
    assign(territory, sector, "" if " ".join(name.split()) == chair else name, is_example=is_example)


@transaction.atomic
def rename(office: Office, name: str) -> None:
    """Change an office's name. Raises OfficeError where another one has it."""
    office.name = _checked(name)
    _save(office)
    for sector in office.tasks.values_list("sector", flat=True):
        reassigned.send(Office, territory=office.territory, sector=sector)


@transaction.atomic
def close(office: Office, today: dt.date) -> None:
    """Close an office: nothing is its task any more, and its officers see nothing."""
    office.closed_on = today
    office.save(update_fields=["closed_on"])
    for task in list(office.tasks.all()):
        task.delete()
        reassigned.send(Office, territory=office.territory, sector=task.sector)


def _checked(name: str) -> str:
    name = " ".join(name.split())
    if not name:
        raise OfficeError(gettext_noop("an office needs a name"))
    if len(name) > _NAME_LENGTH:
        raise OfficeError(gettext_noop("the name of an office has at most {most} letters"), most=_NAME_LENGTH)
    return name


def _save(office: Office) -> None:
    try:
        with transaction.atomic():
            office.save()
    except IntegrityError:
        raise OfficeError(gettext_noop("there is an office “{name}” here already"), name=office.name) from None
