"""A row's own day and what is said of its figures is heard: in a column, behind its name, in its note, below."""

from __future__ import annotations

import datetime as dt

import pytest
from tests.rollout.reading.building import book
from tests.rollout.reading.reads import asked, read_rows, taken

from bluezone.rollout.reading.cells import Cell
from bluezone.rollout.reading.day_columns import is_day_cell
from bluezone.rollout.reading.results import Reading

TITLE = "KẾT QUẢ CÀI ĐẶT BLUEZONE ĐẾN 21/8/2020"
NAMES = ("TP Vị Thanh", "TP Ngã Bảy", "H. Vị Thủy")
TEXTS = ("20/8/2020", "18/8/2020", "21/8/2020")
DAYS = {"63:930": "2020-08-20", "63:931": "2020-08-18", "63:935": "2020-08-21"}


def with_days(header: str, days: tuple[object, ...] = TEXTS, title: str = TITLE, **answers: str) -> Reading:
    """Return a form of three districts with a column of days, as read with some answers."""
    counts = (7240, 4810, 6120)
    rows = [[name, day, count] for name, day, count in zip(NAMES, days, counts, strict=True)]
    return read_rows(book(("Sheet1", [[title], ["Đơn vị", header, "Đã cài"], *rows])), answers=answers)


def days_of(reading: Reading) -> dict[str, str]:
    """Return the day of each unit's installations, which are all that is read."""
    assert {figure.kind for figure in reading.figures} == {"installs"}
    return {str(figure.unit.code): str(figure.date) for figure in reading.figures if figure.unit}


@pytest.mark.parametrize(
    "header",
    [
        "Ngày",
        "Ngày báo cáo gần nhất",
        "Thời điểm chốt số liệu",
        "Cập nhật",
        "Số liệu ngày",
        "Ngày chốt",
        "Thời gian báo cáo",
        "Báo cáo lần cuối",
        "Số liệu tính đến ngày",
        "Ghi nhận ngày",
        "NGAY LAY SO LIEU",
    ],
)
@pytest.mark.parametrize("title", [TITLE, "KẾT QUẢ CÀI ĐẶT BLUEZONE"])
def test_a_column_of_days_dates_its_rows(header: str, title: str) -> None:
    assert days_of(with_days(header, title=title)) == DAYS


@pytest.mark.parametrize(
    "days",
    [
        (dt.date(2020, 8, 20), dt.date(2020, 8, 18), dt.date(2020, 8, 21)),
        (44063, 44061, 44064),
        (20, 18, 21),
        ("17h 20/8", "8h00 ngày 18/8", "21/8"),
    ],
)
def test_days_are_known_however_they_are_stored(days: tuple[object, ...]) -> None:
    assert days_of(with_days("Số liệu đến ngày", days)) == DAYS


def test_a_bare_day_after_that_of_the_title_is_one_of_the_month_before() -> None:
    assert days_of(with_days("Ngày số liệu", (20, 31, 21))) == DAYS | {"63:931": "2020-07-31"}


def test_days_of_an_unknown_header_are_asked_with_each_rows_own_among_the_choices() -> None:
    reading = with_days("Ngày thu về")
    assert asked(reading) == "date"
    assert reading.question is not None
    assert [choice.value for choice in reading.question.choices] == ["rows:B", "2020-08-21"]
    assert days_of(with_days("Ngày thu về", date="rows:B")) == DAYS
    assert set(days_of(with_days("Ngày thu về", date="2020-08-21")).values()) == {"2020-08-21"}


def test_the_day_a_report_was_sent_on_dates_no_figure_where_the_title_does() -> None:
    reading = with_days("Ngày gửi báo cáo")
    assert set(days_of(reading).values()) == {"2020-08-21"}
    assert [notice.kind for notice in reading.notices] == ["column"]
    assert asked(with_days("Ngày gửi báo cáo", title="KẾT QUẢ CÀI ĐẶT BLUEZONE")) == "date"


@pytest.mark.parametrize("header", ["Hạn hoàn thành", "Ngày ra quân", "Ngày phát động"])
def test_a_day_of_something_else_dates_nothing(header: str) -> None:
    assert set(days_of(with_days(header)).values()) == {"2020-08-21"}


@pytest.mark.parametrize("text", ["36.474", "7083", "tuần 3", "20/8 huyện", "45/50"])
def test_a_number_is_no_day(text: str) -> None:
    assert not is_day_cell(Cell(text))


def said(name: str = "TP Ngã Bảy", note: str = "", below: str = "") -> Reading:
    """Return a form of three districts in which something is said of the second."""
    rows: list[list[object]] = [["TP Vị Thanh", 7240, ""], [name, 4810, note], ["H. Vị Thủy", 6120, ""]]
    return read_rows(book(("Sheet1", [[TITLE], ["Đơn vị", "Đã cài", "Ghi chú"], *rows, [below]])))


@pytest.mark.parametrize("name", ["TP Ngã Bảy (số liệu đến 18/8)", "TP Ngã Bảy (18/8/2020)", "TP Ngã Bảy (đến 18/8)"])
def test_a_day_behind_a_name_is_that_of_the_row(name: str) -> None:
    reading = said(name)
    assert days_of(reading)["63:931"] == "2020-08-18"
    assert [notice.kind for notice in reading.notices] == ["note"]


@pytest.mark.parametrize(
    "text", ["kế hoạch", "ước", "số ước", "dự kiến", "số liệu hôm qua", "số liệu kỳ trước", "chỉ tiêu", "số cũ"]
)
def test_what_is_no_figure_of_the_day_is_left_out(text: str) -> None:
    for reading in (said(f"TP Ngã Bảy ({text})"), said(note=text)):
        assert set(days_of(reading)) == {"63:930", "63:935"}
        assert [notice.kind for notice in reading.notices] == ["remark"]
        assert {str(row.cells["code"]) for row in reading.rows} == {"63:930", "63:935"}


@pytest.mark.parametrize("text", ["chưa gồm P. Lái Hiếu", "chưa xác nhận", "tạm tính", "chưa đầy đủ", "thiếu 2 phường"])
def test_what_is_not_whole_is_taken_and_said(text: str) -> None:
    for reading in (said(f"TP Ngã Bảy ({text})"), said(note=text)):
        assert len(days_of(reading)) == len(NAMES)
        assert [notice.kind for notice in reading.notices] == ["remark"]


@pytest.mark.parametrize(
    "text",
    ["vướng mắc: nhiều người dùng máy cũ", "tuần sau tiếp tục vận động theo kế hoạch", "Báo cáo đúng hạn", "đạt"],
)
def test_a_note_of_other_things_changes_nothing(text: str) -> None:
    reading = said(note=text)
    assert set(days_of(reading).values()) == {"2020-08-21"}
    assert not reading.notices


def test_a_footnote_is_heard_where_a_name_refers_to_it() -> None:
    left_out = said("TP Ngã Bảy (*)", below="(*) Số liệu kỳ trước do đơn vị chưa báo cáo")
    assert set(days_of(left_out)) == {"63:930", "63:935"}
    dated = said("TP Ngã Bảy *", below="* Số liệu tính đến ngày 18/8/2020")
    assert days_of(dated)["63:931"] == "2020-08-18"
    of_all = said(below="* Số liệu tính đến ngày 18/8/2020")
    assert asked(of_all) == "date"
    other = said("TP Ngã Bảy (*)", below="(*) Đơn vị có khu công nghiệp")
    assert taken(other) == {("installs", "", "2020-08-21")}
    assert [notice.kind for notice in other.notices] == ["remark"]


def test_what_is_said_apart_of_one_row_below_the_table_is_its_own() -> None:
    reading = said(below="Ghi chú: riêng TP Ngã Bảy là số liệu đến ngày 18/8/2020")
    assert days_of(reading) == {"63:930": "2020-08-21", "63:931": "2020-08-18", "63:935": "2020-08-21"}
    reading = said(below="Ghi chú: riêng TP Ngã Bảy là số liệu hôm qua")
    assert set(days_of(reading)) == {"63:930", "63:935"}


@pytest.mark.parametrize("first", ["Ngày báo cáo", "Ngày"])
@pytest.mark.parametrize("half", ["", ".5"])
def test_days_of_a_text_file_may_be_bare_serials(first: str, half: str) -> None:
    lines = [f"{first},Xã,Tổng số cài,Tăng trong ngày"]
    lines += [f"{44061 + n}{half},Xã Tân Hòa,{800 + 40 * n},40" for n in range(3)]
    reading = read_rows("\n".join(lines).encode(), within="63:932", name="bieu.csv")
    assert not asked(reading)
    days = {"2020-08-18", "2020-08-19", "2020-08-20"}
    assert taken(reading) == {(kind, "", day) for kind in ("installs", "increase") for day in days}


@pytest.mark.parametrize("note", ["Chưa gửi BC, lấy số ngày 18/8", "lấy số ngày 18/8/2020", "Lấy lại số của ngày 18/8"])
def test_a_note_gives_the_day_of_a_number_of_before(note: str) -> None:
    rows = [
        ["Bluezone ngày 20/8/2020"],
        ["Đơn vị", "Đã cài", "Ghi chú"],
        ["TP Vị Thanh", 7240],
        ["H. Vị Thủy", 6120, note],
    ]
    reading = read_rows(book(("Sheet1", rows)))
    assert days_of(reading) == {"63:930": "2020-08-20", "63:935": "2020-08-18"}


@pytest.mark.parametrize("staff", ["23/23", 23, "23/25"])
def test_the_numbers_of_lines_are_no_figures_of_a_slip(staff: object) -> None:
    lines = [("Tổng số hộ", 2614), ("Tổng số nhân khẩu", 10932), ("Số người sử dụng điện thoại thông minh", 4870),
             ("Số người đã cài đặt Bluezone", 1126), ("Số cán bộ, công chức xã đã cài đặt", staff)]  # fmt: skip
    rows = [[number, *line, "người"] for number, line in enumerate(lines, 1)]
    data = book(("Sheet1", [["UBND XÃ VỊ BÌNH"], ["Đến 16h ngày 19/8/2020"], *rows]))
    reading = read_rows(data)
    if staff != 23:  # of whom the second number is of a pair is asked
        assert asked(reading).startswith("pair:")
        reading = read_rows(data, answers={asked(reading): "headcount"})
    found = {(figure.kind, figure.of): int(figure.value) for figure in reading.figures}
    assert found.pop(("installs", "staff")) == 23
    assert found.pop(("headcount", "staff"), 23) in {23, 25}
    assert found == {("households", ""): 2614, ("population", ""): 10932, ("smartphones", ""): 4870,
                     ("installs", ""): 1126}  # fmt: skip
