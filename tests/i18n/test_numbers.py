"""Numbers as each language writes them."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

import pytest

from bluezone.i18n import (
    Language,
    Number,
    decimal_mark,
    format_change,
    format_number,
    format_points,
    format_share,
    thousands_mark,
)

VI, EN = Language.VIETNAMESE, Language.ENGLISH


@pytest.mark.parametrize(
    ("number", "digits", "vietnamese", "english"),
    [
        (55_289, 0, "55.289", "55,289"),
        (733_017, 0, "733.017", "733,017"),
        (0, 0, "0", "0"),
        (-1204, 0, "-1.204", "-1,204"),
        (Decimal("7.5"), 2, "7,50", "7.50"),
        (Fraction(55_289, 7_330), 1, "7,5", "7.5"),
        (2.5, 0, "2", "2"),  # halves go to the even digit
        (3.5, 0, "4", "4"),
        (-0.0001, 2, "0,00", "0.00"),  # never -0
        (float("-inf"), 0, "-∞", "-∞"),
    ],
)
def test_a_number_is_written_as_the_language_writes_it(
    number: Number, digits: int, vietnamese: str, english: str
) -> None:
    assert format_number(number, VI, digits) == vietnamese
    assert format_number(number, EN, digits) == english


@pytest.mark.parametrize(
    ("share", "digits", "trim", "vietnamese", "english"),
    [
        (Fraction(55_289, 733_017), 2, False, "7,54%", "7.54\u00a0%"),
        (0.3, 2, False, "30,00%", "30.00\u00a0%"),
        (0.3, 1, True, "30%", "30\u00a0%"),
        (0.0754, 1, True, "7,5%", "7.5\u00a0%"),
        (-0.0001, 1, True, "0%", "0\u00a0%"),
        (12.345, 1, True, "1.234,5%", "1,234.5\u00a0%"),
        (0.285, 1, False, "28,5%", "28.5\u00a0%"),  # 28.499999999999996 in binary
    ],
)
def test_a_share_is_a_percentage_whose_sign_stays_on_its_line(
    share: Number, digits: int, trim: bool, vietnamese: str, english: str
) -> None:
    assert format_share(share, VI, digits, trim=trim) == vietnamese
    assert format_share(share, EN, digits, trim=trim) == english


def test_differences_carry_their_sign() -> None:
    assert format_points(Fraction(12, 10_000), VI) == "+0,12"
    assert format_points(Fraction(-12, 10_000), EN) == "\u22120.12"
    assert format_change(-1204, VI) == "\u22121.204"
    assert format_change(1204, EN) == "+1,204"
    assert format_change(0, EN) == "0"


def test_a_difference_that_rounds_to_zero_has_no_sign() -> None:
    assert format_change(-0.3, EN) == "0"
    assert format_points(Fraction(1, 1_000_000), VI) == "0,00"


def test_the_marks_are_those_of_the_numbers() -> None:
    assert (thousands_mark(VI), decimal_mark(VI)) == (".", ",")
    assert (thousands_mark(EN), decimal_mark(EN)) == (",", ".")
