"""Communes that their district spells otherwise than the list of units."""

from __future__ import annotations

import datetime as dt

import pytest
from tests.rollout.reading.building import book
from tests.rollout.reading.reads import asked, read_rows

from bluezone.geography import catalogue
from bluezone.geography.units import UnitCode
from bluezone.rollout.reading.names import Names
from bluezone.rollout.reading.near_names import is_spelled_nearly
from bluezone.rollout.reading.results import Reading

TUA_CHUA = "63:098"
NAMES = ("Thị trấn Tủa Chùa", "Xã Mường Báng", "Xã Mường Đun", "Xã Tủa Thàng", "Xã Huổi Só", "Xã Sính Phình",
         "Xã Trung Thu", "Xã Lao Xả Phình", "Xã Tả Phìn", "Xã Tả Sìn Thàng")  # fmt: skip


def of_communes(*more: str, without: str = "") -> Reading:
    """Return a form of the communes of Tủa Chùa as read, with some more of other names."""
    rows = [[name, 200 + n] for n, name in enumerate((*(each for each in NAMES if each != without), *more))]
    data = book(("Sheet1", [["KẾT QUẢ CÀI ĐẶT BLUEZONE ĐẾN 28/8/2020"], ["Xã, thị trấn", "Số người đã cài"], *rows]))
    return read_rows(data, within=TUA_CHUA)


def units_of(reading: Reading) -> dict[str, str]:
    """Return what each unit is called, by the name that its row bears."""
    return {figure.name: str(figure.unit) for figure in reading.figures}


@pytest.mark.parametrize(
    "more", [("Xã Xá Nhè", "Xã Sín Chải"), ("Xá Nhè", "Sín Chải"), ("Xã Xá Nhè", "Xã Xín Chải"), ("Xã Sín Chải",)]
)
def test_a_spelling_of_the_district_is_its_commune(more: tuple[str, ...]) -> None:
    reading = of_communes(*more)
    assert not asked(reading)
    assert len(reading.figures) == len(NAMES) + len(more)
    said = [str(notice.text.values["name"]) for notice in reading.notices if notice.kind == "renamed"]
    assert said == [name for name in more if name != "Xã Xín Chải"]
    assert "unknown-unit" not in {notice.kind for notice in reading.notices}


def test_no_name_is_taken_that_two_rows_or_no_free_unit_fit() -> None:
    both = of_communes("Xã Xáng Nhè", "Xã Xá Nhè")
    assert len(both.figures) == len(NAMES)
    again = of_communes("Xã Sáng Nhè", "Xã Xín Chải", "Xã Xá Nhè")
    assert [int(figure.value) for figure in again.figures] == [200 + n for n in range(len(NAMES) + 2)]
    assert [notice.kind for notice in again.notices] == ["unknown-unit"]


def test_another_spelling_is_not_said_to_be_of_a_later_day() -> None:
    reading = of_communes("Xã Sáng Nhè", "Xã Xín Chải", "Xã Xá Nhè", without="Xã Trung Thu")
    assert reading.question is not None
    assert reading.question.key == "unit:Xã Xá Nhè"
    assert "asked" not in reading.question.text.values
    assert ["Trung Thu" in str(choice.text.values) for choice in reading.question.choices] == [True, False]


@pytest.mark.parametrize(
    ("text", "near"),
    [("Xã Xá Nhè", True), ("Sá Nhè", True), ("xã Xáng Nhè", True), ("Sáng Nhè", False), ("Thị trấn Xá Nhè", True),
     ("Huyện Xá Nhè", False), ("Sáng Nha", False), ("Nhè", False), ("Sáng Nhè 2", False), ("Xa Nhè Sáng", False)],
)  # fmt: skip
def test_only_letters_that_sound_alike_differ(text: str, near: bool) -> None:
    names = Names(catalogue.all_units(), dt.date(2020, 8, 28))
    unit = names.units[UnitCode.parse("63:03244")]
    assert unit.name == "Sáng Nhè"
    assert is_spelled_nearly(text, unit) is near
