"""Choose the units an officer can ask about, and gather the known facts of one."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from django.core.exceptions import PermissionDenied

from bluezone.authority.campaign.figures import reader
from bluezone.authority.campaign.orders.queries import people_of
from bluezone.authority.officers.jurisdiction import Jurisdiction, own_unit, place_of
from bluezone.geography import catalogue
from bluezone.geography.errors import GeographyError
from bluezone.geography.units import Level, Unit, UnitCode


@dataclass(frozen=True, slots=True)
class Known:
    """Hold a unit, its people by a census if it has one, and its adoption by the newest figure."""

    unit: Unit
    place: str
    people: int | None
    vintage: str
    adoption: float | None
    adoption_on: dt.date | None


def choices(own: Jurisdiction, day: dt.date) -> list[Unit]:
    """List the units an officer may ask about without a search: the own one and those right below."""
    unit = own_unit(own, day)
    below = catalogue.all_units().children(unit.code, day) if unit.level < Level.COMMUNE else ()
    return [unit, *below]


def asked_unit(own: Jurisdiction, code: str, day: dt.date) -> Unit:
    """Return a unit by its code; the own one without. Raises PermissionDenied outside the jurisdiction."""
    if not code:
        return own_unit(own, day)
    try:
        unit = catalogue.all_units().unit(UnitCode.parse(code))
    except GeographyError:
        raise PermissionDenied from None
    if not own.may_see(place_of(unit.code)):
        raise PermissionDenied
    return unit


def has_curve(unit: Unit, day: dt.date) -> bool:
    """Tell whether a unit has figures of more than one day: one point is no curve."""
    return len(reader.whole_series(unit.code, day).counts) > 1


def known_of(unit: Unit, day: dt.date) -> Known:
    """Gather what the counts of people and the figures of the roll-out say of a unit."""
    people = people_of(unit, day)
    series = reader.series_of([unit.code], day).get(unit.code)
    share = series.total / people.value if series and series.total and people else None
    return Known(
        unit=unit,
        place=place_of(unit.code),
        people=people.value if people else None,
        vintage=people.vintage.id if people else "",
        adoption=share,
        adoption_on=series.figure.date if series and series.figure and share else None,
    )
