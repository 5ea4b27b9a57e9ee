# ruff: noqa: E501 - forms are tables
"""Days of notes and of grades, other apps, hamlets across, blocks of a town, sheets that sum others or name nobody, what
others helped to install."""

from __future__ import annotations

import datetime as dt

import pytest
from tests.rollout.reading.building import book
from tests.rollout.reading.reads import asked, read_rows, taken

from bluezone.geography import catalogue
from bluezone.rollout.reading import apps
from bluezone.rollout.reading.headers import guess
from bluezone.rollout.reading.names import was_raised
from bluezone.rollout.reading.other_apps import app_of
from bluezone.rollout.reading.people import group_of
from bluezone.rollout.reading.results import Reading
from bluezone.rollout.reading.vocabulary import key_of

TITLE = "Kết quả cài Bluezone đến ngày 20/8/2020"
DAY = "2020-08-20"
COMMUNES = [["Xã Vị Bình", 6000, 600], ["Xã Vị Đông", 5000, 500], ["Xã Vị Trung", 4000, 400]]


def said(reading: Reading) -> list[str]:
    return [str(notice.text) for notice in reading.notices]


def of_communes(people: str = "Dân số", done: str = "Đã cài", *, title: str = TITLE, below: str = "") -> Reading:
    rows = [[title], ["TT", "Xã", people, done], *[[n, *row] for n, row in enumerate(COMMUNES, 1)], [], [below]]
    return read_rows(book(("Sheet1", rows)), within="63:935")


def of_a_unit(head: list[object], *rows: list[object], unit: str, sheet: str = "Sheet1", title: str = TITLE) -> Reading:
    return read_rows(book((sheet, [[unit], [title], head, *rows])))


# --- words that say no more -----------------------------------------------------------------------


@pytest.mark.parametrize("header", ["Quy mô dân số", "Quy mô dân số (người)", "Quy mô nhân khẩu"])
def test_the_size_of_the_population_is_the_population(header: str) -> None:
    reading = of_communes(header)
    assert not asked(reading)
    assert taken(reading) == {("population", "", DAY), ("installs", "", DAY)}


@pytest.mark.parametrize(
    ("header", "of"),
    [
        ("Số SV nội trú", "pupils"), ("Số học sinh nội trú", "pupils"), ("Số HS bán trú", "pupils"),
        ("Nhân viên bến", "staff"), ("Số nhân viên bến", "staff"), ("NV bến xe", "staff"), ("Nhân viên cảng cá", "staff"),
        ("Số nhân viên nhà ga", "staff"), ("Nhân viên siêu thị", "staff"),
    ],
)  # fmt: skip
def test_where_people_lodge_or_work_leaves_them_all_of_them(header: str, of: str) -> None:
    reading = of_a_unit(
        ["TT", "Khu", header, "Đã cài"], [1, "Khu A", 60, 40], [2, "Khu B", 50, 20], unit="BẾN XE VỊ THANH"
    )
    assert not asked(reading)
    assert taken(reading) == {("headcount", of, DAY), ("installs", of, DAY)}


@pytest.mark.parametrize(
    "note",
    [
        "Ghi chú: Dân số theo Tổng điều tra dân số và nhà ở thời điểm 01/4/2019", "(*) Dân số tại thời điểm 01/4/2019",
        "Dân số theo Niên giám thống kê đến ngày 31/12/2019", "Số dân cập nhật đến 31/12/2019",
        "Ghi chú: số ĐTTM tính đến 30/6/2020 do VNPT cung cấp",
    ],
)  # fmt: skip
def test_the_day_of_a_note_on_people_or_phones_is_none_of_the_figures(note: str) -> None:
    reading = of_communes(below=note)
    assert not asked(reading)
    assert {str(figure.date) for figure in reading.figures} == {DAY}


def test_a_note_on_the_figures_themselves_is_asked_about() -> None:
    assert asked(of_communes(below="Ghi chú: số liệu cập nhật đến 17h ngày 19/8/2020")) == "date"


def test_the_day_of_a_title_on_phones_holds_where_no_other_names_one() -> None:
    rows = [
        ["Số thuê bao đã cài Bluezone, huyện Vị Thủy"],
        ["ĐVT: thuê bao; chốt 24h ngày 20/8/2020"],
        ["Xã", "Cộng"],
        *[[name, count] for name, _, count in COMMUNES],
    ]
    assert taken(read_rows(book(("Sheet1", rows)), within="63:935")) == {("installs", "", DAY)}


@pytest.mark.parametrize("header", ["Quân số", "Tổng quân số", "QS", "Quân số hiện có"])
def test_the_strength_of_a_unit_is_of_those_whom_the_columns_beside_it_name(header: str) -> None:
    reading = of_a_unit(
        ["TT", "Đơn vị", header, "CBCS đã cài"],
        [1, "Đội Tham mưu", 60, 40],
        [2, "Đội CSGT", 50, 20],
        unit="CÔNG AN HUYỆN VỊ THỦY",
    )
    assert taken(reading) == {("headcount", "staff", DAY), ("installs", "staff", DAY)}


def test_a_strength_that_is_less_than_those_who_installed_it_is_of_nobody() -> None:
    reading = of_a_unit(
        ["TT", "Đơn vị", "Quân số", "CBCS đã cài"],
        [1, "Đội Tham mưu", 30, 40],
        [2, "Đội CSGT", 50, 20],
        unit="CÔNG AN HUYỆN VỊ THỦY",
    )
    assert ("headcount", "staff", DAY) not in taken(reading)


# --- other apps -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("path", "app"),
    [
        (["NCOVI", "Từ chối"], "NCOVI"), (["VssID", "Đã cài"], "VssID"), (["Số người cài VssID"], "VssID"),
        (["Sổ sức khỏe điện tử", "Được giới thiệu"], "Sổ sức khỏe điện tử"), (["Zalo", "Số người tham gia"], "Zalo"),
        (["VssID", "Bluezone"], ""), (["Bluezone, NCOVI", "Đã cài"], ""), (["Được nhắc qua nhóm Zalo"], ""),
        (["Bluezone", "Đã cài"], ""), (["Số người khai báo y tế"], ""), (["Dân số"], ""),
    ],
)  # fmt: skip
def test_the_app_of_a_header(path: list[str], app: str) -> None:
    assert app_of(path) == app


def test_an_app_by_which_people_are_reached_is_none_that_is_installed() -> None:
    assert apps.app_alone("Nhóm Zalo tổ dân phố") == ""


@pytest.mark.parametrize("leaf", ["Được giới thiệu", "Số khách được đề nghị cài", "Khách được hướng dẫn"])
def test_who_was_told_below_ncovi_was_told_of_ncovi(leaf: str) -> None:
    assert guess(["NCOVI", leaf]).kind == "asked_ncovi"
    assert guess(["Bluezone", leaf]).kind == "asked"


def test_columns_of_another_app_are_left_out_and_named() -> None:
    head = ["TT", "Xã", "Dân số", "Bluezone - Chỉ tiêu", "Bluezone - Đã cài", "NCOVI - Chỉ tiêu", "Số người cài VssID"]
    rows = [[n, name, people, 1000, count, 900, 800] for n, (name, people, count) in enumerate(COMMUNES, 1)]
    reading = read_rows(book(("Sheet1", [[TITLE], head, *rows])), within="63:935")
    assert not asked(reading)
    assert {kind for kind, _, _ in taken(reading)} == {"population", "target", "installs"}
    assert [text for text in said(reading) if "not of Bluezone" in text] == [
        "column F (“NCOVI - Chỉ tiêu”): it is of NCOVI, not of Bluezone: it was left out",
        "column G (“Số người cài VssID”): it is of VssID, not of Bluezone: it was left out",
    ]


# --- names that hold numbers ----------------------------------------------------------------------

CLASSES = [[1, "10A1", 40, 30], [2, "11A1", 40, 30], [3, "12A1", 40, 31]]


@pytest.mark.parametrize(
    "sheet", ["K10-11-12", "10-11-12", "Khối 10-11-12", "K6-7-8-9", "6-7", "10.11.12", "Lớp 10, 11, 12"]
)
def test_grades_that_name_a_sheet_are_no_day(sheet: str) -> None:
    head: list[object] = ["TT", "Lớp", "Sĩ số", "Đã cài"]
    named = of_a_unit(head, *CLASSES, unit="TRƯỜNG THPT VỊ THANH", sheet=sheet)
    assert {str(figure.date) for figure in named.figures} == {DAY}
    bare = of_a_unit(head, *CLASSES, unit="TRƯỜNG THPT VỊ THANH", sheet=sheet, title="Kết quả cài Bluezone")
    assert asked(bare) == "date"


def test_a_sheet_named_by_a_day_still_names_it() -> None:
    reading = of_a_unit(
        ["TT", "Lớp", "Sĩ số", "Đã cài"],
        *CLASSES,
        unit="TRƯỜNG THPT VỊ THANH",
        sheet="20-8",
        title="Kết quả cài Bluezone",
    )
    assert {str(figure.date) for figure in reading.figures} == {DAY}


# --- units across ---------------------------------------------------------------------------------

MEASURES = [["Số hộ", 100, 120, 90], ["Số nhân khẩu", 400, 500, 350], ["Số người đã cài Bluezone", 50, 60, 40]]


@pytest.mark.parametrize("corner", ["Nội dung", "Chỉ tiêu", "", "Tiêu chí"])
@pytest.mark.parametrize(
    "names", [["Thôn Lý Hòa", "Thôn Lý Hưng", "Thôn Lý Lương"], ["Ấp 1", "Ấp 2", "Ấp 3"], ["KV1", "KV2", "KV3"]]
)
def test_hamlets_across_are_read_as_communes_across_are(corner: str, names: list[str]) -> None:
    reading = read_rows(book(("Sheet1", [["UBND XÃ VỊ BÌNH"], [TITLE], [corner, *names], *MEASURES])), within="63:935")
    assert not asked(reading)
    assert {figure.name for figure in reading.figures} == set(names)
    assert {kind for kind, _, _ in taken(reading)} == {"households", "population", "installs"}


def test_a_whole_across_is_held_against_the_hamlets_beside_it() -> None:
    rows = [
        ["Nội dung", "Thôn Lý Hòa", "Thôn Lý Hưng", "Toàn xã"],
        ["Số nhân khẩu", 400, 500, 900],
        ["Số người đã cài Bluezone", 50, 60, 111],
    ]
    reading = read_rows(book(("Sheet1", [["UBND XÃ VỊ BÌNH"], [TITLE], *rows])), within="63:935")
    assert {figure.name for figure in reading.figures} == {"Thôn Lý Hòa", "Thôn Lý Hưng"}
    assert [text for text in said(reading) if "111" in text]


@pytest.mark.parametrize("across", [["Nam", "Nữ"], ["Sáng", "Chiều"], ["Tuần 1", "Tuần 2"]])
def test_what_stands_across_and_is_no_unit_is_not_taken_for_one(across: list[str]) -> None:
    rows = [["Nội dung", *across], ["Số nhân khẩu", 400, 500], ["Số người đã cài Bluezone", 50, 60]]
    with pytest.raises(Exception, match="no table"):
        read_rows(book(("Sheet1", [["UBND XÃ VỊ BÌNH"], [TITLE], *rows])), within="63:935")


@pytest.mark.parametrize(
    "names",
    [["Khối Phú Xuân", "Khối 1", "Khối 1A"], ["Phú Xuân", "Phú Văn", "Khối 1"], ["Phú Xuân", "Phú Văn", "Thuận Nghĩa"]],
)
@pytest.mark.parametrize("header", ["Khối", "Khối/xóm"])
def test_blocks_of_a_town_are_hamlets_beside_those_who_live_there(header: str, names: list[str]) -> None:
    rows = [[n, name, 2000 + n, 300 + n] for n, name in enumerate(names, 1)]
    reading = read_rows(
        book(("Sheet1", [["UBND THỊ TRẤN NÀNG MAU"], [TITLE], ["TT", header, "Số dân", "Đã cài"], *rows])),
        within="63:935",
    )
    assert not asked(reading)
    assert taken(reading) == {("population", "", DAY), ("installs", "", DAY)}
    assert not [text for text in said(reading) if "no places" in text]


def test_blocks_of_offices_stay_offices() -> None:
    rows = [[1, "Khối Đảng", 40, 30], [2, "Khối chính quyền", 50, 33], [3, "Khối doanh nghiệp", 60, 40]]
    reading = read_rows(
        book(("Sheet1", [["UBND HUYỆN VỊ THỦY"], [TITLE], ["TT", "Khối", "Tổng số người", "Đã cài"], *rows])),
        within="63:935",
    )
    assert taken(reading) == {("headcount", "", DAY), ("installs", "", DAY)}


# --- several sheets -------------------------------------------------------------------------------

STAFF = ("Staff", [["MŨI NÉ BAY RESORT"], ["Báo cáo cài đặt Bluezone 23/08/2020"], ["TT", "Bộ phận", "Tổng số nhân viên", "Nhân viên đã cài"], [1, "Lễ tân", 21, 20], [2, "Bếp", 30, 22]])  # fmt: skip
GUESTS = [
    ["Ngày", "Khách được giới thiệu", "Đã có sẵn", "Cài mới", "Từ chối"],
    ["17/8/2020", 29, 17, 7, 5],
    ["18/8/2020", 34, 13, 13, 8],
]


@pytest.mark.parametrize("within", ["63:93", "63:31468"])
def test_a_sheet_that_names_nobody_is_of_the_hotel_that_heads_the_other(within: str) -> None:
    reading = read_rows(book(STAFF, ("Guests", [["KHÁCH LƯU TRÚ"], *GUESTS])), within=within)
    assert not asked(reading)
    assert {figure.name for figure in reading.figures if figure.sheet == "Guests"} == {"MŨI NÉ BAY RESORT"}
    assert any("heads sheet “Staff”" in text for text in said(reading))


def test_a_sheet_that_names_a_place_is_of_that_place() -> None:
    reading = read_rows(
        book(STAFF, ("Xã", [["UBND XÃ VỊ BÌNH"], ["Ngày", "Số người đã cài"], ["17/8/2020", 29], ["18/8/2020", 34]]))
    )
    assert {figure.name for figure in reading.figures if figure.sheet == "Xã"} == {"Xã Vị Bình"}


HEAD = [["PHÒNG GD&ĐT HUYỆN VỊ THỦY"], [TITLE]]
SCHOOLS = [
    ("MN", [["MN Hoa Sen", 20, 15], ["MN Sơn Ca", 30, 25]]),
    ("TH", [["TH Vị Bình 1", 40, 30], ["TH Vị Bình 2", 30, 20]]),
]


def of_schools(*summed: list[object]) -> Reading:
    top = (
        "Tổng hợp",
        [*HEAD, ["TT", "Cấp học", "Tổng số GV", "GV đã cài"], *[[n, *row] for n, row in enumerate(summed, 1)]],
    )
    sheets = [
        (name, [*HEAD, ["TT", "Đơn vị", "Tổng số GV", "GV đã cài"], *[[n, *row] for n, row in enumerate(rows, 1)]])
        for name, rows in SCHOOLS
    ]
    return read_rows(book(top, *sheets), within="63:935")


def test_rows_that_sum_the_schools_of_other_sheets_are_left_out_and_named() -> None:
    reading = of_schools(["Mầm non", 50, 40], ["Tiểu học", 70, 50])
    assert {figure.sheet for figure in reading.figures} == {"MN", "TH"}
    assert "rows that sum those of another sheet were left out: Mầm non, Tiểu học" in said(reading)


def test_a_row_beside_them_that_no_sheet_adds_up_to_is_named_apart() -> None:
    reading = of_schools(["Mầm non", 50, 41], ["Tiểu học", 70, 50])
    assert {figure.sheet for figure in reading.figures} == {"MN", "TH"}
    assert any("no other sheet adds up to them: Mầm non" in text for text in said(reading))


def test_a_sum_of_no_other_sheet_and_a_company_stay() -> None:
    assert {figure.name for figure in of_schools(["Mầm non", 51, 41]).figures if figure.sheet == "Tổng hợp"} == {
        "Mầm non"
    }
    assert {
        figure.name for figure in of_schools(["Công ty Hoa Sen", 50, 40]).figures if figure.sheet == "Tổng hợp"
    } == {"Công ty Hoa Sen"}


# --- columns --------------------------------------------------------------------------------------


@pytest.mark.parametrize("header", ["Ngày vào cách ly", "Ngày khách đến", "Số ngày cách ly"])
def test_a_column_of_days_counts_nobody(header: str) -> None:
    reading = of_a_unit(
        ["Phòng", header, "Số người", "Đã cài"],
        ["P101", "10/8/2020", 4, 3],
        ["P102", "12/8/2020", 6, 5],
        unit="KHU CÁCH LY TẬP TRUNG TRUNG ĐOÀN 762",
    )
    assert not asked(reading)
    assert taken(reading) == {("headcount", "", DAY), ("installs", "", DAY)}
    assert not [notice for notice in reading.notices if notice.kind == "bad-number"]


def test_columns_without_a_figure_of_their_own_are_named_in_one_sentence() -> None:
    rows = [[name, people, count, people - count, 0.5 + at, at] for at, (name, people, count) in enumerate(COMMUNES)]
    reading = read_rows(
        book(("Sheet1", [[TITLE], ["Xã", "Dân số", "Đã cài", "Chưa cài", "% so chỉ tiêu", "Không có ĐTTM"], *rows])),
        within="63:935",
    )
    assert [text for text in said(reading) if "figure of their own" in text] == [
        "columns that give no figure of their own were left out: D (“Chưa cài”), E (“% so chỉ tiêu”), F (“Không có ĐTTM”)"
    ]


@pytest.mark.parametrize(
    ("header", "of"),
    [
        ("Số người dân đã tải và cài", ""), ("Số người đã tải và cài đặt", ""), ("HS đã tải và cài đặt", "pupils"),
        ("Số khách tải về và cài", "guests"), ("Số người dân đã tải, cài đặt thành công", ""), ("Số người dân tải/cài đặt", ""),
    ],
)  # fmt: skip
def test_downloaded_and_installed_is_installed(header: str, of: str) -> None:
    assert ("installs", of, DAY) in taken(of_communes(done=header))


def test_two_groups_who_installed_it_are_two_things() -> None:
    assert any("two things" in text for text in said(of_communes(done="Cán bộ đã cài và người thân đã cài")))


@pytest.mark.parametrize(
    ("header", "of"),
    [
        ("Số anh chị em học sinh đã cài", "families"), ("Anh, chị, em của HS đã cài", "families"), ("Anh/chị/em HS", "families"),
        ("Anh chị em của đoàn viên đã cài", "families"), ("Số anh em công nhân đã cài", "staff"), ("Chị em hội viên đã cài", "members"),
    ],
)  # fmt: skip
def test_siblings_of_pupils_are_their_families_and_brothers_at_work_are_none(header: str, of: str) -> None:
    assert group_of([key_of(header)]) == of


@pytest.mark.parametrize(
    ("title", "header"),
    [
        ("SỐ NGƯỜI ĐƯỢC ĐOÀN VIÊN HỖ TRỢ CÀI BLUEZONE ĐẾN 20/8/2020", "Số người"),
        ("SỐ NGƯỜI ĐƯỢC ĐOÀN VIÊN HỖ TRỢ CÀI BLUEZONE ĐẾN 20/8/2020", "Đã cài"),
        ("Số người dân được đoàn viên thanh niên hướng dẫn cài Bluezone đến 20/8/2020", "Đã cài"),
    ],
)  # fmt: skip
def test_people_helped_by_members_are_no_members(title: str, header: str) -> None:
    rows = [[title], ["TT", "Xã", header], *[[n, name, count] for n, (name, _, count) in enumerate(COMMUNES, 1)]]
    assert taken(read_rows(book(("Sheet1", rows)), within="63:935")) == {("helped", "", DAY)}


@pytest.mark.parametrize(
    "title",
    ["Kết quả cài Bluezone được đoàn viên hỗ trợ đến 20/8/2020", "Bluezone do đoàn viên hỗ trợ cài đặt đến 20/8/2020"],
)
def test_results_of_those_who_help_are_asked_about(title: str) -> None:
    rows = [[title], ["TT", "Xã", "Đã cài"], *[[n, name, count] for n, (name, _, count) in enumerate(COMMUNES, 1)]]
    assert asked(read_rows(book(("Sheet1", rows)), within="63:935")) == "measure"


def test_members_who_installed_it_are_members() -> None:
    assert taken(of_communes(title="Kết quả đoàn viên cài Bluezone đến 20/8/2020", people="Số đoàn viên")) == {
        ("headcount", "members", DAY),
        ("installs", "members", DAY),
    }


# --- units raised since ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "raised"),
    [
        ("Huyện Tịnh Biên", True), ("2. H. Tịnh Biên", True), ("Thành phố Tịnh Biên", False), ("Tịnh Biên", False),
        ("Thị xã Tịnh Biên", False), ("Huyện Tịnh Biêm", False),
    ],
)  # fmt: skip
def test_a_unit_with_the_kind_it_had_before_it_was_raised(name: str, raised: bool) -> None:
    unit = catalogue.all_units().find("Tịnh Biên, An Giang", on=dt.date(2020, 8, 20))
    assert was_raised(name, unit) is raised


def test_nothing_is_said_of_a_district_that_was_raised_later() -> None:
    rows = [
        [TITLE],
        ["Đơn vị", "Dân số", "Đã cài"],
        ["Huyện Tịnh Biên", 108_000, 9_000],
        ["Huyện Châu Phú", 206_000, 9_100],
        ["Thị xã Tân Châu", 141_000, 9_200],
    ]
    reading = read_rows(book(("Sheet1", rows)), within="63:89")
    assert len(reading.figures) == 6
    assert not [notice for notice in reading.notices if notice.kind == "renamed"]
