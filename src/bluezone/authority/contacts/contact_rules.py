"""Decide what a contact is, what may be decided of one, and who waits for what. Pure: days are arguments.

A contact's level is data: 1 for who was near a case (F1), 2 for who was near such a contact (F2). There is no third.
"""

from __future__ import annotations

import datetime as dt
import enum
import functools
from collections.abc import Callable, Hashable, Mapping
from dataclasses import dataclass
from typing import Generic, TypeVar

from django.utils.translation import gettext_noop

from bluezone.authority.diagnosis.case_rules import Window
from bluezone.authority.errors import AuthorityError
from bluezone.errors import TranslatableError

K = TypeVar("K", bound=Hashable)

#: of a case's contacts, and of theirs: who was near those is not looked for
FIRST_LEVEL, LAST_LEVEL = 1, 2
#: meetings of longer ago are not entered: whoever was infected then is found by other means
MAX_AGE = dt.timedelta(days=28)

NO_SUCH_CASE = gettext_noop("no case that you may change is called so, or several are")
CHOOSE = gettext_noop("choose what was decided")


class ContactError(AuthorityError, TranslatableError):
    """Report a contact that cannot be entered, or a step that one cannot take. `field` is where the mistake is."""

    def __init__(self, template: str, field: str = "", **values: object) -> None:
        super().__init__(template, **values)
        self.field = field


class Decision(enum.StrEnum):
    """Name what an office decided of somebody who may be a contact."""

    WAITING = "waiting"
    CONTACT = "contact"
    NOT = "not"
    LOST = "lost"


class Setting(enum.StrEnum):
    """Name where people meet."""

    HOUSEHOLD = "household"
    WORK = "work"
    OTHER = "other"


class FoundBy(enum.StrEnum):
    """Name how an office learnt of a meeting: the contact's phone warned and the contact reported it, or somebody was
    asked."""

    APP = "app"
    HAND = "hand"


class Wait(enum.StrEnum):
    """Name what somebody waits for."""

    CALL = "call"
    DECISION = "decision"
    ISOLATION = "isolation"
    TEST = "test"
    NOTHING = ""


class Tested(enum.StrEnum):
    """Name what is known of a contact's test. A positive one makes a case."""

    NOT_YET = ""
    NEGATIVE = "negative"


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


def level_after(source_level: int) -> int:
    """Return the level of who was near somebody of a level (0: a case). Raises ContactError: there is no third."""
    level = source_level + 1
    if not FIRST_LEVEL <= level <= LAST_LEVEL:
        raise ContactError(gettext_noop("contacts of second-order contacts are not traced"))
    return level


def check_meeting(day: dt.date, first: dt.date, last: dt.date, today: dt.date) -> None:
    """Check the day of a meeting with somebody who can have infected others from `first` to `last`. Raises
    ContactError."""
    if not today - MAX_AGE <= day <= today:
        raise ContactError(gettext_noop("this day has not come yet, or lies more than 28 days ago"), "day")
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


def isolated_since(decision: Decision, isolated_on: dt.date | None, admitted_on: dt.date | None) -> dt.date | None:
    """Return since when somebody is apart from others: isolated as a contact, or taken to hospital as a case, whichever
    came first; None for who is not, or turned out to be no contact.

    The one place that says so: whoever keeps isolations says by `isolated_on` when one began.
    """
    began = isolated_on if decision is Decision.CONTACT else None
    return min((day for day in (began, admitted_on) if day is not None), default=None)


@dataclass(frozen=True, slots=True)
class Ties(Generic[K]):
    """Hold what ties a contact to an office that hands a case over: `held`, another case of the office, met or the
    contact's own; `near`, contacts of the office that it was near."""

    held: bool = False
    near: frozenset[K] = frozenset()


def going(ties: Mapping[K, Ties[K]]) -> set[K]:
    """Return which contacts of an office go with a case that it hands over: those whom nothing ties to it but contacts
    that go themselves. So each has one office, and that office has a case or contact that it met."""
    gone = set(ties)
    while stay := {key for key in gone if ties[key].held or ties[key].near - gone}:
        gone -= stay
    return gone


@dataclass(frozen=True, slots=True)
class Standing:
    """Hold what says for what somebody waits. `level` 0: a case, which is `decided` once a test confirmed it."""

    level: int
    decision: Decision
    called: bool = False
    isolated: bool = False
    tested: bool = False


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
    WaitRule(Wait.TEST, "a suspected case is confirmed by a test alone", lambda one: one.level == 0 and _open(one)),
    WaitRule(Wait.CALL, "nobody is decided of unheard", lambda one: _open(one) and not one.called),
    WaitRule(Wait.DECISION, "after the call the office says what it means for the person", _open),
    WaitRule(
        Wait.ISOLATION,
        "a case and a contact of a case infect others while they are among them",
        lambda one: one.level < LAST_LEVEL and not one.isolated,
    ),
    WaitRule(
        Wait.TEST,
        "a contact of a case is tested in isolation; one of a contact only with symptoms",
        lambda one: one.level == FIRST_LEVEL and not one.tested,
    ),
    WaitRule(Wait.NOTHING, "all that is due is done", lambda _one: True),
)


@functools.cache
def waits_for(one: Standing) -> Wait:
    """Return what somebody waits for, by the first rule that applies. Few different standings are possible."""
    return next(rule.wait for rule in WAITS if rule.applies(one))
