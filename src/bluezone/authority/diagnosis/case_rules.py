"""Decide how a case may go on, which days were infectious, and which cases may be one. Pure: days are arguments.

`rules` decides about dates of a new case and about codes; a case's status is what its health office holds of it.
"""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from http import HTTPStatus

from django.utils.translation import gettext_noop

from bluezone.authority.errors import AuthorityError
from bluezone.disease.package import WindowRule
from bluezone.errors import TranslatableError


class Status(StrEnum):
    """Name what a health office holds of a case."""

    SUSPECTED = "suspected"
    CONFIRMED = "confirmed"
    RECOVERED = "recovered"
    #: no case: the test was negative, or it was opened by mistake
    WITHDRAWN = "withdrawn"


#: of a new case, by what its diagnosis stands on; what a result makes of it, too
STATUS_OF_REPORT = {
    "suspected": Status.SUSPECTED,
    "clinical": Status.SUSPECTED,
    "self": Status.SUSPECTED,
    "confirmed": Status.CONFIRMED,
    "negative": Status.WITHDRAWN,
}


@dataclass(frozen=True, slots=True)
class Transition:
    """Describe one way in which a case may go on. `by_result`: only a test's result leads there, for phones hear of it
    by a new code (`results_of`)."""

    before: Status
    after: Status
    reason: str
    by_result: bool


TRANSITIONS = (
    Transition(Status.SUSPECTED, Status.CONFIRMED, "a test was positive", by_result=True),
    Transition(Status.SUSPECTED, Status.WITHDRAWN, "a test was negative", by_result=True),
    Transition(Status.CONFIRMED, Status.RECOVERED, "the person is well again", by_result=False),
    Transition(Status.CONFIRMED, Status.WITHDRAWN, "the result was a mistake: who was warned hears it", by_result=True),
    Transition(Status.RECOVERED, Status.CONFIRMED, "noted too early: the person is still ill", by_result=False),
    Transition(Status.WITHDRAWN, Status.CONFIRMED, "the negative result was a mistake", by_result=True),
)
#: what a test's result, or its correction, may make of a diagnosis (of the keys: `keys.rules.TRANSITIONS`)
RESULTS = {
    "self": ("confirmed", "negative"),
    "suspected": ("confirmed", "negative"),
    "clinical": ("confirmed", "negative"),
    "confirmed": ("negative",),
    "negative": ("confirmed",),
}


#: letters of an id that a case without another name is called by
_SHORT_ID = 6


def short_id(case_id: uuid.UUID) -> str:
    """Return the beginning of an id, the name of a case without file number and pseudonym: `#1f0a9c`."""
    return f"#{case_id.hex[:_SHORT_ID]}"


def ids_of(text: str) -> tuple[uuid.UUID, uuid.UUID] | None:
    """Return the first and the last id that is called so (`short_id`), with or without its sign; None for what is no
    such name."""
    signs = text.strip().lower().removeprefix("#")
    if len(signs) != _SHORT_ID or not set(signs) <= set("0123456789abcdef"):
        return None
    first, last = (signs.ljust(32, filler) for filler in "0f")
    return uuid.UUID(hex=first), uuid.UUID(hex=last)


def nearest_first(place: str, offices: Mapping[str, str]) -> list[str]:
    """Return the places of offices (place -> name) in the order in which somebody of `place` looks for one: those that
    share most of its path first, of these the office above first, then by name. The ministry shares nothing."""
    own = place.strip("/").split("/")

    def rank(other: str) -> tuple[int, int, str]:
        path = [part for part in other.split("/") if part]
        shared = next((n for n, (a, b) in enumerate(zip(own, path, strict=False)) if a != b), min(len(own), len(path)))
        return -shared, len(path), offices[other]

    return sorted(offices, key=rank)


class StatusError(AuthorityError, TranslatableError):
    """Report a step that a case cannot take; `status`: that of the answer by HTTP."""

    status = HTTPStatus.CONFLICT


def transition(before: Status, after: Status) -> Transition | None:
    """Return the way from one status to another; None where there is none."""
    return next((each for each in TRANSITIONS if (each.before, each.after) == (before, after)), None)


def check_step(before: Status, after: Status) -> None:
    """Check that an officer may note a status, without a test's result. Raises StatusError."""
    found = transition(before, after)
    if found is None or found.by_result:
        raise StatusError(gettext_noop("this case cannot become that now: somebody may have changed it, look again"))


def steps_from(status: Status) -> list[Status]:
    """Return what an officer may note of a case without a test's result."""
    return [each.after for each in TRANSITIONS if each.before is status and not each.by_result]


def results_of(report_type: str, status: Status) -> tuple[str, ...]:
    """Return the results that may be noted of a case: those whose status it may go on to."""
    found = RESULTS.get(report_type, ())
    return tuple(each for each in found if transition(status, STATUS_OF_REPORT[each]) is not None)


# --- the infectious window --------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Window:
    """Hold the first and the last infectious day, and the rule that says so."""

    first: dt.date
    last: dt.date
    rule: WindowRule


def window_rule(day: dt.date, rules: Sequence[WindowRule]) -> WindowRule:
    """Return the rule in force on a day."""
    return max((each for each in rules if each.since <= day), key=lambda each: each.since)


def infectious_window(
    onset_date: dt.date | None, test_date: dt.date | None, rules: Sequence[WindowRule]
) -> Window | None:
    """Return the infectious days of a case, by the rule of the day they are counted from; None without a date.
    `rules`: the disease's."""
    day = onset_date or test_date
    if day is None:
        return None
    rule = window_rule(day, rules)
    return Window(day - dt.timedelta(days=rule.days_before), day + dt.timedelta(days=rule.days_after), rule)


# --- one case or two --------------------------------------------------------------------------------------------------

#: so long two cases that were merged can be parted again
UNDO_LIFE = dt.timedelta(days=1)


class Likeness(StrEnum):
    """Name what makes two cases look like one, the strongest first."""

    DOCUMENT = "document"
    TELEPHONE = "telephone"
    FILE_NUMBER = "file number"


@dataclass(frozen=True, slots=True)
class CaseFacts:
    """Hold what two cases are compared by; digests, never numbers, each number's under one key or several. Empty: not
    known."""

    place: str
    day: dt.date
    file_number: str = ""
    telephone_digests: frozenset[str] = frozenset()
    document_digests: frozenset[str] = frozenset()


def likeness(one: CaseFacts, other: CaseFacts, same_illness: dt.timedelta) -> Likeness | None:
    """Return why two cases may be one; None where nothing says so: days further apart than `same_illness` are two
    illnesses. People decide: a household has one telephone, and offices number their files alike."""
    if abs(one.day - other.day) > same_illness:
        return None
    if one.document_digests and other.document_digests:
        # two people can share a telephone or a slip of the pen, but not a document: another one ends the question
        return Likeness.DOCUMENT if one.document_digests & other.document_digests else None
    if one.telephone_digests & other.telephone_digests:
        return Likeness.TELEPHONE
    same_file = one.file_number.casefold() == other.file_number.casefold() and one.place == other.place
    return Likeness.FILE_NUMBER if one.file_number and same_file else None


def may_undo(merged_at: dt.datetime, undone_at: dt.datetime | None, now: dt.datetime) -> bool:
    """Decide whether two merged cases can still be parted."""
    return undone_at is None and now < merged_at + UNDO_LIFE
