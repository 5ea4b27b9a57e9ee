from __future__ import annotations

import json
import math

import pytest

from bluezone.exposure.calibration import (
    MAX_CORRECTION_DB,
    PRIOR_ENCOUNTERS,
    Calibration,
    attenuation_quantiles,
    default_calibration,
    drift_db,
)
from bluezone.exposure.errors import CalibrationError

TABLE = Calibration("t", (50.0, 55.0, 60.0), {"Pixel 2": 2.0}, {"iPhone 7": -5.0}, "a test")


def test_a_table_corrects_what_it_knows_and_leaves_the_rest_alone():
    assert TABLE.correction_db("Pixel 2", "iPhone 7") == -3.0
    assert TABLE.correction_db("Nokia 3310", "") == 0.0


def test_a_table_survives_json():
    assert Calibration.from_json(TABLE.to_json()) == TABLE


@pytest.mark.parametrize(
    "change",
    [
        {"version": 1},
        {"reference_db": [1, 2]},
        {"reference_db": [3, 2, 1]},
        {"reference_db": "50 55 60"},
        {"rx_db": {"Pixel 2": "2"}},
        {"rx_db": {"Pixel 2": True}},
        {"rx_db": [2]},
        {"tx_db": {"iPhone 7": 31}},
        {"tx_db": {"iPhone 7": float("nan")}},
    ],
)
def test_a_malformed_or_absurd_table_is_refused(change):
    with pytest.raises(CalibrationError):
        Calibration.from_json(json.dumps(json.loads(TABLE.to_json()) | change))


@pytest.mark.parametrize("text", ["", "[]", "{", '"table"', "[" * 100_000])
def test_what_is_no_table_is_refused(text):
    with pytest.raises(CalibrationError):
        Calibration.from_json(text)


def test_drift_is_shrunk_towards_zero_where_little_is_known():
    own, population = (60.0, 65.0, 70.0), (50.0, 55.0, 60.0)
    assert drift_db(own, population, 0) == 0
    assert drift_db(own, population, PRIOR_ENCOUNTERS) == 5
    assert drift_db(own, population, 10**9) == pytest.approx(10)
    assert drift_db((190.0, 195.0, 200.0), population, 10**9) == MAX_CORRECTION_DB


def test_quantiles_count_each_attenuation_by_its_weight():
    values = [70.0, 50.0, 60.0]
    low, middle, high = attenuation_quantiles(values, [1.0, 1.0, 1.0])
    assert (low, middle, high) == pytest.approx((52.5, 60, 67.5))
    assert attenuation_quantiles(values, [1.0, 1.0, 98.0]) == pytest.approx((55, 60, 65), abs=0.1)
    assert attenuation_quantiles([50.0], [3.0]) == (50.0, 50.0, 50.0)
    for nothing in ([], [math.nan]):
        with pytest.raises(CalibrationError):
            attenuation_quantiles(nothing, [1.0 for _ in nothing])


def test_the_table_that_comes_with_the_package_is_sound():
    assert default_calibration().version == "1"
    assert default_calibration().tx_db
