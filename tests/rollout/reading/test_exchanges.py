"""Days whose day and month a program or a clerk exchanged are asked, others are not."""

from __future__ import annotations

import datetime as dt

import pytest
from tests.rollout.reading.building import book
from tests.rollout.reading.reads import asked, read_rows, taken

from bluezone.rollout.reading.exchanges import exchanged, in_doubt, month_first

TODAY = dt.date(2020, 8, 31)
ROWS = [[1, "Vị Thanh", 7240, 7420], [2, "Ngã Bảy", 4810, 5102], [3, "Vị Thủy", 6120, 6333]]


def day(text: str) -> dt.date:
    return dt.date.fromisoformat(f"2020-{text}")


@pytest.mark.parametrize(
    ("stored", "written", "today", "doubt"),
    [
        (["07-08"], [], "08-08", True),  # 7/8, a day before
        (["08-07"], [], "08-08", False),
        (["07-08"], ["08-07"], "08-31", True),  # the title writes 7/8
        (["07-08"], ["07-08"], "08-08", False),
        (["07-08"], [], "12-31", False),  # neither is of late
        (["06-08", "07-08", "08-08"], [], "08-31", True),  # three days in a row
        (["08-06", "08-07", "08-08"], [], "08-31", False),
        (["06-08", "07-08", "08-08"], ["08-08"], "08-31", True),
        (["08-08", "09-08", "10-08"], [], "08-31", True),  # ahead of today
        (["08-12", "08-13"], [], "08-31", False),  # no program exchanges 13/8
        (["08-08"], [], "08-31", False),
        (["08-03"], [], "08-31", False),
    ],
)
def test_stored_dates_are_held_against_what_stands_around_them(
    stored: list[str], written: list[str], today: str, doubt: bool
) -> None:
    assert in_doubt(list(map(day, stored)), list(map(day, written)), day(today)) is doubt


def test_the_thirteenth_is_no_month() -> None:
    assert exchanged(day("08-13")) is None
    assert exchanged(day("07-08")) == day("08-07")


@pytest.mark.parametrize(
    ("headers", "first"),
    [
        (["8/7/2020", "8/13/2020"], True),
        (["7/8/2020", "13/8/2020"], False),
        (["8/13/2020", "13/8/2020"], False),
        (["Huyện", "8/7/2020"], False),
    ],
)
def test_headers_written_month_first(headers: list[str], first: bool) -> None:
    assert month_first(headers) is first


def test_a_day_beside_its_label_is_asked_and_exchanged() -> None:
    rows = [["KẾT QUẢ CÀI BLUEZONE"], [None, "Ngày báo cáo", day("07-08")], ["TT", "Huyện", "Đã cài"],
            *[row[:3] for row in ROWS]]  # fmt: skip
    data = book(("Sheet1", rows))
    assert asked(read_rows(data, today="2020-08-08")) == "date-order"
    for answer, found in (("exchanged", "2020-08-07"), ("day", "2020-07-08")):
        reading = read_rows(data, today="2020-08-08", answers={"date-order": answer})
        assert taken(reading) == {("installs", "", found)}


def test_days_of_a_header_are_exchanged() -> None:
    rows = [["KẾT QUẢ CÀI BLUEZONE (lũy kế)"], ["TT", "Huyện", day("07-08"), day("08-08")], *ROWS]
    data = book(("Sheet1", rows))
    assert asked(read_rows(data)) == "date-order"
    reading = read_rows(data, answers={"date-order": "exchanged"})
    assert taken(reading) == {("installs", "", "2020-08-07"), ("installs", "", "2020-08-08")}


def test_days_down_a_column_are_exchanged() -> None:
    rows = [["THEO DÕI CÀI BLUEZONE"], ["Ngày", "Huyện", "Tổng số đã cài"],
            *[[day(f"{month:02}-08"), row[1], row[2] + month] for month in (7, 8) for row in ROWS]]  # fmt: skip
    data = book(("Sheet1", rows))
    assert asked(read_rows(data)) == "date-order"
    reading = read_rows(data, answers={"date-order": "exchanged"})
    assert taken(reading) == {("installs", "", "2020-08-07"), ("installs", "", "2020-08-08")}


def test_a_header_month_first_is_asked_and_turned() -> None:
    rows = [["KẾT QUẢ CÀI BLUEZONE (lũy kế)"], ["TT", "Huyện", "8/7/2020", "8/13/2020"], *ROWS]
    data = book(("Sheet1", rows))
    assert asked(read_rows(data)) == "date-order"
    reading = read_rows(data, answers={"date-order": "month"})
    assert taken(reading) == {("installs", "", "2020-08-07"), ("installs", "", "2020-08-13")}
