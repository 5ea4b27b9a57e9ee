"""Decide about isolations: who is due to be heard, what a check means, which tests are due, what a release still lacks,
who may do what, which tasks a stay wants. Pure: days and times are arguments, in local time of Vietnam.
"""

from __future__ import annotations

import dataclasses
import datetime as dt
import enum
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Any

from django.utils.translation import gettext_noop

from bluezone.authority.episodes.words import Role, StayKind
from bluezone.authority.errors import AuthorityError
from bluezone.authority.officers.jurisdiction import Jurisdiction
from bluezone.authority.officers.jurisdiction import Role as OfficerRole
from bluezone.authority.work.rules import Kind, Urgency, Wanted
from bluezone.disease.package import Days, Signs
from bluezone.errors import TranslatableError

#: by when of a day tasks are to be done
CALL_AT = dt.time(18)
#: checks, results and the address are kept so long after the last day
DETAIL_LIFE = dt.timedelta(days=14)
#: the stay itself (dates, site, role), without who and where it was
STAY_LIFE = dt.timedelta(days=90)
#: a stay begins at most so long before it is entered, and after
MOST_AHEAD = dt.timedelta(days=3)
#: checks of one episode on one day that are stored
MOST_A_DAY = 12
MOST_ADDRESS = 200
#: a declaration waits on a phone without a network so long at most
MOST_WAIT = dt.timedelta(days=3)
_COLDEST, _HOTTEST, _LONGEST_NUMBER = Decimal("34.0"), Decimal("43.0"), 6
_OXYGEN_LOWEST, _OXYGEN_HIGHEST = 50, 100


class IsolationError(AuthorityError, TranslatableError):
    """Report what cannot be done with a stay. `field` is where the mistake is; empty: of all."""

    def __init__(self, template: str, field: str = "", **values: object) -> None:
        super().__init__(template, **values)
        self.field = field


class Ending(enum.StrEnum):
    """Name how a stay ended. Who is taken to hospital or found positive goes on in the same stay."""

    DONE = "done"
    EARLY = "early"
    DIED = "died"
    #: entered by mistake
    MISTAKE = "mistake"


class Because(enum.StrEnum):
    """Name why somebody is released before the last day."""

    NO_CONTACT = "no-contact"
    SHORTER = "shorter"
    HARDSHIP = "hardship"
    OTHER = "other"


class Way(enum.StrEnum):
    """Name how a check came: by the app, by the link, by a call or a visit of an officer."""

    PHONE = "phone"
    WEB = "web"
    CALL = "call"


class Result(enum.StrEnum):
    """Name a test's result."""

    NEGATIVE = "negative"
    POSITIVE = "positive"


class Severity(enum.IntEnum):
    """Order checks by how soon somebody is to call."""

    WELL = 0
    SYMPTOMS = 1
    EMERGENCY = 2


class Due(enum.Enum):
    """Name what is due of a person's check today."""

    NOTHING = "nothing"
    DECLARED = "declared"
    AWAITED = "awaited"
    REMIND = "remind"
    CALL = "call"


class TestState(enum.StrEnum):
    """Name what is known of a test of the protocol."""

    __test__ = False  # no test of pytest

    COMING = "coming"
    DUE = "due"
    MISSED = "missed"
    DONE = "done"


def last_day(until: dt.date, ended_on: dt.date | None) -> dt.date:
    """Return the last day of a stay."""
    return until if ended_on is None else min(until, ended_on)


def is_running(since: dt.date, until: dt.date, ended_on: dt.date | None, today: dt.date) -> bool:
    """Decide whether somebody is in isolation on a day. A stay that nobody has ended is over after its last day."""
    return ended_on is None and since <= today <= until


@dataclass(frozen=True, slots=True)
class Round:
    """Hold a round of a day's checks: from when a check counts for it, and from when on who was not heard is reminded,
    and to be called."""

    counts_from: dt.time
    remind: dt.time
    call: dt.time


#: of most people one check a day; of a case at home morning and evening (decision 4038/QĐ-BYT of 21 August 2021)
ONCE = (Round(dt.time(0), dt.time(12), dt.time(18)),)
TWICE = (Round(dt.time(0), dt.time(9), dt.time(12)), Round(dt.time(14), dt.time(18), dt.time(20)))


def begun_round(rounds: Sequence[Round], at: dt.time) -> Round:
    """Return the round for which a check at an hour of the day counts."""
    return max((each for each in rounds if each.counts_from <= at), key=lambda each: each.counts_from)


def open_round(
    rounds: Sequence[Round], heard_at: dt.time | None, entered_at: dt.datetime, now: dt.datetime
) -> Round | None:
    """Return the first round of a local day in which somebody was not heard: a check counts for all that began before
    it. Who was entered after people were reminded is asked from the next one on, for nobody could have told them in
    time."""
    for each in rounds:
        entered_late = entered_at.date() == now.date() and entered_at.time() >= each.remind
        if not entered_late and (heard_at is None or heard_at < each.counts_from):
            return each
    return None


def declaration_due(
    since: dt.date,
    until: dt.date,
    ended_on: dt.date | None,
    *,
    entered_at: dt.datetime,
    heard_at: dt.time | None,
    now: dt.datetime,
    rounds: Sequence[Round] = ONCE,
) -> Due:
    """Decide what is due of somebody's check. `entered_at`, `now`: local moments; `heard_at`: when the person was heard
    last today."""
    if not is_running(since, until, ended_on, now.date()):
        return Due.NOTHING
    found = open_round(rounds, heard_at, entered_at, now)
    if found is None or now.time() < found.counts_from:
        return Due.AWAITED if heard_at is None else Due.DECLARED
    if now.time() < found.remind:
        return Due.AWAITED
    return Due.REMIND if now.time() < found.call else Due.CALL


def may_remind(
    each: Round,
    heard_at: dt.time | None,
    entered_at: dt.datetime,
    reminded_at: dt.datetime | None,
    now: dt.datetime,
) -> bool:
    """Decide whether a reminder goes out: one a round, until somebody is to call instead, to who was not heard in it
    and was here when it began. All are local moments."""
    opens = dt.datetime.combine(now.date(), each.remind, now.tzinfo)
    in_time = each.remind <= now.time() < each.call
    heard = heard_at is not None and heard_at >= each.counts_from
    return in_time and not heard and entered_at < opens and (reminded_at is None or reminded_at < opens)


@dataclass(frozen=True, slots=True)
class Said:
    """Hold how a person is: symptoms in the order of the list, none if well; temperature and oxygen (percent) where
    they were measured."""

    symptoms: tuple[str, ...] = ()
    temperature: Decimal | None = None
    oxygen: int | None = None

    def severity(self, signs: Signs) -> Severity:
        """Return how soon somebody is to call, by the disease's danger signs and thresholds."""
        if signs.danger & set(self.symptoms) or (self.oxygen is not None and self.oxygen < signs.oxygen_least):
            return Severity.EMERGENCY
        feverish = self.temperature is not None and self.temperature >= signs.fever_c
        return Severity.SYMPTOMS if self.symptoms or feverish else Severity.WELL

    def has_fever(self, signs: Signs) -> bool:
        """Return whether a fever was said or measured."""
        return "fever" in self.symptoms or (self.temperature is not None and self.temperature >= signs.fever_c)

    @property
    def as_json(self) -> dict[str, Any]:
        """Return it as it is stored, encrypted."""
        degrees = str(self.temperature) if self.temperature is not None else None
        return {"symptoms": list(self.symptoms), "temperature": degrees, "oxygen": self.oxygen}

    @staticmethod
    def from_json(stored: Mapping[str, Any]) -> Said:
        """Return what was stored."""
        degrees = stored.get("temperature")
        return Said(tuple(stored.get("symptoms", ())), Decimal(degrees) if degrees else None, stored.get("oxygen"))


def read_said(signs: Signs, symptoms: Collection[str], temperature: str, oxygen: str = "", *, well: bool) -> Said:
    """Return what was said. Raises IsolationError where nothing was, or two things that cannot both be."""
    if set(symptoms) - set(signs.symptoms):
        raise IsolationError(gettext_noop("choose from the list"), "symptoms")
    found = tuple(each for each in signs.symptoms if each in symptoms)
    if well and found:
        raise IsolationError(gettext_noop("choose “I'm well” or what you feel, not both"), "symptoms")
    if not well and not found:
        raise IsolationError(gettext_noop("choose “I'm well”, or what you feel"), "symptoms")
    return Said(found, read_temperature(temperature), read_oxygen(oxygen))


def read_temperature(text: str) -> Decimal | None:
    """Return a temperature in °C with one decimal, written with a point or a comma; None for none. Raises
    IsolationError."""
    written = text.strip().replace(",", ".").removesuffix("°C").removesuffix("°").strip()
    if not written:
        return None
    try:
        value = Decimal(written) if written.isascii() and len(written) <= _LONGEST_NUMBER else None
    except InvalidOperation:
        value = None
    if value is None or not value.is_finite() or not _COLDEST <= value <= _HOTTEST:
        raise IsolationError(gettext_noop("a temperature of 34 to 43 degrees is meant, as 36.8"), "temperature")
    return value.quantize(Decimal("0.1"))


def read_oxygen(text: str) -> int | None:
    """Return the oxygen in the blood in percent (SpO2), as "96", "96 %"; None for none. Raises IsolationError."""
    written = text.strip().removesuffix("%").strip()
    if not written:
        return None
    value = int(written) if written.isascii() and written.isdigit() and len(written) <= len("100") else 0
    if not _OXYGEN_LOWEST <= value <= _OXYGEN_HIGHEST:
        raise IsolationError(gettext_noop("oxygen of 50 to 100 percent is meant, as 96"), "oxygen")
    return value


def check_declared_day(day: dt.date, since: dt.date, today: dt.date) -> None:
    """Check the day of a declaration, which may have waited on a phone without a network. Raises IsolationError."""
    if not max(since, today - MOST_WAIT) <= day <= today:
        raise IsolationError(gettext_noop("this declaration is of a day too long ago, or before the stay"))


def test_state(due_on: dt.date, result: str, today: dt.date) -> TestState:
    """Return what is known of a test."""
    if result:
        return TestState.DONE
    if due_on > today:
        return TestState.COMING
    return TestState.DUE if due_on == today else TestState.MISSED


def is_shown(due_on: dt.date, result: str, ended_on: dt.date | None) -> bool:
    """Decide whether a test is still to be seen: one without a result goes with the days that a stay did not have."""
    return bool(result) or ended_on is None or due_on <= ended_on


def changed_tests(planned: Sequence[dt.date], kept: Collection[dt.date]) -> tuple[list[dt.date], list[dt.date]]:
    """Return, after a stay's dates have changed, the days of tests to add and those without a result to drop.

    `planned`: the protocol's; `kept`: the days that stand, without a result."""
    return [day for day in planned if day not in kept], sorted(day for day in kept if day not in planned)


def check_since(since: dt.date, today: dt.date, look_back: Days) -> None:
    """Check the first day of a stay. Raises IsolationError."""
    if not today - look_back.span <= since <= today + MOST_AHEAD:
        template = gettext_noop("a stay begins in the last {back} or the next {ahead} days")
        raise IsolationError(template, "since", back=look_back.days, ahead=MOST_AHEAD.days)


def reasons_for(role: Role) -> list[Because]:
    """Return why somebody can be released early: whose test was positive is more than a contact."""
    return [each for each in Because if each is not Because.NO_CONTACT or role is not Role.F0]


def check_end(ending: Ending, because: str, day: dt.date, since: dt.date, until: dt.date, role: Role) -> None:
    """Check how the stay of somebody who is `role` is ended on a day. Raises IsolationError."""
    if ending is Ending.DONE and day < until:
        raise IsolationError(gettext_noop("the last day has not come yet: release early, and say why"), "ending")
    if ending is Ending.EARLY and because not in reasons_for(role):
        raise IsolationError(gettext_noop("say why the person is released early"), "because")
    if day < since and ending in RELEASED:
        raise IsolationError(gettext_noop("the stay has not begun yet: it can only be deleted as a mistake"), "ending")


#: endings that set somebody free: they are asked about, and confirmed by a letter
RELEASED = frozenset({Ending.DONE, Ending.EARLY})


class Ask(enum.StrEnum):
    """Name what a protocol asks before somebody is released."""

    #: no danger sign and no fever declared on that day
    WELL = "well"
    #: whoever declared symptoms was called
    ALARMS = "alarms"
    #: each test that was due is taken, and its result known
    TESTS = "tests"
    #: the last test is negative, or so many days have passed (`if_positive_days`)
    NEGATIVE = "negative"


class Missing(enum.StrEnum):
    """Name what a release lacks."""

    DANGER = "danger"
    FEVER = "fever"
    ALARM = "alarm"
    TEST = "test"
    RESULT = "result"
    POSITIVE = "positive"


#: what only two officers may pass over
NEEDS_SECOND = frozenset({Missing.DANGER, Missing.ALARM, Missing.TEST, Missing.RESULT})


@dataclass(frozen=True, slots=True)
class CheckFacts:
    """Hold of a check: its day, how urgent it was, whether it was a fever, whether somebody saw to it."""

    day: dt.date
    severity: Severity
    fever: bool = False
    answered: bool = False


@dataclass(frozen=True, slots=True)
class TestFacts:
    """Hold of a test: when it is due, taken, and its result."""

    __test__ = False  # no test of pytest

    due_on: dt.date
    taken_on: dt.date | None = None
    result: str = ""


def missing_of_release(
    asks: Collection[Ask],
    checks: Iterable[CheckFacts],
    tests: Iterable[TestFacts],
    day: dt.date,
    *,
    positive_until: dt.date | None = None,
) -> tuple[Missing, ...]:
    """Return what a release on a day lacks by its protocol, the gravest first. A danger sign or a fever of that day
    counts although somebody has called: a call does not cure. `positive_until`: the day from which on a positive last
    test keeps nobody any longer."""
    found, listed = set(), list(tests)
    for each in checks:
        if Ask.WELL in asks and each.day == day and each.severity is Severity.EMERGENCY:
            found.add(Missing.DANGER)
        if Ask.WELL in asks and each.day == day and each.fever:
            found.add(Missing.FEVER)
        if Ask.ALARMS in asks and each.severity is not Severity.WELL and not each.answered:
            found.add(Missing.ALARM)
    for test in listed:
        if Ask.TESTS in asks and not test.result and (test.taken_on or test.due_on <= day):
            found.add(Missing.RESULT if test.taken_on else Missing.TEST)
    known = [test for test in listed if test.result]
    last = max(known, key=lambda test: test.taken_on or test.due_on).result if known else ""
    if Ask.NEGATIVE in asks and last == "positive" and (positive_until is None or day < positive_until):
        found.add(Missing.POSITIVE)
    return tuple(each for each in Missing if each in found)


def check_reason_to_release(missing: Collection[Missing], reason: str) -> None:
    """Check that a physician said why somebody is released although something is missing. Raises IsolationError that
    names nothing but the count: the page lists what."""
    if missing and not reason:
        raise IsolationError(
            gettext_noop("something is missing, see above: a physician must write why the person may go"), "reason"
        )


def sees_people(own: Jurisdiction) -> bool:
    """Decide whether an officer sees single stays, without address and number: of a site its head, of a place the
    commune, the district and the province. The ministry reads counts."""
    return own.role in (OfficerRole.UNIT_HEAD, OfficerRole.COMMUNE, OfficerRole.DISTRICT, OfficerRole.PROVINCE)


def may_open_private(own: Jurisdiction, place: str, kind: StayKind) -> bool:
    """Decide whether an officer may open an address or a number: of a home or a hospital its commune; of a site its
    head and its commune. Not from above: who must go there or call is who needs it."""
    if own.role is OfficerRole.UNIT_HEAD:
        return kind is StayKind.SITE and own.place == place
    return own.role is OfficerRole.COMMUNE and own.may_edit(place)


def may_enter(own: Jurisdiction, place: str, kind: StayKind) -> bool:
    """Decide whether an officer may enter a stay at a place: at home or in hospital the commune alone."""
    if kind is StayKind.SITE:
        return own.may_edit(place)
    return own.role is OfficerRole.COMMUNE and own.place == place


# --- tasks ------------------------------------------------------------------------------------------------------------


#: how soon somebody with a danger sign, and with other symptoms, is to be called
ALARM_WITHIN, SYMPTOMS_WITHIN = dt.timedelta(minutes=15), dt.timedelta(hours=4)
#: an order is signed that soon
ORDER_WITHIN = dt.timedelta(hours=12)


@dataclass(frozen=True, slots=True)
class StayFacts:
    """Hold what tasks follow from. `follower`: the place that follows the person, whose is what is left to do of a stay
    that has ended. `entered_at`: local, as `heard_at`: the last check; `alarms`: moment and severity of checks that
    nobody has answered; `unconfirmed`: a test was positive, and no case is opened; `awaits_second`: released against
    what is missing, and nobody has agreed yet; `asked_at`: since when an order is asked anew, because other days hold
    than those of the one that was signed."""

    place: str
    follower: str
    person: int | None
    role: Role
    since: dt.date
    until: dt.date
    entered_at: dt.datetime
    ended_on: dt.date | None = None
    ordered: bool = False
    asked_at: dt.datetime | None = None
    heard_at: dt.datetime | None = None
    rounds: Sequence[Round] = ONCE
    alarms: Sequence[tuple[dt.datetime, Severity]] = ()
    tests: Sequence[TestFacts] = ()
    unconfirmed: bool = False
    awaits_second: bool = False


def tasks_of_stay(facts: StayFacts, now: dt.datetime) -> list[Wanted]:
    """Return the tasks that a stay wants at a local moment. Of one that has ended none is left but an alarm that nobody
    answered and a positive test without a case, which are the follower's then, and the word of a second officer, where
    the person was released."""
    rules: Sequence[Callable[[StayFacts, dt.datetime], Wanted | None]] = (_order, _check, _test, _result, _release)
    left = facts
    if facts.ended_on is not None:
        rules, left = (_second,), dataclasses.replace(facts, place=facts.follower)
    found = (_alarm(left, now), _unconfirmed(left, now), *(rule(facts, now) for rule in rules))
    return [wanted for wanted in found if wanted is not None]


def _alarm(facts: StayFacts, now: dt.datetime) -> Wanted | None:
    if not facts.alarms:
        return None
    worst = max(severity for _at, severity in facts.alarms)
    first = min(at for at, severity in facts.alarms if severity is worst).astimezone(now.tzinfo)
    if worst is Severity.EMERGENCY:
        return _wanted(facts, Kind.ALARM, first + ALARM_WITHIN, Urgency.NOW)
    return _wanted(facts, Kind.ALARM, first + SYMPTOMS_WITHIN, Urgency.SOON)


def _unconfirmed(facts: StayFacts, now: dt.datetime) -> Wanted | None:
    if not facts.unconfirmed:
        return None
    taken = max(each.taken_on or each.due_on for each in facts.tests if each.result == "positive")
    return _wanted(facts, Kind.DECIDE, _at(taken, CALL_AT, now), Urgency.NOW)


def _second(facts: StayFacts, now: dt.datetime) -> Wanted | None:
    if not facts.awaits_second or facts.ended_on is None:
        return None
    return _wanted(facts, Kind.RELEASE, _at(facts.ended_on, CALL_AT, now), Urgency.SOON)


def _order(facts: StayFacts, now: dt.datetime) -> Wanted | None:
    if facts.ordered:
        return None
    return _wanted(facts, Kind.ORDER, (facts.asked_at or facts.entered_at).astimezone(now.tzinfo) + ORDER_WITHIN)


def _check(facts: StayFacts, now: dt.datetime) -> Wanted | None:
    """To be heard in each round; whoever was not heard yesterday either is more urgent, and so is a case."""
    today, heard_on = now.date(), facts.heard_at.date() if facts.heard_at is not None else None
    heard = facts.heard_at.time() if facts.heard_at is not None and heard_on == today else None
    found = open_round(facts.rounds, heard, facts.entered_at, now)
    if found is None or not is_running(facts.since, facts.until, None, today):
        return None
    silent = today - max(heard_on or facts.since, facts.since) > dt.timedelta(days=1)
    urgency = Urgency(int(silent) + int(facts.role is Role.F0))
    opens_at = _at(today, found.remind, now)
    return _wanted(facts, Kind.CHECK, _at(today, found.call, now), urgency, opens_at)


def _test(facts: StayFacts, now: dt.datetime) -> Wanted | None:
    due = [each.due_on for each in facts.tests if not each.taken_on and not each.result and each.due_on <= now.date()]
    if not due:
        return None
    due_at, entered = _at(min(due), CALL_AT, now), facts.entered_at.astimezone(now.tzinfo)
    if due_at.astimezone(now.tzinfo) <= entered:  # ordered after that hour: the next day's
        due_at = _at(entered.date() + dt.timedelta(days=1), CALL_AT, now)
    return _wanted(facts, Kind.TEST, due_at, Urgency.SOON)


def _result(facts: StayFacts, now: dt.datetime) -> Wanted | None:
    taken = [each.taken_on for each in facts.tests if each.taken_on and not each.result]
    return _wanted(facts, Kind.RESULT, _at(min(taken) + dt.timedelta(days=1), CALL_AT, now)) if taken else None


def _release(facts: StayFacts, now: dt.datetime) -> Wanted | None:
    if facts.until > now.date():
        return None
    return _wanted(facts, Kind.RELEASE, _at(facts.until, CALL_AT, now))


def _wanted(
    facts: StayFacts,
    kind: Kind,
    due_at: dt.datetime,
    urgency: Urgency = Urgency.CALM,
    opens_at: dt.datetime | None = None,
) -> Wanted:
    return Wanted(kind, facts.place, due_at, urgency, facts.person, opens_at=opens_at)


def _at(day: dt.date, time: dt.time, now: dt.datetime) -> dt.datetime:
    return dt.datetime.combine(day, time, now.tzinfo)
