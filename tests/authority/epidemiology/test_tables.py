"""Test the tables beside a graph of contacts: offspring, delays, attack rates, finds."""

from __future__ import annotations

import datetime as dt
import math

import pytest

from bluezone.authority.epidemiology import tables
from bluezone.authority.epidemiology.tables import Attack, Finds, Line, Outbreak, Tie
from bluezone.authority.episodes.words import FoundBy, Setting

APP, HAND = FoundBy.APP, FoundBy.HAND


def day(number: int) -> dt.date:
    return dt.date(2020, 8, number)


def line(key: str, level: int = 0, on: int = 11, **more) -> Line:
    return Line(key, level, day(on), **{"confirmed": True} | more)


def tie(source: str, target: str, on: int = 11, **more) -> Tie:
    return Tie(source, target, day(on), **more)


#: two cases, one of them found as the other's contact; whom they met; a household apart; somebody alone
OUTBREAK = Outbreak(
    [
        line("a", onset=day(11), isolated=day(16)),
        line("b", on=14, onset=day(14), isolated=day(13), found_as=1, found_by=HAND, followed=True),
        line("c", 1, 13, found_as=1, found_by=APP, followed=True, place="/63:93/"),
        line("d", 1, 15, found_as=1, found_by=HAND, waits="call", confirmed=False),
        line("e", 2, 15, found_as=2, found_by=HAND, followed=True),
        line("x", on=12, onset=day(12)),
        line("y", 1, 12, found_as=1, found_by=HAND, followed=True),
        line("z", on=10),
    ],
    [
        tie("a", "b", 12, setting=Setting.HOUSEHOLD),
        tie("a", "c", 13, found_by=APP),
        tie("b", "c", 14, setting=Setting.WORK),
        tie("b", "d", 15),
        tie("c", "e", 15),
        tie("x", "y", 12, setting=Setting.HOUSEHOLD),
    ],
)


def test_offspring_counts_whom_each_level_met_and_whom_a_test_confirmed():
    found = {each.level: each for each in tables.offspring(OUTBREAK)}
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
    people = [line("a"), line("b"), line("c", on=14)]
    found = tables.offspring(Outbreak(people, [tie(source, "c", on) for source, on in days.items()]))
    assert found[0].infected == (0 if infector is None else 1)
    several = Outbreak([*people[:1], line("b", 1), people[2]], [tie(source, "c", on) for source, on in days.items()])
    levels = {each.level: each.infected for each in tables.offspring(several)}
    assert levels == {0: int(infector == "a"), 1: int(infector == "b")}


def test_a_suspected_case_is_nobodys_offspring_and_a_hidden_one_no_row_of_ours():
    found = tables.offspring(Outbreak([line("a", hidden=True), line("b", on=14, confirmed=False)], [tie("a", "b", 12)]))
    assert [(each.level, each.people, each.infected) for each in found] == [(0, 1, 0)]


def test_days_from_onset_to_isolation_are_told_by_the_level_at_which_a_case_was_found():
    found = tables.isolation_delays(OUTBREAK.lines)
    assert (found[0].people, found[0].in_time, found[0].median, found[0].open) == (1, 0, 5.0, 1)
    assert (found[1].people, found[1].in_time, found[1].median, found[1].open) == (1, 1, -1.0, 0)
    assert set(found) == {0, 1}


@pytest.mark.parametrize(
    ("followed", "infected", "low", "high"),
    # R: binom::binom.confint(x, n, methods = "wilson")
    [(10, 1, 0.0179, 0.4042), (100, 13, 0.0776, 0.2098), (20, 0, 0.0, 0.1611), (5, 5, 0.5655, 1.0)],
)
def test_the_interval_of_an_attack_rate_is_wilsons(followed, infected, low, high):
    found = tables.attack(followed, infected)
    assert found.low == pytest.approx(low, abs=2e-4)
    assert found.high == pytest.approx(high, abs=2e-4)
    assert found.share == infected / followed


def test_an_attack_rate_of_nobody_is_not_zero():
    assert math.isnan(tables.attack(0, 0).share)


def test_attack_rates_count_who_was_followed_once_a_kind():
    by_setting = tables.attack_rates(OUTBREAK, lambda each: each.setting)
    counts = {kind: (each.followed, each.infected) for kind, each in by_setting.items()}
    assert counts == {Setting.HOUSEHOLD: (2, 1), Setting.WORK: (1, 0), Setting.OTHER: (2, 0)}
    by_way = tables.attack_rates(OUTBREAK, lambda each: each.found_by)
    assert (by_way[APP].followed, by_way[HAND].followed) == (1, 4)  # c was found by both
    found = tables.attack_of_all(OUTBREAK)
    assert isinstance(found, Attack)
    assert (found.followed, found.infected) == (4, 1)


def test_contacts_were_found_by_the_app_by_hand_or_by_both():
    assert tables.finds(OUTBREAK) == Finds(app=0, hand=4, both=1)
    alone = Outbreak([line("p", 1, found_as=1, found_by=APP)], [])
    assert tables.finds(alone) == Finds(app=1, hand=0, both=0)


def test_attack_rates_by_relation_use_what_was_written():
    people = [line("a"), line("b", 0, 14, followed=True), line("c", 1, followed=True), line("d", 1, followed=True)]
    met = [tie("a", "b", relation="vợ"), tie("a", "c", relation="bạn"), tie("a", "d", relation="bạn")]
    found = tables.attack_rates(Outbreak(people, met), lambda each: each.relation)
    assert {kind: (each.followed, each.infected) for kind, each in found.items()} == {"vợ": (1, 1), "bạn": (2, 0)}
