"""Decide about isolations: who is due to declare, what a declaration means, which tests are due, who may do what. Pure:
days and times are arguments, in local time of Vietnam.
"""

from __future__ import annotations

import datetime as dt
import enum
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from decimal import Decimal

from django.utils.translation import gettext_noop

from bluezone.authority.errors import AuthorityError
from bluezone.authority.officers.jurisdiction import Jurisdiction, Role
from bluezone.errors import TranslatableError
from bluezone.protocol import declarations
from bluezone.protocol.declarations import EMERGENCIES, Symptom
from bluezone.protocol.errors import ProtocolError

#: from when on who has not declared is reminded, and the commune is to call
REMIND_AT, CALL_AT = dt.time(12), dt.time(18)
#: declarations, results and the address are kept so long after the last day
DETAIL_LIFE = dt.timedelta(days=14)
#: the stay itself (dates, site, reason), without who and where it was
STAY_LIFE = dt.timedelta(days=90)
#: a stay begins at most so long before it is entered, and after
MOST_BACK, MOST_AHEAD = dt.timedelta(days=28), dt.timedelta(days=3)
#: declarations of one stay on one day that are stored
MOST_A_DAY = 12
MOST_ADDRESS = 200
#: a declaration waits on a phone without a network so long at most
MOST_WAIT = dt.timedelta(days=3)
FEVER = Decimal("37.5")


class IsolationError(AuthorityError, TranslatableError):
    """Report what cannot be done with a stay. `field` is where the mistake is; empty: of all."""

    def __init__(self, template: str, field: str = "", **values: object) -> None:
        super().__init__(template, **values)
        self.field = field


class Where(enum.StrEnum):
    """Name where somebody is isolated."""

    SITE = "site"
    HOME = "home"


class Reason(enum.StrEnum):
    """Name why somebody is isolated."""

    F1 = "f1"
    TRAVEL = "travel"
    AREA = "area"
    OTHER = "other"


class Ending(enum.StrEnum):
    """Name how a stay ended."""

    DONE = "done"
    EARLY = "early"
    BECAME_F0 = "f0"
    #: in hospital for another reason
    HOSPITAL = "hospital"
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
    """Name how a declaration came."""

    PHONE = "phone"
    WEB = "web"
    CALL = "call"


class Result(enum.StrEnum):
    """Name a test's result."""

    NEGATIVE = "negative"
    POSITIVE = "positive"


class Severity(enum.IntEnum):
    """Order declarations by how soon somebody is to call."""

    WELL = 0
    SYMPTOMS = 1
    EMERGENCY = 2


class Due(enum.Enum):
    """Name what is due of a person's declaration today."""

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


def declaration_due(
    since: dt.date,
    until: dt.date,
    ended_on: dt.date | None,
    *,
    entered_at: dt.datetime,
    declared: bool,
    now: dt.datetime,
) -> Due:
    """Decide what is due of today's declaration. `entered_at` and `now` are local moments: who was entered this
    afternoon is asked from tomorrow on, for nobody could have told them in time."""
    today = now.date()
    if not is_running(since, until, ended_on, today):
        return Due.NOTHING
    if declared:
        return Due.DECLARED
    asked_too_late = entered_at.date() == today and entered_at.time() >= REMIND_AT
    if now.time() < REMIND_AT or asked_too_late:
        return Due.AWAITED
    return Due.REMIND if now.time() < CALL_AT else Due.CALL


def may_remind(due: Due, reminded_on: dt.date | None, today: dt.date) -> bool:
    """Decide whether a reminder goes out: one a day, from noon until somebody is to call instead."""
    return due is Due.REMIND and reminded_on != today


@dataclass(frozen=True, slots=True)
class Said:
    """Hold what a person declares: symptoms in the order of the list, none if well; the temperature may be left out."""

    symptoms: tuple[Symptom, ...] = ()
    temperature: Decimal | None = None

    @property
    def severity(self) -> Severity:
        """Return how soon somebody is to call."""
        if EMERGENCIES & set(self.symptoms):
            return Severity.EMERGENCY
        feverish = self.temperature is not None and self.temperature >= FEVER
        return Severity.SYMPTOMS if self.symptoms or feverish else Severity.WELL


def read_said(symptoms: Collection[str], temperature: str, *, well: bool) -> Said:
    """Return what was declared. Raises IsolationError where nothing was, or two things that cannot both be."""
    if set(symptoms) - set(Symptom):
        raise IsolationError(gettext_noop("choose from the list"), "symptoms")
    found = tuple(each for each in Symptom if each in symptoms)
    if well and found:
        raise IsolationError(gettext_noop("choose “I'm well” or what you feel, not both"), "symptoms")
    if not well and not found:
        raise IsolationError(gettext_noop("choose “I'm well”, or what you feel"), "symptoms")
    return Said(found, read_temperature(temperature))


def read_temperature(text: str) -> Decimal | None:
    """Return a temperature in °C with one decimal, written with a point or a comma; None for none. Raises
    IsolationError."""
    try:
        return declarations.read_temperature(text)
    except ProtocolError:
        raise IsolationError(
            gettext_noop("a temperature of 34 to 43 degrees is meant, as 36.8"), "temperature"
        ) from None


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


def check_since(since: dt.date, today: dt.date) -> None:
    """Check the first day of a stay. Raises IsolationError."""
    if not today - MOST_BACK <= since <= today + MOST_AHEAD:
        template = gettext_noop("a stay begins in the last {back} or the next {ahead} days")
        raise IsolationError(template, "since", back=MOST_BACK.days, ahead=MOST_AHEAD.days)


def check_end(ending: Ending, because: str, day: dt.date, since: dt.date, until: dt.date) -> None:
    """Check how a stay is ended on a day. Raises IsolationError."""
    if ending is Ending.DONE and day < until:
        raise IsolationError(gettext_noop("the last day has not come yet: release early, and say why"), "ending")
    if ending is Ending.EARLY and because not in set(Because):
        raise IsolationError(gettext_noop("say why the person is released early"), "because")
    if day < since and ending is not Ending.MISTAKE:
        raise IsolationError(gettext_noop("the stay has not begun yet: it can only be deleted as a mistake"), "ending")


#: endings after which a release is confirmed by a letter
RELEASED = frozenset({Ending.DONE, Ending.EARLY})


def sees_people(own: Jurisdiction) -> bool:
    """Decide whether an officer sees single stays, without address and number: of a site its head, of a place the
    commune, the district and the province. The ministry reads counts."""
    return own.role in (Role.UNIT_HEAD, Role.COMMUNE, Role.DISTRICT, Role.PROVINCE)


def may_open_private(own: Jurisdiction, place: str, where: Where) -> bool:
    """Decide whether an officer may open an address or a number: of a home its commune; of a site its head and its
    commune. Not from above: who must go there or call is who needs it."""
    if own.role is Role.UNIT_HEAD:
        return where is Where.SITE and own.place == place
    return own.role is Role.COMMUNE and own.may_edit(place)


def may_enter(own: Jurisdiction, place: str, where: Where) -> bool:
    """Decide whether an officer may enter a stay at a place: at home the commune alone."""
    return own.role is Role.COMMUNE and own.place == place if where is Where.HOME else own.may_edit(place)
