"""Test the figures of the contact graph: clusters, offspring, delays, attack rates, finds, filters."""

from __future__ import annotations

import datetime as dt
import math

import pytest

from bluezone.authority.contacts import graph
from bluezone.authority.contacts.contact_rules import FoundBy, Setting, Wait
from bluezone.authority.contacts.graph import Arrow, Attack, Filter, Finds, Graph, Node

APP, HAND = FoundBy.APP, FoundBy.HAND


def day(number: int) -> dt.date:
    return dt.date(2020, 8, number)


def node(key: str, level: int = 0, on: int = 11, **more) -> Node:
    return Node(key, level, day(on), **{"confirmed": True} | more)


def arrow(source: str, target: str, on: int = 11, **more) -> Arrow:
    return Arrow(source, target, day(on), **more)


#: two cases, one of them found as the other's contact; whom they met; a household apart; somebody alone
OUTBREAK = Graph(
    [
        node("a", onset=day(11), isolated=day(16)),
        node("b", on=14, onset=day(14), isolated=day(13), found_as=1, found_by=HAND, followed=True),
        node("c", 1, 13, found_as=1, found_by=APP, followed=True, place="/63:93/"),
        node("d", 1, 15, found_as=1, found_by=HAND, waits=Wait.CALL, confirmed=False),
        node("e", 2, 15, found_as=2, found_by=HAND, followed=True),
        node("x", on=12, onset=day(12)),
        node("y", 1, 12, found_as=1, found_by=HAND, followed=True),
        node("z", on=10),
    ],
    [
        arrow("a", "b", 12, setting=Setting.HOUSEHOLD),
        arrow("a", "c", 13, found_by=APP),
        arrow("b", "c", 14, setting=Setting.WORK),
        arrow("b", "d", 15),
        arrow("c", "e", 15),
        arrow("x", "y", 12, setting=Setting.HOUSEHOLD),
    ],
)


def test_people_who_met_are_one_cluster_and_the_largest_comes_first():
    found = graph.clusters(OUTBREAK)
    assert [(each.number, each.people, each.cases, each.first, each.last) for each in found] == [
        (1, ["a", "b", "c", "d", "e"], 2, day(11), day(15)),
        (2, ["x", "y"], 1, day(12), day(12)),
    ]
    assert graph.clusters(Graph([node("z")], [])) == []


def test_people_at_one_place_on_one_day_are_one_cluster_whoever_they_met():
    market = {"site": "/63:93/KQ7M-2PXA/"}
    people = [node("a"), node("b", 1), node("c"), node("d", 1)]
    same = Graph(people, [arrow("a", "b", 12, **market), arrow("c", "d", 12, **market)])
    (found,) = graph.clusters(same)
    assert found.people == ["a", "b", "c", "d"]
    assert found.sites == [(market["site"], day(12))]
    next_day = Graph(people, [arrow("a", "b", 12, **market), arrow("c", "d", 13, **market)])
    assert [each.people for each in graph.clusters(next_day)] == [["a", "b"], ["c", "d"]]
    assert not graph.clusters(next_day)[0].sites  # two people at a place: their meeting says it


def test_clusters_do_not_hang_on_the_order_of_people():
    turned = Graph(OUTBREAK.nodes[::-1], OUTBREAK.arrows[::-1])
    assert graph.clusters(turned) == graph.clusters(OUTBREAK)


def test_offspring_counts_whom_each_level_met_and_whom_a_test_confirmed():
    found = {each.level: each for each in graph.offspring(OUTBREAK)}
    assert (found[0].people, found[0].met, found[0].infected, found[0].most_infected) == (4, 5, 1, 1)
    assert (found[1].people, found[1].met, found[1].infected) == (3, 1, 0)
    assert found[0].met_each == 1.25
    assert found[0].infected_each == 0.25


@pytest.mark.parametrize(
    ("days", "infector"),
    [
        ({"a": 10, "b": 12}, "b"),  # met last before the illness
        ({"a": 12, "b": 12}, "a"),  # of one day: the first by key
        ({"a": 10, "b": 15}, "a"),  # met after it began
        ({"b": 15}, None),
    ],
)
def test_a_case_has_one_infector(days, infector):
    people = [node("a"), node("b"), node("c", on=14)]
    found = graph.offspring(Graph(people, [arrow(source, "c", on) for source, on in days.items()]))
    assert found[0].infected == (0 if infector is None else 1)
    several = Graph([*people[:1], node("b", 1), people[2]], [arrow(source, "c", on) for source, on in days.items()])
    levels = {each.level: each.infected for each in graph.offspring(several)}
    assert levels == {0: int(infector == "a"), 1: int(infector == "b")}


def test_a_suspected_case_is_nobodys_offspring_and_a_hidden_one_no_row_of_ours():
    found = graph.offspring(Graph([node("a", hidden=True), node("b", on=14, confirmed=False)], [arrow("a", "b", 12)]))
    assert [(each.level, each.people, each.infected) for each in found] == [(0, 1, 0)]


def test_days_from_onset_to_isolation_are_told_by_the_level_at_which_a_case_was_found():
    found = {each.found_as: each for each in graph.isolation_delays(OUTBREAK.nodes)}
    assert (found[0].cases, found[0].in_time, found[0].median, found[0].open) == (1, 0, 5.0, 1)
    assert (found[1].cases, found[1].in_time, found[1].median, found[1].open) == (1, 1, -1.0, 0)
    assert set(found) == {0, 1}


@pytest.mark.parametrize(
    ("values", "percent", "expected"),
    [
        ([], 50, math.nan),
        ([3], 50, 3),
        ([3], 90, 3),
        ([1, 2], 50, 1.5),
        ([5, 1, 3], 50, 3),
        (range(1, 11), 90, 9),
        (range(1, 12), 90, 10),
        ([4, 4, 4, 9], 90, 9),
    ],
)
def test_percentiles_are_by_nearest_rank(values, percent, expected):
    found = graph.percentile(values, percent)
    assert found == expected or (math.isnan(expected) and math.isnan(found))


@pytest.mark.parametrize(
    ("followed", "infected", "low", "high"),
    # R: binom::binom.confint(x, n, methods = "wilson")
    [(10, 1, 0.0179, 0.4042), (100, 13, 0.0776, 0.2098), (20, 0, 0.0, 0.1611), (5, 5, 0.5655, 1.0)],
)
def test_the_interval_of_an_attack_rate_is_wilsons(followed, infected, low, high):
    found = graph.attack(followed, infected)
    assert found.low == pytest.approx(low, abs=2e-4)
    assert found.high == pytest.approx(high, abs=2e-4)
    assert found.share == infected / followed


def test_an_attack_rate_of_nobody_is_not_zero():
    assert math.isnan(graph.attack(0, 0).share)


def test_attack_rates_count_who_was_followed_once_a_kind():
    by_setting = graph.attack_rates(OUTBREAK, lambda each: each.setting)
    counts = {kind: (each.followed, each.infected) for kind, each in by_setting.items()}
    assert counts == {Setting.HOUSEHOLD: (2, 1), Setting.WORK: (1, 0), Setting.OTHER: (2, 0)}
    by_way = graph.attack_rates(OUTBREAK, lambda each: each.found_by)
    assert (by_way[APP].followed, by_way[HAND].followed) == (1, 4)  # c was found by both
    found = graph.attack_of_all(OUTBREAK)
    assert isinstance(found, Attack)
    assert (found.followed, found.infected) == (4, 1)


def test_contacts_were_found_by_the_app_by_hand_or_by_both():
    assert graph.finds(OUTBREAK) == Finds(app=0, hand=4, both=1)
    alone = Graph([node("p", 1, found_as=1, found_by=APP)], [])
    assert graph.finds(alone) == Finds(app=1, hand=0, both=0)


@pytest.mark.parametrize(
    ("wanted", "keys", "arrows"),
    [
        (Filter(), "abcdexyz", 6),
        (Filter(level=0), "abxz", 1),
        (Filter(level=1), "cdy", 0),
        (Filter(place="/63:93/"), "c", 0),
        (Filter(first=day(14)), "bde", 1),
        (Filter(last=day(11)), "az", 0),
        (Filter(first=day(12), last=day(13)), "cxy", 1),
        (Filter(waiting=True), "d", 0),
        (Filter(waits=Wait.CALL), "d", 0),
        (Filter(waits=Wait.TEST), "", 0),
        (Filter(found_by=APP), "c", 0),
        (Filter(cluster=2), "xy", 1),
        (Filter(cluster=9), "", 0),
        (Filter(cluster=1, level=2), "e", 0),
    ],
)
def test_a_filter_leaves_people_and_the_meetings_between_them(wanted, keys, arrows):
    found = graph.chosen(OUTBREAK, wanted, graph.clusters(OUTBREAK))
    assert "".join(sorted(each.key for each in found.nodes)) == keys
    assert len(found.arrows) == arrows
