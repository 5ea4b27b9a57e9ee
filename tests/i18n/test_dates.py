"""Dates as each language writes them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from zoneinfo import ZoneInfo

import pytest

from bluezone.i18n import (
    Language,
    format_date,
    format_day,
    format_full_moment,
    format_long_date,
    format_moment,
    format_short_date,
    format_weekday,
    format_weekday_date,
)

DAY = dt.date(2020, 8, 13)


@pytest.mark.parametrize(
    ("write", "vietnamese", "english"),
    [
        (format_date, "13/8/2020", "13 August 2020"),
        (format_long_date, "ngày 13 tháng 8 năm 2020", "13 August 2020"),
        (format_short_date, "13/8/2020", "13 Aug 2020"),
        (format_day, "13/8", "13 Aug"),
        (format_weekday_date, "Thứ Năm, 13/8", "Thursday 13 August"),
        (format_weekday, "Thứ Năm", "Thursday"),
    ],
)
def test_a_date_is_written_as_the_language_writes_it(
    write: Callable[[dt.date, Language], str], vietnamese: str, english: str
) -> None:
    assert write(DAY, Language.VIETNAMESE) == vietnamese
    assert write(DAY, Language.ENGLISH) == english


@pytest.mark.parametrize(
    ("write", "vietnamese", "english"),
    [
        (format_moment, "19:05 13/8/2020", "19:05, 13 Aug 2020"),
        (format_full_moment, "19:05, Thứ Năm, 13/8/2020", "19:05, Thursday 13 August 2020"),
    ],
)
@pytest.mark.parametrize("zone", [None, dt.UTC, ZoneInfo("Asia/Ho_Chi_Minh")])
def test_a_moment_is_written_in_its_own_zone(
    write: Callable[[dt.datetime, Language], str], vietnamese: str, english: str, zone: dt.tzinfo | None
) -> None:
    at = dt.datetime(2020, 8, 13, 19, 5, tzinfo=zone)
    assert write(at, Language.VIETNAMESE) == vietnamese
    assert write(at, Language.ENGLISH) == english


def test_a_short_month_has_three_letters_in_every_month_of_a_year() -> None:
    months = [format_day(dt.date(2020, month, 1), Language.ENGLISH) for month in range(1, 13)]
    assert " ".join(months) == "1 Jan 1 Feb 1 Mar 1 Apr 1 May 1 Jun 1 Jul 1 Aug 1 Sep 1 Oct 1 Nov 1 Dec"
