"""Test the tables of an outbreak: curve, offspring, chains, delays, attack rates, finds."""

from __future__ import annotations

import datetime as dt
import math

import pytest

from bluezone.authority.epidemiology import tables
from bluezone.authority.epidemiology.tables import Attack, Chain, Completeness, Day, Finds, Line, Outbreak, Tie
from bluezone.authority.episodes.words import FollowUp, FoundBy, Setting

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


def test_the_curve_counts_confirmed_cases_by_onset_and_by_report_without_a_gap():
    people = [
        line("a", onset=day(11), reported=day(13)),
        line("b", onset=day(11), reported=day(14)),
        line("c", reported=day(14)),
        line("d", onset=day(12), confirmed=False),
        line("e", 1, reported=day(20)),
        line("f", onset=day(1), hidden=True),
    ]
    assert tables.curve(people) == [Day(day(11), 2, 0), Day(day(12), 0, 0), Day(day(13), 0, 1), Day(day(14), 0, 2)]
    assert tables.curve([]) == []


@pytest.mark.parametrize(
    ("ties", "expected"),
    [
        # a met b, who met c: two generations; d stands alone
        ([("a", "b", 11), ("b", "c", 13)], [Chain("a", 3, 2, day(11), day(16), 2.5)]),
        ([("a", "b", 11), ("a", "c", 12)], [Chain("a", 3, 1, day(11), day(16), 4.0)]),
        # of two who can have infected each other the one who fell ill first did
        ([("a", "b", 10), ("b", "a", 10)], [Chain("a", 2, 1, day(11), day(14), 3.0)]),
        ([("a", "b", 11), ("c", "d", 17)], [Chain("a", 2, 1, day(11), day(14), 3.0),
                                            Chain("c", 2, 1, day(16), day(18), math.nan)]),
        ([("a", "b", 15)], []),
    ],
)  # fmt: skip
def test_chains_go_from_infector_to_infected_and_never_in_a_circle(ties, expected):
    people = [line("a", on=11, onset=day(11)), line("b", on=14, onset=day(14)), line("c", on=16, onset=day(16))]
    found = tables.chains(Outbreak([*people, line("d", on=18)], [tie(*each) for each in ties]))
    assert repr(found) == repr(expected)  # NaN is not itself


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
    found = tables.percentile(values, percent)
    assert found == expected or (math.isnan(expected) and math.isnan(found))


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


@pytest.mark.parametrize(
    ("follow_ups", "expected", "share"),
    [
        ([], Completeness(0, 0, 0, 0, 0), math.nan),
        # the last day is one of follow-up still
        ([("running", 12), ("running", 11), ("completed", 10)], Completeness(2, 1, 1, 0, 0), 0.5),
        ([("completed", 9), ("completed", 9), ("completed", 9), ("lost", 14)], Completeness(0, 0, 3, 1, 0), 0.75),
        ([("cancelled", 9)], Completeness(0, 0, 0, 0, 1), math.nan),
        ([("running", None)], Completeness(1, 0, 0, 0, 0), math.nan),
    ],
)
def test_follow_up_is_complete_where_what_should_be_over_was_completed(follow_ups, expected, share):
    contacts = [
        line(f"c{at}", 1, follow_up=FollowUp(state), follow_up_until=until and day(until))
        for at, (state, until) in enumerate(follow_ups)
    ]
    not_theirs = [line("h", 1, follow_up=FollowUp.LOST, hidden=True), line("f0", follow_up=FollowUp.RUNNING)]
    found = tables.completeness([*contacts, *not_theirs], day(12))
    assert found == expected
    assert repr(found.share) == repr(share)


def test_an_investigation_holds_sources_infector_contacts_and_whom_they_infected():
    found = tables.investigation(OUTBREAK, "b")
    assert [(each.day, source.key) for each, source in found.sources] == [(day(12), "a")]
    assert (found.line.key, found.infector and found.infector.source) == ("b", "a")
    assert [(each.day, contact.key) for each, contact in found.contacts] == [(day(14), "c"), (day(15), "d")]
    assert not found.infected
    assert tables.investigation(OUTBREAK, "a").infected == ["b"]


def test_delays_are_reckoned_between_any_two_dates():
    people = [line("a", onset=day(11), reported=day(13)), line("b", onset=day(12), reported=day(12)), line("c", on=12)]
    found = tables.delays(people, lambda one: one.level, lambda one: one.onset, lambda one: one.reported)
    assert found == {0: tables.Delay(2, 1, 1.0, 2.0, 0)}


def test_attack_rates_by_relation_use_what_was_written():
    people = [line("a"), line("b", 0, 14, followed=True), line("c", 1, followed=True), line("d", 1, followed=True)]
    met = [tie("a", "b", relation="vợ"), tie("a", "c", relation="bạn"), tie("a", "d", relation="bạn")]
    found = tables.attack_rates(Outbreak(people, met), lambda each: each.relation)
    assert {kind: (each.followed, each.infected) for kind, each in found.items()} == {"vợ": (1, 1), "bạn": (2, 0)}
