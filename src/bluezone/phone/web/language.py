"""The two languages of the screens: texts, numbers, dates. English stands in the source, Vietnamese in `locale/`."""

from __future__ import annotations

import gettext
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta, tzinfo
from functools import lru_cache
from pathlib import Path

from bluezone.phone.errors import PhoneError

LOCALE = Path(__file__).parent / "locale"
DOMAIN = "phone"


def N_(text: str) -> str:  # noqa: N802 (the customary name)
    """Marks a text for extraction that is translated elsewhere."""
    return text


WEEKDAYS = (
    N_("Monday"),
    N_("Tuesday"),
    N_("Wednesday"),
    N_("Thursday"),
    N_("Friday"),
    N_("Saturday"),
    N_("Sunday"),
)
MONTHS = (
    N_("January"),
    N_("February"),
    N_("March"),
    N_("April"),
    N_("May"),
    N_("June"),
    N_("July"),
    N_("August"),
    N_("September"),
    N_("October"),
    N_("November"),
    N_("December"),
)


@dataclass(frozen=True, slots=True)
class Language:
    """How the screens speak; `zone` is where the owner's days begin and end."""

    code: str
    translations: gettext.NullTranslations
    zone: tzinfo

    def gettext(self, text: str) -> str:
        return self.translations.gettext(text)

    def ngettext(self, one: str, many: str, n: int) -> str:
        return self.translations.ngettext(one, many, n)

    def in_utc(self) -> Language:
        """For the days of alerts, which are days of UTC."""
        return replace(self, zone=UTC)

    # --- numbers ----------------------------------------------------------------------------------

    def number(self, value: float, digits: int = 0) -> str:
        """55289 -> 55.289 in Vietnamese, 55,289 in English."""
        text = f"{value:,.{digits}f}"
        return text.translate(str.maketrans(",.", ".,")) if self.code == "vi" else text

    def minutes(self, seconds: float) -> str:
        """A duration, to the minute; below one, "less than a minute"."""
        minutes = round(seconds / 60)
        if minutes < 1:
            return self.gettext("less than a minute")
        hours, rest = divmod(minutes, 60)
        if not hours:
            return self.ngettext("{n} minute", "{n} minutes", minutes).format(n=minutes)
        text = self.ngettext("{n} hour", "{n} hours", hours).format(n=hours)
        return f"{text} {self.ngettext('{n} minute', '{n} minutes', rest).format(n=rest)}" if rest else text

    # --- dates ------------------------------------------------------------------------------------

    def local(self, at_s: float) -> datetime:
        return datetime.fromtimestamp(at_s, self.zone)

    def midnight_s(self, at_s: float, days: int = 0) -> float:
        """The owner's midnight of that day, or of one `days` later."""
        day = self.local(at_s).replace(hour=0, minute=0, second=0, microsecond=0, tzinfo=None) + timedelta(days=days)
        return day.replace(tzinfo=self.zone).timestamp()

    def clock_time(self, at_s: float) -> str:
        return f"{self.local(at_s):%H:%M}"

    def weekday(self, at_s: float) -> str:
        return self.gettext(WEEKDAYS[self.local(at_s).weekday()])

    def date(self, at_s: float) -> str:
        """Thursday 13 August / Thứ Năm 13/8."""
        local = self.local(at_s)
        return self.gettext("{weekday} {day} {month}").format(
            weekday=self.weekday(at_s),
            day=local.day,
            month=self.gettext(MONTHS[local.month - 1]),
            month_number=local.month,
        )

    def day_of_year(self, day: date) -> str:
        """The same of a calendar day, wherever it was."""
        return self.in_utc().date(datetime(day.year, day.month, day.day, 12, tzinfo=UTC).timestamp())

    def short_date(self, at_s: float) -> str:
        local = self.local(at_s)
        return self.gettext("{day} {month_short}").format(
            day=local.day, month_short=MONTHS[local.month - 1][:3], month_number=local.month
        )

    def moment(self, at_s: float, now_s: float) -> str:
        """11:20 today, 11:20 yesterday, 11:20 on Thursday 13 August."""
        days = (self.local(now_s).date() - self.local(at_s).date()).days
        if days == 0:
            return self.gettext("{time} today").format(time=self.clock_time(at_s))
        if days == 1:
            return self.gettext("{time} yesterday").format(time=self.clock_time(at_s))
        return self.gettext("{time} on {date}").format(time=self.clock_time(at_s), date=self.date(at_s))


@lru_cache
def _translations(code: str) -> gettext.NullTranslations:
    if code == "en":
        return gettext.NullTranslations()
    try:
        return gettext.translation(DOMAIN, LOCALE, [code])
    except FileNotFoundError as error:
        raise PhoneError(
            f"the texts in {code!r} are not compiled: install the package anew, or run `make messages-update`"
        ) from error


def language_named(code: str, zone: tzinfo) -> Language:
    """The language of a code of `preferences.LANGUAGES`. Raises PhoneError where its catalogue is not compiled."""
    return Language(code, _translations(code), zone)
