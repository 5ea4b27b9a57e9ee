"""Columns below a share, offices below a heading that some rows call like places with their kind."""

from __future__ import annotations

import pytest
from tests.rollout.reading.building import book
from tests.rollout.reading.reads import read_rows, taken

from bluezone.rollout.reading.headers import guess

SHARES = [
    (["Tỷ lệ (%)", "Trên dân số"], "percent_population"),
    (["Tỷ lệ (%)", "Trên tổng số dân"], "percent_population"),
    (["Tỷ lệ (%)", "Dân số"], "percent_population"),
    (["Tỷ lệ", "So với dân số"], "percent_population"),
    (["Tỷ lệ %", "Trên số người có ĐTTM"], "percent_smartphones"),
    (["Tỷ lệ (%)", "Trên số người sử dụng điện thoại thông minh"], "percent_smartphones"),
    (["Tỷ lệ %", "Số người có smartphone"], "percent_smartphones"),
    (["Tỷ lệ %", "Số hộ"], "percent_other"),
    (["Kết quả", "Tỷ lệ (%)", "Trên số người có ĐTTM"], "percent_smartphones"),
    (["Tỷ lệ (%)", "Số lượng"], "total"),
    (["Số lượng, tỷ lệ", "Số người đã cài"], "installs"),
    (["Tỷ lệ người dân cài đặt", "Số người đã cài"], "installs"),
    (["Tỷ lệ (%)", "Xếp hạng"], "rank"),
]


@pytest.mark.parametrize(("path", "kind"), SHARES)
def test_columns_below_a_bare_share_are_shares(path: list[str], kind: str) -> None:
    assert guess(path).kind == kind


def test_whole_numbers_below_a_share_of_phones_are_no_phones() -> None:
    rows: list[list[object]] = [["TP Vị Thanh", 70_001, 9_011, 13, 23], ["TP Ngã Bảy", 70_002, 9_022, 14, 24]]
    header = [["Đơn vị", "Dân số", "Số đã cài", "Tỷ lệ (%)", ""], ["", "", "", "Trên dân số", "Trên số người có ĐTTM"]]
    data = book(("Sheet1", [["Bluezone đến 20/8/2020"], *header, *rows], ("A2:A3", "B2:B3", "C2:C3", "D2:E2")))
    kinds = {kind for kind, _, _ in taken(read_rows(data))}
    assert kinds == {"population", "installs", "percent_population", "percent_smartphones"}


OFFICES = [
    ("Hội LHPN xã, thị trấn", "Hội LHPN"),
    ("Công an xã, thị trấn", "Công an"),
    ("Hội CCB huyện, thị, thành", "Hội CCB"),
    ("Đoàn phường, xã", "Đoàn"),
]


@pytest.mark.parametrize(("header", "office"), OFFICES)
def test_all_rows_below_a_heading_of_offices_are_these(header: str, office: str) -> None:
    names = ["TT Sơn Dương", "Trung Yên", "Tân Trào"]
    rows: list[list[object]] = [[name, 440, 185] for name in names]
    data = book(("Sheet1", [["Cài Bluezone đến 20/8/2020"], [header, "Tổng số hội viên", "Hội viên đã cài"], *rows]))
    reading = read_rows(data, within="63:076", answers={"rows": "others"})
    assert {(figure.unit, figure.name) for figure in reading.figures} == {(None, f"{office} {name}") for name in names}
