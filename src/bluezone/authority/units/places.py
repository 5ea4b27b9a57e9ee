"""Places as officers write and read them."""

from __future__ import annotations

import datetime as dt

from bluezone.authority.officers.jurisdiction import Jurisdiction, codes_of
from bluezone.geography import catalogue
from bluezone.geography.errors import UnknownUnitError
from bluezone.geography.units import NATION_34, NATION_63, Level, System, Unit, UnitCode


def own_unit(own: Jurisdiction, day: dt.date) -> Unit:
    """The unit of the gazetteer an officer answers for (of a unit's head the one it lies in)."""
    codes = [code for code in codes_of(own.place) if ":" in code]
    if not codes:
        return NATION_63 if System.on(day) is System.PROVINCES_63 else NATION_34
    return catalogue.all_units().unit(UnitCode.parse(codes[-1]))


def find_unit(text: str, own: Jurisdiction, day: dt.date) -> Unit:
    """The unit an officer means, by name or code: the own one or one in it, in force on `day`.

    Raises GeographyError, with a sentence.
    """
    mine = own_unit(own, day)
    text = text.strip()
    if text in {str(mine.code), mine.name, mine.full_name, said(mine)} and mine.in_force(day):
        return mine
    within = None if mine.level is Level.NATION else mine.code
    try:
        return catalogue.all_units().find(text, on=day, within=within)
    except UnknownUnitError:
        if mine.in_force(day) and catalogue.all_units().find(text, on=day) == mine:
            return mine
        raise


def said(unit: Unit) -> str:
    """A unit with the units above it, as `find_unit` reads it back: `Phường I, Thành phố Vị Thanh, Tỉnh Hậu Giang`."""
    return catalogue.all_units().path(unit)


def said_code(code: str) -> str:
    """The same from a code."""
    return said(catalogue.all_units().unit(UnitCode.parse(code)))
