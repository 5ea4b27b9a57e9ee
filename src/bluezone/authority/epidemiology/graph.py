"""Choose whom a graph of contacts shows, find its clusters, and lay it out. Pure.

Levels stand from left to right, days from top to bottom. A drawing holds `MOST_SHAPES` shapes at most, or nobody could
read it. Of more people, those of one level and day whom the same people met stand together in one shape; if these are
still too many, all of one level and day do, else all of one level and week.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass

from bluezone.authority.epidemiology.tables import Line, Outbreak, ways
from bluezone.authority.episodes.words import FoundBy

MOST_SHAPES = 120

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


def clusters(outbreak: Outbreak) -> list[Cluster]:
    """Return the clusters of two people or more, the largest first.

    Two people are in one if they met, or were in exposures at one place on one day, whoever with.
    """
    groups = _Groups(line.key for line in outbreak.lines)
    there: dict[tuple[str, dt.date], set[str]] = defaultdict(set)
    for tie in outbreak.ties:
        groups.join(tie.source, tie.target)
        if tie.site:
            there[tie.site, tie.day] |= {tie.source, tie.target}
    for people in there.values():
        first, *others = sorted(people)
        for other in others:
            groups.join(first, other)
    shared: dict[str, list[tuple[str, dt.date]]] = defaultdict(list)
    for at, people in sorted(there.items(), key=lambda each: (each[0][1], each[0][0])):
        if len(people) > 2:  # two are one meeting, which the tie says
            shared[groups.root(min(people))].append(at)
    members: dict[str, list[Line]] = defaultdict(list)
    for line in outbreak.lines:
        members[groups.root(line.key)].append(line)
    found = [(root, lines) for root, lines in members.items() if len(lines) > 1]
    found.sort(key=lambda each: (-len(each[1]), min(line.day for line in each[1]), min(line.key for line in each[1])))
    return [
        Cluster(
            number,
            sorted(line.key for line in lines),
            sum(line.level == 0 for line in lines),
            min(line.day for line in lines),
            max(line.day for line in lines),
            shared[root],
        )
        for number, (root, lines) in enumerate(found, start=1)
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


# --- who is shown -----------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Filter:
    """Say which people are shown; None and nothing: all."""

    place: str = ""
    first: dt.date | None = None
    last: dt.date | None = None
    level: int | None = None
    waits: str = ""
    #: any task is due
    waiting: bool = False
    found_by: FoundBy | None = None
    cluster: int | None = None


def chosen(outbreak: Outbreak, wanted: Filter, found: Sequence[Cluster]) -> Outbreak:
    """Return the people a filter leaves, and the exposures between them."""
    inside: set[str] | None = None
    if wanted.cluster is not None:
        inside = {key for each in found if each.number == wanted.cluster for key in each.people}
    by = ways(outbreak) if wanted.found_by is not None else {}
    kept = [
        line
        for line in outbreak.lines
        if line.place.startswith(wanted.place)
        and (wanted.first is None or line.day >= wanted.first)
        and (wanted.last is None or line.day <= wanted.last)
        and (wanted.level is None or line.level == wanted.level)
        and (not wanted.waits or line.waits == wanted.waits)
        and (not wanted.waiting or line.waits)
        and (wanted.found_by is None or wanted.found_by in by[line.key])
        and (inside is None or line.key in inside)
    ]
    keys = {line.key for line in kept}
    return Outbreak(kept, [tie for tie in outbreak.ties if tie.source in keys and tie.target in keys])


# --- the drawing ------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Shape:
    """Describe a shape of the drawing: one person, or several of a level and day. `row`: from the top; those of a day
    stand below those of the days before."""

    key: str
    level: int
    day: dt.date
    row: int
    people: Sequence[Line]

    @property
    def one(self) -> Line | None:
        """Return the person of a shape that stands for one."""
        return self.people[0] if len(self.people) == 1 else None

    @property
    def waiting(self) -> int:
        """Return how many of its people wait for something."""
        return sum(bool(line.waits) for line in self.people)


@dataclass(frozen=True, slots=True)
class Drawing:
    """Hold a drawing: shapes; which of them are joined, and whether somebody confirmed is at both ends. `folded`: some
    shapes stand for several people."""

    shapes: Sequence[Shape]
    joined: Mapping[tuple[str, str], bool]
    folded: bool


def drawing(outbreak: Outbreak, most: int = MOST_SHAPES) -> Drawing:
    """Lay out a graph: within a day and level by the row of the first source, then who waits first, then by name."""
    sources: dict[str, set[str]] = defaultdict(set)
    for tie in outbreak.ties:
        sources[tie.target].add(tie.source)
    cells: dict[dt.date, dict[int, list[list[Line]]]] = defaultdict(lambda: defaultdict(list))
    for (level, day, _key), people in _folded(outbreak, most, sources).items():
        cells[day][level].append(people)
    shapes: list[Shape] = []
    shape_of: dict[str, Shape] = {}

    def rank(people: list[Line]) -> tuple[int, bool, str]:
        first = min((shape_of[key].row for key in sources[people[0].key] if key in shape_of), default=10**6)
        return first, not people[0].waits, people[0].name or people[0].key

    top = 0
    for day in sorted(cells):
        for level in sorted(cells[day]):  # sources stand left: their rows are known when their contacts are ordered
            for row, people in enumerate(sorted(cells[day][level], key=rank), start=top):
                shapes.append(Shape(people[0].key, level, day, row, people))
                shape_of |= {line.key: shapes[-1] for line in people}
        top += max(map(len, cells[day].values()))
    return Drawing(shapes, _joined(outbreak, shape_of), any(len(shape.people) > 1 for shape in shapes))


def _joined(outbreak: Outbreak, shape_of: Mapping[str, Shape]) -> dict[tuple[str, str], bool]:
    lines, found = outbreak.by_key(), dict[tuple[str, str], bool]()
    for tie in outbreak.ties:
        pair = shape_of[tie.source].key, shape_of[tie.target].key
        if pair[0] != pair[1]:
            sure = lines[tie.source].confirmed and lines[tie.target].confirmed
            found[pair] = found.get(pair, False) or sure
    return dict(sorted(found.items()))


def _folded(
    outbreak: Outbreak, most: int, sources: Mapping[str, set[str]]
) -> dict[tuple[int, dt.date, Hashable], list[Line]]:
    """Return people by level, day and what else keeps them apart: each alone, else by whom they met, else nothing; of
    too many days, by the Monday of each week."""

    def by_source(line: Line) -> Hashable:
        return (line.waits, line.confirmed, frozenset(sources.get(line.key, ()))) if line.level else line.key

    def monday(line: Line) -> dt.date:
        return line.day - dt.timedelta(days=line.day.weekday())

    apart: tuple[tuple[Callable[[Line], Hashable], Callable[[Line], dt.date]], ...] = (
        (lambda line: line.key, lambda line: line.day),
        (by_source, lambda line: line.day),
        (lambda _line: None, lambda line: line.day),
        (lambda _line: None, monday),
    )
    in_order = sorted(outbreak.lines, key=lambda each: (each.day, each.level, each.key))
    for way, span in apart[1:] if len(in_order) > most else apart:
        found: dict[tuple[int, dt.date, Hashable], list[Line]] = defaultdict(list)
        for line in in_order:
            found[line.level, span(line), way(line)].append(line)
        if len(found) <= most:
            break
    return found
