# ruff: noqa: E501 - forms are tables
"""A commune that bears its district's name, and a row that corrects an earlier one."""

from __future__ import annotations

import pytest
from tests.rollout.reading.building import book
from tests.rollout.reading.reads import asked, read_rows

from bluezone.rollout.reading.rows import without_correction

#: communes of Cầu Ngang, a district of Trà Vinh with a town of its name
WITHIN = "63:848"
HEAD = ["Tên xã/thị trấn", "Ngày", "Đã cài"]


def form(*rows: tuple[object, ...]) -> bytes:
    return book(("Sheet1", [["Bluezone"], HEAD, *map(list, rows)]))


@pytest.mark.parametrize("first", [True, False])
def test_a_commune_is_written_with_its_kind_on_one_day_only(*, first: bool) -> None:
    days = [("17/8/2020", "TT " if first else ""), ("18/8/2020", "" if first else "TT ")]
    names = (("Mỹ Hòa", 904), ("Cầu Ngang", 1247), ("Vĩnh Kim", 926))
    data = form(*[(f"{kind if name == 'Cầu Ngang' else ''}{name}", day, value)
                  for day, kind in days for name, value in names])  # fmt: skip
    reading = read_rows(data, within=WITHIN)
    assert not asked(reading)
    assert {figure.name for figure in reading.figures} == {"Xã Mỹ Hòa", "Thị trấn Cầu Ngang", "Xã Vĩnh Kim"}
    assert len(reading.figures) == 6


def test_on_the_same_day_it_is_asked_whether_the_bare_name_is_the_district() -> None:
    rows = [("Xã Mỹ Hòa", 900), ("TT Cầu Ngang", 1247), ("Xã Vĩnh Kim", 926), ("Cầu Ngang", 1111)]
    data = book(("Sheet1", [["Bluezone 18/8/2020"], ["Xã, thị trấn", "Đã cài"], *map(list, rows)]))
    question = read_rows(data, within=WITHIN).question
    assert question
    assert question.key == "unit:Cầu Ngang"
    assert [choice.value for choice in question.choices] == ["63:848", "63:29416", "none"]


@pytest.mark.parametrize("top", [True, False])
def test_a_bare_name_that_sums_the_others_is_the_whole(*, top: bool) -> None:
    rows = [("Xã Mỹ Hòa", 900), ("TT Cầu Ngang", 1200), ("Xã Vĩnh Kim", 926)]
    rows = [("Cầu Ngang", 3026), *rows] if top else [*rows, ("Cầu Ngang", 3026)]
    data = book(("Sheet1", [["Bluezone 18/8/2020"], ["Xã, thị trấn", "Đã cài"], *map(list, rows)]))
    reading = read_rows(data, within=WITHIN)
    assert not asked(reading)
    assert sorted(int(figure.value) for figure in reading.figures) == [900, 926, 1200]


@pytest.mark.parametrize(
    ("written", "bare"),
    [
        ("Mỹ Hòa (báo lại)", "Mỹ Hòa"),
        ("Xã Vĩnh Kim (đính chính số liệu)", "Xã Vĩnh Kim"),
        ("Mỹ Hòa - đính chính", "Mỹ Hòa"),
        ("Vĩnh Kim (số liệu điều chỉnh lại)", "Vĩnh Kim"),
        ("My Hoa (bao cao lai)", "My Hoa"),
        ("Đính chính: Mỹ Hòa", "Mỹ Hòa"),
    ],
)
def test_a_row_that_corrects_is_known(written: str, bare: str) -> None:
    assert without_correction(written) == (bare, True)


@pytest.mark.parametrize("name", ["Long Mỹ (huyện)", "Báo Đáp", "Trạm y tế (cũ)", "Báo Trà Vinh", "Tân Sửa", "Mỹ Hòa"])
def test_other_names_stay_whole(name: str) -> None:
    assert without_correction(name) == (name, False)


def test_the_later_row_holds_and_it_is_said() -> None:
    data = form(("Mỹ Hòa", "17/8/2020", 904), ("Vĩnh Kim", "17/8/2020", 926), ("Mỹ Hòa (báo lại)", "17/8/2020", 940),
                ("Mỹ Hòa", "18/8/2020", 990), ("Vĩnh Kim", "18/8/2020", 930))  # fmt: skip
    reading = read_rows(data, within=WITHIN)
    assert [int(figure.value) for figure in reading.figures] == [926, 940, 990, 930]
    assert [(notice.line, notice.kind) for notice in reading.notices] == [(3, "corrected")]


def test_a_note_may_say_that_a_row_corrects() -> None:
    rows = [["Bluezone 18/8/2020"], ["Xã", "Đã cài", "Ghi chú"], ["Mỹ Hòa", 904, None], ["Vĩnh Kim", 926, "có báo lại tuyến trên"],
            ["Mỹ Hòa", 940, "Báo lại"]]  # fmt: skip
    reading = read_rows(book(("Sheet1", rows)), within=WITHIN)
    assert [int(figure.value) for figure in reading.figures] == [926, 940]
    assert [notice.kind for notice in reading.notices] == ["corrected"]
