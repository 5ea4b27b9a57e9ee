"""Headers that speak of the people of places and of the staff of offices, and days since a beginning."""

from __future__ import annotations

import pytest
from tests.rollout.reading.building import book
from tests.rollout.reading.reads import asked, read_rows

OFFICES: list[list[object]] = [["Phòng Nội vụ", 12, 11], ["Văn phòng HĐND-UBND", 24, 24], ["Hạt Kiểm lâm", 31, 30]]
PLACES: list[list[object]] = [
    ["TP Vị Thanh", 73_000, 7000], ["TP Ngã Bảy", 61_000, 6000], ["H. Phụng Hiệp", 188_000, 20_000]]  # fmt: skip


@pytest.mark.parametrize("head", ["Tổng số người/CBCCVC", "Số người hoặc cán bộ", "Tổng số người/CB"])
def test_people_or_officials_are_those_who_live_in_places_and_those_of_offices(head: str) -> None:
    title = ["KẾT QUẢ CÀI ĐẶT BLUEZONE ĐẾN NGÀY 20/8/2020"]
    rows = [["I. Các huyện"], *PLACES, ["II. Khối cơ quan"], *OFFICES]
    reading = read_rows(book(("Sheet1", [title, ["Đơn vị", head, "Số đã cài"], *rows])))
    assert not asked(reading)
    kinds = {(figure.kind, figure.of) for figure in reading.figures if figure.unit is not None}
    assert kinds == {("population", ""), ("installs", "")}
    assert {int(each.value) for each in reading.figures if each.kind == "headcount"} == {12, 24, 31}
    alone = read_rows(book(("Sheet1", [title, ["Đơn vị", head, "Số đã cài"], *OFFICES])))
    assert {int(each.value) for each in alone.figures if each.kind == "headcount"} == {12, 24, 31}


@pytest.mark.parametrize("said", ["Từ ngày triển khai đến ngày 20/8/2020", "(Từ khi phát động đến hết ngày 20/8/2020)"])
def test_what_was_done_since_the_beginning_is_all_up_to_the_day(said: str) -> None:
    reading = read_rows(
        book(("Sheet1", [["KẾT QUẢ CÀI ĐẶT BLUEZONE"], [said], ["Đơn vị", "Dân số", "Đã cài"], *PLACES]))
    )
    assert not asked(reading)
    assert {(each.kind, str(each.date)) for each in reading.figures if each.kind == "installs"} == {
        ("installs", "2020-08-20")}  # fmt: skip
