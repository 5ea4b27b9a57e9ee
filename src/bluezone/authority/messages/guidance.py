"""Publish and withdraw what is to be done after a warning, and read it from files: the rules of 2020 and 2021 come with
the package."""

from __future__ import annotations

import datetime as dt
import enum
import uuid
from collections.abc import Iterable, Sequence
from dataclasses import replace

from django.db import transaction
from django.db.models import QuerySet

from bluezone.authority.documents import services as documents
from bluezone.authority.documents.rules import PublishedKind, area_of
from bluezone.authority.messages.models import GuidanceEntry
from bluezone.authority.officers.jurisdiction import Jurisdiction, Role, codes_of, place_of
from bluezone.authority.officers.models import User
from bluezone.authority.site import clock
from bluezone.authority.site.configuration import disease
from bluezone.errors import N_, TranslatableError
from bluezone.geography.errors import GeographyError
from bluezone.geography.units import UnitCode
from bluezone.protocol.documents import COUNTRY, DocumentError
from bluezone.protocol.guidance import (
    GUIDANCE,
    MAX_DOCUMENT_BYTES,
    MAX_ENTRIES,
    Entry,
    entry_body,
    entry_from_body,
)
from bluezone.protocol.text import json_object


class GuidanceRefusedError(TranslatableError):
    """Report guidance that cannot be published; the text says why."""


class State(enum.StrEnum):
    """Name what became of an entry."""

    HOLDS = "holds"
    LATER = "later"
    OVER = "over"
    WITHDRAWN = "withdrawn"


def may_write(own: Jurisdiction | None, place: str) -> None:
    """Raise GuidanceRefusedError unless an officer with `own` may write for `place`: the ministry for all, a province
    for itself and the places in it."""
    if own is None or own.role not in PUBLISHED_GUIDANCE.editors:
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


def chosen(entries: Iterable[GuidanceEntry], area: str, today: dt.date) -> list[GuidanceEntry]:
    """Return the entries for the document of an area, in the order in which they were published: those that hold, and
    those to come. Of two for one place that begin on one day a phone takes the later."""
    wanted = [each for each in entries if area_of(each.place) == area and state(each, today) in _IN_DOCUMENT]
    wanted.sort(key=lambda each: (each.published_at, each.id))
    return wanted[-MAX_ENTRIES:]


def state(entry: GuidanceEntry, today: dt.date) -> State:
    if entry.withdrawn_at is not None:
        return State.WITHDRAWN
    if today > entry.until_day:
        return State.OVER
    return State.HOLDS if entry.from_day <= today else State.LATER


_IN_DOCUMENT = (State.HOLDS, State.LATER)


# --- publishing -------------------------------------------------------------------------------------------------------


def place_of_entry(entry: Entry) -> str:
    """Return the place of an entry's code. Raises GuidanceRefusedError where there is no such unit."""
    if entry.place == COUNTRY:
        return "/"
    try:
        return place_of(UnitCode.parse(entry.place))
    except GeographyError as error:
        raise GuidanceRefusedError(N_("There is no place with the code {code}."), code=entry.place) from error


@transaction.atomic
def write(own: Jurisdiction, officer: User | None, entry: Entry, form_id: uuid.UUID, now: dt.datetime) -> GuidanceEntry:
    """Publish an entry in the name of `officer` (None: the operator) with the jurisdiction `own`. The same form twice
    is one entry. Raises GuidanceRefusedError where it may not be."""
    place, today = place_of_entry(entry), clock.date_of(now)
    may_write(own, place)
    may_last(entry.until_day, today)
    made = GuidanceEntry.objects.filter(form_id=form_id, written_by=officer).first()
    if made is None:
        documents.take_turn(GUIDANCE)
        has_room(len(chosen(_current(today), area_of(place), today)))
        made = GuidanceEntry.objects.create(
            place=place,
            from_day=entry.from_day,
            until_day=entry.until_day,
            version=entry.version,
            source=entry.source,
            body=entry_body(entry),
            written_by=officer,
            form_id=form_id,
            published_at=now,
        )
        documents.issue(PUBLISHED_GUIDANCE, area_of(place), now)
    return made


@transaction.atomic
def publish(own: Jurisdiction, entries: Sequence[Entry], now: dt.datetime) -> list[GuidanceEntry]:
    """Publish all of `entries` in the operator's name, or none."""
    return [write(own, None, entry, uuid.uuid4(), now) for entry in entries]


@transaction.atomic
def withdraw(row: GuidanceEntry, now: dt.datetime) -> None:
    """Take an entry out of what phones fetch; those that have it drop it with the next document."""
    if row.withdrawn_at is None:
        row.withdrawn_at = now
        row.save(update_fields=["withdrawn_at"])
    documents.issue(PUBLISHED_GUIDANCE, area_of(row.place), now)


def dated(entries: Sequence[Entry], first: dt.date, days: int) -> list[Entry]:
    """Return entries as they hold from `first` for `days` days."""
    return [replace(each, from_day=first, until_day=first + dt.timedelta(days=days - 1)) for each in entries]


def _current(today: dt.date) -> QuerySet[GuidanceEntry]:
    return GuidanceEntry.objects.filter(withdrawn_at=None, until_day__gte=today)


def _content(area: str, now: dt.datetime) -> tuple[Entry, ...] | None:
    """Return the entries of an area's document; None where there are none."""
    today = clock.date_of(now)
    return tuple(row.entry for row in chosen(_current(today), area, today)) or None


def _areas(now: dt.datetime) -> set[str]:
    return {area_of(each.place) for each in _current(clock.date_of(now))}


#: health is the ministry's and the provinces', not a commune's
PUBLISHED_GUIDANCE = PublishedKind(GUIDANCE, frozenset({Role.MINISTRY, Role.PROVINCE}), _content, _areas)


# --- files ------------------------------------------------------------------------------------------------------------

#: the day of the order that this package's figures begin with
LIKE = dt.date(2020, 8, 15)


def text_of_the_package() -> bytes:
    """Return the guidance of the disease's package, to be copied and changed."""
    return disease().guidance


def read(data: bytes, what: str) -> list[Entry]:
    """Return the entries of a file: a JSON object with `entries`. Raises ProtocolError for what cannot be."""
    entries = json_object(data, what, MAX_DOCUMENT_BYTES).get("entries")
    if not isinstance(entries, list) or not entries:
        raise DocumentError(f"{what}: a list `entries` with at least one entry is meant")
    found = []
    for number, body in enumerate(entries, 1):
        try:
            found.append(entry_from_body(body))
        except DocumentError as error:
            raise DocumentError(f"{what}, entry {number}: {error}") from error
    return found


def like(day: dt.date | None = None) -> list[Entry]:
    """Return the entries of the package that hold on a day; without one, on the day of the order, else those that begin
    last. Raises GuidanceRefusedError where none does."""
    entries = read(text_of_the_package(), "package")
    found = [each for each in entries if each.from_day <= (day or LIKE) <= each.until_day]
    if found:
        return found
    if day is not None:
        first, last = min(each.from_day for each in entries), max(each.until_day for each in entries)
        raise GuidanceRefusedError(
            N_("The package has no guidance of {day}; it has some of {first} to {last}."), day=day.isoformat(),
            first=first.isoformat(), last=last.isoformat(),
        )  # fmt: skip
    begun = max(each.from_day for each in entries)
    return [each for each in entries if each.from_day == begun]
