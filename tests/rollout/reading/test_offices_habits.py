"""Habits of offices: words behind numbers, headers in two languages, halves of a table, `Thành phố` alone."""

from __future__ import annotations

import pytest
from tests.rollout.reading.building import book
from tests.rollout.reading.reads import asked, asked_together, read_rows, taken

from bluezone.rollout.reading.errors import TableError
from bluezone.rollout.reading.headers import guess
from bluezone.rollout.reading.unit_words import is_counted, without_unit_word

TITLE = ["Bluezone Hậu Giang đến 20/8/2020"]
DISTRICTS = ["Vị Thanh", "Ngã Bảy", "TX Long Mỹ", "Châu Thành A", "Châu Thành"]
ALL = {("installs", "", "2020-08-20")}


@pytest.mark.parametrize(
    "shown", ["{} ng", "{} ng.", "{} LĐ", "{} CNV", "{} em", "{} tbị", "{}ng", "{} thiết bị", "{} cô"]
)
@pytest.mark.parametrize("mark", [",", ".", ""])
def test_a_short_word_behind_a_number_says_what_it_counts(shown: str, mark: str) -> None:
    rows = [[name, shown.format(f"{5123 + 777 * n:,}".replace(",", mark))] for n, name in enumerate(DISTRICTS)]
    reading = read_rows(book(("Sheet1", [TITLE, ["Huyện", "Đã cài"], *rows])))
    assert not asked(reading)
    assert [int(figure.value) for figure in reading.figures] == [5123 + 777 * n for n in range(len(DISTRICTS))]


@pytest.mark.parametrize(
    "text", ["12 nghìn", "5 tr", "30 chưa", "45 loa", "8 buổi", "17 giờ", "6A", "20/8", "120 giảm", "k"]
)
def test_a_scale_a_negation_or_a_thing_is_no_such_word(text: str) -> None:
    assert without_unit_word(text) == text
    assert not is_counted(text)


@pytest.mark.parametrize("name", ["10 Toán", "7 Ngàn", "11 Văn", "9A2", "5 Tháng 8"])
def test_names_that_begin_with_a_number_are_no_counts(name: str) -> None:
    assert not is_counted(name)


@pytest.mark.parametrize(
    ("header", "kind"),
    [
        ("No./STT", "order"),
        ("STT/No.", "order"),
        ("Department/Bộ phận", "unit"),
        ("Headcount/Tổng số CNV", "headcount"),
        ("Tổng số/Headcount", "headcount"),
        ("Installed/Đã cài", "installs"),
        ("Installed (Đã cài)", "installs"),
        ("Not yet/Chưa cài", "missing"),
        ("Remarks/Ghi chú", "note"),
        ("Số người/máy", "unknown"),
        ("Số hộ/Số phòng", "unknown"),
        ("Số người nhận tin/Bluezone", "unknown"),
    ],
)
def test_a_header_may_say_the_same_twice(header: str, kind: str) -> None:
    assert guess([header]).kind == kind


def test_a_companys_form_in_two_languages_is_read() -> None:
    head = ["No./STT", "Department/Bộ phận", "Headcount/Tổng số CNV", "Installed/Đã cài", "Not yet/Chưa cài"]
    rows = [[n, name, 100 + n, 90 + n, 10] for n, name in enumerate(["Cutting/Cắt", "QC", "Bếp ăn", "Kho"], 1)]
    titles = [["CÔNG TY TNHH LẠC TỶ"], ["BÁO CÁO CÀI ĐẶT BLUEZONE"], ["Date/Ngày:", "20/8/2020"], []]
    reading = read_rows(book(("Report", [*titles, head, *rows])))
    assert not asked(reading)
    assert taken(reading) == {("headcount", "staff", "2020-08-20"), ("installs", "staff", "2020-08-20")}
    assert len(reading.figures) == 2 * len(rows)


@pytest.mark.parametrize("over", ["Trong đó", "Gồm", "Chia ra"])
def test_a_filling_word_over_columns_hides_none(over: str) -> None:
    head = [["Cơ sở lưu trú", "Khách được vận động", over, None, None], [None, None, "Đã có sẵn", "Cài mới", "Từ chối"]]
    rows = [["KS Bông Sen", 100, 40, 35, 25], ["KS Đồng Khởi", 80, 30, 25, 25], ["Nhà nghỉ 586", 60, 20, 30, 10]]
    titles = [["Kết quả vận động khách lưu trú cài Bluezone - TP Vị Thanh, tuần 17/8 đến 23/8/2020"]]
    data = book(("Sheet1", [*titles, *head, *rows], ("A2:A3", "B2:B3", "C2:E2")))
    assert {kind for kind, _, _ in taken(read_rows(data))} == {"asked", "had", "increase", "refused"}


@pytest.mark.parametrize("gap", [[], [None]])
def test_two_halves_beside_each_other_keep_their_ranks(gap: list[None]) -> None:
    head = ["Hạng", "Tỉnh/TP", "Bluezoner có SĐT"]
    names = ["Ninh Thuận", "Thanh Hóa", "Lâm Đồng", "Bình Định", "Sơn La", "Bến Tre"]
    each = [[n, name, 400000 - 1000 * n] for n, name in enumerate(names, 1)]
    rows = [[*left, *gap, *right] for left, right in zip(each[:3], each[3:], strict=True)]
    data = book(("Sheet1", [["SỐ LIỆU BLUEZONE ngày 18/8/2020"], [*head, *gap, *head], *rows]))
    reading = read_rows(data, within="")
    assert not asked(reading)
    ranks = {figure.written: int(figure.value) for figure in reading.figures if figure.kind == "rank"}
    assert ranks == {name: n for n, name in enumerate(names, 1)}


def test_those_of_a_whole_beside_them_are_all_up_to_the_day() -> None:
    head = [["Tên bến", "Cán bộ, nhân viên bến", None], [None, "Tổng số", "Đã cài"]]
    rows = [["Bến xe Vị Thanh", 22, 21], ["Bến xe Ngã Bảy", 25, 20], ["Bến tàu Vị Thanh", 14, 14]]
    titles = [["Kết quả hỗ trợ cài đặt Bluezone (từ ngày 15/8 đến hết ngày 24/8/2020)"]]
    reading = read_rows(book(("Sheet1", [*titles, *head, *rows], ("A2:A3", "B2:C2"))))
    assert not asked(reading)
    assert taken(reading) == {("headcount", "staff", "2020-08-24"), ("installs", "staff", "2020-08-24")}


def test_the_only_city_of_a_province_needs_no_name() -> None:
    rows = [["Thành phố", 7225], ["Lâm Bình", 3895], ["Na Hang", 2857], ["Hàm Yên", 2211]]
    reading = read_rows(
        book(("Sheet1", [["Bluezone 16/8/2020"], ["Huyện, thành phố", "Lũy kế"], *rows])), within="63:08"
    )
    assert not asked(reading)
    assert next(str(figure.unit.code) for figure in reading.figures if figure.unit) == "63:070"
    assert [notice.kind for notice in reading.notices] == ["renamed"]


def test_a_province_of_several_cities_leaves_it_open() -> None:
    rows = [["Thành phố", 7225], ["Vị Thủy", 3895], ["Phụng Hiệp", 2857], ["Châu Thành A", 2211], ["Châu Thành", 2000]]
    reading = read_rows(book(("Sheet1", [["Bluezone 16/8/2020"], ["Huyện, thành phố", "Lũy kế"], *rows])))
    assert asked(reading) == "unit:Thành phố"


def test_who_went_from_house_to_house_is_no_count() -> None:
    rows = [[n, f"Ấp {n}", 110 + n, who] for n, who in enumerate(["Đoàn TN ấp", "Tổ hội PN", "Trưởng ấp"], 1)]
    head = ["TT", "Ấp", "Số người cài", "Người đi vận động"]
    reading = read_rows(book(("Sheet1", [["XÃ LƯƠNG TÂM, Bluezone 27/8/2020"], head, *rows])), within="63:936")
    assert taken(reading) == {("installs", "", "2020-08-27")}
    assert not [notice for notice in reading.notices if notice.kind == "bad-number"]


def test_a_message_of_a_figure_a_line_is_a_table() -> None:
    lines = ["Gửi anh, số liệu Bluezone các xã đến 17h ngày 20/8/2020 ạ:", "1. TT Nàng Mau: 2.049 người"]
    lines += ["2. Vị Trung: 1.184 người", "3. Vị Thủy: 1.279", "4. Vị Thắng: 949 người", "5. Vĩnh Trung - 1.897"]
    lines += ["Tổng cộng: 7.358 người", "Em cảm ơn!"]
    data = book(("Sheet1", [[line] for line in lines]))
    question = read_rows(data, within="63:935").question
    assert question
    assert question.key == "installs"
    reading = read_rows(data, within="63:935", answers={"installs": "B"})
    assert taken(reading) == ALL
    assert [int(figure.value) for figure in reading.figures] == [2049, 1184, 1279, 949, 1897]
    assert not [notice for notice in reading.notices if notice.kind == "total"]


@pytest.mark.parametrize(
    "lines",
    [
        ["TT Nàng Mau: 2.049 người / 12.476 dân, đạt 16,4%", "xã Vị Trung: 1.184 người / 9.195 dân, đạt 12,9%"],
        ["Nàng Mau 2049", "Vị Trung 1184"],
    ],
)
def test_a_message_may_say_more_behind_a_figure_or_have_no_mark(lines: list[str]) -> None:
    lines = ["Số liệu Bluezone đến 17h ngày 20/8/2020 ạ", *lines, lines[0].replace("Nàng Mau", "Vị Thủy")]
    data = book(("Sheet1", [[line] for line in lines]))
    reading = read_rows(data, within="63:935", answers={"installs": "B"})
    assert taken(reading) == ALL
    assert [int(figure.value) for figure in reading.figures] == [2049, 1184, 2049]


@pytest.mark.parametrize(
    "lines", [["Vị Trung: em gửi", "Vị Thủy: dạ", "Vị Thắng: 15h"], ["Ấp: 1", "Số: 12", "Trang: 3"]]
)
def test_other_messages_are_none(lines: list[str]) -> None:
    with pytest.raises(TableError, match="no table was found"):
        read_rows(book(("Sheet1", [[line] for line in lines])), within="63:935")


def rounds(values: list[list[object]], title: str = "Tổng hợp cài đặt Bluezone") -> bytes:
    return book(("Sheet1", [[title], ["Huyện", "Lần 1", "Lần 2", "Lần 3"], *values]))


RISING: list[list[object]] = [["Vị Thanh", 4932, 5567, 5896], ["Ngã Bảy", 8818, 9245, 9968], ["Vị Thủy", 490, 577, 655]]


@pytest.mark.parametrize(("answer", "day"), [("D 2020-08-31", "2020-08-31"), ("24/8/2020", "2020-08-24")])
def test_rounds_without_a_day_are_asked_once(answer: str, day: str) -> None:
    question = read_rows(rounds(RISING)).question
    assert question
    assert (question.key, question.free) == ("round", "date")
    assert [choice.value for choice in question.choices] == ["D 2020-08-31"]
    reading = read_rows(rounds(RISING), answers={"round": answer})
    assert not asked(reading)
    assert taken(reading) == {("installs", "", day)}
    assert [int(figure.value) for figure in reading.figures] == [5896, 9968, 655]


def test_rounds_that_fall_are_asked_by_their_columns() -> None:
    assert asked_together(read_rows(rounds([[*RISING[0][:3], 12], *RISING[1:]]))) == {"installs", "date"}
    assert asked(read_rows(rounds(RISING, "Tổng hợp cài đặt Bluezone đến 20/8/2020"))) == "installs"


def test_a_chat_is_refused_for_what_it_is() -> None:
    rows = [
        ["Thời gian", "Người gửi", "Nội dung"],
        *[[f"{n}h30", "Anh Tùng", "Các đ/c gửi báo cáo Bluezone"] for n in (7, 8, 9)],
    ]
    with pytest.raises(TableError, match="no table was found"):
        read_rows(book(("Sheet1", rows)))


def test_a_table_without_a_number_says_so() -> None:
    rows = [["Bluezone 20/8/2020"], ["Huyện", "Đã cài"], *[[name, None] for name in DISTRICTS]]
    with pytest.raises(TableError, match="no row below the header has a number"):
        read_rows(book(("Sheet1", rows)))
