"""Explain one alert: which day, how long, how close, how sure, who decided; and say what to do."""
# ruff: noqa: E501 (sentences are not broken)

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import quote

from bluezone.i18n import Translator, format_day, format_weekday_date
from bluezone.phone.app.facts import PhoneFacts
from bluezone.phone.app.reporting import explained
from bluezone.phone.stores.exposure_store import Alert
from bluezone.phone.web.presenters.common import Step, shown_number
from bluezone.phone.web.presenters.contacts import watched_text
from bluezone.protocol.documents import Fault
from bluezone.protocol.guidance import Entry, entry_for

_QUARTER_S = 900


@dataclass(frozen=True, slots=True)
class ExposureScreen:
    """Hold an explained alert. `noted`: sentences on when, how long and how many minutes near; `near_percent`: the part
    of the time that was near, None where that is not known; `certainty`: how sure it is; `unknown`: what the phone
    cannot tell; `rule`: who decided."""

    day: int
    title: str
    noted: tuple[str, ...]
    near_percent: int | None
    certainty: str
    unknown: tuple[str, ...]
    rule: tuple[str, ...]


def exposure_screen(alert: Alert, language: Translator) -> ExposureScreen:
    """Present an alert."""
    _, explanation = language.gettext, explained(alert, language.zone)
    said, near_percent = explanation.said(language.language), None
    if explanation.near_minutes is not None:
        near_percent = min(100, round(100 * explanation.near_minutes / max(15 * explanation.quarters, 15)))
    # rounded as the time heard is, which could else be longer than the time watched
    quarters = round(alert.watched_s / _QUARTER_S)
    hours = language.duration(quarters * _QUARTER_S) if quarters else watched_text(alert.watched_s, language)
    return ExposureScreen(
        day=alert.day_start_s,
        title=_("On {date} you may have been near a confirmed case").format(
            date=format_day(explanation.day, language.language)
        ),
        noted=(said.signal, said.length, said.near),
        near_percent=near_percent,
        certainty=said.certainty,
        unknown=(
            _("Who it was, and where you met."),
            _("Whether there was a wall between you, or whether you wore masks."),
            _("The other hours of that day: this phone watched for about {hours}.").format(hours=hours),
        ),
        rule=(said.grade, said.rule),
    )


def story(alert: Alert, language: Translator) -> tuple[str, Step]:
    """Say a warning in a few sentences (when, how long near, how sure) with its one next step, for home, notices and the
    diary."""
    explanation = explained(alert, language.zone)
    date = format_weekday_date(explanation.day, language.language)
    said = (
        language.gettext("This was on {date}.").format(date=date),
        explanation.near(language.language),
        explanation.sure(language.language),
    )
    return " ".join(said), Step(language.gettext("See what to do"), f"/exposure/{alert.day_start_s}")


def last_contact(alerts: Sequence[Alert], language: Translator) -> dt.date:
    """Return the latest of the owner's days that is warned of: the days of watching count from it."""
    return max(explained(alert, language.zone).day for alert in alerts)


def report_text(alert: Alert, language: Translator) -> str:
    """Write a message that the owner may read, change and send, in the owner's words: two text messages, in Vietnamese
    three. Only what the screen of the warning says too."""
    _, explanation = language.gettext, explained(alert, language.zone)
    opening = _("Hello. Bluezone says that I may have been near a person with {disease} on {date}.").format(
        date=format_day(explanation.day, language.language)
    )
    said = explanation.near(language.language), explanation.sure(language.language)
    return " ".join([opening, *said, _("What should I do? Please advise me.")])


def sms(text: str) -> str:
    """Return an address that opens the device's own program for messages, with the text and without a number."""
    return f"sms:?&body={quote(text)}"


# --- near a contact (F1) ------------------------------------------------------------------------------


def day_of(alert: Alert, language: Translator) -> str:
    """Return the day that a warning is of, inside a sentence."""
    return format_weekday_date(explained(alert, language.zone).day, language.language)


def days_of_watching(alert: Alert, watch_days: int, language: Translator) -> tuple[str, str]:
    """Return the day of having been near a contact, and the last on which its owner should watch their health: as long
    as an infection may take to show itself."""
    until = explained(alert, language.zone).day + dt.timedelta(days=watch_days)
    return day_of(alert, language), format_weekday_date(until, language.language)


# --- what to do ---------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Call:
    """Hold whom to call: `number` as it is dialled, `shown` as it is read."""

    name: str
    number: str
    shown: str


@dataclass(frozen=True, slots=True)
class Source:
    """Hold what the advice comes from. `lang`: the language of `text` where it is not the reader's, as `label` says."""

    label: str
    text: str
    lang: str
    version: str


@dataclass(frozen=True, slots=True)
class Advice:
    """Hold what to do. `days_total` is 0 where no number of days is known or asked for; `is_over`: they have passed.

    `lang`: the language of `steps` where it is not the reader's; `tests`, `note` are sentences or empty.
    """

    steps: tuple[str, ...]
    calls: tuple[Call, ...]
    note: str
    lang: str = ""
    days_total: int = 0
    days_left: int = 0
    countdown: str = ""
    until: str = ""
    is_over: bool = False
    how_long: str = ""
    tests: str = ""
    source: Source | None = None


def advice(facts: PhoneFacts, last_contact: dt.date, grade: str, language: Translator, hotline: str) -> Advice:
    """Return the advice that holds today. `last_contact`: the latest of the owner's days that is warned of; `grade`: of the
    warning; `hotline`: the digits to call where the document names nobody, if there are any."""
    _, today, note = language.gettext, language.local(facts.now_s).date(), _note(facts.guidance_fault, language)
    entry = entry_for(facts.guidance, facts.places, today, grade)
    default = (Call(_("Hotline"), hotline, shown_number(hotline)),) if hotline else ()
    if entry is None:
        # right anywhere and at any time: keep distance, and ask the health station how long
        careful = (
            _("Call your health station or the hotline. Say that Bluezone has warned you."),
            _("Stay at home and keep 2 metres from others until they have advised you."),
            _("Wear a mask when someone is in the same room, and open a window."),
            _("Watch for {watch_for}. If breathing is hard, call 115 at once."),
        )
        how_long = _("How many days to watch over yourself depends on your place. Your health station tells you.")
        return Advice(careful, default, note, how_long=how_long)
    until = last_contact + dt.timedelta(days=entry.watch_days)
    days_left = min(max((until - today).days + 1, 0), entry.watch_days)
    is_over = entry.watch_days > 0 and days_left == 0
    lang = language.code if language.code in entry.steps else "vi"
    calls = tuple(
        Call(one.name.get(language.code, one.name["vi"]), one.number, shown_number(one.number))
        for one in entry.telephones
    )
    afterwards = (
        _("The days of watching are over. If you feel well, nothing more is needed."),
        _("If you have {watch_for}, call your health station."),
    )
    return Advice(
        steps=afterwards if is_over else entry.steps[lang],
        calls=calls or default,
        note=note,
        lang="" if is_over or lang == language.code else lang,
        days_total=entry.watch_days,
        days_left=days_left,
        countdown=_countdown(days_left, language) if entry.watch_days else "",
        until=format_weekday_date(until, language.language) if entry.watch_days else "",
        is_over=is_over,
        tests="" if is_over else _tests(entry, last_contact, today, language),
        source=_source(entry, language),
    )


def _countdown(days_left: int, language: Translator) -> str:
    if days_left == 0:
        return language.gettext("The days of watching are over")
    return language.ngettext("{n} day left", "{n} days left", days_left).format(n=days_left)


def _tests(entry: Entry, last_contact: dt.date, today: dt.date, language: Translator) -> str:
    days = [last_contact + dt.timedelta(days=day) for day in entry.test_days]
    to_come = [format_weekday_date(day, language.language) for day in days if day >= today]
    if not to_come:
        return ""
    return language.ngettext(
        "Ask your health station for a test on {days}.",
        "Ask your health station for tests on these days: {days}.",
        len(to_come),
    ).format(days="; ".join(to_come))


def _source(entry: Entry, language: Translator) -> Source:
    _ = language.gettext
    version = _("version {version}").format(version=entry.version)
    if language.code == "en" and entry.source_en:
        return Source(_("Source"), entry.source_en, "", version)
    if language.code == "vi":
        return Source(_("Source"), entry.source, "", version)
    return Source(_("Source, in Vietnamese"), entry.source, "vi", version)


def _note(fault: str, language: Translator) -> str:
    """Say that newer guidance may be missing, and what helps."""
    _ = language.gettext
    if not fault:
        return ""
    if fault == Fault.UNTRUSTED:
        return _(
            "Newer advice came that your health authority did not sign. It was not taken. Your health station knows what holds today."
        )
    return _("Bluezone could not get the newest advice, and tries again. Your health station knows what holds today.")
