"""Headers in several languages, the whole beside a part, shares that say a count is of all, numbered hamlets."""

from __future__ import annotations

import pytest
from tests.rollout.reading.building import book
from tests.rollout.reading.reads import asked, read_rows, taken
from tests.rollout.reading.test_small import table

from bluezone.rollout.reading.languages import languages

COUNTS = (7240, 4810, 6120)


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("導入済 / Installed / Đã cài", ["Installed", "Đã cài"]),
        ("No. / STT", []),
        ("Xã / Phường / Thị trấn", []),
        ("Installed / Đã cài", []),
        ("설치 / Đã cài", ["Đã cài"]),
    ],
)
def test_parts_of_a_header_in_several_languages(text: str, parts: list[str]) -> None:
    assert languages(text) == parts


def test_a_header_in_three_languages_is_read_where_a_part_is_known() -> None:
    head = ["No.", "部署 / Department / Bộ phận", "在籍 / Headcount / Số NV", "導入済 / Installed / Đã cài",
            "未導入 / Not yet / Chưa cài"]  # fmt: skip
    rows = [[n, name, 30 + n, 20 + n, 10] for n, name in enumerate(("HR", "Production", "QA"), 1)]
    reading = read_rows(book(("Sheet1", [["CÔNG TY TNHH ABC"], ["Cài đặt Bluezone đến 24/8/2020"], head, *rows])))
    assert not asked(reading)
    assert taken(reading) == {("headcount", "staff", "2020-08-24"), ("installs", "staff", "2020-08-24")}


def test_parts_that_contradict_each_other_are_not_taken() -> None:
    reading = read_rows(table(["設置 / Installed / Chưa cài"], COUNTS))
    assert not [figure for figure in reading.figures if figure.kind == "installs"]


def of_branches(*columns: tuple[str, str, int], title: str = "Cài đặt Bluezone đến 21/8/2020") -> bytes:
    """Return a form of branches: of each column the text over it, its header and its first number."""
    above = [over for over, _, _ in columns]
    below = [leaf for _, leaf, _ in columns]
    shown = ["" if n and over == above[n - 1] else over for n, over in enumerate(above)]
    rows = [[n, f"PGD số {n}", *(first + n for _, _, first in columns)] for n in range(1, 5)]
    letters = "CDEFGH"
    merged = ["A3:A4", "B3:B4"]
    for over in dict.fromkeys(above):
        at = [n for n, each in enumerate(above) if each == over]
        merged += [f"{letters[at[0]]}3:{letters[at[-1]]}3"] if len(at) > 1 else []
    head = [["STT", "Chi nhánh/PGD", *shown], ["", "", *below]]
    return book(("Sheet1", [["NGÂN HÀNG ABC"], [title], *head, *rows], merged))


@pytest.mark.parametrize("whole", ["Hiện có", "Định biên", "Biên chế"])
def test_who_is_there_beside_who_has_it_is_the_whole(whole: str) -> None:
    reading = read_rows(of_branches(("Số cán bộ", whole, 30), ("Số cán bộ", "Đã cài", 20)))
    assert not asked(reading)
    assert taken(reading) == {("headcount", "staff", "2020-08-21"), ("installs", "staff", "2020-08-21")}


def test_a_week_with_its_days_over_a_column_says_that_it_was_added() -> None:
    week = "Khách hàng trong tuần (17-21/8)"
    reading = read_rows(of_branches((week, "Được khuyến nghị", 300), (week, "Đồng ý cài", 100)))
    assert not asked(reading)
    assert ("increase", "guests", "2020-08-21") in taken(reading)
    assert not [figure for figure in reading.figures if figure.kind == "installs"]


def of_two_days(later: tuple[int, ...]) -> bytes:
    head = [["TT", "Huyện", "15/8/2020", "", "22/8/2020", ""],
            ["", "", "Số lượng", "Tỷ lệ dân số", "Số lượng", "Tỷ lệ dân số"]]  # fmt: skip
    named = zip(("Vị Thanh", "Ngã Bảy", "Vị Thủy"), COUNTS, later, strict=True)
    rows = [[n, name, count, 4.5, after, 5.5] for n, (name, count, after) in enumerate(named, 1)]
    return book(("Sheet1", [["SỐ LIỆU CÀI ĐẶT BLUEZONE"], *head, *rows], ["A2:A3", "B2:B3", "C2:D2", "E2:F2"]))


def test_shares_of_the_people_beside_rising_counts_say_that_these_are_of_all() -> None:
    reading = read_rows(of_two_days((8000, 5000, 7000)))
    assert not asked(reading)
    assert {(kind, day) for kind, _, day in taken(reading)} >= {("installs", "2020-08-15"), ("installs", "2020-08-22")}
    assert asked(read_rows(of_two_days((800, 5000, 7000)))) == "flow"


def test_people_on_average_are_people() -> None:
    reading = read_rows(table(["Dân số TB", "Số lượt cài đặt"], (95861, 55000, 88000), COUNTS))
    assert not asked(reading)
    assert ("population", "", "2020-08-20") in taken(reading)


def test_pairs_of_households_are_left_out_unasked() -> None:
    reading = read_rows(table(["Đã cài", "Số hộ có người cài/tổng số hộ"], COUNTS, ("251/323", "234/281", "175/347")))
    assert not asked(reading)
    assert {kind for kind, _, _ in taken(reading)} == {"installs"}


def test_a_day_of_a_header_that_the_files_name_says_too_is_the_days() -> None:
    rows = [[name, count, 20] for name, count in zip(("Vị Thanh", "Ngã Bảy", "Vị Thủy"), COUNTS, strict=True)]
    data = book(("Sheet1", [["Địa bàn", "Thiết bị đã cài", "Thiết bị cài mới 21/8"], *rows]))
    assert not asked(read_rows(data, name="hg_bluezone_2108.xlsx"))
    assert asked(read_rows(data, name="hg_bluezone_2008.xlsx")) == "date"


def test_a_bare_number_below_hamlets_takes_their_word() -> None:
    head = ["Tổ", "Tổ trưởng", "Số nhân khẩu", "Đã cài"]
    rows = [[n, name, 130 + n, 40 + n] for n, name in enumerate(("Út Hiền", "Năm Lực", "Ba Đời"), 1)]
    reading = read_rows(book(("Sheet1", [["Các tổ cài Bluezone đến 23/8/2020"], head, *rows])), within="63:31459")
    assert {figure.name for figure in reading.figures} == {"Tổ 1", "Tổ 2", "Tổ 3"}


def test_an_error_value_is_named() -> None:
    reading = read_rows(table(["Đã cài", "Tỷ lệ dân số"], COUNTS, (5.5, "#DIV/0!", 7.5)))
    said = [notice.text for notice in reading.notices if notice.line == 4]
    assert any("#DIV/0!" in str(text.values) for text in said)
