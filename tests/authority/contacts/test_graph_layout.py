"""How a graph of contacts is laid out: levels left to right, days top to bottom, never too much for one drawing."""

from __future__ import annotations

import datetime as dt
import itertools

import numpy as np
import pytest

from bluezone.authority.contacts.contact_rules import Wait
from bluezone.authority.contacts.graph import Arrow, Graph, Node
from bluezone.authority.contacts.graph_layout import MOST_SHAPES, NARROW, ROW, WIDE, drawing


def day(number: int) -> dt.date:
    return dt.date(2020, 8, 1) + dt.timedelta(days=number)


def outbreak(cases: int, contacts: int, days: int = 14, seed: int = 1) -> Graph:
    chance = np.random.default_rng(seed)
    nodes = [Node(f"c{each}", 0, day(int(chance.integers(days))), confirmed=True) for each in range(cases)]
    arrows = []
    for each in range(contacts):
        level = 2 if each % 5 == 4 else 1
        source = nodes[int(chance.integers(cases))] if level == 1 else nodes[int(chance.integers(cases, len(nodes)))]
        met = source.day + dt.timedelta(days=int(chance.integers(3)))
        nodes.append(
            Node(f"n{each}", level, met, waits=list(Wait)[int(chance.integers(len(Wait)))], confirmed=bool(each % 3))
        )
        arrows.append(Arrow(source.key, f"n{each}", met))
    return Graph(nodes, arrows)


@pytest.mark.parametrize("width", [WIDE, NARROW])
def test_levels_stand_left_to_right_and_days_top_to_bottom(width):
    made = drawing(outbreak(5, 20), width)
    assert not made.folded
    assert len(made.shapes) == 25
    columns = {shape.level: shape.x for shape in made.shapes}
    assert columns[0] < columns[1] < columns[2] < made.width
    assert all(shape.x == columns[shape.level] for shape in made.shapes)
    for one, other in itertools.combinations(made.shapes, 2):
        if one.day < other.day:
            assert one.y < other.y
        if one.level == other.level:
            assert abs(one.y - other.y) >= ROW
    assert max(shape.y for shape in made.shapes) < made.height
    assert [band.day for band in made.bands] == sorted({shape.day for shape in made.shapes})


def test_the_same_people_are_drawn_the_same_way_in_any_order():
    graph = outbreak(5, 30)
    assert drawing(Graph(graph.nodes[::-1], graph.arrows[::-1])) == drawing(graph)


def test_contacts_stand_beside_who_met_them_and_who_waits_first():
    people = [Node("a", 0, day(0)), Node("b", 0, day(0))]
    met = [Node("p", 1, day(0)), Node("q", 1, day(0)), Node("r", 1, day(0), waits=Wait.CALL)]
    made = drawing(Graph(people + met, [Arrow("b", "p", day(0)), Arrow("a", "q", day(0)), Arrow("a", "r", day(0))]))
    at = {shape.key: shape.y for shape in made.shapes}
    assert at["a"] < at["b"]
    assert at["r"] < at["q"] < at["p"]


def test_what_does_not_fit_one_drawing_stands_together_by_whom_they_met():
    people = [Node("a", 0, day(0)), Node("b", 0, day(0))]
    met = [Node(f"m{each:03d}", 1, day(1)) for each in range(200)]
    arrows = [Arrow("a" if each % 2 else "b", node.key, day(1)) for each, node in enumerate(met)]
    made = drawing(Graph(people + met, arrows))
    assert made.folded
    assert sorted(shape.count for shape in made.shapes) == [1, 1, 100, 100]
    assert sorted(line.meetings for line in made.lines) == [100, 100]


@pytest.mark.parametrize(("cases", "contacts"), [(1, 0), (50, 500), (500, 5_000), (5_000, 50_000)])
def test_a_drawing_never_holds_more_than_can_be_read(cases, contacts):
    graph = outbreak(cases, contacts) if contacts else Graph([Node("c", 0, day(0))], [])
    made = drawing(graph)
    assert len(made.shapes) <= MOST_SHAPES
    assert sum(shape.count for shape in made.shapes) == cases + contacts  # nobody is left out
    assert made.folded is (contacts > 0)


@pytest.mark.parametrize("days", [24, 300])
def test_four_weeks_stand_by_day_and_more_by_week(days):
    made = drawing(outbreak(3_000, 9_000, days=days))
    assert len(made.bands) == len({shape.day for shape in made.shapes})
    assert all(shape.day.weekday() == 0 for shape in made.shapes) is (days == 300)


def test_meetings_of_the_same_two_are_one_line_dashed_while_one_of_them_is_not_confirmed():
    graph = Graph(
        [Node("a", 0, day(0), confirmed=True), Node("b", 1, day(1)), Node("c", 1, day(1), confirmed=True)],
        [Arrow("a", "b", day(1)), Arrow("a", "b", day(2)), Arrow("a", "c", day(1))],
    )
    lines = {line.target: line for line in drawing(graph).lines}
    assert (lines["b"].meetings, lines["b"].confirmed) == (2, False)
    assert (lines["c"].meetings, lines["c"].confirmed) == (1, True)


def test_a_case_that_infected_a_case_has_a_line_within_the_column():
    graph = Graph([Node("a", 0, day(0)), Node("b", 0, day(3))], [Arrow("a", "b", day(1))])
    (line,) = drawing(graph).lines
    assert "C" in line.path
    assert {shape.level for shape in drawing(graph).shapes} == {0}


def test_nobody_makes_an_empty_drawing():
    made = drawing(Graph([], []))
    assert made.shapes == []
    assert made.lines == []
