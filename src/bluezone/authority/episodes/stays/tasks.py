"""Decide which tasks a stay wants to be open: one of a kind. Pure: `now` is a local moment."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from bluezone.authority.episodes.stays.rules import (
    CALL_AT,
    REMIND_AT,
    Severity,
    TestFacts,
    is_running,
)
from bluezone.authority.episodes.words import Role
from bluezone.authority.work.rules import Kind, Urgency, Wanted

#: how soon somebody with a danger sign, and with other symptoms, is to be called
ALARM_WITHIN, SYMPTOMS_WITHIN = dt.timedelta(minutes=15), dt.timedelta(hours=4)
#: an order is signed that soon
ORDER_WITHIN = dt.timedelta(hours=12)


@dataclass(frozen=True, slots=True)
class StayFacts:
    """Hold what tasks follow from. `entered_at`: local; `heard_on`: the day of the last check; `alarms`: moment and
    severity of checks that nobody has answered; `unconfirmed`: a test was positive, and no case is opened;
    `awaits_second`: released against what is missing, and nobody has agreed yet."""

    place: str
    person: int | None
    role: Role
    since: dt.date
    until: dt.date
    entered_at: dt.datetime
    ended_on: dt.date | None = None
    ordered: bool = False
    heard_on: dt.date | None = None
    alarms: Sequence[tuple[dt.datetime, Severity]] = ()
    tests: Sequence[TestFacts] = ()
    unconfirmed: bool = False
    awaits_second: bool = False


def tasks_of_stay(facts: StayFacts, now: dt.datetime) -> list[Wanted]:
    """Return the tasks that a stay wants at a local moment. Of one that has ended none is left but an alarm that nobody
    answered, a positive test without a case, and the word of a second officer."""
    rules: Sequence[Callable[[StayFacts, dt.datetime], Wanted | None]] = (_alarm, _unconfirmed, _second)
    if facts.ended_on is None:
        rules = (_alarm, _unconfirmed, _order, _check, _test, _result, _release)
    return [wanted for rule in rules if (wanted := rule(facts, now)) is not None]


def _alarm(facts: StayFacts, now: dt.datetime) -> Wanted | None:
    if not facts.alarms:
        return None
    worst = max(severity for _at, severity in facts.alarms)
    first = min(at for at, severity in facts.alarms if severity is worst).astimezone(now.tzinfo)
    if worst is Severity.EMERGENCY:
        return _wanted(facts, Kind.ALARM, first + ALARM_WITHIN, Urgency.NOW, "danger")
    return _wanted(facts, Kind.ALARM, first + SYMPTOMS_WITHIN, Urgency.SOON, "symptoms")


def _unconfirmed(facts: StayFacts, now: dt.datetime) -> Wanted | None:
    if not facts.unconfirmed:
        return None
    taken = max(each.taken_on or each.due_on for each in facts.tests if each.result == "positive")
    return _wanted(facts, Kind.DECIDE, _at(taken, CALL_AT, now), Urgency.NOW, "positive")


def _second(facts: StayFacts, now: dt.datetime) -> Wanted | None:
    if not facts.awaits_second or facts.ended_on is None:
        return None
    return _wanted(facts, Kind.RELEASE, _at(facts.ended_on, CALL_AT, now), Urgency.SOON, "second")


def _order(facts: StayFacts, now: dt.datetime) -> Wanted | None:
    if facts.ordered:
        return None
    return _wanted(facts, Kind.ORDER, facts.entered_at.astimezone(now.tzinfo) + ORDER_WITHIN)


def _check(facts: StayFacts, now: dt.datetime) -> Wanted | None:
    """From noon on, to be heard by six; whoever was not heard yesterday either is more urgent, and so is a case."""
    today, entered = now.date(), facts.entered_at
    entered_late = entered.date() == today and entered.time() >= REMIND_AT
    if not is_running(facts.since, facts.until, None, today) or facts.heard_on == today or entered_late:
        return None
    silent = today - max(facts.heard_on or facts.since, facts.since) > dt.timedelta(days=1)
    urgency = Urgency(int(silent) + int(facts.role is Role.F0))
    opens_at = _at(today, REMIND_AT, now)
    return _wanted(facts, Kind.CHECK, _at(today, CALL_AT, now), urgency, "silent" if silent else "", opens_at)


def _test(facts: StayFacts, now: dt.datetime) -> Wanted | None:
    due = [each.due_on for each in facts.tests if not each.taken_on and not each.result and each.due_on <= now.date()]
    return _wanted(facts, Kind.TEST, _at(min(due), CALL_AT, now), Urgency.SOON) if due else None


def _result(facts: StayFacts, now: dt.datetime) -> Wanted | None:
    taken = [each.taken_on for each in facts.tests if each.taken_on and not each.result]
    return _wanted(facts, Kind.RESULT, _at(min(taken) + dt.timedelta(days=1), CALL_AT, now)) if taken else None


def _release(facts: StayFacts, now: dt.datetime) -> Wanted | None:
    if facts.until > now.date():
        return None
    return _wanted(facts, Kind.RELEASE, _at(facts.until, CALL_AT, now), detail="ends")


def _wanted(
    facts: StayFacts,
    kind: Kind,
    due_at: dt.datetime,
    urgency: Urgency = Urgency.CALM,
    detail: str = "",
    opens_at: dt.datetime | None = None,
) -> Wanted:
    return Wanted(kind, facts.place, due_at, urgency, facts.person, detail=detail, opens_at=opens_at)


def _at(day: dt.date, time: dt.time, now: dt.datetime) -> dt.datetime:
    return dt.datetime.combine(day, time, now.tzinfo)
