"""Vietnamese and English: the room's texts, and numbers and dates as each language writes them.

English is in the source (msgid); Vietnamese in locale/vi/LC_MESSAGES/rollout.po, which is read as it is: nothing needs
compiling. The catalogue also holds the texts of `bluezone.geography`.
"""

from __future__ import annotations

import datetime as dt
import enum
import functools
import gettext
import io
from collections.abc import Callable
from decimal import Decimal
from fractions import Fraction
from importlib import resources

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from babel.numbers import format_decimal

from bluezone.errors import N_
from bluezone.geography.units import Level, Unit

_ENGLISH_KINDS = {
    "thành phố": "city",
    "thị xã": "town",
    "quận": "district",
    "huyện": "district",
    "phường": "ward",
    "thị trấn": "township",
    "xã": "commune",
    "đặc khu": "special zone",
}
#: Texts that stand in data files, so that the catalogue holds them.
DATA_TEXTS = (
    N_("Population and Housing Census of 1 April 2009"),
    N_("Population and Housing Census of 1 April 2019"),
    N_("Population of 2022 as given for a district, day not stated"),
    N_("Smartphones as stated in August 2020"),
    N_("Smartphones that the shares printed on 19 June 2021 imply"),
    N_("Voters listed for the election of 23 May 2021 (aged 18 and over)"),
)
Number = int | float | Decimal | Fraction


class Language(enum.StrEnum):
    """The languages of the house, the first one first."""

    VIETNAMESE = "vi"
    ENGLISH = "en"


@functools.cache
def translator(language: Language) -> Callable[[str], str]:
    """The gettext function of a language."""
    if language is Language.ENGLISH:
        return str
    source = resources.files("bluezone.rollout") / "locale" / language.value / "LC_MESSAGES" / "rollout.po"
    compiled = io.BytesIO()
    with source.open("rb") as file:
        write_mo(compiled, read_po(file, locale=language.value))
    compiled.seek(0)
    return gettext.GNUTranslations(compiled).gettext


def say_number(number: Number, language: Language, digits: int = 0) -> str:
    """`55.289` or `55,289`; with a fixed number of decimals."""
    pattern = "#,##0" + ("." + "0" * digits if digits else "")
    exact = Decimal(number.numerator) / Decimal(number.denominator) if isinstance(number, Fraction) else number
    return format_decimal(exact, format=pattern, locale=language.value)


def say_share(share: Number, language: Language, digits: int = 2) -> str:
    """A share (0..1) as `7,54 %` or `7.54 %`, with a space that does not break."""
    return f"{say_number(Fraction(share) * 100, language, digits)}\u00a0%"


def say_points(points: Number, language: Language, digits: int = 2) -> str:
    """A change of share (0..1) in percentage points, with its sign."""
    return f"{_sign(points)}{say_number(abs(Fraction(points)) * 100, language, digits)}"


def say_change(change: int, language: Language) -> str:
    """A change of a count, with its sign."""
    return f"{_sign(change)}{say_number(abs(change), language)}"


def _sign(number: Number) -> str:
    return "+" if number > 0 else "\u2212" if number < 0 else ""


def say_date(date: dt.date, language: Language) -> str:
    """`13/8/2020` or `13 August 2020`."""
    if language is Language.VIETNAMESE:
        return f"{date.day}/{date.month}/{date.year}"
    return f"{date.day} {date:%B} {date.year}"


def speaker(language: Language) -> Callable[[object], str]:
    """Writes any value of a message as the language does: numbers grouped, dates as dates, the rest as it is."""

    def say(value: object) -> str:
        if isinstance(value, dt.date):
            return say_date(value, language)
        if isinstance(value, int | Decimal) and not isinstance(value, bool):
            digits = max(0, -int(value.as_tuple().exponent)) if isinstance(value, Decimal) else 0
            return say_number(value, language, digits)
        return str(value)

    return say


def say_unit(unit: Unit, language: Language) -> str:
    """The unit's name for a heading: `Huyện Châu Thành` or `Châu Thành district`."""
    if language is Language.VIETNAMESE or unit.level < Level.DISTRICT:
        return unit.full_name if language is Language.VIETNAMESE else unit.name
    return f"{unit.name} {_ENGLISH_KINDS.get(unit.kind, '')}".strip()


def say_unit_in_sentence(unit: Unit, language: Language) -> str:
    """The same inside a sentence: `huyện Châu Thành`."""
    if language is Language.VIETNAMESE and unit.kind:
        return f"{unit.kind} {unit.name}"
    return say_unit(unit, language)
