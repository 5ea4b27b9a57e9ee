"""Find units of the gazetteer by what officers write, and write them so."""

from __future__ import annotations

import datetime as dt

from bluezone.authority.officers.jurisdiction import Jurisdiction, own_unit
from bluezone.geography import catalogue
from bluezone.geography.errors import UnknownUnitError
from bluezone.geography.units import Level, Unit, UnitCode


def find_unit(text: str, own: Jurisdiction, day: dt.date) -> Unit:
    """Find the unit an officer means, by name or code, in force on `day`: the own one, one in it, or another one, of
    which the caller says that it lies outside.

    Raises GeographyError, with a sentence.
    """
    mine = own_unit(own, day)
    text = text.strip()
    if text in {str(mine.code), mine.name, mine.full_name, path_of(mine)} and mine.in_force(day):
        return mine
    within = None if mine.level is Level.NATION else mine.code
    try:
        return catalogue.all_units().find(text, on=day, within=within)
    except UnknownUnitError:
        return catalogue.all_units().find(text, on=day)


def path_of(unit: Unit) -> str:
    """Return a unit with those above it, as `find_unit` reads it: `Phường I, Thành phố Vị Thanh, Tỉnh Hậu Giang`."""
    return catalogue.all_units().path(unit)


def path_of_code(code: str) -> str:
    """Return the unit of a code with the units above it."""
    return path_of(catalogue.all_units().unit(UnitCode.parse(code)))
