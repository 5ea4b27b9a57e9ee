"""Carry a unit's code between the country's systems: in Viet Nam 63 provinces until June 2025, 34 since."""

from __future__ import annotations

import datetime as dt
import functools
from dataclasses import dataclass

from bluezone.errors import N_
from bluezone.exchange.errors import ExchangeError
from bluezone.geography import catalogue
from bluezone.geography.country import country
from bluezone.geography.errors import GeographyError
from bluezone.geography.gazetteer import Gazetteer
from bluezone.geography.units import Level, Unit, UnitCode


@dataclass(frozen=True, slots=True)
class Carried:
    """Hold a unit's code in another system. `is_exact`: it names the same territory, or one that holds all of it."""

    code: UnitCode
    is_exact: bool = True


def unit_of(code: UnitCode) -> Unit:
    """Return the unit of a code, as it stood last. Raises ExchangeError."""
    try:
        return _units(code).unit(code)
    except GeographyError as error:
        raise ExchangeError(error.template, **error.values) from error


@functools.lru_cache(maxsize=20_000)
def carried(code: UnitCode, system: str) -> Carried:
    """Return the code that a unit has in a system. A unit that was divided goes to its main part, which is not exact;
    one that was put together of several goes to the smallest unit of before that held them all. Raises ExchangeError
    for a code that no unit has."""
    unit_of(code)
    if code.system == system:
        return Carried(_last_of(code))
    if code.level is Level.NATION:
        return Carried(UnitCode(system, country().iso))
    is_later = country().since(system) > country().since(code.system)
    return _forward(code, system) if is_later else _backward(code, system)


def at(code: UnitCode, day: dt.date) -> Carried:
    """Return the code of a unit in the system that was in force on a day."""
    return carried(code, country().on(day).id)


def read_code(text: str, day: dt.date) -> UnitCode:
    """Read a unit's code as others write it, `63:31441` or `31441`; without its system it is of the one in force
    on `day`, else of the other. Raises ExchangeError for one that no unit has."""
    text = text.strip()
    try:
        found = [UnitCode.parse(text)] if ":" in text else [UnitCode(country().on(day).id, text)]
    except GeographyError as error:
        raise ExchangeError(error.template, **error.values) from error
    if ":" not in text:
        found += [UnitCode(each.id, text) for each in country().systems if each.id != found[0].system]
    for code in found:
        try:
            return _units(code).unit(code).code
        except GeographyError:
            continue
    raise ExchangeError(N_("no unit has the code {code}"), code=text)


@functools.lru_cache(maxsize=20_000)
def levels(code: UnitCode) -> tuple[Unit, ...]:
    """Return the units that a unit lies in, from the province down, itself last."""
    unit = unit_of(code)
    above = [each for each in _units(code).ancestors(unit) if each.level is not Level.NATION]
    return (*reversed(above), unit) if unit.level is not Level.NATION else ()


def _units(code: UnitCode) -> Gazetteer:
    return catalogue.provinces() if code.level <= Level.PROVINCE else catalogue.all_units()


def _last_of(code: UnitCode) -> UnitCode:
    """Return what a unit had become on the last day of its system."""
    seen: set[UnitCode] = set()
    while code not in seen:
        seen.add(code)
        went = [each.successor for each in _units(code).successors(code) if each.main]
        code = next((each for each in went if each.system == code.system), code)
    return code


def _forward(code: UnitCode, system: str) -> Carried:
    exact = True
    while code.system != system:
        went = [each for each in _units(code).successors(code) if each.main]
        if not went:  # a district: there are none since
            above = [each.code for each in levels(code)[:-1]]
            if not above:
                raise ExchangeError(N_("no unit of {system} is known for {code}"), system=system, code=str(code))
            code = above[-1]
            continue
        exact = exact and went[0].whole
        code = went[0].successor
    return Carried(code, exact)


def _backward(code: UnitCode, system: str) -> Carried:
    made_of = [each.predecessor for each in _units(code).predecessors(code)]
    made_of = [each for each in made_of if each.system == system]
    if not made_of:
        raise ExchangeError(N_("no unit of {system} is known for {code}"), system=system, code=str(code))
    if len(made_of) == 1:
        return Carried(made_of[0])
    paths = [[unit.code for unit in levels(each)] for each in made_of]
    shared = [steps[0] for steps in zip(*paths, strict=False) if len(set(steps)) == 1]
    return Carried(shared[-1] if shared else UnitCode(system, country().iso))


def below(day: dt.date, level: Level) -> list[Unit]:
    """Return the units of the country on a day from the provinces down to a level, a parent before its parts."""
    gazetteer = catalogue.provinces() if level is Level.PROVINCE else catalogue.all_units()
    return [unit for each in range(Level.PROVINCE, level + 1) for unit in gazetteer.of_level(Level(each), day)]
