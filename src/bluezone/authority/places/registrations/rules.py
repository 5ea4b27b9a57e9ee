"""Decide which registrations are taken, and what becomes of them. Pure."""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass, field

from bluezone.authority.places import rules
from bluezone.authority.places.rules import PlaceRefusedError
from bluezone.errors import N_
from bluezone.geography.names import plain_key
from bluezone.protocol.check_ins import VEHICLES, PlaceKind

#: that nobody has decided is deleted after it; so is a refusal
WAITING_LIFE = dt.timedelta(days=30)
#: a telephone number of a confirmed place, where the place does not close before
CONTACT_LIFE = dt.timedelta(days=365)
#: of one telephone number
MOST_A_DAY = 5
#: that wait in one commune: whoever sends more wants to keep its officers busy
MOST_WAITING = 500
MOST_NAME = 60
RECEIPT_LENGTH = 16
#: sectors of units that places of a kind mostly are, for an officer to begin with
_SECTORS: dict[int, str] = {
    PlaceKind.SHOP: "markets",
    PlaceKind.FOOD: "hospitality",
    PlaceKind.WORKPLACE: "companies",
    PlaceKind.SCHOOL: "schools",
    **dict.fromkeys(VEHICLES, "transport"),
}


@dataclass(frozen=True, slots=True)
class Wish:
    """Hold what an owner asks for. `code`: of the unit's poster, empty without one; `entrances`: rooms and entrances,
    or the numbers of vehicles; `within`: the code of a commune; `telephone` in E.164."""

    name: str
    code: str
    kind: PlaceKind
    within: str
    address: str
    usual_stay_min: int
    capacity: int | None
    entrances: tuple[str, ...]
    owner: str = field(repr=False)
    telephone: str = field(repr=False)


def read_names(text: str) -> tuple[str, ...]:
    """Return the names of rooms and entrances that stand one a line, each once."""
    lines = (" ".join(line.split()) for line in re.split(r"[\r\n]+", text))
    return tuple(dict.fromkeys(line for line in lines if line))


def check(wish: Wish) -> None:
    """Refuse a wish that cannot be. Raises PlaceRefusedError."""
    rules.check_facts(wish.usual_stay_min, wish.capacity)
    if not plain_key(wish.name):
        raise PlaceRefusedError(N_("The name has no letters. Please write it as on the sign."))
    if len(wish.entrances) > rules.MOST_ENTRANCES:
        raise PlaceRefusedError(N_("A place has at most {most} entrances."), most=rules.MOST_ENTRANCES)
    if any(len(name) > MOST_NAME for name in wish.entrances):
        raise PlaceRefusedError(N_("A room or an entrance has up to {most} letters, one on a line."), most=MOST_NAME)
    if wish.kind in VEHICLES and not wish.entrances:
        raise PlaceRefusedError(N_("Please write the number of each vehicle, line or flight, one on a line."))


def check_many(of_number_today: int, waiting_in_commune: int) -> None:
    """Refuse one registration too many. Raises PlaceRefusedError."""
    if of_number_today >= MOST_A_DAY:
        raise PlaceRefusedError(
            N_("{most} places were registered with this number today. Please go on tomorrow, or ask your commune."),
            most=MOST_A_DAY,
        )
    if waiting_in_commune >= MOST_WAITING:
        raise PlaceRefusedError(N_("Very many registrations wait in this commune. Please go there yourself."))


def check_refusal(reason: str) -> str:
    """Return a reason as the owner is told it. Raises PlaceRefusedError without one."""
    said = " ".join(reason.split())
    if not said:
        raise PlaceRefusedError(N_("Please say why not: the owner is told."))
    return said


def usual_sector(kind: int) -> str:
    """Return the sector that a place of a kind mostly belongs to; nothing where there is none."""
    return _SECTORS.get(kind, "")
