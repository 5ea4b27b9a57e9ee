"""Hold the people and exposures of some days, and reckon the tables beside their graph: offspring, delays, attack
rates, how contacts were found. Pure.

A person is one line: who was a contact and became a case is a case (level 0) that was `found_as` a contact. A tie is
one exposure, from who can have infected to who can have been infected. The graph and the line list read the same rows.
"""

from __future__ import annotations

import datetime as dt
import math
from collections import Counter, defaultdict
from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeVar

from bluezone.authority.epidemiology import figures
from bluezone.authority.epidemiology.figures import Delay, Infection
from bluezone.authority.episodes.words import FollowUp, FoundBy, Setting, Travel

Kind = TypeVar("Kind", bound=Hashable)


@dataclass(frozen=True, slots=True)
class Line:
    """Describe a person of an outbreak, by pseudonym: a row of the line list, a shape of the graph.

    `level`: 0 case, 1 near a case, 2 near such a contact. `day`: a case's first symptoms or test, a contact's first
    exposure. `confirmed`: by a test, or by the office's decision. `found_as`: the level at which the person was known
    before any test; 0 for a case that nobody had traced. `followed`: decided to be a contact, and so watched: what an
    attack rate is a share of. `hidden`: another office's, of which no more is known here.
    """

    key: str
    level: int
    day: dt.date
    name: str = ""
    confirmed: bool = False
    #: what for, in one word; nothing for nothing
    waits: str = ""
    place: str = ""
    found_as: int = 0
    found_by: FoundBy | None = None
    #: by the app alone, by asking alone, by both (`figures.Found`); nothing for a case that nobody had traced
    found: str = ""
    followed: bool = False
    hidden: bool = False
    role: str = ""
    classification: str = ""
    #: key of the diagnosis; of a case
    case: str = ""
    onset: dt.date | None = None
    tested: dt.date | None = None
    #: when a laboratory reported the first positive result
    result: dt.date | None = None
    reported: dt.date | None = None
    first_contact: dt.date | None = None
    last_contact: dt.date | None = None
    isolated: dt.date | None = None
    admitted: dt.date | None = None
    discharged: dt.date | None = None
    follow_up: FollowUp | None = None
    follow_up_until: dt.date | None = None
    ended: dt.date | None = None
    outcome: str = ""
    sex: str = ""
    birth_year: int | None = None
    occupation: str = ""
    travel: Travel | None = None


@dataclass(frozen=True, slots=True)
class Tie:
    """Describe an exposure. `relation`: of the contact to the source, as the office wrote it. `site`: where, if at an
    organisation of the register."""

    source: str
    target: str
    day: dt.date
    setting: Setting = Setting.OTHER
    relation: str = ""
    found_by: FoundBy = FoundBy.HAND
    site: str = ""


@dataclass(frozen=True, slots=True)
class Outbreak:
    """Hold people and their exposures; each tie's ends are among the lines."""

    lines: Sequence[Line]
    ties: Sequence[Tie]

    def by_key(self) -> dict[str, Line]:
        """Return the lines by key."""
        return {line.key: line for line in self.lines}


# --- who infected whom ------------------------------------------------------------------------------------------------


def infectors(outbreak: Outbreak) -> dict[str, Infection[Tie]]:
    """Return the exposure that infected each confirmed case, by the case's key."""
    ill = {line.key: line.day for line in outbreak.lines if line.level == 0 and line.confirmed}
    return figures.infectors(ill, outbreak.ties)


@dataclass(frozen=True, slots=True)
class Offspring:
    """Count whom the people of a level met and whom of these a test confirmed: in all, and of one person at most."""

    level: int
    people: int
    met: int
    infected: int
    most_infected: int

    @property
    def met_each(self) -> float:
        """Return the mean number of contacts of a person."""
        return self.met / self.people if self.people else math.nan

    @property
    def infected_each(self) -> float:
        """Return the mean number of infected contacts of a person (for cases: the reproduction number as traced)."""
        return self.infected / self.people if self.people else math.nan


def offspring(outbreak: Outbreak) -> list[Offspring]:
    """Return the offspring of each level that has people; who was infected counts once, for the infector."""
    met: dict[str, set[str]] = defaultdict(set)
    for tie in outbreak.ties:
        met[tie.source].add(tie.target)
    infected = Counter(each.tie.source for each in infectors(outbreak).values())
    found = []
    for level in sorted({line.level for line in outbreak.lines if not line.hidden}):
        people = [line.key for line in outbreak.lines if line.level == level and not line.hidden]
        counts = [infected[key] for key in people]
        found.append(Offspring(level, len(people), sum(len(met[key]) for key in people), sum(counts), max(counts)))
    return found


# --- delays -----------------------------------------------------------------------------------------------------------


def isolation_delays(lines: Iterable[Line]) -> dict[int, Delay]:
    """Return the days from onset to isolation of cases, by the level at which they were found: what tracing gains is
    the difference between 0 and the others."""
    found: dict[int, Counter[int | None]] = defaultdict(Counter)
    for line in lines:
        if line.level == 0 and line.onset is not None and not line.hidden:
            found[line.found_as][(line.isolated - line.onset).days if line.isolated else None] += 1
    return {level: figures.delay(counts) for level, counts in found.items()}


# --- attack rates -----------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Attack:
    """Describe a secondary attack rate: of so many contacts that were followed so many were confirmed. `low`, `high`:
    in 95 of 100 samples of this size the true share lies between them (Wilson 1927)."""

    followed: int
    infected: int
    low: float
    high: float

    @property
    def share(self) -> float:
        """Return the share; NaN of nobody."""
        return self.infected / self.followed if self.followed else math.nan


def attack(followed: int, infected: int) -> Attack:
    """Return a secondary attack rate of counts, with its interval."""
    return Attack(followed, infected, *figures.wilson(followed, infected))


def attack_rates(outbreak: Outbreak, of: Callable[[Tie], Kind]) -> dict[Kind, Attack]:
    """Return the secondary attack rates by a property of exposures, such as the setting or the relation. Whoever met
    somebody in several ways counts in each, once."""
    lines = outbreak.by_key()
    people: dict[Kind, set[str]] = defaultdict(set)
    for tie in outbreak.ties:
        people[of(tie)].add(tie.target)
    return {kind: _attack_of(lines, keys) for kind, keys in people.items()}


def attack_of_all(outbreak: Outbreak) -> Attack:
    """Return the secondary attack rate among all who met anybody."""
    return _attack_of(outbreak.by_key(), {tie.target for tie in outbreak.ties})


def _attack_of(lines: Mapping[str, Line], keys: Iterable[str]) -> Attack:
    watched = [lines[key] for key in keys if lines[key].followed]
    return attack(len(watched), sum(line.level == 0 and line.confirmed for line in watched))


# --- found by the app, found by hand ----------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Finds:
    """Count contacts by how they were found: by the app alone, by hand alone, by both."""

    app: int
    hand: int
    both: int


def ways(outbreak: Outbreak) -> dict[str, set[FoundBy]]:
    """Return how each person was found, by key; who became a case since was found as the contact that it was."""
    found: dict[str, set[FoundBy]] = defaultdict(set)
    for line in outbreak.lines:
        if line.found_by is not None:
            found[line.key].add(line.found_by)
    for tie in outbreak.ties:
        found[tie.target].add(tie.found_by)
    return found


def finds(outbreak: Outbreak) -> Finds:
    """Return how many contacts were found in which way."""
    counts = Counter(frozenset(each) for each in ways(outbreak).values())
    return Finds(
        counts[frozenset({FoundBy.APP})],
        counts[frozenset({FoundBy.HAND})],
        counts[frozenset({FoundBy.APP, FoundBy.HAND})],
    )
