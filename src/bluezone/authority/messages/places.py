"""Name the places that officers write for, and find the one they name."""

from __future__ import annotations

import datetime as dt

from django import forms
from django.utils.translation import gettext

from bluezone.authority.officers.jurisdiction import Jurisdiction, code_of, place_of
from bluezone.geography import catalogue
from bluezone.geography.errors import GeographyError
from bluezone.geography.units import Level


def place_name(place: str) -> str:
    """Return the name of a place, for pages."""
    code = code_of(place)
    if code is None:
        return gettext("the whole country")
    gazetteer = catalogue.provinces() if code.level is Level.PROVINCE else catalogue.all_units()
    return gazetteer.path(gazetteer.unit(code))


def help_text(own: Jurisdiction) -> str:
    """Return what a field for a place says beside it."""
    return gettext("Leave empty for all of: %(place)s. Or write the name of a place in it.") % {
        "place": place_name(own.place)
    }


def place_named(text: str, own: Jurisdiction, today: dt.date) -> str:
    """Return the place that `text` names within a jurisdiction, all of it where it is empty. Raises ValidationError
    where there is none."""
    text = text.strip()
    if not text:
        return own.place
    try:
        return place_of(catalogue.all_units().find(text, on=today, within=code_of(own.place)).code)
    except GeographyError as error:
        raise forms.ValidationError(
            gettext("There is no such place in: %(place)s.") % {"place": place_name(own.place)}
        ) from error
