# ruff: noqa: E501 - forms are tables
"""Names that a title goes on behind, two sources of one count, parts of a column, classes and other subjects."""

from __future__ import annotations

import datetime as dt

import pytest
from tests.rollout.reading.building import book
from tests.rollout.reading.reads import asked, read_rows, taken

from bluezone.rollout.reading.certainty import guess_surely
from bluezone.rollout.reading.letterheads import name_in
from bluezone.rollout.reading.results import Reading

TITLE = "KẾT QUẢ CÀI BLUEZONE ĐẾN NGÀY 24/8/2020"
DAY = "2020-08-24"
COMMUNES = ("Xã Vị Bình", "Xã Vị Đông", "Xã Vị Thắng")


def said(reading: Reading) -> list[str]:
    return [str(notice.text) for notice in reading.notices]


# --- names ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("title", "name"),
    [
        ("KHÁCH SẠN SEN VÀNG - SỔ TRỰC LỄ TÂN THÁNG 8/2020", "KHÁCH SẠN SEN VÀNG"), ("KHÁCH SẠN SEN VÀNG SỔ TRỰC LỄ TÂN", "KHÁCH SẠN SEN VÀNG"),
        ("Trạm Y tế xã Hải Ba: sổ theo dõi Bluezone", "Trạm Y tế xã Hải Ba"), ("Công ty TNHH Minh Khôi – Báo cáo Bluezone", "Công ty TNHH Minh Khôi"),
        ("TRƯỜNG THPT NGUYỄN BÍNH - HỌC SINH CÀI ĐẶT BLUEZONE ĐẾN 18/9/2020", "TRƯỜNG THPT NGUYỄN BÍNH"),
        ("BẾN XE KHÁCH LỤC YÊN BÁO CÁO CÀI ĐẶT BLUEZONE", "BẾN XE KHÁCH LỤC YÊN"),
        # no title goes on
        ("CÔNG TY CP MAY - CHI NHÁNH VỊ THANH", "CÔNG TY CP MAY - CHI NHÁNH VỊ THANH"), ("TRƯỜNG CAO ĐẲNG THỐNG KÊ", "TRƯỜNG CAO ĐẲNG THỐNG KÊ"),
        ("Khách sạn Sài Gòn - Ninh Chữ", "Khách sạn Sài Gòn - Ninh Chữ"), ("KẾT QUẢ CÀI ĐẶT BLUEZONE - TRƯỜNG THPT NGUYỄN BÍNH", "KẾT QUẢ CÀI ĐẶT BLUEZONE - TRƯỜNG THPT NGUYỄN BÍNH"),
    ],
)  # fmt: skip
def test_the_name_before_a_title(title: str, name: str) -> None:
    assert name_in(title) == name


DAYS = [[dt.date(2020, 8, 15 + n), 26 + n, 12 + n] for n in range(3)]


@pytest.mark.parametrize("rest", [" - SỔ TRỰC LỄ TÂN THÁNG 8/2020", ": SỔ TRỰC LỄ TÂN", " BÁO CÁO CÀI ĐẶT BLUEZONE"])
def test_all_rows_are_of_the_house_that_the_title_begins_with(rest: str) -> None:
    head = ["Ngày", "Số khách được nhắc", "Số khách cài mới"]
    reading = read_rows(book(("S", [[f"KHÁCH SẠN SEN VÀNG{rest}"], head, *DAYS], [])))
    assert {figure.name for figure in reading.figures} == {"KHÁCH SẠN SEN VÀNG"}
    assert len(reading.figures) == 6
    assert not any("which stands below" in text for text in said(reading))


def test_a_health_station_with_a_title_behind_it_is_asked_about() -> None:
    head = ["Ngày", "Số người được hướng dẫn", "Số người cài mới"]
    title = "Trạm Y tế xã Vị Bình - sổ theo dõi Bluezone tháng 8/2020"
    assert asked(read_rows(book(("S", [[title], head, *DAYS], [])))) == "unit"


def test_a_class_is_one_unit_on_the_sheets_of_pupils_and_of_parents() -> None:
    sheets = [
        (name, [[f"TRƯỜNG THPT VỊ THANH - {people} CÀI ĐẶT BLUEZONE ĐẾN 24/8/2020"], ["TT", "Lớp", "Tổng số", "Đã cài"], [1, "10A1", 40, 22], [2, "10A2", 41, 23]], [])
        for name, people in (("HS", "HỌC SINH"), ("PH", "PHỤ HUYNH"))
    ]  # fmt: skip
    assert {figure.name for figure in read_rows(book(*sheets)).figures} == {"10A1", "10A2"}


# --- sources --------------------------------------------------------------------------------------


def _two(headers: list[str], values: list[tuple[int, int, int]]) -> Reading:
    rows = [[n + 1, name, *numbers] for n, (name, numbers) in enumerate(zip(COMMUNES, values, strict=True))]
    return read_rows(book(("S", [[TITLE], ["TT", "Xã", *headers], *rows], [])))


@pytest.mark.parametrize("sign", [1, -1])
@pytest.mark.parametrize(
    "headers",
    [
        ["Số liệu xã báo cáo", "Số liệu Sở TTTT cung cấp", "Chênh lệch"], ["Xã báo cáo đã cài", "Hệ thống ghi nhận đã cài", "Chênh lệch (+/-)"],
        ["Số người đã cài (xã báo cáo)", "Số người đã cài (số liệu Bộ TTTT)", "Chênh lệch"], ["Số cài theo xã", "Số cài theo Cục Tin học hóa", "Lệch"],
    ],
)  # fmt: skip
def test_what_two_sources_differ_by_is_no_gain_and_which_holds_is_asked(headers: list[str], sign: int) -> None:
    reading = _two(headers, [(1710, 1710 - sign * n, sign * n) for n in (10, 13, 16)])
    assert asked(reading) == "installs"
    assert any("two sources" in text for text in said(reading))
    assert not any(figure.kind == "increase" for figure in reading.figures)


def test_the_source_that_was_not_chosen_is_said_to_have_given_way() -> None:
    head = ["TT", "Xã", "Số liệu xã báo cáo", "Số liệu Sở TTTT cung cấp", "Chênh lệch"]
    rows = [[n + 1, name, 1710 + n, 1700, 10 + n] for n, name in enumerate(COMMUNES)]
    reading = read_rows(book(("S", [[TITLE], head, *rows], [])), answers={"installs": "D"})
    assert {int(figure.value) for figure in reading.figures} == {1700}
    assert any("was taken in its place" in str(column.why) for column in reading.columns if column.column == "C")


@pytest.mark.parametrize(
    "headers", [["Kỳ trước", "Kỳ này", "Chênh lệch"], ["Đến 17/8", "Đến 24/8", "Chênh lệch"], ["Tuần trước", "Đã cài", "Tăng"]]
)  # fmt: skip
def test_between_two_times_it_is_one(headers: list[str]) -> None:
    reading = _two(headers, [(1700, 1700 + n, n) for n in (10, 13, 16)])
    assert ("increase", "", DAY) in taken(reading)


# --- parts, classes, other subjects ---------------------------------------------------------------


@pytest.mark.parametrize("part", ["Trong đó: LĐ nước ngoài", "Trong đó lao động nữ", "Tr.đó: thời vụ"])
def test_a_part_of_the_column_before_it_is_not_asked_about(part: str) -> None:
    head = ["TT", "Doanh nghiệp", "Tổng số LĐ", part, "Tổng số LĐ đã cài", f"{part} đã cài"]
    rows = [[1, "Công ty A", 1800, 21, 1100, 20], [2, "Công ty B", 900, 9, 720, 9], [3, "Công ty C", 650, 4, 433, 3]]
    reading = read_rows(book(("S", [[TITLE], head, *rows], [])))
    assert asked(reading) == ""
    assert taken(reading) == {("headcount", "staff", DAY), ("installs", "staff", DAY)}
    assert {figure.value for figure in reading.figures} == {1800, 900, 650, 1100, 720, 433}


def test_the_count_before_a_gain_and_its_sum_is_that_of_its_day() -> None:
    reading = _two(
        ["Đến 14/8", "Cài mới trong đợt 15-24/8", "Cộng dồn đến 24/8"],
        [(726, 484, 1210), (663, 442, 1105), (366, 244, 610)],
    )
    assert taken(reading) == {("installs", "", "2020-08-14"), ("increase", "", DAY), ("installs", "", DAY)}  # fmt: skip


@pytest.mark.parametrize("head", ["Bến xe", "Tên cơ sở", "Tên chợ", "Khách sạn"])
def test_classes_of_houses_are_no_ranks(head: str) -> None:
    rows = [
        [1, "Sao Mai", 2, 40, 30],
        [2, "Bình Minh", 3, 41, 31],
        [3, "Hậu Giang", 4, 42, 32],
        [4, "Tây Đô", 5, 43, 33],
    ]
    reading = read_rows(book(("S", [[TITLE], ["TT", head, "Hạng", "Số nhân viên", "Đã cài"], *rows], [])))
    assert "rank" not in {figure.kind for figure in reading.figures}
    assert any("classes" in text for text in said(reading))


@pytest.mark.parametrize(
    ("path", "kind"),
    [
        (["Tăng ca"], "unknown"), (["Số HS tăng so với năm trước"], "unknown"), (["Số HS đã mua BHYT"], "unknown"),
        (["Số hội viên vay vốn NHCSXH"], "unknown"), (["Được tuyên truyền ATGT"], "unknown"), (["Số máy may"], "unknown"),
        (["Dân số năm trước"], "population"), (["Người mua BHYT đã cài Bluezone"], "installs"),
        (["Người dân", "Được hướng dẫn cài đặt thành công"], "helped"), (["Được hỗ trợ cài thành công"], "helped"), (["Vận động cài thành công"], "installs"),
    ],
)  # fmt: skip
def test_what_has_nothing_to_do_with_the_app(path: list[str], kind: str) -> None:
    found = guess_surely(path)
    assert found.kind == kind
    assert found.kind != "unknown" or not found.doubt  # it is not asked about


@pytest.mark.parametrize("title", ["CÀI ĐẶT PHẦN MỀM QUẢN LÝ VĂN BẢN (VNPT iOffice)", "TÌNH HÌNH CÀI ĐẶT CHỨNG THƯ SỐ"])
def test_other_programs_are_not_bluezone(title: str) -> None:
    ours = ("BC", [[TITLE], ["TT", "Xã", "Đã cài"], *([n + 1, name, 300 + n] for n, name in enumerate(COMMUNES))], [])
    theirs = ("PM", [[title], ["TT", "Cơ quan", "Số máy đã cài"], [1, "Sở Nội vụ", 20], [2, "Sở Tài chính", 27]], [])
    reading = read_rows(book(ours, theirs))
    assert {int(figure.value) for figure in reading.figures} == {300, 301, 302}


def test_those_who_came_for_something_else_may_be_asked_about_the_app() -> None:
    assert guess_surely(["Khách đến làm BHXH được nhắc"]).doubt == "asked"


def test_by_how_many_a_company_grew_is_no_gain_of_the_app() -> None:
    head = ["TT", "Bộ phận", "Tổng số LĐ", "Có mặt", "Tăng trong tháng", "Nghỉ thai sản", "Đã cài Bluezone"]
    rows = [[1, "Văn phòng", 12, 12, 2, 0, 8], [2, "Tổ cắt", 13, 11, 3, 0, 7], [3, "Chuyền may 1", 43, 42, 2, 1, 18]]
    reading = read_rows(book(("S", [["CÔNG TY CP MAY VỊ THANH"], [TITLE], head, *rows], [])))
    assert taken(reading) == {("headcount", "staff", DAY), ("installs", "staff", DAY)}
    gain = read_rows(book(("S", [["CÔNG TY CP MAY VỊ THANH"], [TITLE], [*head[:3], "Đã cài Bluezone", "Tăng trong tháng"],
                                 *([*row[:3], row[6], row[4]] for row in rows)], [])))  # fmt: skip
    assert ("increase", "staff", DAY) in taken(gain)


@pytest.mark.parametrize(
    "remark", ["đang sửa chữa 1 khu", "sửa 3 ki ốt", "1 điểm trường đang sửa", "Sửa 2 điểm phát sóng"]
)
def test_what_is_repaired_is_no_correction(remark: str) -> None:
    rows = [[1, COMMUNES[0], 300, ""], [2, COMMUNES[1], 200, remark], [3, COMMUNES[2], 100, "sửa lại 650"]]
    reading = read_rows(book(("S", [[TITLE], ["TT", "Xã", "Đã cài", "Ghi chú"], *rows], [])))
    assert {int(figure.value) for figure in reading.figures} == {300, 200}


@pytest.mark.parametrize("title", ["HUYỆN VỤ BẢN 20/8/2020", "CÁC THÔN, BẢN (20/8/2020)", "HUYỆN VĂN BÀN 20/8/2020"])
def test_a_day_behind_a_place_called_ban(title: str) -> None:
    rows = [[1, "Thôn 1", 300], [2, "Thôn 2", 200]]
    reading = read_rows(
        book(("S", [[f"KẾT QUẢ CÀI ĐẶT BLUEZONE {title}"], ["TT", "Thôn", "Đã cài"], *rows], [])), within="63:31471"
    )
    assert {str(figure.date) for figure in reading.figures} == {"2020-08-20"}  # fmt: skip


def test_a_share_under_what_is_no_figure_and_a_month_of_expiry_are_not_asked_about() -> None:
    heads = [
        ["TT", "Lớp", "Sĩ số", "BHYT", "", "", "Bluezone", "", "PCCC có hạn đến"],
        ["", "", "", "Đã tham gia", "Chưa tham gia", "Tỷ lệ %", "HS đã cài", "PH đã cài", ""],
    ]
    rows = [[1, "1A", 37, 25, 12, 81.3, 1, 17, "12/2020"], [2, "1B", 28, 20, 8, 71.4, 0, 15, "05/2022"]]
    merged = ["A2:A3", "B2:B3", "C2:C3", "D2:F2", "G2:H2", "I2:I3"]
    reading = read_rows(book(("S", [[TITLE], *heads, *rows], merged)))
    assert asked(reading) == ""
    assert taken(reading) == {("headcount", "pupils", DAY), ("installs", "pupils", DAY), ("installs", "parents", DAY)}


def test_a_column_that_names_nobody_beside_those_who_do_is_named() -> None:
    head = [
        "TT",
        "Cơ sở",
        "Số cán bộ y tế",
        "Cán bộ y tế đã cài",
        "Số người bệnh được tư vấn cài",
        "Số cài mới trong tuần",
    ]
    rows = [
        [n + 1, name, 8 + n, 8 + n, 40 + n, 28 + n] for n, name in enumerate(("Trạm y tế Vị Bình", "Khoa Khám bệnh"))
    ]
    reading = read_rows(book(("S", [["TRUNG TÂM Y TẾ HUYỆN VỊ THỦY"], [TITLE], head, *rows], [])))
    assert [text for text in said(reading) if "does not say of whom" in text]
    assert ("increase", "", DAY) in taken(reading)


# --- sites in places ------------------------------------------------------------------------------

HAMLETS = ("Ấp 1", "Ấp 2", "Ấp 3")
BARE = ("Hòa Bình", "Thanh Tâm", "Minh Phát")


def _sites(head: str, names: tuple[str, ...], place: str = "Ấp", places: tuple[str, ...] = HAMLETS) -> set[str]:
    rows = [[n + 1, name, where, 20 + n, 9 + n] for n, (name, where) in enumerate(zip(names, places, strict=True))]
    data = book(("S", [[TITLE], ["TT", head, place, "Tổng số người", "Đã cài"], *rows], []))
    return {figure.name for figure in read_rows(data, within="63:935").figures}


@pytest.mark.parametrize(
    "head", ["Nhà trọ", "Quán cà phê", "Câu lạc bộ", "Cây xăng", "Homestay", "Tổ hợp tác", "Hãng taxi"]
)
def test_houses_beside_the_places_they_lie_in_are_the_units(head: str) -> None:
    assert _sites(head, BARE) == set(BARE)
    named = tuple(f"{head} {name}" for name in BARE)
    assert _sites(head, named, "Xã, thị trấn", ("Vị Bình", "Vị Đông", "Vị Thắng")) == set(named)


def test_so_are_any_that_differ_where_the_places_come_again() -> None:
    assert _sites("Mô hình", BARE, places=("Ấp 1", "Ấp 1", "Ấp 2")) == set(BARE)


@pytest.mark.parametrize(
    ("head", "names"),
    [
        ("Bí thư", ("Nguyễn Văn An", "Trần Thị Bé", "Lê Cường")), ("Khối trưởng", ("B. Loan", "C. Mai", "A. Hùng")), ("Tình hình", ("Đang làm", "Khá", "Tốt")),
        ("Mô hình", BARE), ("Ghi chú", BARE),
    ],
)  # fmt: skip
def test_persons_and_notes_beside_places_name_no_rows(head: str, names: tuple[str, ...]) -> None:
    assert _sites(head, names) == set(HAMLETS)


def test_the_most_the_least_and_the_mean_of_all_are_no_units_and_no_sums() -> None:
    rows = [[n + 1, name, 2000 + n, 900 + n] for n, name in enumerate(COMMUNES)]
    below = ["Cao nhất", "Thấp nhất", "Bình quân chung", "Trung bình mỗi xã", "Trung bình"]
    sheet = [
        [TITLE],
        ["TT", "Xã", "Dân số", "Đã cài"],
        *rows,
        ["", "Toàn huyện", 6003, 2703],
        *(["", text, 2001, 901] for text in below),
    ]
    reading = read_rows(book(("S", sheet, [])), within="63:935")
    assert asked(reading) == ""
    assert len(reading.figures) == 6
    assert not reading.notices


def test_a_numbered_row_is_the_commune_of_that_name() -> None:
    rows = [[1, "Trung Bình", 2000, 900], [2, "Đại Ân 2", 2001, 901], [3, "Viên An", 2002, 902]]
    reading = read_rows(book(("S", [[TITLE], ["TT", "Xã", "Dân số", "Đã cài"], *rows], [])), within="63:94")
    assert {figure.unit.name for figure in reading.figures if figure.unit} >= {"Trung Bình", "Đại Ân 2"}


def test_what_was_counted_on_and_on_is_all() -> None:
    rows = [[n + 1, name, 20 + n, 900 + n] for n, name in enumerate(COMMUNES)]
    reading = read_rows(book(("S", [[TITLE], ["TT", "Xã", "Số người cài trong ngày", "Lũy tiến"], *rows], [])))
    assert taken(reading) == {("increase", "", DAY), ("installs", "", DAY)}
