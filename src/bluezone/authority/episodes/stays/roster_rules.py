"""Decide what a roster says: the facts of one person, what is counted, and how the numbers of beds, houses and hamlets
are read. Pure.

A number is letters and digits, at most eight, at least one digit, never more than two letters in a row: `A12`, `P3G2`,
`2-014`. So a name has no room in it, nor has a telephone number.
"""

from __future__ import annotations

import datetime as dt
import enum
import itertools
import re
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from django.utils.translation import gettext_noop

from bluezone.authority.episodes.stays.rules import IsolationError
from bluezone.geography.names import plain_key
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


# --- numbers of beds, houses and hamlets ------------------------------------------------------------------------------


#: letters and digits of a number
LONGEST = 8
#: beds that one step adds
MOST_AT_ONCE = 300
#: people of one household that one step adds
MOST_IN_HOUSEHOLD = 20

_PARTS = re.compile(r"[A-Z]+|[0-9]+")
_LETTERS = re.compile(r"[^\W\d_]+")
_ALLOWED = re.compile(r"[A-Z0-9 ./-]+")
#: letters in a row that a bed's number has at most; the shortest names have no fewer than two, and no digit
_MOST_LETTERS = 2
#: digits in a row, and in all, from which on a number is taken for that of a telephone
_TELEPHONE_RUN, _TELEPHONE_ALL = 6, 7
_PADDED = 8
#: what a hamlet's number is written after: ấp, khu vực, khu phố, thôn, tổ, xóm, bản, buôn, làng
_HAMLET_WORDS = {"ap", "khu", "vuc", "pho", "thon", "to", "xom", "ban", "buon", "lang", "dan", "kv", "kp", "so"}
_HAMLET_NUMBER = re.compile(r"[0-9]{1,3}[A-Z]?|[A-Z][0-9]{0,3}")


@dataclass(frozen=True, slots=True)
class Number:
    """Hold a bed's or house's number as it is shown, and a key that is the same however it was written (`a-05`, `A5`)
    and sorts by number."""

    text: str
    key: str


def read_number(text: str, field: str = "number") -> Number:
    """Return the number that is written on a bed or a house. Raises IsolationError, with a sentence."""
    written = " ".join(text.upper().split())
    if not written:
        raise IsolationError(
            gettext_noop("the number is missing: write that of the bed or the house, as A12"), field=field
        )
    shown = text.strip()[:40]
    digits = [len(part) for part in re.findall("[0-9]+", written)]
    if sum(digits) >= _TELEPHONE_ALL or max(digits, default=0) >= _TELEPHONE_RUN:
        raise IsolationError(
            gettext_noop("“{text}” looks like a telephone number: write only that of the bed or the house, as A12"),
            field=field,
            text=shown,
        )
    if not digits or any(len(word) > _MOST_LETTERS for word in _LETTERS.findall(written)):
        raise IsolationError(
            gettext_noop("“{text}” could be a name: write only the number of the bed or the house, as A12"),
            field=field,
            text=shown,
        )
    parts = _PARTS.findall(written)
    if not _ALLOWED.fullmatch(written) or sum(map(len, parts)) > LONGEST:
        raise IsolationError(
            gettext_noop("“{text}” is no number of a bed or a house: at most {most} letters and digits, as A12"),
            field=field,
            text=shown,
            most=LONGEST,
        )
    return Number(_joined(parts), "-".join(part.zfill(_PADDED) if part.isdigit() else part for part in parts))


def read_numbers(text: str, up_to: str = "") -> list[Number]:
    """Return the numbers of several beds: `A1, A2, A7`, or from `A1` up to `A40`. Raises IsolationError."""
    if not up_to.strip():
        parts = [part for part in re.split(r"[,;\n]", text) if part.strip()] or [""]
        if len(parts) > MOST_AT_ONCE:
            raise IsolationError(gettext_noop("at most {most} beds at once"), field="number", most=MOST_AT_ONCE)
        return list({number.key: number for number in map(read_number, parts)}.values())
    first, last = read_number(text), read_number(up_to, "up_to")
    start, end = _PARTS.findall(first.text), _PARTS.findall(last.text)
    fits = start[:-1] == end[:-1] and start[-1].isdigit() and end[-1].isdigit() and int(start[-1]) <= int(end[-1])
    if not fits or int(end[-1]) - int(start[-1]) >= MOST_AT_ONCE:
        raise IsolationError(
            gettext_noop("from {first} to {last} cannot be counted: write it as A1 to A40, at most {most} at once"),
            field="up_to",
            first=first.text,
            last=last.text,
            most=MOST_AT_ONCE,
        )
    width, wanted = len(start[-1]), range(int(start[-1]), int(end[-1]) + 1)
    return [read_number(_joined([*start[:-1], str(number).zfill(width)])) for number in wanted]


def read_hamlet(text: str, registered: Collection[str] = ()) -> str:
    """Return a hamlet: one of the names the commune has registered, or its number (`Ấp 3`, `khu vực 5A` -> `3`, `5A`).

    Raises IsolationError for any other text: it could be a person's name.
    """
    wanted = plain_key(text)
    for name in registered:
        if wanted and plain_key(name) == wanted:
            return name
    words = [word for word in wanted.split() if word not in _HAMLET_WORDS]
    if len(words) == 1 and _HAMLET_NUMBER.fullmatch(words[0].upper()):
        return words[0].upper()
    raise IsolationError(
        gettext_noop("“{text}” is no hamlet of this commune: write its number, as 3, or register it as a unit first"),
        field="hamlet",
        text=text.strip()[:40],
    )


def _joined(parts: list[str]) -> str:
    text = parts[0]
    for before, part in itertools.pairwise(parts):
        text += f"-{part}" if before.isdigit() == part.isdigit() else part
    return text
