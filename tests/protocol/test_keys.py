from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bluezone.protocol import intervals
from bluezone.protocol.errors import ProtocolError
from bluezone.protocol.keys import DailyKey, ReportType, TemporaryExposureKey

GOOD = {"key": b"k" * 16, "rolling_start_interval": 2_649_600}


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"key": b"k" * 15}, "15 bytes"),
        ({"rolling_period": 0}, "rolling period 0"),
        ({"rolling_period": 145}, "rolling period 145"),
        ({"rolling_start_interval": -1}, "rolling start -1"),
        ({"rolling_start_interval": 2**32 - 1}, "rolling start"),
        ({"transmission_risk": 9}, "risk 9"),
        ({"transmission_risk": -1}, "risk -1"),
        ({"days_since_onset": 15}, "15 days"),
        ({"days_since_onset": -15}, "-15 days"),
    ],
)
def test_a_key_that_breaks_a_rule_is_refused_by_name(change: dict, words: str) -> None:
    with pytest.raises(ProtocolError, match=words):
        TemporaryExposureKey(**(GOOD | change))


@given(start=st.integers(0, 2**32 - 145), period=st.integers(1, 144))
def test_a_published_key_and_its_daily_key_are_the_same_span(start: int, period: int) -> None:
    key = TemporaryExposureKey(b"k" * 16, start, period, report_type=ReportType.CONFIRMED_TEST, days_since_onset=3)
    daily = key.daily()
    assert (daily.start_s, daily.end_s) == (start * 600, key.end_interval * 600)
    assert TemporaryExposureKey.from_daily(daily, report_type=ReportType.CONFIRMED_TEST, days_since_onset=3) == key


def test_a_span_that_is_not_of_whole_intervals_cannot_be_published() -> None:
    with pytest.raises(ProtocolError, match="ten-minute"):
        TemporaryExposureKey.from_daily(DailyKey(b"k" * 16, 600, 1_201))


@pytest.mark.parametrize("span", [(5, 5), (6, 5), (-1, 5)])
def test_a_daily_key_must_last(span: tuple[int, int]) -> None:
    with pytest.raises(ProtocolError, match="daily key"):
        DailyKey(b"k" * 16, *span)


@pytest.mark.parametrize(("unix_s", "interval"), [(0, 0), (599.9, 0), (600, 1), (1_585_785_600, 2_642_976)])
def test_an_interval_is_ten_minutes_from_the_epoch(unix_s: float, interval: int) -> None:
    assert intervals.interval_number(unix_s) == interval
    assert intervals.interval_start_s(interval) <= unix_s < intervals.interval_start_s(interval + 1)


@pytest.mark.parametrize(("unix_s", "midnight"), [(0, 0), (86_399.5, 0), (86_400, 86_400), (-1, -86_400)])
def test_a_day_begins_at_midnight_utc(unix_s: float, midnight: int) -> None:
    assert intervals.day_start_s(unix_s) == midnight
