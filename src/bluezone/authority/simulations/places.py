"""Choose the units an officer can ask about, and gather the known facts of one."""

from __future__ import annotations

import datetime as dt
import itertools
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Final

from django.core.exceptions import PermissionDenied

from bluezone.authority.campaign.figures import reader
from bluezone.authority.campaign.orders import tree
from bluezone.authority.campaign.orders.queries import (
    denominators_of,
    people_of,
    share_asked,
    target_of,
    targets_of_sectors,
)
from bluezone.authority.officers.jurisdiction import Jurisdiction, own_unit, place_of
from bluezone.authority.simulations.rules import MAX_UPTAKE
from bluezone.authority.simulations.sectors import (
    FORECAST,
    MET,
    NOT_GIVEN,
    SIMULATED,
    Course,
    Reported,
    by_sector,
    simulated,
)
from bluezone.geography import catalogue
from bluezone.geography.errors import GeographyError
from bluezone.geography.units import Level, Unit, UnitCode
from bluezone.rollout.chance import most_of
from bluezone.rollout.forecast import ForecastError, outlook


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


#: how far off a deadline is where no order says it: the days of the order of August 2020
_USUAL_DAYS: Final = 17
#: days between the points of a course
_STEP_DAYS: Final = 7


def deadline_of(unit: Unit, day: dt.date) -> dt.date:
    """Return the deadline of the order a unit stands under, or one as far off as that of August 2020 was."""
    target = target_of(unit.code, day)
    due = target.deadline if target else day
    return due if due > day else day + dt.timedelta(days=_USUAL_DAYS)


def order_of(unit: Unit, day: dt.date, target: float, deadline: dt.date, *, by_commune: bool) -> dict[str, Any] | None:
    """Return a unit's installs by day if an order for a share of its people is met, as they are forecast with it, and
    without it: by commune where districts have figures of their own, else by sector where units have. None where the
    unit has no figure."""
    days = (deadline - day).days
    own, people = _courses(unit, day, target, days), people_of(unit, day)
    if own is None or people is None:
        return None
    if not by_commune:
        reported = _reported(unit, day)
        known = {
            sector: {"people": sum(each.people for each in units), "installs": sum(each.installs for each in units)}
            for sector, units in simulated(reported).items()
        }
        return {"days": days, "communes": False, "sectors": known, "courses": by_sector(reported, people.value, own)}
    parts = [
        (name, found)
        for district, names in _districts(unit, day)
        if (found := _courses(district, day, target, days)) is not None
        for name in names
    ]
    courses = {
        name: [{"part": part, "installed": found[name]} for part, found in parts] + [{"installed": own[name]}]
        for name in own
    }
    return {"days": days, "communes": bool(parts), "sectors": {}, "courses": courses}


def _reported(unit: Unit, day: dt.date) -> list[Reported]:
    """Return what the units in a place report by sector, of each what is disclosed; those made up as an example only
    where there are no others."""
    place = place_of(unit.code)
    units = [each for each in tree.organisations_in(place, SIMULATED) if each.people]
    counted = tree.without_parts([each for each in units if not each.is_example] or units)
    installs = tree.disclosed_installs(counted, day)
    asked = {key: float(share_asked(target)) for key, target in targets_of_sectors(place, day).items()}
    found = []
    for key in SIMULATED:
        known = [(each.people or 0, installs[each.code]) for each in counted
                 if each.sector == key and each.code in installs]  # fmt: skip
        if known:
            people, number = (sum(each) for each in zip(*known, strict=True))
            found.append(Reported(key, people, number, asked.get(key)))
    return found


def _districts(unit: Unit, day: dt.date) -> Iterator[tuple[Unit, list[str]]]:
    """Yield the districts of a province, each with its communes as the simulator calls them."""
    gazetteer = catalogue.all_units()
    for district in gazetteer.children(unit.code, day) if unit.level is Level.PROVINCE else ():
        yield district, [f"{each.full_name}, {district.full_name}" for each in gazetteer.children(district.code, day)]


def _courses(unit: Unit, day: dt.date, target: float, days: int) -> dict[str, Course] | None:
    """Return a unit's own installs on each course."""
    series, people = reader.whole_series(unit.code, day), people_of(unit, day)
    if not series.total or people is None:
        return None
    figures = denominators_of([unit], day)
    most = most_of(unit, figures, day, people.value, series.total)

    def ahead(orders: Sequence[dt.date]) -> Course:
        try:
            forecast = outlook(series.points(), as_of=day, ceiling=most, orders=orders).days(days)
        except ForecastError:
            return [(0, now)]
        later = [(n, forecast[n - 1].total / people.value) for n in (*range(_STEP_DAYS, days, _STEP_DAYS), days)]
        return _rising([(0, now), *later])

    now = min(series.total / people.value, MAX_UPTAKE)
    return {NOT_GIVEN: ahead(()), FORECAST: ahead([day]), MET: _rising([(0, now), (days, target)])}


def _rising(points: Course) -> Course:
    """Return a course that never falls, and never passes the people who own a phone."""
    shares = itertools.accumulate((min(share, MAX_UPTAKE) for _, share in points), max)
    return [(at, round(share, 5)) for (at, _), share in zip(points, shares, strict=True)]
