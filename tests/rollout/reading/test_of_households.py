"""Test whether a bare `Đã cài` beside households counts these."""

from __future__ import annotations

from typing import Any

from tests.rollout.reading.building import book
from tests.rollout.reading.reads import asked, read_rows, taken

TITLE = ["KẾT QUẢ CÀI BLUEZONE NGÀY 20/8/2020"]
UNITS = ["Thành phố Vị Thanh", "Thành phố Ngã Bảy", "Thị xã Long Mỹ"]


def _table(head: list[str], *more: Any, above: str = "") -> bytes:
    rows = [[unit, 18000 + 100 * n, 3600 + 20 * n, *more] for n, unit in enumerate(UNITS)]
    return book(("S", [TITLE, [None, above], head, *rows]))


def test_it_is_said_where_only_households_stand_beside() -> None:
    reading = read_rows(_table(["Đơn vị", "Tổng số hộ", "Đã cài"]))
    assert ("installs", "", "2020-08-20") in taken(reading)
    assert [notice.kind for notice in reading.notices] == ["column"]
    people = read_rows(_table(["Đơn vị", "Tổng số hộ", "Số người đã cài"]))
    assert not people.notices


def test_what_a_share_divides_by_the_households_is_none_of_people() -> None:
    reading = read_rows(_table(["Đơn vị", "Tổng số hộ", "Đã cài", "Tỷ lệ %"], 20.0))
    assert asked(reading) == "installs"


def test_a_table_in_households_counts_no_people() -> None:
    reading = read_rows(_table(["Đơn vị", "Tổng số", "Đã cài"], above="Đơn vị tính: hộ"))
    assert not taken(reading)
    assert {notice.kind for notice in reading.notices} == {"column"}
