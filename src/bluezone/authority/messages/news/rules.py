"""Decisions about news, as pure functions."""

from __future__ import annotations

import datetime as dt
import enum
from collections.abc import Sequence
from dataclasses import dataclass

from bluezone.authority.officers.jurisdiction import Jurisdiction, codes_of
from bluezone.errors import N_, TranslatableError
from bluezone.protocol.news import MAX_ITEMS

#: how long officers may let news stand
DAYS = (1, 3, 7, 14, 30, 60)
#: a document is signed anew after a day, and believed for two weeks: a phone that gets nothing newer knows of it
SIGN_ANEW = dt.timedelta(days=1)
DOCUMENT_LIFE = dt.timedelta(days=14)


class NewsRefusedError(TranslatableError):
    """News that are not published; the text says why."""


class State(enum.StrEnum):
    """Name what became of an item. `CROWDED`: newer ones left no room for it in the document."""

    SHOWN = "shown"
    CROWDED = "crowded"
    OVER = "over"
    WITHDRAWN = "withdrawn"


@dataclass(frozen=True, slots=True)
class ItemFacts:
    """Hold what the rules need of an item."""

    id: int
    place: str
    published_at: dt.datetime
    valid_until: dt.datetime
    withdrawn: bool


def may_write(own: Jurisdiction | None, place: str) -> None:
    """Raise NewsRefusedError unless an officer with `own` may write for `place`."""
    if own is None or not own.may_direct(place):
        raise NewsRefusedError(N_("You can write for your own place and those within it only."))


def area_of(place: str) -> str:
    """The document an item stands in: its province's, or (empty) the country's."""
    return codes_of(place)[0] if codes_of(place) else ""


def places_of(place: str) -> tuple[str, ...]:
    """For whom an item is, in the words of the protocol."""
    return tuple(codes_of(place)[-1:])


def is_current(item: ItemFacts, now: dt.datetime) -> bool:
    return not item.withdrawn and item.published_at <= now < item.valid_until


def chosen(items: Sequence[ItemFacts], area: str, now: dt.datetime) -> list[int]:
    """The ids that stand in the document of an area, newest first; of too many, the newest."""
    current = [item for item in items if area_of(item.place) == area and is_current(item, now)]
    current.sort(key=lambda item: (item.published_at, item.id), reverse=True)
    return [item.id for item in current[:MAX_ITEMS]]


def state(item: ItemFacts, in_document: bool, now: dt.datetime) -> State:
    if item.withdrawn:
        return State.WITHDRAWN
    if now >= item.valid_until:
        return State.OVER
    return State.SHOWN if in_document else State.CROWDED


def must_sign(issued_at: dt.datetime | None, said: Sequence[int], to_say: Sequence[int], now: dt.datetime) -> bool:
    """Decide whether an area needs a new document: it has none and something to say, it says the wrong thing, or it
    is old."""
    if issued_at is None:
        return bool(to_say)
    return list(said) != list(to_say) or now - issued_at >= SIGN_ANEW
