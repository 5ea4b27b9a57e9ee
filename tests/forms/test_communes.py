"""Finding one's commune: by table, and the list against the gazetteer it was made from."""

from __future__ import annotations

import csv
import io
import runpy
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bluezone.forms import communes

TOOL = Path(__file__).resolve().parents[2] / "tools" / "phone_communes.py"


@pytest.mark.parametrize(
    ("query", "first"),
    [
        ("Long Mỹ", "Phường Long Mỹ, Cần Thơ"),
        ("long my", "Phường Long Mỹ, Cần Thơ"),
        ("LONG MY", "Phường Long Mỹ, Cần Thơ"),
        ("phường long mỹ", "Phường Long Mỹ, Cần Thơ"),
        ("p. Long Mỹ, Cần Thơ", "Phường Long Mỹ, Cần Thơ"),
        ("vi thanh can tho", "Phường Vị Thanh, Cần Thơ"),
        ("Đặc khu Trường Sa", "Đặc khu Trường Sa, Khánh Hòa"),
        ("hoang sa", "Đặc khu Hoàng Sa, Đà Nẵng"),
        ("long tri hau giang", "Phường Long Mỹ, Cần Thơ"),
    ],
)
def test_a_commune_is_found_as_people_write_it(query: str, first: str) -> None:
    assert communes.search(query)[0].full_name == first


def test_half_a_word_is_enough() -> None:
    assert "Phường Long Mỹ, Cần Thơ" in [found.full_name for found in communes.search("long m")]


def test_what_fits_less_well_does_not_hide_what_fits() -> None:
    found = communes.search("long my")
    assert found[0].full_name == "Phường Long Mỹ, Cần Thơ"
    assert {each.full_name for each in found} > {"Phường Long Bình, Cần Thơ"}, "of the former district Long Mỹ"
    assert "Phường Mỹ Tho" not in {each.name for each in found}


def test_decomposed_letters_are_the_same() -> None:
    assert communes.search("Long My\u0303")[0] == communes.search("Long Mỹ")[0]


def test_with_diacritics_the_exact_name_comes_first() -> None:
    for query in ("Hòa Bình", "Hoà Bình", "An Phú"):
        assert communes.search(query)[0].name.split(" ", 1)[1] == query.replace("oà", "òa")


@pytest.mark.parametrize("query", ["", "   ", "zzzz", "!!!", "x" * 10_000, "\0", "🙂", "‮Long"])
def test_what_is_no_name_finds_little_and_breaks_nothing(query: str) -> None:
    assert len(communes.search(query)) <= communes.MAX_FOUND


@given(st.text(max_size=80))
def test_any_text_may_be_typed(query: str) -> None:
    assert len(communes.search(query)) <= communes.MAX_FOUND


def test_a_code_names_its_commune() -> None:
    found = communes.commune_of("34:31471")
    assert found is not None
    assert (found.full_name, found.province) == ("Phường Long Mỹ, Cần Thơ", "34:92")
    assert communes.commune_of("34:99999") is None


def test_the_list_is_what_the_gazetteer_says() -> None:
    """Where this fails, `python tools/phone_communes.py` writes the list anew."""
    made = [tuple(row) for row in runpy.run_path(str(TOOL))["rows"]()]
    shipped = (Path(communes.__file__).parent / "data" / "communes.csv").read_text("utf-8")
    kept = [tuple(row) for row in csv.reader(io.StringIO(shipped))]
    assert kept[1:] == made
