# ruff: noqa: E501 - forms are tables
"""Test the notes below a table and what in it refers to them."""

from __future__ import annotations

from typing import Any

import pytest
from tests.rollout.reading.building import book
from tests.rollout.reading.reads import read_rows, taken

from bluezone.rollout.reading.headers import guess
from bluezone.rollout.reading.results import Reading


def _read(name: str = "Thành phố Ngã Bảy", value: Any = 6753, header: str = "Đã cài", note: str = "") -> Reading:
    rows = [
        ["KẾT QUẢ CÀI ĐẶT BLUEZONE ĐẾN NGÀY 20/8/2020"],
        ["Đơn vị", "Dân số", header],
        ["Thành phố Vị Thanh", 73322, 8799],
        [name, 56274, value],
        ["Thị xã Long Mỹ", 66018, 7922],
        [note],
    ]
    return read_rows(book(("S", rows)))


def _installs(reading: Reading) -> list[int]:
    return [int(figure.value) for figure in reading.figures if figure.kind == "installs"]


def _said(reading: Reading, kind: str) -> list[str]:
    return [str(notice.text.values.get("text", "")) for notice in reading.notices if notice.kind == kind]


@pytest.mark.parametrize(
    ("name", "value", "note"),
    [
        ("Thành phố Ngã Bảy", "6.753*", "* Số liệu ước tính"),
        ("Thành phố Ngã Bảy", "6.753 (*)", "(*) Ước tính"),
        ("Thành phố Ngã Bảy (1)", 6753, "(1) Số liệu ước tính"),
        ("Thành phố Ngã Bảy [2]", 6753, "[2] Số liệu kế hoạch"),
        ("Thành phố Ngã Bảy¹", 6753, "¹ Số liệu ước tính"),
    ],
)
def test_a_footnote_is_heard_whatever_refers_to_it(name: str, value: Any, note: str) -> None:
    reading = _read(name, value, note=note)
    assert _installs(reading) == [8799, 7922]
    assert "remark" in {notice.kind for notice in reading.notices}


def test_the_mark_at_a_number_gives_its_row_a_day() -> None:
    reading = _read(value="6.753*", note="* số liệu ngày 18/8")
    assert [str(figure.date) for figure in reading.figures if figure.kind == "installs"] == [
        "2020-08-20",
        "2020-08-18",
        "2020-08-20",
    ]


@pytest.mark.parametrize(
    ("header", "note", "kind", "day"),
    [
        ("Đã cài (*)", "(*) Chỉ tính số cài trong tuần", "increase", "2020-08-20"),
        ("Đã cài (2)", "(2) Số liệu tính đến ngày 19/8/2020", "installs", "2020-08-19"),
        ("Đã cài¹", "¹ Số liệu do Viettel cung cấp", "installs", "2020-08-20"),
    ],
)
def test_the_footnote_of_a_header_says_what_its_column_holds(header: str, note: str, kind: str, day: str) -> None:
    reading = _read(header=header, note=note)
    assert (kind, "", day) in taken(reading)
    assert _said(reading, "note") == [note.split(" ", 1)[1]]


def test_some_of_the_people_are_no_population_by_a_footnote() -> None:
    rows = [["KẾT QUẢ CÀI BLUEZONE NGÀY 20/8/2020"], ["Đơn vị", "Dân số (1)", "Đã cài"], ["Thành phố Vị Thanh", 50322, 8799],
            ["Thành phố Ngã Bảy", 36274, 6753], ["(1) Dân số từ 15 tuổi trở lên"]]  # fmt: skip
    assert {kind for kind, _, _ in taken(read_rows(book(("S", rows))))} == {"installs"}


@pytest.mark.parametrize(
    ("note", "said"),
    [
        ("Ghi chú: Dân số tính từ 15 tuổi trở lên", True),
        ("Đính chính: Thành phố Ngã Bảy 6.900 (không phải 6.753)", True),
        ("Số liệu chưa trừ số cài trùng", True),
        ("Người lập biểu: Nguyễn Văn A", False),
        ("Vị Thanh, ngày 20 tháng 8 năm 2020", False),
    ],
)
def test_a_note_on_figures_is_said(note: str, said: bool) -> None:
    assert (_said(_read(note=note), "note") == [note]) is said


@pytest.mark.parametrize(
    ("header", "kind"),
    [
        ("Đã cài (không gồm NCOVI)", "installs"),
        ("Đã cài (trừ NCOVI)", "installs"),
        ("Đã cài (chưa tính số cài NCOVI)", "installs"),
        ("Đã cài (bao gồm cả số cài NCOVI)", "unknown"),
        ("Chưa cài NCOVI", "missing"),
        ("Số người cài NCOVI", "ncovi"),
    ],
)
def test_ncovi_is_left_off_only_where_it_is_said_not_to_be_in(header: str, kind: str) -> None:
    assert guess([header]).kind == kind


def test_a_word_right_of_the_table_is_a_note_of_its_row() -> None:
    rows = [["KẾT QUẢ CÀI BLUEZONE NGÀY 20/8/2020"], ["Đơn vị", "Đã cài"], ["Thành phố Vị Thanh", 8799],
            ["Thành phố Ngã Bảy", 6753, "ước"], ["Thị xã Long Mỹ", 7922, "chưa gồm P. Trà Lồng"]]  # fmt: skip
    reading = read_rows(book(("S", rows)))
    assert _installs(reading) == [8799, 7922]
    assert [notice.kind for notice in reading.notices].count("remark") == 2
