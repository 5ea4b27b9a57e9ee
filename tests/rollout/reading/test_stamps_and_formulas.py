"""Time stamps of a form's answers, columns that a share is made of, hours and letters beside the day of figures."""

from __future__ import annotations

import datetime as dt

import pytest
from tests.rollout.reading.building import book
from tests.rollout.reading.reads import asked, read_rows

from bluezone.rollout.reading.days import Said, days_in
from bluezone.rollout.reading.results import Reading

TITLE = ["KẾT QUẢ CÀI ĐẶT BLUEZONE ĐẾN NGÀY 25/8/2020"]
ROWS = [
    ["TP Vị Thanh", 72_686, 43_000, 9_030],
    ["TP Ngã Bảy", 55_674, 30_000, 6_600],
    ["H. Vị Thủy", 89_342, 50_000, 8_500],
]
OFFICES = ["Sở Tài chính", "Sở Nội vụ", "Sở Y tế"]


def read(*rows: list[object], **more: object) -> Reading:
    return read_rows(book(("Sheet1", list(rows))), **more)  # type: ignore[arg-type]


@pytest.mark.parametrize("header", ["Tỷ lệ % (9/8)", "Tỷ lệ (6/5)", "% (7=6/5)", "% (6/5)", "Tỷ lệ % (12/8)"])
def test_columns_that_a_share_is_made_of_are_no_day(header: str) -> None:
    rows: list[list[object]] = [[*row, round(row[3] / row[2] * 100, 1)] for row in ROWS]  # type: ignore[operator]
    reading = read(TITLE, ["Đơn vị", "Dân số", "Số người có ĐTTM", "Số đã cài", header], *rows)
    assert not asked(reading)
    assert {figure.date for figure in reading.figures} == {dt.date(2020, 8, 25)}
    assert {figure.kind for figure in reading.figures if figure.column == "E"} == {"percent_smartphones"}


def test_a_shares_day_that_other_headers_name_stays_a_day() -> None:
    rows: list[list[object]] = [[*row, round(row[3] / row[1] * 100, 1)] for row in ROWS]  # type: ignore[operator]
    reading = read(["BLUEZONE"], ["Đơn vị", "Dân số", "Có ĐTTM", "Số đã cài (10/8)", "Tỷ lệ % dân số (10/8)"], *rows)
    days = {figure.column: figure.date for figure in reading.figures if figure.column in "DE"}
    assert days == {"D": dt.date(2020, 8, 10), "E": dt.date(2020, 8, 10)}


@pytest.mark.parametrize(
    ("stamps", "days"),
    [
        (["8/24/2020 8:12:01", "8/24/2020 9:15:11", "8/24/2020 10:00:09"], [24, 24, 24]),
        (["8/9/2020 8:12:01", "8/10/2020 9:15:11", "8/24/2020 9:15:11"], [9, 10, 24]),
        (["8/9/2020 8:12:01", "8/10/2020 9:15:11", "8/12/2020 9:15:11"], [9, 10, 12]),  # the others lie ahead
        (["24/08/2020 08:12:01", "24/08/2020 09:15:11", "25/08/2020 10:00:09"], [24, 24, 25]),
        (["09/08/2020 08:12:01", "10/08/2020 09:15:11", "12/08/2020 10:00:09"], [9, 10, 12]),
    ],
)
def test_stamps_are_read_in_the_order_that_can_be(stamps: list[str], days: list[int]) -> None:
    rows = [[stamp, office, 50, 48] for stamp, office in zip(stamps, OFFICES, strict=True)]
    head = ["Dấu thời gian", "Tên đơn vị", "Tổng số CBCCVC", "Số đã cài Bluezone"]
    reading = read(head, *rows, today="2020-08-28", answers={"date": "rows:A"})
    found = {figure.written: figure.date for figure in reading.figures}
    assert found == {office: dt.date(2020, 8, day) for office, day in zip(OFFICES, days, strict=True)}


def test_who_answers_a_form_again_that_day_corrects_the_first_answer() -> None:
    stamps = ["24/08/2020 08:12:01", "24/08/2020 09:15:11", "24/08/2020 10:00:09", "25/08/2020 10:00:09"]
    offices, counts = ["Sở Tài chính", "Sở Nội vụ", "Sở Tài chính", "Sở Nội vụ"], [48, 40, 50, 41]
    rows = [[stamp, office, 50, count] for stamp, office, count in zip(stamps, offices, counts, strict=True)]
    head = ["Dấu thời gian", "Tên đơn vị", "Tổng số CBCCVC", "Số đã cài Bluezone"]
    reading = read(head, *rows, today="2020-08-28", answers={"date": "rows:A"})
    found = {(each.written, each.date): each.value for each in reading.figures if each.kind == "installs"}
    first, second = dt.date(2020, 8, 24), dt.date(2020, 8, 25)
    assert found == {("Sở Tài chính", first): 50, ("Sở Nội vụ", first): 40, ("Sở Nội vụ", second): 41}
    assert [notice.kind for notice in reading.notices if notice.line == 2] == ["corrected"]


def test_without_stamps_two_rows_of_one_name_stay_in_doubt() -> None:
    head = ["Ngày", "Tên đơn vị", "Tổng số CBCCVC", "Số đã cài Bluezone"]
    reading = read(head, ["24/08/2020", "Sở Tài chính", 50, 48], ["24/08/2020", "Sở Tài chính", 50, 50],
                   today="2020-08-28")  # fmt: skip
    assert not [figure for figure in reading.figures if figure.kind == "installs"]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("(Lúc 16 giờ, ngày 18/8/2020)", Said.AS_OF),
        ("16h00 ngày 18/8/2020", Said.AS_OF),
        ("Vị Thanh, ngày 18/8/2020", Said.SIGNED),
        ("thực hiện Công văn số 4693/UBND-KGVX (tuần thứ ba, đến ngày 18/8/2020)", Said.AS_OF),
        ("Kèm theo Công văn số 1120/STTTT-CNTT ngày 18/8/2020", Said.LETTER),
        ("Báo cáo số 12/BC-UBND, ngày 18/8/2020", Said.LETTER),
    ],
)
def test_how_a_day_is_named(text: str, said: Said) -> None:
    assert [day.said for day in days_in(text)] == [said]


@pytest.mark.parametrize(
    ("letter", "day"),
    [
        ("(Kèm theo Công văn số 1120/STTTT-CNTT ngày 18/8/2020)", dt.date(2020, 8, 25)),
        ("(Kèm theo Báo cáo số 112/BC-UBND ngày 18/8/2020)", None),
        ("(Kèm theo Báo cáo số 112/BC-UBND ngày 26/8/2020)", dt.date(2020, 8, 25)),
    ],
)
def test_a_letter_that_asked_for_a_table_came_before_its_figures_and_a_report_did_not(
    letter: str, day: dt.date | None
) -> None:
    head = ["Đơn vị", "Dân số", "Số người có ĐTTM", "Số đã cài"]
    reading = read(TITLE, [letter], head, *ROWS, today="2020-08-28")
    assert {figure.date for figure in reading.figures} == ({day} if day else set())
    assert bool(asked(reading)) is (day is None)


@pytest.mark.parametrize(
    "stamps",
    [
        ["2020/08/24 8:14:22 SA GMT+7", "2020/08/25 3:09:01 CH GMT+7", "2020/08/25 9:00:00 SA GMT+7"],
        ["24/08/2020 08:12:01", "25/08/2020 09:15:11", "25/08/2020 10:00:09"],
    ],
)
def test_answers_of_a_form_are_of_the_day_they_came_where_nothing_says_another(stamps: list[str]) -> None:
    rows = [[stamp, office, 50, 48] for stamp, office in zip(stamps, OFFICES, strict=True)]
    head = ["Dấu thời gian", "Tên đơn vị", "Tổng số CBCCVC", "Số đã cài Bluezone"]
    reading = read(head, *rows, today="2020-08-28")
    assert not asked(reading)
    assert [figure.date.day for figure in reading.figures if figure.date and figure.kind == "installs"] == [24, 25, 25]
    titled = read(TITLE, head, *rows, today="2020-08-28")
    assert {figure.date for figure in titled.figures} == {dt.date(2020, 8, 25)}


def test_a_letter_that_set_targets_gives_them_no_day() -> None:
    title = ["KẾT QUẢ THỰC HIỆN CHỈ TIÊU CÀI ĐẶT BLUEZONE THEO CÔNG VĂN 5008/UBND-VHXH NGÀY 19/8/2020"]
    rows = [[name, 9_000, 4_100 + at] for at, (name, *_) in enumerate(ROWS)]
    reading = read(title, ["Cập nhật 25/8/2020"], ["Đơn vị", "Chỉ tiêu giao (người)", "Kết quả thực hiện"], *rows)
    assert {figure.date for figure in reading.figures} == {dt.date(2020, 8, 25)}


def test_a_share_of_the_other_app_is_no_contradiction() -> None:
    rows: list[list[object]] = [[*row, 3_600, round(360_000 / row[1], 1)] for row in ROWS]  # type: ignore[operator]
    head = ["Đơn vị", "Dân số", "Có ĐTTM", "Số đã cài Bluezone", "Ứng dụng NCOVI", "NCOVI % dân số"]
    said = [str(notice.text) for notice in read(TITLE, head, *rows).notices if notice.kind == "column"]
    assert said == ["column F (“NCOVI % dân số”): it is of NCOVI, not of Bluezone: it was left out"]
