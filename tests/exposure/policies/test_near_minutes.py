from __future__ import annotations

import math
from dataclasses import fields, replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bluezone.exposure.errors import ExposureError
from bluezone.exposure.policies import BLUEZONE, Grade, Log
from bluezone.exposure.policies.base import NOT_PARAMETERS, columns_of
from bluezone.exposure.policies.near_minutes import level_db, log_of_levels
from bluezone.exposure.windows import ExposureWindow, ScanInstance, group_scans

DAY = 18_500 * 86400


def meeting(
    minutes: int, attenuation: float, *, onset: int | None = 0, start_s: float = DAY + 36000, encounter: int = 0
) -> list[ExposureWindow]:
    scans = [ScanInstance(start_s + 60 * m, 60, attenuation, attenuation, 3) for m in range(minutes)]
    return [ExposureWindow(window, days_since_onset=onset, encounter=encounter) for window in group_scans(scans)]


def near(minutes: int, attenuation: float) -> float:
    [day] = BLUEZONE.assess(meeting(minutes, attenuation)).days
    return day.evidence.near_minutes


@pytest.mark.parametrize(
    ("minutes", "attenuation", "alert"),
    [
        (15, 48, True),
        (12, 50, True),
        (30, 59, True),
        (30, 70, False),
        (1, 30, False),  # one strong minute is not a quarter of an hour, however near
        (5, 35, False),
        (120, 68, False),
        (480, 95, False),
    ],
)
def test_near_and_long_is_warned_of_and_either_alone_is_not(minutes, attenuation, alert):
    assert BLUEZONE.assess(meeting(minutes, attenuation)).alert is alert


@pytest.mark.parametrize(("above_db", "share"), [(0, 0.5), (-25, 1), (25, 0), (2.5, 1 / (1 + math.e))])
def test_a_minute_counts_for_how_surely_it_was_near(above_db, share):
    assert near(20, BLUEZONE.near_db + above_db) == pytest.approx(20 * share, abs=1e-3)


@given(st.integers(1, 300), st.floats(20, 90), st.integers(0, 60), st.floats(0, 20))
@settings(max_examples=60)
def test_longer_or_nearer_is_never_safer(minutes, attenuation, more_minutes, nearer_db):
    base = near(minutes, attenuation)
    assert near(minutes + more_minutes, attenuation) >= base
    assert near(minutes, attenuation - nearer_db) >= base


@given(st.permutations(meeting(7, 41.5) + meeting(9, 57, encounter=1) + meeting(40, 60, start_s=DAY + 70000)))
def test_the_order_of_windows_does_not_matter(windows):
    assert BLUEZONE.assess(windows) == BLUEZONE.assess(sorted(windows, key=lambda w: (w.encounter, w.start_s)))


@pytest.mark.parametrize(
    ("minutes", "attenuation", "grade"),
    [(30, 75, Grade.NONE), (8, 50, Grade.LOW), (12, 50, Grade.RAISED), (30, 45, Grade.HIGH), (200, 63, Grade.HIGH)],
)
def test_the_grade_rises_by_degrees_and_an_alert_is_raised_or_high(minutes, attenuation, grade):
    [day] = BLUEZONE.assess(meeting(minutes, attenuation)).days
    assert day.evidence.grade is grade
    assert day.alert is (grade in (Grade.RAISED, Grade.HIGH))


def test_many_meetings_that_are_each_not_enough_add_up_to_one_that_is():
    visitors = [w for n in range(4) for w in meeting(4, 45, start_s=DAY + 30000 + 1000 * n, encounter=n)]
    [day] = BLUEZONE.assess(visitors).days
    assert day.alert
    assert not BLUEZONE.assess(visitors[:1]).alert
    # how sure it is, is of one meeting: of the one with the most minutes near
    assert day.probability == BLUEZONE.assess(visitors[:1]).days[0].probability


@pytest.mark.parametrize("start_minute", [0, 20, 25, 100, 155, 460])
def test_twenty_minutes_side_by_side_are_not_lost_in_a_day_in_the_same_office(start_minute):
    attenuations = [45 if start_minute <= m < start_minute + 20 else 80 for m in range(480)]
    scans = [ScanInstance(DAY + 10_000 + 60 * m, 60, a, a, 3) for m, a in enumerate(attenuations)]
    assert BLUEZONE.assess([ExposureWindow(window, days_since_onset=0) for window in group_scans(scans)]).alert
    assert not BLUEZONE.assess(meeting(480, 80)).alert


@pytest.mark.parametrize(
    ("onset", "weight"), [(0, 1), (-2, 1), (3, 1), (4, 0.4), (-5, 0.4), (9, 0.4), (10, 0), (-6, 0), (None, 1)]
)
def test_what_is_warned_of_is_weighed_by_infectiousness_and_what_is_said_is_how_near_it_was(onset, weight):
    full, weighed = BLUEZONE.assess(meeting(30, 45)), BLUEZONE.assess(meeting(30, 45, onset=onset))
    assert weighed.score == pytest.approx(full.score * weight)
    assert weighed.days[0].evidence.near_minutes == full.days[0].evidence.near_minutes


@pytest.mark.parametrize("off_db", [-12.0, -8.0, 8.0, 12.0])
def test_a_radio_that_is_off_says_the_same_once_the_phone_knows_it(off_db):
    usual = BLUEZONE.knowing(Log(10_000, BLUEZONE.usual_db))
    off = BLUEZONE.knowing(Log(10_000, BLUEZONE.usual_db + off_db))
    for minutes, attenuation in ((30, 45), (20, 60), (100, 66)):
        here, there = usual.assess(meeting(minutes, attenuation)), off.assess(meeting(minutes, attenuation + off_db))
        assert there.days[0].evidence.near_minutes == pytest.approx(here.days[0].evidence.near_minutes, rel=1e-2)
        assert there.days[0].evidence.attenuation_db == pytest.approx(here.days[0].evidence.attenuation_db, abs=0.01)


@pytest.mark.parametrize(
    ("log", "offset_db"),
    [
        (None, 0.0),
        (Log(0, 70.0), 0.0),
        (Log(2, 57.0), 3.0),  # half of what two meetings say
        (Log(10_000, 57.0), 6.0),
        (Log(10_000, 95.0), 15.0),  # who meets nobody near is not taken for a deaf radio without an end
        (Log(10_000, 0.0), -15.0),
    ],
)
def test_a_phone_believes_what_many_meetings_say_and_never_too_much(log, offset_db):
    assert BLUEZONE.knowing(log).offset_db == pytest.approx(offset_db, abs=0.01)


def test_the_log_is_the_level_of_the_nearer_quarter_of_the_meetings():
    assert log_of_levels([]) is None
    assert log_of_levels([60.0]) == Log(1, 60.0)
    assert log_of_levels([70.0, 50.0, 60.0, 80.0]) == Log(4, pytest.approx(55.0))


def test_the_level_is_the_mean_of_the_strongest_fifth_of_the_time():
    scans = [ScanInstance(60 * n, 60, level, level - 4, 1) for n, level in enumerate((72, 52, 62, 82, 92))]
    columns, _ = columns_of([ExposureWindow(tuple(scans))], BLUEZONE.factor)
    assert level_db(columns, 0, 5) == pytest.approx(50)
    assert level_db(columns, 2, 5) == pytest.approx(60)


def test_meetings_too_short_to_tell_are_not_in_the_log():
    scans = [ScanInstance(60.0 * n, 60, 50, 50, 1) for n in range(14)]
    columns, _ = columns_of([ExposureWindow(tuple(scans))], BLUEZONE.factor)
    assert BLUEZONE.log_of([(columns, 0, 4)]) is None
    assert BLUEZONE.log_of([(columns, 0, 4), (columns, 4, 14)]) == Log(1, 50.0)


@pytest.mark.parametrize(
    ("miss", "false_alarm", "threshold"), [(1, 1, 10), (2, 1, 10 * 2 ** (-1 / 0.7)), (1, 2, 10 * 2 ** (1 / 0.7))]
)
def test_the_authority_says_what_a_miss_and_a_false_alarm_cost(miss, false_alarm, threshold):
    policy = replace(BLUEZONE, miss_weight=miss, false_alarm_weight=false_alarm)
    assert policy.threshold == pytest.approx(threshold)


def test_at_ten_minutes_near_it_is_as_likely_as_meetings_are_near_at_all():
    [day] = BLUEZONE.assess(meeting(10, 20)).days
    assert day.probability == pytest.approx(BLUEZONE.base_share, abs=0.001)
    assert 0 < BLUEZONE.unheard < 0.02
    assert BLUEZONE.assess([]).days == ()


def test_a_clock_that_jumped_does_not_make_a_long_meeting_of_a_short_one():
    jumped = [ExposureWindow((ScanInstance(DAY + 36000, 40_000, 45, 45), ScanInstance(DAY + 36060, 60, 45, 45)))]
    assert BLUEZONE.assess(jumped).days[0].evidence.heard_s == 660


def test_it_is_of_ten_numbers_and_two_weights_that_are_published_and_a_log_that_is_not():
    parameters = BLUEZONE.knowing(Log(5, 40.0)).parameters()
    assert len(parameters) <= 12
    assert parameters == BLUEZONE.parameters()
    assert {field.name for field in fields(BLUEZONE)} - set(parameters) == NOT_PARAMETERS


@pytest.mark.parametrize(
    "change",
    [
        {"near_db": math.nan},
        {"near_db": 1e9},
        {"soft_db": 0.0},
        {"slope": -0.1},
        {"slope": math.inf},
        {"even_minutes": 0.0},
        {"miss_weight": 0.0},
        {"false_alarm_weight": -1.0},
        {"base_share": 1.0},
        {"half_learned_at": -1.0},
        {"most_offset_db": -1.0},
        {"standard_infectiousness": 1.1},
    ],
)
def test_absurd_parameters_are_refused(change):
    with pytest.raises(ExposureError):
        replace(BLUEZONE, **change)
