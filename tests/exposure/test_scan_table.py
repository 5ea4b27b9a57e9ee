from __future__ import annotations

import numpy as np
import pytest

from bluezone.exposure.errors import ExposureError
from bluezone.exposure.scan_table import ScanTable
from bluezone.exposure.windows import ScanInstance

SCANS = [[ScanInstance(0, 60, 50, 48, 3), ScanInstance(60, 60, 55, 51, 1)], [], [ScanInstance(0, 30, 70, 70, 2)]]


def test_a_table_gives_back_the_scans_it_was_made_of(table_of_scans):
    table = table_of_scans(SCANS)
    assert [list(table.scans(row)) for row in range(len(table))] == SCANS
    assert table.heard.tolist() == [True, False, True]


def test_scans_are_put_in_order_of_time_within_their_encounter(table_of_scans):
    table = table_of_scans(SCANS)
    assert table.in_order() is table
    mixed = table_of_scans([SCANS[0][::-1], SCANS[1], SCANS[2]])
    assert [list(mixed.in_order().scans(row)) for row in range(len(mixed))] == SCANS


def test_a_shift_is_taken_off_by_encounter_and_stays_within_what_a_link_can_have(table_of_scans):
    table = table_of_scans(SCANS).shifted(np.array([10.0, 0.0, 200.0]))
    assert table.typical_db.tolist() == [40, 45, -40]


def test_a_table_of_nobody_is_a_table(table_of_scans):
    assert len(table_of_scans([])) == 0


@pytest.mark.parametrize(
    ("column", "value", "what"),
    [
        ("typical_db", np.nan, "typical attenuation"),
        ("min_db", 201.0, "minimum attenuation"),
        ("at_s", np.inf, "not a number"),
        ("since_last_scan_s", -1.0, "negative"),
        ("readings", 0.0, "without a reading"),
    ],
)
def test_rows_that_make_no_sense_are_refused(column, value, what):
    good = {
        "at_s": np.zeros(1),
        "since_last_scan_s": np.ones(1),
        "typical_db": np.full(1, 50.0),
        "min_db": np.full(1, 50.0),
        "readings": np.ones(1),
    }
    with pytest.raises(ExposureError, match=what):
        ScanTable(np.array([0, 1]), **(good | {column: np.full(1, value)}))


@pytest.mark.parametrize("offsets", [[0, 2], [1, 1], [0, 1, 0, 1], []])
def test_offsets_that_do_not_cover_the_rows_are_refused(offsets):
    one = np.ones(1)
    with pytest.raises(ExposureError, match="offsets"):
        ScanTable(np.array(offsets, dtype=np.int64), one, one, one, one, one)


def test_columns_of_different_length_are_refused():
    with pytest.raises(ExposureError, match="differ in length"):
        ScanTable(np.array([0, 1]), np.ones(1), np.ones(2), np.ones(1), np.ones(1), np.ones(1))
