"""Decide when a person is reminded of a code, how long a number is kept, and what became of a message. Pure."""

from __future__ import annotations

import datetime as dt
import enum
from dataclasses import dataclass
from http import HTTPStatus

from django.utils.translation import gettext_noop

from bluezone.authority.errors import AuthorityError
from bluezone.errors import TranslatableError

#: a code that was not used for so long is reminded of, once
REMIND_AFTER = dt.timedelta(hours=6)
#: nobody is woken for a reminder
NIGHT_FROM, NIGHT_UNTIL = dt.time(21), dt.time(7)
#: a number is kept so long at most, whatever the codes' life is set to
NUMBER_LIFE = dt.timedelta(days=1)
#: what became of a message, without its number, is told so long
FATE_LIFE = dt.timedelta(days=14)
#: so often a message is handed over, and the wait before the second time, doubled each time: eight minutes in all, for
#: the text says how many minutes the code is good
MAX_TRIES, FIRST_WAIT = 5, dt.timedelta(seconds=30)
#: so long nothing is handed over to a gateway that took none of several messages
GATEWAY_REST = dt.timedelta(minutes=1)
#: so long an officer finds that a code ran out without being used
RAN_OUT_LIFE = dt.timedelta(days=14)


class SendingError(AuthorityError, TranslatableError):
    """Report that a code is not sent, or not stopped; `status`: that of the answer by HTTP."""

    status = HTTPStatus.CONFLICT


class State(enum.StrEnum):
    """Name what became of a row of a list, or of a message from a case's page."""

    WAITING = "waiting"
    SENT = "sent"
    USED = "used"
    RAN_OUT = "ran-out"
    STOPPED = "stopped"
    REFUSED = "refused"

    @property
    def is_over(self) -> bool:
        """Return whether nothing more happens to it: its number is forgotten."""
        return self not in (State.WAITING, State.SENT)


class Why(enum.StrEnum):
    """Name why a row or a message was refused."""

    NONE = ""
    #: what an officer was shown before the list was stored
    NUMBER = "number"
    DATES = "dates"
    LANGUAGE = "language"
    FILE_NUMBER = "file-number"
    #: in doubt (the same number twice, or sent to before), and nobody confirmed it
    NUMBER_TWICE = "number-twice"
    #: what the worker met
    NO_RIGHT = "no-right"
    GATEWAY = "gateway"
    TOO_LATE = "too-late"


class Stop(enum.StrEnum):
    """Name why an officer stops a code, or lets it run out."""

    OTHER_PERSON = "other-person"
    WRONG_NUMBER = "wrong-number"
    PHONE_LOST = "phone-lost"
    RESULT_WRONG = "result-wrong"
    ASKED = "asked"


@dataclass(frozen=True, slots=True)
class Reminding:
    """Hold what decides on a reminder. `waits`: the code was sent, and neither used nor stopped."""

    sent_at: dt.datetime | None
    ends_at: dt.datetime
    waits: bool
    reminded: bool


def is_reminded(facts: Reminding, now: dt.datetime, zone: dt.tzinfo) -> bool:
    """Decide whether a person is reminded now: once, six hours after the message, while the code is good.

    At night it waits for the morning, unless the code has run out by then. `zone`: where people sleep.
    """
    if facts.sent_at is None or not facts.waits or facts.reminded or now >= facts.ends_at:
        return False
    if now < facts.sent_at + REMIND_AFTER:
        return False
    morning = _morning_after(now.astimezone(zone))
    return morning is None or morning >= facts.ends_at


def _morning_after(local: dt.datetime) -> dt.datetime | None:
    """Return when the night that holds a moment ends; None by day."""
    time = local.time()
    if NIGHT_UNTIL <= time < NIGHT_FROM:
        return None
    day = local.date() + dt.timedelta(days=1) if time >= NIGHT_FROM else local.date()
    return dt.datetime.combine(day, NIGHT_UNTIL, local.tzinfo)


def keep_number_until(asked_at: dt.datetime, ends_at: dt.datetime | None) -> dt.datetime:
    """Return when a number is forgotten at the latest: with its code, a day after it was given at most."""
    latest = asked_at + NUMBER_LIFE
    return latest if ends_at is None else min(latest, ends_at)


@dataclass(frozen=True, slots=True)
class Progress:
    """Hold what is known of a message and its code. `has_code`: one was issued for it, and is not deleted."""

    state: State
    has_code: bool
    used: bool = False
    burnt: bool = False
    ended: bool = False
    past_keeping: bool = False
    #: its last try is over, and whoever made it was ended before it could say how that went
    tried_in_vain: bool = False


def state_now(facts: Progress) -> tuple[State, Why]:
    """Return what became of a message by now, and why it is refused, if so."""
    if facts.state.is_over:
        return facts.state, Why.NONE
    if facts.used:
        return State.USED, Why.NONE
    if facts.burnt:
        return State.STOPPED, Why.NONE
    if facts.state is State.SENT and (facts.ended or facts.past_keeping or not facts.has_code):
        return State.RAN_OUT, Why.NONE
    if facts.state is State.WAITING and (facts.ended or facts.past_keeping):
        return State.REFUSED, Why.TOO_LATE
    if facts.state is State.WAITING and facts.tried_in_vain:
        return State.REFUSED, Why.GATEWAY
    return facts.state, Why.NONE


def check_quota(rows: int, left: int) -> None:
    """Decide whether a whole list may be issued today: all of it or nothing. Raises SendingError."""
    if rows <= left:
        return
    raise SendingError(
        gettext_noop(
            "The list needs {rows} codes, and today you may issue {left} more. Nothing is issued: bring a shorter "
            "list, or ask the ministry to raise the number (page “Codes and quota”)."
        ),
        rows=rows,
        left=left,
    )
