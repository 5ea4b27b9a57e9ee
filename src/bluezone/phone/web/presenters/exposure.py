"""Explain one alert: which day, how long, how close, how sure, who decided. What to do is in `guidance`.

It names nobody and gives no minute: the owner of the phone could else find out who it was. The reasons are the
sentences of the exposure room, which authority and phone share.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC
from urllib.parse import quote

from bluezone.exposure.policies.explain import explain_evidence
from bluezone.i18n import Translator
from bluezone.phone.stores.exposure_store import Alert


@dataclass(frozen=True, slots=True)
class ExposureScreen:
    """Hold an explained alert."""

    day: int
    title: str
    reasons: tuple[str, ...]


def exposure_screen(alert: Alert, language: Translator) -> ExposureScreen:
    return ExposureScreen(
        day=alert.day_start_s,
        title=language.gettext("You may have been near a confirmed case"),
        reasons=_reasons(alert, language),
    )


def last_contact(alerts: Sequence[Alert]) -> dt.date:
    """Return the latest day (UTC) that is warned of: the days of watching count from it."""
    return dt.datetime.fromtimestamp(max(alert.day_start_s for alert in alerts), UTC).date()


def _reasons(alert: Alert, language: Translator) -> tuple[str, ...]:
    _ = language.gettext
    if alert.evidence is None:
        day = language.in_zone(UTC).date(alert.day_start_s)
        return (
            _("It was on {date}. More about it was not kept.").format(date=day),
            _("This was decided by the rule {policy}, version {version}.").format(
                policy=alert.policy, version=alert.policy_version
            ),
        )
    explanation = explain_evidence(
        alert.day_start_s,
        alert.evidence,
        alert.policy,
        alert.policy_version,
        by_dose=alert.score < alert.threshold,
    )
    return explanation.sentences(language.language)


def report_text(alert: Alert, language: Translator) -> str:
    """Write a message that the owner may read, change and send. Only what the screen of the warning says too."""
    _ = language.gettext
    opening = _("Hello. The app Bluezone has warned me that I may have been near a confirmed case. Please advise me.")
    return "\n".join([opening, *_reasons(alert, language)])


def sms(text: str) -> str:
    """Return an address that opens the device's own program for messages, with the text and without a number."""
    return f"sms:?&body={quote(text)}"
