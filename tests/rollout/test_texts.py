"""Names of units and sentences of errors, in Vietnamese and English."""

from __future__ import annotations

import datetime as dt

import pytest

from bluezone.geography import catalogue
from bluezone.geography.errors import UnitNotInForceError
from bluezone.i18n import Language
from bluezone.rollout.texts import translator, unit_name, unit_name_in_sentence

VI, EN = Language.VIETNAMESE, Language.ENGLISH


def test_units_are_named_as_each_language_names_them() -> None:
    unit = catalogue.all_units().find("Châu Thành, Hậu Giang", on=dt.date(2020, 8, 13))
    assert unit_name(unit, VI) == "Huyện Châu Thành"
    assert unit_name_in_sentence(unit, VI) == "huyện Châu Thành"
    assert unit_name(unit, EN) == unit_name_in_sentence(unit, EN) == "Châu Thành district"
    province = catalogue.provinces().find("Hậu Giang", on=dt.date(2020, 8, 13))
    assert unit_name(province, EN) == "Hậu Giang"


def test_an_error_is_said_in_the_persons_language() -> None:
    with pytest.raises(UnitNotInForceError) as raised:
        catalogue.provinces().find("Hậu Giang", on=dt.date(2026, 11, 24))
    assert translator(VI).sentence(raised.value) == (
        "Tỉnh Hậu Giang không còn vào ngày 24/11/2026: ngày cuối cùng là 30/6/2025; nay là Thành phố Cần Thơ"
    )
    assert str(raised.value).startswith("Tỉnh Hậu Giang no longer existed on 2026-11-24")
