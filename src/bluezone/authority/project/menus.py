"""Choose what the menu on top of every page shows: one row, and behind a button all pages; and a rehearsal's clock."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest
from django.template import Context, Library
from django.utils.translation import gettext_lazy as _

from bluezone.authority.officers import confirming
from bluezone.authority.officers.jurisdiction import Role
from bluezone.authority.officers.models import WITHOUT_JURISDICTION, User
from bluezone.authority.site import clock, registries
from bluezone.authority.site.registries import Audience, MenuItem

register = Library()

HOME = MenuItem("home", "home", _("Today"), Audience.OFFICERS, rank=10)

#: widths of a window from which a style shows an item (`.from-768` in officer.css); 0: always
WIDTHS_PX = (0, 360, 480, 640, 768, 900, 1_024, 1_152, 1_280)
_WIDEST_PX = 1_240
#: the name, the button of the rest with its gap, and the padding, of narrow and of wide windows
_TAKEN_NARROW_PX, _TAKEN_WIDE_PX = 276, 316
#: an item's letters at 14 px, the widest as it is drawn for the page one is on; and what stands between two
_LETTER_PX, _GAP_PX = 8.0, 24


@dataclass(frozen=True, slots=True)
class Shown:
    """Describe an item of the row: `from_px` is the width from which it fits, `here` says that one is on its page."""

    item: MenuItem
    here: bool
    from_px: int


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


def menu(belongs_to: frozenset[Audience], *, in_area: bool) -> list[MenuItem]:
    """List the items of one part of the menu for a reader, in their order."""
    items = [each for each in (HOME, *registries.menu) if each.in_area is in_area and each.audience in belongs_to]
    return sorted(items, key=lambda each: each.rank)


def is_here(item: MenuItem, nav: str) -> bool:
    """Return whether the page with this `nav` is the item's, or belongs to it."""
    return bool(nav) and nav in (item.page, *item.more_pages)


def row(items: Sequence[tuple[MenuItem, str]], nav: str) -> list[Shown]:
    """Return the items (with their texts) that fit into one row, each with the width from which it does.

    The page one is on takes its place first, wherever it stands; what fits into no window is left to the button.
    """
    taken = next((_width(text) for item, text in items if is_here(item, nav)), 0.0)
    shown = []
    for item, text in items:
        here = is_here(item, nav)
        taken += 0 if here else _width(text)
        fits = _from(_width(text) if here else taken)
        if fits is not None:
            shown.append(Shown(item, here, fits))
    return shown


def _width(text: str) -> float:
    return len(text) * _LETTER_PX + _GAP_PX


def _from(needed_px: float) -> int | None:
    """Return the first of the widths at which so much fits beside what always stands there."""
    for width in WIDTHS_PX:
        room = min(width or 320, _WIDEST_PX) - (_TAKEN_NARROW_PX if width < 768 else _TAKEN_WIDE_PX)
        if needed_px <= room:
            return width
    return None


def rehearsal(_request: HttpRequest) -> dict[str, dt.datetime | None]:
    """Give templates `rehearsal`: the time a rehearsal's clock shows, None on the real server."""
    return {"rehearsal": clock.now() if clock.rehearsing() else None}


@register.inclusion_tag("menu.html", takes_context=True)
def top_menu(context: Context) -> dict[str, Any]:
    """Draw the menu for the reader of the page, from its `nav`. (A page about a failure has no `user`.)"""
    user, nav = context.get("user"), str(context.get("nav") or "")
    mine = audiences(user)
    area, rest = menu(mine, in_area=True), menu(mine, in_area=False)
    shown = row([(each, str(each.text)) for each in (*area, *rest)], nav)
    groups = [(_("My area"), area)] if area else []
    return {
        "row": shown,
        "groups": [
            (title, [(item, is_here(item, nav)) for item in items]) for title, items in (*groups, (_("For all"), rest))
        ],
        "nav": nav,
        "request": context.get("request"),
        "user": user,
        "logged_in": bool(user and user.is_authenticated),
        "csrf_token": context.get("csrf_token"),
        "keeps_language": bool(context.get("keeps_language")),
    }
