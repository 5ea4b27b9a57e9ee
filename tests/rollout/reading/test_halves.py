"""Test columns of men and women, of town and country: both together, never one for all."""

from __future__ import annotations

import pytest
from tests.rollout.reading.building import book
from tests.rollout.reading.reads import asked, read_rows

UNITS = ["Thành phố Vị Thanh", "Thành phố Ngã Bảy", "Thị xã Long Mỹ"]


@pytest.mark.parametrize("merged", [(), ("A2:A3", "B2:C2")])
@pytest.mark.parametrize("halves", [("Nam", "Nữ"), ("Thành thị", "Nông thôn")])
def test_halves_below_one_header_are_added(halves: tuple[str, str], merged: tuple[str, ...]) -> None:
    rows = [["KẾT QUẢ CÀI BLUEZONE NGÀY 20/8/2020"], ["Đơn vị", "Số người cài", None], [None, *halves],
            *[[unit, 3000 + n, 4000 + n] for n, unit in enumerate(UNITS)]]  # fmt: skip
    reading = read_rows(book(("S", rows, merged)))
    assert asked(reading) == ""
    assert [(figure.kind, int(figure.value)) for figure in reading.figures] == [
        ("installs", 7000), ("installs", 7002), ("installs", 7004),
    ]  # fmt: skip


@pytest.mark.parametrize(
    "header", [["Đơn vị", "Dân số nam", "Dân số nữ", "Đã cài"], ["Đơn vị", "Số nam", "Số nữ", "Đã cài"]]
)
def test_half_of_the_people_is_no_population(header: list[str]) -> None:
    rows = [["KẾT QUẢ CÀI BLUEZONE NGÀY 20/8/2020"], header,
            *[[unit, 30000, 31000, 4000 + n] for n, unit in enumerate(UNITS)]]  # fmt: skip
    values = {int(figure.value) for figure in read_rows(book(("S", rows))).figures if figure.kind == "population"}
    assert values <= {61000}


def test_a_total_beside_halves_is_the_whole() -> None:
    rows = [["KẾT QUẢ CÀI BLUEZONE NGÀY 20/8/2020"], ["Đơn vị", "Nam đã cài", "Nữ đã cài", "Tổng cộng"],
            *[[unit, 3000 + n, 4000 + n, 7000 + 2 * n] for n, unit in enumerate(UNITS)]]  # fmt: skip
    reading = read_rows(book(("S", rows)))
    assert [int(figure.value) for figure in reading.figures] == [7000, 7002, 7004]


@pytest.mark.parametrize("parts", [("Nam", "Nữ", "Tổng"), ("Tổng số", "Nam", "Nữ")])
def test_halves_of_staff_beside_their_total_are_counted_once(parts: tuple[str, ...]) -> None:
    rows = [["BÁO CÁO CÀI BLUEZONE NGÀY 20/8/2020"], ["Chuyền", "Tổng LĐ", "Đã cài", None, None], [None, None, *parts],
            *[[f"Chuyền {n}", 41 + n, *({"Nam": 2, "Nữ": 28 + n}.get(part, 30 + n) for part in parts)]
              for n in range(1, 6)]]  # fmt: skip
    reading = read_rows(book(("S", rows, ("A2:A3", "B2:B3", "C2:E2"))))
    installs = [(figure.of, int(figure.value)) for figure in reading.figures if figure.kind == "installs"]
    assert installs == [("staff", 30 + n) for n in range(1, 6)]


def test_parts_that_nobody_knows_are_asked_about() -> None:
    rows = [["KẾT QUẢ CÀI BLUEZONE NGÀY 20/8/2020"], ["Đơn vị", "Đã cài", None], [None, "Tại nhà", "Lưu động"],
            *[[unit, 3000 + n, 400 + n] for n, unit in enumerate(UNITS)]]  # fmt: skip
    assert asked(read_rows(book(("S", rows)))) != ""


def test_each_bare_count_is_of_the_people_before_it() -> None:
    rows = [["CÀI BLUEZONE TẠI BẾN XE NGÀY 20/8/2020"], ["Bến", "Lái, phụ xe", "Đã cài", "Hành khách", "Đã cài"],
            ["Bến xe Vị Thanh", 40, 35, 300, 100], ["Bến xe Ngã Bảy", 30, 20, 200, 80]]  # fmt: skip
    reading = read_rows(book(("S", rows)))
    assert asked(reading) == ""
    found = {(figure.kind, figure.of, int(figure.value)) for figure in reading.figures if figure.name.endswith("Thanh")}
    assert found == {
        ("headcount", "drivers", 40), ("installs", "drivers", 35),
        ("headcount", "guests", 300), ("installs", "guests", 100),
    }  # fmt: skip


def test_parts_of_the_guests_need_no_question() -> None:
    rows = [["KHÁCH SẠN NINH KIỀU"], ["THEO DÕI KHÁCH CÀI BLUEZONE"],
            ["Ngày", "Phòng có khách", "Tổng số khách", "Khách VN", "Khách NN", "Đã cài"],
            ["18/8/2020", 20, 35, 30, 5, 12], ["19/8/2020", 22, 40, 33, 7, 15]]  # fmt: skip
    reading = read_rows(book(("S", rows)))
    assert asked(reading) == ""
    assert {int(figure.value) for figure in reading.figures if figure.kind == "headcount"} == {35, 40}
