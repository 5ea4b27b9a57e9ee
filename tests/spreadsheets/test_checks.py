"""Test the checks of a spreadsheet's rows that an officer sees before they are stored."""

from __future__ import annotations

import pytest
from tests.spreadsheets.sheets import Rows, proposed

TITLE = ["Bluezone đến 20/8/2020"]


@pytest.mark.parametrize(
    ("rows", "found"),
    [
        ([["Đơn vị", "Đã cài"], ["Vị Thủy", 5], ["Ngã Bảy", 6], ["Tổng", 11]], []),
        ([["Đơn vị", "Đã cài"], ["Vị Thủy", 5], ["Ngã Bảy", 6], ["Tổng", 12]], [("sum", (5,))]),
        # a total of its own group, and of one level among two
        ([["Đơn vị", "Đã cài"], ["Vị Thủy", 5], ["Tổng", 5], ["Ngã Bảy", 6], ["Tổng", 6]], []),
        ([["Đơn vị", "Đã cài"], ["Huyện Vị Thủy", 9], ["Xã Vị Trung", 4], ["Xã Vị Đông", 5], ["Tổng", 9]], []),
        ([["Đơn vị", "Đã cài"], ["Huyện Vị Thủy", 5], ["H. Vị Thủy", 6]], [("twice", (3, 4))]),
        ([["Đơn vị", "Đã cài 19/8", "Đã cài 20/8"], ["Vị Thủy", 9, 5], ["Ngã Bảy", 6, 7]], [("falls", (3,))]),
        ([["Đơn vị", "Dân số", "Đã cài"], ["Vị Thủy", 1000, 1050], ["Ngã Bảy", 900, 80]],
         [("more-than-people", (3,))]),
        ([["Đơn vị", "Dân số", "Đã cài", "Tỷ lệ (%)"], ["Vị Thủy", 1000, 100, 10], ["Ngã Bảy", 1000, 90, 9],
          ["Phụng Hiệp", 1000, 80, 18]], [("share", (5,))]),
        ([["Đơn vị", "Dân số", "Đã cài"],
          *([name, 1000, 100] for name in ("Vị Thủy", "Ngã Bảy", "Phụng Hiệp", "Vị Thanh")),
          ["Châu Thành", 1000, 900]], [("outlier", (7,))]),
    ],
)  # fmt: skip
def test_what_does_not_fit_is_said_with_its_lines(rows: Rows, found: list[tuple[str, tuple[int, ...]]]) -> None:
    checks = proposed([TITLE, *rows]).checks
    assert [(check.kind, check.lines) for check in checks] == found


def test_a_share_is_said_with_the_decimals_it_was_printed_with() -> None:
    rows = [["Đơn vị", "Dân số", "Đã cài", "Tỷ lệ"], ["Vị Thủy", 1000, 90, "9,02%"], ["Ngã Bảy", 1000, 80, "18,5%"]]
    assert [str(check.text).split("printed is ")[1] for check in proposed([TITLE, *rows]).checks] == ["18.5 %"]
