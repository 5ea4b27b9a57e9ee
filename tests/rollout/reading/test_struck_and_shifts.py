# ruff: noqa: E501 - forms are tables
"""Test what is struck through, said in comments, written over several rows, and counted by shifts."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Sequence
from typing import Any

import pytest
from openpyxl import load_workbook
from openpyxl.comments import Comment
from openpyxl.styles import Font
from tests.rollout.reading.building import book, saved
from tests.rollout.reading.reads import read_rows

from bluezone.rollout.reading.opening import open_book
from bluezone.rollout.reading.results import Reading
from bluezone.rollout.reading.storing import dump, load

TABLE: Sequence[Sequence[Any]] = [
    ["KẾT QUẢ CÀI ĐẶT BLUEZONE ĐẾN NGÀY 20/8/2020"],
    ["STT", "Đơn vị", "Số lượt cài đặt"],
    [1, "Thành phố Vị Thanh", 8799],
    [2, "Thành phố Ngã Bảy", 6753],
    [3, "Thị xã Long Mỹ", 7922],
]


def _installs(reading: Reading) -> dict[str, int]:
    return {figure.name: int(figure.value) for figure in reading.figures if figure.kind == "installs"}


def _kinds(reading: Reading) -> set[str]:
    return {notice.kind for notice in reading.notices}


def _changed(cells: Sequence[str] = (), comment: tuple[str, str] | None = None) -> bytes:
    workbook = load_workbook(io.BytesIO(book(("S", TABLE))))
    sheet = workbook.worksheets[0]
    for cell in cells:
        sheet[cell].font = Font(strike=True)
    if comment:
        sheet[comment[0]].comment = Comment(comment[1], "Lan")
    return saved(workbook)


def test_what_is_struck_through_is_left_out_with_a_word() -> None:
    row = read_rows(_changed(["A4", "B4", "C4"]))
    cell = read_rows(_changed(["C4"]))
    for reading in (row, cell):
        assert _installs(reading) == {"Thành phố Vị Thanh": 8799, "Thị xã Long Mỹ": 7922}
        assert "struck" in _kinds(reading)


@pytest.mark.parametrize(
    ("said", "left"),
    [
        ("Số liệu tạm tính", True),
        ("đúng là 6.900", False),
        ("Lan:\nsố này ước tính", False),
        ("Số cũ 5.512, huyện báo lại lúc 18h", True),
        ("sửa từ 5.512 thành 6.753", True),
        ("Chị Thu báo", True),
    ],
)
def test_a_comment_is_heard_as_a_note_is(said: str, left: bool) -> None:
    reading = read_rows(_changed(comment=("C4", said)))
    assert ("Thành phố Ngã Bảy" in _installs(reading)) is left
    assert "comment" in _kinds(reading)


def test_the_day_of_a_comment_is_that_of_its_row() -> None:
    reading = read_rows(_changed(comment=("C4", "Số liệu ngày 18/8")))
    assert {(figure.name, str(figure.date)) for figure in reading.figures} == {
        ("Thành phố Vị Thanh", "2020-08-20"), ("Thành phố Ngã Bảy", "2020-08-18"), ("Thị xã Long Mỹ", "2020-08-20"),
    }  # fmt: skip


def test_comments_and_strokes_are_stored_with_an_upload() -> None:
    opened = open_book(_changed(["C4"], ("C5", "ước")), "bieu.xlsx")
    again = load(dump(opened))
    assert again.sheets[0].struck == {(4, 3)}
    assert again.sheets[0].comments == {(5, 3): "ước"}


def test_an_ods_has_comments_and_strokes_too() -> None:
    content = """<?xml version="1.0" encoding="UTF-8"?>
<office:document-content xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0"
 xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0" xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0"
 xmlns:style="urn:oasis:names:tc:opendocument:xmlns:style:1.0">
<office:automatic-styles><style:style style:name="ce1" style:family="table-cell"><style:text-properties style:text-line-through-style="solid"/></style:style></office:automatic-styles>
<office:body><office:spreadsheet><table:table table:name="S"><table:table-row>
<table:table-cell office:value-type="string"><office:annotation><text:p>báo lại sau</text:p></office:annotation><text:p>Vị Thanh</text:p></table:table-cell>
<table:table-cell table:style-name="ce1" office:value-type="float" office:value="12"><text:p>12</text:p></table:table-cell>
</table:table-row></table:table></office:spreadsheet></office:body></office:document-content>"""
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        archive.writestr("content.xml", content)
    (sheet,) = open_book(stream.getvalue(), "bieu.ods").sheets
    assert sheet.own(1, 1).text == "Vị Thanh"
    assert sheet.comments == {(1, 1): "báo lại sau"}
    assert sheet.struck == {(1, 2)}


def test_a_number_over_the_rows_of_two_units_is_of_neither() -> None:
    rows = [
        ["KẾT QUẢ CÀI ĐẶT BLUEZONE ĐẾN NGÀY 20/8/2020"],
        ["Xã", "Dân số", "Số lượt cài đặt"],
        ["Xã Vị Trung", 8000, 1000],
        ["Xã Vị Thủy", 7000, None],
        ["Xã Vị Đông", 7100, 900],
    ]
    reading = read_rows(book(("S", rows, ["C3:C4"])), within="63:935")
    assert _installs(reading) == {"Xã Vị Đông": 900}
    assert "over-rows" in _kinds(reading)


LOG = [["BẾN XE VỊ THANH"], ["SỔ THEO DÕI CÀI BLUEZONE"], ["Ngày", "Ca", "Số khách", "Đã cài"]]


@pytest.mark.parametrize("day", [None, "18/8/2020"])
def test_the_shifts_of_a_day_are_added(day: str | None) -> None:
    rows = [*LOG, ["18/8/2020", "Sáng", 100, 40], [day, "Chiều", 90, 35], ["19/8/2020", "Sáng", 110, 44]]
    reading = read_rows(book(("S", rows)))
    assert {(str(figure.date), figure.kind, int(figure.value)) for figure in reading.figures} == {
        ("2020-08-18", "headcount", 190), ("2020-08-18", "installs", 75),
        ("2020-08-19", "headcount", 110), ("2020-08-19", "installs", 44),
    }  # fmt: skip
    assert "shifts" in _kinds(reading)


def test_shifts_alone_are_those_of_the_station_in_the_title() -> None:
    rows = [["BẾN XE VỊ THANH"], ["CÀI BLUEZONE NGÀY 20/8/2020"], ["STT", "Ca trực", "Số khách", "Đã cài"],
            [1, "Ca 1 (5h-13h)", 100, 40], [2, "Ca 2 (13h-21h)", 90, 35]]  # fmt: skip
    reading = read_rows(book(("S", rows)))
    assert {(figure.name, figure.kind, int(figure.value)) for figure in reading.figures} == {
        ("BẾN XE VỊ THANH", "headcount", 190), ("BẾN XE VỊ THANH", "installs", 75),
    }  # fmt: skip


def test_what_counts_up_from_shift_to_shift_is_not_added() -> None:
    rows = [["BÁO CÁO NHANH BLUEZONE"], ["Ngày", "Buổi", "Xã", "Đã cài"],
            ["18/8/2020", "Sáng", "Xã Vị Trung", 1000], ["18/8/2020", "Sáng", "Xã Vị Thủy", 1100],
            ["18/8/2020", "Chiều", "Xã Vị Trung", 1020], ["18/8/2020", "Chiều", "Xã Vị Thủy", 1105]]  # fmt: skip
    reading = read_rows(book(("S", rows)), within="63:935")
    assert _installs(reading) == {"Xã Vị Trung": 1020, "Xã Vị Thủy": 1105}
