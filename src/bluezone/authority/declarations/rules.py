"""Decide which declarations are taken, what becomes of them, and how long they are kept. Pure."""

from __future__ import annotations

import datetime as dt
from enum import StrEnum

from bluezone.authority.errors import AuthorityError
from bluezone.authority.officers.jurisdiction import Jurisdiction, Role, codes_of
from bluezone.authority.work.rules import Kind, Urgency, Wanted
from bluezone.forms.definition import Form, Level
from bluezone.protocol.health_declarations import HealthDeclarationRefusal

#: filled in without a network, and sent so many days later at most
LONGEST_WAY = dt.timedelta(days=7)
#: a phone's clock may be ahead of ours
AHEAD = dt.timedelta(days=1)
#: of one telephone number in a day: eight people, several times
MOST_OF_A_NUMBER = 30
SPAN_OF_A_NUMBER = dt.timedelta(days=1)
#: a declaration that was withdrawn leaves its digests for so long, so that a copy sent late is not stored again
WITHDRAWN_LIFE = dt.timedelta(days=8)
#: codes by text message that one address asks for in ten minutes: a whole hostel may be behind it
MOST_CODES = 30
#: what tasks of a declaration arise from, and within what time somebody is to be called
SOURCE = "declaration"
CALL_WITHIN = {Level.CALL: dt.timedelta(hours=12), Level.URGENT: dt.timedelta(hours=1)}
RECEIPT_LENGTH = 16


class Way(StrEnum):
    """Name how a declaration came."""

    PHONE = "phone"
    WEB = "web"
    CHECKPOINT = "checkpoint"


class State(StrEnum):
    """Name what has become of a declaration."""

    NEW = "new"
    CALLED = "called"
    DONE = "done"
    QUIET = "quiet"
    #: alarming, of a number that nobody has confirmed: it is listed apart, and rings nowhere
    UNCONFIRMED = "unconfirmed"
    #: of somebody in isolation: it is a check of their episode, and rings there
    FOLLOWED = "followed"
    WITHDRAWN = "withdrawn"


#: what waits for an officer
OPEN = (State.NEW, State.CALLED)


class Result(StrEnum):
    """Name what came of a call."""

    NOT_REACHED = "not-reached"
    ADVISED = "advised"
    TEST = "test"
    ISOLATE = "isolate"
    HOSPITAL = "hospital"
    NO_SUCH = "no-such"


#: after these nobody knows whether the number is the person's own
_NOT_SPOKEN = frozenset({Result.NOT_REACHED, Result.NO_SUCH})
#: after these a pass opens no barrier any more
ENDS_PASS = frozenset({Result.TEST, Result.ISOLATE, Result.HOSPITAL})


def sees_people(own: Jurisdiction) -> bool:
    """Decide whether an officer sees single declarations: of the commune, the district, the province."""
    return own.directs_places and own.role is not Role.MINISTRY


def may_publish_form(own: Jurisdiction, form: Form) -> bool:
    """Decide whether an officer may publish a form: the ministry any, a province those of its own area."""
    if own.role is Role.MINISTRY:
        return True
    return own.role is Role.PROVINCE and codes_of(own.place)[:1] == [form.area]


class RefusedError(AuthorityError):
    """Say why a declaration is not taken; `refusal` is the API's word."""

    def __init__(self, text: str, refusal: HealthDeclarationRefusal) -> None:
        super().__init__(text)
        self.refusal = refusal


def check_day(form: Form, day: dt.date, today: dt.date) -> None:
    """Check the day on which a declaration was filled in. Raises RefusedError."""
    if not today - LONGEST_WAY <= day <= today + AHEAD:
        first, last = today - LONGEST_WAY, today + AHEAD
        text = f"day is not from {first.isoformat()} to {last.isoformat()}"
        raise RefusedError(text, HealthDeclarationRefusal.DAY)
    if not form.is_valid_on(day):
        text = f"{form.form} {form.version} was not valid on {day.isoformat()}"
        raise RefusedError(text, HealthDeclarationRefusal.DAY)


def state_of(level: Level, *, vouched: bool, before: State | None = None, level_before: Level | None = None) -> State:
    """Return what becomes of a declaration of a level. It rings where it is `vouched` for: by a code to the number, an
    officer's call, a checkpoint, the link of a person in isolation. Of a corrected one, what waits goes on waiting, and
    what was done stays done unless it has become more urgent."""
    if before is State.FOLLOWED:
        return before
    if level is Level.ADVICE:
        return before if before in (State.CALLED, State.DONE) else State.QUIET
    if before is State.NEW:
        return State.NEW
    if before in (State.CALLED, State.DONE) and level_before is not None and level.rank <= level_before.rank:
        return before
    return State.NEW if vouched else State.UNCONFIRMED


def state_after_call(state: State, result: Result) -> State:
    """Return what a call makes of a declaration: who was not reached goes on waiting, as loudly as before. Of a daily
    one the call is noted with the stay."""
    if state is State.FOLLOWED:
        return state
    if result is not Result.NOT_REACHED:
        return State.DONE
    return state if state is State.UNCONFIRMED else State.CALLED


def wanted(state: State, level: Level, place: str, since: dt.datetime, person: int | None) -> tuple[Wanted, ...]:
    """Return the task of a declaration: a call, as long as it waits for one. `since`: when it began to wait; `person`:
    whom an officer entered for it."""
    if state not in OPEN or level is Level.ADVICE:
        return ()
    urgency = Urgency.NOW if level is Level.URGENT else Urgency.SOON
    return (Wanted(Kind.ALARM, place, since + CALL_WITHIN[level], urgency, person),)


def confirms_number(result: Result) -> bool:
    """Decide whether a call shows that the number is the person's own."""
    return result not in _NOT_SPOKEN


def expires_on(received: dt.date, form: Form) -> dt.date:
    """Return the last day of a declaration."""
    return received + dt.timedelta(days=form.retention_days)
