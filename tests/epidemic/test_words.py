from __future__ import annotations

import pytest

from bluezone.epidemic import words
from bluezone.epidemic.words import translator
from bluezone.i18n import Language, Translator

ENGLISH, VIETNAMESE = translator(Language.ENGLISH), translator(Language.VIETNAMESE)


@pytest.mark.parametrize(
    ("share", "language", "text"),
    [
        (0.0754, ENGLISH, "7.5\u00a0%"),
        (0.0754, VIETNAMESE, "7,5%"),
        (0.3, VIETNAMESE, "30%"),
        (-0.0001, VIETNAMESE, "0%"),  # never -0
        (-0.021, ENGLISH, "-2.1\u00a0%"),
        (12.345, VIETNAMESE, "1.234,5%"),
    ],
)
def test_a_share_is_written_as_the_language_writes_it(share: float, language: Translator, text: str) -> None:
    assert words.percent(share, language) == text


def test_a_place_without_a_name_is_not_named_in_the_title() -> None:
    assert words.table_title("", 3000, 30, 2, 0.25, ENGLISH).startswith("3,000 people, 30 days")
    assert words.table_title("Hậu Giang", 3000, 30, 2, 0.25, ENGLISH).startswith("Hậu Giang: 3,000 people, 30 days")
    assert words.unnamed(3000, VIETNAMESE) == "một nơi có 3.000 người"
