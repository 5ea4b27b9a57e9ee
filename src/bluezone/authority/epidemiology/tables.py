"""Hold the rows of an outbreak, and reckon its tables: curve, delays, follow-up, chains, attack rates. Pure.

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

from bluezone.authority.episodes.words import FollowUp, FoundBy, Setting, Travel

Kind = TypeVar("Kind", bound=Hashable)

#: of the standard normal distribution, for 95 of 100
_Z = 1.959964
_DAY = dt.timedelta(days=1)


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
    followed: bool = False
    hidden: bool = False
    role: str = ""
    classification: str = ""
    #: key of the diagnosis; of a case
    case: str = ""
    onset: dt.date | None = None
    tested: dt.date | None = None
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


# --- curve ------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Day:
    """Count the cases of a day: by first symptoms, and by when an office entered them."""

    day: dt.date
    onsets: int
    reports: int


def curve(lines: Iterable[Line]) -> list[Day]:
    """Return the epidemic curve of confirmed cases, without a gap from its first day to its last."""
    cases = [line for line in lines if line.level == 0 and line.confirmed and not line.hidden]
    onsets = Counter(line.onset for line in cases if line.onset is not None)
    reports = Counter(line.reported for line in cases if line.reported is not None)
    if not (days := onsets.keys() | reports.keys()):
        return []
    first = min(days)
    return [
        Day(day, onsets[day], reports[day])
        for day in (first + _DAY * number for number in range((max(days) - first).days + 1))
    ]


# --- who infected whom ------------------------------------------------------------------------------------------------


def infectors(outbreak: Outbreak) -> dict[str, Tie]:
    """Return the exposure that infected each confirmed case, by the case's key.

    A case has one infector: of several possible ones the one met last before the first symptoms or the test (of equal
    days: the first by key).
    """
    lines, found = outbreak.by_key(), dict[str, Tie]()
    for tie in outbreak.ties:
        target = lines[tie.target]
        if target.level == 0 and target.confirmed and tie.day <= target.day:
            old = found.get(tie.target)
            if old is None or (-tie.day.toordinal(), tie.source) < (-old.day.toordinal(), old.source):
                found[tie.target] = tie
    return found


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
    infected = Counter(tie.source for tie in infectors(outbreak).values())
    found = []
    for level in sorted({line.level for line in outbreak.lines if not line.hidden}):
        people = [line.key for line in outbreak.lines if line.level == level and not line.hidden]
        counts = [infected[key] for key in people]
        found.append(Offspring(level, len(people), sum(len(met[key]) for key in people), sum(counts), max(counts)))
    return found


@dataclass(frozen=True, slots=True)
class Chain:
    """Describe a chain of transmission: whom it began with, how many confirmed cases are in it, in how many generations
    after the first, from which day to which. `serial_days`: median days from a case's onset to that of whom it
    infected; NaN where none is known."""

    index: str
    cases: int
    generations: int
    first: dt.date
    last: dt.date
    serial_days: float


def chains(outbreak: Outbreak) -> list[Chain]:
    """Return the chains with a transmission, the largest first.

    Whoever fell ill after the person they can have infected is not taken for the infector here: a chain has no circle.
    """
    lines, by_target = outbreak.by_key(), infectors(outbreak)
    index: dict[str, tuple[str, int]] = {}
    members: dict[str, list[Line]] = defaultdict(list)
    serials: dict[str, list[int]] = defaultdict(list)
    for line in sorted(outbreak.lines, key=lambda each: (each.day, each.key)):
        tie = by_target.get(line.key)
        above = index.get(tie.source) if tie is not None else None
        root, generation = (above[0], above[1] + 1) if above is not None else (line.key, 0)
        index[line.key] = root, generation
        members[root].append(line)
        if tie is not None and above is not None and (onset := lines[tie.source].onset) and line.onset:
            serials[root].append((line.onset - onset).days)
    found = [
        Chain(
            root,
            sum(line.level == 0 and line.confirmed for line in people),
            max(index[line.key][1] for line in people),
            people[0].day,
            people[-1].day,
            percentile(serials[root], 50),
        )
        for root, people in members.items()
        if len(people) > 1
    ]
    return sorted(found, key=lambda each: (-each.cases, each.first, each.index))


@dataclass(frozen=True, slots=True)
class Investigation:
    """Hold what is known around a person: whom they were near, the exposure that infected them, whom they met since and
    whom of these they infected. Each tie stands with the person at its other end."""

    line: Line
    sources: Sequence[tuple[Tie, Line]]
    infector: Tie | None
    contacts: Sequence[tuple[Tie, Line]]
    infected: Sequence[str]


def investigation(outbreak: Outbreak, key: str) -> Investigation:
    """Return what is known around the person of a key, exposures by day."""
    lines, by_target = outbreak.by_key(), infectors(outbreak)
    ties = sorted(outbreak.ties, key=lambda tie: (tie.day, tie.source, tie.target))
    return Investigation(
        lines[key],
        [(tie, lines[tie.source]) for tie in ties if tie.target == key],
        by_target.get(key),
        [(tie, lines[tie.target]) for tie in ties if tie.source == key],
        sorted(target for target, tie in by_target.items() if tie.source == key),
    )


# --- delays -----------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Delay:
    """Describe days from one date to another: of how many people, how many of them 0 or less (before it), median and
    90th percentile. `open`: how many have the first date and not the second."""

    people: int
    in_time: int
    median: float
    ninetieth: float
    open: int


def delays(
    lines: Iterable[Line],
    of: Callable[[Line], Kind],
    start: Callable[[Line], dt.date | None],
    end: Callable[[Line], dt.date | None],
) -> dict[Kind, Delay]:
    """Return the days between two dates by a property of people, such as how they were found; who lacks the first date
    is left out."""
    days: dict[Kind, list[int]] = defaultdict(list)
    still: Counter[Kind] = Counter()
    for line in lines:
        since, until = start(line), end(line)
        if since is None or line.hidden:
            continue
        if until is None:
            still[of(line)] += 1
        else:
            days[of(line)].append((until - since).days)
    return {
        kind: Delay(
            len(days[kind]),
            sum(each <= 0 for each in days[kind]),
            percentile(days[kind], 50),
            percentile(days[kind], 90),
            still[kind],
        )
        for kind in days.keys() | still.keys()
    }


def isolation_delays(lines: Iterable[Line]) -> dict[int, Delay]:
    """Return the days from onset to isolation of cases, by the level at which they were found: what tracing gains is
    the difference between 0 and the others."""
    cases = (line for line in lines if line.level == 0)
    return delays(cases, lambda line: line.found_as, lambda line: line.onset, lambda line: line.isolated)


def percentile(values: Iterable[float], percent: float) -> float:
    """Return the smallest value that so many percent of the values do not exceed (nearest rank); NaN without one. The
    median of an even number lies between its two middle ones."""
    found = sorted(values)
    if not found:
        return math.nan
    if percent == 50:
        half = len(found) // 2
        return float(found[half]) if len(found) % 2 else (found[half - 1] + found[half]) / 2
    return float(found[max(math.ceil(len(found) * percent / 100), 1) - 1])


# --- follow-up --------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Completeness:
    """Count contacts by their follow-up: running, of these overdue (its last day is over), completed, lost to it,
    cancelled (no contact after all, or a case by now)."""

    running: int
    overdue: int
    completed: int
    lost: int
    cancelled: int

    @property
    def share(self) -> float:
        """Return which share of the follow-ups that should be over was completed; NaN of none."""
        due = self.completed + self.lost + self.overdue
        return self.completed / due if due else math.nan


def completeness(lines: Iterable[Line], today: dt.date) -> Completeness:
    """Return how complete the follow-up of contacts is."""
    contacts = [line for line in lines if line.level > 0 and line.follow_up is not None and not line.hidden]
    counts = Counter(line.follow_up for line in contacts)
    overdue = sum(
        line.follow_up is FollowUp.RUNNING and line.follow_up_until is not None and line.follow_up_until < today
        for line in contacts
    )
    return Completeness(
        counts[FollowUp.RUNNING],
        overdue,
        counts[FollowUp.COMPLETED],
        counts[FollowUp.LOST],
        counts[FollowUp.CANCELLED],
    )


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
    if not followed:
        return Attack(0, 0, math.nan, math.nan)
    share, scale = infected / followed, 1 + _Z * _Z / followed
    middle = (share + _Z * _Z / (2 * followed)) / scale
    half = _Z * math.sqrt(share * (1 - share) / followed + _Z * _Z / (4 * followed * followed)) / scale
    return Attack(followed, infected, max(0.0, middle - half), min(1.0, middle + half))


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
