"""Decide which entries are taken, who opens them and when, and what an opened one says. Pure."""

from __future__ import annotations

import datetime as dt
import json
import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Annotated

from bluezone.authority.door.rules import DoorError
from bluezone.authority.door.sending import ID, OfLink
from bluezone.authority.officers.jurisdiction import NATION, Jurisdiction, Role, codes_of
from bluezone.authority.site.hpke import OVERHEAD_BYTES
from bluezone.errors import N_
from bluezone.protocol.fields import Message, size, within

HOUR_S = 3_600
#: an entry is kept so long, and its day's key
LIFE = dt.timedelta(days=14)
LONGEST_WINDOW = dt.timedelta(hours=24)
MOST_ENTRIES = 40
#: people are told of an opening by day, and of one that is not older than this
TOLD_FROM, TOLD_UNTIL = dt.time(7), dt.time(21)
TOLD_WITHIN = dt.timedelta(days=3)
#: every entry is filled up to one size: a pass and a telephone number look alike
ENTRY_BYTES = 64
SEALED_BYTES = ENTRY_BYTES + OVERHEAD_BYTES
_TELEPHONE = re.compile(r"\+[1-9][0-9]{7,14}", re.ASCII)
_PASS = re.compile(r"[0-9A-HJKMNP-TV-Z]{4}-[0-9A-HJKMNP-TV-Z]{4}", re.ASCII)


@dataclass(frozen=True, slots=True)
class SentEntry(Message):
    """Hold one entry as sent."""

    what = "entry"
    key: Annotated[str, "id", ID]
    hour: Annotated[int, within(0, 2**31 - 1)]
    day_key: Annotated[str, "key", ID]
    sealed: Annotated[bytes, size(SEALED_BYTES)] = field(repr=False)


@dataclass(frozen=True, slots=True)
class Visitor:
    """Hold what an opened entry says: a telephone number or the number of a pass, and the hour it was of."""

    hour: int
    telephone: str = ""
    pass_number: str = ""


@dataclass(frozen=True, slots=True)
class SentEntries(OfLink):
    """Hold the entries that waited."""

    entries: Annotated[tuple[SentEntry, ...], size(1, MOST_ENTRIES)]


def kept(entries: Iterable[SentEntry], now: dt.datetime) -> list[SentEntry]:
    """Return the entries that are not older than is kept, nor yet to come."""
    this_hour = hour_of(now)
    oldest = this_hour - int(LIFE.total_seconds()) // HOUR_S
    return [each for each in entries if oldest < each.hour <= this_hour + 1]


def hour_of(at: dt.datetime) -> int:
    """Return the hour of a moment, of hours since the epoch."""
    return int(at.timestamp()) // HOUR_S


def province_of(place: str) -> str:
    """Return the place of the province that a place lies in: it holds the keys of its doors."""
    return f"{NATION}{codes_of(place)[0]}/" if codes_of(place) else NATION


def may_open(own: Jurisdiction, place: str, *, reads_health: bool) -> bool:
    """Decide whether an officer asks for, or agrees to, an opening: of the health authority of the province, who may
    read health data, for who was there is one. For a case that only who confirms cases can name."""
    return own.role is Role.PROVINCE and reads_health and own.may_edit(place)


def check_window(start: dt.datetime, end: dt.datetime, now: dt.datetime) -> None:
    """Refuse a window that cannot be opened. Raises DoorError."""
    if end <= start:
        raise DoorError(N_("The window ends before it begins. Please look at both times."))
    if start > now:
        raise DoorError(N_("This is yet to come."))
    if end < now - LIFE:
        raise DoorError(N_("Entries of more than 14 days ago are gone."))
    if end - start > LONGEST_WINDOW:
        raise DoorError(N_("A window is no longer than a day."))


def check_second(asked_by: int | None, officer: int) -> None:
    """Refuse who asked for an opening as the second officer. Raises DoorError."""
    if asked_by == officer:
        raise DoorError(N_("Whoever asked for it does not open it: ask a colleague."))


def may_tell_at(local: dt.time) -> bool:
    """Decide whether a message to a person goes at this time of day: nobody is woken by it."""
    return TOLD_FROM <= local < TOLD_UNTIL


def hours_of(start: dt.datetime, end: dt.datetime) -> range:
    """Return the hours that a window touches."""
    return range(hour_of(start), hour_of(end - dt.timedelta(seconds=1)) + 1)


def bound_to(hour: int) -> bytes:
    """Return what an entry is bound to in its encryption: nobody moves it into another hour."""
    return f"hour {hour}".encode("ascii")


def read_visitor(hour: int, text: bytes) -> Visitor | None:
    """Read an opened entry; None for what no page of ours writes."""
    try:
        data = json.loads(text)
    except (ValueError, RecursionError):
        return None
    telephone, number = (data.get("t", ""), data.get("p", "")) if isinstance(data, dict) else (None, None)
    if isinstance(telephone, str) and _TELEPHONE.fullmatch(telephone):
        return Visitor(hour, telephone=telephone)
    if isinstance(number, str) and _PASS.fullmatch(number):
        return Visitor(hour, pass_number=number)
    return None


def by_day(hours: Iterable[tuple[int, int]], utc_offset_h: int) -> dict[dt.date, list[int]]:
    """Return counts of hours as 24 numbers by day, the newest first."""
    found: dict[dt.date, list[int]] = {}
    for hour, count in hours:
        day, of_day = divmod(hour + utc_offset_h, 24)
        found.setdefault(dt.date(1970, 1, 1) + dt.timedelta(days=day), [0] * 24)[of_day] += count
    return dict(sorted(found.items(), reverse=True))
