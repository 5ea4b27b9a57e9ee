"""Dates as each language writes them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from zoneinfo import ZoneInfo

import pytest

from bluezone.i18n import (
    Language,
    at_start,
    format_date,
    format_day,
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
        (format_weekday_date, "thứ Năm, 13/8", "Thursday 13 August"),
        (format_weekday, "thứ Năm", "Thursday"),
    ],
)
def test_a_date_is_written_as_the_language_writes_it(
    write: Callable[[dt.date, Language], str], vietnamese: str, english: str
) -> None:
    assert write(DAY, Language.VIETNAMESE) == vietnamese
    assert write(DAY, Language.ENGLISH) == english


@pytest.mark.parametrize("zone", [None, dt.UTC, ZoneInfo("Asia/Ho_Chi_Minh")])
def test_a_moment_is_written_in_its_own_zone(zone: dt.tzinfo | None) -> None:
    at = dt.datetime(2020, 8, 13, 19, 5, tzinfo=zone)
    assert format_moment(at, Language.VIETNAMESE) == "19:05 13/8/2020"
    assert format_moment(at, Language.ENGLISH) == "19:05, 13 Aug 2020"


@pytest.mark.parametrize(
    ("day", "inside", "at_the_start"),
    [
        (dt.date(2020, 8, 9), "Chủ nhật, 9/8", "Chủ nhật, 9/8"),
        (dt.date(2020, 8, 10), "thứ Hai, 10/8", "Thứ Hai, 10/8"),
        (dt.date(2020, 8, 12), "thứ Tư, 12/8", "Thứ Tư, 12/8"),
        (dt.date(2020, 8, 15), "thứ Bảy, 15/8", "Thứ Bảy, 15/8"),
    ],
)
def test_a_vietnamese_day_of_the_week_has_a_small_letter_inside_a_sentence(
    day: dt.date, inside: str, at_the_start: str
) -> None:
    assert format_weekday_date(day, Language.VIETNAMESE) == inside
    assert at_start(inside) == at_the_start
    assert at_start(format_weekday_date(day, Language.ENGLISH)) == format_weekday_date(day, Language.ENGLISH)


def test_a_short_month_has_three_letters_in_every_month_of_a_year() -> None:
    months = [format_day(dt.date(2020, month, 1), Language.ENGLISH) for month in range(1, 13)]
    assert " ".join(months) == "1 Jan 1 Feb 1 Mar 1 Apr 1 May 1 Jun 1 Jul 1 Aug 1 Sep 1 Oct 1 Nov 1 Dec"
