from __future__ import annotations

import numpy as np
import pytest

from bluezone.exposure.evaluate import transfer
from bluezone.exposure.operating_point import from_json, measured_operating_points, to_json
from bluezone.exposure.policies import BLUEZONE


def test_the_measured_point_is_that_of_the_policy_that_is_shipped():
    measured = measured_operating_points()
    assert (measured.policy, measured.version) == (BLUEZONE.name, BLUEZONE.version)
    assert {(point.fitted_on, point.measured_on) for point in measured.points} == {
        ("mitll", "exp05"),
        ("exp05", "mitll"),
    }


def test_shares_lie_within_their_intervals_and_the_mean_counts_each_set_once():
    measured = measured_operating_points()
    for point in measured.points:
        assert 0 < point.missed_interval[0] <= point.missed_share <= point.missed_interval[1] < 1
        assert 0 < point.false_alarm_interval[0] <= point.false_alarm_share <= point.false_alarm_interval[1] < 1
    assert measured.missed_share == pytest.approx(np.mean([point.missed_share for point in measured.points]))
    assert measured.false_alarm_share == pytest.approx(np.mean([point.false_alarm_share for point in measured.points]))


def test_the_table_survives_json():
    assert from_json(to_json(measured_operating_points())) == measured_operating_points()


def test_the_table_is_what_the_recordings_say(recorded_sets):
    """Skipped where the sets are not on the machine."""
    for point in measured_operating_points().points:
        [row] = transfer(
            recorded_sets[point.fitted_on], recorded_sets[point.measured_on], (BLUEZONE,), np.random.default_rng(1)
        )
        assert row.frozen.p_miss == pytest.approx(point.missed_share, abs=5e-4)
        assert row.frozen.p_false_alarm == pytest.approx(point.false_alarm_share, abs=5e-4)
