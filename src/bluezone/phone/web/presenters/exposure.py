"""Explain one alert: which day, how long, how close, how sure, who decided. What to do is in `guidance`.

It names nobody and gives no minute: the owner of the phone could else find out who it was. The sentences on what was
noted are those of the exposure room, which authority and phone share; drawings beside them show the same numbers.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, replace
from urllib.parse import quote

from bluezone.exposure.policies.explain import Explanation, explain_evidence
from bluezone.i18n import Translator, format_day
from bluezone.phone.stores.exposure_store import Alert
from bluezone.phone.web.presenters.common import day_warned_of, ends_of_day
from bluezone.phone.web.presenters.watching import watched_text

_QUARTER_S = 900


@dataclass(frozen=True, slots=True)
class Near:
    """Hold the drawing of the time split by nearness, in percent of it: surely `low`, about `about`, perhaps `high`."""

    low: int
    about: int
    high: int


@dataclass(frozen=True, slots=True)
class ExposureScreen:
    """Hold an explained alert. `noted`: sentences on when and how long; `near` and the sentences that go with its
    drawing; `tens`: of ten such warnings, for each whether it counts as right ("sure", "likely", "perhaps" or "no"),
    empty where the policy does not say; `certainty`: the sentence for them; `unknown`: what the phone cannot tell;
    `rule`: who decided."""

    day: int
    title: str
    noted: tuple[str, ...]
    near: Near | None
    split: tuple[str, ...]
    tens: tuple[str, ...]
    certainty: str
    unknown: tuple[str, ...]
    rule: tuple[str, ...]


def exposure_screen(alert: Alert, language: Translator) -> ExposureScreen:
    """Present an alert."""
    _ = language.gettext
    title = _("On {date} you may have been near a confirmed case").format(
        date=format_day(day_warned_of(alert, language), language.language)
    )
    explanation = replace(_explained(alert), day=day_warned_of(alert, language))
    said = explanation.said(language.language)
    return ExposureScreen(
        day=alert.day_start_s,
        title=title,
        noted=(said.signal, _from_to(alert.day_start_s, language), said.length),
        near=_near(explanation, alert.evidence.heard_s / 60),
        split=(said.near, *said.dose),
        tens=_tens(explanation),
        certainty=said.certainty,
        unknown=_unknown(alert, language),
        rule=tuple(filter(None, (said.grade, said.rule))),
    )


def _explained(alert: Alert) -> Explanation:
    """Return the explanation of an alert: the same for the screen and the message."""
    return explain_evidence(
        alert.day_start_s,
        alert.evidence,
        alert.policy,
        alert.policy_version,
        by_dose=alert.score < alert.threshold,
        near_minutes=alert.near_minutes,
    )


def last_contact(alerts: Sequence[Alert], language: Translator) -> dt.date:
    """Return the latest of the owner's days that is warned of: the days of watching count from it."""
    return max(day_warned_of(alert, language) for alert in alerts)


def _from_to(day_start_s: int, language: Translator) -> str:
    """Say from when to when the day is counted: it is UTC's, which in Viet Nam begins at seven in the morning."""
    start, end = ends_of_day(day_start_s, language)
    return language.gettext("This day is counted from {start} to {end}.").format(start=start, end=end)


def _near(explanation: Explanation, heard_min: float) -> Near | None:
    if explanation.near_minutes is None:
        return None
    whole = max(15 * explanation.quarters, heard_min, 1)
    about, low, high = (min(100, round(100 * minutes / whole)) for minutes in explanation.near_minutes)
    return Near(low, about, high)


def _tens(explanation: Explanation) -> tuple[str, ...]:
    if explanation.chances_in_ten is None:
        return ()
    likely, low, high = explanation.chances_in_ten
    kinds = ["sure"] * low + ["likely"] * (likely - low) + ["perhaps"] * (high - likely)
    return tuple((kinds + ["no"] * 10)[:10])


def _unknown(alert: Alert, language: Translator) -> tuple[str, ...]:
    _ = language.gettext
    said = [
        _("Who it was, and where you met."),
        _("Whether there was a wall between you, or whether you wore masks."),
    ]
    # rounded as the time heard is, which could else be longer than the time watched
    quarters = round(alert.watched_s / _QUARTER_S)
    hours = language.duration(quarters * _QUARTER_S) if quarters else watched_text(alert.watched_s, language)
    return *said, _("The other hours of that day: this phone watched for about {hours}.").format(hours=hours)


def report_text(alert: Alert, language: Translator) -> str:
    """Write a message that the owner may read, change and send, in the owner's words: two text messages, in Vietnamese
    three. Only what the screen of the warning says too."""
    _ = language.gettext
    # the hours in words, for whoever reads a date takes it for a day of the calendar here
    start, end = ends_of_day(alert.day_start_s, language)
    opening = _("Hello. Bluezone says that I may have been near a person with COVID-19 between {start} and {end}.")
    said = [opening.format(start=start, end=end)]
    if (near := _explained(alert).near_minutes) is not None:
        _about, low, high = near
        if low:
            said.append(_("It estimates {low} to {high} minutes within 2 metres.").format(low=low, high=high))
        else:
            said.append(_("It estimates at most {high} minutes within 2 metres.").format(high=high))
    return " ".join([*said, _("What should I do? Please advise me.")])


def sms(text: str) -> str:
    """Return an address that opens the device's own program for messages, with the text and without a number."""
    return f"sms:?&body={quote(text)}"
