"""Find units of the gazetteer by what officers write, and write them so."""

from __future__ import annotations

import datetime as dt
import re

from django.utils.translation import gettext_noop

from bluezone.authority.officers.jurisdiction import Jurisdiction, own_unit
from bluezone.authority.units.models import Organisation
from bluezone.authority.units.rules import OrganisationError
from bluezone.geography import catalogue
from bluezone.geography.errors import UnknownUnitError
from bluezone.geography.names import plain_key
from bluezone.geography.units import Level, Unit, UnitCode

_CODE = re.compile(r"([0-9A-Z]{4}-[0-9A-Z]{4})$")
#: of one name, among which the officer's are looked for
_MOST_LOOKED_AT = 200


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


def find_organisation(text: str, own: Jurisdiction) -> Organisation:
    """Find the open organisation of an officer's that a text means: by the code at its end, or by its name.

    Raises OrganisationError, with a sentence, unless it is exactly one.
    """
    rows = Organisation.objects.filter(closed_on=None)
    code = _CODE.search(text.strip().upper())
    if code is not None:
        rows = rows.filter(code=code[1])
    else:
        key = plain_key(text)
        rows = rows.filter(search_key=key) if key else rows.none()
    found = [each for each in rows[:_MOST_LOOKED_AT] if own.may_edit(each.place, each.sectors)]
    exact = [each for each in found if each.name.casefold() == text.strip().casefold()]
    found = exact or found
    if len(found) == 1:
        return found[0]
    if not found:
        raise OrganisationError(gettext_noop("no open unit of yours is called “{text}”"), text=text)
    raise OrganisationError(
        gettext_noop("{count} units of yours are called “{text}”: write the code on the poster of the one you mean"),
        count=len(found),
        text=text,
    )


def path_of(unit: Unit) -> str:
    """Return a unit with those above it, as `find_unit` reads it: `Phường I, Thành phố Vị Thanh, Tỉnh Hậu Giang`."""
    return catalogue.all_units().path(unit)


def path_of_code(code: str) -> str:
    """Return the unit of a code with the units above it."""
    return path_of(catalogue.all_units().unit(UnitCode.parse(code)))
