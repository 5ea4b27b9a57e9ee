"""Present the request for a code after a positive self-test: which days, and why none is sent."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from bluezone.i18n import Translator, at_start, format_weekday_date
from bluezone.phone.client.http import ConnectionFailedError
from bluezone.phone.client.publishing import BusyError
from bluezone.phone.client.user_report import UserReportRefusedError
from bluezone.phone.errors import PhoneError
from bluezone.protocol.user_reports import IssueCode

#: who tested longer ago has no key left that warns anybody
DAYS = 14


@dataclass(frozen=True, slots=True)
class Day:
    """Hold one day to choose."""

    value: str
    name: str


def today(now_s: float, language: Translator) -> dt.date:
    """Return the owner's day."""
    return dt.datetime.fromtimestamp(now_s, language.zone).date()


def utc_offset_min(now_s: float, language: Translator) -> int:
    """Return how far the owner's clock is east of UTC."""
    offset = dt.datetime.fromtimestamp(now_s, language.zone).utcoffset()
    return int(offset.total_seconds() // 60) if offset is not None else 0


def days(now_s: float, language: Translator) -> tuple[Day, ...]:
    """Return the days of a test that can be reported, today first."""
    _ = language.gettext
    first = today(now_s, language)
    given = [first - dt.timedelta(days=back) for back in range(DAYS)]
    names = [format_weekday_date(day, language.language) for day in given]
    names[0] = _("Today, {day}").format(day=names[0])
    return tuple(Day(day.isoformat(), at_start(name)) for day, name in zip(given, names, strict=True))


def problem(error: PhoneError, language: Translator) -> str:
    """Say why no code is sent, and what helps. It never depends on what is known of the number."""
    _ = language.gettext
    if isinstance(error, BusyError):
        return _("The health authority is busy just now. Nothing is lost: please try again in a few minutes.")
    if isinstance(error, ConnectionFailedError):
        return _("No connection just now. Nothing is lost: please try again when there is internet.")
    code = error.code if isinstance(error, UserReportRefusedError) else ""
    texts: dict[str, str] = {
        IssueCode.PHONE_INVALID: _("A code can be sent to mobile numbers of Viet Nam only. Please look once more."),
        IssueCode.QUOTA_EXCEEDED: _(
            "Many are reporting today. Please try again tomorrow, or ask your health station for a code."
        ),
        IssueCode.INVALID_DATE: _("This day can no longer be reported. Please ask your health station for a code."),
    }
    return texts.get(code, _("No code can be sent just now. Your health station gladly gives you one."))
