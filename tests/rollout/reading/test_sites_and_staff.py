# ruff: noqa: E501 - forms are tables
"""Offices and sites among places, patients and their relatives, what is to be reached, rows that a filter hides, numbers
in names that are no days, places called like people, corrected rows below a total."""

from __future__ import annotations

import io

import pytest
from openpyxl import load_workbook
from tests.rollout.reading.building import book, saved
from tests.rollout.reading.reads import asked, read_rows, taken

from bluezone.rollout.reading import storing, terms
from bluezone.rollout.reading import vocabulary as words
from bluezone.rollout.reading.certainty import guess_surely
from bluezone.rollout.reading.days import Said, days_in
from bluezone.rollout.reading.headers import guess
from bluezone.rollout.reading.opening import open_book
from bluezone.rollout.reading.results import Reading

DAY = "2020-08-20"
COMMUNES = [["Vị Bình", 600], ["Vị Đông", 500], ["Vị Trung", 400]]
OFFICES = [["Văn phòng HĐND&UBND", 21], ["Phòng Y tế", 8], ["Công an huyện", 90]]


def people(reading: Reading) -> dict[str, str]:
    """Return of whom the figures of rows that are no places are."""
    return {figure.name: figure.of for figure in reading.figures if figure.unit is None}


def said(reading: Reading) -> list[str]:
    return [str(notice.text) for notice in reading.notices]


def of_a_district(*rows: list[object], title: str = "Bluezone 20/8/2020") -> Reading:
    return read_rows(book(("Sheet1", [[title], ["TT", "Đơn vị", "Đã cài"], *rows])), within="63:935")


# --- offices --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "heading",
    [
        "CÁC CƠ QUAN, BAN NGÀNH HUYỆN", "KHỐI CƠ QUAN", "Các phòng, ban, ngành", "Sở, ban, ngành", "Khối Đảng, đoàn thể",
        "Các đơn vị sự nghiệp", "Cán bộ các cơ quan huyện", "Lực lượng vũ trang",
    ],
)  # fmt: skip
def test_offices_below_a_heading_of_theirs_count_their_staff(heading: str) -> None:
    summed = of_a_district(["I", "CÁC XÃ, THỊ TRẤN", 1500], *[[n, *row] for n, row in enumerate(COMMUNES, 1)],
                           ["II", heading, 119], *[[n, *row] for n, row in enumerate(OFFICES, 1)])  # fmt: skip
    bare = of_a_district(*[[n, *row] for n, row in enumerate(COMMUNES, 1)], ["", heading],
                         *[[n, *row] for n, row in enumerate(OFFICES, 1)])  # fmt: skip
    beside = of_a_district(*[[n, *row] for n, row in enumerate(COMMUNES, 1)], [f"II. {heading}"],
                           *[[n, *row] for n, row in enumerate(OFFICES, 1)])  # fmt: skip
    for reading in (summed, bare, beside):
        assert not asked(reading)
        assert people(reading) == dict.fromkeys([name for name, _ in OFFICES], "staff")
        assert {figure.of for figure in reading.figures if figure.unit} == {""}


def test_it_is_said_of_which_offices_the_staff_is_counted() -> None:
    reading = of_a_district(*[["", *row] for row in COMMUNES], ["", "KHỐI CƠ QUAN"], *[["", *row] for row in OFFICES])
    assert [notice.kind for notice in reading.notices] == ["people"]
    assert "their own staff" in said(reading)[0]
    assert "Phòng Y tế" in said(reading)[0]


def test_of_offices_without_a_heading_and_of_schools_it_is_said_that_nothing_is_known() -> None:
    loose = of_a_district(*[["", *row] for row in [*COMMUNES, *OFFICES]])
    assert set(people(loose).values()) == {""}
    assert any("not said" in text and "Công an huyện" in text for text in said(loose))
    schools = of_a_district(*[["", *row] for row in COMMUNES], ["", "Cơ quan, trường học"], ["", "Phòng Y tế", 8], ["", "Trường THPT Vị Thủy", 700])  # fmt: skip
    assert people(schools) == {"Phòng Y tế": "staff", "Trường THPT Vị Thủy": ""}
    assert any("not said" in text and "Trường THPT Vị Thủy" in text for text in said(schools))


def test_companies_below_a_heading_of_theirs_count_their_workers() -> None:
    reading = of_a_district(*[["", *row] for row in COMMUNES], ["", "Khối doanh nghiệp"], ["", "Công ty TNHH Lạc Tỷ", 700], ["", "Cty CP Mía đường", 90])  # fmt: skip
    assert set(people(reading).values()) == {"staff"}


def test_a_column_that_names_people_says_it_of_offices_too() -> None:
    rows = [["Bluezone 20/8/2020"], ["Đơn vị", "Đoàn viên đã cài"], *COMMUNES, ["Các cơ quan"], *OFFICES]
    reading = read_rows(book(("Sheet1", rows)), within="63:935")
    assert {figure.of for figure in reading.figures} == {"members"}


# --- sites ----------------------------------------------------------------------------------------


def in_quarantine(
    header: str, title: str = "Người cách ly tại các khu cách ly tập trung cài Bluezone 27/8/2020"
) -> Reading:
    sites = [
        ["Trường Quân sự tỉnh", 203, 187],
        ["Trung đoàn 123", 90, 70],
        ["Tiểu đoàn Bộ binh Vị Thủy", 50, 41],
        ["Đồn Biên phòng cũ", 30, 22],
    ]
    homes = [
        ["Vị Thanh", 40, 30],
        ["Ngã Bảy", 50, 40],
        ["Vị Thủy", 30, 20],
        ["Phụng Hiệp", 20, 10],
        ["Châu Thành", 9, 8],
        ["Châu Thành A", 7, 5],
    ]
    return read_rows(book(
        ("Tập trung", [[title], [header, "Đang cách ly", "Đã cài Bluezone"], *sites]),
        ("Tại nhà", [["Người cách ly tại nhà cài Bluezone 27/8/2020"], ["Huyện", "Đang cách ly", "Đã cài Bluezone"], *homes]),
    ))  # fmt: skip


@pytest.mark.parametrize("header", ["Khu cách ly", "Điểm cách ly tập trung", "Nơi cách ly", "Đơn vị", "Tên cơ sở"])
def test_sites_of_quarantine_are_organisations_beside_a_sheet_of_districts(header: str) -> None:
    reading = in_quarantine(header)
    assert not asked(reading)
    assert set(people(reading)) == {
        "Trường Quân sự tỉnh",
        "Trung đoàn 123",
        "Tiểu đoàn Bộ binh Vị Thủy",
        "Đồn Biên phòng cũ",
    }
    assert {figure.of for figure in reading.figures} == {"quarantined"}
    assert "unknown-unit" not in [notice.kind for notice in reading.notices]


def test_below_other_titles_a_name_that_nobody_knows_is_none_of_a_site() -> None:
    reading = of_a_district(*[["", *row] for row in COMMUNES], ["", "Khu Abc", 40], ["", "Xyz", 41])
    assert [notice.kind for notice in reading.notices] == ["unknown-unit", "unknown-unit"]
    assert not people(reading)


def test_people_beside_those_of_them_who_installed_are_how_many_they_are() -> None:
    rows = [["Bluezone 20/8/2020"], ["Khu cách ly", "Cán bộ phục vụ", "Cán bộ phục vụ đã cài"], ["Trung đoàn 123", 30, 22], ["Trường Quân sự", 20, 18]]  # fmt: skip
    reading = read_rows(book(("Sheet1", rows)))
    assert not asked(reading)
    assert taken(reading) == {("headcount", "staff", DAY), ("installs", "staff", DAY)}


# --- groups of people -----------------------------------------------------------------------------


@pytest.mark.parametrize("relatives", ["Người nhà bệnh nhân", "Người nhà", "Thân nhân người bệnh"])
def test_patients_and_their_relatives_are_two_groups(relatives: str) -> None:
    rows = [["BỆNH VIỆN ĐA KHOA - Bluezone 20/8/2020"], ["STT", "Khoa", "Bệnh nhân", "", relatives, ""], ["", "", "Được tư vấn", "Đã cài", "Được tư vấn", "Đã cài"],
            [1, "Khoa Nội", 321, 85, 77, 49], [2, "Khoa Ngoại", 66, 26, 200, 109]]  # fmt: skip
    reading = read_rows(book(("BV", rows, ["A2:A3", "B2:B3", "C2:D2", "E2:F2"])))
    assert not asked(reading)
    assert taken(reading) == {(kind, of, DAY) for kind in ("asked", "installs") for of in ("patients", "families")}


def test_relatives_alone_are_counted_with_the_patients() -> None:
    assert guess(["Người nhà bệnh nhân đã cài"]).of == "patients"


@pytest.mark.parametrize(
    ("path", "kind", "of"),
    [
        (["Đã cài đặt", "Chuyên gia nước ngoài"], words.INSTALLS, "Chuyên gia nước ngoài"),
        (["Chuyên gia nước ngoài đã cài"], words.INSTALLS, "Chuyên gia nước ngoài"),
        (["Đã cài đặt", "Người nước ngoài"], words.UNKNOWN, ""),
        (["Đã cài đặt", "Phụ nữ"], words.UNKNOWN, ""),
    ],
)
def test_foreign_experts_are_people_of_their_own(path: list[str], kind: str, of: str) -> None:
    found = guess_surely(path)
    assert (found.kind, found.of) == (kind, of)


@pytest.mark.parametrize(
    "text", ["Có người cài", "Có ít nhất 1 người cài", "Có người đã cài Bluezone", "Có thành viên sử dụng"]
)
def test_households_with_somebody_who_installed_are_no_people(text: str) -> None:
    assert guess(["Hộ", text]) == words.Guess(words.UNKNOWN, named=True)


@pytest.mark.parametrize("path", [["Người", "Có người cài"], ["Hộ", "Số người đã cài"], ["Hộ", "Số nhân khẩu"]])
def test_people_in_households_are_people(path: list[str]) -> None:
    assert not guess(path).named


# --- what is to be reached ------------------------------------------------------------------------


@pytest.mark.parametrize(
    "text",
    ["Số người phải đạt", "Phải đạt", "Số lượt cần đạt", "Cần đạt đến 30/8", "Mức phải đạt", "Số người cần hoàn thành"],
)
def test_what_is_to_be_reached_is_a_target(text: str) -> None:
    assert guess([text]).kind == words.TARGET


@pytest.mark.parametrize("text", ["Còn phải đạt", "Đã đạt", "Số người đạt", "Phải đạt (%)"])
def test_what_was_reached_or_is_left_is_none(text: str) -> None:
    assert guess([text]).kind != words.TARGET
    assert not terms.TO_BE_REACHED.fullmatch(words.key_of("đạt"))


def test_a_target_is_that_of_the_day_of_its_heading() -> None:
    done = [
        ["1. Kết quả cài Bluezone tính đến ngày 20 tháng 8"],
        ["TT", "Xã", "Số người đã cài"],
        *[[n, *row] for n, row in enumerate(COMMUNES, 1)],
    ]
    aims = [
        ["2. Chỉ tiêu phấn đấu đến ngày 30 tháng 8 năm 2020"],
        ["TT", "Xã", "Số người phải đạt"],
        *[[n, name, 3000] for n, (name, _) in enumerate(COMMUNES, 1)],
    ]
    reading = read_rows(book(("Sheet1", [*done, [], [], *aims])), within="63:935")
    assert not asked(reading)
    assert taken(reading) == {("installs", "", DAY), ("target", "", "2020-08-30")}


# --- hidden rows ----------------------------------------------------------------------------------


def filtered(*hidden: int, criteria: bool = True) -> bytes:
    """Return a workbook with a filter from A2 to B5, which hides rows."""
    rows = [["Bluezone 20/8/2020"], ["Xã", "Đã cài"], *COMMUNES, ["Cộng", 1500]]
    workbook = load_workbook(io.BytesIO(book(("Sheet1", rows))))
    sheet = workbook.worksheets[0]
    sheet.auto_filter.ref = "A2:B5"
    if criteria:
        sheet.auto_filter.add_filter_column(0, ["Vị Bình"])
    for row in hidden:
        sheet.row_dimensions[row].hidden = True
    return saved(workbook)


def test_rows_that_a_filter_hides_belong_to_the_table() -> None:
    data = filtered(4, 5)
    reading = read_rows(data, within="63:935")
    assert len(reading.figures) == 3
    assert [notice.kind for notice in reading.notices] == ["hidden"]
    assert "4, 5" in said(reading)[0]
    opened = open_book(data, "x.xlsx")
    assert opened.sheets[0].filtered_rows == {4, 5}
    assert storing.load(storing.dump(opened)) == opened


def test_a_filter_that_picks_a_round_leaves_the_others_out() -> None:
    rounds = [
        [day, name, number + n] for n, day in enumerate(("Đợt 1 (10/8)", "Đợt 2 (17/8)")) for name, number in COMMUNES
    ]
    workbook = load_workbook(io.BytesIO(book(("Sheet1", [["Đợt", "Xã", "Đã cài Bluezone"], *rounds]))))
    sheet = workbook.worksheets[0]
    sheet.auto_filter.ref = "A1:C7"
    sheet.auto_filter.add_filter_column(0, ["Đợt 2 (17/8)"])
    for row in (2, 3, 4):
        sheet.row_dimensions[row].hidden = True
    reading = read_rows(saved(workbook), within="63:935", answers={"date": "2020-08-17"})
    assert sorted(int(figure.value) for figure in reading.figures) == [401, 501, 601]
    assert "left out: 2, 3, 4" in said(reading)[0]


def test_rows_that_somebody_hid_are_left_out() -> None:
    reading = read_rows(filtered(4, criteria=False), within="63:935")
    assert len(reading.figures) == 2
    assert [notice.kind for notice in reading.notices] == ["hidden", "total"]


@pytest.mark.parametrize(
    ("visibility", "rows", "kinds"), [("filter", 3, ["hidden"]), ("collapse", 2, ["hidden", "total"])]
)
def test_an_ods_tells_both_apart(visibility: str, rows: int, kinds: list[str]) -> None:
    reading = read_rows(ods(visibility), within="63:935", name="x.ods")
    assert len(reading.figures) == rows
    assert [notice.kind for notice in reading.notices] == kinds


def ods(visibility: str) -> bytes:
    """Return a workbook of OpenDocument whose row of Vị Đông is hidden."""
    import zipfile

    rows = [["Bluezone 20/8/2020"], ["Xã", "Đã cài"], *COMMUNES, ["Cộng", 1500]]

    def cell(value: object) -> str:
        number = (
            f'office:value-type="float" office:value="{value}"'
            if isinstance(value, int)
            else 'office:value-type="string"'
        )
        return f"<table:table-cell {number}><text:p>{value}</text:p></table:table-cell>"

    how = {"Vị Đông": f' table:visibility="{visibility}"'}
    lines = [f"<table:table-row{how.get(str(row[0]), '')}>{''.join(map(cell, row))}</table:table-row>" for row in rows]
    names = " ".join(
        f'xmlns:{each}="urn:oasis:names:tc:opendocument:xmlns:{each}:1.0"' for each in ("office", "table", "text")
    )
    content = f'<office:document-content {names}><office:body><office:spreadsheet><table:table table:name="S">{"".join(lines)}</table:table></office:spreadsheet></office:body></office:document-content>'
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        archive.writestr("content.xml", content)
    return stream.getvalue()


# --- names ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["Khối 6-9", "Lớp 6-9", "Tổ 1-2", "Khối 6 - 8", "Lớp 6/8", "Ấp 1-5", "Cụm 3-7"])
def test_numbers_of_groups_are_no_days(name: str) -> None:
    assert not days_in(name, Said.SHEET)


@pytest.mark.parametrize("name", ["Gia Viễn 20-8", "Khối 20-8", "Tổ 1 ngày 5-8", "Cụm 20/8", "Lớp 6-9-2020", "5-8"])
def test_days_in_names_are_days(name: str) -> None:
    assert days_in(name, Said.SHEET)


def test_a_school_has_its_day_from_its_title() -> None:
    rows = [
        ["TRƯỜNG THCS LÊ LỢI - Bluezone ngày 24/8/2020"],
        ["Lớp", "Sĩ số", "HS đã cài"],
        ["6A", 40, 30],
        ["9B", 41, 32],
    ]
    reading = read_rows(book(("Khối 6-9", rows)))
    assert not asked(reading)
    assert {str(figure.date) for figure in reading.figures} == {"2020-08-24"}


GIA_VIEN = [["TT", "Xã, TT", "Số lượt cài đặt"], [1, "Gia Phú", 900], [2, "Gia Xuân", 500], [3, "Gia Tân", 400]]


def test_a_place_that_is_called_like_people_is_nobody() -> None:
    rows = [["Huyện Gia Viễn: số liệu cài Bluezone các xã (đến 20/8/2020)"], *GIA_VIEN]
    reading = read_rows(book(("Gia Viễn 20-8", rows)), within="63:373", name="Gia Vien so lieu 20-8.xlsx")
    assert not asked(reading)
    assert taken(reading) == {("installs", "", DAY)}


@pytest.mark.parametrize(("total", "kinds"), [(2017, ["corrected"]), (1800, ["total", "corrected"])])
def test_no_total_counts_a_row_that_was_corrected(total: int, kinds: list[str]) -> None:
    rows = [["Bluezone đến 20/8/2020"], *GIA_VIEN, ["", "Gia Phú (đính chính)", 1117], ["", "Tổng toàn huyện", total]]
    reading = read_rows(book(("Sheet1", rows)), within="63:373")
    assert sorted(int(figure.value) for figure in reading.figures) == [400, 500, 1117]
    assert [notice.kind for notice in reading.notices] == kinds
