"""Explain one alert: which day, how long, how close, how sure, who decided. What to do is in `guidance`.

It names nobody and gives no minute: the owner of the phone could else find out who it was. The reasons are the
sentences of the exposure room, which authority and phone share.
"""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC
from urllib.parse import quote

from bluezone.exposure.policies.explain import explain_evidence
from bluezone.i18n import Translator
from bluezone.phone.stores.exposure_store import Alert
from bluezone.phone.web.presenters.watching import watched_text


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
        near_minutes=alert.near_minutes,
    )
    said = explanation.sentences(language.language)
    if alert.watched_s is None:
        return said
    hours = watched_text(alert.watched_s, language)
    return *said, _("On that day this phone watched for {hours}; it knows nothing of the rest.").format(hours=hours)


def report_text(alert: Alert, language: Translator) -> str:
    """Write a message that the owner may read, change and send, in the owner's words: two text messages, in Vietnamese
    three. Only what the screen of the warning says too."""
    _ = language.gettext
    day = language.in_zone(UTC).day(alert.day_start_s)
    opening = _("Hello. Bluezone says that I may have been near a person with COVID-19 on {date}.").format(date=day)
    said = [opening]
    if alert.near_minutes is not None:
        _about, low, high = alert.near_minutes
        said.append(
            _("It estimates {low} to {high} minutes within 2 metres.").format(
                low=math.floor(low / 5) * 5, high=math.ceil(high / 5) * 5
            )
        )
    return " ".join([*said, _("What should I do? Please advise me.")])


def sms(text: str) -> str:
    """Return an address that opens the device's own program for messages, with the text and without a number."""
    return f"sms:?&body={quote(text)}"
