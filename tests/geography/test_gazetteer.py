"""Finding a province by what people write, on a date."""

from __future__ import annotations

import datetime as dt
import unicodedata
from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bluezone.geography import catalogue
from bluezone.geography.errors import AmbiguousUnitError, GeographyError, UnitNotInForceError, UnknownUnitError
from bluezone.geography.gazetteer import Around, Gazetteer
from bluezone.geography.units import Level, Unit, UnitCode, nation_on

AUGUST_2020 = dt.date(2020, 8, 13)
TODAY = dt.date(2026, 11, 24)


@pytest.mark.parametrize(
    ("text", "digits"),
    [
        ("Hậu Giang", "93"),
        ("hau giang", "93"),
        ("tỉnh Hậu Giang", "93"),
        ("Tinh Hau Giang", "93"),
        ("T. Hậu Giang", "93"),
        ("HẬU GIANG", "93"),
        ("Hậu  Giang ", "93"),
        ("Hau Giang province", "93"),
        ("HauGiang", "93"),
        ("93", "93"),
        ("63:93", "93"),
        ("1", "01"),
        ("TP.HCM", "79"),
        ("TPHCM", "79"),
        ("TP. Hồ Chí Minh", "79"),
        ("Thành phố Hồ Chí Minh", "79"),
        ("Tp HCM", "79"),
        ("Ho Chi Minh City", "79"),
        ("Sài Gòn", "79"),
        ("Thừa Thiên - Huế", "46"),
        ("Thừa Thiên-Huế", "46"),
        ("Thừa Thiên Huế", "46"),
        ("TT-Huế", "46"),
        ("TT. Huế", "46"),
        ("Huế", "46"),
        ("Bà Rịa-Vũng Tàu", "77"),
        ("Bà Rịa – Vũng Tàu", "77"),
        ("BR-VT", "77"),
        ("Vũng Tàu", "77"),
        ("Hoà Bình", "17"),
        ("Hòa Bình", "17"),
        ("Đắc Lắc", "66"),
        ("Đăk Lăk", "66"),
        ("Daklak", "66"),
        ("Ðồng Nai", "75"),  # the Icelandic eth of old fonts
        ("Kontum", "62"),
        ("TP Hà Nội", "01"),
        ("Thủ đô Hà Nội", "01"),
        ("Hanoi", "01"),
        ("TP Huế", "46"),
        ("Tp. Đà Nẵng", "48"),
        ("Đà-Nẵng", "48"),
        ("Thanh Hoá", "38"),
    ],
)
@pytest.mark.parametrize("form", ["NFC", "NFD"])
def test_a_province_is_found_however_it_is_written(text: str, digits: str, form: str) -> None:
    written = unicodedata.normalize(form, text)
    found = catalogue.provinces().find(written, on=AUGUST_2020, level=Level.PROVINCE)
    assert found.code == UnitCode("63", digits)


def test_every_province_of_either_system_is_found_by_each_of_its_names() -> None:
    for date in (AUGUST_2020, TODAY):
        for unit in catalogue.provinces().of_level(Level.PROVINCE, date):
            for text in (unit.name, unit.full_name, unit.code.digits, str(unit.code), unit.name.upper()):
                assert catalogue.provinces().find(text, on=date) == unit


@pytest.mark.parametrize(("date", "count"), [(dt.date(2025, 6, 30), 63), (dt.date(2025, 7, 1), 34)])
def test_there_are_63_provinces_until_30_june_2025_and_34_since(date: dt.date, count: int) -> None:
    assert len(catalogue.provinces().of_level(Level.PROVINCE, date)) == count


def test_hau_giang_is_in_can_tho_since_july_2025() -> None:
    with pytest.raises(UnitNotInForceError, match=r"Tỉnh Hậu Giang no longer existed on 2026-11-24.*Thành phố Cần Thơ"):
        catalogue.provinces().find("Hậu Giang", on=TODAY)


def test_hue_as_a_city_of_the_34_did_not_exist_in_2020() -> None:
    with pytest.raises(UnitNotInForceError, match="did not exist on 2020-08-13"):
        catalogue.provinces().find("34:46", on=AUGUST_2020)


def test_a_code_means_the_province_of_its_own_system() -> None:
    gazetteer = catalogue.provinces()
    assert gazetteer.find("24", on=AUGUST_2020).name == "Bắc Giang"
    assert gazetteer.find("24", on=TODAY).name == "Bắc Ninh"
    assert gazetteer.find("Lào Cai", on=AUGUST_2020).code.digits == "10"
    assert gazetteer.find("Lào Cai", on=TODAY).code.digits == "15"


def test_a_merged_province_names_its_successor_and_the_new_one_its_parts() -> None:
    gazetteer = catalogue.provinces()
    (went_to,) = gazetteer.successors(UnitCode("63", "93"))
    assert went_to.successor == UnitCode("34", "92")
    parts = [part.predecessor.digits for part in gazetteer.predecessors(went_to.successor)]
    assert parts == ["92", "93", "94"]


@pytest.mark.parametrize("text", ["", "  ", "Atlantis", "999", "12345678", "63:", "63:9x", "99:01", "Hậu Gian g x"])
def test_what_is_no_unit_is_refused_with_one_clear_error(text: str) -> None:
    with pytest.raises(GeographyError):
        catalogue.provinces().find(text, on=AUGUST_2020)


def test_a_misspelt_name_is_refused_with_the_nearest_one() -> None:
    with pytest.raises(UnknownUnitError, match="nearest: Hậu Giang"):
        catalogue.provinces().find("Hậu Giangg", on=AUGUST_2020)


@given(st.text(max_size=40))
def test_any_text_finds_a_unit_or_one_error(text: str) -> None:
    try:
        found: object = catalogue.provinces().find(text, on=AUGUST_2020)
    except GeographyError as error:
        found = error
    assert isinstance(found, Unit) or str(found)


def _gazetteer_with_namesakes(more: Sequence[Unit] = ()) -> Gazetteer:
    old = "63"
    return Gazetteer(
        [
            Unit(UnitCode(old, "93"), "Hậu Giang", "Tỉnh Hậu Giang", None),
            Unit(UnitCode(old, "82"), "Tiền Giang", "Tỉnh Tiền Giang", None),
            Unit(UnitCode(old, "04"), "Cao Bằng", "Tỉnh Cao Bằng", None),
            Unit(UnitCode(old, "040"), "Cao Bằng", "Thành phố Cao Bằng", UnitCode(old, "04")),
            Unit(UnitCode(old, "933"), "Châu Thành", "Huyện Châu Thành", UnitCode(old, "93")),
            Unit(UnitCode(old, "821"), "Châu Thành", "Huyện Châu Thành", UnitCode(old, "82")),
            Unit(UnitCode(old, "936"), "Long Mỹ", "Huyện Long Mỹ", UnitCode(old, "93")),
            Unit(UnitCode(old, "937"), "Long Mỹ", "Thị xã Long Mỹ", UnitCode(old, "93")),
            *more,
        ]
    )


def test_namesakes_are_told_apart_by_the_unit_above_them() -> None:
    gazetteer = _gazetteer_with_namesakes()
    with pytest.raises(AmbiguousUnitError) as error:
        gazetteer.find("Châu Thành", on=AUGUST_2020)
    assert error.value.candidates == ("Huyện Châu Thành, Tỉnh Hậu Giang", "Huyện Châu Thành, Tỉnh Tiền Giang")
    for text in (
        "Châu Thành, Hậu Giang",
        "Chau Thanh (Hau Giang)",
        "H. Châu Thành - Hậu Giang",
        "Châu Thành,Hậu Giang",
    ):
        assert gazetteer.find(text, on=AUGUST_2020).code.digits == "933"
    assert gazetteer.find("Châu Thành", on=AUGUST_2020, within=UnitCode("63", "82")).code.digits == "821"


def test_a_unit_of_which_only_one_lies_in_any_of_the_namesakes_above_needs_no_province() -> None:
    communes = [
        Unit(UnitCode("63", "31359"), "Ngã Sáu", "Thị trấn Ngã Sáu", UnitCode("63", "933")),
        Unit(UnitCode("63", "31360"), "Đông Phú", "Xã Đông Phú", UnitCode("63", "933")),
        Unit(UnitCode("63", "28540"), "Đông Phú", "Xã Đông Phú", UnitCode("63", "821")),
    ]
    gazetteer = _gazetteer_with_namesakes(communes)
    assert gazetteer.find("Thị trấn Ngã Sáu, Huyện Châu Thành", on=AUGUST_2020).code.digits == "31359"
    with pytest.raises(AmbiguousUnitError) as error:
        gazetteer.find("Đông Phú, Châu Thành", on=AUGUST_2020)
    assert len(error.value.candidates) == 2
    with pytest.raises(UnknownUnitError):
        gazetteer.find("Xã Tân Phú, Huyện Châu Thành", on=AUGUST_2020)


def test_the_kind_in_the_prefix_tells_a_town_from_its_district() -> None:
    gazetteer = _gazetteer_with_namesakes()
    assert gazetteer.find("TX Long Mỹ", on=AUGUST_2020).code.digits == "937"
    assert gazetteer.find("H.Long Mỹ", on=AUGUST_2020).code.digits == "936"
    with pytest.raises(AmbiguousUnitError):
        gazetteer.find("Long Mỹ", on=AUGUST_2020)


@pytest.mark.parametrize(
    ("text", "within"),
    [
        ("Thành phố Vị Thanh", "63:935"),  # the district of Vị Thủy has a commune Vị Thanh
        ("Huyện Phú Tân", "63:93"),  # Hậu Giang has a commune Phú Tân, An Giang the district
        ("Xã Hậu Giang", "63:93"),
    ],
)
def test_a_prefix_of_another_level_names_another_unit(text: str, within: str) -> None:
    with pytest.raises(UnknownUnitError):
        catalogue.all_units().find(text, on=AUGUST_2020, within=UnitCode.parse(within))


def test_a_kind_that_changed_at_its_level_still_finds_the_unit() -> None:
    assert catalogue.all_units().find("Huyện Ngã Bảy", on=AUGUST_2020).full_name == "Thành phố Ngã Bảy"


def test_a_bare_name_means_the_highest_unit_that_bears_it() -> None:
    gazetteer = _gazetteer_with_namesakes()
    assert gazetteer.find("Cao Bằng", on=AUGUST_2020).level is Level.PROVINCE
    assert gazetteer.find("TP Cao Bằng", on=AUGUST_2020).level is Level.DISTRICT
    assert gazetteer.find("Cao Bằng", on=AUGUST_2020, level=Level.DISTRICT).code.digits == "040"


def test_a_unit_stands_among_its_peers_and_over_its_parts() -> None:
    on = dt.date(2020, 8, 13)
    gazetteer = catalogue.all_units()
    province = gazetteer.find("Hậu Giang", on=on)
    around = gazetteer.around(province, on)
    assert len(around.peers) == 63
    assert province in around.peers
    assert {each.parent for each in around.parts} == {province.code}
    assert gazetteer.around(nation_on(dt.date(2020, 8, 13)), on) == Around(peers=(), parts=around.peers)
