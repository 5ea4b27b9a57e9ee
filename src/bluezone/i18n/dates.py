"""Write dates and times as each language writes them, by the locale data of Babel, which is imported when first used: a
command's help needs none.

Vietnamese dates are numbers, day first (`13/8/2020`); English and Khmer ones name the month
(`13 August 2020`). Hours run to 24.
"""

from __future__ import annotations

import datetime as dt

from bluezone.i18n.languages import Language

_DATE = {Language.VIETNAMESE: "d/M/y", Language.ENGLISH: "d MMMM y", Language.KHMER: "d MMMM y"}
_LONG_DATE = {Language.VIETNAMESE: "'ngày' d MMMM 'năm' y", Language.ENGLISH: "d MMMM y", Language.KHMER: "d MMMM y"}
_SHORT_DATE = {Language.VIETNAMESE: "d/M/y", Language.ENGLISH: "d MMM y", Language.KHMER: "d/M/y"}
_DAY = {Language.VIETNAMESE: "d/M", Language.ENGLISH: "d MMM", Language.KHMER: "d/M"}
_WEEKDAY_DATE = {Language.VIETNAMESE: "EEEE, d/M", Language.ENGLISH: "EEEE d MMMM", Language.KHMER: "EEEE, d MMMM"}
_MOMENT = {Language.VIETNAMESE: "HH:mm d/M/y", Language.ENGLISH: "HH:mm, d MMM y", Language.KHMER: "HH:mm d/M/y"}
_FULL_MOMENT = {
    Language.VIETNAMESE: "HH:mm, EEEE, d/M/y",
    Language.ENGLISH: "HH:mm, EEEE d MMMM y",
    Language.KHMER: "HH:mm, EEEE, d MMMM y",
}
_WEEKDAY = {Language.VIETNAMESE: "EEEE", Language.ENGLISH: "EEEE", Language.KHMER: "EEEE"}


def format_date(date: dt.date, language: Language) -> str:
    """Write `13/8/2020` or `13 August 2020`."""
    return _by(_DATE, date, language)


def format_long_date(date: dt.date, language: Language) -> str:
    """Write a date inside a sentence: `ngày 13 tháng 8 năm 2020` or `13 August 2020`."""
    return _by(_LONG_DATE, date, language)


def format_short_date(date: dt.date, language: Language) -> str:
    """Write a date in a table: `13/8/2020` or `13 Aug 2020`."""
    return _by(_SHORT_DATE, date, language)


def format_day(date: dt.date, language: Language) -> str:
    """Write a date whose year is known: `13/8` or `13 Aug`."""
    return _by(_DAY, date, language)


def format_weekday_date(date: dt.date, language: Language) -> str:
    """Write `Thứ Năm, 13/8` or `Thursday 13 August`."""
    return _by(_WEEKDAY_DATE, date, language)


def format_weekday(date: dt.date, language: Language) -> str:
    """Write `Thứ Năm` or `Thursday`."""
    return _by(_WEEKDAY, date, language)


def format_moment(at: dt.datetime, language: Language) -> str:
    """Write a moment in a table: `19:05 13/8/2020` or `19:05, 13 Aug 2020`. The zone is that of `at`."""
    return _moment_by(_MOMENT, at, language)


def format_full_moment(at: dt.datetime, language: Language) -> str:
    """Write a moment in full: `19:05, Thứ Năm, 13/8/2020` or `19:05, Thursday 13 August 2020`."""
    return _moment_by(_FULL_MOMENT, at, language)


def format_time(time: dt.time | dt.datetime) -> str:
    """Write `19:05`, in either language."""
    return f"{time:%H:%M}"


def _moment_by(patterns: dict[Language, str], at: dt.datetime, language: Language) -> str:
    from babel.dates import format_datetime

    return format_datetime(at, patterns[language], tzinfo=at.tzinfo, locale=language.value)


def _by(patterns: dict[Language, str], date: dt.date, language: Language) -> str:
    from babel.dates import format_date as in_locale

    return in_locale(date, patterns[language], locale=language.value)
