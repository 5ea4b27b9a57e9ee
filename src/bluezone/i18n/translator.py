"""Speak one language to one reader: texts of a catalogue, numbers, dates and moments of the reader's time zone."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass, replace
from decimal import Decimal
from gettext import NullTranslations

from bluezone.errors import TranslatableError
from bluezone.i18n import dates, numbers
from bluezone.i18n.languages import Language
from bluezone.i18n.numbers import Number


@dataclass(frozen=True, slots=True)
class Translator:
    """Translate the texts of one catalogue into one language, and write numbers and dates in it.

    Moments are Unix seconds; `zone` is where the reader's days begin and end. `common` holds the texts of this package.
    """

    language: Language
    texts: NullTranslations
    common: NullTranslations
    zone: dt.tzinfo = dt.UTC
    #: what stands in a text for `{name}`, wherever it is: the name of the disease
    terms: tuple[tuple[str, str], ...] = ()

    @property
    def code(self) -> str:
        """Return the language's code, as HTML's `lang` wants it."""
        return self.language.value

    def in_zone(self, zone: dt.tzinfo) -> Translator:
        """Return a translator for days of another zone."""
        return replace(self, zone=zone)

    # --- texts ------------------------------------------------------------------------------------

    def gettext(self, text: str) -> str:
        """Translate a text."""
        return self._filled(self.texts.gettext(text))

    def ngettext(self, one: str, many: str, n: int) -> str:
        """Translate a text in the form that goes with `n` things."""
        return self._filled(self.texts.ngettext(one, many, n))

    def _filled(self, text: str) -> str:
        for name, term in self.terms:
            text = text.replace("{" + name + "}", term)
        return text

    def sentence(self, error: TranslatableError) -> str:
        """Say an error of this catalogue's room, with its numbers and dates in the language."""
        return error.sentence(self.gettext, self.value)

    # --- numbers ----------------------------------------------------------------------------------

    def number(self, number: Number, digits: int = 0, *, trim: bool = False) -> str:
        """Write a number; see `numbers.format_number`."""
        return numbers.format_number(number, self.language, digits, trim=trim)

    def share(self, share: Number, digits: int = 2, *, trim: bool = False) -> str:
        """Write a share (0..1) as a percentage; see `numbers.format_share`."""
        return numbers.format_share(share, self.language, digits, trim=trim)

    def value(self, value: object) -> str:
        """Write any value of a message; see `format_value`."""
        return format_value(value, self.language)

    def duration(self, seconds: float) -> str:
        """Write a duration to the minute: `2 hours 5 minutes`, `less than a minute`."""
        minutes = round(seconds / 60)
        if minutes < 1:
            return self.common.gettext("less than a minute")
        hours, rest = divmod(minutes, 60)
        parts = []
        if hours:
            parts.append(self.common.ngettext("{n} hour", "{n} hours", hours).format(n=self.number(hours)))
        if rest:
            parts.append(self.common.ngettext("{n} minute", "{n} minutes", rest).format(n=rest))
        return " ".join(parts)

    # --- moments ----------------------------------------------------------------------------------

    def local(self, at_s: float) -> dt.datetime:
        """Return the reader's wall-clock time of a moment."""
        return dt.datetime.fromtimestamp(at_s, self.zone)

    def midnight_s(self, at_s: float, days: int = 0) -> float:
        """Return the reader's midnight of a moment's day, or of the one `days` later."""
        return dates.midnight_s(at_s, self.zone, days)

    def time(self, at_s: float) -> str:
        """Write a moment's time of day: `19:05`."""
        return dates.format_time(self.local(at_s))

    def weekday(self, at_s: float) -> str:
        """Write a moment's day of the week, inside a sentence: `Thursday`."""
        return dates.format_weekday(self.local(at_s).date(), self.language)

    def date(self, at_s: float) -> str:
        """Write a moment's date inside a sentence: `Thursday 13 August`."""
        return dates.format_weekday_date(self.local(at_s).date(), self.language)

    def day(self, at_s: float) -> str:
        """Write a moment's date in little space: `13 Aug`."""
        return dates.format_day(self.local(at_s).date(), self.language)

    def moment(self, at_s: float, now_s: float) -> str:
        """Write time and day: `11:20 today`, `11:20 yesterday`, `11:20 on Thursday 13 August`."""
        days = (self.local(now_s).date() - self.local(at_s).date()).days
        if days == 0:
            return self.common.gettext("{time} today").format(time=self.time(at_s))
        if days == 1:
            return self.common.gettext("{time} yesterday").format(time=self.time(at_s))
        return self.common.gettext("{time} on {date}").format(time=self.time(at_s), date=self.date(at_s))


def format_value(value: object, language: Language) -> str:
    """Write any value of a message: numbers grouped, with the decimals they have; dates as dates; the rest as it is."""
    if isinstance(value, dt.date):
        return dates.format_date(value, language)
    if isinstance(value, int | Decimal) and not isinstance(value, bool):
        digits = max(0, -int(value.as_tuple().exponent)) if isinstance(value, Decimal) else 0
        return numbers.format_number(value, language, digits)
    return str(value)


def formatter(language: Language) -> Callable[[object], str]:
    """Return `format_value` in a language: what `TranslatableError.sentence` takes."""
    return lambda value: format_value(value, language)
