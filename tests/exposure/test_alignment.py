from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from bluezone.exposure.alignment import align, learn_table, table_only
from bluezone.exposure.calibration import Calibration, default_calibration
from bluezone.exposure.encounters import read_encounters

TABLE = Calibration("t", (50.0, 55.0, 60.0), {"Pixel 2": 2.0}, {"iPhone 7": -5.0}, "a test")


def test_models_are_learned_without_labels(make_set, tmp_path):
    data = read_encounters(make_set(tmp_path, sessions=20))
    table = learn_table(data, "learned", "synthetic")
    assert table.tx_db["Galaxy A50"] - table.tx_db["iPhone 7"] == pytest.approx(11, abs=3.5)  # 6 and -5 dB, shrunk
    blind = replace(data, encounters=tuple(replace(e, close=not e.close) for e in data.encounters))
    assert learn_table(blind, "learned", "synthetic") == table


def test_a_whole_campaign_off_by_ten_decibels_is_brought_back(make_set, tmp_path):
    reference = learn_table(read_encounters(make_set(tmp_path / "a", sessions=12)), "r", "")
    off = read_encounters(make_set(tmp_path / "b", sessions=12, seed=2, offset_db=10, with_models=False))
    assert align(off, reference).population_db == pytest.approx(10, abs=2)


def test_encounters_left_out_of_learning_still_get_what_was_learned(make_set, tmp_path):
    data = read_encounters(make_set(tmp_path, sessions=8))
    rows = np.flatnonzero(data.codes("session") != 0)
    learned = align(data, default_calibration(), rows)
    changed = replace(data, scans=data.scans.shifted(np.where(data.codes("session") == 0, 20.0, 0.0)))
    np.testing.assert_array_equal(align(changed, default_calibration(), rows).shift_db, learned.shift_db)


def test_with_nothing_heard_only_the_table_is_left(make_set, tmp_path):
    data = read_encounters(make_set(tmp_path))
    nobody = data.subset(np.flatnonzero(~data.scans.heard))
    np.testing.assert_array_equal(align(nobody, TABLE).shift_db, table_only(nobody, TABLE))
