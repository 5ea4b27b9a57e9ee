"""Decide what a call to a contact means: whom it reached, when to call again, when somebody cannot be found. Pure: the
time is an argument."""

from __future__ import annotations

import datetime as dt
import enum
from collections.abc import Sequence

from django.utils.translation import gettext_noop

from bluezone.authority.contacts.contact_rules import ContactError, Decision


class Reached(enum.StrEnum):
    """Name what became of a call."""

    YES = "reached"
    NO_ANSWER = "no-answer"
    WRONG_NUMBER = "wrong-number"
    REFUSED = "refused"


#: after these the office has heard the person, and decides
HEARD = frozenset({Reached.YES, Reached.REFUSED})
#: people are called in these hours of the day (where the officers are)
FIRST_HOUR, LAST_HOUR = 6, 21
#: the furthest day on which somebody is called again: after it there is nothing to ask
AGAIN_WITHIN = dt.timedelta(days=14)


def again_at(day: dt.date | None, hour: int | None, now: dt.datetime, zone: dt.tzinfo) -> dt.datetime | None:
    """Return when somebody is called again; None for not again. `day` and `hour` are those where the officers are.
    Raises ContactError."""
    if day is None and hour is None:
        return None
    if day is None or hour is None:
        raise ContactError(gettext_noop("give both the day and the hour of the next call, or neither"), "again_day")
    if not FIRST_HOUR <= hour <= LAST_HOUR:
        raise ContactError(gettext_noop("people are called from 6 to 21"), "again_hour")
    moment = dt.datetime.combine(day, dt.time(hour), zone)
    if not now < moment <= now + AGAIN_WITHIN + dt.timedelta(days=1):
        raise ContactError(gettext_noop("an hour to come, of the next 14 days, is meant"), "again_hour")
    return moment.astimezone(dt.UTC)


def check_call(reached: Reached, *, answered: bool) -> None:
    """Check that answers are noted of who was reached alone. Raises ContactError."""
    if answered and reached is not Reached.YES:
        raise ContactError(
            gettext_noop("answers are those of somebody who was reached: choose “reached by telephone”"), "reached"
        )


def unanswered(calls: Sequence[Reached]) -> int:
    """Return how many of the newest calls in a row reached nobody; `calls`: the newest first."""
    return next((at for at, call in enumerate(calls) if call in HEARD), len(calls))


def may_give_up(calls: Sequence[Reached], attempts: int) -> bool:
    """Decide whether the sheet offers that somebody cannot be found."""
    return unanswered(calls) >= attempts


def is_due(decision: Decision, *, heard: bool, again: dt.datetime | None, now: dt.datetime) -> bool:
    """Decide whether a contact is to be called now: at the hour that was agreed, or at once who was not heard yet.
    `contact_queries.calls_due` says the same to the database."""
    if decision in (Decision.NOT, Decision.LOST):
        return False
    if again is not None:
        return again <= now
    return decision is Decision.WAITING and not heard
