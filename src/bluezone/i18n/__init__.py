"""Translate texts and write numbers, shares and dates in Vietnamese and English, for every room alike.

English stands in the source; each room keeps its Vietnamese beside it in `locale/`, and names it by a `Catalogue`.
Texts are marked for translation with `bluezone.errors.N_`. Imports no other room.
"""

from __future__ import annotations

from bluezone.i18n.catalogues import Catalogue
from bluezone.i18n.dates import (
    at_start,
    format_date,
    format_day,
    format_long_date,
    format_moment,
    format_short_date,
    format_time,
    format_weekday,
    format_weekday_date,
    midnight_s,
)
from bluezone.i18n.errors import I18nError
from bluezone.i18n.languages import LANGUAGES, NAMES, Language
from bluezone.i18n.numbers import (
    Number,
    chart_number_locale,
    decimal_mark,
    format_change,
    format_number,
    format_points,
    format_share,
    percent_mark,
    thousands_mark,
)
from bluezone.i18n.translator import Translator, format_value, formatter

__all__ = [
    "LANGUAGES",
    "NAMES",
    "Catalogue",
    "I18nError",
    "Language",
    "Number",
    "Translator",
    "at_start",
    "chart_number_locale",
    "decimal_mark",
    "format_change",
    "format_date",
    "format_day",
    "format_long_date",
    "format_moment",
    "format_number",
    "format_points",
    "format_share",
    "format_short_date",
    "format_time",
    "format_value",
    "format_weekday",
    "format_weekday_date",
    "formatter",
    "midnight_s",
    "percent_mark",
    "thousands_mark",
]
