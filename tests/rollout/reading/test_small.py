"""Small things that a row, a header or an answer says and that were not heard."""

from __future__ import annotations

import datetime as dt

import pytest
from tests.rollout.reading.building import book
from tests.rollout.reading.reads import asked, asked_together, read_rows, taken

from bluezone.geography import catalogue
from bluezone.rollout.reading.errors import TableError
from bluezone.rollout.reading.names import Names

TITLE = ["KẾT QUẢ CÀI ĐẶT BLUEZONE ĐẾN 20/8/2020"]
NAMES = ("Vị Thanh", "Ngã Bảy", "Vị Thủy")


def table(head: list[object], *columns: tuple[object, ...]) -> bytes:
    """Return a form of three districts with some columns beside their names."""
    rows = [[n, name, *values] for n, (name, *values) in enumerate(zip(NAMES, *columns, strict=True), 1)]
    return book(("Sheet1", [TITLE, ["TT", "Huyện", *head], *rows]))


def test_an_answer_that_is_no_choice_is_refused() -> None:
    data = table(["Số người nhận tin nhắn"], (7240, 4810, 6120))
    assert asked(read_rows(data)) == "installs"
    with pytest.raises(TableError, match="no answer"):
        read_rows(data, answers={"installs": "F"})
    assert taken(read_rows(data, answers={"installs": "C"})) == {("installs", "", "2020-08-20")}
    assert not read_rows(data, answers={"installs": "none"}).figures


def test_an_answer_to_a_question_that_is_not_asked_does_no_harm() -> None:
    assert read_rows(table(["Đã cài"], (7240, 4810, 6120)), answers={"installs": "F"}).figures


def test_the_day_of_a_rows_note_is_the_day_of_its_figures() -> None:
    data = table(["Đã cài", "Ghi chú"], (7240, 4810, 6120), (None, "lấy số liệu ngày 18/8", None))
    days = {figure.name: str(figure.date) for figure in read_rows(data).figures}
    assert sorted(days.values()) == ["2020-08-18", "2020-08-20", "2020-08-20"]


def test_a_code_of_another_unit_is_named() -> None:
    rows = [[code, name, 4000] for code, name in ((930, "Vị Thanh"), (935, "Phụng Hiệp"), (934, "Vị Thủy"))]
    reading = read_rows(book(("Sheet1", [TITLE, ["Mã", "Huyện", "Đã cài"], *rows])))
    assert [notice.kind for notice in reading.notices].count("code") == 2


def test_a_rank_has_its_day_and_is_no_large_number() -> None:
    data = table(["Xếp hạng 13/8", "Đã cài"], (1, 3, 2), (7240, 4810, 6120))
    assert taken(read_rows(data)) == {("rank", "", "2020-08-13"), ("installs", "", "2020-08-20")}
    large = table(["Xếp hạng", "Đã cài"], (7240, 4810, 6120), (7240, 4810, 6120))
    assert taken(read_rows(large)) == {("installs", "", "2020-08-20")}


def test_a_number_that_may_be_a_share_is_asked() -> None:
    data = table(["Kết quả đạt"], (9, 8, 6))
    assert asked(read_rows(data)) == "small"
    share = read_rows(data, answers={"small": "percent_population"})
    assert taken(share) == {("percent_population", "", "2020-08-20")}
    assert taken(read_rows(data, answers={"small": "installs"})) == {("installs", "", "2020-08-20")}


def test_more_than_the_day_before_is_a_gain() -> None:
    data = table(["Đã cài", "So với hôm trước"], (7240, 4810, 6120), ("+120", "+80", "+30"))
    assert taken(read_rows(data)) == {("installs", "", "2020-08-20"), ("increase", "", "2020-08-20")}


def test_gains_of_two_weeks_have_the_days_of_their_ends() -> None:
    head: list[object] = ["Cài mới tuần 1 (3-9/8)", "Cài mới tuần 2 (10-16/8)", "Lũy kế"]
    data = table(head, (101, 102, 103), (201, 202, 203), (7240, 4810, 6120))
    assert taken(read_rows(data)) == {
        ("increase", "", "2020-08-09"),
        ("increase", "", "2020-08-16"),
        ("installs", "", "2020-08-20"),
    }


def test_a_target_given_and_what_was_reached_need_no_question() -> None:
    for head in (["Giao", "Đạt"], ["KH", "TH"]):
        data = table(list(head), (8000, 5000, 7000), (7240, 4810, 6120))
        assert taken(read_rows(data)) == {("target", "", "2020-08-20"), ("installs", "", "2020-08-20")}


def test_today_beside_yesterday_is_no_gain() -> None:
    data = table(["Hôm qua", "Hôm nay"], (7140, 4710, 6020), (7240, 4810, 6120))
    assert taken(read_rows(data)) == {("installs", "", "2020-08-19"), ("installs", "", "2020-08-20")}


def test_sheets_called_after_days_of_the_titles_month_have_their_days() -> None:
    rows = [[n, name, 4000 + n] for n, name in enumerate(NAMES, 1)]
    sheets = [(f"Ngày {day}", [["KẾT QUẢ CÀI BLUEZONE THÁNG 8/2020"], ["TT", "Huyện", "Đã cài"], *rows])
              for day in (20, 21)]  # fmt: skip
    assert taken(read_rows(book(*sheets))) == {("installs", "", "2020-08-20"), ("installs", "", "2020-08-21")}


def test_a_sheet_called_after_a_district_is_of_the_district() -> None:
    rows = [[f"{day}/8/2020", 7000 + day] for day in (18, 19, 20)]
    sheets = [(name, [["THEO DÕI CÀI BLUEZONE"], ["Ngày", "Đã cài"], *rows]) for name in NAMES]
    reading = read_rows(book(*sheets))
    assert {str(figure.unit.code) for figure in reading.figures if figure.unit} == {"63:930", "63:931", "63:935"}


def test_a_footnotes_mark_is_no_part_of_a_number() -> None:
    data = table(["Đã cài"], ("7.240", "~4.800", "6.120*"))
    assert {figure.name: int(figure.value) for figure in read_rows(data).figures} == {
        "Thành phố Vị Thanh": 7240,
        "Huyện Vị Thủy": 6120,
    }


def test_a_district_that_is_no_more_is_said_with_its_heir() -> None:
    names = Names(catalogue.all_units(), dt.date(2025, 8, 1))
    ended = names.ended("Huyện Vị Thủy", None)
    assert ended is not None
    assert "2025-06-30" in str(ended)
    assert names.ended("Huyện Không Có", None) is None


def test_a_row_left_out_by_an_answer_says_so() -> None:
    rows = [[n, name, 4000 + n] for n, name in enumerate((*NAMES, "Châu Thành A", "Phụng Hiệp", "Hoành Bồ"), 1)]
    data = book(("Sheet1", [TITLE, ["TT", "Huyện", "Đã cài"], *rows]))
    assert asked(read_rows(data)) == "unit:Hoành Bồ"
    reading = read_rows(data, answers={"unit:Hoành Bồ": "none"})
    assert [str(each.why) for each in reading.ignored if each.text == "Hoành Bồ"] == ["as you said"]


def test_an_answer_about_a_unit_silences_no_question_about_a_count() -> None:
    rows = [["Vị Thanh", 7240, 410], ["Ngã Bảy", 4810, 310], ["Vị Thủy", 6120, 210], ["Phụng Hiệp", 9120, 220],
            ["Long Mĩ Hạ", 120, 20]]  # fmt: skip
    data = book(("Sheet1", [TITLE, ["Huyện", "Đã cài", "Cài và được hưởng"], *rows]))
    assert asked_together(read_rows(data)) >= {"unit:Long Mĩ Hạ", "column:Sheet1!C"}
    count = read_rows(data, answers={"unit:Long Mĩ Hạ": "none"}).question
    assert count
    assert count.key == "column:Sheet1!C"
    assert "with_phone" in [choice.value for choice in count.choices]


def test_accounts_with_a_number_are_known_and_what_is_missing_under_two_rows() -> None:
    data = table(["Lượt tải", "Đã cài và nhập số ĐT"], (7240, 4810, 6120), (7140, 4710, 6020))
    assert taken(read_rows(data)) == {("installs", "", "2020-08-20"), ("with_phone", "", "2020-08-20")}
    rows = [[name, 7240, 410] for name in NAMES]
    data = book(("Sheet1", [TITLE, ["Huyện", "Đã cài", "Phải cài thêm"], [None, None, "Tổng"], *rows]))
    assert taken(read_rows(data)) == {("installs", "", "2020-08-20")}


@pytest.mark.parametrize("head", ["Số khu dân cư", "Số cụm dân cư", "Khu dân cư (khu)", "Dân số"])
def test_of_what_there_is_less_than_of_installs_no_place_has_people(head: str) -> None:
    reading = read_rows(table([head, "Số người cài Bluezone"], (14, 15, 9), (7240, 4810, 6120)))
    assert taken(reading) == {("installs", "", "2020-08-20")}
    people = table(["Dân số", "Số người cài Bluezone"], (90126, 61024, 82040), (7240, 4810, 6120))
    assert ("population", "", "2020-08-20") in taken(read_rows(people))


@pytest.mark.parametrize("said", ["(ước)", "(số ước)", "(ước chừng)", "(khoảng)"])
def test_an_estimate_is_no_count(said: str) -> None:
    reading = read_rows(table([f"Số người cài {said}", "Số người đã cài"], (7300, 4900, 6200), (7240, 4810, 6120)))
    assert {figure.value for figure in reading.figures} == {7240, 4810, 6120}
    rows = [["Số học sinh đã cài đặt Bluezone", 655], ["Số phụ huynh học sinh đã cài đặt (ước)", 900]]
    school = book(("Sheet1", [["BÁO CÁO CỦA TRƯỜNG THCS VỊ TÂN ĐẾN 20/8/2020"], ["Nội dung", "Số lượng"], *rows]))
    assert all(figure.value != 900 for figure in read_rows(school).figures)


@pytest.mark.parametrize("head", ["Cán bộ theo dõi", "Nhân viên y tế theo dõi", "Cán bộ xã"])
def test_people_who_are_named_are_none_who_are_counted(head: str) -> None:
    names = ("C. Mai", "A. Tuấn 0918.223.344", "Lan")
    reading = read_rows(table([head, "Số người cài (lũy kế)"], names, (7240, 4810, 6120)))
    assert taken(reading) == {("installs", "", "2020-08-20")}
    counted = table([head, "Cán bộ đã cài"], (96, 80, 75), (94, 78, 70))
    assert {kind for kind, of, _ in taken(read_rows(counted)) if of} >= {"installs"}


def test_a_unit_without_a_figure_is_no_header_though_its_kind_and_head_are_words_of_headers() -> None:
    header = ["Tên đơn vị", "Lĩnh vực", "Địa bàn", "Số người đã cài", "Người đứng đầu"]
    rows: list[list[object]] = [
        ["Sở Tài chính", "Cơ quan nhà nước", "Tỉnh Hậu Giang", 64, "Giám đốc"],
        ["Trường THPT Vị Thanh", "Trường học", "Xã Vị Thanh", None, "Hiệu trưởng"],
        ["Khách sạn Bông Sen", "Khách sạn", "Xã Vị Thanh", 18, "Quản lý"],
        ["KCN Tân Phú Thạnh", "Khu công nghiệp", "Huyện Châu Thành A", None, "Ban quản lý"],
        ["Công ty May B", "Công ty", "Huyện Châu Thành A", 310, "Giám đốc"],
    ]
    reading = read_rows(book(("Sheet1", [TITLE, header, *rows])))
    assert {figure.name: int(figure.value) for figure in reading.figures} == {
        "Sở Tài chính": 64, "Khách sạn Bông Sen": 18, "Công ty May B": 310}  # fmt: skip
