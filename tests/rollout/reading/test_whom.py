"""A title says of whom a table counts, and of which app: not who acts on people, sends or receives a form."""

from __future__ import annotations

import datetime as dt

import pytest
from tests.rollout.reading.building import book

from bluezone.geography import catalogue
from bluezone.geography.units import UnitCode
from bluezone.rollout.reading.context import Context
from bluezone.rollout.reading.headers import guess
from bluezone.rollout.reading.interpret import read_file
from bluezone.rollout.reading.results import Reading, Saying
from bluezone.rollout.reading.whom import whom_of

DISTRICTS = ("Vị Thanh", "Ngã Bảy", "Châu Thành A", "Phụng Hiệp", "Vị Thủy")
COUNTS = [(1200 + 31 * n, 900 + 17 * n) for n in range(len(DISTRICTS))]
HEAD = ("TT", "Huyện, thị xã, thành phố", "Tổng số", "Đã cài")


@pytest.mark.parametrize(
    ("title", "of"),
    [
        ("Kết quả cài đặt Bluezone của cán bộ, công chức các huyện, thị xã, thành phố (đến 20/8/2020)", "staff"),
        ("THỐNG KÊ HỌC SINH CÀI ĐẶT BLUEZONE", "pupils"),
        ("Số liệu giáo viên, nhân viên ngành giáo dục huyện Vị Thủy cài Bluezone", "staff"),
        ("Báo cáo người đang cách ly cài Bluezone", "quarantined"),
        ("Kết quả đoàn viên, thanh niên cài Bluezone", "members"),
        ("(Đối tượng: cán bộ, công chức, viên chức; số liệu đến 20/8/2020)", "staff"),
        ("CÔNG AN TỈNH: CBCS công an các huyện cài Bluezone", "staff"),
        ("II. Cán bộ, công chức", "staff"),
        ("Tiến độ cài đặt Bluezone trong đoàn viên, thanh niên đến ngày 20/8", "members"),
        ("Kết quả khuyến nghị khách lưu trú cài đặt Bluezone", "guests"),
        ("Lái xe, phụ xe cài Bluezone", "drivers"),
        ("Kết quả tiểu thương cài đặt", "traders"),
        ("Bệnh nhân và người nhà cài Bluezone", "patients"),
        ("Kết quả cài đặt Bluezone của F1 đến 20/8/2020", "F1"),
        ("Kết quả cài Bluezone đối với người nhập cảnh", "Người nhập cảnh"),
        ("Phật tử, tín đồ các tôn giáo cài Bluezone", "Phật tử, tín đồ"),
        ("Báo cáo cài đặt Bluezone của học sinh và phụ huynh", "Học sinh và phụ huynh"),
        ("Người từ Đà Nẵng về cài Bluezone", "Người từ Đà Nẵng về"),
        ("Kết quả người dân cài Bluezone đến 20/8/2020", "residents"),
        ("Kết quả cài đặt Bluezone của cán bộ và nhân dân", "residents"),
        ("Đoàn viên hỗ trợ người dân cài Bluezone", "residents"),
    ],
)
def test_a_title_names_the_people_it_counts(title: str, of: str) -> None:
    found = whom_of([title])
    assert found is not None
    assert (found.of, found.open) == (of, False)


@pytest.mark.parametrize(
    "title",
    [
        "Kính gửi: Đồng chí cán bộ phụ trách CNTT các huyện",
        "Kết quả cài Bluezone phục vụ cán bộ theo dõi, chỉ đạo",
        "Ban chỉ đạo phòng chống dịch của công an tỉnh: kết quả cài Bluezone",
        "ỦY BAN NHÂN DÂN HUYỆN VỊ THỦY",
        "Kết quả đoàn viên, thanh niên hỗ trợ cài Bluezone",
        "Tổng hợp số người cài đặt Bluezone theo báo cáo của cán bộ y tế",
        "Số lượng cài Bluezone do công an xã báo cáo",
        "Cán bộ tổng hợp: Nguyễn Văn A",
        "Người sử dụng Bluezone đến 20/8/2020",
        "Số người có điện thoại thông minh cài Bluezone",
        "Kết quả cài Bluezone của các xã, thị trấn (giao công an xã theo dõi)",
        "SỐ NGƯỜI CÀI MỚI BLUEZONE TỪNG NGÀY",
        "Trường Cán bộ quản lý",
        "DANH SÁCH DOANH NGHIỆP CÀI ĐẶT BLUEZONE",
    ],
)
def test_who_acts_sends_or_receives_is_not_counted(title: str) -> None:
    assert whom_of([title]) is None


@pytest.mark.parametrize(
    "title",
    [
        "HỘI NÔNG DÂN TỈNH HẬU GIANG - báo cáo cài đặt Bluezone",
        "Hội Liên hiệp Phụ nữ",
        "TỈNH ĐOÀN HẬU GIANG",
        "VNPT HẬU GIANG",
        "Thống kê số thuê bao đã cài Bluezone của Viettel đến 20/8/2020",
        "Kết quả cài Bluezone trong trường học đến 20/8/2020",
        "Kết quả cài Bluezone của đảng bộ huyện đến 20/8/2020",
    ],
)
def test_a_union_a_telephone_company_or_a_place_of_people_is_asked_about(title: str) -> None:
    """They count their own people, those whom they helped, or everybody."""
    found = whom_of([title])
    assert found is not None
    assert found.open


@pytest.mark.parametrize("title", ["(Số liệu do Viettel cung cấp)", "Kết quả cài Bluezone tại chỗ đến 20/8/2020"])
def test_who_gives_figures_is_not_counted(title: str) -> None:
    assert whom_of([title]) is None


def read(title: str, head: tuple[str, ...] = HEAD, answers: dict[str, str] | None = None, *, sheet: str = "Sheet1",
         rows: list[list[object]] | None = None) -> Reading:  # fmt: skip
    """Return what is read of a table of districts under a title."""
    given = rows or [[n, name, *values[4 - len(head) :]]
                     for n, (name, values) in enumerate(zip(DISTRICTS, COUNTS, strict=True), 1)]  # fmt: skip
    data = book((sheet, [[title], [], list(head), *given]))
    context = Context(catalogue.all_units(), dt.date(2020, 8, 31), UnitCode.parse("63:93"), None, answers or {},
                      catalogue.figures())  # fmt: skip
    return read_file(data, "bieu.xlsx", context)


def kinds(reading: Reading) -> set[tuple[str, str]]:
    """Return the kinds of the figures that were read, with of whom."""
    return {(figure.kind, figure.of) for figure in reading.figures}


def test_columns_under_a_title_of_staff_count_staff() -> None:
    found = read("Cán bộ, công chức các huyện cài Bluezone đến 20/8/2020")
    assert kinds(found) == {("headcount", "staff"), ("installs", "staff")}


def test_a_title_of_ncovi_alone_is_never_bluezone() -> None:
    head = ("TT", "Huyện", "Số người đã cài")
    assert kinds(read("Số người cài đặt ứng dụng NCOVI đến 20/8/2020", head)) == {("ncovi", "")}


def test_households_under_a_title_are_left_out_by_name() -> None:
    found = read("Số hộ gia đình có người cài Bluezone đến 20/8/2020", ("TT", "Huyện", "Đã cài"))
    assert found.figures == []
    assert found.question is None
    assert "households" in str(found.notices[0].text)


@pytest.mark.parametrize(
    ("answer", "expected"),
    [
        ("staff", {("headcount", "staff"), ("installs", "staff")}),
        ("residents", {("installs", "")}),
        ("none", set()),
    ],
)
def test_a_sheet_that_only_names_people_is_asked_and_each_answer_leads_somewhere(
    answer: str, expected: set[tuple[str, str]]
) -> None:
    asked = read("Kết quả cài Bluezone đến 20/8/2020", sheet="CBCCVC")
    assert asked.question is not None
    assert asked.question.key == "whom"
    assert answer in {choice.value for choice in asked.question.choices}
    assert kinds(read("Kết quả cài Bluezone đến 20/8/2020", sheet="CBCCVC", answers={"whom": answer})) == expected


def test_a_total_far_below_the_people_who_live_there_is_asked() -> None:
    asked = read("Kết quả cài Bluezone đến 20/8/2020")
    assert asked.question is not None
    assert asked.question.key == "whom"
    found = read("Kết quả cài Bluezone đến 20/8/2020", answers={"whom": "pupils"})
    assert ("installs", "pupils") in kinds(found)
    assert ("installs", "") not in kinds(found)
    assert read("Kết quả người dân cài Bluezone đến 20/8/2020").question is None


def test_blocks_of_the_people_and_of_staff_are_told_apart() -> None:
    def block(name: str, header: str, counts: list[tuple[int, int]]) -> list[list[object]]:
        rows: list[list[object]] = [[name], ["TT", "Huyện", header, "Đã cài"]]
        return rows + [[n, unit, *each] for n, (unit, each) in enumerate(zip(DISTRICTS, counts, strict=True), 1)]

    whole = [(90_000, 7_000 + n) for n in range(5)]
    rows = [*block("I. Người dân", "Dân số", whole), [], *block("II. Cán bộ, công chức", "Tổng số", COUNTS)]
    data = book(("Sheet1", [["Báo cáo Bluezone 20/8/2020"], *rows]))
    context = Context(catalogue.all_units(), dt.date(2020, 8, 31), UnitCode.parse("63:93"), None, {},
                      catalogue.figures())  # fmt: skip
    found = kinds(read_file(data, "bieu.xlsx", context))
    assert found == {("population", ""), ("installs", ""), ("headcount", "staff"), ("installs", "staff")}


@pytest.mark.parametrize(
    ("header", "kind"),
    [
        ("Tên tỉnh, thành phố", "province"),
        ("Xếp loại", "note"),
        ("SL đã cài BZ", "installs"),
        ("TS", "total"),
    ],
)
def test_short_words_of_headers(header: str, kind: str) -> None:
    assert guess([header]).kind == kind


def test_a_figure_that_has_not_come_is_said_to_be_missing() -> None:
    rows: list[list[object]] = [[1, "Vị Thanh", 1200], [2, "Ngã Bảy", "chưa báo cáo"]]
    found = read("Kết quả cài Bluezone đến 20/8/2020", ("TT", "Huyện", "Đã cài"), rows=rows)
    assert ["missing" in str(notice.text) for notice in found.notices] == [True]


@pytest.mark.parametrize(
    ("title", "company"),
    [("VNPT HẬU GIANG", "VNPT"), ("Viettel Hậu Giang", "Viettel"), ("MOBIFONE HẬU GIANG", "MobiFone")],
)
def test_the_subscribers_of_a_company_are_named_in_the_officers_language(title: str, company: str) -> None:
    asked = read(title, ("TT", "Huyện", "Đã cài"))
    assert asked.question is not None
    said = asked.question.choices[0].text
    while said.template != "subscribers of {company}":  # the day is asked for at once
        said = next(value for value in said.values.values() if isinstance(value, Saying))
    assert (said.template, said.values) == ("subscribers of {company}", {"company": company})
