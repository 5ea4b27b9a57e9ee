"""Present what the authority asks of who was warned: what to do, how long, when to be tested, whom to call.

It comes from the authority's signed document (`protocol.guidance`) for the owner's place and today. Where none holds,
the advice is careful and names no number of days: nobody here may invent one.
"""
# ruff: noqa: E501 (sentences are not broken)

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from bluezone.i18n import Translator, format_weekday_date
from bluezone.phone.app.facts import PhoneFacts
from bluezone.phone.web.presenters.common import shown_number
from bluezone.protocol.guidance import Entry, Telephone, entry_for
from bluezone.protocol.signed import Fault

#: of a warning whose grade an earlier version of the app did not keep
_UNGRADED = "raised"


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
    lang: str
    days_total: int
    days_left: int
    countdown: str
    until: str
    is_over: bool
    how_long: str
    tests: str
    calls: tuple[Call, ...]
    source: Source | None
    note: str


def advice(facts: PhoneFacts, last_contact: dt.date, grade: str | None, language: Translator, hotline: str) -> Advice:
    """Return the advice that holds today. `last_contact`: the latest of the owner's days that is warned of; `grade`: of the
    warning; `hotline`: the digits to call where the document names nobody."""
    today = language.local(facts.now_s).date()
    entry = entry_for(facts.guidance, facts.places, today, grade or _UNGRADED)
    default = Call(language.gettext("Hotline"), hotline, shown_number(hotline))
    if entry is None:
        return _careful(facts, language, default)
    until = last_contact + dt.timedelta(days=entry.watch_days)
    days_left = min(max((until - today).days + 1, 0), entry.watch_days)
    is_over = entry.watch_days > 0 and days_left == 0
    lang = language.code if language.code in entry.steps else "vi"
    return Advice(
        steps=_steps_after(language) if is_over else entry.steps[lang],
        lang="" if is_over or lang == language.code else lang,
        days_total=entry.watch_days,
        days_left=days_left,
        countdown=_countdown(days_left, language) if entry.watch_days else "",
        until=format_weekday_date(until, language.language) if entry.watch_days else "",
        is_over=is_over,
        how_long="",
        tests="" if is_over else _tests(entry, last_contact, today, language),
        calls=tuple(_call(one, language) for one in entry.telephones) or (default,),
        source=_source(entry, language),
        note=_note(facts.guidance_fault, language),
    )


def _careful(facts: PhoneFacts, language: Translator, call: Call) -> Advice:
    """Return what is right anywhere and at any time: keep distance, and ask the health station how long."""
    _ = language.gettext
    return Advice(
        steps=(
            _("Call your health station or the hotline. Say that Bluezone has warned you."),
            _("Stay at home and keep 2 metres from others until they have advised you."),
            _("Wear a mask when someone is in the same room, and open a window."),
            _("Watch for fever, cough or trouble breathing. If breathing is hard, call 115 at once."),
        ),
        lang="",
        days_total=0,
        days_left=0,
        countdown="",
        until="",
        is_over=False,
        how_long=_("How many days to watch over yourself depends on your place. Your health station tells you."),
        tests="",
        calls=(call,),
        source=None,
        note=_note(facts.guidance_fault, language),
    )


def _steps_after(language: Translator) -> tuple[str, ...]:
    _ = language.gettext
    return (
        _("The days of watching are over. If you feel well, nothing more is needed."),
        _("If you have fever, cough or trouble breathing, call your health station."),
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


def _call(telephone: Telephone, language: Translator) -> Call:
    name = telephone.name.get(language.code, telephone.name["vi"])
    return Call(name, telephone.number, shown_number(telephone.number))


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
