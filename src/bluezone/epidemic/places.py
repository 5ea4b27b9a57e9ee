"""Look up how many people a named place has, by the geography room."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Final

from bluezone.epidemic.demography import Parts
from bluezone.epidemic.errors import EpidemicError
from bluezone.geography import catalogue
from bluezone.geography.country import country
from bluezone.geography.errors import GeographyError, UnitNotInForceError, UnknownUnitError
from bluezone.geography.figures import Measure
from bluezone.geography.units import Level, Unit

#: The day of the report that began it: a name without a date means the place of that day (63 provinces).
DEFAULT_DATE: Final = dt.date(2020, 8, 13)


@dataclass(frozen=True, slots=True)
class Place:
    """Hold a place with its population and where the figure comes from."""

    name: str
    people: int
    source: str


def place_of(text: str, on: dt.date | None = None) -> Place:
    """Return the place of a name or code on a date: nation, province, district or commune.

    Without a date: as of August 2020, or if there was none of that name, as of the reform of July 2025. Raises
    EpidemicError or GeographyError in one sentence.
    """
    first: GeographyError | None = None
    days = [DEFAULT_DATE, *(each.since for each in country().systems if each.since is not None)]
    for date in [on] if on is not None else days:
        for gazetteer in (catalogue.provinces, catalogue.all_units):  # the small one first: it is made at once
            try:
                unit = gazetteer().find(text, on=date)
                figure = catalogue.figures().current(unit, Measure.POPULATION, date)
            except UnitNotInForceError as error:
                first = first or error
                break
            except UnknownUnitError as error:
                first = first or error
            except GeographyError as error:  # known, but never counted
                raise EpidemicError(f"{error}; or give its number of people instead (--people)") from error
            else:
                return Place(
                    unit.full_name, figure.value, f"{figure.vintage.title} ({figure.vintage.as_of.isoformat()})"
                )
    assert first is not None
    raise first


def parts_of(text: str, on: dt.date | None = None) -> Parts:
    """Return the communes of a province or district, with their people: those of their district in equal parts where
    none of their own are known. Raises EpidemicError for a place that has none."""
    date = on or DEFAULT_DATE
    gazetteer = catalogue.all_units()
    place = gazetteer.find(text, on=date)
    if place.level not in (Level.PROVINCE, Level.DISTRICT):
        raise EpidemicError(f"{place.full_name} has no communes to move between; ask for a province or a district")
    districts = gazetteer.children(place.code, date) if place.level is Level.PROVINCE else [place]
    names, people, of = [], [], []
    for district in districts:
        communes = gazetteer.children(district.code, date)
        for commune in communes:
            own = _people(commune, date)
            share = (_people(district, date) or 0) // max(1, len(communes))
            names.append(f"{commune.full_name}, {district.full_name}")
            people.append(own or share or 1)
            of.append(district.full_name)
    return Parts(tuple(names), tuple(people), tuple(of))


def _people(unit: Unit, date: dt.date) -> int | None:
    try:
        return catalogue.figures().current(unit, Measure.POPULATION, date).value
    except GeographyError:
        return None
