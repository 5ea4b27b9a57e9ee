from __future__ import annotations

import math
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bluezone.exposure.errors import ExposureError
from bluezone.exposure.policies import BLUEZONE, Grade
from bluezone.exposure.policies.base import columns_of
from bluezone.exposure.policies.bluezone import BODIES_SD_DB, features
from bluezone.exposure.windows import ExposureWindow, ScanInstance, group_scans

DAY = 18_500 * 86400


def meeting(
    minutes: int, attenuation: float, *, onset: int | None = 0, start_s: float = DAY + 36000, encounter: int = 0
) -> list[ExposureWindow]:
    scans = [ScanInstance(start_s + 60 * m, 60, attenuation, attenuation, 3) for m in range(minutes)]
    return [ExposureWindow(window, days_since_onset=onset, encounter=encounter) for window in group_scans(scans)]


def dose(minutes: int, attenuation: float) -> float:
    """Minutes at 2 m that one meeting amounts to."""
    [day] = BLUEZONE.assess(meeting(minutes, attenuation)).days
    return day.evidence.dose_minutes


def probability(minutes: int, attenuation: float) -> float:
    return BLUEZONE.assess(meeting(minutes, attenuation)).score


@pytest.mark.parametrize(
    ("minutes", "attenuation", "alert"),
    [
        (30, 45, True),
        (15, 48, True),
        (30, 70, False),
        (1, 30, False),  # one strong minute is not a quarter of an hour, however near
        (5, 35, False),
        (120, 60, False),
    ],
)
def test_near_and_long_is_warned_of_and_either_alone_is_not(minutes, attenuation, alert):
    assert BLUEZONE.assess(meeting(minutes, attenuation)).alert is alert


@given(st.integers(1, 300), st.floats(20, 90), st.integers(0, 60), st.floats(0, 20))
@settings(max_examples=60)
def test_longer_or_nearer_is_never_safer(minutes, attenuation, more_minutes, nearer_db):
    base = probability(minutes, attenuation)
    assert probability(minutes + more_minutes, attenuation) >= base
    assert probability(minutes, attenuation - nearer_db) >= base


@given(st.permutations(meeting(7, 41.5) + meeting(9, 57, encounter=1) + meeting(40, 60, start_s=DAY + 70000)))
def test_the_order_of_windows_does_not_matter(windows):
    assert BLUEZONE.assess(windows) == BLUEZONE.assess(sorted(windows, key=lambda w: (w.encounter, w.start_s)))


def test_the_dose_does_not_saturate():
    assert (dose(15, 50), dose(120, 50)) == (15, 120)


def test_the_dose_falls_with_the_square_of_the_distance():
    at_2_m, at_20_m = BLUEZONE.near_db, BLUEZONE.near_db + 20
    assert [dose(100, at_2_m), dose(100, at_20_m)] == pytest.approx([100, 1])


@pytest.mark.parametrize("attenuation", [50, 55, 65])
def test_the_doses_range_is_what_drift_and_bodies_make_of_it(attenuation):
    off_db = 1.2816 * math.hypot(BLUEZONE.drift_sd_db, BODIES_SD_DB)
    [day] = BLUEZONE.assess(meeting(30, attenuation)).days
    assert day.evidence.dose_range == pytest.approx((dose(30, attenuation + off_db), dose(30, attenuation - off_db)))
    assert day.evidence.dose_range[0] <= day.evidence.dose_minutes <= day.evidence.dose_range[1]


@pytest.mark.parametrize(
    ("minutes", "attenuation", "grade"),
    [(30, 75, Grade.NONE), (30, 58, Grade.LOW), (30, 53, Grade.RAISED), (30, 45, Grade.HIGH), (200, 58, Grade.RAISED)],
)
def test_the_grade_rises_by_degrees_and_an_alert_is_raised_or_high(minutes, attenuation, grade):
    [day] = BLUEZONE.assess(meeting(minutes, attenuation)).days
    assert day.evidence.grade is grade
    assert day.alert is (grade in (Grade.RAISED, Grade.HIGH))


def test_many_meetings_that_are_each_not_enough_add_up_to_one_that_is():
    visitors = [w for n in range(12) for w in meeting(7, 50, start_s=DAY + 30000 + 1000 * n, encounter=n)]
    [day] = BLUEZONE.assess(visitors).days
    assert day.score < BLUEZONE.threshold_probability
    assert day.evidence.dose_minutes == pytest.approx(84)
    assert day.alert


@pytest.mark.parametrize("start_minute", [0, 20, 25, 100, 155, 460])
def test_twenty_minutes_side_by_side_are_not_lost_in_a_day_in_the_same_office(start_minute):
    attenuations = [45 if start_minute <= m < start_minute + 20 else 72 for m in range(480)]
    scans = [ScanInstance(DAY + 10_000 + 60 * m, 60, a, a, 3) for m, a in enumerate(attenuations)]
    day = [ExposureWindow(window, days_since_onset=0) for window in group_scans(scans)]
    assert BLUEZONE.assess(day).score >= BLUEZONE.threshold_probability
    assert not BLUEZONE.assess(meeting(480, 72)).alert


def test_the_same_person_all_day_is_one_meeting_and_two_persons_are_two():
    one = meeting(8, 52) + meeting(8, 52, start_s=DAY + 50000)
    two = meeting(8, 52) + meeting(8, 52, start_s=DAY + 50000, encounter=1)
    assert BLUEZONE.assess(one).score > BLUEZONE.assess(two).score


@pytest.mark.parametrize(
    ("onset", "weight"), [(0, 1), (-2, 1), (3, 1), (4, 0.4), (-5, 0.4), (9, 0.4), (10, 0), (-6, 0), (None, 1)]
)
def test_probability_and_dose_are_weighed_by_infectiousness(onset, weight):
    full, weighed = BLUEZONE.assess(meeting(30, 45)), BLUEZONE.assess(meeting(30, 45, onset=onset))
    assert weighed.score == pytest.approx(full.score * weight)
    assert weighed.days[0].evidence.dose_minutes == pytest.approx(30 * weight)


def test_an_alert_says_how_sure_it_is():
    [day] = BLUEZONE.assess(meeting(30, 50)).days
    low, high = day.evidence.probability_range
    assert 0 < low < day.evidence.probability == day.score < high < 1
    sure = replace(BLUEZONE, drift_sd_db=0.0).assess(meeting(30, 50)).days[0].evidence.probability_range
    assert low < sure[0] < sure[1] < high


def test_days_are_judged_apart():
    days = BLUEZONE.assess(meeting(30, 45) + meeting(30, 70, start_s=DAY + 86400 + 36000)).days
    assert [(day.day_start_s, day.alert) for day in days] == [(DAY, True), (DAY + 86400, False)]


def test_a_clock_that_jumped_does_not_make_a_long_meeting_of_a_short_one():
    jumped = [ExposureWindow((ScanInstance(DAY + 36000, 40_000, 45, 45), ScanInstance(DAY + 36060, 60, 45, 45)))]
    assert BLUEZONE.assess(jumped).days[0].evidence.heard_s == 660


def test_a_scan_without_a_scan_before_it_still_counts():
    lone = [ExposureWindow((ScanInstance(DAY, 0, 45, 45),))]
    assert 0 < BLUEZONE.assess(lone).score < 0.01


def test_never_heard_is_unlikely_and_not_impossible():
    assert BLUEZONE.unheard == BLUEZONE.unheard_probability
    assert BLUEZONE.assess([]).days == ()


def test_the_level_is_the_mean_of_the_lowest_share_weighed_by_time_and_readings():
    scans = [ScanInstance(0, 60, 70, 66, 1), ScanInstance(60, 60, 50, 46, 1), ScanInstance(120, 60, 60, 56, 8)]
    columns, _ = columns_of([ExposureWindow(tuple(scans))], BLUEZONE.factor)
    level, minutes = features(columns, 0, 3, replace(BLUEZONE, tail_share=0.5).numbers())
    # midways 68, 48, 58 with weights 1, 1, 8 (x 60): the lowest half are all of 48 and four eighths of 58
    assert level == pytest.approx((48 + 4 * 58) / 5)
    assert minutes == 3


@pytest.mark.parametrize(
    "change",
    [
        {"level_slope": 0.1},
        {"long_slope": -0.1},
        {"short_slope": -0.1},
        {"intercept": math.nan},
        {"tail_share": 0.0},
        {"prior_share": 1.0},
        {"threshold_probability": 0.0},
        {"unheard_probability": 0.0},
        {"dose_alert_minutes": 0.0},
        {"drift_sd_db": -1.0},
        {"standard_infectiousness": 1.1},
        {"minimum_weight": 2.0},
        {"covariance": ((math.inf,) * 4,) * 4},
        {"covariance": ((1.0,) * 3,) * 4},
        {"covariance": ((1.0, 0.5, 0.0, 0.0), *BLUEZONE.covariance[1:])},  # not symmetric
        {"covariance": ((1.0, 2.0, 0.0, 0.0), (2.0, 1.0, 0.0, 0.0), (0.0,) * 4, (0.0,) * 4)},  # an eigenvalue of -1
    ],
)
def test_absurd_parameters_are_refused(change):
    with pytest.raises(ExposureError):
        replace(BLUEZONE, **change)
