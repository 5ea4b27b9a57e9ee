"""Lay a graph of contacts out: levels from left to right, days from top to bottom. Pure; sizes in pixels.

A drawing holds `MOST_SHAPES` shapes at most, or nobody could read it. Of more people, those of one level and day whom
the same people met stand together in one shape; if these are still too many, all of one level and day do, else all of
one level and week.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Hashable, Sequence
from dataclasses import dataclass

from bluezone.authority.contacts.contact_rules import Wait
from bluezone.authority.contacts.graph import Graph, Node

MOST_SHAPES = 120
#: the two drawings of a page: beside other cards, and on a telephone
ROW, TOP, GAP = 48, 48, 16


@dataclass(frozen=True, slots=True)
class Width:
    """Hold where the columns of a drawing stand."""

    total: int
    first: int
    column: int
    #: from a shape's middle to the end of its words
    words: int


WIDE, NARROW = Width(760, 82, 238, 130), Width(328, 38, 102, 74)


@dataclass(frozen=True, slots=True)
class Shape:
    """Describe a shape of the drawing: one person, or `count` people of a level and day. (x, y): its middle."""

    key: str
    level: int
    day: dt.date
    people: Sequence[Node]
    x: int
    y: int

    @property
    def count(self) -> int:
        """Return how many people it stands for."""
        return len(self.people)

    @property
    def one(self) -> Node | None:
        """Return the person of a shape that stands for one."""
        return self.people[0] if len(self.people) == 1 else None

    @property
    def waiting(self) -> int:
        """Return how many of its people wait for something."""
        return sum(node.waits is not Wait.NOTHING for node in self.people)

    @property
    def confirmed(self) -> bool:
        """Return whether all its people are confirmed."""
        return all(node.confirmed for node in self.people)


@dataclass(frozen=True, slots=True)
class Line:
    """Describe an arrow of the drawing as an SVG path, between two shapes. `meetings`: how many it stands for."""

    source: str
    target: str
    path: str
    confirmed: bool
    meetings: int


@dataclass(frozen=True, slots=True)
class Band:
    """Describe a day of the drawing: the line above it and where its name stands."""

    day: dt.date
    top: int
    middle: int


@dataclass(frozen=True, slots=True)
class Drawing:
    """Hold a drawing. `folded`: some shapes stand for several people."""

    shapes: Sequence[Shape]
    lines: Sequence[Line]
    bands: Sequence[Band]
    #: level and x of each column's heading
    columns: Sequence[tuple[int, int]]
    width: int
    height: int
    folded: bool


def drawing(graph: Graph, width: Width = WIDE, most: int = MOST_SHAPES) -> Drawing:
    """Lay out a graph."""
    return drawings(graph, (width,), most)[0]


def drawings(graph: Graph, widths: Sequence[Width], most: int = MOST_SHAPES) -> list[Drawing]:
    """Lay out a graph for several widths; who stands together in a shape is the same in all."""
    sources = _sources(graph)
    groups = _folded(graph, most, sources)
    return [_drawing(graph, width, groups, sources) for width in widths]


def _drawing(graph: Graph, width: Width, groups: _Groups, sources: dict[str, set[str]]) -> Drawing:
    levels = sorted({level for level, _day, _key in groups} | {0, 1})
    at = {level: width.first + width.column * column + 10 for column, level in enumerate(levels)}
    of_day: dict[dt.date, dict[int, list[tuple[Hashable, list[Node]]]]] = defaultdict(lambda: defaultdict(list))
    for (level, day, key), people in groups.items():
        of_day[day][level].append((key, people))
    shapes: list[Shape] = []
    bands: list[Band] = []
    shape_of: dict[str, Shape] = {}
    top = TOP
    for day in sorted(of_day):
        rows = max(len(column) for column in of_day[day].values())
        bands.append(Band(day, top, top + ROW // 2 + GAP // 2))
        for level in levels:  # sources stand left: their order is known when their contacts are put in order
            order = sorted(of_day[day][level], key=lambda each: _rank(each[1], sources, shape_of))
            for row, (_key, people) in enumerate(order):
                y = top + GAP // 2 + ROW // 2 + row * ROW
                shape = Shape(people[0].key, level, day, people, at[level], y)
                shapes.append(shape)
                shape_of |= {node.key: shape for node in people}
        top += rows * ROW + GAP
    ends = {level: at[level] + width.words - 12 for level in levels}
    return Drawing(
        shapes,
        _lines(graph, shape_of, ends),
        bands,
        [(level, at[level] - 10) for level in levels],
        width.total,
        top,
        any(shape.count > 1 for shape in shapes),
    )


_Groups = dict[tuple[int, dt.date, Hashable], list[Node]]


def _folded(graph: Graph, most: int, sources: dict[str, set[str]]) -> _Groups:
    """Return people by level, day and what else keeps them apart: each alone, else by whom they met, else nothing;
    of too many days, by the Monday of each week."""
    in_order = sorted(graph.nodes, key=lambda each: (each.day, each.level, each.key))

    def alone(node: Node) -> Hashable:
        return node.key

    def by_source(node: Node) -> Hashable:
        return (node.waits, node.confirmed, frozenset(sources.get(node.key, ()))) if node.level else node.key

    def together(_node: Node) -> Hashable:
        return None

    def day(node: Node) -> dt.date:
        return node.day

    def monday(node: Node) -> dt.date:
        return node.day - dt.timedelta(days=node.day.weekday())

    ways = ((alone, day), (by_source, day), (together, day), (together, monday))
    for way, span in ways[1:] if len(graph.nodes) > most else ways:
        found: _Groups = defaultdict(list)
        for node in in_order:
            found[node.level, span(node), way(node)].append(node)
        if len(found) <= most:
            break
    return found


def _sources(graph: Graph) -> dict[str, set[str]]:
    found: dict[str, set[str]] = defaultdict(set)
    for arrow in graph.arrows:
        found[arrow.target].add(arrow.source)
    return found


def _rank(people: list[Node], sources: dict[str, set[str]], shape_of: dict[str, Shape]) -> tuple[int, bool, str]:
    """Order the shapes of a cell: by where the highest of their sources stands, then who waits first, then by name."""
    highest = min((shape_of[key].y for key in sources[people[0].key] if key in shape_of), default=10**6)
    return highest, people[0].waits is Wait.NOTHING, people[0].name or people[0].key


def _lines(graph: Graph, shape_of: dict[str, Shape], ends: dict[int, int]) -> list[Line]:
    """Return the lines between shapes; several meetings of the same two are one line, dashed while nobody at its end is
    confirmed."""
    meetings: dict[tuple[str, str], int] = defaultdict(int)
    sure: dict[tuple[str, str], bool] = defaultdict(bool)
    ends_of: dict[tuple[str, str], tuple[Shape, Shape]] = {}
    nodes = graph.by_key()
    for arrow in graph.arrows:
        source, target = shape_of[arrow.source], shape_of[arrow.target]
        if source is target:
            continue
        pair = (source.key, target.key)
        meetings[pair] += 1
        sure[pair] |= nodes[arrow.source].confirmed and nodes[arrow.target].confirmed
        ends_of[pair] = (source, target)
    return [Line(*pair, _path(*ends_of[pair], ends), sure[pair], count) for pair, count in sorted(meetings.items())]


def _path(source: Shape, target: Shape, ends: dict[int, int]) -> str:
    """Return the path of a line: from the right of the source's words down or up to the left of the target, with round
    corners; within one level, or back, along the left."""
    if target.level <= source.level:
        x = min(source.x, target.x) - 24
        return f"M{source.x - 14},{source.y}C{x},{source.y} {x},{target.y} {target.x - 14},{target.y}"
    start, end = ends[source.level], target.x - 14
    down = target.y - source.y
    if not down:
        return f"M{start},{source.y}H{end}"
    turn = end - 12
    bend = 6 if down > 0 else -6
    return (
        f"M{start},{source.y}H{turn - 6}q6,0 6,{bend}V{target.y - bend}q0,{bend} 6,{bend}H{end}"
        if turn - 6 >= start
        else f"M{start},{source.y}L{end},{target.y}"
    )
