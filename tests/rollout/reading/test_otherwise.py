"""Hold that a unit of the sender's place which a form spells with other spaces, hyphens or diacritics goes before one
elsewhere that is called exactly so, and that a total which counts a row that was left out is said."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict

import pytest
from tests.rollout.reading.building import book
from tests.rollout.reading.reads import asked, read_rows
from tests.tiers import first

from bluezone.geography import catalogue
from bluezone.geography.names import plain_key, squeezed
from bluezone.geography.units import Level, Unit, UnitCode

ON, SINCE = dt.date(2020, 8, 20), dt.date(2025, 3, 1)
DAY = ["KẾT QUẢ CÀI ĐẶT BLUEZONE ĐẾN NGÀY 20/8/2020"]
HEAD = ["Địa bàn", "Đã cài"]


def respelled() -> dict[UnitCode, list[tuple[UnitCode, str]]]:
    """Return the communes of the districts in which a list of 2025 spells one otherwise than that of 2020, as the later
    one does."""
    gazetteer = catalogue.all_units()
    later = {unit.code: unit for unit in gazetteer.of_level(Level.COMMUNE, SINCE)}
    found: dict[UnitCode, list[tuple[UnitCode, str]]] = defaultdict(list)
    changed = set()
    for unit in gazetteer.of_level(Level.COMMUNE, ON):
        other: Unit = later.get(unit.code, unit)
        alike = squeezed(plain_key(other.name)) == squeezed(plain_key(unit.name))
        name = other.name if alike else unit.name
        assert unit.parent is not None
        found[unit.parent].append((unit.code, f"{unit.kind.capitalize()} {name}"))
        if name != unit.name:
            changed.add(unit.parent)
    return {district: found[district] for district in changed}


@pytest.mark.parametrize("level", first(1, ["province", "district", "nobody"]))
def test_every_commune_that_is_spelled_otherwise_by_now_is_its_districts_own(level: str) -> None:
    gazetteer, districts = catalogue.all_units(), respelled()
    assert len(districts) > 50
    for code, communes in districts.items():
        district = gazetteer.unit(code, ON)
        within = {"province": str(district.parent), "district": str(code), "nobody": ""}[level]
        rows = [[name, 100 + at] for at, (_, name) in enumerate(communes)]
        title = [f"UBND {district.full_name.upper()}"]
        reading = read_rows(book(("S", [title, DAY, HEAD, *rows])), within=within)
        assert not asked(reading), district.full_name
        taken = {figure.unit.code: int(figure.value) for figure in reading.figures if figure.unit}
        assert taken == {commune: 100 + at for at, (commune, _) in enumerate(communes)}, district.full_name


SONG_HINH = ["Thị trấn Hai Riêng", "Xã Đức Bình Đông", "Xã Sơn Giang", "Xã Ea Trol"]


@pytest.mark.parametrize(
    ("written", "within", "code", "said"),
    [
        ("Xã Ea Bar", "63:54", "63:22225", False),  # the list has EaBar, another province an Ea Bar
        ("Xã Ea Bar", "63:561", "63:22225", False),
        ("Xã Ea-Bar", "63:54", "63:22225", False),
        ("xã Êa Bar", "63:54", "63:22225", False),
        ("Ea Bar", "63:54", "63:22225", False),
        ("Xã Ea Ly", "63:54", "63:22237", False),
        ("Xã Ealy", "63:54", "63:22237", False),
    ],
)
def test_a_communes_own_spelling(written: str, within: str, code: str, said: bool) -> None:
    rows = [[name, 100] for name in (*SONG_HINH, written)]
    reading = read_rows(book(("S", [["UBND HUYỆN SÔNG HINH"], DAY, HEAD, *rows])), within=within)
    assert not asked(reading)
    assert code in {str(figure.unit.code) for figure in reading.figures if figure.unit}
    assert any(notice.kind == "renamed" for notice in reading.notices) is said
    assert not any(notice.kind == "outside" for notice in reading.notices)


@pytest.mark.parametrize(
    ("rows", "within"),
    [
        ([["Huyện Đắk Glei", None], ["Xã Đăk Long", 100], ["Xã Đăk Man", 90], ["Huyện Đắk Hà", None],
          ["Xã Đăk Long", 80], ["Xã Đăk Ui", 70]], "63:62"),
        ([["Xã Đăk Long, huyện Đắk Glei", 100], ["Xã Đăk Man, huyện Đắk Glei", 90],
          ["Xã Đăk Long, huyện Đắk Hà", 80], ["Xã Đăk Ui, huyện Đắk Hà", 70]], "63:62"),
    ],
)  # fmt: skip
def test_two_districts_of_a_province(rows: list[list[object]], within: str) -> None:
    reading = read_rows(book(("S", [DAY, HEAD, *rows])), within=within)
    assert not asked(reading)
    taken = {str(figure.unit.code): int(figure.value) for figure in reading.figures if figure.unit}
    assert (taken["63:23368"], taken["63:23504"]) == (100, 80)


def test_a_row_of_another_place_is_not_taken_where_the_own_unit_has_a_row() -> None:
    written = ("Xã Đăk Man", "Xã Đăk Nhoong", "Xã Đăk Pék", "Xã Đắk Long", "Xã Đăk Long")
    rows = [[name, 100 + at] for at, name in enumerate(written)]
    reading = read_rows(book(("S", [["UBND HUYỆN ĐẮK GLEI"], DAY, HEAD, *rows])), within="63:610")
    assert not asked(reading)
    assert [notice.line for notice in reading.notices if notice.kind == "outside"] == [8]
    assert len(reading.figures) == 4


@pytest.mark.parametrize(
    ("other", "total", "sentence"),
    [
        ("Xã Thạnh Hòa", 440, "counts rows that were left out (Xã Thạnh Hòa): those that were taken add up to 400"),
        ("Xã Ea Trol (kế hoạch)", 440, "those that were taken add up to 400"),
        ("Xã Thạnh Hòa", 400, "but its rows add up to 440"),
        ("Xã Đức Bình Tây", 440, ""),
        ("Xã Đức Bình Tây", 400, "but its rows add up to 440"),
    ],
)
def test_a_total_over_a_row_that_was_left_out(other: str, total: int, sentence: str) -> None:
    rows = [*([name, 85 + 10 * at] for at, name in enumerate(SONG_HINH)), [other, 40], ["Tổng số", total]]
    reading = read_rows(book(("S", [["UBND HUYỆN SÔNG HINH"], DAY, HEAD, *rows])), within="63:561")
    assert not asked(reading)
    said = [str(notice.text) for notice in reading.notices if notice.kind == "total"]
    assert len(said) == bool(sentence)
    assert all(sentence in text for text in said)
