"""Vietnamese and English."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from string import Formatter

import pytest
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po

import bluezone
from bluezone.geography import catalogue
from bluezone.geography.errors import UnitNotInForceError
from bluezone.rollout.language import (
    Language,
    say_change,
    say_date,
    say_number,
    say_points,
    say_share,
    say_unit,
    say_unit_in_sentence,
    speaker,
    translator,
)

SOURCE = Path(bluezone.__file__).parent
CATALOGUE = SOURCE / "rollout" / "locale" / "vi" / "LC_MESSAGES" / "rollout.po"


def marked_texts() -> Iterator[str]:
    """Every text of the two rooms that is marked for translation."""
    for room in ("geography", "rollout"):
        found = extract_from_dir(SOURCE / room, method_map=[("**.py", "python")], keywords={"_": None, "N_": None})
        for _, _, message, _, _ in found:
            yield str(message)


def places(text: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(text) if name}


def test_every_text_is_translated_and_keeps_its_places() -> None:
    with CATALOGUE.open("rb") as file:
        catalogue_texts = {str(m.id): str(m.string) for m in read_po(file, locale="vi") if m.id}
    texts = set(marked_texts())
    assert len(texts) > 100
    assert texts - catalogue_texts.keys() == set()
    assert catalogue_texts.keys() - texts == set()
    for text, translated in catalogue_texts.items():
        assert translated
        assert places(text) == places(translated), text


@pytest.mark.parametrize(
    ("language", "number", "share", "points", "change", "date"),
    [
        (Language.VIETNAMESE, "55.289", "7,54\u00a0%", "+0,12", "\u221212", "13/8/2020"),
        (Language.ENGLISH, "55,289", "7.54\u00a0%", "+0.12", "\u221212", "13 August 2020"),
    ],
)
def test_numbers_and_dates_follow_the_language(
    language: Language, number: str, share: str, points: str, change: str, date: str
) -> None:
    assert say_number(55_289, language) == number
    assert say_share(Fraction(55_289, 733_017), language) == share
    assert say_points(Fraction(12, 10_000), language) == points
    assert say_change(-12, language) == change
    assert say_date(dt.date(2020, 8, 13), language) == date


def test_units_are_named_as_each_language_names_them() -> None:
    unit = catalogue.all_units().find("Châu Thành, Hậu Giang", on=dt.date(2020, 8, 13))
    assert say_unit(unit, Language.VIETNAMESE) == "Huyện Châu Thành"
    assert say_unit_in_sentence(unit, Language.VIETNAMESE) == "huyện Châu Thành"
    assert say_unit(unit, Language.ENGLISH) == "Châu Thành district"
    province = catalogue.provinces().find("Hậu Giang", on=dt.date(2020, 8, 13))
    assert say_unit(province, Language.ENGLISH) == "Hậu Giang"


def test_an_error_is_said_in_the_persons_language() -> None:
    with pytest.raises(UnitNotInForceError) as raised:
        catalogue.provinces().find("Hậu Giang", on=dt.date(2026, 11, 24))
    vietnamese = raised.value.sentence(translator(Language.VIETNAMESE), speaker(Language.VIETNAMESE))
    assert vietnamese == (
        "Tỉnh Hậu Giang không còn vào ngày 24/11/2026: ngày cuối cùng là 30/6/2025; nay là Thành phố Cần Thơ"
    )
    assert str(raised.value).startswith("Tỉnh Hậu Giang no longer existed on 2026-11-24")


@pytest.mark.parametrize(
    ("value", "said"), [(1234, "1.234"), (Decimal("7.50"), "7,50"), ("1234", "1234"), (dt.date(2020, 8, 1), "1/8/2020")]
)
def test_any_value_of_a_message_is_said(value: object, said: str) -> None:
    assert speaker(Language.VIETNAMESE)(value) == said
