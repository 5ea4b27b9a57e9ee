from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pytest

from bluezone.exposure.arrays import judge
from bluezone.exposure.encounters import Key
from bluezone.exposure.errors import ExposureError
from bluezone.exposure.policies import BLUEZONE_2, NearnessPolicy
from bluezone.exposure.policies.base import columns_of
from bluezone.exposure.policies.nearness import features, nearness
from bluezone.exposure.policies.nearness_scale import Log, Scale, Spread, estimator, restrained, scale_of
from bluezone.exposure.scan_table import table_of_windows
from bluezone.exposure.windows import ExposureWindow, ScanInstance, group_scans
from bluezone.protocol.keys import ReportType

NOON_S = 43_200.0


def meeting(
    minutes: int, level_db: float, *, swing_db: float = 4.0, readings: int = 5, gap_db: float = 4.0, factor_day: int = 0
) -> list[ExposureWindow]:
    """Scans a minute apart that swing about a level, as they do between people who move."""
    scans = [
        ScanInstance(NOON_S + 60 * n, 60, level_db + at, level_db + at - gap_db, readings)
        for n, at in zip(range(minutes), swing_db * np.sin(1.7 * np.arange(minutes)), strict=True)
    ]
    return [ExposureWindow(window, ReportType.CONFIRMED_TEST, factor_day) for window in group_scans(scans)]


def log_of(windows: list[ExposureWindow], meetings: int = 40, policy: NearnessPolicy = BLUEZONE_2) -> Log:
    scans, _ = columns_of(windows, policy.factor)
    level, spread, _, _ = features(scans, 0, len(scans.at_s), policy.numbers())
    return Log(meetings, level, spread)


def probability(policy: NearnessPolicy, windows: list[ExposureWindow]) -> float:
    [day] = policy.assess(windows).days
    assert day.evidence.probability is not None
    return day.evidence.probability


# --- a table of cases -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("minutes", "level_db", "warned"),
    [
        (60, 40, True),
        (60, 50, True),
        (30, 45, True),
        (15, 40, True),
        (60, 70, False),
        (30, 65, False),
        (15, 60, False),
        (5, 50, False),
        (1, 30, False),
        (480, 90, False),
    ],
)
def test_who_is_warned_by_a_phone_without_a_log(minutes, level_db, warned):
    assert BLUEZONE_2.assess(meeting(minutes, level_db)).alert is warned


def test_thirteen_minutes_say_nearly_as_much_as_fifteen():
    by_length = [probability(BLUEZONE_2, meeting(minutes, 45)) for minutes in (11, 13, 15, 17)]
    assert by_length == sorted(by_length)
    assert by_length[2] / by_length[1] < 1.3


def test_a_day_of_many_meetings_amounts_to_the_sum_of_their_doses():
    one = BLUEZONE_2.assess(meeting(20, 55)).days[0].evidence
    [day] = BLUEZONE_2.assess(
        [replace(window, encounter=number) for number in range(12) for window in meeting(20, 55)]
    ).days
    assert day.evidence.dose_minutes == pytest.approx(12 * one.dose_minutes)
    assert day.evidence.probability == one.probability
    assert day.alert


def test_longer_and_farther_counts_as_shorter_and_nearer():
    doses = [BLUEZONE_2.assess(meeting(minutes, 55)).days[0].evidence.dose_minutes for minutes in (30, 60, 240, 480)]
    assert doses == sorted(doses)
    assert doses[3] / doses[1] == pytest.approx(8, rel=0.1)


def test_infectiousness_weighs_probability_and_dose():
    high, standard, none = (BLUEZONE_2.assess(meeting(60, 45, factor_day=day)).days[0] for day in (0, 7, 14))
    assert standard.score == pytest.approx(0.4 * high.score)
    assert standard.evidence.dose_minutes == pytest.approx(0.4 * high.evidence.dose_minutes)
    assert (none.score, none.alert) == (0, False)


# --- properties -------------------------------------------------------------------------------------------------------

LOGS = {
    "none": None,
    "near people": Log(60, 50.0, 1.0),
    "far people": Log(60, 66.0, -1.0),
    "a weak radio": Log(200, 75.0, 0.0),
    "a strong radio": Log(200, 40.0, 0.0),
    "one meeting": Log(1, 55.0, 0.0),
}


@pytest.mark.parametrize("log", LOGS.values(), ids=LOGS.keys())
@pytest.mark.parametrize("readings", [1, 5])
@pytest.mark.parametrize("minutes", [4, 20, 200])
def test_farther_is_never_riskier(log, readings, minutes):
    policy = BLUEZONE_2.knowing(log)
    days = [policy.assess(meeting(minutes, level, readings=readings)).days[0] for level in range(30, 100, 5)]
    for values in ([day.score for day in days], [day.evidence.dose_minutes for day in days]):
        assert values == sorted(values, reverse=True)
        assert values[0] > values[-1]


@pytest.mark.parametrize("log", LOGS.values(), ids=LOGS.keys())
@pytest.mark.parametrize("swing_db", [0.0, 1.0, 4.0])
@pytest.mark.parametrize("level_db", [40, 60, 80])
def test_longer_is_never_safer(log, swing_db, level_db):
    policy = BLUEZONE_2.knowing(log)
    days = [
        policy.assess(meeting(minutes, level_db, swing_db=swing_db)).days[0]
        for minutes in (2, 4, 8, 16, 32, 64, 128, 256)
    ]
    assert [day.score for day in days] == sorted(day.score for day in days)
    doses = [day.evidence.dose_minutes for day in days]
    assert doses == sorted(doses)


@pytest.mark.parametrize("off_db", [-12, -8, -4, 4, 8, 12])
@pytest.mark.parametrize("level_db", [45, 55, 65])
def test_a_phone_whose_radio_is_off_says_much_the_same_once_it_has_a_log(off_db, level_db):
    usual, off = (BLUEZONE_2.knowing(log_of(meeting(30, 58 + more))) for more in (0, off_db))
    with_log = change(probability(usual, meeting(30, level_db)), probability(off, meeting(30, level_db + off_db)))
    same = (probability(BLUEZONE_2, meeting(30, level_db + more)) for more in (0, off_db))
    assert with_log < 0.8 * change(*same)
    assert with_log < 0.7


def change(one: float, other: float) -> float:
    """Return by how much the log-odds differ."""
    return abs(math.log(other / (1 - other)) - math.log(one / (1 - one)))


def test_a_log_narrows_what_is_not_known_and_a_longer_one_more():
    ranges = []
    for log in (None, log_of(meeting(30, 58), 3), log_of(meeting(30, 58), 300)):
        low, high = BLUEZONE_2.knowing(log).assess(meeting(30, 55)).days[0].evidence.probability_range
        ranges.append(math.log(high / (1 - high)) - math.log(low / (1 - low)))
    assert ranges == sorted(ranges, reverse=True)
    assert ranges[2] < 0.95 * ranges[0]


def test_near_people_are_told_from_a_strong_radio_by_how_reception_varies():
    fine = Spread(*BLUEZONE_2.fine)
    near, strong = (scale_of(BLUEZONE_2.model, fine, Log(60, 51.0, spread)) for spread in (1.5, -0.5))
    assert near.mix > strong.mix + 0.5
    assert near.offset_db > strong.offset_db + 1.5


def test_a_difference_of_level_alone_is_mostly_believed_to_be_scale():
    fine = Spread(*BLUEZONE_2.fine)
    level = BLUEZONE_2.level_db
    for off in (-15, -3, 3, 15):
        assert 0.7 < scale_of(BLUEZONE_2.model, fine, Log(100, level + off, 0.0)).offset_db / off < 1


# --- arithmetic -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("mean", "variance"), [(-2.0, 1.0), (0.0, 0.5), (3.0, 2.0), (-8.0, 0.1)])
def test_nearness_is_the_mean_of_what_it_says(mean, variance):
    u = mean + math.sqrt(variance) * np.linspace(-8, 8, 20001)
    weight = np.exp(-((u - mean) ** 2) / (2 * variance))
    expected = float((weight * np.minimum(1, np.exp(u))).sum() / weight.sum())
    assert nearness(mean, variance) == pytest.approx(expected, rel=1e-6)


def test_the_posterior_of_one_component_is_that_of_linear_algebra():
    model = BLUEZONE_2.model._replace(scales=((1.0, 5.0),), wide_share=1e-12)
    fine = Spread(*BLUEZONE_2.fine)
    log = Log(30, 63.0, 0.4)
    prior = np.diag([model.mix_sd**2, 25.0, fine.usual_sd**2])
    seen = np.array([[-model.level_slope, 1, 0], [1, 0, 1]])
    noise = np.array([[model.level_variance, fine.covariance_db], [fine.covariance_db, fine.variance]])
    slopes = np.array([-model.level_slope, 1.0])
    noise = (noise + model.meeting_variance * np.outer(slopes, slopes)) / (30 / model.meetings_each)
    gain = prior @ seen.T @ np.linalg.inv(seen @ prior @ seen.T + noise)
    mean = gain @ np.array([63.0 - model.level_db, 0.4])
    covariance = prior - gain @ seen @ prior
    found = scale_of(model, fine, log)
    assert found[:3] == pytest.approx(mean, abs=1e-9)
    assert found[3:] == pytest.approx(covariance[np.triu_indices(3)], abs=1e-9)


def test_the_estimator_is_that_of_linear_algebra():
    model, fine = BLUEZONE_2.model, Spread(*BLUEZONE_2.fine)
    scale = restrained(scale_of(model, fine, Log(30, 63.0, 0.4)), 0.75, model.mix_sd)
    covariance = np.zeros((3, 3))
    covariance[np.triu_indices(3)] = scale[3:]
    covariance = covariance + covariance.T - np.diag(np.diag(covariance))
    covariance[0, 0] += model.meeting_variance
    seen = np.array([[-model.level_slope, 1, 0], [1, 0, 1]])
    noise = np.array([[model.level_variance, fine.covariance_db], [fine.covariance_db, fine.variance]])
    gain = covariance @ seen.T @ np.linalg.inv(seen @ covariance @ seen.T + noise)
    found = estimator(model, fine, scale)
    assert [found.level_weight, found.spread_weight] == pytest.approx(gain[0])
    assert found.variance == pytest.approx((covariance - gain @ seen @ covariance)[0, 0])


def test_stronger_and_more_varied_reception_never_counts_against_nearness():
    model, fine = BLUEZONE_2.model, Spread(*BLUEZONE_2.fine)
    certain = Scale(0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0)
    found = estimator(model, fine._replace(covariance_db=-20.0), certain)
    assert found.level_weight <= 0
    assert found.spread_weight >= 0
    assert 0 < found.variance < model.meeting_variance


# --- as compiled, as a document ---------------------------------------------------------------------------------------


def test_compiled_it_says_what_a_phone_says():
    policy = BLUEZONE_2.knowing(Log(50, 61.0, 0.2))
    encounters = [
        meeting(minutes, level, readings=readings)
        for minutes in (1, 12, 70, 300)
        for level in (35, 58, 90)
        for readings in (1, 6)
    ]
    found = judge(policy, table_of_windows(encounters), [Key(ReportType.CONFIRMED_TEST, 0)] * len(encounters))
    for row, windows in enumerate(encounters):
        [day] = policy.assess(windows).days
        assert found.score[row] == pytest.approx(day.score, rel=1e-12)
        assert found.dose_minutes[row] == pytest.approx(day.evidence.dose_minutes, rel=1e-12)
        assert (found.probability_low[row], found.probability_high[row]) == pytest.approx(
            day.evidence.probability_range, rel=1e-12
        )


@pytest.mark.parametrize(
    ("changed", "why"),
    [
        ({"level_slope": -1.0}, "level_slope"),
        ({"scales": ()}, "scales"),
        ({"scales": ((0.5, -1.0),)}, "scales"),
        ({"fine": (1.0, 0.0, 1.0, 0.0, 1.0, 1.0)}, "six"),
        ({"fine": (1.0, 1.0)}, "six"),
        ({"scale": (1.0,)}, "9|numbers"),
        ({"mix_mean": math.nan}, "not a number"),
        ({"scales": ((0.5, math.inf),)}, "not a number"),
        ({"unheard_range": (0.2, 0.5)}, "range"),
        ({"unheard_range": ()}, "range"),
        ({"mix_trust": 1.5}, "mix_trust"),
        ({"prior_share": 0.0}, "prior_share"),
    ],
)
def test_parameters_without_sense_are_refused(changed, why):
    with pytest.raises(ExposureError, match=why):
        replace(BLUEZONE_2, **changed)
