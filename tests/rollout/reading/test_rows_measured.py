"""Tables whose rows say what they count, a row for each unit, day and thing."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
from tests.rollout.reading.building import book
from tests.rollout.reading.reads import asked, read_rows, taken

DISTRICTS = ["Vị Thanh", "Ngã Bảy", "TX Long Mỹ", "Châu Thành A", "Châu Thành", "Phụng Hiệp"]
TITLE = "Bluezone Hậu Giang đến ngày 19/8/2020"


def long(head: Sequence[str], things: Sequence[str], each: Sequence[str] = DISTRICTS) -> bytes:
    """Return a table with a row for each district and thing: 5000, 4900, … of the first, 6000, … of the next."""
    rows = [[name, thing, 5000 + 1000 * number - 100 * at]
            for number, name in enumerate(each) for at, thing in enumerate(things)]  # fmt: skip
    return book(("Sheet1", [[TITLE], list(head), *rows]))


@pytest.mark.parametrize("naming", ["Nội dung", "Chỉ số", "Loại số liệu", "Hạng mục", "Phân loại"])
@pytest.mark.parametrize("unit", ["Đơn vị", "Huyện"])
def test_each_row_counts_what_it_says(naming: str, unit: str) -> None:
    data = long([unit, naming, "Giá trị"], ["Lũy kế số người cài đặt", "Cài mới trong ngày"])
    reading = read_rows(data)
    assert not asked(reading)
    assert taken(reading) == {("installs", "", "2020-08-19"), ("increase", "", "2020-08-19")}
    installs = [(figure.line, figure.column, int(figure.value)) for figure in reading.figures
                if figure.kind == "installs"]  # fmt: skip
    assert installs == [(3 + 2 * n, "C", 5000 + 1000 * n) for n in range(len(DISTRICTS))]


def test_a_day_a_row_parts_them_further() -> None:
    rows = [[f"{day}/8/2020", name, thing, 100 * day + at] for name in DISTRICTS for day in (18, 19)
            for at, thing in enumerate(["Số người cài đặt (lũy kế)", "Số điểm hỗ trợ"])]  # fmt: skip
    reading = read_rows(book(("Sheet1", [["ngay", "don_vi", "noi_dung", "gia_tri"], *rows])))
    assert not asked(reading)
    assert taken(reading) == {("installs", "", "2020-08-18"), ("installs", "", "2020-08-19")}
    assert {int(figure.value) for figure in reading.figures} == {1800, 1900}


def test_leaflets_are_no_installs() -> None:
    rows = [[name, ["Số người cài Bluezone", "Số tờ rơi đã phát"][name.startswith("V")], 5000 + n]
            for n, name in enumerate(DISTRICTS)]  # fmt: skip
    reading = read_rows(book(("Sheet1", [[TITLE], ["Đơn vị", "Nội dung", "Số lượng"], *rows])))
    assert not asked(reading)
    assert [figure.written for figure in reading.figures] == DISTRICTS[1:]
    assert any("Số tờ rơi đã phát" in str(each.text) for each in [*reading.notices, *reading.ignored])


@pytest.mark.parametrize("head", [["Đơn vị", "Nội dung", "Số người"], ["Đơn vị", "Nội dung", "Số người đã cài"]])
def test_those_without_it_are_no_installs(head: Sequence[str]) -> None:
    reading = read_rows(long(head, ["Đã cài Bluezone", "Chưa cài Bluezone"]))
    assert not asked(reading)
    assert [int(figure.value) for figure in reading.figures] == [5000 + 1000 * n for n in range(len(DISTRICTS))]


def test_the_kind_of_the_column_holds_for_no_row_that_says_another() -> None:
    rows = [[name, ["Lũy kế", "Trong ngày"][name.startswith("V")], 5000 + n] for n, name in enumerate(DISTRICTS)]
    reading = read_rows(book(("Sheet1", [[TITLE], ["Đơn vị", "Nội dung", "Số người đã cài"], *rows])))
    assert {figure.written: figure.kind for figure in reading.figures} == {
        name: "increase" if name.startswith("V") else "installs" for name in DISTRICTS}  # fmt: skip


def test_a_share_of_the_people_is_held_against_them() -> None:
    rows = [
        row
        for n, name in enumerate(DISTRICTS)
        for row in (
            [name, "Dân số", 100000 + 1000 * n],
            [name, "Số người cài", 10000 + 100 * n],
            [name, "Tỷ lệ (%)", "10,00"],
        )
    ]
    reading = read_rows(book(("Sheet1", [[TITLE], ["Đơn vị", "Nội dung", "Số liệu"], *rows])))
    assert not asked(reading)
    assert {kind for kind, _, _ in taken(reading)} == {"population", "installs", "percent_population"}


def test_a_unit_that_stands_over_its_rows_is_that_of_all_of_them() -> None:
    rows = [[name if not at else None, thing, 5000 + 1000 * n - at] for n, name in enumerate(DISTRICTS)
            for at, thing in enumerate(["Lũy kế số người cài đặt", "Cài mới trong ngày"])]  # fmt: skip
    reading = read_rows(book(("Sheet1", [[TITLE], ["Đơn vị", "Nội dung", "Số lượng"], *rows])))
    assert not asked(reading)
    assert len(reading.figures) == 2 * len(DISTRICTS)
    assert {figure.kind for figure in reading.figures} == {"installs", "increase"}


@pytest.mark.parametrize("notes", [["đúng hạn", "trễ hạn"], ["Bluezone", "Bluezone"], ["Loại 1", "Loại 2"]])
def test_other_texts_say_nothing_of_the_count(notes: Sequence[str]) -> None:
    rows = [[name, notes[n % 2], 5000 + n] for n, name in enumerate(DISTRICTS)]
    reading = read_rows(book(("Sheet1", [[TITLE], ["Đơn vị", "Phân loại", "Số người đã cài"], *rows])))
    assert taken(reading) == {("installs", "", "2020-08-19")}
    assert len(reading.figures) == len(DISTRICTS)
