"""Write numbers, shares and differences as each language writes them, by the locale data of Babel, which is
imported when first used.

Halves round to the even digit. A number that rounds to zero has no sign. Vietnamese writes `7,54%` as its newspapers
and offices do; English `7.54 %`, with a space that does not break.
"""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction
from typing import Any

from bluezone.i18n.languages import Language

Number = int | float | Decimal | Fraction

_NO_BREAK_SPACE = "\u00a0"
_MINUS = "\u2212"
_PERCENT = {Language.VIETNAMESE: "%", Language.ENGLISH: _NO_BREAK_SPACE + "%", Language.KHMER: "%"}


def format_number(number: Number, language: Language, digits: int = 0, *, trim: bool = False) -> str:
    """Write `55.289` in Vietnamese and `55,289` in English.

    digits: decimals, always so many; with `trim`, no zeros at their end.
    """
    from babel.numbers import format_decimal

    pattern = "#,##0" + ("." + ("#" if trim else "0") * digits if digits else "")
    text = format_decimal(_exact(number), format=pattern, locale=language.value)
    return text if text.strip("-0.,") else text.removeprefix("-")


def format_share(share: Number, language: Language, digits: int = 2, *, trim: bool = False) -> str:
    """Write a share (0..1) as a percentage: `7,54%` in Vietnamese, `7.54 %` in English."""
    return format_number(_exact(share) * 100, language, digits, trim=trim) + percent_mark(language)


def percent_mark(language: Language) -> str:
    """Return what stands after the number of a percentage: `%` in Vietnamese, a space and `%` in English."""
    return _PERCENT[language]


def format_points(points: Number, language: Language, digits: int = 2) -> str:
    """Write a difference of two shares (0..1) in percentage points, with its sign: `+0,12`."""
    return _signed(_exact(points) * 100, language, digits)


def format_change(change: Number, language: Language, digits: int = 0) -> str:
    """Write a difference of two counts with its sign: `+1.204`, `−12`."""
    return _signed(_exact(change), language, digits)


def decimal_mark(language: Language) -> str:
    """Return the mark between a number and its decimals: `,` in Vietnamese."""
    from babel.numbers import get_decimal_symbol

    return get_decimal_symbol(language.value)


def thousands_mark(language: Language) -> str:
    """Return the mark between groups of three digits: `.` in Vietnamese."""
    from babel.numbers import get_group_symbol

    return get_group_symbol(language.value)


def chart_number_locale(language: Language) -> dict[str, Any]:
    """Return how Vega writes numbers in a chart (the number locale of d3-format)."""
    return {
        "decimal": decimal_mark(language),
        "thousands": thousands_mark(language),
        "grouping": [3],
        "currency": ["", ""],
        "percent": percent_mark(language),
    }


def _exact(number: Number) -> Decimal:
    """Convert without the noise of binary floats: 0.285 is 28.5 %, not 28.499999999999996 %."""
    if isinstance(number, Fraction):
        return Decimal(number.numerator) / Decimal(number.denominator)
    return number if isinstance(number, Decimal) else Decimal(str(number))


def _signed(number: Decimal, language: Language, digits: int) -> str:
    text = format_number(abs(number), language, digits)
    if not text.strip("0.,"):
        return text
    return ("+" if number > 0 else _MINUS) + text
