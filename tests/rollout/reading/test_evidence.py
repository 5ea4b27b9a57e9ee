"""Hold that a column of installations which contradicts the people of its places, or a share or gain beside it, is
asked about or left out by name."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from tests.rollout.reading.building import book
from tests.rollout.reading.reads import asked, read_rows, taken

TITLE = ["KẾT QUẢ CÀI ĐẶT BLUEZONE ĐẾN NGÀY 20/8/2020"]
#: districts of Hậu Giang, and about how many people live there
PEOPLE = {"TP Vị Thanh": 73_000, "TP Ngã Bảy": 61_000, "H. Châu Thành A": 102_000, "H. Châu Thành": 87_000,
          "H. Phụng Hiệp": 188_000, "H. Vị Thủy": 86_000}  # fmt: skip
Value = Callable[[int], object]


def form(head: list[str], *values: Value, title: list[str] = TITLE) -> bytes:
    """Return a form of districts: each value is made of how many people live there."""
    rows = [[name, *(value(people) for value in values)] for name, people in PEOPLE.items()]
    return book(("Sheet1", [title, ["Đơn vị", *head], *rows]))


def part(percent: float) -> Value:
    return lambda people: int(people * percent / 100)


def printed(percent: float) -> Value:
    return lambda people: percent + people % 7 / 10


@pytest.mark.parametrize(
    ("head", "values", "column"),
    [
        (["Đã cài"], [part(97)], "B"),  # the people, under the header of the column beside them
        (["Đã cài"], [part(300)], "B"),
        (["Số người cài"], [part(0.05)], "B"),  # those of a day, or officials
        (["Lũy kế"], [part(0.1)], "B"),
        (["Dân số", "Số người cài", "Tỷ lệ/dân số (%)"], [part(100), part(1), printed(12)], "C"),
        (["Số người cài", "Tỷ lệ/dân số (%)"], [part(1), printed(12)], "B"),
        (["Đã cài", "Tăng trong ngày"], [part(3), part(8)], "B"),
        (["Đã cài (1)", "Cài mới trong ngày"], [part(3), part(8)], "B"),
    ],
)
def test_what_is_no_number_of_all_installations_is_asked(head: list[str], values: list[Value], column: str) -> None:
    reading = read_rows(form(head, *values))
    assert asked(reading) == f"column:Sheet1!{column}"
    assert reading.question is not None
    for choice in reading.question.choices:
        answered = read_rows(form(head, *values), answers={f"column:Sheet1!{column}": choice.value})
        assert asked(answered) != f"column:Sheet1!{column}"


@pytest.mark.parametrize(
    ("head", "values"),
    [
        (["Đã cài"], [part(60)]),
        (["Đã cài"], [part(0.5)]),
        (["Dân số", "Số người cài", "Tỷ lệ/dân số (%)"], [part(100), part(12), printed(12)]),
        (["Dân số", "Số người cài", "Tỷ lệ/dân số (%)"], [part(100), part(12), lambda people: 0.12]),
        (["Số người cài", "Tỷ lệ/dân số (%)"], [part(12), printed(10)]),  # of people counted in another year
        (["Đã cài", "Tăng trong ngày"], [part(8), part(3)]),
        (["Chỉ tiêu giao", "Đã cài"], [part(30), part(0.1)]),
    ],
)
def test_what_agrees_is_not(head: list[str], values: list[Value]) -> None:
    reading = read_rows(form(head, *values))
    assert not asked(reading)
    assert ("installs", "", "2020-08-20") in taken(reading)


def test_more_installed_than_there_are_is_asked() -> None:
    rows = [["THPT A", 800, 950], ["THPT B", 700, 900], ["THPT C", 600, 640]]
    reading = read_rows(book(("Sheet1", [TITLE, ["Trường", "Số học sinh", "Học sinh đã cài"], *rows])))
    assert asked(reading) == "column:Sheet1!C"


def test_people_far_from_those_who_are_known_are_left_out_by_name() -> None:
    reading = read_rows(form(["Dân số", "Đã cài"], part(25), part(8)))
    assert {kind for kind, _, _ in taken(reading)} == {"installs"}
    assert any("far from" in str(notice.text) for notice in reading.notices)


def test_days_to_come_are_left_out_by_name() -> None:
    nothing: Value = lambda people: 0  # noqa: E731
    days = ["17/8", "18/8", "19/8", "20/8"]
    reading = read_rows(form(days, part(8), part(9), nothing, nothing, title=["LŨY KẾ BLUEZONE THÁNG 8/2020"]))
    assert not asked(reading)
    assert taken(reading) == {("installs", "", "2020-08-17"), ("installs", "", "2020-08-18")}
    assert sum("still to be filled in" in str(notice.text) for notice in reading.notices) == 2


def of_rows(head: list[str], rows: list[list[object]]) -> bytes:
    named = [[name, *row] for name, row in zip(PEOPLE, rows, strict=True)]
    return book(("Sheet1", [TITLE, ["Đơn vị", *head], *named]))


def test_a_number_of_more_people_than_live_there_is_left_out_by_name() -> None:
    rows: list[list[object]] = [[people // 10 if at != 2 else people * 2] for at, people in enumerate(PEOPLE.values())]
    reading = read_rows(of_rows(["Đã cài"], rows))
    assert not asked(reading)
    assert len(reading.figures) == len(PEOPLE) - 1
    assert reading.notices[0].kind == "too-many"


def test_all_up_to_a_day_that_fall_in_a_row_are_named() -> None:
    rows: list[list[object]] = [[people // 10, people // 10 + 90 if at != 3 else people // 100]
                                for at, people in enumerate(PEOPLE.values())]  # fmt: skip
    reading = read_rows(of_rows(["Lũy kế đến 19/8/2020", "Lũy kế đến 20/8/2020"], rows))
    assert [notice.kind for notice in reading.notices] == ["falls"]


def test_a_count_far_from_its_share_is_named() -> None:
    rows: list[list[object]] = [[people, people // 10 if at != 1 else people // 50, 10]
                                for at, people in enumerate(PEOPLE.values())]  # fmt: skip
    reading = read_rows(of_rows(["Dân số", "Đã cài", "Tỷ lệ/dân số (%)"], rows))
    assert [(notice.kind, notice.line) for notice in reading.notices] == [("share", 4)]
