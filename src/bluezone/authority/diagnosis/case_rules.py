"""Decide how a case may go on, which days were infectious, and which cases may be one. Pure: days are arguments.

`rules` decides about dates of a new case and about codes; a case's status is what its health office holds of it.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from django.utils.translation import gettext_noop

from bluezone.authority.errors import AuthorityError
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
#: what a test's result, or its correction, may make of a diagnosis; a case that a person reported alone has no test of
#: an office behind it, and the keys published with it cannot be revised (`keys.rules.TRANSITIONS`)
RESULTS = {
    "suspected": ("confirmed", "negative"),
    "clinical": ("confirmed", "negative"),
    "confirmed": ("negative",),
    "negative": ("confirmed",),
}


class StatusError(AuthorityError, TranslatableError):
    """Report a step that a case cannot take."""


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
class WindowRule:
    """State on which days a person counts as infectious: so many before and after the first symptoms, or the test of
    who has none. In force from a day on, for a reason that pages name."""

    since: dt.date
    days_before: int
    days_after: int
    reason: str


#: oldest first; a new one is added, an old one stays as it was: it says what was done then
WINDOW_RULES = (
    WindowRule(
        dt.date.min,
        2,
        14,
        gettext_noop("WHO, 20 March 2020: contacts of the 2 days before and the 14 days after the first symptoms"),
    ),
    WindowRule(
        dt.date(2020, 6, 17),
        2,
        10,
        gettext_noop("WHO, 17 June 2020: a patient is released 10 days after the first symptoms or the test"),
    ),
)


@dataclass(frozen=True, slots=True)
class Window:
    """Hold the first and the last infectious day, and the rule that says so."""

    first: dt.date
    last: dt.date
    rule: WindowRule


def window_rule(day: dt.date, rules: Sequence[WindowRule] = WINDOW_RULES) -> WindowRule:
    """Return the rule in force on a day."""
    return max((each for each in rules if each.since <= day), key=lambda each: each.since)


def infectious_window(
    onset_date: dt.date | None, test_date: dt.date | None, rules: Sequence[WindowRule] = WINDOW_RULES
) -> Window | None:
    """Return the infectious days of a case, by the rule of the day they are counted from; None without a date."""
    day = onset_date or test_date
    if day is None:
        return None
    rule = window_rule(day, rules)
    return Window(day - dt.timedelta(days=rule.days_before), day + dt.timedelta(days=rule.days_after), rule)
