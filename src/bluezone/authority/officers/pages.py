"""Share what officers' pages need: the guard in front of them, names of places and roles."""

from __future__ import annotations

import datetime as dt
import functools
from collections.abc import Callable

from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache

from bluezone.authority.officers import confirming, scope
from bluezone.authority.officers.jurisdiction import Role, codes_of, office_number
from bluezone.authority.officers.models import Office
from bluezone.authority.site import registries
from bluezone.authority.site.gazetteer import unit_of
from bluezone.authority.site.language import unit_name
from bluezone.geography.units import UnitCode

_View = Callable[..., HttpResponse]


def officers_page(view: _View) -> _View:
    """Open a page to officers with a role only; no browser or proxy caches it."""

    @never_cache
    @login_required
    @functools.wraps(view)
    def guarded(request: HttpRequest, *args: object, **kwargs: object) -> HttpResponse:
        scope.required(request.user)
        return view(request, *args, **kwargs)

    return guarded


def givers_page(view: _View) -> _View:
    """Open a page to who may give the right to confirm cases: the ministry, and officers of a province who have it."""

    @officers_page
    @functools.wraps(view)
    def guarded(request: HttpRequest, *args: object, **kwargs: object) -> HttpResponse:
        officer = scope.officer(request.user)
        if not confirming.may_give(officer.jurisdiction, holds=officer.may_confirm):
            raise PermissionDenied
        return view(request, *args, **kwargs)

    return guarded


def ministry_page(view: _View) -> _View:
    """Open a page to the ministry's officers only."""

    @officers_page
    @functools.wraps(view)
    def guarded(request: HttpRequest, *args: object, **kwargs: object) -> HttpResponse:
        if scope.required(request.user).role is not Role.MINISTRY:
            raise PermissionDenied
        return view(request, *args, **kwargs)

    return guarded


def place_name(place: str, day: dt.date) -> str:
    """Return the name of a place: of a unit, the whole country, or an organisation of another package's register."""
    codes = codes_of(place)
    if not codes:
        return _("The whole country")
    if (number := office_number(place)) is not None:
        return Office.objects.filter(pk=number).values_list("name", flat=True).first() or codes[-1]
    if ":" in codes[-1]:
        return unit_name(unit_of(UnitCode.parse(codes[-1]), day))
    names = (register.name_of(codes[-1]) for register in registries.posts)
    return next(filter(None, names), codes[-1])


def office_name(place: str, day: dt.date) -> str:
    """Return the name of the office whose officers are posted at a place."""
    return place_name(place, day) if codes_of(place) else _("The Ministry of Health")


def role_name(role: str) -> str:
    """Return a role in the reader's language; nothing for none."""
    return {
        Role.MINISTRY.value: _("ministry"),
        Role.PROVINCE.value: _("province"),
        Role.DISTRICT.value: _("district"),
        Role.COMMUNE.value: _("commune"),
        Role.DEPARTMENT.value: _("office that answers for sectors"),
        Role.UNIT_HEAD.value: _("head of a unit"),
        Role.CHECKPOINT.value: _("checkpoint"),
        Role.LAB.value: _("laboratory"),
    }.get(role, "")
