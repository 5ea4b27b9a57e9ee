"""What the officer's roll-out pages share: the unit an officer answers for, names, figures in words."""

from __future__ import annotations

import datetime as dt
import functools
from collections.abc import Callable
from decimal import Decimal
from typing import Any

from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache

from bluezone.authority.campaign.figures import services
from bluezone.authority.campaign.installations.rollup import SOURCE as OWN_COUNT
from bluezone.authority.officers import scope
from bluezone.authority.officers.jurisdiction import Jurisdiction, Role, codes_of
from bluezone.authority.site.language import page_language
from bluezone.authority.units.models import Organisation
from bluezone.geography import catalogue
from bluezone.geography.errors import GeographyError
from bluezone.geography.units import NATION_34, NATION_63, Level, System, Unit, UnitCode
from bluezone.rollout.language import say_number, say_unit, speaker

_View = Callable[..., HttpResponse]


def officers_page(view: _View) -> _View:
    """For officers with a role; never kept by a browser or proxy."""

    @never_cache
    @login_required
    @functools.wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        scope.required(request.user)
        return view(request, *args, **kwargs)

    return guarded


def own_unit(own: Jurisdiction, day: dt.date) -> Unit:
    """The unit of an officer's jurisdiction, as it stood on a day (or last). For heads: PermissionDenied."""
    if own.role is Role.UNIT_HEAD:
        raise PermissionDenied
    if own.role is Role.MINISTRY:
        return nation_on(day)
    return unit_of(UnitCode.parse(codes_of(own.place)[-1]), day)


def nation_on(day: dt.date) -> Unit:
    return NATION_63 if System.on(day) is System.PROVINCES_63 else NATION_34


def unit_of(code: UnitCode, day: dt.date) -> Unit:
    """The unit of a code as it stood on a day; one that has ended, as it stood last. Raises UnknownUnitError."""
    gazetteer = catalogue.provinces() if code.level <= Level.PROVINCE else catalogue.all_units()
    try:
        return gazetteer.unit(code, day)
    except GeographyError:
        return gazetteer.unit(code)


def parsed(code: str, day: dt.date) -> Unit:
    """The unit of a code in an address. Raises Http404."""
    try:
        return unit_of(UnitCode.parse(code), day)
    except GeographyError:
        raise Http404 from None


def own_organisation(own: Jurisdiction) -> Organisation:
    """The organisation a head answers for. Raises Http404 where it is no more."""
    found = Organisation.objects.filter(place=own.place).first() if own.role is Role.UNIT_HEAD else None
    if found is None:
        raise Http404
    return found


def name_of(unit: Unit) -> str:
    return say_unit(unit, page_language())


def name_of_place(place: str, day: dt.date) -> str:
    """What a place is called: a unit, an organisation, or the whole country."""
    codes = codes_of(place)
    if not codes:
        return _("The whole country")
    if ":" in codes[-1]:
        return name_of(unit_of(UnitCode.parse(codes[-1]), day))
    found = Organisation.objects.filter(code=codes[-1]).first()
    return found.name if found else codes[-1]


def role_name(role: str) -> str:
    return {
        Role.MINISTRY.value: _("ministry"),
        Role.PROVINCE.value: _("province"),
        Role.DISTRICT.value: _("district"),
        Role.COMMUNE.value: _("commune"),
        Role.UNIT_HEAD.value: _("head of a unit"),
    }.get(role, "")


def said(count: int | None) -> str:
    return "" if count is None else say_number(count, page_language())


def said_percent(printed: str) -> str:
    """A percentage as it was printed, with as many decimals: `7,54`; nothing where none was."""
    return speaker(page_language())(Decimal(printed)) if printed else ""


def source_name(source: str) -> str:
    if source == OWN_COUNT:
        return _("counted by this server")
    return _("reported by the unit") if source == services.REPORTED else source
