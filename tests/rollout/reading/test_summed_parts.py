"""Rows whose sum is the row above them: parts of it, not further organisations."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
from tests.rollout.reading.building import book
from tests.rollout.reading.reads import asked, read_rows

from bluezone.rollout.reading.results import Reading

NAMES = ("Công ty Cầu 12", "Tổ cốt thép", "Tổ bê tông", "Tổ lái máy", "Công ty Cầu 14", "Tổ dầm", "Tổ móng", "Tư vấn")
COUNTS = ((200, 171), (80, 62), (75, 70), (45, 39), (90, 74), (50, 40), (40, 34), (30, 20))
WHOLE = {"Công ty Cầu 12": 171, "Công ty Cầu 14": 74, "Tư vấn": 20}


def form(
    marks: Sequence[object],
    names: Sequence[str] = NAMES,
    counts: Sequence[tuple[int, ...]] = COUNTS,
    *,
    total: int = 0,
    head: Sequence[str] = ("Tổng số công nhân", "Đã cài Bluezone"),
) -> Reading:
    """Return a form of organisations as read: the mark, the name and the counts of each row, a row of totals below."""
    rows = [[mark, name, *count] for mark, name, count in zip(marks, names, counts, strict=True)]
    rows += [[None, "Cộng", None, total]] if total else []
    title = [["Cài đặt Bluezone đến 24/8/2020"], ["STT", "Đơn vị", *head]]
    return read_rows(book(("Sheet1", [*title, *rows])))


def installs(reading: Reading) -> dict[str, int]:
    """Return the installs of each organisation, as its row is written."""
    return {figure.written: int(figure.value) for figure in reading.figures if figure.kind == "installs"}


def said(reading: Reading) -> set[str]:
    """Return the kinds of notices of a reading."""
    return {notice.kind for notice in reading.notices} - {"organisations"}


@pytest.mark.parametrize("total", [0, 265])
@pytest.mark.parametrize(
    ("sign", "numbered"),
    [(sign, numbered) for sign in ("- ", "– ", "+ ", "• ", "* ", "-") for numbered in (True, False)] + [("    ", True)],
)
def test_rows_with_a_sign_are_parts_of_the_row_that_they_add_up_to(sign: str, numbered: bool, total: int) -> None:
    names = [name if name in WHOLE else f"{sign}{name}" for name in NAMES]
    reading = form([1, None, None, None, 2, None, None, 3] if numbered else [None] * 8, names, total=total)
    assert not asked(reading)
    assert installs(reading) == WHOLE
    assert said(reading) == {"parts"}


@pytest.mark.parametrize(
    "marks",
    [
        ["1", "-", "-", "-", "2", "-", "-", "3"],
        ["1", "1.1", "1.2", "1.3", "2", "2.1", "2.2", "3"],
        [1, 1.1, 1.2, 1.3, 2, 2.1, 2.2, 3],
        ["1", "a", "b", "c", "2", "a", "b", "3"],
        ["1", "a)", "b)", "c)", "2", "a)", "b)", "3"],
    ],
)
def test_marks_of_parts_in_their_own_column(marks: list[object]) -> None:
    reading = form(marks)
    assert installs(reading) == WHOLE
    assert said(reading) == {"parts"}


def test_marks_in_names() -> None:
    marks = ("1. ", "- ", "- ", "- ", "2. ", "+ ", "+ ", "3. ")
    reading = form([None] * 8, [f"{mark}{name}" for mark, name in zip(marks, NAMES, strict=True)])
    assert list(installs(reading).values()) == list(WHOLE.values())


def test_one_column_is_enough_where_the_rows_are_marked() -> None:
    reading = form(
        [1, "-", "-", "-", 2, "-", "-", 3], counts=[(count,) for _, count in COUNTS], head=["Đã cài Bluezone"]
    )
    assert installs(reading) == WHOLE


def test_parts_of_parts_go_with_them() -> None:
    counts = [(200, 171), (200, 171), (100, 100), (100, 71), *COUNTS[4:]]
    assert installs(form([1, "-", "+", "+", 2, "-", "-", 3], counts=counts)) == WHOLE


def test_a_slip_is_named() -> None:
    reading = form([1, "-", "-", "-", 2, "-", "-", 3], counts=[*COUNTS[:3], (48, 39), *COUNTS[4:]])
    assert installs(reading) == WHOLE
    assert said(reading) == {"parts", "total"}


@pytest.mark.parametrize(
    ("groups", "units"), [(("Cụm số 1", "Cụm số 2"), "Công ty"), (("Ngành giáo dục", "Ngành mầm non"), "Trường")]
)
def test_a_group_is_the_sum_of_its_units(groups: tuple[str, str], units: str) -> None:
    names = [groups[0], *(f"- {units} {sign}" for sign in "ABC"), groups[1], f"- {units} D", f"- {units} E", "Tư vấn"]
    reading = form([1, None, None, None, 2, None, None, 3], names, total=265)
    assert list(installs(reading).values()) == [62, 70, 39, 40, 34, 20]
    assert said(reading) == set()


def test_rows_that_do_not_add_up_are_said() -> None:
    counts = [*COUNTS[:3], (40, 30), *COUNTS[4:6], (30, 30), COUNTS[7]]
    reading = form([1, "-", "-", "-", 2, "-", "-", 3], counts=counts)
    assert len(installs(reading)) == 8
    assert said(reading) == {"parts"}


def test_more_than_the_row_above_is_no_part_of_it() -> None:
    counts = [(20, 17), *COUNTS[1:]]
    reading = form([1, "-", "-", "-", 2, "-", "-", 3], counts=counts)
    assert installs(reading)["Tổ cốt thép"] == 62


def test_communes_below_their_district_stay_units() -> None:
    rows = [[1, "Huyện Vị Thủy", 1710], ["-", "Xã Vị Bình", 620], ["-", "Xã Vị Đông", 1090]]
    head = [["Bluezone đến 24/8/2020"], ["STT", "Đơn vị", "Đã cài"]]
    reading = read_rows(book(("Sheet1", [*head, *rows])))
    assert list(installs(reading).values()) == [1710, 620, 1090]
