"""Say what a pass shows: its colour with a word and a sign, until when it is good, and that it has run out."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass

from bluezone.forms import communes, words
from bluezone.i18n import Translator
from bluezone.phone.stores.health_declaration_store import StoredDeclaration
from bluezone.phone.web.qr_drawing import Qr, qr_of
from bluezone.protocol.errors import ProtocolError
from bluezone.protocol.passes import Colour, Pass, unverified_pass

_ICONS = {Colour.GREEN: "check", Colour.YELLOW: "alert", Colour.RED: "phone"}


@dataclass(frozen=True, slots=True)
class Card:
    """Hold a pass as it is drawn; `qr` is None for one that has run out: it is not shown any more."""

    colour: str
    icon: str
    name: str
    means: str
    number: str
    place: str
    issued: str
    until: str
    qr: Qr | None


@dataclass(frozen=True, slots=True)
class Row:
    """Hold a pass that is good, in a list."""

    href: str
    person: str
    icon: str
    colour: str
    text: str


def read(text: str) -> Pass | None:
    """Return the pass of a text that the authority gave; None for none, and for what this program cannot read."""
    try:
        return unverified_pass(text) if text else None
    except ProtocolError:
        return None


def is_good(found: Pass, now_s: float) -> bool:
    """Tell whether a pass can be shown now."""
    return now_s < found.valid_until_s


def card(found: Pass, text: str, now_s: float, code: str, zone: dt.tzinfo) -> Card:
    """Return what a pass shows, in the language `code`."""
    colour, commune = found.colour.name.lower(), communes.commune_of(found.commune)
    good = is_good(found, now_s)
    return Card(
        colour if good else "grey",
        _ICONS[found.colour] if good else "clock",
        words.say(code, f"pass_{colour}") if good else "",
        words.say(code, f"pass_{colour}_means") if good else "",
        found.pseudonym,
        commune.full_name if commune else "",
        moment(found.issued_at_s, zone),
        moment(found.valid_until_s, zone),
        qr_of(text) if good else None,
    )


def rows(
    declared: Iterable[StoredDeclaration], now_s: float, code: str, zone: dt.tzinfo, language: Translator
) -> tuple[Row, ...]:
    """Return the passes that are good now."""
    found = []
    for each in declared:
        read_pass = read(each.pass_text)
        if read_pass is not None and is_good(read_pass, now_s):
            colour = read_pass.colour
            text = language.gettext("{colour}, until {moment}").format(
                colour=words.say(code, f"pass_{colour.name.lower()}"), moment=moment(read_pass.valid_until_s, zone)
            )
            found.append(Row(f"/declare/{each.number}/pass", each.person, _ICONS[colour], colour.name.lower(), text))
    return tuple(found)


def moment(at_s: float, zone: dt.tzinfo) -> str:
    """Return a moment as `20/8, 7:15` in a zone."""
    at = dt.datetime.fromtimestamp(at_s, zone)
    return f"{at.day}/{at.month}, {at.hour}:{at.minute:02d}"
