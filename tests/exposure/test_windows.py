from __future__ import annotations

import itertools
import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bluezone.exposure.errors import ExposureError
from bluezone.exposure.windows import ExposureWindow, ScanInstance, attenuation_db, group_scans

NOON = 1_600_000_000 // 86400 * 86400 + 43200


def scan(at_s: float, attenuation: float = 50.0, since: float = 60.0) -> ScanInstance:
    return ScanInstance(at_s, since, attenuation, attenuation)


def test_attenuation_is_what_is_lost_between_sender_and_receiver():
    assert attenuation_db(-20, -75) == 55
    assert attenuation_db(-20, -75, rx_correction_db=5) == 50


@pytest.mark.parametrize(
    ("values", "what"),
    [
        ((0, 60, math.nan, 50), "typical attenuation"),
        ((0, 60, 50, math.inf), "minimum attenuation"),
        ((0, 60, -41, 50), "typical attenuation"),
        ((0, 60, 50, 201), "minimum attenuation"),
        ((-1, 60, 50, 50), "time"),
        ((math.nan, 60, 50, 50), "time"),
        ((0, -1, 50, 50), "since the last scan"),
        ((0, math.nan, 50, 50), "since the last scan"),
        ((0, 60, 50, 50, 0), "readings"),
    ],
)
def test_a_reading_that_makes_no_sense_is_refused_by_name(values, what):
    with pytest.raises(ExposureError, match=what):
        ScanInstance(*values)


def test_a_window_without_a_scan_is_refused():
    with pytest.raises(ExposureError, match="without a scan"):
        ExposureWindow(())


def test_a_window_has_the_day_the_start_and_the_time_of_its_scans():
    window = ExposureWindow((scan(NOON), scan(NOON + 60)))
    assert (window.start_s, window.day_start_s, window.duration_s) == (NOON, NOON - 43200, 120)


def test_a_meeting_of_an_hour_is_two_windows_of_thirty_minutes():
    windows = group_scans(scan(NOON + 60 * minute) for minute in range(60))
    assert [len(window) for window in windows] == [30, 30]


def test_a_silence_longer_than_the_gap_starts_another_window():
    times = [0, 60, 660, 1261]
    assert [[s.at_s for s in window] for window in group_scans(scan(t) for t in times)] == [[0, 60, 660], [1261]]


def test_a_window_ends_at_midnight_utc():
    midnight = NOON + 43200
    assert [len(w) for w in group_scans(scan(midnight + t) for t in (-120, -60, 0, 60, 120))] == [2, 3]


@given(st.lists(st.integers(0, 200_000), max_size=60))
def test_grouping_loses_nothing_and_keeps_its_bounds_in_any_order(times):
    windows = group_scans(scan(t) for t in times)
    assert sorted(times) == [s.at_s for window in windows for s in window]
    for window in windows:
        assert window[-1].at_s - window[0].at_s < 1800
        assert all(b.at_s - a.at_s <= 600 for a, b in itertools.pairwise(window))
        assert len({s.at_s // 86400 for s in window}) == 1


def test_scans_out_of_order_are_put_in_order_in_a_window_too():
    early, late = ScanInstance(36000, 60, 50, 50), ScanInstance(36060, 60, 60, 60)
    assert ExposureWindow((late, early)) == ExposureWindow((early, late))
    assert ExposureWindow((late, early)).start_s == 36000


def test_a_count_of_readings_that_is_no_number_is_refused():
    with pytest.raises(ExposureError, match="readings"):
        ScanInstance(0, 60, 50, 50, math.nan)
