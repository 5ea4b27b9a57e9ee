"""The table in a sheet: its header, its lines, what stands around it."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from tests.spreadsheets.sheets import Rows, sheet_of

from bluezone.spreadsheets import grid
from bluezone.spreadsheets.cells import Cell

BODY: Rows = [[1, "Huyện Vị Thủy", 90126, 5555], [2, "Huyện Long Mỹ", 70012, 4321]]
HEADER = ["STT", "Đơn vị", "Dân số", "Đã cài"]


@pytest.mark.parametrize(
    ("rows", "merged", "header", "lines"),
    [
        ([HEADER, *BODY], (), (1, 1), [2, 3]),
        ([["BÁO CÁO CÀI ĐẶT BLUEZONE"], ["(đến ngày 20/8/2020)"], HEADER, *BODY], (), (3, 3), [4, 5]),
        (
            [["Kết quả"], ["STT", "Đơn vị", "Kết quả cài đặt"], [None, None, "Số người", "Tỷ lệ (%)"], *BODY],
            ((2, 1, 3, 1), (2, 2, 3, 2), (2, 3, 2, 4)),
            (2, 3),
            [4, 5],
        ),
        ([HEADER, ["(1)", "(2)", "(3)", "(4)=(3)/(2)"], *BODY], (), (1, 2), [3, 4]),
        ([HEADER, ["A", "B", 1, 2], *BODY], (), (1, 2), [3, 4]),
        (
            [
                ["UBND TỈNH HẬU GIANG", None, None, "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM"],
                ["VĂN PHÒNG", None, None, "Độc lập - Tự do - Hạnh phúc"],
                HEADER,
                *BODY,
            ],
            (),
            (3, 3),
            [4, 5],
        ),
        # days and measures below the words, with cells that span others and without
        (
            [["STT", "Đơn vị", "Lũy kế", None, "Tăng"], [None, None, "đến 16/8", "đến 20/8", "(D–C)"],
             [1, "Huyện Vị Thủy", 5, 6, 1]],
            (), (1, 2), [3],
        ),
        ([HEADER, [None, None, "(người)", "người"], *BODY], (), (1, 2), [3, 4]),
        ([["Đơn vị", "Đã cài", "Đã cài"], [None, "16/8", "đến hết 20/8"], ["Vị Thủy", 5, 6]], (), (1, 2), [3]),
        ([["Ngày", "Hạn", "Đã cài"], ["16/8", "20/8", None], ["17/8", "20/8", 6]], (), (1, 1), [2, 3]),
        ([HEADER, *BODY, [], ["Ghi chú: số liệu do các xã báo cáo"], [None, "NGƯỜI LẬP"]], (), (1, 1), [2, 3]),
        ([HEADER, *BODY, [3, "Ngã Bảy", "chưa rõ", "?"], [None, "NGƯỜI LẬP", None, "CHỦ TỊCH"]], (), (1, 1), [2, 3, 4]),
        # a last row whose only number cannot be read is a row, one below a gap or with fewer cells is a signature
        ([HEADER[1:], ["Vị Thủy", 9, 5], ["Ngã Bảy", "thị xã", "?"]], (), (1, 1), [2, 3]),
        ([HEADER[1:], ["Vị Thủy", 9, 5], ["NGƯỜI LẬP", None, "CHỦ TỊCH"]], (), (1, 1), [2]),
        ([HEADER[1:], ["Vị Thủy", 9, 5], [], ["NGƯỜI LẬP", "KẾ TOÁN", "CHỦ TỊCH"]], (), (1, 1), [2]),
        ([HEADER, [None, "Khối xã"], *BODY], (), (1, 1), [2, 3, 4]),
        ([["Huyện Vị Thủy", 5555], ["Huyện Long Mỹ", 4321]], (), (0, 0), [1, 2]),
        ([["Địa phương", dt.date(2020, 8, 19), dt.date(2020, 8, 20)], ["Vị Thủy", 1, 2]], (), (1, 1), [2]),
        ([["Đơn vị", 18, 19, 20], ["Vị Thủy", 500, 540, 590]], (), (1, 1), [2]),
        # no word of the header is known: it stands right above the first values
        ([["Vùng", "Kết"], ["Vị Thủy", 5], ["Long Mỹ", 6]], (), (1, 1), [2, 3]),
    ],
)  # fmt: skip
def test_the_header_and_the_lines_of_a_table_are_found(
    rows: Rows, merged: Any, header: tuple[int, int], lines: list[int]
) -> None:
    table = grid.table_in(sheet_of(rows, merged))
    assert table is not None
    assert (table.header, table.lines) == (header, lines)


def test_a_header_cell_over_several_columns_speaks_for_each() -> None:
    rows = [["Đơn vị", "Đã cài", None, "Ghi chú"], [None, "Nam", "Nữ", None], ["Vị Thủy", 1, 2, None]]
    table = grid.table_in(sheet_of(rows, ((1, 1, 2, 1), (1, 2, 1, 3), (1, 4, 2, 4))))
    assert table is not None
    assert [column.header for column in table.columns] == ["Đơn vị", "Đã cài / Nam", "Đã cài / Nữ", "Ghi chú"]


def test_a_header_may_be_given() -> None:
    rows = [HEADER, *BODY]
    assert [table.lines for at in (1, 2) if (table := grid.table_in(sheet_of(rows), (at, at)))] == [[2, 3], [3]]


def test_texts_above_and_below_stand_by_their_lines() -> None:
    rows = [["Đến ngày 20/8/2020"], HEADER, *BODY, ["Nơi nhận: như trên"]]
    table = grid.table_in(sheet_of(rows))
    assert table is not None
    assert (table.above, table.below) == ([(1, "Đến ngày 20/8/2020")], [(5, "Nơi nhận: như trên")])


@pytest.mark.parametrize("rows", [[], [["chỉ một dòng chữ"]]])
def test_a_sheet_may_hold_no_table(rows: Rows) -> None:
    assert grid.table_in(sheet_of(rows)) is None


def test_a_table_is_turned_with_its_lines_as_columns() -> None:
    table = grid.table_in(sheet_of([["Tiêu chí", "Vị Thủy", "Long Mỹ"], ["Đã cài", 5, 6]]))
    assert table is not None
    turned = grid.turned(table, None)
    assert turned is not None
    assert [column.header for column in turned.columns] == ["Tiêu chí", "Đã cài"]
    assert turned.columns[1].cells[3].text == "6"


@pytest.mark.parametrize(
    ("texts", "numbering"),
    [
        (["(1)", "(2)", "(3)=(2)/(1)"], True),
        (["A", "B", "1", "2"], True),
        (["1", "2", "3=2/1"], True),
        (["1", "Vị Thủy", "3"], False),
        (["7"], False),
    ],
)
def test_a_row_that_numbers_columns_is_known(texts: list[str], numbering: bool) -> None:
    assert grid.is_numbering(map(Cell, texts)) is numbering
