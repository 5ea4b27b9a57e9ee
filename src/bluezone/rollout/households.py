"""Follow who goes from house to house in a hamlet: which households, by number, were visited with which outcome.

A household is a number here, as on the hamlet's list or its door; no name and no telephone number.
"""

from __future__ import annotations

import datetime as dt
import enum
import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass

from bluezone.errors import N_
from bluezone.geography.country import country
from bluezone.rollout.errors import RolloutError

#: more than any hamlet has
MOST_HOUSEHOLDS = 5_000
_BETWEEN = re.compile(r"[,;\s]+")
_RANGE = re.compile(r"(\d{1,6})(?:-(\d{1,6}))?")
#: as people write ranges: 41–80, 41 - 80, 41 đến 80
_DASHES = re.compile(r"\s*(?:-|–|—|−|→|\.\.|\bđến\b|\btới\b|\bto\b)\s*", re.IGNORECASE)
_WORDS = re.compile(r"\b(?:hộ|nhà|số|từ|và|households?|houses?|and)\b", re.IGNORECASE)


class HouseholdError(RolloutError):
    """Report households that cannot be as they are written."""


class Outcome(enum.StrEnum):
    """Name what a visit found. Only `absent` is no answer: somebody is to come again."""

    #: somebody had the app already
    HAS = "has"
    #: somebody installed it with help
    HELPED = "helped"
    REFUSED = "refused"
    ABSENT = "absent"
    #: nobody there has a phone that can run it
    NO_PHONE = "no-phone"


@dataclass(frozen=True, slots=True)
class Visit:
    """Hold a visit of a household."""

    number: int
    date: dt.date
    outcome: Outcome


@dataclass(frozen=True, slots=True)
class Rounds:
    """Hold the state of a hamlet's households: how many had each last outcome, whom nobody has met yet.

    `households` None: nobody has said how many there are, and nobody can say who was never visited.
    """

    households: int | None
    counts: Mapping[Outcome, int]
    never: tuple[int, ...] = ()
    #: visited, but nobody was there
    absent: tuple[int, ...] = ()

    @property
    def visited(self) -> int:
        """Return the households at which somebody was."""
        return sum(self.counts.values())

    @property
    def met(self) -> int:
        """Return the households where somebody answered."""
        return self.visited - self.counts[Outcome.ABSENT]

    @property
    def with_app(self) -> int:
        """Return the households with the app."""
        return self.counts[Outcome.HAS] + self.counts[Outcome.HELPED]


def parse_numbers(text: str, households: int | None = None) -> tuple[int, ...]:
    """Return the household numbers that a text names, in order, each once: `41–48, 52` or `hộ 41 đến 48, 52`.

    Raises HouseholdError for what is no number of a household, or is larger than the hamlet's number of households.
    """
    if has_phone_number(text):
        raise HouseholdError(N_("“{text}” looks like a telephone number: households are written by number"), text=text)
    most = households or MOST_HOUSEHOLDS
    found: set[int] = set()
    for part in _BETWEEN.split(_DASHES.sub("-", _WORDS.sub(" ", text)).strip(" ,;.")):
        if not part:
            continue
        match = _RANGE.fullmatch(part)
        if match is None:
            raise HouseholdError(N_("“{text}” is no number of a household: write 41–48, 52"), text=part)
        first, last = int(match[1]), int(match[2] or match[1])
        if first > last:
            raise HouseholdError(N_("{first}–{last} runs backwards"), first=first, last=last)
        if first < 1 or last > most:
            raise HouseholdError(
                N_("there is no household {number}: their numbers are 1 to {most}"),
                number=last if last > most else first,
                most=most,
            )
        found.update(range(first, last + 1))
    return tuple(sorted(found))


def format_numbers(numbers: Iterable[int]) -> str:
    """Return household numbers as they are read: `1–12, 15`."""
    pieces: list[list[int]] = []
    for number in sorted(set(numbers)):
        if pieces and pieces[-1][1] == number - 1:
            pieces[-1][1] = number
        else:
            pieces.append([number, number])
    return ", ".join(str(first) if first == last else f"{first}–{last}" for first, last in pieces)


def has_phone_number(text: str) -> bool:
    """Decide whether a text holds what looks like a telephone number of this country, together or in groups."""
    code = country().telephone.calling_code
    return bool(re.search(rf"(?:\+?{code}|0)(?:[ .-]?\d){{8,10}}(?!\d)", text))


def check_day(outcomes: Mapping[Outcome, Collection[int]]) -> None:
    """Raise HouseholdError where a household stands under two outcomes of one day."""
    seen: set[int] = set()
    for outcome in Outcome:
        numbers = set(outcomes.get(outcome, ()))
        if twice := numbers & seen:
            raise HouseholdError(
                N_("household {numbers} stands in two lines: a household has one outcome a day"),
                numbers=format_numbers(twice),
            )
        seen |= numbers


def rounds(visits: Iterable[Visit], households: int | None) -> Rounds:
    """Return the state of a hamlet's households by the newest visit of each; that nobody was there takes back nothing
    that an earlier visit found."""
    last: dict[int, Visit] = {}
    for visit in sorted(visits, key=lambda each: each.date):
        before = last.get(visit.number)
        if before is None or visit.outcome is not Outcome.ABSENT or before.outcome is Outcome.ABSENT:
            last[visit.number] = visit
    counts = dict.fromkeys(Outcome, 0)
    for visit in last.values():
        counts[visit.outcome] += 1
    never = tuple(number for number in range(1, (households or 0) + 1) if number not in last)
    absent = tuple(sorted(number for number, visit in last.items() if visit.outcome is Outcome.ABSENT))
    return Rounds(households, counts, never, absent)


@dataclass(frozen=True, slots=True)
class Team:
    """Hold who goes from house to house, by function, and to which households: `Tổ COVID cộng đồng 3`, 41–80."""

    name: str
    numbers: tuple[int, ...]


def check_team(name: str) -> None:
    """Raise HouseholdError for a team without a name, or with a telephone number in it."""
    if not name.strip():
        raise HouseholdError(N_("a team is named by its function, as “Tổ COVID cộng đồng 3”"))
    if has_phone_number(name):
        raise HouseholdError(N_("“{text}” has a telephone number in it: write the function only"), text=name)


@dataclass(frozen=True, slots=True)
class Coverage:
    """Hold which households two teams go to, and which none."""

    twice: tuple[int, ...]
    nobody: tuple[int, ...]


def coverage(teams: Sequence[Team], households: int | None) -> Coverage:
    """Return the households that more than one team goes to, and those that none does."""
    seen: set[int] = set()
    twice: set[int] = set()
    for team in teams:
        twice |= seen & set(team.numbers)
        seen |= set(team.numbers)
    nobody = tuple(number for number in range(1, (households or 0) + 1) if number not in seen)
    return Coverage(tuple(sorted(twice)), nobody)
