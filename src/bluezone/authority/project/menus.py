"""Add what every page's template may use: the menus, and a rehearsal's clock."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from bluezone.authority.officers.jurisdiction import Role
from bluezone.authority.site import clock, registries
from bluezone.authority.site.registries import Audience, MenuItem

_OWN_AREA = (
    MenuItem("home", "home", _("My area"), Audience.OFFICERS, rank=20, in_area=False),
    MenuItem("home", "home", _("Where we stand"), Audience.OFFICERS, rank=10),
)


def audiences(*, logged_in: bool, role: str) -> frozenset[Audience]:
    """Return the audiences a reader belongs to."""
    if not logged_in:
        return frozenset({Audience.PUBLIC})
    if not role:
        return frozenset({Audience.PUBLIC, Audience.LOGGED_IN})
    own = Audience.HEADS if role == Role.UNIT_HEAD else Audience.DIRECTING
    return frozenset({Audience.PUBLIC, Audience.LOGGED_IN, Audience.OFFICERS, own})


def menu(belongs_to: frozenset[Audience], *, in_area: bool) -> list[MenuItem]:
    """List the items of a menu for a reader, from left to right."""
    items = [each for each in (*_OWN_AREA, *registries.menu) if each.in_area is in_area and each.audience in belongs_to]
    return sorted(items, key=lambda each: each.rank)


def area_pages() -> frozenset[str]:
    """Return the pages (by their `nav`) that belong to an officer's own area, and show its second row of links."""
    inside = (each for each in (*_OWN_AREA, *registries.menu) if each.in_area)
    return frozenset(page for each in inside for page in (each.page, *each.more_pages))


def rehearsal(_request: HttpRequest) -> dict[str, dt.datetime | None]:
    """Give templates `rehearsal`: the time a rehearsal's clock shows, None on the real server."""
    return {"rehearsal": clock.now() if clock.rehearsing() else None}


def menus(request: HttpRequest) -> dict[str, Callable[[], object]]:
    """Give templates the menus. They are made when asked for: finding out who is logged in takes a query."""

    def of_reader(*, in_area: bool) -> list[MenuItem]:
        user = getattr(request, "user", None)
        logged_in = bool(user and user.is_authenticated)
        return menu(audiences(logged_in=logged_in, role=getattr(user, "role", "") or ""), in_area=in_area)

    return {
        "main_menu": lambda: of_reader(in_area=False),
        "area_menu": lambda: of_reader(in_area=True),
        "area_pages": area_pages,
    }
