"""Share what officers' pages need: the guard in front of them, names of places and roles."""

from __future__ import annotations

import datetime as dt
import functools
from collections.abc import Callable

from django.contrib.auth.decorators import login_required
from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache

from bluezone.authority.officers.jurisdiction import Role, codes_of, office_number
from bluezone.authority.officers.models import Office, User
from bluezone.authority.site import registries
from bluezone.authority.site.gazetteer import unit_of
from bluezone.authority.site.language import unit_name
from bluezone.geography.units import UnitCode

_View = Callable[..., HttpResponse]
_Access = Callable[[User | AnonymousUser], object]


def opened_by(access: _Access) -> Callable[[_View], _View]:
    """Open a view that is a function to officers whom `access` does not refuse; no browser or proxy caches it."""

    def decorate(view: _View) -> _View:
        @never_cache
        @login_required
        @functools.wraps(view)
        def guarded(request: HttpRequest, *args: object, **kwargs: object) -> HttpResponse:
            access(request.user)
            return view(request, *args, **kwargs)

        return guarded

    return decorate


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
