# ruff: noqa: E501 - forms are tables
"""Rows that name other people than their column, offices among places, hamlets below communes, units of old bounds."""

from __future__ import annotations

import pytest
from tests.rollout.reading.building import book
from tests.rollout.reading.reads import asked, read_rows, taken

from bluezone.rollout.reading.row_people import people_named

DAY = "2020-08-20"


def kinds(data: bytes, within: str = "63:93") -> list[str]:
    return [notice.kind for notice in read_rows(data, within=within).notices]


@pytest.mark.parametrize(
    ("name", "of"),
    [
        ("Giáo viên, nhân viên", "staff"),
        ("CB-GV-NV", "staff"),
        ("Phụ huynh", "parents"),
        ("Cha mẹ học sinh", "parents"),
        ("Tổng số cán bộ", "staff"),
        ("Toàn bộ giáo viên", "staff"),
    ],
)
def test_a_row_may_name_people(name: str, of: str) -> None:
    assert people_named(name) == of


@pytest.mark.parametrize(
    "name", ["10A1", "Lớp chồi", "Trường Cán bộ quản lý", "Sở Lao động", "Công ty Thanh Niên", "Nhà khách Công nhân", "Giáo Thiện"]
)  # fmt: skip
def test_organisations_and_places_are_no_people(name: str) -> None:
    assert people_named(name) == ""


def test_staff_and_parents_below_classes_are_no_pupils() -> None:
    rows = [["TRƯỜNG THPT NGUYỄN MINH QUANG - Bluezone 20/8/2020"], ["Lớp", "Sĩ số", "HS đã cài"], ["10A", 40, 20],
            ["10B", 41, 21], ["Cán bộ, giáo viên", 60, 58], ["Phụ huynh", 120, 77]]  # fmt: skip
    reading = read_rows(book(("Sheet1", rows)))
    of = {(figure.name, figure.kind): figure.of for figure in reading.figures}
    assert of["10A", "installs"] == of["10B", "headcount"] == "pupils"
    assert of["Cán bộ, giáo viên", "installs"] == "staff"
    assert of["Phụ huynh", "headcount"] == "parents"
    assert [notice.kind for notice in reading.notices].count("people") == 2


def test_below_columns_of_two_kinds_of_people_others_are_left_out() -> None:
    rows = [["Bluezone 20/8/2020"], ["Lớp", "HS đã cài", "PH đã cài"], ["10A", 20, 30], ["10B", 21, 31],
            ["Giáo viên", 50, 3]]  # fmt: skip
    reading = read_rows(book(("Sheet1", rows)))
    assert {figure.name for figure in reading.figures} == {"10A", "10B"}
    assert taken(reading) == {("installs", "pupils", DAY), ("installs", "parents", DAY)}
    assert [notice.line for notice in reading.notices if notice.kind == "people"] == [5]


def test_nobody_lives_in_an_office() -> None:
    rows = [["Kết quả cài Bluezone 20/8/2020"], ["Đơn vị", "Tổng số (dân số/CBCC)", "Đã cài", "Tỷ lệ"],
            ["I. Các huyện"], ["TP Vị Thanh", 72000, 7200, "10,00%"], ["TP Ngã Bảy", 56000, 2800, "5,00%"], ["Vị Thủy", 92000, 9200, "10,00%"],
            ["II. Sở, ngành"], ["Sở Tư pháp", 60, 57, "95,00%"], ["Kho bạc Nhà nước", 40, 30, "75,00%"]]  # fmt: skip
    reading = read_rows(book(("Sheet1", rows)))
    offices = {(figure.name, figure.kind, int(figure.value)) for figure in reading.figures if figure.unit is None}
    assert offices == {("Sở Tư pháp", "headcount", 60), ("Sở Tư pháp", "installs", 57),
                       ("Kho bạc Nhà nước", "headcount", 40), ("Kho bạc Nhà nước", "installs", 30)}  # fmt: skip
    assert {figure.kind for figure in reading.figures if figure.unit} == {
        "population",
        "installs",
        "percent_population",
    }
    assert "people" in [notice.kind for notice in reading.notices]


def test_hamlets_are_parts_of_the_commune_above_them() -> None:
    rows = [["Bluezone 20/8/2020"], ["TT", "Xã/ấp", "Dân số", "Đã cài"], ["I", "Xã Vị Bình", 5000, 600], [1, "Ấp 1", 2000, 200],
            [2, "Ấp 2", 3000, 400], ["II", "Xã Vị Đông", 4000, 500], [1, "Ấp 1", 1500, 300], [2, "Ấp 2", 2500, 200],
            ["", "Toàn huyện", 9000, 1100]]  # fmt: skip
    reading = read_rows(book(("Sheet1", rows)), within="63:935")
    assert not asked(reading)
    assert not {"total", "twice"} & {notice.kind for notice in reading.notices}
    assert {figure.name for figure in reading.figures if figure.unit is None} == {
        "Ấp 1 (Xã Vị Bình)", "Ấp 2 (Xã Vị Bình)", "Ấp 1 (Xã Vị Đông)", "Ấp 2 (Xã Vị Đông)",
    }  # fmt: skip
    assert len([figure for figure in reading.figures if figure.unit]) == 4


def test_a_commune_that_is_not_the_sum_of_its_hamlets_is_named() -> None:
    rows = [["Bluezone 20/8/2020"], ["Xã/ấp", "Đã cài"], ["Xã Vị Bình", 650], ["Ấp 1", 200], ["Ấp 2", 400],
            ["Xã Vị Đông", 500], ["Ấp 3", 300], ["Ấp 4", 200]]  # fmt: skip
    notices = read_rows(book(("Sheet1", rows)), within="63:935").notices
    assert [(notice.line, notice.kind) for notice in notices if notice.kind == "total"] == [(3, "total")]


def test_a_unit_beside_one_that_went_into_it_may_have_old_bounds() -> None:
    rows = [["Bluezone 20/8/2020"], ["Huyện", "Đã cài"], ["Trà Bồng", 900], ["Tây Trà", 300], ["Sơn Tây", 500], ["Minh Long", 400]]  # fmt: skip
    notices = read_rows(book(("Sheet1", rows)), within="63:51").notices
    assert [(notice.line, notice.kind) for notice in notices] == [(3, "bounds"), (4, "ended")]
    assert "Tây Trà" in str(notices[0].text)


@pytest.mark.parametrize("name", ["Huyện đảo Cô Tô", "H. đảo Cô Tô", "Huyen dao Co To"])
def test_a_district_that_is_an_island_is_known(name: str) -> None:
    rows = [
        ["Bluezone 20/8/2020"],
        ["Huyện", "Đã cài"],
        ["Hạ Long", 900],
        [name, 30],
        ["Cẩm Phả", 500],
        ["Tiên Yên", 40],
    ]
    reading = read_rows(book(("Sheet1", rows)), within="63:22")
    assert not asked(reading)
    assert "63:207" in {str(figure.unit.code) for figure in reading.figures if figure.unit}


def test_a_total_is_in_thousands_as_its_rows_are() -> None:
    rows = [["Bluezone 20/8/2020"], ["Đơn vị tính: nghìn người"], ["Huyện", "Số người cài"], ["Vị Thanh", 8.5],
            ["Ngã Bảy", 9.5], ["Cộng", 18]]  # fmt: skip
    assert not kinds(book(("Sheet1", rows)))
    rows[-1] = ["Cộng", 19]
    assert kinds(book(("Sheet1", rows))) == ["total"]


def test_a_plan_has_no_column_of_installations_to_be_asked_about() -> None:
    rows = [["PHÂN BỔ CHỈ TIÊU CÀI ĐẶT BLUEZONE"], ["(thực hiện từ 15/8 đến 30/8/2020)"],
            ["Huyện", "Dân số", "Số người cài Bluezone", "Bình quân mỗi ngày"], ["Vị Thanh", 72000, 21600, 1440], ["Ngã Bảy", 56000, 16800, 1120],
            ["Vị Thủy", 92000, 27600, 1840]]  # fmt: skip
    reading = read_rows(book(("Sheet1", rows)), today="2020-08-16")
    assert not asked(reading)
    assert {(figure.kind, str(figure.date)) for figure in reading.figures if figure.kind == "population"} == {
        ("population", "2020-08-16")
    }
    assert "target" in {figure.kind for figure in reading.figures}
    assert "bad-date" not in {notice.kind for notice in reading.notices}


def test_what_is_registered_for_next_week_is_not_asked_about() -> None:
    done = [["Số người đã cài đến 20/8/2020"], ["Huyện", "Đã cài"], ["Vị Thanh", 7200], ["Ngã Bảy", 5600], []]
    rows = [*done, ["Bảng 2. Đăng ký cài tuần sau"], ["Huyện", "Số người đăng ký"], ["Vị Thanh", 720], ["Ngã Bảy", 560]]
    reading = read_rows(book(("Sheet1", rows)))
    assert not asked(reading)
    assert taken(reading) == {("installs", "", DAY)}


def test_a_day_that_stands_in_every_row_is_offered() -> None:
    rows = [
        ["Đợt", "Huyện", "Đã cài"],
        *[["Đợt 3 (chốt 19/8)", name, 900] for name in ("Vị Thanh", "Ngã Bảy", "Vị Thủy")],
    ]
    question = read_rows(book(("Sheet1", [["Bluezone"], *rows]))).question
    assert question
    assert [choice.value for choice in question.choices] == ["2020-08-19"]


def test_several_names_that_nobody_knows_are_warnings() -> None:
    names = ("Vị Thanh", "Ngã Bảy", "Vị Thủy", "Phụng Hiệp", "Châu Thành", "Xyz", "Abc")
    data = book(("Sheet1", [["Bluezone 20/8/2020"], ["Huyện", "Đã cài"], *[[name, 900] for name in names]]))
    assert not asked(read_rows(data))
    assert kinds(data) == ["unknown-unit", "unknown-unit"]


def test_a_row_that_is_called_by_the_kind_of_the_whole_is_its_total() -> None:
    rows = [
        ["Bluezone 20/8/2020"],
        ["Xã", "Đã cài"],
        ["Vị Bình", 600],
        ["Vị Đông", 500],
        ["Vị Trung", 400],
        ["Huyện", 1501],
    ]
    reading = read_rows(book(("Sheet1", rows)), within="63:935")
    assert not asked(reading)
    assert len(reading.figures) == 3
    assert [notice.kind for notice in reading.notices] == ["total"]


@pytest.mark.parametrize("name", ["7", "Phường 77"])
def test_a_number_names_no_place_elsewhere(name: str) -> None:
    rows = [
        ["Bluezone 20/8/2020"],
        ["Phường", "Đã cài"],
        ["Phường 1", 600],
        ["Phường 3", 500],
        ["Phường 4", 400],
        [name, 150],
    ]
    reading = read_rows(book(("Sheet1", rows)), within="63:930")
    assert "outside" not in {notice.kind for notice in reading.notices}


@pytest.mark.parametrize("kind", ["", "Phường ", "P"])
def test_wards_that_were_merged_later_are_those_of_the_day(kind: str) -> None:
    rows = [["Quận 4 - Bluezone 20/8/2020"], ["Phường", "Đã cài"],
            *[[f"{kind}{n}", 1000 + n] for n in (1, 2, 3, 4, 5, 6, 8, 9, 10, 12, 13, 14, 15, 16, 18)], ["Quận", 15136]]  # fmt: skip
    reading = read_rows(book(("Sheet1", rows)), within="63:773")
    assert not asked(reading)
    assert not reading.notices
    codes = {figure.written: str(figure.unit.code) for figure in reading.figures if figure.unit}
    assert (codes[f"{kind}5"], codes[f"{kind}12"], len(codes)) == ("63:27274", "63:27256", 15)


def test_on_a_day_after_they_were_merged_they_are_named() -> None:
    rows = [["Quận 3 - Bluezone 20/8/2021"], ["Phường", "Đã cài"],
            *[[f"Phường {n}", 1000 + n] for n in (1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14)]]  # fmt: skip
    reading = read_rows(book(("Sheet1", rows)), within="63:770", today="2021-08-31")
    assert not asked(reading)
    assert len(reading.figures) == 11
    assert {notice.kind for notice in reading.notices} <= {"unknown-unit", "ended"}


def test_hamlets_called_like_places_elsewhere_are_parts_of_their_commune() -> None:
    rows = [["Bluezone 20/8/2020"], ["TT", "Đơn vị", "Đã cài"], ["I", "Vị Bình", 600], ["1", "Thạnh Xuân", 200], ["2", "Thạnh Mỹ", 400],
            ["II", "Vị Đông", 500], ["1", "Vĩnh Trị", 300], ["2", "Mỹ Trung", 200]]  # fmt: skip
    reading = read_rows(book(("Sheet1", rows)), within="63:935")
    assert "outside" not in {notice.kind for notice in reading.notices}
    assert [figure.name for figure in reading.figures if figure.unit is None] == [
        "Thạnh Xuân",
        "Thạnh Mỹ",
        "Vĩnh Trị",
        "Mỹ Trung",
    ]


def test_a_group_among_classes_has_its_people_though_no_column_names_any() -> None:
    rows = [
        ["TRƯỜNG THCS LÊ LỢI - Bluezone 20/8/2020"],
        ["Lớp", "Tổng số", "Đã cài"],
        ["6A", 40, 30],
        ["6B", 41, 32],
        ["Giáo viên", 50, 49],
    ]
    of = {figure.name: figure.of for figure in read_rows(book(("Sheet1", rows))).figures}
    assert of["Giáo viên"] == "staff"


def test_a_number_that_one_unit_alone_bears_lies_elsewhere() -> None:
    rows = [
        ["Bluezone 20/8/2020"],
        ["Phường", "Đã cài"],
        ["Phường 1", 600],
        ["Phường 2", 500],
        ["Phường 4", 400],
        ["Quận 7", 150],
    ]
    notices = read_rows(book(("Sheet1", rows)), within="63:770").notices
    assert [notice.kind for notice in notices] == ["outside"]
    assert "Quận 7" in str(notices[0].text)
