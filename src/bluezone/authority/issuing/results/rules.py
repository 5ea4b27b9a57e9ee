"""Decide what a laboratory's result does. Pure."""

from __future__ import annotations

import contextlib
import dataclasses
import datetime as dt
import enum
import functools
import json
import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field

from bluezone.authority.diagnosis.rules import MAX_AGE
from bluezone.authority.errors import AuthorityError
from bluezone.authority.officers.jurisdiction import code_of, place_of
from bluezone.authority.persons.rules import Identity
from bluezone.authority.work.rules import Kind, Urgency, Wanted
from bluezone.geography import catalogue
from bluezone.geography.errors import GeographyError
from bluezone.geography.units import Level, Unit

#: letters, digits and signs of an id that a laboratory gives a result
_EXTERNAL_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9._/-]{0,63}", re.ASCII)
#: until when an office looks at a positive result, and at any other
_SOON, _LATER = dt.timedelta(hours=4), dt.timedelta(days=1)


class ResultError(AuthorityError):
    """Report a result that cannot be taken. `field` is where the mistake is."""

    def __init__(self, message: str, field: str) -> None:
        super().__init__(message)
        self.field = field


class UnknownResultError(ResultError):
    """Report that a laboratory takes back what it never sent."""


class Result(enum.StrEnum):
    """Name what a laboratory says of a sample."""

    POSITIVE = "positive"
    NEGATIVE = "negative"
    #: takes back what it said under this id: another person's sample
    WITHDRAWN = "withdrawn"


@dataclass(frozen=True, slots=True)
class Content:
    """Hold what a laboratory says of a sample. `who`: what it knows of the patient, `commune`: where the patient lives,
    `district`: the laboratory's own; both as it wrote them, a code or a name."""

    result: Result
    sampled_on: dt.date
    reported_on: dt.date
    who: Identity = field(default_factory=Identity)
    commune: str = ""
    district: str = ""

    @property
    def text(self) -> str:
        """Return all of it in one text, by whose keyed digest a copy is told from a correction."""
        return json.dumps(dataclasses.asdict(self), default=str)

    @property
    def says_who(self) -> bool:
        """Return whether it says enough of the patient to be stored as somebody."""
        return bool(self.who.name or self.who.telephone or self.who.document)


def check(external_id: str, content: Content, today: dt.date) -> None:
    """Check a result. Raises ResultError, naming the field."""
    if not _EXTERNAL_ID.fullmatch(external_id):
        raise ResultError("1 to 64 letters, digits or . _ / - are meant", "external_id")
    for name, day in (("sampled_on", content.sampled_on), ("reported_on", content.reported_on)):
        if not today - MAX_AGE <= day <= today:
            raise ResultError("a day of the last 28 days is meant", name)
    if content.reported_on < content.sampled_on:
        raise ResultError("the result is older than its sample", "reported_on")


# --- whose it is ------------------------------------------------------------------------------------------------------


_LEVELS = (Level.COMMUNE, Level.DISTRICT)


def named_place(laboratory: str, commune: str, district: str, day: dt.date) -> str:
    """Return the place that a laboratory names: where the patient lives, else its own district, else its province
    (`laboratory`). What cannot be read names nothing."""
    written = ((commune, _LEVELS), (district, _LEVELS[::-1]))
    units = (unit_written(text, laboratory, day, levels) for text, levels in written)
    return next((place_of(each.code) for each in units if each is not None), laboratory)


# a name that no unit bears is compared with all of them: 24 ms
@functools.lru_cache(maxsize=4096)
def unit_written(text: str, laboratory: str, day: dt.date, levels: Sequence[Level] = _LEVELS) -> Unit | None:
    """Return the unit that a laboratory (of a province) wrote, of the first level that has one: a name in its province,
    a code in the country. None for what cannot be read."""
    if not text.strip():
        return None
    province = code_of(laboratory)
    for level in levels:
        for within in (province, None) if text[:1].isdigit() else (province,):
            with contextlib.suppress(GeographyError):
                return catalogue.all_units().find(text, on=day, level=level, within=within)
    return None


def place_after(here: str, followed_at: Collection[str]) -> str:
    """Return where a result that nobody has decided on waits, when people were given to other offices: with the one
    that follows everybody whose it may be; as long as one of them is followed `here`, or they are in several places,
    where it is. `followed_at`: the places of their offices."""
    offices = set(followed_at)
    return offices.pop() if len(offices) == 1 else here


# --- what it does -----------------------------------------------------------------------------------------------------


class Known(enum.Enum):
    """Name what is known of a result's id at its laboratory."""

    NEW = "new"
    SAME = "same"
    OTHER = "other content"


def is_overtaken(issued_at: dt.datetime | None, known_at: dt.datetime | None) -> bool:
    """Decide whether a laboratory said something under an id before what is known of it: the later word stands."""
    return issued_at is not None and known_at is not None and issued_at < known_at


class Patient(enum.Enum):
    """Name what is known of the patient, by telephone or document number, in the place that the laboratory names."""

    UNKNOWN = "nobody has these numbers"
    #: a case of whom a test is awaited
    SUSPECTED = "one suspected case"
    #: a contact, a traveller, a patient: has an open episode
    FOLLOWED = "one person who is followed"
    #: the same, known by document, not by a number that a family shares: and a test is due
    TESTED = "one person who is followed and waits for a test"
    #: a family has one number
    SEVERAL = "several"


class Effect(enum.Enum):
    """Name what a result does."""

    #: nothing: the same answer as before
    NOTHING = "nothing"
    #: it is kept, and found by its id: nobody waits for it
    KEPT = "kept"
    #: the case is confirmed or withdrawn, its code issued, and sent where there is a number
    DECIDES = "decides"
    #: the test that was due has its result, and its task is done
    FILLS = "fills a test"
    #: an officer decides on whom it is of and what follows
    TASK = "task"


def effect(known: Known, result: Result, patient: Patient, *, may_confirm: bool) -> Effect:
    """Decide what a result does. A laboratory without the right decides nothing, and sends nothing: a message that
    came for negative results alone would tell the outcome. Of somebody who is followed an officer decides: the result
    is proposed on the episode; so where it may be of several. Only a first negative one that was waited for is noted of
    the person at once: it opens no case, and nobody hears of it."""
    if known is Known.SAME:
        return Effect.NOTHING
    if patient is Patient.TESTED and result is Result.NEGATIVE and known is Known.NEW:
        return Effect.FILLS
    if may_confirm and patient in (Patient.UNKNOWN, Patient.SUSPECTED):
        return Effect.DECIDES
    is_awaited = result is Result.POSITIVE or patient is not Patient.UNKNOWN or known is Known.OTHER
    return Effect.TASK if is_awaited else Effect.KEPT


def is_task(does: Effect, known: Known, result: Result) -> bool:
    """Decide whether an office is to look at a result: at every positive one, so that it is somebody's, at what was
    corrected, and at what an officer decides on."""
    return does is Effect.TASK or (does is Effect.DECIDES and (result is Result.POSITIVE or known is Known.OTHER))


def wanted(result: Result, place: str, person: int | None, received_at: dt.datetime) -> Wanted:
    """Return the task of a result at which an office is to look: of a positive one at once."""
    is_urgent = result is Result.POSITIVE
    due_at = received_at + (_SOON if is_urgent else _LATER)
    return Wanted(Kind.RESULT, place, due_at, Urgency.NOW if is_urgent else Urgency.CALM, person)
