"""Headings between the rows of a table: the day they give, what they say of those below, and what they are not."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
from tests.rollout.reading.building import book
from tests.rollout.reading.reads import asked, read_rows, taken

HEAD = ["TT", "Xã, thị trấn", "Số người"]
#: communes of Phụng Hiệp
COMMUNES = ["TT Kinh Cùng", "TT Cây Dương", "TT Búng Tàu", "Tân Bình", "Bình Thành", "Thạnh Hòa"]
WITHIN = "63:934"
TITLE = "HUYỆN PHỤNG HIỆP - BLUEZONE ĐẾN NGÀY 27/8/2020"


def grouped(headings: Sequence[Sequence[object]], head: Sequence[str] = HEAD, title: str = TITLE,
            merged: Sequence[str] = (), *, again: bool = False) -> bytes:  # fmt: skip
    """Return a table whose communes stand below headings, two below each; `again`: all of them below each."""
    rows: list[list[object]] = [[title], list(head)]
    for number, heading in enumerate(headings):
        rows.append(list(heading))
        names = COMMUNES if again else COMMUNES[2 * number : 2 * number + 2]
        rows += [[n, name, 700 + 100 * n + 1000 * number] for n, name in enumerate(names, 1)]
    return book(("Sheet1", rows, merged))


def days(data: bytes, **more: object) -> list[str]:
    return [str(figure.date) for figure in read_rows(data, within=WITHIN, **more).figures]  # type: ignore[arg-type]


@pytest.mark.parametrize("merged", [(), ("A3:C3", "A6:C6")])
def test_a_heading_right_below_a_whole_header_is_no_part_of_it(merged: Sequence[str]) -> None:
    reading = read_rows(grouped([["I. Các xã vùng 1"], ["II. Các xã vùng 2"]], merged=merged), within=WITHIN)
    assert taken(reading) == {("installs", "", "2020-08-27")}
    assert [(figure.written, int(figure.value)) for figure in reading.figures] == [
        ("TT Kinh Cùng", 800), ("TT Cây Dương", 900), ("TT Búng Tàu", 1800), ("Tân Bình", 1900)]  # fmt: skip


@pytest.mark.parametrize("second", ["II. Chưa cài đặt", "II. Các xã chưa cài xong (số còn phải cài)", "II. Không cài"])
def test_rows_below_those_who_have_not_installed_it_are_no_installs(second: str) -> None:
    reading = read_rows(grouped([["I. Đã cài đặt"], [second]]), within=WITHIN)
    assert not asked(reading)
    assert [int(figure.value) for figure in reading.figures if figure.kind == "installs"] == [800, 900]
    assert {figure.kind for figure in reading.figures} == {"installs"}


def test_the_same_units_may_stand_below_both() -> None:
    reading = read_rows(grouped([["I. Đã cài đặt"], ["II. Chưa cài đặt"]], again=True), within=WITHIN)
    assert not asked(reading)
    assert [int(figure.value) for figure in reading.figures] == [800, 900, 1000, 1100, 1200, 1300]


def test_headings_of_all_and_of_those_added_are_told_apart() -> None:
    data = grouped([["A. Cài mới trong ngày"], ["B. Lũy kế cài đặt"]], again=True)
    reading = read_rows(data, within=WITHIN)
    assert not asked(reading)
    assert taken(reading) == {("installs", "", "2020-08-27"), ("increase", "", "2020-08-27")}
    assert {(figure.line, figure.column) for figure in reading.figures if figure.kind == "increase"} == {
        (row, "C") for row in range(4, 10)}  # fmt: skip


@pytest.mark.parametrize("headings", [("Đã cài đạt 30%", "Chưa đạt 30%"), ("I. Các xã đã đạt", "II. Các xã còn lại")])
def test_units_that_lag_are_counted_like_the_others(headings: tuple[str, str]) -> None:
    data = grouped([[each] for each in headings], head=[*HEAD[:2], "Số người đã cài"])
    reading = read_rows(data, within=WITHIN)
    assert [figure.kind for figure in reading.figures] == ["installs"] * 4


def test_a_column_that_counts_the_rows_of_each_group_is_no_figure() -> None:
    rows: list[list[object]] = [[TITLE], ["Số người", "Xã", "Đã cài"]]
    rows += [[n, name, 700 + n] for n, name in zip([1, 2, 3, 1, 2, 3], COMMUNES, strict=True)]
    reading = read_rows(book(("Sheet1", rows)), within=WITHIN)
    assert not asked(reading)
    assert [int(figure.value) for figure in reading.figures] == [701, 702, 703, 701, 702, 703]


def test_small_counts_are_no_numbering() -> None:
    rows: list[list[object]] = [[TITLE], ["TT", "Xã", "Đã cài"]]
    rows += [[n, name, value] for n, (name, value) in enumerate(zip(COMMUNES, [1, 2, 3, 1, 1, 2], strict=True), 1)]
    reading = read_rows(book(("Sheet1", rows)), within=WITHIN, answers={"column:Sheet1!C": "installs"})
    assert [int(figure.value) for figure in reading.figures] == [1, 2, 3, 1, 1, 2]


DAYS = ["2020-08-25"] * 2 + ["2020-08-26"] * 2 + ["2020-08-27"] * 2


@pytest.mark.parametrize("title", [TITLE, "HUYỆN PHỤNG HIỆP - BLUEZONE (lũy kế)"])
@pytest.mark.parametrize("heading", ["Ngày {}/8/2020", "{}/8/2020", "Số liệu đến ngày {}/8", "Các xã báo ngày {}/8",
                                     "Cụm xã - {}/8"])  # fmt: skip
def test_a_heading_gives_its_day_to_the_rows_below(title: str, heading: str) -> None:
    data = grouped([[heading.format(day)] for day in (25, 26, 27)], title=title)
    assert days(data) == DAYS


def test_a_heading_of_a_period_is_asked_about() -> None:
    data = grouped([["Từ ngày 10/8 đến ngày 16/8"], ["Từ ngày 17/8 đến ngày 23/8"]], title="BLUEZONE HUYỆN PHỤNG HIỆP")
    assert asked(read_rows(data, within=WITHIN)) == "flow"
    reading = read_rows(data, within=WITHIN, answers={"flow": "increase"})
    assert taken(reading) == {("increase", "", "2020-08-16"), ("increase", "", "2020-08-23")}


def test_an_answer_changes_no_day_of_a_heading() -> None:
    data = grouped([["Ngày 25/8/2020"], ["Ngày 26/8/2020"], ["Ngày 27/8/2020"]], title="BLUEZONE PHỤNG HIỆP")
    assert days(data, answers={"date": "2020-08-24"}) == DAYS


def test_the_nearest_day_holds_and_it_is_said() -> None:
    data = grouped([["I. Cụm 1"], ["II. Cụm 2 (tính đến 25/8)"], ["III. Cụm 3 (tính đến 26/8)"]])
    reading = read_rows(data, within=WITHIN)
    assert [str(figure.date) for figure in reading.figures] == [
        "2020-08-27", "2020-08-27", "2020-08-25", "2020-08-25", "2020-08-26", "2020-08-26"]  # fmt: skip
    said = [str(notice.text) for notice in reading.notices if notice.kind == "note"]
    assert len(said) == 2
    assert "“Cụm 2 (tính đến 25/8)”" in said[0]


def test_clusters_below_a_day_stay_of_it_and_one_beside_it_does_not() -> None:
    below = grouped([["Ngày 25/8/2020"], ["Ngày 26/8/2020"]])
    assert days(below) == DAYS[:4]
    rows: list[list[object]] = [[TITLE], list(HEAD), ["Ngày 25/8/2020"]]
    for number, cluster in enumerate(("Cụm 1", "Cụm 2")):
        rows += [[cluster], *[[n, name, 700 + n] for n, name in enumerate(COMMUNES[2 * number : 2 * number + 2], 1)]]
    assert days(book(("Sheet1", rows))) == ["2020-08-25"] * 4
    assert days(grouped([["II. Cụm 2 (tính đến 25/8)"], ["III. Cụm 3"]])) == ["2020-08-25"] * 2 + ["2020-08-27"] * 2


@pytest.mark.parametrize("heading", ["I. Theo Công văn số 12/UBND ngày 20/8/2020", "I. Phải xong trước ngày 26/8/2020"])
def test_the_day_of_a_letter_or_a_deadline_is_none_of_the_rows(heading: str) -> None:
    assert set(days(grouped([[heading]]))) == {"2020-08-27"}


def test_a_line_of_the_day_above_the_header_is_no_part_of_it() -> None:
    rows: list[list[object]] = [["XÃ TÂN BÌNH - CÀI BLUEZONE"], [None, "Ngày báo cáo:", "27/8/2020"]]
    rows += [["TT", "Ấp", "Số người cài", "Ghi chú"], *[[n, f"Ấp {n}", 117 + n, None] for n in (1, 2, 3)]]
    reading = read_rows(book(("Sheet1", rows)), within=WITHIN)
    assert [column.header for column in reading.columns][:3] == ["TT", "Ấp", "Số người cài"]
    assert taken(reading) == {("installs", "", "2020-08-27")}
