"""Decide what a roster says of the people in a place: the facts of one person, and what is counted. Pure."""

from __future__ import annotations

import datetime as dt
import enum
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from bluezone.authority.episodes.stays.rules import IsolationError
from bluezone.rollout.suppression import Disclosure, Extent, disclose

#: a place's newest roster is shown that long
SHOWN_FOR = dt.timedelta(days=14)
#: counts of a day are kept that long
COUNT_LIFE = dt.timedelta(days=400)


class ChangedError(IsolationError):
    """Report that somebody else has noted something since, which this would take back unseen."""


class Fact(enum.StrEnum):
    """Name what is noted of a person, by the name of its field."""

    HAS_PHONE = "has_phone"
    ASKED = "asked"
    HAS_APP = "has_app"
    HELPED = "helped"


#: who has the app has a phone and need not be asked; who was helped was asked and has a phone
_IMPLIES: dict[Fact, tuple[Fact, ...]] = {
    Fact.HAS_PHONE: (),
    Fact.ASKED: (),
    Fact.HAS_APP: (Fact.HAS_PHONE, Fact.ASKED),
    Fact.HELPED: (Fact.HAS_PHONE, Fact.ASKED),
}


@dataclass(frozen=True, slots=True)
class State:
    """Hold what a roster says of one person: whether away and expected back, and the facts."""

    away: bool = False
    has_phone: bool = False
    asked: bool = False
    has_app: bool = False
    helped: bool = False


def with_fact(state: State, fact: Fact, *, value: bool) -> State:
    """Return the state once a fact is noted, or taken back: with it goes what follows from it, in either direction."""
    along = _IMPLIES[fact] if value else [each for each in Fact if fact in _IMPLIES[each]]
    changed: dict[str, Any] = dict.fromkeys([fact.value, *(each.value for each in along)], value)
    return replace(state, **changed)


def takes_back(before: State, after: State) -> bool:
    """Return whether something that was noted is noted no longer. Facts that are only added never contradict what
    somebody else adds at the same time; what is taken back must have been seen."""
    return before.away != after.away or any(getattr(before, fact) and not getattr(after, fact) for fact in Fact)


def written(state: State) -> str:
    """Return a state as the digits that a page sends back with a tap: what its reader saw."""
    return "".join(str(int(value)) for value in (state.away, *(getattr(state, fact) for fact in Fact)))


def read_state(digits: str) -> State | None:
    """Return the state that `written` wrote; None for any other text."""
    if len(digits) != 1 + len(Fact) or set(digits) - {"0", "1"}:
        return None
    return State(*(digit == "1" for digit in digits))


@dataclass(frozen=True, slots=True)
class Counts:
    """Hold what leaves a roster: how many are present, and of them how many have a phone, were asked, have the app,
    were helped with it."""

    present: int = 0
    with_phone: int = 0
    asked: int = 0
    has_app: int = 0
    helped: int = 0

    @property
    def not_yet_asked(self) -> int:
        """Return how many present people nobody has asked to install the app."""
        return self.present - self.asked


#: what of a roster is shown, in the order of pages
SHOWN = ("present", "with_phone", "asked", "not_yet_asked", "has_app", "helped")


def disclosed(counts: Counts) -> dict[str, Disclosure]:
    """Return the counts as officers above the place may read them: no few people, nor all but a few, can be told."""
    there = {"present": disclose(counts.present, None)}
    return there | {name: disclose(getattr(counts, name), counts.present) for name in SHOWN[1:]}


def exactly(counts: Counts) -> dict[str, Disclosure]:
    """Return the counts as the place itself reads them."""
    return {name: Disclosure(getattr(counts, name), Extent.EXACT) for name in SHOWN}


@dataclass(frozen=True, slots=True)
class Total:
    """Hold a sum over places of what is shown of each: at least so many where some are not shown exactly."""

    number: int
    exact: bool


def total(places: Iterable[Mapping[str, Disclosure]]) -> dict[str, Total]:
    """Add what is shown of several places up, so that nothing hidden can be found by subtraction."""
    listed = list(places)
    return {
        name: Total(
            sum(each[name].at_least for each in listed), all(each[name].extent is Extent.EXACT for each in listed)
        )
        for name in SHOWN
    }


def count(states: Iterable[State]) -> Counts:
    """Count the people who are present."""
    here = [state for state in states if not state.away]
    return Counts(
        present=len(here),
        with_phone=sum(state.has_phone for state in here),
        asked=sum(state.asked for state in here),
        has_app=sum(state.has_app for state in here),
        helped=sum(state.helped for state in here),
    )
