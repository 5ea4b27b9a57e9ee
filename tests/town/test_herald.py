from __future__ import annotations

import json

import numpy as np
import pytest

from bluezone.phone.air.duty_cycle import DutyCycle
from bluezone.protocol.advertisements import build_en
from bluezone.protocol.keys import DailyKey
from bluezone.protocol.schemes import scheme_named
from bluezone.town.herald import EPOCH_S, WAYS, Table, Way, judge, measure, readings, visits_of

EN = scheme_named("en")
PLAN, ORIGINAL = WAYS[0], WAYS[-1]


def progress(*_: object) -> None:
    pass


# --- the rules ----------------------------------------------------------------------------------------


class Counted:
    """A radio that heard what it is told, and counted nothing."""

    listening_s, scans = 100.0, 10

    def __init__(self, heard=None) -> None:
        self.heard = heard or {}

    def charge_mah(self, device) -> float:
        return device.receive_ma


def key(number: int) -> DailyKey:
    return DailyKey(bytes([number]) * 16, int(EPOCH_S), int(EPOCH_S) + 86_400)


def sent_by(number: int) -> bytes:
    return EN.build(key(number), 3, -20)


def test_a_reading_belongs_to_whose_key_makes_the_identifier_and_strangers_to_nobody():
    heard = [{sent_by(1): {5, 3}, sent_by(0): {9}, build_en(bytes(16), bytes(4)): {1}, b"noise": {2}}]
    found = readings(heard, [[key(0)], [key(1)]])
    assert [seconds.tolist() for seconds in found[0]] == [[9], [3, 5]]


def test_continuity_is_the_share_of_30_s_windows_with_a_reading_once_all_are_on():
    """Two phones for ten minutes. From 90 s on there are 17 windows: a hears b in all, b hears a in one."""
    a = Counted({sent_by(1): set(range(0, 600, 25))})
    b = Counted({sent_by(0): {95, 96, 97, 20}})
    result = judge(PLAN, [[key(0)], [key(1)], [key(2)]], [a, b, Counted()], [], 600.0)
    assert result.windows == 34
    assert result.continuity == pytest.approx((17 + 1) / 34)
    assert result.detection == 1.0
    assert np.isnan(result.completeness)
    assert result.longest_gap_s == 75
    assert result.listening_share == pytest.approx(100 / 600)


def test_a_pair_that_never_heard_each_other_counts_against_detection_and_continuity():
    a = Counted({sent_by(1): set(range(600))})
    result = judge(PLAN, [[key(0)], [key(1)], [key(2)]], [a, Counted(), Counted()], [], 600.0)
    assert result.detection == 0.5
    assert result.continuity == pytest.approx(0.5)


def test_completeness_counts_visits_noticed_by_either_side():
    a, b = Counted({sent_by(2): {130}}), Counted({sent_by(2): {310}})
    visitor = Counted({sent_by(0): {150}})
    result = judge(PLAN, [[key(0)], [key(1)], [key(2)]], [a, b, visitor], [(120, 180), (200, 300)], 600.0)
    assert result.visits == 8  # two visits, two phones on the table, two directions
    assert result.completeness == pytest.approx(2 / 8)


def test_the_visitor_is_near_during_visits_and_far_away_else():
    table = Table(4, [(100, 160), (500, 600)])
    times_s = np.array([0.0, 99.9, 100.0, 159.9, 160.0, 550.0, 700.0])
    distance_m, walls_db = table.geometry(4, np.zeros(7, dtype=int), times_s)
    assert distance_m.tolist() == [1000, 1000, 1.5, 1.5, 1000, 1.5, 1000]
    assert (walls_db == 0).all()
    assert table.geometry(0, np.full(7, 4), times_s)[0].tolist() == distance_m.tolist()
    assert table.geometry(0, np.array([3]), np.array([1.0]))[0] == pytest.approx(2**0.5)
    assert Table(2, []).geometry(0, np.array([2]), np.array([1.0]))[0].tolist() == [1000]


def test_visits_last_one_to_five_minutes_and_do_not_overlap():
    visits = np.array(visits_of(8 * 3600, 1))
    assert len(visits) > 20
    assert ((visits[:, 1] - visits[:, 0] >= 60) & (visits[:, 1] - visits[:, 0] <= 300)).all()
    assert (visits[1:, 0] > visits[:-1, 1]).all()


# --- the measurement ----------------------------------------------------------------------------------


@pytest.mark.thorough
def test_by_heralds_method_the_plan_is_continuous_where_the_original_was_not_and_costs_less(tmp_path):
    plan, original = measure(tmp_path, (PLAN, ORIGINAL), 3, 8.0, 1, progress)
    assert plan.continuity >= 0.99
    assert (plan.detection, plan.completeness) == (1.0, 1.0)
    assert plan.longest_gap_s < 30
    assert 0.15 < original.continuity < 0.25
    assert original.completeness < 0.8
    assert all(plan.charge_mah[name] < 0.62 * mah for name, mah in original.charge_mah.items())


def test_the_same_seed_measures_the_same_and_another_seed_another(tmp_path):
    way = Way("x", DutyCycle(2, 27, 3))
    first, again = (measure(tmp_path / name, (way,), 2, 0.5, 7, progress)[0] for name in "ab")
    assert first == again
    assert measure(tmp_path / "c", (way,), 2, 0.5, 8, progress)[0] != first


def test_a_low_battery_keeps_a_reading_a_minute(tmp_path):
    low = next(way for way in WAYS if way.name == "plan, battery low")
    result = measure(tmp_path, (low,), 2, 0.5, 1, progress)[0]
    assert result.longest_gap_s < 60
    assert result.listening_share < 0.042


@pytest.mark.parametrize("as_json", [True, False])
def test_the_command_says_it_in_words_and_in_json(run_bluezone, as_json):
    arguments = ["--phones", "2", "--hours", "0.25", "--way", "plan", *(["--json"] if as_json else [])]
    ended = run_bluezone("town", "herald", *arguments)
    assert ended.code == 0, ended.err
    if as_json:
        facts = json.loads(ended.out)
        [way] = facts["ways"]
        assert (facts["phones"], facts["window_s"], way["name"], way["continuity"]) == (2, 30, "plan", 1.0)
        assert {device["name"] for device in facts["devices"]} == set(way["charge_mah"])
    else:
        assert "continuity" in ended.out
        assert "not measured" in " ".join(ended.out.split())


@pytest.mark.parametrize("arguments", [("--phones", "1"), ("--hours", "0"), ("--way", "wishful")])
def test_nonsense_is_refused_in_one_line(run_bluezone, arguments):
    ended = run_bluezone("town", "herald", *arguments)
    assert (ended.code, ended.out) == (2, "")
    assert arguments[0] in ended.err
