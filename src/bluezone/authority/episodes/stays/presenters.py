"""Write stays in the reader's language: who, where, what is due, what was said, which rule holds."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from typing import Any

from django.utils.translation import gettext, pgettext

from bluezone.authority.episodes.models import EpisodeTest, Event, Letter, Stay
from bluezone.authority.episodes.stays import protocol_store, rules
from bluezone.authority.episodes.stays.protocols import Protocol
from bluezone.authority.episodes.stays.rules import Because, Due, Ending, Missing, Said, Severity, TestState, Way
from bluezone.authority.episodes.words import EventKind, Role, StayKind
from bluezone.authority.officers.pages import place_name
from bluezone.authority.site import clock
from bluezone.authority.site.language import page_language
from bluezone.disease.symptoms import listed
from bluezone.i18n import format_number

#: a tag: its tone, icon and text
Tag = tuple[str, str, str]


def pseudonym_of(stay: Stay) -> str:
    """Return the pseudonym of who is in a stay; of who has gone the stay's own number."""
    person = stay.episode.person
    return str(person.pseudonym) if person is not None else gettext("Stay %(number)s") % {"number": stay.pk}


def name_of(stay: Stay) -> str:
    """Return what a stay is called: its bed, or its pseudonym. Never a name."""
    return gettext("Bed %(number)s") % {"number": stay.bed.number} if stay.bed is not None else pseudonym_of(stay)


def where_of(stay: Stay, day: dt.date) -> str:
    """Return the site's name; of a home or a hospital that of its commune."""
    if stay.organisation is not None:
        return str(stay.organisation.name)
    commune = place_name(stay.place, day)
    if stay.kind == StayKind.HOSPITAL:
        return gettext("in hospital, %(commune)s") % {"commune": commune}
    return gettext("at home, %(commune)s") % {"commune": commune}


def role_text(role: str) -> str:
    """Return what a person is in an outbreak, in words."""
    return {
        Role.F0: gettext("Case (F0)"),
        Role.F1: gettext("Close contact of a case (F1)"),
        Role.F2: gettext("Contact of a contact (F2)"),
        Role.TRAVELLER: gettext("Came from abroad or from an area with an outbreak"),
    }[Role(role)]


def kind_text(kind: str) -> str:
    """Return where somebody is isolated, in words."""
    return {
        StayKind.SITE: gettext("at a quarantine site"),
        StayKind.HOME: gettext("at home"),
        StayKind.HOSPITAL: gettext("in hospital"),
    }[StayKind(kind)]


def ending_text(ending: str) -> str:
    """Return how a stay ended, in words."""
    return {
        Ending.DONE: gettext("Released on the last day"),
        Ending.EARLY: gettext("Released early"),
        Ending.DIED: gettext("Died"),
        Ending.MISTAKE: gettext("Entered by mistake"),
    }[Ending(ending)]


def because_text(because: str) -> str:
    """Return why somebody was released early, in words."""
    return {
        Because.NO_CONTACT: gettext("Was no contact after all"),
        Because.SHORTER: gettext("A rule made the time shorter"),
        Because.HARDSHIP: gettext("Hardship: illness, a death, a child alone"),
        Because.OTHER: gettext("Other"),
    }[Because(because)]


def missing_text(missing: Missing) -> str:
    """Return what a release lacks, in words."""
    return {
        Missing.DANGER: gettext("A danger sign was declared today."),
        Missing.FEVER: gettext("A fever was declared today."),
        Missing.ALARM: gettext("Symptoms were declared, and nobody has called yet."),
        Missing.TEST: gettext("A test is due and not taken."),
        Missing.RESULT: gettext("The result of a test is missing."),
        Missing.POSITIVE: gettext("The last test is positive."),
    }[missing]


def due_tag(due: Due) -> Tag:
    """Return what is due of today's check as a tag."""
    return {
        Due.NOTHING: ("", "off", gettext("nothing due")),
        Due.DECLARED: ("safe", "done", gettext("declared")),
        Due.AWAITED: ("", "wait", gettext("not yet")),
        Due.REMIND: ("watch", "wait", gettext("not yet, after 12:00")),
        Due.CALL: ("act", "alert", gettext("not declared: call")),
    }[due]


def severity_tag(severity: int) -> Tag:
    """Return a check's urgency as a tag."""
    return {
        Severity.WELL: ("safe", "done", gettext("well")),
        Severity.SYMPTOMS: ("watch", "alert", gettext("symptoms")),
        Severity.EMERGENCY: ("act", "alert", gettext("needs help now")),
    }[Severity(severity)]


def test_tag(test: EpisodeTest, today: dt.date) -> Tag:
    """Return a test's state as a tag."""
    if test.result == "positive":
        return ("act", "alert", gettext("positive"))
    if test.result:
        return ("safe", "done", gettext("negative"))
    if test.taken_on:
        return ("watch", "wait", gettext("taken, the result is awaited"))
    return {
        TestState.COMING: ("", "wait", gettext("to come")),
        TestState.DUE: ("watch", "wait", gettext("due today")),
        TestState.MISSED: ("act", "alert", pgettext("test", "missed")),
        TestState.DONE: ("safe", "done", gettext("done")),
    }[rules.test_state(test.due_on, test.result, today)]


def way_text(way: str) -> str:
    """Return how a check came, in words."""
    return {
        Way.PHONE: gettext("by the app"),
        Way.WEB: gettext("by the link"),
        Way.CALL: gettext("by a call or a visit"),
    }[Way(way)]


def check(event: Event) -> dict[str, Any]:
    """Describe a check: signs, temperature and oxygen in words; whether the person is well says the tag."""
    said = Said.from_json(event.facts)
    parts = [listed(said.symptoms, page_language())] if said.symptoms else []
    if said.temperature is not None:
        degrees = format_number(said.temperature, page_language(), 1)
        parts.append(gettext("%(degrees)s °C") % {"degrees": degrees})
    if said.oxygen is not None:
        parts.append(gettext("oxygen %(percent)s %%") % {"percent": said.oxygen})
    return {"row": event, "text": ", ".join(parts), "tag": severity_tag(event.severity), "way": way_text(event.what)}


def care_text(what: str) -> str:
    """Return a word of care in the reader's language."""
    return {
        "medicine-bag": gettext("got the medicine bag"),
        "referral": gettext("taken to hospital"),
    }.get(what, what)


def kind_of_letter(kind: str) -> str:
    """Return which letter it is, in words."""
    return gettext("Order to isolate") if kind == "order" else gettext("Release from isolation")


def rows(stays: Iterable[Stay], dues: Mapping[int, Due], now: dt.datetime) -> list[dict[str, Any]]:
    """Describe stays for a list, each with today's check and the next test."""
    listed, today = list(stays), clock.date_of(now)
    episodes = [stay.episode_id for stay in listed]
    tests: dict[object, EpisodeTest] = {}
    for test in EpisodeTest.objects.filter(episode__in=episodes, result="").order_by("-due_on"):
        tests[test.episode_id] = test
    checks = Event.objects.filter(episode__in=episodes, kind=EventKind.CHECK.value, day=today).order_by("severity")
    said = dict(checks.values_list("episode", "severity"))
    letters = Letter.objects.filter(stay__in=[stay.pk for stay in listed], kind="order", withdrawn_at=None)
    ordered = set(letters.values_list("stay", flat=True))
    return [
        {
            "stay": stay,
            "name": name_of(stay),
            "role": stay.episode.role.upper() if stay.episode.role != Role.TRAVELLER else gettext("traveller"),
            "is_case": stay.episode.role == Role.F0,
            "where": where_of(stay, today),
            "due": due_tag(dues[stay.pk]),
            "said": severity_tag(said[stay.episode_id]) if stay.episode_id in said else None,
            "test": tests.get(stay.episode_id),
            "test_tag": test_tag(tests[stay.episode_id], today) if stay.episode_id in tests else None,
            "overdue": stay.ended_on is None and stay.until < today,
            "ordered": stay.pk in ordered,
        }
        for stay in listed
    ]


def protocol_facts(stay: Stay) -> dict[str, Any]:
    """Return what a page says of the rule that gave a stay its last day."""
    found = protocol_store.by_name(stay.protocol)
    if found is None:
        return {"name": stay.protocol, "source": "", "assumed": "", "fits": True}
    source, language = found.source_in(page_language().value)
    return {
        "name": found.name,
        "days": found.days,
        "source": source,
        "source_language": language,
        "assumed": assumed_text(found),
        "fits": found.cases == (stay.episode.role == Role.F0),
    }


def assumed_text(protocol: Protocol) -> str:
    """Name what of a rule no text was found for; nothing where there is a text for all."""
    names = {
        "from": gettext("its first day"),
        "days": gettext("its length"),
        "watch_days": gettext("the days of watching"),
        "test_days": gettext("the days of tests"),
        "if_positive_days": gettext("how long a positive test keeps somebody"),
    }
    return ", ".join(text for key, text in names.items() if key in protocol.assumed)
