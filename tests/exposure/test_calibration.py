from __future__ import annotations

import json

import pytest

from bluezone.exposure.calibration import Calibration, default_calibration
from bluezone.exposure.errors import CalibrationError

TABLE = Calibration("t", {"Pixel 2": 2.0}, {"iPhone 7": -5.0}, "a test")


def test_a_table_corrects_what_it_knows_and_leaves_the_rest_alone():
    assert TABLE.correction_db("Pixel 2", "iPhone 7") == -3.0
    assert TABLE.correction_db("Nokia 3310", "") == 0.0


def test_a_table_survives_json():
    assert Calibration.from_json(TABLE.to_json()) == TABLE


@pytest.mark.parametrize(
    "change",
    [
        {"version": 1},
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


def test_the_table_that_comes_with_the_package_is_sound():
    assert default_calibration().version == "1"
    assert default_calibration().tx_db
