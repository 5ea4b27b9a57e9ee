"""Look up units of the gazetteer for pages: the unit of a code on a day."""

from __future__ import annotations

import datetime as dt

from django.http import Http404

from bluezone.geography import catalogue
from bluezone.geography.errors import GeographyError
from bluezone.geography.units import Level, Unit, UnitCode


def unit_of(code: UnitCode, day: dt.date) -> Unit:
    """Return the unit of a code as it stood on a day; one that has ended, as it stood last. Raises UnknownUnitError."""
    gazetteer = catalogue.provinces() if code.level <= Level.PROVINCE else catalogue.all_units()
    try:
        return gazetteer.unit(code, day)
    except GeographyError:
        return gazetteer.unit(code)


def unit_or_404(code: str, day: dt.date) -> Unit:
    """Return the unit of a code in an address. Raises Http404."""
    try:
        return unit_of(UnitCode.parse(code), day)
    except GeographyError:
        raise Http404 from None
