"""Explain one alert: which day, how long, how close, how sure, who decided, what to do, until when.

It names nobody and gives no minute: the owner of the phone could else find out who it was. The reasons are the
sentences of the exposure room, which authority and phone share.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC
from urllib.parse import quote

from bluezone.exposure.policies.explain import explain_evidence
from bluezone.i18n import Translator
from bluezone.phone.app.facts import ISOLATION_DAYS
from bluezone.phone.stores.exposure_store import Alert

DAY_S = 86_400.0


@dataclass(frozen=True, slots=True)
class ExposureScreen:
    """Hold an explained alert. `days_left` of watching over oneself, 0 when it is over."""

    day: int
    title: str
    reasons: tuple[str, ...]
    todo: tuple[str, ...]
    days_left: int
    days_total: int
    countdown: str
    until: str


def exposure_screen(
    alert: Alert, now_s: float, language: Translator, isolation_days: int = ISOLATION_DAYS
) -> ExposureScreen:
    ends_s = alert.day_start_s + isolation_days * DAY_S
    days_left = max(0, min(isolation_days, -int((now_s - ends_s) // DAY_S)))
    return ExposureScreen(
        day=alert.day_start_s,
        title=language.gettext("You may have been near a confirmed case"),
        reasons=_reasons(alert, language),
        todo=todo(days_left, language),
        days_left=days_left,
        days_total=isolation_days,
        countdown=_countdown(days_left, language),
        until=language.date(ends_s),
    )


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


def todo(days_left: int, language: Translator) -> tuple[str, ...]:
    """Say what to do today."""
    _ = language.gettext
    if days_left == 0:
        return (
            _("The days of watching are over. If you feel well, nothing more is needed."),
            _("If you have fever, cough or trouble breathing, call your health station."),
        )
    return (
        _("Call your health station or the hotline. Say that Bluezone has warned you."),
        _("Stay at home and keep 2 metres from others until they have advised you."),
        _("Wear a mask when someone is in the same room, and open a window."),
        _("Watch for fever, cough or trouble breathing. If breathing is hard, call 115 at once."),
    )


def _countdown(days_left: int, language: Translator) -> str:
    if days_left == 0:
        return language.gettext("The days of watching are over")
    return language.ngettext("{n} day left", "{n} days left", days_left).format(n=days_left)


def report_text(alert: Alert, language: Translator) -> str:
    """Write a message that the owner may read, change and send. Only what the screen of the warning says too."""
    _ = language.gettext
    opening = _("Hello. The app Bluezone has warned me that I may have been near a confirmed case. Please advise me.")
    return "\n".join([opening, *_reasons(alert, language)])


def sms(text: str) -> str:
    """Return an address that opens the device's own program for messages, with the text and without a number."""
    return f"sms:?&body={quote(text)}"
