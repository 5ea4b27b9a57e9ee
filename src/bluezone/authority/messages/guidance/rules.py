"""Decide, without a database, who may write guidance, what a document holds, and when it is signed anew."""

from __future__ import annotations

import datetime as dt
import enum
from collections.abc import Sequence
from dataclasses import dataclass

from bluezone.authority.messages import areas
from bluezone.authority.officers.jurisdiction import Jurisdiction, Role, codes_of
from bluezone.errors import N_, TranslatableError
from bluezone.protocol.guidance import MAX_ENTRIES

#: who says what is to be done after a warning: health is theirs, not a commune's
WRITERS = (Role.MINISTRY, Role.PROVINCE)


class GuidanceRefusedError(TranslatableError):
    """Report guidance that cannot be published; the text says why."""


class State(enum.StrEnum):
    """Name what became of an entry."""

    HOLDS = "holds"
    LATER = "later"
    OVER = "over"
    WITHDRAWN = "withdrawn"


@dataclass(frozen=True, slots=True)
class EntryFacts:
    """Hold what the rules need of an entry."""

    id: int
    place: str
    from_day: dt.date
    until_day: dt.date
    published_at: dt.datetime
    withdrawn: bool


def may_read(own: Jurisdiction | None) -> bool:
    """Return whether an officer sees the page: who answers for a place as a whole."""
    return own is not None and own.directs_places


def may_write(own: Jurisdiction | None, place: str) -> None:
    """Raise GuidanceRefusedError unless an officer with `own` may write for `place`: the ministry for all, a province
    for itself and the places in it."""
    if own is None or own.role not in WRITERS:
        raise GuidanceRefusedError(N_("Only the ministry and the provinces say what is to be done after a warning."))
    if not own.may_direct(place):
        raise GuidanceRefusedError(N_("You can write for your own place and those within it only."))


def may_last(until_day: dt.date, today: dt.date) -> None:
    """Raise GuidanceRefusedError where an entry would have ended already."""
    if until_day < today:
        raise GuidanceRefusedError(
            N_("It would hold until {day}, which is past. Choose a later day."), day=until_day.isoformat()
        )


def has_room(current: int) -> None:
    """Raise GuidanceRefusedError where the document of an area is full: `current` entries are in it."""
    if current >= MAX_ENTRIES:
        raise GuidanceRefusedError(
            N_("There are {count} entries for this area already, as many as phones take. Withdraw one first."),
            count=current,
        )


def code_in_document(place: str) -> str:
    """Return the place of an entry as the protocol writes it: the code of the unit, or empty for the country."""
    return codes_of(place)[-1] if codes_of(place) else ""


def chosen(entries: Sequence[EntryFacts], area: str, today: dt.date) -> list[int]:
    """Return the ids of the entries for the document of an area, in the order in which they were published: those that
    hold, and those to come. Of two for one place that begin on one day a phone takes the later."""
    wanted = [each for each in entries if areas.area_of(each.place) == area and state(each, today) in _IN_DOCUMENT]
    wanted.sort(key=lambda each: (each.published_at, each.id))
    return [each.id for each in wanted[-MAX_ENTRIES:]]


def state(entry: EntryFacts, today: dt.date) -> State:
    if entry.withdrawn:
        return State.WITHDRAWN
    if today > entry.until_day:
        return State.OVER
    return State.HOLDS if entry.from_day <= today else State.LATER


_IN_DOCUMENT = (State.HOLDS, State.LATER)
