"""Say what it means to have been near a contact (F1) who warned others: watch yourself, and nothing else."""
# ruff: noqa: E501 (sentences are not broken)

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from bluezone.i18n import Translator, format_weekday_date
from bluezone.phone.stores.exposure_store import Alert
from bluezone.phone.web.presenters.common import day_warned_of

#: as long as an infection may take to show itself
WATCH_DAYS = 14


@dataclass(frozen=True, slots=True)
class Watch:
    """Hold the screen."""

    title: str
    lead: str
    steps: tuple[str, ...]
    unknown: str


def watch(alert: Alert, language: Translator) -> Watch:
    """Present an alert of having been near a contact."""
    _, day = language.gettext, day_warned_of(alert, language)
    until = format_weekday_date(day + dt.timedelta(days=WATCH_DAYS), language.language)
    return Watch(
        title=_("You may have been near a contact (F1)"),
        lead=_(
            "On {date} you may have been near somebody who had been near a confirmed case. Nobody knows yet whether that person is infected."
        ).format(date=format_weekday_date(day, language.language)),
        steps=(
            _("Watch your health until {date}: fever, cough, sore throat, trouble breathing.").format(date=until),
            _("If you feel ill, stay at home, call your health station and ask for a test."),
            _("If you feel well, go on as usual. You need not isolate, and nor does your family."),
        ),
        unknown=_(
            "This phone found it out by itself and has told nobody. There is nothing to report, and you need warn nobody."
        ),
    )
