"""Draw a pass for who carries it, in the languages of forms."""

from __future__ import annotations

import datetime as dt
from zoneinfo import ZoneInfo

from django.conf import settings

from bluezone.authority.site.qr import data_address
from bluezone.forms import communes, words
from bluezone.protocol.passes import Colour, unverified_pass

_ICONS = {Colour.GREEN: "done", Colour.YELLOW: "alert", Colour.RED: "call"}


def card(text: str, language: str) -> dict[str, str] | None:
    """Return what `passes/card.html` shows of the text of a pass; None for an empty one."""
    if not text:
        return None
    found = unverified_pass(text)
    colour = found.colour.name.lower()
    place = communes.commune_of(found.commune)
    return {
        "colour": colour,
        "icon": _ICONS[found.colour],
        "name": words.say(language, f"pass_{colour}"),
        "means": words.say(language, f"pass_{colour}_means"),
        "code": data_address(text),
        "pseudonym": found.pseudonym,
        "place": place.full_name if place else "",
        "issued": _moment(found.issued_at_s),
        "until": _moment(found.valid_until_s),
    }


def _moment(at_s: int) -> str:
    at = dt.datetime.fromtimestamp(at_s, ZoneInfo(settings.TIME_ZONE))
    return f"{at.day}/{at.month}/{at.year}, {at.hour}:{at.minute:02d}"
