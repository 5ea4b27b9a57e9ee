"""Write dates and times as each language writes them, by the locale data of Babel, which is imported when first used: a
command's help needs none.

Vietnamese dates are numbers, day first (`13/8/2020`); English and Khmer ones name the month
(`13 August 2020`). Hours run to 24. Days of the week are written as inside a sentence: in Vietnamese `thứ Năm` and
`Chủ nhật` (Decree 30/2020, annex II); `at_start` writes them where a sentence or a line begins.
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
_WEEKDAY = {Language.VIETNAMESE: "EEEE", Language.ENGLISH: "EEEE", Language.KHMER: "EEEE"}


def midnight_s(at_s: float, zone: dt.tzinfo, days: int = 0) -> float:
    """Return the midnight (Unix seconds) of a moment's day in a zone, or of the day `days` later."""
    day = dt.datetime.fromtimestamp(at_s, zone).date() + dt.timedelta(days=days)
    return dt.datetime.combine(day, dt.time(), zone).timestamp()


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
    """Write a date inside a sentence: `thứ Năm, 13/8` or `Thursday 13 August`."""
    return _as_inside(_by(_WEEKDAY_DATE, date, language), language)


def format_weekday(date: dt.date, language: Language) -> str:
    """Write a day of the week inside a sentence: `thứ Năm` or `Thursday`."""
    return _as_inside(_by(_WEEKDAY, date, language), language)


def at_start(text: str) -> str:
    """Write a date as a sentence, a heading or a line begins with it: `Thứ Năm, 13/8`."""
    return text[:1].upper() + text[1:]


def format_moment(at: dt.datetime, language: Language) -> str:
    """Write a moment in a table: `19:05 13/8/2020` or `19:05, 13 Aug 2020`. The zone is that of `at`."""
    from babel.dates import format_datetime

    return format_datetime(at, _MOMENT[language], tzinfo=at.tzinfo, locale=language.value)


def format_time(time: dt.time | dt.datetime) -> str:
    """Write `19:05`, in either language."""
    return f"{time:%H:%M}"


def _as_inside(text: str, language: Language) -> str:
    """Return a text of Babel's, whose Vietnamese days are written as in a calendar, as it stands inside a sentence."""
    if language is not Language.VIETNAMESE:
        return text
    return text.replace("Thứ ", "thứ ").replace("Chủ Nhật", "Chủ nhật")


def _by(patterns: dict[Language, str], date: dt.date, language: Language) -> str:
    from babel.dates import format_date as in_locale

    return in_locale(date, patterns[language], locale=language.value)
