"""Test remarks that speak of the colour of cells, and remarks that name rows."""

from __future__ import annotations

import io
from collections.abc import Sequence
from pathlib import Path

import pytest
from openpyxl import Workbook
from openpyxl.styles import Font, PatternFill
from tests.rollout.reading.reads import asked, read_rows

from bluezone.rollout.reading import colours, footnotes
from bluezone.rollout.reading.opening import open_book
from bluezone.rollout.reading.results import Reading
from bluezone.rollout.reading.storing import dump, load

ROWS = [("Xã Vị Trung", 512), ("Xã Vị Đông", 498), ("Xã Vị Thắng", 377), ("Xã Vị Thủy", 620)]
TITLE = "KẾT QUẢ CÀI BLUEZONE, cập nhật ngày 21/8/2020"
MARKED = ("Xã Vị Đông", "Xã Vị Thắng")


def _book(
    below: str = "", above: str = "", *, fill: str = "FFFF00", font: str = "", marked: Sequence[str] = MARKED
) -> bytes:
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.append([TITLE])
    sheet.append([above])
    sheet.append(["Đơn vị", "Đã cài"])
    for name, count in ROWS:
        sheet.append([name, count])
        if name in marked and font:
            sheet.cell(sheet.max_row, 2).font = Font(color=font)
        elif name in marked:
            sheet.cell(sheet.max_row, 2).fill = PatternFill("solid", fgColor=fill)
    sheet.append([])
    sheet.append([below])
    data = io.BytesIO()
    book.save(data)
    return data.getvalue()


def _read(*args: str, **kinds: str) -> Reading:
    return read_rows(_book(*args, **kinds), within="63:935")


def _days(reading: Reading) -> dict[str, str]:
    return {figure.written: str(figure.date)[5:] for figure in reading.figures}


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("Ghi chú: ô tô màu vàng là số liệu cũ ngày 18/8", {"vàng"}),
        ("* Màu đỏ: lấy số liệu ngày 18/8", {"đỏ"}),
        ("cac o mau vang la so cu", {"vàng"}),
        ("(chữ đỏ: số cũ)", {"đỏ"}),
        ("màu xanh lá: đã chốt; màu vàng: chưa chốt", {"xanh", "vàng"}),
        ("Thành phố Cam Ranh ngày 20/8", set()),
        ("Tổ Xanh, ấp Vàng", set()),
        ("Số liệu do xã báo cáo", set()),
    ],
)
def test_remarks_name_colours(text: str, said: set[str]) -> None:
    assert colours.colours_said(text) == said


@pytest.mark.parametrize(
    ("written", "name"),
    [("FFFFFF00", "vàng"), ("FFFF0000", "đỏ"), ("#92d050", "xanh"), ("00B0F0", "xanh"), ("F8CBAD", "cam"),
     ("7030A0", "tím"), ("FFFFFFFF", ""), ("D9D9D9", ""), ("000000", ""), ("transparent", "")],
)  # fmt: skip
def test_fills_have_names(written: str, name: str) -> None:
    assert colours.name_of_hex(written) == name


@pytest.mark.parametrize(
    ("below", "above"),
    [
        ("Ghi chú: ô tô màu vàng là số liệu cũ ngày 18/8 (xã chưa gửi báo cáo mới)", ""),
        ("* Màu vàng: lấy số liệu ngày 18/8", ""),
        ("Ô màu vàng: xã chưa báo cáo, lấy lại số 18/8", ""),
        ("", "(ô vàng: số cũ 18/8)"),
    ],
)
def test_a_colour_dates_the_rows_that_have_it(below: str, above: str) -> None:
    reading = _read(below, above)
    assert not asked(reading)
    assert _days(reading) == {name: "08-18" if name in MARKED else "08-21" for name, _ in ROWS}


def test_letters_have_colours_too() -> None:
    assert _days(_read("Số màu đỏ là số ngày 18/8", font="FF0000"))["Xã Vị Đông"] == "08-18"


def test_old_figures_without_a_day_are_left_out_and_said() -> None:
    reading = _read("Những ô màu vàng: số liệu cũ")
    assert set(_days(reading)) == {"Xã Vị Trung", "Xã Vị Thủy"}
    assert sum(notice.kind == "remark" for notice in reading.notices) == 2


@pytest.mark.parametrize("kinds", [{"fill": "FF0000"}, {"marked": [name for name, _ in ROWS]}, {"marked": []}])
def test_a_colour_that_tells_no_rows_apart_is_said(kinds: dict[str, str]) -> None:
    reading = _read("Ghi chú: ô màu vàng lấy số liệu ngày 18/8", **kinds)
    assert not asked(reading)
    assert set(_days(reading).values()) == {"08-21"}
    assert [notice.text.template for notice in reading.notices] == [footnotes.OF_COLOUR]


def test_colours_are_kept_with_an_opened_book(tmp_path: Path) -> None:
    book = open_book(_book("Ô màu vàng: số cũ"), "a.xlsx")
    assert book.sheets[0].coloured == {"vàng": {(5, 2), (6, 2)}}
    assert load(dump(book)).sheets[0].coloured == book.sheets[0].coloured
    assert not open_book(_book("Số liệu đến 17h"), "a.xlsx").sheets[0].coloured


@pytest.mark.parametrize(
    ("below", "named"),
    [
        ("Ghi chú: Vị Đông, Vị Thắng lấy số liệu ngày 18/8", set(MARKED)),
        ("Xã Vị Đông: số liệu ngày 18/8", {"Xã Vị Đông"}),
        ("Ghi chú: xã Vị Đông và xã Vị Thắng số liệu đến ngày 18/8/2020", set(MARKED)),
        ("Vị Đông, ngày 22 tháng 8 năm 2020", set()),
    ],
)
def test_a_remark_dates_the_rows_that_it_names(below: str, named: set[str]) -> None:
    reading = _read(below, marked="")
    assert not asked(reading)
    assert {name for name, day in _days(reading).items() if day == "08-18"} == named
    assert set(_days(reading).values()) <= {"08-18", "08-21"}
