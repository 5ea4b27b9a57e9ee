"""Columns and rows that mix what a figure must not: people of different sorts, apps, telephones, districts gone."""

from __future__ import annotations

import pytest
from tests.rollout.reading.building import book
from tests.rollout.reading.reads import asked, read_rows, taken

from bluezone.rollout.reading.opening import open_book

OFFICES = ("Sở Y tế", "Sở Tài chính")


@pytest.mark.parametrize("whole", ["Tổng cộng đã cài", "Cộng", "Số người đã cài"])
def test_a_sum_of_officials_and_their_families_is_none_of_officials(whole: str) -> None:
    head = ["Cơ quan", "Tổng số CBCCVC", "Bản thân đã cài", "Người thân trong gia đình đã cài", whole]
    counts = ((100, 98, 150, 248), (60, 60, 70, 130))
    rows = [[name, *each] for name, each in zip(OFFICES, counts, strict=True)]
    title = [["CÀI ĐẶT BLUEZONE CỦA CÁN BỘ, CÔNG CHỨC, VIÊN CHỨC"], ["(đến ngày 29/8/2020)"]]
    reading = read_rows(book(("Sheet1", [*title, head, *rows])))
    day = "2020-08-29"
    assert taken(reading) == {("headcount", "staff", day), ("installs", "staff", day), ("installs", "families", day)}
    assert [notice.kind for notice in reading.notices] == ["column"]


def test_a_sum_of_all_groups_stays_where_no_title_names_one() -> None:
    rows = [["CÀI ĐẶT BLUEZONE ĐẾN 29/8/2020"], ["Trường", "HS đã cài", "GV đã cài", "Tổng cộng đã cài"],
            ["THCS Vị Bình", 100, 98, 198], ["THCS Vị Đông", 60, 60, 120]]  # fmt: skip
    assert ("installs", "", "2020-08-29") in taken(read_rows(book(("Sheet1", rows))))


SHARES = ((99138, 12345, 12.45), (206818, 20000, 9.67), (90000, 8111, 9.01))


@pytest.mark.parametrize("base", ["Số TB di động", "Số thuê bao 3G/4G", "Tổng thẻ SIM"])
def test_a_share_of_what_is_not_known_is_none_of_the_people(base: str) -> None:
    """Subscribers are about as many as people: the share is near that of these."""
    rows = [[name, *each] for name, each in zip(("Vị Thủy", "Phụng Hiệp", "Châu Thành"), SHARES, strict=True)]
    head = ["Huyện", base, "Số người dùng Bluezone", "Tỷ lệ (%)"]
    data = book(("Sheet1", [["BLUEZONE HẬU GIANG ĐẾN NGÀY 20/8/2020"], head, *[[*row] for row in rows]]))
    reading = read_rows(data)
    assert not asked(reading)
    assert taken(reading) == {("installs", "", "2020-08-20")}
    assert [notice.kind for notice in reading.notices] == ["column", "columns"]


@pytest.mark.parametrize(
    ("unit", "head", "classes"),
    [
        ("Cơ sở lưu trú", "Hạng", ("4*", "3*", "3*")),
        ("Khách sạn", "Xếp hạng", ("4 sao", "3 sao", "2 sao")),
        ("Khách sạn", "Hạng", (4, 3, 2)),
        ("Trường", "Hạng", (2, 2, 2)),
    ],
)
def test_the_class_of_a_hotel_is_no_rank(unit: str, head: str, classes: tuple[object, ...]) -> None:
    rows = [["Bluezone ngày 23/8/2020"], [unit, head, "Nhân viên đã cài"],
            *[[f"{unit} {n}", each, 10 + n] for n, each in enumerate(classes, 1)]]  # fmt: skip
    reading = read_rows(book(("Sheet1", rows)))
    assert taken(reading) == {("installs", "staff", "2020-08-23")}
    assert "column" in {notice.kind for notice in reading.notices}


def test_ranks_with_a_tie_stay_ranks() -> None:
    rows = [["Bluezone ngày 23/8/2020"], ["Xã", "Hạng", "Đã cài"],
            ["Vị Bình", 1, 50], ["Vị Đông", 2, 50], ["Vị Thắng", 2, 50], ["Vị Trung", 4, 50]]  # fmt: skip
    assert ("rank", "", "2020-08-23") in taken(read_rows(book(("Sheet1", rows))))


@pytest.mark.parametrize("name", ["Hoành Bồ", "Huyện Hoành Bồ", "H. Hoành Bồ"])
def test_a_district_merged_shortly_before_is_named_and_no_ward(name: str) -> None:
    units = (("Hạ Long", 53810), (name, 13151), ("Cẩm Phả", 14207), ("Uông Bí", 8049))
    rows = [["Lượt cài Bluezone 21/8/2020"], ["Địa bàn", "Lượt cài đặt"], *[list(each) for each in units]]
    reading = read_rows(book(("Sheet1", rows)), within="63:22")
    assert {str(figure.unit.code) for figure in reading.figures if figure.unit} == {"63:193", "63:195", "63:196"}
    assert [notice.kind for notice in reading.notices] == ["bounds", "ended"]
    assert not [row for row in reading.rows if row.cells["unit"] == name]
    assert all("Hạ Long" in str(notice.text) for notice in reading.notices)


def test_several_districts_of_before_their_mergers_are_named() -> None:
    names = ("Quảng Uyên", "Phục Hòa", "Trà Lĩnh", "Hà Quảng", "Trùng Khánh", "Hạ Lang", "Bảo Lạc", "Thông Nông")
    rows = [["Lượt cài Bluezone 21/8/2020"], ["Huyện", "Lượt cài đặt"], *[[name, 900] for name in names]]
    reading = read_rows(book(("Sheet1", rows)), within="63:04")
    assert [notice.kind for notice in reading.notices] == ["bounds"] * 2 + ["ended"] * 4
    assert len(reading.figures) == 4


def test_a_ward_of_the_name_is_the_ward_among_wards() -> None:
    rows = [["Lượt cài Bluezone 21/8/2020"], ["Phường, xã", "Lượt cài đặt"], ["Hoành Bồ", 900], ["Bãi Cháy", 800],
            ["Hà Khánh", 700]]  # fmt: skip
    reading = read_rows(book(("Sheet1", rows)), within="63:193")
    assert "63:07030" in {str(figure.unit.code) for figure in reading.figures if figure.unit}


@pytest.mark.parametrize("merged", [(), ("A3:A4", "B3:B4", "A5:A6", "B5:B6")])
def test_rows_of_one_unit_and_two_apps(merged: tuple[str, ...]) -> None:
    rows = [["KẾT QUẢ CÀI BLUEZONE, NCOVI ĐẾN 21/8/2020"], ["STT", "Đơn vị", "Ứng dụng", "Số người đã cài"],
            [1, "Vị Thủy", "NCOVI", 300], [None, None, "Bluezone", 500],
            [2, "Phụng Hiệp", "NCOVI", 200], [None, None, "Bluezone", 700],
            [None, "Tổng", "NCOVI", 500], [None, None, "Bluezone", 1200]]  # fmt: skip
    reading = read_rows(book(("Sheet1", rows, merged)))
    found = {(str(figure.unit.code) if figure.unit else "", figure.kind): figure.value for figure in reading.figures}
    assert found == {("63:935", "ncovi"): 300, ("63:935", "installs"): 500,
                     ("63:934", "ncovi"): 200, ("63:934", "installs"): 700}  # fmt: skip
    rows = [row.cells for row in reading.rows]
    assert sorted(cells["installs"] for cells in rows if "installs" in cells) == ["500", "700"]


def test_kinds_of_telephones_are_added_up() -> None:
    rows = [["KẾT QUẢ CÀI BLUEZONE ĐẾN 21/8/2020"], ["STT", "Đơn vị", "Số máy đã cài Bluezone"],
            [None, None, "Android", "iOS"], [1, "Vị Thủy", 400, 100], [2, "Phụng Hiệp", 600, 50]]  # fmt: skip
    reading = read_rows(book(("Sheet1", rows, ["C2:D2"])))
    assert {(figure.kind, int(figure.value)) for figure in reading.figures} == {("installs", 500), ("installs", 650)}


def test_kinds_of_telephones_beside_their_sum_are_parts() -> None:
    rows = [["KẾT QUẢ CÀI BLUEZONE ĐẾN 21/8/2020"], ["STT", "Đơn vị", "Tổng số đã cài", "Android", "iOS"],
            [1, "Vị Thủy", 510, 400, 100], [2, "Phụng Hiệp", 650, 600, 50]]  # fmt: skip
    reading = read_rows(book(("Sheet1", rows)))
    assert {(figure.kind, int(figure.value)) for figure in reading.figures} == {("installs", 510), ("installs", 650)}


PAGE = """<html><head><title>Sổ</title></head><body><h3>CÀI ĐẶT BLUEZONE</h3><p>Số liệu đến 20/08/2020</p>
<table><tr><th>STT</th><th>Huyện</th><th>Tổng lượt tải</th><th>Trong đó đã khai báo số điện thoại</th></tr>
<tr><td>1</td><td>Vị Thủy</td><td>6.120</td><td>2.100</td></tr>
<tr><td>2</td><td>Phụng Hiệp</td><td>9.012</td><td>4.000</td></tr></table><p>Xuất ngày 22/8/2020</p></body></html>"""


def test_the_paragraphs_around_a_table_of_html_are_its_titles_and_notes() -> None:
    reading = read_rows(PAGE.encode(), name="xuat.xls")
    assert taken(reading) == {("installs", "", "2020-08-20"), ("with_phone", "", "2020-08-20")}
    sheet = open_book(PAGE.encode(), "xuat.xls").sheets[0]
    assert sheet.cells[1, 1].text == "CÀI ĐẶT BLUEZONE"
