"""Test the proposal for a table: roles, units, days, left-out rows, questions. A case is a table and its outcome."""

from __future__ import annotations

import contextlib
import datetime as dt
import time
from collections.abc import Mapping as Known
from dataclasses import replace
from typing import Any

import pytest
from tests.spreadsheets.sheets import DAY, Rows, left_out, proposed, roles_of, sheet_of, stored

from bluezone.geography import catalogue
from bluezone.geography.units import UnitCode
from bluezone.spreadsheets.draft import Context
from bluezone.spreadsheets.errors import TableError
from bluezone.spreadsheets.mapping import Mapping
from bluezone.spreadsheets.opening import load_of, open_book
from bluezone.spreadsheets.propose import propose
from bluezone.spreadsheets.roles import ORGANISATIONS, POPULATIONS, TARGETS, Purpose

NAMES = ["Vị Thanh", "Ngã Bảy", "Châu Thành A", "Châu Thành", "Phụng Hiệp", "Vị Thủy", "H. Long Mỹ", "TX Long Mỹ"]
PEOPLE = [73322, 56149, 94234, 85012, 188017, 90126, 70012, 68904]
COUNTS = [9876, 6543, 8120, 10234, 9001, 5555, 4321, 7777]
TITLE: Rows = [["KẾT QUẢ CÀI ĐẶT BLUEZONE ĐẾN NGÀY 20/8/2020"]]


def table(*columns: Any, header: list[str], title: Rows = TITLE, total: bool = False) -> Rows:
    """Return a table of the eight districts: a title, a header, a column of each list, perhaps a row of totals."""
    body = [[name, *(column[at] for column in columns)] for at, name in enumerate(NAMES)]
    sums = [["Tổng cộng", *map(sum, columns)]] if total else []
    return [*title, ["Đơn vị", *header], *body, *sums]


SHARES = [round(count * 100 / people, 2) for count, people in zip(COUNTS, PEOPLE, strict=True)]
GAINS = [101 + 7 * at % 13 for at in range(8)]
BEFORE = [count - gain for count, gain in zip(COUNTS, GAINS, strict=True)]
REST = [people - count for count, people in zip(COUNTS, PEOPLE, strict=True)]


@pytest.mark.parametrize(
    ("rows", "roles"),
    [
        (table(PEOPLE, COUNTS, SHARES, header=["Dân số", "Đã cài", "Tỷ lệ"]),
         "unit headcount installs percent_population"),
        (table(COUNTS, GAINS, header=["Lũy kế", "Tăng trong ngày"]), "unit installs gain"),
        (table(BEFORE, GAINS, COUNTS, header=["Kỳ trước", "Phát sinh", "Kỳ này"]), "unit ignore gain installs"),
        (table(PEOPLE, COUNTS, REST, header=["Dân số", "Đã cài", "Còn lại"]), "unit headcount installs ignore"),
        (table(COUNTS, BEFORE, header=["Số người cài Bluezone", "Số người cài NCOVI"]), "unit installs ignore"),
        (table(COUNTS, BEFORE, header=["Đã cài", "Đang hoạt động"]), "unit installs active"),
        (table(COUNTS, BEFORE, header=["Đã cài", "Có khai báo số điện thoại"]), "unit installs with_phone"),
        (table(COUNTS, [1, 2, 3, 4, 5, 6, 7, 8], header=["Đã cài", "Xếp hạng"]), "unit installs rank"),
        (table(COUNTS, PEOPLE, header=["Số lượng", "Chỉ tiêu giao"]), "unit installs target"),
        (table(COUNTS, SHARES, header=["Đã cài", "Tỷ lệ so với chỉ tiêu (%)"]), "unit installs ignore"),
        (table(COUNTS, SHARES, header=["Đã cài", "Tỷ lệ/ĐTTM (%)"]), "unit installs percent_smartphones"),
        (table(COUNTS, ["tốt"] * 8, header=["Đã cài", "Ghi chú"]), "unit installs remark"),
        (table(COUNTS, header=["Số lượng"]), "unit installs"),
        (table(COUNTS, header=["Downloads"]), "unit installs"),
        # nothing is said by the words, but by the numbers
        (table(PEOPLE, COUNTS, SHARES, header=["Dân số", "Số lượng", "%"]),
         "unit headcount installs percent_population"),
    ],
)  # fmt: skip
def test_columns_are_taken_for_roles_by_header_and_numbers(rows: Rows, roles: str) -> None:
    proposal = proposed(rows)
    assert roles_of(proposal) == roles
    assert len(proposal.stored) == 8


def test_a_column_says_why_and_what_else_it_may_be() -> None:
    proposal = proposed(table(PEOPLE, COUNTS, SHARES, header=["Dân số", "Đã cài", "Tỷ lệ"]))
    assert [str(column.why) for column in proposal.columns] == [
        "the header says “Đơn vị”",
        "the header says “Dân số”",
        "the header says “Đã cài”",
        "D is C as a share of B in 8 of 8 rows",
    ]
    assert all(column.choices[0] == column.role and column.probability > 0.8 for column in proposal.columns)
    assert proposal.columns[1].samples == ("73322", "56149", "94234")


def test_what_is_proposed_is_stored_with_unit_and_day() -> None:
    proposal = proposed(table(COUNTS, header=["Đã cài"], total=True))
    assert stored(proposal)["63:935"] == {"2020-08-20": 5555}
    assert left_out(proposal) == {11: "a row of totals"}
    assert proposal.unsure == ()
    assert proposal.checks == ()


@pytest.mark.parametrize(
    ("title", "header", "file", "day"),
    [
        ("Tính đến 17 giờ ngày 20/8", "Đã cài", "a.xlsx", "2020-08-20"),
        ("Cài Bluezone", "Đã cài đến 19/8/2020", "a.xlsx", "2020-08-19"),
        ("Cài Bluezone", "Đã cài", "BC 20.8.xlsx", "2020-08-20"),
        ("Cài Bluezone", "Đã cài", "bluezone_20200820.csv", "2020-08-20"),
        ("Cài Bluezone đến 8/20/2020", "Đã cài", "a.xlsx", "2020-08-20"),
    ],
)
def test_the_day_stands_in_title_header_or_file_name(title: str, header: str, file: str, day: str) -> None:
    proposal = proposed(table(COUNTS, header=[header], title=[[title]]), file=file)
    assert stored(proposal)["63:935"] == {day: 5555}
    assert "day" not in {doubt.about for doubt in proposal.unsure}


@pytest.mark.parametrize(
    "title",
    ["(Kèm theo Báo cáo số 45/BC-UBND ngày 21/8/2020)", "Hậu Giang, ngày 21 tháng 8 năm 2020", "Cài Bluezone"],
)
def test_the_day_of_a_letter_and_none_at_all_are_asked_about(title: str) -> None:
    proposal = proposed(table(COUNTS, header=["Đã cài"], title=[[title]]))
    assert proposal.unsure[0].about == "day"


def test_what_has_no_day_is_of_the_latest_column_and_not_of_the_letter() -> None:
    rows = table(BEFORE, COUNTS, GAINS, header=["Kỳ trước (18/8)", "Kỳ này (19/8)", "Tăng"], title=[["BLUEZONE"]])
    proposal = proposed([*rows, [], ["", "", "Vị Thanh, ngày 20 tháng 8 năm 2020"]])
    assert stored(proposal, "gain")["63:935"] == {"2020-08-19": GAINS[5]}
    assert {doubt.about for doubt in proposal.unsure} == {"column"}


def test_a_pivot_with_its_hierarchy_names_the_unit_in_its_last_column() -> None:
    places = ["orgunitlevel1", "orgunitlevel2", "organisationunitid", "organisationunitname"]
    days = ["20200818 Bluezone installs", "20200819 Bluezone installs"]
    cells = zip(NAMES, BEFORE, COUNTS, strict=True)
    rows = [["Vietnam", "Hau Giang", f"aB17712670{at}", *each] for at, each in enumerate(cells)]
    proposal = proposed([[*places, *days], *rows])
    assert roles_of(proposal) == "ignore parent code unit installs installs"
    assert stored(proposal)["63:935"] == {"2020-08-18": BEFORE[5], "2020-08-19": 5555}
    assert proposal.unsure == ()


def test_units_are_those_of_the_days_of_a_column_and_not_of_today() -> None:
    rows = [["ngày", "đơn vị", "số lượt cài đặt"], ["20/08/2020", "Vị Thanh, Hậu Giang", 20_000]]
    found = proposed(rows, within="", today=dt.date(2026, 1, 5))
    assert stored(found) == {"63:930": {"2020-08-20": 20_000}}


def test_a_commune_lies_in_the_district_and_the_province_of_its_row() -> None:
    header = ["Xã", "Huyện", "Tỉnh", "Số lượt cài", "Ngày"]
    rows = [
        ["Phường Quang Trung", "Quận Đống Đa", "Thành phố Hà Nội", 1_074, "13/8/2020"],
        ["Xã Vĩnh Quang", "Thành phố Cao Bằng", "Tỉnh Cao Bằng", 1_550, "13/8/2020"],
        ["Phường Sa Pa", "Thị xã Sa Pa", "Tỉnh Lào Cai", 1_951, "13/8/2020"],
        ["Phường Sa Pả", "Thị xã Sa Pa", "Tỉnh Lào Cai", 1_952, "13/8/2031"],
    ]
    found = proposed([header, *rows], within="")
    assert [str(row.unit.code) for row in found.rows if row.unit] == ["63:00214", "63:01693", "63:03001", "63:03002"]
    assert not any("unit" in repr(each) for each in found.unsure)


@pytest.mark.parametrize("role", ["gain", "active", "with_phone"])
def test_days_stand_as_columns_and_are_answered_together(role: str) -> None:
    rows = table(BEFORE, COUNTS, header=["19/8", "20/8"], title=[["THEO DÕI CÀI BLUEZONE"]])
    assert stored(proposed(rows))["63:935"] == {"2020-08-19": BEFORE[5], "2020-08-20": 5555}
    for roles in ({"B": role}, {"B": role, "C": role}):
        answered = proposed(rows, decided=Mapping(roles=roles))
        assert stored(answered) == {}
        assert stored(answered, role)["63:935"] == {"2020-08-19": BEFORE[5], "2020-08-20": 5555}


@pytest.mark.parametrize(
    ("rows", "found"),
    [
        # a day that stands on the first of its rows only
        ([["Ngày", "Huyện", "Lũy kế Bluezone"], ["18/8/2020", "Vị Thủy", 5], [None, "Ngã Bảy", 6],
          ["19/8/2020", "Vị Thủy", 7], [None, "Ngã Bảy", 8]],
         {"63:935": {"2020-08-18": 5, "2020-08-19": 7}, "63:931": {"2020-08-18": 6, "2020-08-19": 8}}),
        # a unit that stands on the first of its rows only
        ([["Huyện", "Ngày", "Đã cài"], ["Vị Thủy", "18/8/2020", 5], [None, "19/8/2020", 7]],
         {"63:935": {"2020-08-18": 5, "2020-08-19": 7}}),
        # a long table
        ([["unit", "date", "indicator", "value"], ["Vị Thủy", "2020-08-18", "installs", 5],
          ["Vị Thủy", "2020-08-18", "active", 2], ["Ngã Bảy", "2020-08-18", "installs", 6]],
         {"63:935": {"2020-08-18": 5}, "63:931": {"2020-08-18": 6}}),
        # two columns of units
        ([["admin1", "admin2", "date", "installs"], ["Hau Giang", "Chau Thanh", "2020-08-18", 5],
          ["Hau Giang", "Vi Thuy", "2020-08-18", 6]],
         {"63:933": {"2020-08-18": 5}, "63:935": {"2020-08-18": 6}}),
        # codes beside names
        ([["code", "name", "date", "installs"], ["936", "Long My", "2020-08-18", 5],
          ["937", "Long My", "2020-08-18", 6]],
         {"63:936": {"2020-08-18": 5}, "63:937": {"2020-08-18": 6}}),
        # units side by side
        ([["Đến 18/8/2020"], ["Tiêu chí", "Vị Thủy", "Ngã Bảy", "Phụng Hiệp"], ["Tổng dân số", 90126, 56149, 188017],
          ["Lượt cài đặt", 5, 6, 7]],
         {"63:935": {"2020-08-18": 5}, "63:931": {"2020-08-18": 6}, "63:934": {"2020-08-18": 7}}),
        # groups with their places
        ([["Đến 18/8/2020"], ["STT", "Đơn vị", "Đã cài"], ["I", "Huyện Vị Thủy", 9], [1, "Xã Vị Trung", 4],
          [2, "Xã Vị Đông", 5], [None, "Tổng", 9]],
         {"63:935": {"2020-08-18": 9}, "63:31444": {"2020-08-18": 4}, "63:31462": {"2020-08-18": 5}}),
        # blocks whose places stand above them, beside the column of names
        ([["Đến 18/8/2020"], ["STT", "Đơn vị", "Đã cài"], ["HUYỆN VỊ THỦY"], [1, "Vĩnh Tường", 4],
          ["THỊ XÃ LONG MỸ"], ["STT", "Đơn vị", "Đã cài"], [1, "Vĩnh Tường", 5]],
         {"63:31459": {"2020-08-18": 4}, "63:31475": {"2020-08-18": 5}}),
        # the parent repeats itself, whatever the headers say
        ([["area1", "area2", "date", "installs"], ["Hau Giang", "Chau Thanh", "2020-08-18", 5],
          ["Hau Giang", "Vi Thuy", "2020-08-18", 6]],
         {"63:933": {"2020-08-18": 5}, "63:935": {"2020-08-18": 6}}),
        # a long table that gives counts and shares by turns
        ([["Huyện", "Chỉ số", "17/8/2020", "18/8/2020"], ["Vị Thủy", "Lũy kế cài đặt", 900, 1000],
          [None, "Tỷ lệ trên dân số (%)", 1.12, 1.25]],
         {"63:935": {"2020-08-17": 900, "2020-08-18": 1000}}),
        # remarks that speak of targets are no indicators of a column that says itself what it counts
        ([["Đến 18/8/2020"], ["Huyện", "Số cài Bluezone", "Diễn giải"], ["Vị Thủy", 900, "phấn đấu 1.200"],
          ["Ngã Bảy", 800, "phấn đấu 1.300"]],
         {"63:935": {"2020-08-18": 900}, "63:931": {"2020-08-18": 800}}),
        # numbers in thousands
        ([["Đến 18/8/2020"], ["ĐVT: nghìn người"], ["Huyện", "Đã cài"], ["Vị Thủy", "5,5"], ["Ngã Bảy", "6,0"]],
         {"63:935": {"2020-08-18": 5500}, "63:931": {"2020-08-18": 6000}}),
    ],
)  # fmt: skip
def test_tables_of_all_shapes_are_read(rows: Rows, found: Known[str, Known[str, int]]) -> None:
    assert stored(proposed(rows)) == found


@pytest.mark.parametrize(
    ("counts", "shares", "found"),
    [
        (["55.289"], ["7,54"], [55289]),
        (["55,289"], ["7.54"], [55289]),
        (["55289"], ["7.54"], [55289]),
        (["55.289"], ["7.54"], [55289]),
        (["55.289", "3.285.799"], ["7.54", None], [55289, 3285799]),
        (["55.289", "1,234"], [None, None], [55289, 1234]),
        (["55.289", "1,234"], ["7.5", None], [55289, 1234]),
        (["55.289", "7,0"], [None, None], [55289, 7]),
        (["55.289"], [None], [55289]),
    ],
)
def test_a_grouped_count_is_of_thousands_whatever_mark_the_shares_bear(
    counts: list[str], shares: list[str | None], found: list[int]
) -> None:
    body = zip(["Hậu Giang", "Hà Nội"], counts, shares, strict=False)
    proposal = proposed([*TITLE, ["Tỉnh", "Số lượt cài", "Tỷ lệ %"], *body], within=None)
    assert [number for days in stored(proposal).values() for number in days.values()] == found
    assert left_out(proposal) == {}


def test_a_column_of_counts_with_decimals_is_asked_about_and_not_stored() -> None:
    rows = [["Tỉnh", "Số lượt cài", "Ngày"], ["Hậu Giang", "55.289", "13/8/2020"], ["Hà Nội", "7.5", "13/8/2020"]]
    proposal = proposed(rows, within=None)
    assert stored(proposal) == {}
    assert ("column", "B") in {(doubt.about, doubt.where) for doubt in proposal.unsure}


@pytest.mark.parametrize(
    ("days", "read"),
    [
        (["05/06/2020", "08/13/2020"], ["2020-05-06", "2020-08-13"]),
        (["05/06/2020", "13/08/2020"], ["2020-06-05", "2020-08-13"]),
    ],
)
def test_a_column_with_one_american_day_is_read_month_first(days: list[str], read: list[str]) -> None:
    body = [["Vị Thủy", "5", days[0]], ["Ngã Bảy", "6", days[1]]]
    found = stored(proposed([["Huyện", "Đã cài", "Ngày"], *body]))
    assert found == {"63:935": {read[0]: 5}, "63:931": {read[1]: 6}}


@pytest.mark.parametrize(
    ("row", "why"),
    [
        (["Công an huyện", 12], "no unit is called"),
        (["Huyện Kế Sách", 12], "lies outside the place of the sender"),
        (["Vị Thủy", None], "it has no figure"),
        ([None, 12], "nothing says of which unit it is"),
        (["Đơn vị", "Đã cài"], "the header once more"),
        (["Tổng", 12], "a row of totals"),
        (["Huyện Vị Thủy", 999999], "are more than the"),
    ],
)
def test_a_row_that_is_left_out_says_why_and_can_be_taken_back(row: list[Any], why: str) -> None:
    rows = [*table(COUNTS, header=["Đã cài"])[:7], row, ["Phụng Hiệp", 5]]
    proposal = proposed(rows)
    assert why in left_out(proposal)[8]
    assert 8 not in left_out(proposed(rows, decided=Mapping(taken=frozenset({8}))))


def test_a_second_line_of_the_header_gives_days_and_measures() -> None:
    days = ["đến 16/8", "đến 20/8"]
    header: Rows = [["TT", "Đơn vị", "Dân số", "Lũy kế người cài", None, "Tăng", "Tỷ lệ"],
                    [None, None, "(người)", *days, "(E–D)", "(%)"]]  # fmt: skip
    body = [[at + 1, name, PEOPLE[at], BEFORE[at], COUNTS[at], GAINS[at], SHARES[at]] for at, name in enumerate(NAMES)]
    rest = [[None, "Tổng cộng", sum(PEOPLE), sum(BEFORE), sum(COUNTS) + 50, sum(GAINS), 8.38],
            [None, "Công an tỉnh", "–", "–", 1204, "–", "–"]]  # fmt: skip
    proposal = proposed([*TITLE, *header, *body, *rest])
    assert proposal.header == (2, 3)
    assert roles_of(proposal) == "ignore unit headcount installs installs gain percent_population"
    assert [str(column.day) for column in proposal.columns[3:5]] == ["2020-08-16", "2020-08-20"]
    assert stored(proposal)["63:935"] == {"2020-08-16": BEFORE[5], "2020-08-20": 5555}
    assert set(left_out(proposal)) == {12, 13}
    assert [str(check.text) for check in proposal.checks] == [
        f"the total {sum(COUNTS) + 50} is not the sum of its parts, {sum(COUNTS)}"
    ]


NATION: Rows = [*TITLE, ["Đơn vị", "Lũy kế"], ["Hà Nội", 5000], ["Hậu Giang", 800]]
TAKEN = Mapping(taken=frozenset({5}))


@pytest.mark.parametrize(
    ("rows", "decided", "found"),
    [
        ([*NATION, ["Cả nước", 5800]], Mapping(), {}),
        ([*NATION, ["Toàn quốc", 5800]], TAKEN, {"2020-08-20": 5800}),
        ([*NATION, ["Cả nước", 5800]], replace(TAKEN, units={5: "63:VN"}), {"2020-08-20": 5800}),
        ([*NATION, ["63:VN", 5800]], Mapping(), {"2020-08-20": 5800}),
        ([["Mã", "Ngày", "Đã cài"], ["63:VN", "18/8/2020", 5], ["63:VN", "19/8/2020", 6]], Mapping(),
         {"2020-08-18": 5, "2020-08-19": 6}),
        ([["Ngày", "Đơn vị", "Đã cài"], ["18/8/2020", "Cả nước", 5], ["19/8/2020", "Toàn quốc", 6]], Mapping(),
         {"2020-08-18": 5, "2020-08-19": 6}),
    ],
)  # fmt: skip
def test_a_row_of_the_nation_is_its_total_or_its_figure(rows: Rows, decided: Mapping, found: Known[str, int]) -> None:
    proposal = proposed(rows, decided=decided, within=None)
    assert stored(proposal).get("63:VN", {}) == found
    assert left_out(proposal) == ({} if found else {5: "a row of totals"})


def test_a_series_of_the_whole_province_is_of_the_province() -> None:
    rows = [["Ngày", "Đơn vị", "Đã cài"], ["18/8/2020", "Toàn tỉnh", 5], ["19/8/2020", "Toàn tỉnh", 6]]
    assert stored(proposed(rows)) == {"63:93": {"2020-08-18": 5, "2020-08-19": 6}}


def test_a_commune_may_be_called_like_a_total() -> None:
    rows = [*TITLE, ["Huyện", "Xã", "Đã cài"], ["Chí Linh", "Cộng Hòa", 5], ["Chí Linh", "Hoàng Tân", 6]]
    assert len(stored(proposed(rows, within="63:30"))) == 2


def test_rows_below_the_heading_of_a_plan_are_no_results() -> None:
    rows = [
        *table(COUNTS, header=["Đã cài"]),
        ["II. CHỈ TIÊU GIAO ĐẾN 30/8/2020"],
        ["Vị Thanh", 20000],
        ["Ngã Bảy", 15000],
    ]
    proposal = proposed(rows)
    assert set(left_out(proposal)) == {11, 12, 13}
    assert "CHỈ TIÊU" in left_out(proposal)[12]


@pytest.mark.parametrize(
    ("rows", "says"),
    [
        ([["Họ và tên", "Năm sinh", "Số điện thoại"], ["Nguyễn Văn A", 1980, "0901234567"]], "lists persons"),
        (table(COUNTS, header=["Số mũi tiêm"], title=[["KẾT QUẢ TIÊM VẮC XIN"]]), "vaccinations"),
        (table(COUNTS, header=["Đã cài"], title=[["SỐ NGƯỜI CÀI ĐẶT VssID"]]), "another app"),
        ([["chỉ một dòng chữ"]], "no table was found"),
        ([["Chỉ tiêu", "Số"], ["một", 1], ["hai", 2]], "no column names units"),
        ([["Huyện", "Đã cài"], ["Kế Sách", 1], ["Mỹ Tú", 2], ["Long Phú", 3]], "outside the place of the sender"),
        ([["UBND TỈNH SÓC TRĂNG"], ["Huyện", "Đã cài"], ["Châu Thành", 1], ["Vị Thủy", 2]], "Tỉnh Sóc Trăng"),
    ],
)
def test_other_files_are_refused_in_one_sentence(rows: Rows, says: str) -> None:
    with pytest.raises(TableError, match=says):
        proposed(rows)


def test_a_table_most_of_whose_rows_would_be_left_out_is_asked_about() -> None:
    some = [["Sở Y tế", 41], ["Sở Nội vụ", 42], ["Vị Thủy", 5]]
    for rows in (some, [["Vị Thủy", "chưa có"], ["Ngã Bảy", "chậm"]]):
        assert proposed([*TITLE, ["Đơn vị", "Đã cài"], *rows]).unsure[0].about == "table"


def test_the_sheet_of_the_latest_day_is_taken_and_the_others_are_offered() -> None:
    sheets = [
        sheet_of(table(COUNTS, header=["Đã cài"], title=[["Cài Bluezone"]]), name=name) for name in ("19.8", "20.8")
    ]
    proposal = proposed(*sheets)
    assert (proposal.sheet, proposal.unsure[0].choices) == ("20.8", ("20.8", "19.8"))
    assert proposed(*sheets, decided=Mapping(sheet="19.8")).decided.day == dt.date(2020, 8, 19)


def test_an_organisation_is_known_by_its_code() -> None:
    rows = [*TITLE, ["Mã", "Trường", "Đã cài"], ["7K3M-P2QX", "THCS Vị Thanh", 41], ["AAAA-AAAA", "THCS Lê Lợi", 12]]
    proposal = proposed(
        rows, organisations=lambda codes: {code: "THCS Vị Thanh" for code in codes if code == "7K3MP2QX"}
    )
    assert stored(proposal) == {"7K3MP2QX": {"2020-08-20": 41}}
    assert "no unit is called" in left_out(proposal)[4]


@pytest.mark.parametrize(
    ("decided", "says"),
    [
        (Mapping(sheet="Sheet9"), "no sheet “Sheet9”"),
        (Mapping(roles={"Z": "installs"}), "no column Z"),
        (Mapping(roles={"B": "pupils"}), "cannot be “pupils”"),
        (Mapping(roles={"A": "unit", "B": "unit"}), "cannot both be “unit”"),
        (Mapping(left_out=frozenset({99})), "no line 99"),
        (Mapping(units={3: "63:999"}), "no unit has the code"),
        (Mapping(units={3: "63:941"}), "lies outside the place"),
    ],
)
def test_a_mapping_that_does_not_fit_is_refused(decided: Mapping, says: str) -> None:
    with pytest.raises(TableError, match=says):
        proposed(table(COUNTS, header=["Đã cài"]), decided=decided)


@pytest.mark.parametrize(
    ("decided", "found"),
    [
        (Mapping(day=DAY - dt.timedelta(1)), {"2020-08-19": 5555}),
        (Mapping(days={"B": DAY - dt.timedelta(2)}), {"2020-08-18": 5555}),
        (Mapping(left_out=frozenset({8})), {}),
        (Mapping(roles={"B": "ignore"}), {}),
        (Mapping(units={8: "63:936"}), {}),
        (Mapping(names={"Vị Thủy": "63:936"}), {}),
    ],
)
def test_what_an_officer_decides_holds(decided: Mapping, found: dict[str, int]) -> None:
    assert stored(proposed(table(COUNTS, header=["Đã cài"]), decided=decided)).get("63:935", {}) == found


def test_the_whole_mapping_of_a_proposal_yields_the_same_rows() -> None:
    rows = table(PEOPLE, COUNTS, SHARES, header=["Dân số", "Đã cài", "Tỷ lệ"], total=True)
    first = proposed(rows)
    again = proposed(rows, decided=Mapping.from_dict(first.decided.to_dict()))
    assert [(row.unit, row.values) for row in again.stored] == [(row.unit, row.values) for row in first.stored]
    assert again.unsure == ()
    assert replace(again.decided, taken=frozenset()) == first.decided


def test_a_form_is_known_again_by_its_shape() -> None:
    shapes = {
        proposed(table(COUNTS, header=[header])).shape for header in ("Đã cài đến 19/8", "Đã cài đến 20/8", "Cài mới")
    }
    assert len(shapes) == 2


@pytest.mark.parametrize(
    ("purpose", "rows", "roles"),
    [
        (TARGETS, table(COUNTS, ["A"] * 8, header=["Chỉ tiêu giao", "Người phụ trách"]), "unit target responsible"),
        (TARGETS, table([30] * 8, header=["Chỉ tiêu tỷ lệ (%)"]), "unit target_percent"),
        (POPULATIONS, table(PEOPLE, COUNTS, header=["Dân số", "Số điện thoại thông minh"]),
         "unit headcount smartphones"),
        (ORGANISATIONS,
         [["STT", "Tên trường", "Xã", "Sĩ số", "Hiệu trưởng"], [1, "THCS Vị Trung", "Vị Trung", 500, "Nguyễn A"],
          [2, "THCS Vị Đông", "Vị Đông", 450, "Trần B"]], "ignore unit parent headcount head"),
    ],
)  # fmt: skip
def test_other_uploads_take_their_own_roles(purpose: Purpose, rows: Rows, roles: str) -> None:
    assert roles_of(proposed(rows, purpose=purpose)) == roles


@pytest.mark.parametrize("column", ["the unit", "the number", "the header"])
def test_a_file_of_long_cells_costs_no_more_than_one_of_many(column):
    long = "huyện Châu Thành A tỉnh Hậu Giang " * 400
    cells = {
        "the unit": [f"18/8/2020;{at} {long};{at}" for at in range(60)],
        "the number": [f"18/8/2020;Vị Thủy;{'1.' * 7_000}{at}" for at in range(60)],
        "the header": [";".join(f"{long}{at}" for at in range(60))],
    }
    data = "\n".join(["Ngày;Đơn vị;Số lượt cài", *cells[column]]).encode()
    context = Context(catalogue.all_units(), dt.date(2020, 8, 18), UnitCode.parse("63:93"), catalogue.figures())
    start = time.process_time()
    with contextlib.suppress(TableError):
        propose(open_book(data), context)
    assert time.process_time() - start < 2
    assert load_of(data).cells > 20_000
