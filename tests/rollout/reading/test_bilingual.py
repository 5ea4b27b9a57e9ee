"""Names of units that are written twice, in Vietnamese and in English or without signs."""

from __future__ import annotations

import datetime as dt

import pytest
from tests.rollout.reading.building import book
from tests.rollout.reading.reads import asked, read_rows

from bluezone.geography import catalogue
from bluezone.rollout.reading.bilingual import written_twice
from bluezone.rollout.reading.certainty import guess_surely
from bluezone.rollout.reading.interpret import names_on

#: district, as its kind and its bare name -> its code
DISTRICTS = {
    ("Thành phố", "Lào Cai"): "63:080", ("Huyện", "Bát Xát"): "63:082", ("Huyện", "Bắc Hà"): "63:085",
    ("Huyện", "Si Ma Cai"): "63:084", ("Huyện", "Văn Bàn"): "63:089", ("Thị xã", "Sa Pa"): "63:088",
}  # fmt: skip
BARE = {"Lào Cai": "Lao Cai", "Bát Xát": "Bat Xat", "Bắc Hà": "Bac Ha", "Văn Bàn": "Van Ban"}
LEVELS = {"Thành phố": "City", "Huyện": "District", "Thị xã": "Town"}


@pytest.mark.parametrize("head", ["Đơn vị", "Huyện", "Huyện/Thành phố"])
@pytest.mark.parametrize(
    "shape",
    [
        "{kind} {name} - {bare} {level}",
        "{kind} {name} – {bare} {level}",
        "{kind} {name} - {bare}",
        "{kind} {name} ({bare} {level})",
        "{kind} {name} ({bare})",
        "{kind} {name}/{bare} {level}",
        "{kind} {name} / {bare}",
        "{kind} {name}, {bare} {level}",
        "{kind} {name}\n{bare} {level}",
        "{bare} {level} - {kind} {name}",
        "{bare} {level}",
        "UBND {kind} {name} - {bare} {level}",
        "{name} - {bare} {level}",
        "{name} ({bare})",
        "{name} - {bare}",
    ],
)
def test_a_district_whose_name_is_written_twice_is_no_commune(shape: str, head: str) -> None:
    names = {
        shape.format(kind=kind, name=name, bare=BARE.get(name, name), level=LEVELS[kind]): code
        for (kind, name), code in DISTRICTS.items()
    }
    rows = [[name, 400 + n] for n, name in enumerate(names)]
    reading = read_rows(
        book(("Sheet1", [["Bluezone đến 31/8/2020"], [head, "Số lượt cài đặt"], *rows])), within="63:10"
    )
    assert not asked(reading)
    units = {
        " ".join(figure.written.split()): str(figure.unit.code) if figure.unit else "" for figure in reading.figures
    }
    assert units == {" ".join(name.split()): code for name, code in names.items()}


@pytest.mark.parametrize(
    ("text", "codes"),
    [
        ("Huyện Bát Xát - Bat Xat", {"63:082"}),
        ("Thị trấn Bát Xát - Bat Xat Townlet", {"63:02683"}),
        ("Thị trấn Bát Xát - Bat Xat District", {"63:02683"}),  # the townlet of the district
        ("Thị trấn Bát Xát - Huyện Bát Xát", {"63:02683"}),
        ("Huyện Bát Xát - Lào Cai", {"63:082"}),
        ("Huyện Bát Xát - Cốc Mỳ", {"63:02704"}),
        ("TX Long Mỹ - Long My Town", {"63:937"}),
        ("Huyện Long Mỹ/Long My District", {"63:936"}),
        ("Long My District", {"63:936"}),
        ("District 1", {"63:760"}),
        ("Quận 1 - District 1", {"63:760"}),
        ("Xã Vị Bình - Vi Binh Commune", {"63:31468"}),
        ("Vị Bình (Vị Thủy)", {"63:31468"}),
        ("Tỉnh Lào Cai - Lao Cai Province", {"63:10"}),
        #: the district, or a commune that is called as it is: the rows beside it tell, or a question
        ("Huyện Vị Thủy - Vị Thủy", {"63:935", "63:31447"}),
    ],
)
def test_units_of_a_text(text: str, codes: set[str]) -> None:
    names = names_on(catalogue.all_units(), dt.date(2020, 8, 20))
    assert {str(each.unit.code) for each in names.matches(text)} == codes


@pytest.mark.parametrize(
    ("text", "once"),
    [
        ("Huyện Bát Xát - Bat Xat District", "Huyện Bát Xát"),
        ("Huyện Phú Quốc - Phu Quoc Island District", "Huyện Phú Quốc"),
        ("Bat Xat District/Huyện Bát Xát", "Huyện Bát Xát"),
        ("Bát Xát Bat Xat", "Bát Xát"),
        ("Huyện Bát Xát - Bat Xat District People's Committee", "Huyện Bát Xát"),
        ("Bát Xát - huyện Bát Xát", None),
        ("Vị Thủy - Vị Thủy", None),
        ("Huyện Vị Thủy - Hậu Giang", None),
        ("Huyện Vị Thủy - Chi cục thuế", None),
        ("Phường 1 - Phường 2", None),
        ("", None),
    ],
)
def test_what_is_written_twice(text: str, once: str | None) -> None:
    found = written_twice(text)
    assert (found.text if found else None) == once


@pytest.mark.parametrize(("header", "kind", "of"), [
    ("Người thân NV đã cài / Staff relatives installed", "installs", "families"),
    ("Cài mới / Newly installed", "increase", ""),
    ("Khách được giới thiệu / Guests informed", "asked", "guests"),
    ("Đã có sẵn\nAlready had", "had", ""),
    ("Đã cài / Không cài", "joined", ""),
    ("Dân số / Ho", "joined", ""),
])  # fmt: skip
def test_english_behind_a_header_says_nothing_else(header: str, kind: str, of: str) -> None:
    found = guess_surely([header])
    assert (found.kind, found.of) == (kind, of)


def test_a_hotel_may_be_named_in_english() -> None:
    head = ["Ngày", "Khách được giới thiệu / Guests informed", "Từ chối"]
    rows = [["MŨI NÉ BAY RESORT"], ["Khách cài Bluezone"], head,
            [dt.date(2020, 8, 17), 29, 5], [dt.date(2020, 8, 18), 34, 8]]  # fmt: skip
    reading = read_rows(book(("Guests", rows)))
    assert not asked(reading)
    assert {figure.name for figure in reading.figures} == {"MŨI NÉ BAY RESORT"}
