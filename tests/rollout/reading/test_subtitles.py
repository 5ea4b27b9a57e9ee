"""A line below or above a title says of whom a table counts, beside a day or not; promises and plans are no figures."""

from __future__ import annotations

import datetime as dt

import pytest
from tests.rollout.reading.building import book
from tests.rollout.reading.test_whom import DISTRICTS, kinds

from bluezone.geography import catalogue
from bluezone.geography.units import UnitCode
from bluezone.rollout.reading.context import Context
from bluezone.rollout.reading.errors import TableError
from bluezone.rollout.reading.interpret import read_file
from bluezone.rollout.reading.results import Reading
from bluezone.rollout.reading.subtitles import without_days
from bluezone.rollout.reading.whom import whom_of

TITLE = "BÁO CÁO KẾT QUẢ CÀI ĐẶT BLUEZONE"


@pytest.mark.parametrize(
    ("line", "rest"),
    [
        ("(Học sinh, đến 15h ngày 20/8/2020)", "(Học sinh, )"),
        ("Số liệu ngày 20/8/2020", ""),
        ("Nông dân tính đến hết ngày 20 tháng 8 năm 2020", "Nông dân"),
        ("Ngư dân (từ 10/8 đến 20/8)", "Ngư dân ( )"),
        ("Số liệu từ 10/8/2020 đến 28/8/2020 của các xã", "của các xã"),
        ("TIEU THUONG DEN NGAY 20-8-2020", "TIEU THUONG"),
        ("Nhóm 3, 30% dân số", "Nhóm 3, 30% dân số"),
    ],
)
def test_the_day_of_a_line_is_cut_off(line: str, rest: str) -> None:
    assert " ".join(without_days(line).split()) == rest


@pytest.mark.parametrize(
    ("line", "of"),
    [
        ("(Tiểu thương, đến 17h ngày 25/8/2020)", "traders"),
        ("Đối tượng: đoàn viên. Số liệu ngày 20/8/2020", "members"),
        ("Giáo viên, nhân viên; cập nhật đến 24/8/2020", "staff"),
        ("Số liệu ngày 20/8/2020 (riêng phụ huynh)", "parents"),
        ("Đối tượng: nông dân trên địa bàn. Số liệu đến 30/8", "Nông dân"),
        ("Học sinh THPT", "pupils"),
        ("Lái xe các bến xe huyện Vị Thủy", "drivers"),
        ("Các trường hợp F1", "Các trường hợp F1"),
        ("(Người về từ Hải Dương)", "Người về từ hải dương"),
        ("Đối tượng: thợ hồ, phụ hồ", "Thợ hồ, phụ hồ"),
        ("Của người bán hàng rong", "Người bán hàng rong"),
        (f"{TITLE} - TĂNG NI", "Tăng ni"),
        ("Đối tượng: toàn dân", "residents"),
        (f"{TITLE} (DÂN QUÂN)", "Dân quân"),
        ("Người dân tộc Khmer", "Người dân tộc Khmer"),
    ],
)
def test_a_line_of_its_own_names_people(line: str, of: str) -> None:
    found = whom_of([line])
    assert found is not None
    assert (found.of.lower(), found.open) == (of.lower(), False)


@pytest.mark.parametrize(
    "line",
    [
        "Chỉ tính thợ hồ và người làm thuê",
        "Khối trường học",
        "Lao động tự do",
        f"{TITLE} KHỐI ĐOÀN THỂ",
        f"{TITLE} TẠI CÁC NHÀ TRỌ",
        f"{TITLE}: HỘ NUÔI TÔM",
    ],
)
def test_words_that_may_say_of_whom_are_asked(line: str) -> None:
    found = whom_of([line])
    assert found is not None
    assert found.open


@pytest.mark.parametrize(
    "line",
    [
        "Số liệu ngày 20/8/2020 (chưa tính cán bộ, học sinh)",
        "Vị Thanh, ngày 20 tháng 8 năm 2020",
        "(Kèm theo Báo cáo số 123/BC-UBND ngày 21/8/2020 của UBND huyện)",
        "Của UBND huyện Vị Thủy",
        "BỘ ĐỘI BIÊN PHÒNG TỈNH",
        "SỞ LAO ĐỘNG - THƯƠNG BINH VÀ XÃ HỘI",
        "Người lập biểu: Nguyễn Văn A",
        "Người thực hiện: Nguyễn Văn A",
        "Giáo viên chủ nhiệm: Lê Thị B",
        "Kính gửi: các trường hợp có tên sau",
        "Khối xã, phường, thị trấn",
        "Khối 6, 7, 8",
        "KHỐI CÁC CƠ QUAN CẤP HUYỆN",
        "Nguồn: cán bộ văn hóa xã, ngày 20/8/2020",
        "Người gửi: Nguyễn Văn A, 20/8/2020",
        "Đối tượng báo cáo: cán bộ phụ trách CNTT",
        "Ghi chú: chỉ tính người có điện thoại thông minh",
        "Riêng học sinh do nhà trường báo cáo",
        "Riêng Công an huyện báo cáo trực tiếp về tỉnh",
        "Thanh niên tình nguyện ra quân 20/8/2020",
        "Cán bộ trực: Nguyễn Văn A, 20/8/2020",
        "Số liệu tính riêng cho từng xã",
        "Cộng tác viên, đến 20/8/2020",
        "Riêng ngày 20/8/2020",
        "(riêng huyện Vị Thủy chưa báo cáo)",
        "Chỉ tiêu giao: 30% dân số",
        "Chỉ tính số máy có bật Bluetooth",
        f"{TITLE} TẠI CÁC XÃ",
        f"{TITLE} phục vụ người dân tại các chợ",
    ],
)
def test_other_lines_name_nobody(line: str) -> None:
    assert whom_of([line]) is None


def read(rows: list[list[object]], merged: tuple[str, ...] = ()) -> Reading:
    """Return what is read of a sheet of a province."""
    context = Context(catalogue.all_units(), dt.date(2020, 9, 15), UnitCode.parse("63:93"), None, {},
                      catalogue.figures())  # fmt: skip
    return read_file(book(("Sheet1", rows, merged)), "bieu.xlsx", context)


def below(titles: list[str], header: str) -> list[list[object]]:
    """Return a table of one column of counts under titles."""
    counts: list[list[object]] = [[n, name, 3000 + n] for n, name in enumerate(DISTRICTS, 1)]
    return [*([text] for text in titles), ["TT", "Huyện", header], *counts]


@pytest.mark.parametrize(
    ("title", "header", "expected"),
    [
        ("Đăng ký số người sẽ cài đặt Bluezone", "Số người cài", set()),
        ("BẢNG ĐĂNG KÝ CÀI ĐẶT BLUEZONE", "Số người cài", set()),
        ("Cam kết số người cài Bluezone", "Số người cài đặt", set()),
        ("Dự kiến số người cài Bluezone", "Số người cài", set()),
        ("Ước số người cài Bluezone cuối tháng", "Số người cài", set()),
        ("Số người sẽ cài Bluezone trong tuần tới", "Số người cài", set()),
        ("Số lượng người dự kiến cài Bluezone", "Số người cài", set()),
        ("Thống kê nhu cầu cài Bluezone", "Số người cài", set()),
        ("Đăng ký sử dụng Bluezone", "Số người cài", {("installs", "")}),
        ("Số người cài Bluezone", "Số người sẽ cài", set()),
        ("Số người cài Bluezone", "Cam kết cài", set()),
        ("Kế hoạch cài đặt Bluezone", "Số người cài", {("target", "")}),
        ("Phấn đấu số người cài Bluezone", "Số người cài", {("target", "")}),
        ("Đăng ký cài đặt Bluezone", "Số người đã cài", {("installs", "")}),
        ("Kết quả thực hiện kế hoạch cài đặt Bluezone", "Số người cài", {("installs", "")}),
        ("Kết quả cài đặt Bluezone so với cam kết", "Số người cài", {("installs", "")}),
    ],
)
def test_what_is_promised_is_not_done(title: str, header: str, expected: set[tuple[str, str]]) -> None:
    found = read(below([title, "Đến ngày 20/8/2020"], header))
    assert found.question is None
    assert kinds(found) == expected
    if not expected:
        assert "promised or planned" in str(found.notices[0].text)


@pytest.mark.parametrize(("line", "of"), [("Khách lưu trú, ngày 20/8/2020", "guests"),
                                          ("Gồm học sinh khối 9, ngày 20/8/2020", "pupils")])  # fmt: skip
def test_people_before_a_day_are_no_place_of_a_signature(line: str, of: str) -> None:
    assert kinds(read(below([TITLE, line], "Đã cài"))) == {("installs", of)}


def test_a_form_of_a_figure_a_line_is_refused_with_what_to_do() -> None:
    with pytest.raises(TableError, match="each line gives one figure"):
        read([["PHIẾU BÁO CÁO"], ["Đơn vị báo cáo", "UBND xã Hỏa Lựu"], ["Ngày báo cáo", "22/08/2020"],
              ["Dân số", 9412], ["Số người đã cài Bluezone", 1137]])  # fmt: skip


def test_a_note_below_says_of_whom() -> None:
    rows = below([TITLE, "Đến ngày 20/8/2020"], "Đã cài")
    assert kinds(read(rows)) == {("installs", "")}
    for note, of in [
        ("Ghi chú: số liệu trên chỉ gồm học sinh các trường THCS", "pupils"),
        ("Ghi chú: Số liệu chỉ tính học sinh", "pupils"),
        ("* Số liệu trên là của công nhân các khu công nghiệp", "staff"),
        ("Ghi chú: chưa gồm học sinh các trường THCS", ""),
        ("Số liệu trên là số lũy kế", ""),
    ]:
        assert kinds(read([*rows, [], [note]])) == {("installs", of)}


def test_a_gain_between_two_days_of_the_month_is_no_other_day() -> None:
    counts: list[list[object]] = [[n, name, 900 + n, 950 + n, 50] for n, name in enumerate(DISTRICTS, 1)]
    found = read([["TIẾN ĐỘ CÀI BLUEZONE (LŨY KẾ) THÁNG 9 NĂM 2020"],
                  ["TT", "Huyện", "Ngày 5", "Ngày 7", "Tăng 7/5"], *counts])  # fmt: skip
    assert {(figure.kind, figure.date.isoformat()) for figure in found.figures} == {
        ("installs", "2020-09-05"), ("installs", "2020-09-07"), ("increase", "2020-09-07")}  # fmt: skip


def test_people_of_an_age_beside_other_people_are_counted_as_such() -> None:
    counts: list[list[object]] = [[n, name, 90 + n, 40 + n, 80 + n, 30 + n] for n, name in enumerate(DISTRICTS, 1)]
    rows: list[list[object]] = [["KẾT QUẢ CÀI BLUEZONE ĐẾN 20/8/2020"],
                                ["TT", "Huyện", "Ngư dân", None, "Người cao tuổi", None],
                                [None, None, "Tổng số", "Đã cài", "Tổng số", "Đã cài"], *counts]  # fmt: skip
    found = read(rows, ("A2:A3", "B2:B3", "C2:D2", "E2:F2"))
    assert kinds(found) == {("headcount", "Ngư dân"), ("installs", "Ngư dân"),
                            ("headcount", "Người cao tuổi"), ("installs", "Người cao tuổi")}  # fmt: skip


def test_a_file_called_like_its_place_by_initials_asks_nothing() -> None:
    context = Context(catalogue.all_units(), dt.date(2020, 9, 15), UnitCode.parse("63:934"), None, {})
    rows: list[list[object]] = [["SỐ NGƯỜI CÀI BLUEZONE đến 20/8/2020"], ["TT", "Xã", "Số người đã cài"],
                                [1, "Xã Tân Bình", 212], [2, "Xã Hòa An", 42]]  # fmt: skip
    assert read_file(book(("Sheet1", rows)), "PH 20-8.xlsx", context).question is None
    asked = read_file(book(("Sheet1", rows)), "PHHS 20-8.xlsx", context).question
    assert asked is not None
    assert asked.key == "whom"


def test_totals_of_several_days_beside_what_was_added_are_installations() -> None:
    counts: list[list[object]] = [[name, 25 + n, 580 + n, 60, 640 + n] for n, name in enumerate(DISTRICTS, 1)]
    rows: list[list[object]] = [["Bluezone Hậu Giang"], ["Huyện", "17/8/2020", None, "20/8/2020", None],
                                [None, "Mới", "Tổng", "Mới", "Tổng"], *counts]  # fmt: skip
    found = read(rows, ("A2:A3", "B2:C2", "D2:E2"))
    assert found.question is None
    assert {(figure.kind, figure.date.isoformat()) for figure in found.figures} == {
        ("installs", "2020-08-17"), ("installs", "2020-08-20"),
        ("increase", "2020-08-17"), ("increase", "2020-08-20")}  # fmt: skip
