"""Numbers and days are read as offices print them."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

import pytest

from bluezone.spreadsheets.cells import Cell
from bluezone.spreadsheets.values import Day, day_in, days_in, number_in


@pytest.mark.parametrize(
    ("text", "count", "percentage"),
    [
        ("1240", 1240, 1240),
        ("1.240", 1240, "1.240"),
        ("55,289", 55289, "55.289"),
        ("55 289", 55289, None),
        ("1.234.567", 1234567, None),
        ("1.234,00", 1234, None),
        ("55289.0", 55289, "55289.0"),
        ("7,54", None, "7.54"),
        ("7.54 %", None, "7.54"),
        ("30%", None, 30),
        ("1,2 triệu", 1200000, None),
        ("331 nghìn", 331000, None),
        ("1.234 người", 1234, "1.234"),
        ("9.876 (+120)", 9876, "9.876"),
        ("9876*", 9876, 9876),
    ],
)
def test_a_text_is_a_count_or_a_percentage(text: str, count: int | None, percentage: str | int | None) -> None:
    number = number_in(Cell(text))
    assert number is not None
    assert number.count == (None if count is None else Decimal(count))
    assert number.percentage == (None if percentage is None else Decimal(percentage))


@pytest.mark.parametrize(
    "text", ["", "-", "x", "abc 12", "12/45", "(1)", "khoảng 1200", "20/8/2020", "1" * 50, "năm 2020 có 12 xã"]
)
def test_other_texts_are_no_number(text: str) -> None:
    assert number_in(Cell(text)) is None


@pytest.mark.parametrize("text", ["> 20.000", "≥20.000", "hơn 20 nghìn", "trên 20.000", "more than 20,000"])
def test_more_than_is_a_bound(text: str) -> None:
    number = number_in(Cell(text))
    assert number is not None
    assert (number.bound, number.count) == (True, 20000)


@pytest.mark.parametrize(
    ("cell", "count", "percentage"),
    [
        (Cell("7,54 %", Decimal("0.0754"), percent=True), None, "7.54"),
        (Cell("0.0754", Decimal("0.0754")), None, "0.0754"),
        (Cell("12", Decimal("12.0")), 12, 12),
    ],
)
def test_a_stored_number_is_what_the_file_holds(cell: Cell, count: int | None, percentage: str | int) -> None:
    number = number_in(cell)
    assert number is not None
    assert (number.count, number.percentage) == (count, Decimal(percentage))


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("20/8/2020", Day(20, 8, 2020, swappable=True)),
        ("20.08.2020", Day(20, 8, 2020, swappable=True)),
        ("20-8-20", Day(20, 8, 2020, swappable=True)),
        ("2020-08-20", Day(20, 8, 2020)),
        ("2020-08-20T07:00:00", Day(20, 8, 2020)),
        ("20200820", Day(20, 8, 2020)),
        ("20/8", Day(20, 8, None, swappable=True)),
        ("8/20/2020", Day(8, 20, 2020, swappable=True)),
        ("ngày 20 tháng 8 năm 2020", Day(20, 8, 2020)),
        ("Ngày 20 tháng 8", Day(20, 8, None)),
        ("đến ngày 20/8", Day(20, 8, None, swappable=True)),
        ("13/13", None),
        ("31/2/2020", None),
        ("1137", None),
        ("10/8-20/8", None),
    ],
)
def test_a_day_is_read_as_written(text: str, day: Day | None) -> None:
    assert day_in(text) == day


@pytest.mark.parametrize(
    ("text", "days"),
    [
        ("Tính đến 17 giờ 00 ngày 20/8", [(20, 8)]),
        ("(Kèm theo Báo cáo số 123/BC-UBND ngày 21/8/2020 của UBND tỉnh)", [(21, 8)]),
        ("từ ngày 14/8/2020 đến ngày 20/8/2020", [(14, 8), (20, 8)]),
        ("Hậu Giang, ngày 21 tháng 8 năm 2020", [(21, 8)]),
        ("Kết quả đến ngày 20.8", [(20, 8)]),
        ("20200819 Bluezone installs", [(19, 8)]),
        ("Tỷ lệ 7.5 % của 12 xã", []),
    ],
)
def test_days_are_found_in_sentences(text: str, days: list[tuple[int, int]]) -> None:
    assert [(day.day, day.month) for _, day in days_in(text)] == days


def test_a_day_without_a_year_has_that_of_the_file() -> None:
    assert Day(20, 8, None).date(2020) == dt.date(2020, 8, 20)
    assert Day(29, 2, None).date(2021) is None
    assert Day(8, 20, 2020).date(2020, month_first=True) == dt.date(2020, 8, 20)
