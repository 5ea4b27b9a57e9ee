"""Tell what a graph of contacts says: clusters, offspring, delays, attack rates. Pure.

A person is one node: who was a contact and became a case is a case (level 0) that was `found_as` a contact. An arrow is
one meeting, from who can have infected to who can have been infected.
"""

from __future__ import annotations

import datetime as dt
import math
from collections import Counter, defaultdict
from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass

from bluezone.authority.contacts.contact_rules import FoundBy, Setting, Wait

#: of the standard normal distribution, for 95 of 100
_Z = 1.959964


@dataclass(frozen=True, slots=True)
class Node:
    """Describe a person of the graph, by pseudonym.

    `level`: 0 case, 1 near a case, 2 near such a contact. `day`: a case's first symptoms or test, a contact's first
    meeting. `confirmed`: by a test, or by the office's decision. `found_as`: the level at which the person was known
    before any test; 0 for a case that nobody had traced. `hidden`: another office's, of which no more is known here.
    """

    key: str
    level: int
    day: dt.date
    name: str = ""
    confirmed: bool = False
    waits: Wait = Wait.NOTHING
    place: str = ""
    found_as: int = 0
    found_by: FoundBy | None = None
    onset: dt.date | None = None
    isolated: dt.date | None = None
    #: decided to be a contact, and so watched: what an attack rate is a share of
    followed: bool = False
    hidden: bool = False


@dataclass(frozen=True, slots=True)
class Arrow:
    """Describe a meeting. `site`: where, if at an organisation of the register."""

    source: str
    target: str
    day: dt.date
    setting: Setting = Setting.OTHER
    found_by: FoundBy = FoundBy.HAND
    site: str = ""


@dataclass(frozen=True, slots=True)
class Graph:
    """Hold people and their meetings; each arrow's ends are among the nodes."""

    nodes: Sequence[Node]
    arrows: Sequence[Arrow]

    def by_key(self) -> dict[str, Node]:
        """Return the nodes by key."""
        return {node.key: node for node in self.nodes}


# --- clusters ---------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Cluster:
    """Describe people who hang together. `sites`: places, each with its day, at which several of them were."""

    number: int
    people: Sequence[str]
    cases: int
    first: dt.date
    last: dt.date
    sites: Sequence[tuple[str, dt.date]] = ()


def clusters(graph: Graph) -> list[Cluster]:
    """Return the clusters of two people or more, the largest first.

    Two people are in one if they met, or were in meetings at one place on one day, whoever with.
    """
    groups = _Groups(node.key for node in graph.nodes)
    there: dict[tuple[str, dt.date], set[str]] = defaultdict(set)
    for arrow in graph.arrows:
        groups.join(arrow.source, arrow.target)
        if arrow.site:
            there[arrow.site, arrow.day] |= {arrow.source, arrow.target}
    for people in there.values():
        first, *others = sorted(people)
        for other in others:
            groups.join(first, other)
    shared: dict[str, list[tuple[str, dt.date]]] = defaultdict(list)
    for at, people in sorted(there.items(), key=lambda each: (each[0][1], each[0][0])):
        if len(people) > 2:  # two are one meeting, which the arrow says
            shared[groups.root(min(people))].append(at)
    members: dict[str, list[Node]] = defaultdict(list)
    for node in graph.nodes:
        members[groups.root(node.key)].append(node)
    found = [(root, nodes) for root, nodes in members.items() if len(nodes) > 1]
    found.sort(key=lambda each: (-len(each[1]), min(node.day for node in each[1]), min(node.key for node in each[1])))
    return [
        Cluster(
            number,
            sorted(node.key for node in nodes),
            sum(node.level == 0 for node in nodes),
            min(node.day for node in nodes),
            max(node.day for node in nodes),
            shared[root],
        )
        for number, (root, nodes) in enumerate(found, start=1)
    ]


class _Groups:
    """Keep which keys hang together (a forest whose paths are halved on the way)."""

    def __init__(self, keys: Iterable[str]) -> None:
        self._above = {key: key for key in keys}

    def root(self, key: str) -> str:
        above = self._above
        while above[key] != key:
            above[key] = above[above[key]]
            key = above[key]
        return key

    def join(self, one: str, other: str) -> None:
        one, other = self.root(one), self.root(other)
        if one != other:  # the smaller key leads: the same on every run
            self._above[max(one, other)] = min(one, other)


# --- offspring --------------------------------------------------------------------------------------------------------


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


def offspring(graph: Graph) -> list[Offspring]:
    """Return the offspring of each level that has people.

    Whoever had several possible sources counts once, for the one met last before the first symptoms or the test (of
    equal days: the first by key): a case has one infector.
    """
    nodes = graph.by_key()
    met: dict[str, set[str]] = defaultdict(set)
    infector: dict[str, Arrow] = {}
    for arrow in graph.arrows:
        met[arrow.source].add(arrow.target)
        target = nodes[arrow.target]
        if target.level == 0 and target.confirmed and arrow.day <= target.day:
            old = infector.get(arrow.target)
            if old is None or (-arrow.day.toordinal(), arrow.source) < (-old.day.toordinal(), old.source):
                infector[arrow.target] = arrow
    infected = Counter(arrow.source for arrow in infector.values())
    found = []
    for level in sorted({node.level for node in graph.nodes if not node.hidden}):
        people = [node.key for node in graph.nodes if node.level == level and not node.hidden]
        counts = [infected[key] for key in people]
        found.append(Offspring(level, len(people), sum(len(met[key]) for key in people), sum(counts), max(counts)))
    return found


# --- from onset to isolation ------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Delay:
    """Describe days from the first symptoms to isolation: of how many cases, how many of them before symptoms (their
    days are negative or 0), median and 90th percentile. `open`: ill and not isolated yet."""

    found_as: int
    cases: int
    in_time: int
    median: float
    ninetieth: float
    open: int


def isolation_delays(nodes: Iterable[Node]) -> list[Delay]:
    """Return the days from onset to isolation of cases with a known onset, by the level at which they were found: what
    tracing gains is the difference between the first and the others."""
    days: dict[int, list[int]] = defaultdict(list)
    still: Counter[int] = Counter()
    for node in nodes:
        if node.level != 0 or node.onset is None or node.hidden:
            continue
        if node.isolated is None:
            still[node.found_as] += 1
        else:
            days[node.found_as].append((node.isolated - node.onset).days)
    return [
        Delay(
            level,
            len(days[level]),
            sum(each <= 0 for each in days[level]),
            percentile(days[level], 50),
            percentile(days[level], 90),
            still[level],
        )
        for level in sorted(days.keys() | still.keys())
    ]


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


def attack_rates(graph: Graph, of: Callable[[Arrow], Hashable]) -> dict[Hashable, Attack]:
    """Return the secondary attack rates by a property of meetings, such as the setting. Whoever met somebody in several
    ways counts in each, once."""
    nodes = graph.by_key()
    people: dict[Hashable, set[str]] = defaultdict(set)
    for arrow in graph.arrows:
        people[of(arrow)].add(arrow.target)
    return {kind: _attack_of(nodes, keys) for kind, keys in people.items()}


def attack_of_all(graph: Graph) -> Attack:
    """Return the secondary attack rate among all who met anybody."""
    return _attack_of(graph.by_key(), {arrow.target for arrow in graph.arrows})


def _attack_of(nodes: Mapping[str, Node], keys: Iterable[str]) -> Attack:
    watched = [nodes[key] for key in keys if nodes[key].followed]
    return attack(len(watched), sum(node.level == 0 and node.confirmed for node in watched))


# --- found by the app, found by hand ----------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Finds:
    """Count contacts by how they were found: by the app alone, by hand alone, by both."""

    app: int
    hand: int
    both: int


def finds(graph: Graph) -> Finds:
    """Return how the contacts of a graph were found; who became a case since counts as the contact that it was."""
    ways: dict[str, set[FoundBy]] = defaultdict(set)
    for node in graph.nodes:
        if node.found_as and node.found_by is not None:
            ways[node.key].add(node.found_by)
    for arrow in graph.arrows:
        ways[arrow.target].add(arrow.found_by)
    counts = Counter(frozenset(each) for each in ways.values())
    return Finds(
        counts[frozenset({FoundBy.APP})],
        counts[frozenset({FoundBy.HAND})],
        counts[frozenset({FoundBy.APP, FoundBy.HAND})],
    )


# --- filters ----------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Filter:
    """Say which people are shown; None and nothing: all."""

    place: str = ""
    first: dt.date | None = None
    last: dt.date | None = None
    level: int | None = None
    waits: Wait | None = None
    #: any task is due
    waiting: bool = False
    found_by: FoundBy | None = None
    cluster: int | None = None


def chosen(graph: Graph, wanted: Filter, found: Sequence[Cluster]) -> Graph:
    """Return the people a filter leaves, and the meetings between them."""
    inside: set[str] | None = None
    if wanted.cluster is not None:
        inside = {key for each in found if each.number == wanted.cluster for key in each.people}
    ways: dict[str, set[FoundBy]] = defaultdict(set)
    if wanted.found_by is not None:
        for arrow in graph.arrows:
            ways[arrow.target].add(arrow.found_by)
        for node in graph.nodes:
            if node.found_by is not None:
                ways[node.key].add(node.found_by)
    kept = [
        node
        for node in graph.nodes
        if node.place.startswith(wanted.place)
        and (wanted.first is None or node.day >= wanted.first)
        and (wanted.last is None or node.day <= wanted.last)
        and (wanted.level is None or node.level == wanted.level)
        and (wanted.waits is None or node.waits is wanted.waits)
        and (not wanted.waiting or node.waits is not Wait.NOTHING)
        and (wanted.found_by is None or wanted.found_by in ways[node.key])
        and (inside is None or node.key in inside)
    ]
    keys = {node.key for node in kept}
    return Graph(kept, [arrow for arrow in graph.arrows if arrow.source in keys and arrow.target in keys])
