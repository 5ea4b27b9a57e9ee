"""Decide what a case makes of an episode, what a contact is, what may be decided of one, what a call means, and which
tasks all that makes. Pure: days and times are arguments."""

from __future__ import annotations

import dataclasses
import datetime as dt
import enum
import functools
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from django.utils.translation import gettext_noop

from bluezone.authority.diagnosis.case_rules import Status, Window
from bluezone.authority.episodes.words import Classification, Course, Decision, FollowUp, Outcome, Reached, Role
from bluezone.authority.errors import AuthorityError
from bluezone.authority.work.rules import Kind, Urgency, Wanted
from bluezone.disease.package import Days
from bluezone.errors import TranslatableError

NO_SUCH_CASE = gettext_noop("no case that you may change is called so, or several are")
CHOOSE = gettext_noop("choose what was decided")


class ContactError(AuthorityError, TranslatableError):
    """Report a contact that cannot be entered, or a step that one cannot take. `field` is where the mistake is."""

    def __init__(self, template: str, field: str = "", **values: object) -> None:
        super().__init__(template, **values)
        self.field = field


class Wait(enum.StrEnum):
    """Name what somebody waits for."""

    CALL = "call"
    DECISION = "decision"
    ISOLATION = "isolation"
    TEST = "test"
    NOTHING = ""


#: what may be decided after what: who was not reached may be reached later, who was taken for a contact may be none
TRANSITIONS: frozenset[tuple[Decision, Decision]] = frozenset(
    {
        (Decision.WAITING, Decision.CONTACT),
        (Decision.WAITING, Decision.NOT),
        (Decision.WAITING, Decision.LOST),
        (Decision.LOST, Decision.CONTACT),
        (Decision.LOST, Decision.NOT),
        (Decision.CONTACT, Decision.NOT),
        (Decision.NOT, Decision.CONTACT),
    }
)


def check_decision(before: Decision, after: Decision) -> None:
    """Check that something may be decided of a contact. Raises ContactError."""
    if (before, after) not in TRANSITIONS:
        raise ContactError(gettext_noop("this cannot be decided now: somebody may have changed it, look again"))


def decisions_from(before: Decision) -> list[Decision]:
    """Return what may be decided of a contact now."""
    return [each for each in Decision if (before, each) in TRANSITIONS]


def contact_of(source: Role | None) -> Role:
    """Return what somebody becomes who was near a person of a role; None: somebody unknown. Raises ContactError: there
    is no third order."""
    if source is Role.F2:
        raise ContactError(gettext_noop("contacts of second-order contacts are not traced"))
    return Role.F2 if source is Role.F1 else Role.F1


def nearest(sources: Iterable[Role | None]) -> Role:
    """Return what a contact is of all whom they were near: F1 where one is a case, or nobody knows who it was. So the
    contacts of an F1 who is found positive are F1 from then on."""
    return Role.F2 if set(sources) == {Role.F1} else Role.F1


def check_meeting(day: dt.date, first: dt.date, last: dt.date, today: dt.date, look_back: Days) -> None:
    """Check the day of a meeting with somebody who can have infected others from `first` to `last`: of a longer time
    ago whoever was infected is found by other means. Raises ContactError."""
    if not today - look_back.span <= day <= today:
        template = gettext_noop("this day has not come yet, or lies more than {days} days ago")
        raise ContactError(template, "day", days=look_back.days)
    if not first <= day <= last:
        raise ContactError(gettext_noop("on that day the person could not infect anybody yet, or no longer"), "day")


def check_isolation(day: dt.date, first_meeting: dt.date, today: dt.date) -> None:
    """Check the first day of an isolation: not before the meeting that is its reason. Raises ContactError."""
    if not first_meeting <= day <= today:
        raise ContactError(gettext_noop("a day from the first meeting to today is meant"), "isolated_on")


def infectious_days(window: Window | None, first_meeting: dt.date | None) -> tuple[dt.date, dt.date]:
    """Return the first and last day on which somebody can have infected others: of a case the infectious window, of a
    contact from the day of the own first meeting."""
    if window is not None:
        return window.first, window.last
    return first_meeting or dt.date.min, dt.date.max


@dataclass(frozen=True, slots=True)
class Standing:
    """Hold what says for what somebody waits. A case is `decided` once a test confirmed it."""

    role: Role
    decision: Decision
    called: bool = False
    isolated: bool = False
    tested: bool = False
    #: whether the disease has a test
    has_test: bool = True


@dataclass(frozen=True, slots=True)
class WaitRule:
    """Hold a rule: where `applies`, somebody waits for this. `why`: the reason the rule is there."""

    wait: Wait
    why: str
    applies: Callable[[Standing], bool]


def _open(one: Standing) -> bool:
    return one.decision is Decision.WAITING


#: from the top down: the first that applies is what is waited for
WAITS: tuple[WaitRule, ...] = (
    WaitRule(
        Wait.NOTHING,
        "nobody can do more for who is no contact, or cannot be found",
        lambda one: one.decision in (Decision.NOT, Decision.LOST),
    ),
    WaitRule(
        Wait.TEST,
        "a suspected case is confirmed by a test alone",
        lambda one: one.role is Role.F0 and _open(one) and one.has_test,
    ),
    WaitRule(Wait.CALL, "nobody is decided of unheard", lambda one: _open(one) and not one.called),
    WaitRule(Wait.DECISION, "after the call the office says what it means for the person", _open),
    WaitRule(
        Wait.ISOLATION,
        "a case and a contact of a case infect others while they are among them",
        lambda one: one.role in (Role.F0, Role.F1) and not one.isolated,
    ),
    WaitRule(
        Wait.TEST,
        "a contact of a case is tested in isolation; one of a contact only with symptoms",
        lambda one: one.role is Role.F1 and not one.tested and one.has_test,
    ),
    WaitRule(Wait.NOTHING, "all that is due is done", lambda _one: True),
)


@functools.cache
def waits_for(one: Standing) -> Wait:
    """Return what somebody waits for, by the first rule that applies. Few different standings are possible."""
    return next(rule.wait for rule in WAITS if rule.applies(one))


# --- calls ------------------------------------------------------------------------------------------------------------

#: after these the office has heard the person, and decides
HEARD = frozenset({Reached.YES, Reached.REFUSED})
#: people are called in these hours of the day (where the officers are)
FIRST_HOUR, LAST_HOUR = 6, 21
#: when those are called again who did not answer late in the evening
MORNING_HOUR = 8


def again_at(
    day: dt.date | None, hour: int | None, now: dt.datetime, zone: dt.tzinfo, follow_up: Days
) -> dt.datetime | None:
    """Return when somebody is called again, within the follow-up: after it there is nothing to ask; None for not again.
    `day` and `hour` are those where the officers are. Raises ContactError."""
    if day is None and hour is None:
        return None
    if day is None or hour is None:
        raise ContactError(gettext_noop("give both the day and the hour of the next call, or neither"), "again_day")
    if not FIRST_HOUR <= hour <= LAST_HOUR:
        raise ContactError(gettext_noop("people are called from 6 to 21"), "again_hour")
    moment = dt.datetime.combine(day, dt.time(hour), zone)
    if not now < moment <= now + follow_up.span + dt.timedelta(days=1):
        template = gettext_noop("an hour to come, of the next {days} days, is meant")
        raise ContactError(template, "again_hour", days=follow_up.days)
    return moment.astimezone(dt.UTC)


def next_try(now: dt.datetime) -> dt.datetime:
    """Return when somebody is called again who did not answer: in two hours, or in the morning where that is night.
    `now`: a local moment."""
    later = (now + dt.timedelta(hours=2)).replace(minute=0, second=0, microsecond=0)
    if later.date() == now.date() and later.hour <= LAST_HOUR:
        return max(later, later.replace(hour=FIRST_HOUR))
    return (now + dt.timedelta(days=1)).replace(hour=MORNING_HOUR, minute=0, second=0, microsecond=0)


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


# --- what a case makes of an episode ----------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class State:
    """Hold what an episode is: role, classification, follow-up, and how it ended."""

    role: Role
    classification: Classification
    follow_up: FollowUp
    outcome: Outcome | None = None

    @property
    def is_over(self) -> bool:
        """Return whether nothing more is due of the person."""
        return self.follow_up in (FollowUp.COMPLETED, FollowUp.CANCELLED)


def of_case(status: Status, before: State, *, clinical: bool, merged: bool, contact: State | None) -> State:
    """Return what a case makes of its person's episode, which was `before`: who died, moved away or was lost stays so.
    `contact`: what the person was as a contact, and is again when a positive result turns out to be a mistake; until a
    test is positive a contact stays one."""
    confirmed = status in (Status.CONFIRMED, Status.RECOVERED) and not merged
    if contact is not None and not confirmed:
        return contact
    if merged or status is Status.WITHDRAWN:
        return State(Role.F0, Classification.NOT, FollowUp.CANCELLED)
    if not confirmed:
        return State(Role.F0, Classification.PROBABLE if clinical else Classification.SUSPECTED, FollowUp.RUNNING)
    if before.outcome in (Outcome.DIED, Outcome.MOVED):
        return State(Role.F0, Classification.CONFIRMED, FollowUp.COMPLETED, before.outcome)
    if status is Status.RECOVERED:
        return State(Role.F0, Classification.CONFIRMED, FollowUp.COMPLETED, Outcome.RECOVERED)
    is_lost = before.role is Role.F0 and before.follow_up is FollowUp.LOST
    return State(Role.F0, Classification.CONFIRMED, FollowUp.LOST if is_lost else FollowUp.RUNNING)


def decision_of(state: State) -> Decision:
    """Return what was decided of somebody who may be a contact."""
    if state.follow_up is FollowUp.LOST:
        return Decision.LOST
    if state.classification is Classification.NOT:
        return Decision.NOT
    return Decision.CONTACT if state.classification is Classification.CONFIRMED else Decision.WAITING


def decided(role: Role, classification: Classification, decision: Decision) -> State:
    """Return what a decision makes of a contact; who cannot be found keeps the classification."""
    if decision is Decision.LOST:
        return State(role, classification, FollowUp.LOST)
    if decision is Decision.NOT:
        return State(role, Classification.NOT, FollowUp.CANCELLED)
    return State(
        role, Classification.CONFIRMED if decision is Decision.CONTACT else Classification.SUSPECTED, FollowUp.RUNNING
    )


# --- the course, and how follow-up ends -------------------------------------------------------------------------------

#: the course is noted of days that lie so far back
COURSE_AGE = dt.timedelta(days=84)
#: whom the calls of so many days did not reach is lost
LOST_AFTER = dt.timedelta(days=7)
#: a result is that of a test that was due so many days before or after the sample was taken
TEST_NEAR = dt.timedelta(days=2)
_OUTCOME_OF = {Course.DIED: Outcome.DIED, Course.MOVED: Outcome.MOVED, Course.WELL: Outcome.RECOVERED}


def check_course(day: dt.date, symptoms: Sequence[str], steps: Sequence[Course | None], today: dt.date) -> None:
    """Check what is noted of a course; of symptoms `none` stands alone. Raises ContactError."""
    if not symptoms and not any(steps):
        raise ContactError(gettext_noop("choose what is to be noted"))
    if "none" in symptoms and len(symptoms) > 1:
        raise ContactError(gettext_noop("these do not go together: choose one"), "symptoms")
    if not today - COURSE_AGE <= day <= today:
        raise ContactError(gettext_noop("this day has not come yet, or lies too long ago"), "day")


def after_outcome(state: State, outcome: Course) -> State:
    """Return what an outcome makes of an episode. Recovered is who was a case: not a contact, nor who was suspected."""
    if outcome is Course.LOST:
        return dataclasses.replace(state, follow_up=FollowUp.LOST)
    was_ill = state.role is Role.F0 and state.classification in (Classification.CONFIRMED, Classification.PROBABLE)
    if outcome is Course.WELL and not was_ill:
        return state
    return dataclasses.replace(state, follow_up=FollowUp.COMPLETED, outcome=_OUTCOME_OF[outcome])


@dataclass(frozen=True, slots=True)
class Followed:
    """Hold what says whether the follow-up of a contact goes on: its last day, whether the person was heard (a call, a
    declaration, a stay), since when calls in a row reached nobody, whether signs were told last, whether a stay
    runs."""

    role: Role
    until: dt.date | None
    heard: bool = False
    unreached_since: dt.date | None = None
    has_symptoms: bool = False
    is_isolated: bool = False


def follow_up_after(one: Followed, today: dt.date) -> FollowUp:
    """Decide how a follow-up that runs goes on. A case's ends by its course, a stay's by the stay; of who told signs it
    goes on until somebody has looked; who was never heard is lost, not well."""
    if one.role is Role.F0 or one.is_isolated:
        return FollowUp.RUNNING
    if one.unreached_since is not None and today - one.unreached_since >= LOST_AFTER:
        return FollowUp.LOST
    if one.until is None or today <= one.until or one.has_symptoms:
        return FollowUp.RUNNING
    return FollowUp.COMPLETED if one.heard else FollowUp.LOST


def last_day(follow_up_until: dt.date | None, last_contact_on: dt.date | None, follow_up: Days) -> dt.date | None:
    """Return the last day on which a contact is followed: as a protocol says, else so many days after the contact."""
    if follow_up_until is not None or last_contact_on is None:
        return follow_up_until
    return last_contact_on + follow_up.span


# --- tasks ------------------------------------------------------------------------------------------------------------

#: who may be a contact is called, and decided of after the call, within a day
CALL_WITHIN = dt.timedelta(hours=24)
#: a case or a contact is to be apart from others within a day of the decision
ISOLATE_WITHIN = dt.timedelta(hours=24)


@dataclass(frozen=True, slots=True)
class Facts:
    """Hold what says which tasks an episode makes. `since`: when it was opened, or the last exposure was entered;
    `risk`: of a report (0 to 2); `called_at`: when the office heard the person last."""

    role: Role
    decision: Decision
    place: str
    since: dt.datetime
    person: int | None = None
    over: bool = False
    risk: int = 0
    called_at: dt.datetime | None = None
    call_again_at: dt.datetime | None = None
    decided_at: dt.datetime | None = None
    isolated: bool = False
    #: when the follow-up should have ended, of who told signs last
    ill_after: dt.datetime | None = None


def tasks_of(facts: Facts) -> list[Wanted]:
    """Return the tasks that an episode wants to be open: a call at the hour that was agreed, or at once to who was not
    heard yet, or told signs when the follow-up should have ended; a decision after the call; an order to isolate."""
    if facts.over or facts.decision in (Decision.NOT, Decision.LOST):
        return []
    wanted = []
    waits = facts.role is not Role.F0 and facts.decision is Decision.WAITING
    again = facts.call_again_at
    if again is not None:
        wanted.append(_task(facts, Kind.CALL, again, Urgency.SOON, opens_at=again))
    elif facts.ill_after is not None:
        wanted.append(_task(facts, Kind.CALL, facts.ill_after, Urgency.SOON))
    elif waits and facts.called_at is None:
        wanted.append(_task(facts, Kind.CALL, facts.since + CALL_WITHIN, Urgency(facts.risk)))
    if waits and facts.called_at is not None:
        wanted.append(_task(facts, Kind.DECIDE, facts.called_at + CALL_WITHIN, Urgency.SOON))
    if facts.decision is Decision.CONTACT and facts.role in (Role.F0, Role.F1) and not facts.isolated:
        urgency = Urgency.NOW if facts.role is Role.F0 else Urgency.SOON
        wanted.append(_task(facts, Kind.ORDER, (facts.decided_at or facts.since) + ISOLATE_WITHIN, urgency))
    return wanted


def _task(
    facts: Facts,
    kind: Kind,
    due_at: dt.datetime,
    urgency: Urgency,
    opens_at: dt.datetime | None = None,
) -> Wanted:
    return Wanted(kind, facts.place, due_at, urgency, facts.person, opens_at=opens_at)
