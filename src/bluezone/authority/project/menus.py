"""Choose what the menu on top of every page shows: four areas by role, and behind a button all pages; and a rehearsal's
clock."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.http import HttpRequest
from django.template import Context, Library
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from bluezone.authority.officers import confirming
from bluezone.authority.officers.jurisdiction import Role
from bluezone.authority.officers.models import WITHOUT_JURISDICTION, User
from bluezone.authority.site import clock, registries
from bluezone.authority.site.registries import Area, Audience, MenuItem

register = Library()

HOME = MenuItem("home", "home", _("Today"), Audience.OFFICERS, rank=10)

#: the areas: name, and a short one for a telephone
AREAS = {
    Area.CASES: (_("Cases and people"), _("Cases"), "people"),
    Area.CAMPAIGN: (_("Roll-out"), _("Roll-out"), "flag"),
    Area.PLACES: (_("Declarations and places"), _("Declarations"), "form"),
    Area.OFFICE: (_("Administration"), _("Administration"), "gear"),
    Area.OWN: (_("My unit"), _("My unit"), "flag"),
}
_CASES_FIRST = (Area.CASES, Area.CAMPAIGN, Area.PLACES, Area.OFFICE)
#: whose first area is the roll-out: who neither treats people nor follows them
_ROLLOUT_FIRST = (Area.CAMPAIGN, Area.CASES, Area.PLACES, Area.OFFICE)


def audiences(user: Any) -> frozenset[Audience]:
    """Return the audiences a reader belongs to. (A page about a failure has no user.)"""
    if not isinstance(user, User):
        return frozenset({Audience.PUBLIC})
    found = {Audience.PUBLIC, Audience.LOGGED_IN}
    if user.may_confirm:
        found.add(Audience.CONFIRMING)
    reads = confirming.reads_health(user.role, confirms=user.may_confirm, reads=user.may_read_health)
    if reads:
        found.add(Audience.READING)
    if user.role in WITHOUT_JURISDICTION:
        return frozenset(found)
    if confirming.may_give(user.jurisdiction, holds=user.may_confirm):
        found.add(Audience.GIVING)
    own = {Role.UNIT_HEAD: Audience.HEADS, Role.DEPARTMENT: Audience.OFFICES}.get(Role(user.role), Audience.DIRECTING)
    if own is Audience.DIRECTING:
        found.add(Audience.MINISTRY if user.role == Role.MINISTRY else Audience.BELOW_THE_MINISTRY)
        if reads and user.role != Role.MINISTRY:
            found.add(Audience.READING_BELOW_THE_MINISTRY)
    return frozenset({*found, Audience.OFFICERS, own})


def menu(belongs_to: frozenset[Audience], area: Area | None = None) -> list[MenuItem]:
    """List the items for a reader, in their order: of an area, or all."""
    items = [each for each in registries.menu if each.audience in belongs_to and area in (None, each.area)]
    return sorted(items, key=lambda each: each.rank)


def areas_of(user: Any) -> list[tuple[Area, list[MenuItem]]]:
    """Return an officer's areas with their items, in the order of the role: cases first for a commune and for who may
    confirm cases, the roll-out for all else. Who heads a unit has one, for the few pages of it."""
    mine = audiences(user)
    if Audience.HEADS in mine:
        return [(Area.OWN, [each for each in menu(mine) if each.area is not Area.ALL])]
    cases_first = isinstance(user, User) and (user.may_confirm or user.role == Role.COMMUNE)
    found = [(area, menu(mine, area)) for area in (_CASES_FIRST if cases_first else _ROLLOUT_FIRST)]
    return [(area, items) for area, items in found if items]


def is_here(item: MenuItem, nav: str) -> bool:
    """Return whether the page with this `nav` is the item's, or belongs to it."""
    return bool(nav) and nav in (item.page, *item.more_pages)


def rehearsal(_request: HttpRequest) -> dict[str, dt.datetime | None]:
    """Give templates `rehearsal`: the time a rehearsal's clock shows, None on the real server."""
    return {"rehearsal": clock.now() if clock.rehearsing() else None}


@register.inclusion_tag("menu.html", takes_context=True)
def top_menu(context: Context) -> dict[str, Any]:
    """Draw the menu for the reader of the page, from its `nav`: an officer's areas, the pages for all of who is not
    logged in; behind the button all of them. (A page about a failure has no `user`.)"""
    user, nav = context.get("user"), str(context.get("nav") or "")
    mine, logged_in = audiences(user), bool(user and user.is_authenticated)
    areas, public = (areas_of(user) if logged_in else []), menu(mine, Area.ALL)
    home = [HOME] if HOME.audience in mine else []
    groups = [(AREAS[area][0], items) for area, items in areas]
    groups.append((_("For all"), [*home, *public]))
    return {
        "row": [
            (*AREAS[area][:2], reverse("area", args=[area.value]), any(is_here(item, nav) for item in items))
            for area, items in areas
        ]
        or [(item.text, item.text, reverse(item.address), is_here(item, nav)) for item in public],
        "groups": [(title, [(item, is_here(item, nav)) for item in items]) for title, items in groups],
        "nav": nav,
        "request": context.get("request"),
        "user": user,
        "logged_in": logged_in,
        "asked": context.get("asked_text", ""),
        "csrf_token": context.get("csrf_token"),
        "LANGUAGES": context.get("LANGUAGES"),
        "keeps_language": bool(context.get("keeps_language")),
    }
