"""Say what it means to have been near a contact (F1) who warned others: watch yourself, and nothing else."""
# ruff: noqa: E501 (sentences are not broken)

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC

from bluezone.i18n import Translator
from bluezone.phone.stores.exposure_store import Alert

_DAY_S = 86_400
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
    _, utc = language.gettext, language.in_zone(UTC)
    until = utc.date(alert.day_start_s + WATCH_DAYS * _DAY_S)
    return Watch(
        title=_("You may have been near a contact (F1)"),
        lead=_(
            "On {date} you may have been near somebody who had been near a confirmed case. Nobody knows yet whether that person is infected."
        ).format(date=utc.date(alert.day_start_s)),
        steps=(
            _("Watch your health until {date}: fever, cough, sore throat, trouble breathing.").format(date=until),
            _("If you feel ill, stay at home, call your health station and ask for a test."),
            _("If you feel well, go on as usual. You need not isolate, and nor does your family."),
        ),
        unknown=_(
            "This phone found it out by itself and has told nobody. There is nothing to report, and you need warn nobody."
        ),
    )
