"""Test the graph of contacts: clusters, filters, and how it is laid out so that it can be read."""

from __future__ import annotations

import datetime as dt
import itertools

import numpy as np
import pytest
from tests.authority.epidemiology.test_tables import OUTBREAK, day, line, tie

from bluezone.authority.epidemiology import graph
from bluezone.authority.epidemiology.graph import MOST_SHAPES, Filter, drawing
from bluezone.authority.epidemiology.tables import Line, Outbreak, Tie
from bluezone.authority.episodes.words import FoundBy


def test_people_who_met_are_one_cluster_and_the_largest_comes_first():
    found = graph.clusters(OUTBREAK)
    assert [(each.number, each.people, each.cases, each.first, each.last) for each in found] == [
        (1, ["a", "b", "c", "d", "e"], 2, day(11), day(15)),
        (2, ["x", "y"], 1, day(12), day(12)),
    ]
    assert graph.clusters(Outbreak([line("z")], [])) == []


def test_people_at_one_place_on_one_day_are_one_cluster_whoever_they_met():
    market = {"site": "/63:93/KQ7M-2PXA/"}
    people = [line("a"), line("b", 1), line("c"), line("d", 1)]
    same = Outbreak(people, [tie("a", "b", 12, **market), tie("c", "d", 12, **market)])
    (found,) = graph.clusters(same)
    assert found.people == ["a", "b", "c", "d"]
    assert found.sites == [(market["site"], day(12))]
    next_day = Outbreak(people, [tie("a", "b", 12, **market), tie("c", "d", 13, **market)])
    assert [each.people for each in graph.clusters(next_day)] == [["a", "b"], ["c", "d"]]
    assert not graph.clusters(next_day)[0].sites  # two people at a place: their meeting says it


def test_clusters_do_not_hang_on_the_order_of_people():
    turned = Outbreak(OUTBREAK.lines[::-1], OUTBREAK.ties[::-1])
    assert graph.clusters(turned) == graph.clusters(OUTBREAK)


@pytest.mark.parametrize(
    ("wanted", "keys", "ties"),
    [
        (Filter(), "abcdexyz", 6),
        (Filter(level=0), "abxz", 1),
        (Filter(level=1), "cdy", 0),
        (Filter(place="/63:93/"), "c", 0),
        (Filter(first=day(14)), "bde", 1),
        (Filter(last=day(11)), "az", 0),
        (Filter(first=day(12), last=day(13)), "cxy", 1),
        (Filter(waiting=True), "d", 0),
        (Filter(waits="call"), "d", 0),
        (Filter(waits="test"), "", 0),
        (Filter(found_by=FoundBy.APP), "c", 0),
        (Filter(cluster=2), "xy", 1),
        (Filter(cluster=9), "", 0),
        (Filter(cluster=1, level=2), "e", 0),
    ],
)
def test_a_filter_leaves_people_and_the_meetings_between_them(wanted, keys, ties):
    found = graph.chosen(OUTBREAK, wanted, graph.clusters(OUTBREAK))
    assert "".join(sorted(each.key for each in found.lines)) == keys
    assert len(found.ties) == ties


# --- the drawing ------------------------------------------------------------------------------------------------------


def outbreak(cases: int, contacts: int, days: int = 14, seed: int = 1) -> Outbreak:
    chance, first = np.random.default_rng(seed), dt.date(2020, 8, 1)
    lines = [
        Line(f"c{each}", 0, first + dt.timedelta(days=int(chance.integers(days))), confirmed=True)
        for each in range(cases)
    ]
    ties = []
    for each in range(contacts):
        level = 2 if each % 5 == 4 else 1
        source = lines[int(chance.integers(cases))] if level == 1 else lines[int(chance.integers(cases, len(lines)))]
        met = source.day + dt.timedelta(days=int(chance.integers(3)))
        waits = ("call", "test", "")[int(chance.integers(3))]
        lines.append(Line(f"n{each}", level, met, waits=waits, confirmed=bool(each % 3)))
        ties.append(Tie(source.key, f"n{each}", met))
    return Outbreak(lines, ties)


def test_levels_and_days_have_rows_of_their_own_and_nobody_lies_on_another():
    made = drawing(outbreak(5, 20))
    assert not made.folded
    assert len(made.shapes) == 25
    assert len({(shape.level, shape.row) for shape in made.shapes}) == 25
    for one, other in itertools.combinations(made.shapes, 2):
        assert one.day == other.day or (one.day < other.day) == (one.row < other.row)
    assert min(shape.row for shape in made.shapes) == 0


def test_the_same_people_are_drawn_the_same_way_in_any_order():
    whole = outbreak(5, 30)
    assert drawing(Outbreak(whole.lines[::-1], whole.ties[::-1])) == drawing(whole)


def test_contacts_stand_beside_who_met_them_and_who_waits_first():
    people = [line("a"), line("b"), line("p", 1), line("q", 1), line("r", 1, waits="call")]
    made = drawing(Outbreak(people, [tie("b", "p"), tie("a", "q"), tie("a", "r")]))
    at = {shape.key: shape.row for shape in made.shapes}
    assert at["a"] < at["b"]
    assert at["r"] < at["q"] < at["p"]


def test_what_does_not_fit_one_drawing_stands_together_by_whom_they_met():
    met = [line(f"m{each:03d}", 1, 12) for each in range(200)]
    ties = [tie("a" if each % 2 else "b", one.key, 12) for each, one in enumerate(met)]
    made = drawing(Outbreak([line("a"), line("b"), *met], ties))
    assert made.folded
    assert sorted(len(shape.people) for shape in made.shapes) == [1, 1, 100, 100]
    assert len(made.joined) == 2


@pytest.mark.parametrize(("cases", "contacts"), [(0, 0), (1, 0), (50, 500), (500, 5_000), (5_000, 50_000)])
def test_a_drawing_never_holds_more_than_can_be_read_and_leaves_nobody_out(cases, contacts):
    made = drawing(outbreak(cases, contacts))
    assert len(made.shapes) <= MOST_SHAPES
    assert sum(len(shape.people) for shape in made.shapes) == cases + contacts
    assert made.folded is (contacts > 0)


@pytest.mark.parametrize("days", [24, 300])
def test_four_weeks_stand_by_day_and_more_by_week(days):
    made = drawing(outbreak(3_000, 9_000, days=days))
    assert all(shape.day.weekday() == 0 for shape in made.shapes) is (days == 300)


def test_people_are_joined_once_and_for_sure_only_if_both_are_confirmed():
    people = [line("a"), line("b", 1, 12, confirmed=False), line("c", 1, 12), line("d", on=14)]
    made = drawing(Outbreak(people, [tie("a", "b", 12), tie("a", "b", 13), tie("a", "c", 12), tie("a", "d", 12)]))
    assert made.joined == {("a", "b"): False, ("a", "c"): True, ("a", "d"): True}
