"""Carry a unit's code between the two systems of Vietnamese units: 63 provinces until June 2025, 34 since."""

from __future__ import annotations

import datetime as dt
import functools
from dataclasses import dataclass

from bluezone.errors import N_
from bluezone.exchange.errors import ExchangeError
from bluezone.geography import catalogue
from bluezone.geography.errors import GeographyError
from bluezone.geography.gazetteer import Gazetteer
from bluezone.geography.units import REFORM_DATE, Level, System, Unit, UnitCode


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
def carried(code: UnitCode, system: System) -> Carried:
    """Return the code that a unit has in a system. A unit that was divided goes to its main part, which is not exact;
    one that was put together of several goes to the smallest unit of before that held them all. Raises ExchangeError
    for a code that no unit has."""
    unit_of(code)
    if code.system is system:
        return Carried(_last_of(code) if system is System.PROVINCES_63 else code)
    if code.level is Level.NATION:
        return Carried(UnitCode(system, "VN"))
    return _forward(code) if system is System.PROVINCES_34 else _backward(code)


def at(code: UnitCode, day: dt.date) -> Carried:
    """Return the code of a unit in the system that was in force on a day."""
    return carried(code, System.on(day))


def read_code(text: str, day: dt.date) -> UnitCode:
    """Read a GSO code as another system writes it, `63:31441` or `31441`; without its system it is of the one in force
    on `day`, else of the other. Raises ExchangeError for one that no unit has."""
    text = text.strip()
    try:
        found = [UnitCode.parse(text)] if ":" in text else [UnitCode(System.on(day), text)]
    except GeographyError as error:
        raise ExchangeError(error.template, **error.values) from error
    if ":" not in text:
        found += [UnitCode(each, text) for each in System if each is not found[0].system]
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
    """Return what a unit of the 63 provinces had become on the last day of that system."""
    seen = {code}
    while went := [each for each in _units(code).successors(code) if each.main and each.date < REFORM_DATE]:
        code = went[0].successor
        if code in seen or code.system is not System.PROVINCES_63:
            break
        seen.add(code)
    return code


def _forward(code: UnitCode) -> Carried:
    exact = True
    while code.system is System.PROVINCES_63:
        went = [each for each in _units(code).successors(code) if each.main]
        if not went:  # a district: there are none since
            above = [each.code for each in levels(code)[:-1]]
            if not above:
                raise ExchangeError(N_("no unit of the 34 provinces is known for {code}"), code=str(code))
            code = above[-1]
            continue
        exact = exact and went[0].whole
        code = went[0].successor
    return Carried(code, exact)


def _backward(code: UnitCode) -> Carried:
    made_of = [each.predecessor for each in _units(code).predecessors(code)]
    made_of = [each for each in made_of if each.system is System.PROVINCES_63]
    if not made_of:
        raise ExchangeError(N_("no unit of the 63 provinces is known for {code}"), code=str(code))
    if len(made_of) == 1:
        return Carried(made_of[0])
    paths = [[unit.code for unit in levels(each)] for each in made_of]
    shared = [steps[0] for steps in zip(*paths, strict=False) if len(set(steps)) == 1]
    return Carried(shared[-1] if shared else UnitCode(System.PROVINCES_63, "VN"))


def below(day: dt.date, level: Level) -> list[Unit]:
    """Return the units of the country on a day from the provinces down to a level, a parent before its parts."""
    gazetteer = catalogue.provinces() if level is Level.PROVINCE else catalogue.all_units()
    return [unit for each in range(Level.PROVINCE, level + 1) for unit in gazetteer.of_level(Level(each), day)]
