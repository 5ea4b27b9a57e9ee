"""Names of units as offices write them, among those of Hậu Giang."""

from __future__ import annotations

import pytest
from tests.spreadsheets.sheets import DAY

from bluezone.geography import catalogue
from bluezone.geography.units import UnitCode
from bluezone.spreadsheets import units

PROVINCE = UnitCode.parse("63:93")


def finder() -> units.Finder:
    return units.Finder(units.scope_of(catalogue.all_units(), PROVINCE, DAY))


def chosen(*names: str, level: str = "") -> list[str]:
    rows = [units.Named(line, name) for line, name in enumerate(names, start=1)]
    units.choose(finder(), rows, level)
    return [row.unit.full_name if row.unit else "" for row in rows]


@pytest.mark.parametrize(
    ("name", "unit"),
    [
        ("Huyện Châu Thành A", "Huyện Châu Thành A"),
        ("TP. Vị Thanh", "Thành phố Vị Thanh"),
        ("TX Long Mỹ", "Thị xã Long Mỹ"),
        ("H. Long Mỹ", "Huyện Long Mỹ"),
        ("Chau Thanh A", "Huyện Châu Thành A"),
        ("HUYỆN PHỤNG HIỆP", "Huyện Phụng Hiệp"),
        ("1. Huyện Vị Thủy", "Huyện Vị Thủy"),
        ("II. Phụng Hiệp", "Huyện Phụng Hiệp"),
        ("- Vị Thủy (10 xã)", "Huyện Vị Thủy"),
        ("UBND huyện Vị Thủy", "Huyện Vị Thủy"),
        ("Phường 4", "Phường IV"),
        ("Tỉnh Hậu Giang", "Tỉnh Hậu Giang"),
        ("Vị Thanh, Hậu Giang", "Thành phố Vị Thanh"),
        ("Vị Thủyy", "Huyện Vị Thủy"),
        ("P.Hiệp", "Huyện Phụng Hiệp"),
        ("Trường Long A", "Xã Trường Long A"),
        ("Trường THCS Vị Thanh", ""),
        ("Công an huyện Vị Thủy", ""),
        ("HTX Vị Thắng", ""),
        ("Huyện Kế Sách", ""),
        ("", ""),
    ],
)
def test_a_name_means_a_unit_of_the_place(name: str, unit: str) -> None:
    assert chosen(name, level="district" if unit.startswith("Huyện") else "") == [unit]


@pytest.mark.parametrize(
    ("names", "level", "found"),
    [
        # the header or most rows tell the level
        (["Vị Thanh", "Vị Thủy", "Vị Đông"], "commune", ["Xã Vị Thanh", "Xã Vị Thủy", "Xã Vị Đông"]),
        (["Vị Thanh", "Vị Thủy", "Ngã Bảy"], "", ["Thành phố Vị Thanh", "Huyện Vị Thủy", "Thành phố Ngã Bảy"]),
        # a name that another row bears better is the other unit of that name
        (["Long Mỹ", "TX Long Mỹ", "Vị Thủy"], "", ["Huyện Long Mỹ", "Thị xã Long Mỹ", "Huyện Vị Thủy"]),
        # a group's row gives its place to those below it
        (["Huyện Châu Thành", "Đông Phú", "Thành phố Vị Thanh", "Phường I"], "",
         ["Huyện Châu Thành", "Xã Đông Phú", "Thành phố Vị Thanh", "Phường I"]),
        # among offices the office of a place is no place
        (["Sở Y tế", "Sở Nội vụ", "UBND huyện Vị Thủy"], "", ["", "", ""]),
        (["UBND huyện Vị Thủy", "UBND huyện Long Mỹ"], "", ["Huyện Vị Thủy", "Huyện Long Mỹ"]),
    ],
)  # fmt: skip
def test_the_rows_of_a_table_are_chosen_together(names: list[str], level: str, found: list[str]) -> None:
    assert chosen(*names, level=level) == found


def test_a_unit_may_have_several_rows_in_a_long_table() -> None:
    assert chosen("Long Mỹ", "TX Long Mỹ", level="district")[1] == "Thị xã Long Mỹ"
    assert chosen("Vị Thủy", "Huyện Vị Thủy") == ["Huyện Vị Thủy"] * 2


def test_what_is_left_is_offered_for_a_name_that_nobody_knows() -> None:
    names = [
        "Vị Thanh",
        "Ngã Bảy",
        "Châu Thành A",
        "Châu Thành",
        "Phụng Hiệp",
        "TX Long Mỹ",
        "Huyện Long Mỹ",
        "Tân Hải",
    ]
    rows = [units.Named(line, name) for line, name in enumerate(names, start=1)]
    units.choose(finder(), rows, "district")
    assert rows[-1].unit is None
    assert [fit.unit.name for fit in rows[-1].fits if fit.unit.level == 2] == ["Vị Thủy"]


@pytest.mark.parametrize(
    ("code", "unit"),
    [("930", "Thành phố Vị Thanh"), ("63:935", "Huyện Vị Thủy"), ("001", ""), ("x", ""), ("99999", ""), ("63:VN", "")],
)
def test_codes_are_found_within_the_place(code: str, unit: str) -> None:
    found = finder().by_code(code)
    assert (found.full_name if found else "") == unit


def test_units_of_other_places_are_named_as_such() -> None:
    assert finder().elsewhere("Huyện Kế Sách") == "Huyện Kế Sách, Tỉnh Sóc Trăng"
    assert finder().elsewhere("Sở Y tế") == ""


def test_titles_name_a_unit_with_its_kind() -> None:
    found = units.named_in(finder(), ["UBND HUYỆN VỊ THỦY", "Số liệu cài đặt Bluezone"])
    assert found is not None
    assert found.name == "Vị Thủy"
