from __future__ import annotations

import datetime as dt

import pytest

from bluezone.epidemic.errors import EpidemicError
from bluezone.epidemic.places import place_of
from bluezone.geography.errors import GeographyError


@pytest.mark.parametrize("name", ["Hậu Giang", "hau giang", "tỉnh Hậu Giang", "63:93"])
def test_hau_giang_has_the_people_of_its_census(name: str) -> None:
    assert place_of(name).people == 733_017


def test_a_name_without_a_date_means_the_place_of_august_2020() -> None:
    assert place_of("Cần Thơ").people == 1_235_171
    assert place_of("Cần Thơ", dt.date(2026, 1, 1)).people == 3_167_841


@pytest.mark.parametrize("on", [dt.date(2020, 8, 13), dt.date(2026, 1, 1)])
def test_every_province_of_either_system_can_be_asked_about(on: dt.date) -> None:
    """63 until June 2025, 34 since; Cần Thơ is in both, with other borders."""
    from bluezone.geography import catalogue
    from bluezone.geography.units import Level

    names = [unit.full_name for unit in catalogue.provinces().of_level(Level.PROVINCE, on)]
    assert len(names) == (63 if on.year == 2020 else 34)
    people = {name: place_of(name, on).people for name in names}
    assert min(people.values()) > 300_000
    assert sum(people.values()) > 95_000_000
    assert any("Cần Thơ" in name for name in names)


def test_the_nation_is_a_place() -> None:
    assert place_of("Việt Nam").people == 96_208_984


@pytest.mark.parametrize(
    ("name", "on", "message"),
    [
        ("Atlantis", None, "no unit is called"),
        ("Hậu Giang", dt.date(2026, 1, 1), "no longer existed"),
    ],
)
def test_a_place_that_is_not_there_is_said_in_a_sentence(name: str, on: dt.date | None, message: str) -> None:
    with pytest.raises((GeographyError, EpidemicError), match=message):
        place_of(name, on)
