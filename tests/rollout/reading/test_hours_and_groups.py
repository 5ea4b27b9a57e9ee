"""Hours and ends of months in headers, units named once above their days, notes that a count is not whole."""

from __future__ import annotations

import pytest
from tests.rollout.reading.building import book
from tests.rollout.reading.reads import asked, read_rows, taken
from tests.rollout.reading.test_small import NAMES, table

from bluezone.rollout.reading.hours import only_hour

SAID = ["SỐ NGƯỜI CÀI ĐẶT BLUEZONE NGÀY 20/8/2020"]


def of_districts(title: list[str], head: list[object], *columns: tuple[object, ...]) -> bytes:
    rows = [[name, *values] for name, *values in zip(NAMES, *columns, strict=True)]
    return book(("Sheet1", [title, ["Huyện", *head], *rows]))


@pytest.mark.parametrize(
    "head", [["Đến 8h00", "Đến 17h00"], ["8 giờ", "17 giờ"], ["Số người cài đến 8h", "Số người cài đến 17h"]]
)
def test_the_last_hour_stands_for_the_day(head: list[object]) -> None:
    counts = (7240, 4810, 6120), (7300, 4900, 6200)
    reading = read_rows(of_districts(SAID, [*head, "Tăng trong ngày"], *counts, (60, 90, 80)))
    assert not asked(reading)
    assert taken(reading) == {("installs", "", "2020-08-20"), ("increase", "", "2020-08-20")}
    assert {int(figure.value) for figure in reading.figures if figure.kind == "installs"} == set(counts[1])


@pytest.mark.parametrize(
    ("text", "is_one"),
    [
        ("Đến 17h00", True),
        ("(17h)", True),
        ("8 giờ 30", True),
        ("17h ngày 20/8", False),
        ("Từ 8h đến 17h", False),
        ("24 huyện", False),
    ],
)
def test_a_header_that_is_only_an_hour(text: str, is_one: bool) -> None:
    assert only_hour(text) is is_one


def test_the_end_of_a_month_is_a_day_of_its_own() -> None:
    head: list[object] = ["Số người đến hết tháng 7", "Cài mới 22-28/8", "Lũy kế đến 28/8"]
    reading = read_rows(
        of_districts(["KẾT QUẢ CÀI BLUEZONE NĂM 2020"], head, (70, 40, 60), (10, 8, 7), (200, 300, 250))
    )
    assert not asked(reading)
    assert taken(reading) == {
        ("installs", "", "2020-07-31"),
        ("increase", "", "2020-08-28"),
        ("installs", "", "2020-08-28"),
    }


def grouped(*rows: list[object]) -> bytes:
    return book(("Sheet1", [["KẾT QUẢ CÀI BLUEZONE"], ["Đơn vị", "Ngày", "Số người đã cài"], *rows]))


def test_an_empty_unit_goes_on_while_its_days_do() -> None:
    reading = read_rows(grouped(["Vị Thủy", "21/8/2020", 100], ["", "22/8/2020", 120], ["Ngã Bảy", "21/8/2020", 50],
                                ["", "22/8/2020", 60]))  # fmt: skip
    assert {(figure.written, str(figure.date), int(figure.value)) for figure in reading.figures} == {
        ("Vị Thủy", "2020-08-21", 100),
        ("Vị Thủy", "2020-08-22", 120),
        ("Ngã Bảy", "2020-08-21", 50),
        ("Ngã Bảy", "2020-08-22", 60),
    }
    assert [notice.kind for notice in reading.notices].count("filled") == 1


def test_an_empty_unit_whose_day_does_not_go_on_is_left_out() -> None:
    reading = read_rows(grouped(["Vị Thủy", "21/8/2020", 100], ["", "22/8/2020", 120], ["", "21/8/2020", 50],
                                ["", "22/8/2020", 60]))  # fmt: skip
    assert {int(figure.value) for figure in reading.figures} == {100, 120}


@pytest.mark.parametrize(
    ("note", "in_part"),
    [
        ("chưa gặp hết", True),
        ("công nhân ca đêm, chưa gặp hết", True),
        ("chưa thống kê được hết", True),
        ("mới đi được một nửa số hộ", True),
        ("đã gặp hết các hộ", False),
        ("mới thành lập", False),
    ],
)
def test_notes_say_that_a_count_is_not_whole(note: str, in_part: bool) -> None:
    data = table(["Đã cài", "Ghi chú"], (7240, 4810, 6120), (None, note, None))
    assert any(notice.kind == "remark" for notice in read_rows(data).notices) is in_part


def test_gains_and_shares_beside_an_unknown_count_are_not_kept_alone() -> None:
    data = table(["Kỳ 2 xyz", "Tăng trong ngày", "Tỷ lệ/dân số (%)"], (7240, 4810, 6120), (60, 90, 80), (7.5, 8.5, 6.5))
    assert asked(read_rows(data)) == "installs"
    reading = read_rows(data, answers={"installs": "C"})
    assert {kind for kind, _, _ in taken(reading)} >= {"installs", "increase"}
    small = table(["Kỳ 2 xyz", "Tăng trong ngày", "Tỷ lệ/dân số (%)"], (7, 4, 6), (60, 90, 80), (7.5, 8.5, 6.5))
    assert asked(read_rows(small)) != "installs"
