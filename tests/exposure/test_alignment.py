from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from bluezone.exposure.alignment import align, align_as_phones, learn_table, table_only
from bluezone.exposure.calibration import MAX_DRIFT_DB, Calibration, default_calibration
from bluezone.exposure.encounters import DirectedEncounter, EncounterSet, read_encounters
from bluezone.exposure.scan_table import ScanTable

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


def as_heard(meetings: list[tuple[str, float, int]]) -> EncounterSet:
    """Return meetings of (receiving phone, attenuation in dB, minutes), with one scan a minute."""
    minutes = [length for _, _, length in meetings]
    levels = np.repeat([level for _, level, _ in meetings], minutes)
    at_s = np.concatenate([60.0 * np.arange(length) for length in minutes])
    table = ScanTable(
        np.concatenate(([0], np.cumsum(minutes))), at_s, np.full(at_s.size, 60.0), levels, levels, np.ones(at_s.size)
    )
    named = [DirectedEncounter(str(number), "s", False, rx=rx) for number, (rx, _, _) in enumerate(meetings)]
    return EncounterSet("made", tuple(named), table)


@pytest.mark.parametrize(
    ("meetings", "drift_db"),
    [
        ([("a", 59.0, 10)] * 50, 2.0),  # 4 dB above the population, of which 50 meetings tell half
        ([("a", 59.0, 10)] * 50 + [("b", 49.0, 10)] * 50, 2.0),  # what another phone hears changes nothing
        ([("a", 59.0, 10)] * 50 + [("a", 80.0, 4)] * 50, 2.0),  # who passes by is no meeting
        ([("a", 59.0, 10)] * 50 + [("a", 59.0, 600)], 4 * 51 / 101),  # a night is one
        ([("a", 99.0, 10)] * 50, MAX_DRIFT_DB),
        ([("", 99.0, 10)] * 50, 0.0),  # a phone that nobody names
        ([("a", 99.0, 4)] * 50, 0.0),
    ],
)
def test_each_phone_learns_its_drift_from_its_own_meetings(meetings, drift_db):
    learned = align_as_phones(as_heard(meetings), TABLE)
    assert learned.shift_db[0] == pytest.approx(drift_db)
    assert learned.population_db == 0


def test_a_phone_leaves_a_campaign_off_by_ten_decibels_where_it_is_but_for_six(make_set, tmp_path):
    reference = learn_table(read_encounters(make_set(tmp_path / "a", sessions=12)), "r", "")
    off = read_encounters(make_set(tmp_path / "b", sessions=12, seed=2, offset_db=30, with_models=False))
    assert align_as_phones(off, reference).shift_db.max() <= MAX_DRIFT_DB
