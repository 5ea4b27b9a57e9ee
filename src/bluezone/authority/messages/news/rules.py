"""Decide, without a database, who may write news and what a document holds."""

from __future__ import annotations

import datetime as dt
import enum
from collections.abc import Sequence
from dataclasses import dataclass

from bluezone.authority.messages import areas
from bluezone.authority.officers.jurisdiction import Jurisdiction, codes_of
from bluezone.errors import N_, TranslatableError
from bluezone.protocol.news import MAX_ITEMS

#: the days for which officers may publish news
DAYS = (1, 3, 7, 14, 30, 60)


class NewsRefusedError(TranslatableError):
    """Report news that cannot be published; the text says why."""


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


def places_of(place: str) -> tuple[str, ...]:
    """Return the places an item is for, as the protocol writes them."""
    return tuple(codes_of(place)[-1:])


def is_current(item: ItemFacts, now: dt.datetime) -> bool:
    return not item.withdrawn and item.published_at <= now < item.valid_until


def chosen(items: Sequence[ItemFacts], area: str, now: dt.datetime) -> list[int]:
    """Return the ids of the items for the document of an area, newest first; of too many, the newest."""
    current = [item for item in items if areas.area_of(item.place) == area and is_current(item, now)]
    current.sort(key=lambda item: (item.published_at, item.id), reverse=True)
    return [item.id for item in current[:MAX_ITEMS]]


def state(item: ItemFacts, in_document: bool, now: dt.datetime) -> State:
    if item.withdrawn:
        return State.WITHDRAWN
    if now >= item.valid_until:
        return State.OVER
    return State.SHOWN if in_document else State.CROWDED
