"""Hamlets and classes that head columns beside one of days are units, as districts are; `Cộng` is their check sum."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence

import pytest
from tests.rollout.reading.building import book
from tests.rollout.reading.reads import asked, read_rows, taken

from bluezone.rollout.reading.across import is_corner, is_hamlet_named, is_of_hamlet, part_named, units_in_corner
from bluezone.rollout.reading.errors import TableError
from bluezone.rollout.reading.results import Reading

DAYS = [dt.date(2020, 8, day) for day in (17, 19, 21, 24)]
BOOK = [["UBND XÃ VỊ BÌNH"], ["SỔ THEO DÕI SỐ NGƯỜI ĐÃ CÀI BLUEZONE (cộng dồn)"], []]
SCHOOL = [["TRƯỜNG THCS VỊ BÌNH"], ["SỐ HỌC SINH ĐÃ CÀI BLUEZONE (cộng dồn)"], []]
HAMLETS = ("Ấp Hội Thành", "Ấp Hội An", "Ấp Vị Thanh")  # Hội An and Vị Thanh are cities, too
Beside = tuple[str, Callable[[int], object]]


def values(day: int, names: Sequence[str]) -> list[int]:
    """Return what each name has on a day, by the day's place."""
    return [100 + 10 * day + number for number in range(len(names))]


def table(
    names: Sequence[str], total: str = "Cộng", first: str = "Ngày", beside: Sequence[Beside] = ()
) -> list[list[object]]:
    """Return a table with days down and names across, a sum and further columns behind them."""
    rows: list[list[object]] = [[first, *names, *([total] if total else []), *(header for header, _ in beside)]]
    for day, date in enumerate(DAYS):
        counts = values(day, names)
        rows.append([date, *counts, *([sum(counts)] if total else []), *(value(day) for _, value in beside)])
    return rows


def read(rows: Sequence[Sequence[object]], merged: Sequence[str] = ()) -> Reading:
    """Return a sheet as read for the province of Hậu Giang."""
    return read_rows(book(("Sheet1", rows, merged)), name="so.xlsx")


def found(reading: Reading) -> set[tuple[str, str, int]]:
    """Return the installs read: name, day, value; of names that are no unit of the country only."""
    assert not asked(reading)
    assert all(figure.unit is None for figure in reading.figures)
    return {(figure.name, str(figure.date), int(figure.value)) for figure in reading.figures
            if figure.kind == "installs"}  # fmt: skip


def wanted(names: Sequence[str]) -> set[tuple[str, str, int]]:
    """Return what a table says."""
    return {(name, str(date), value) for day, date in enumerate(DAYS)
            for name, value in zip(names, values(day, names), strict=True)}  # fmt: skip


@pytest.mark.parametrize(
    "names",
    [HAMLETS, ("Thôn 1", "Thôn 2"), ("Khóm 1", "Khóm 2", "Khóm 3"), ("Xóm Đình", "Xóm 5"), ("Bản Nà Lếch", "Bản Co"),
     ("Buôn Ea Tiêu", "Buôn Kram"), ("KP1", "KP2"), ("Khu phố 1", "Khu phố 2"), ("Tổ 1", "Tổ 2"), ("TDP 3", "TDP 4"),
     ("Khu vực 1", "Khu vực 2"), ("Ap 1", "Ap Hoi An"), ("ẤP 1", "ẤP 2"), ("Tiểu khu 1", "Tổ dân phố 2")],
)  # fmt: skip
@pytest.mark.parametrize("total", ["Cộng", "", "Toàn xã"])
def test_hamlets_across_are_units(names: Sequence[str], total: str) -> None:
    assert found(read([*BOOK, *table(names, total)])) == wanted(names)


@pytest.mark.parametrize("first", ["Ngày/Ấp", "Ngày / Ấp", "Ấp/Ngày", "Ấp \\ Ngày", "Thời gian", "Ngày báo cáo"])
@pytest.mark.parametrize("total", ["Cộng", ""])
def test_the_corner_may_name_both(first: str, total: str) -> None:
    assert found(read([*BOOK, *table(HAMLETS, total, first)])) == wanted(HAMLETS)


@pytest.mark.parametrize("over", ["Ấp", "Các ấp", "Chia theo ấp"])
@pytest.mark.parametrize("total", [True, False])
@pytest.mark.parametrize(
    ("written", "names"),
    [(HAMLETS, HAMLETS), (("Hội Thành", "Hội An", "Vị Thanh"), ("Hội Thành", "Hội An", "Vị Thanh")),
     ((1, 2, 3), ("Ấp 1", "Ấp 2", "Ấp 3"))],
)  # fmt: skip
def test_their_kind_may_stand_over_the_names(
    over: str, total: bool, written: Sequence[object], names: Sequence[str]
) -> None:
    last: list[object] = ["Cộng"] if total else []
    rows = [*BOOK, ["Ngày", over, None, None, *last], [None, *written], *table(names, *last or [""])[1:]]  # type: ignore[arg-type]
    assert found(read(rows, ("A4:A5", "B4:D4", *(["E4:E5"] if total else [])))) == wanted(names)


@pytest.mark.parametrize("names", [("Lớp 6A", "Lớp 6B"), ("6A1", "6A2", "6A3"), ("LỚP 10 TOÁN", "LỚP 10 VĂN")])
@pytest.mark.parametrize("total", ["Cộng", "", "Toàn trường"])
def test_classes_across_are_read_by_the_same_rule(names: Sequence[str], total: str) -> None:
    reading = read([*SCHOOL, *table(names, total)])
    assert found(reading) == wanted(names)
    assert {of for _, of, _ in taken(reading)} == {"pupils"}
    assert not reading.notices


def test_a_wrong_sum_is_named() -> None:
    rows = [*BOOK, *table(HAMLETS)]
    rows[-1][-1] = 999
    reading = read(rows)
    assert found(reading) == wanted(HAMLETS)
    assert [notice.kind for notice in reading.notices] == ["total"]


@pytest.mark.parametrize("header", ["Tỷ lệ (%)", "Tăng so với hôm trước", "Số người được vận động"])
def test_what_counts_all_of_them_is_left_out_and_named(header: str) -> None:
    reading = read([*BOOK, *table(HAMLETS, beside=[(header, lambda day: 10 + day), ("Ghi chú", lambda _: "x")])])
    assert found(reading) == wanted(HAMLETS)
    assert [notice.text.values["columns"] for notice in reading.notices] == [f"F (“{header}”)"]


@pytest.mark.parametrize("other", ["Cơ quan", "Trường THCS Vị Bình"])
def test_an_office_beside_hamlets_is_one_of_the_names(other: str) -> None:
    assert found(read([*BOOK, *table([*HAMLETS, other])])) == wanted([*HAMLETS, other])


@pytest.mark.parametrize(
    "names", [("Ấp đã cài", "Ấp chưa cài"), ("Ban Chỉ đạo", "Ban CHQS"), ("Nam", "Nữ"), (*HAMLETS, "Linh tinh")]
)
def test_other_headers_are_no_hamlets(names: Sequence[str]) -> None:
    try:
        reading = read([*BOOK, *table(names)])
    except TableError:
        return
    assert all(figure.unit is not None for figure in reading.figures)


def test_several_counts_below_each_hamlet() -> None:
    rows = [*BOOK, ["Ngày", "Ấp 1", None, "Ấp 2", None], [None, "Cài mới", "Lũy kế", "Cài mới", "Lũy kế"],
            *[[date, 3, 30 + 3 * day, 5, 50 + 5 * day] for day, date in enumerate(DAYS)]]  # fmt: skip
    reading = read(rows, ("A4:A5", "B4:C4", "D4:E4"))
    assert found(reading) == {(name, str(date), start + step * day) for day, date in enumerate(DAYS)
                              for name, start, step in (("Ấp 1", 30, 3), ("Ấp 2", 50, 5))}  # fmt: skip


@pytest.mark.parametrize("corner", ["Ấp/Ngày", "Ngày/Ấp"])
def test_days_across_below_a_corner(corner: str) -> None:
    rows = [*BOOK, [corner, *DAYS], ["Hội An", 1, 2, 3, 4], ["Vị Thanh", 3, 4, 5, 6], ["Cộng", 4, 6, 8, 10]]
    assert found(read(rows)) == {(name, str(date), start + day) for day, date in enumerate(DAYS)
                                 for name, start in (("Hội An", 1), ("Vị Thanh", 3))}  # fmt: skip


@pytest.mark.parametrize("first", ["Ngày", "Ngày/Huyện"])
def test_districts_across_need_no_sum(first: str) -> None:
    rows = [["SỐ NGƯỜI ĐÃ CÀI BLUEZONE (cộng dồn)"], [], *table(("TP Vị Thanh", "Vị Thủy", "Châu Thành"), "", first)]
    rows = [[cell * 50 if isinstance(cell, int) else cell for cell in row] for row in rows]  # as many as districts have
    reading = read(rows)
    assert not asked(reading)
    assert {figure.unit.full_name for figure in reading.figures if figure.unit} == {
        "Thành phố Vị Thanh", "Huyện Vị Thủy", "Huyện Châu Thành",
    }  # fmt: skip
    assert len(reading.figures) == len(DAYS) * 3


@pytest.mark.parametrize(
    ("path", "name", "hamlet"),
    [(["Ấp 1"], "Ấp 1", True), (["Bản Mòng"], "Bản Mòng", True), (["Ban Dân vận"], "", False), (["Tổ Một"], "", False),
     (["Tổ chức Đoàn"], "", False), (["Khu A"], "Khu A", True), (["Khu cách ly"], "", False), (["3G"], "", False),
     (["Đội xe"], "", False), (["Tổ 2A"], "Tổ 2A", True),
     (["3A"], "3A", False), (["Ấp"], "", False), (["Thôn chưa báo cáo"], "", False), (["Ấp có người cài"], "", False),
     (["Lạng Sơn"], "", False), (["Áp dụng"], "", False), (["Ấp", "Cộng"], "", True), (["Thôn", "Đoài"], "Đoài", True),
     (["Thôn", "2"], "Thôn 2", True), (["Lớp", "6A"], "6A", False), (["Đã cài", "2"], "", False)],
)  # fmt: skip
def test_names_of_hamlets_and_classes(path: list[str], name: str, hamlet: bool) -> None:
    assert part_named(path) == name
    assert is_of_hamlet(path) is hamlet or not name


@pytest.mark.parametrize(
    ("text", "surely"),
    [("Ấp 1", True), ("Tổ dân phố 2", True), ("KP 3", True), ("Xóm Đình", True), ("Tổ 1", False), ("Khu A", False),
     ("Khu vực 2", False), ("Đội 1A", False), ("Tổ 3/2", False)],
)  # fmt: skip
def test_what_only_hamlets_are_called(text: str, surely: bool) -> None:
    assert is_hamlet_named(text)
    assert is_hamlet_named(text, surely=True) is surely


@pytest.mark.parametrize(
    ("text", "corner", "kind"),
    [("Ngày/Ấp", True, "hamlet"), ("Xã \\ Ngày", True, "commune"), ("Ngày - Đơn vị", True, "unit"),
     ("Ngày báo cáo", False, "unknown"), ("Ấp", False, "unknown"), ("Ngày Ấp 1 cài", False, "unknown")],
)  # fmt: skip
def test_corners(text: str, corner: bool, kind: str) -> None:
    assert is_corner(text) is corner
    assert units_in_corner(text) == kind
