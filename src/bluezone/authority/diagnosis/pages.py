"""Share what the pages of cases show: a code, what a search, a person's page and the person itself are told."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from typing import Any

from django.db.models import Q
from django.http import HttpRequest
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext

from bluezone.authority.diagnosis import links, queries, rules
from bluezone.authority.diagnosis.codes import IssuedCode
from bluezone.authority.diagnosis.models import Case, OneTimeCode
from bluezone.authority.diagnosis.retention import CASE_LIFE
from bluezone.authority.officers.models import User
from bluezone.authority.persons.models import Person
from bluezone.authority.site import clock, qr
from bluezone.authority.site.registries import Found, Group, Happened, Holding, PersonPart, PersonSection, Tone
from bluezone.authority.units.posters import public_address
from bluezone.protocol.one_time_codes import groups

#: letters that a search begins with, and cases that it shows
_LEAST_SEARCHED, _MOST_FOUND = 3, 10
#: the tone in which a status is shown, and its icon
TONES = {
    Case.Status.SUSPECTED.value: ("watch", "wait"),
    Case.Status.CONFIRMED.value: ("act", "alert"),
    Case.Status.RECOVERED.value: ("safe", "done"),
    Case.Status.WITHDRAWN.value: ("", "off"),
}


def code_context(request: HttpRequest, code: IssuedCode, row: OneTimeCode) -> dict[str, Any]:
    """Return what the page shows, once, of a code that was issued (`diagnosis/code.html`)."""
    link = links.link(public_address(request, "/"), code.long)
    return {
        "groups": groups(code.short),
        "spaced": " ".join(code.short),
        "long_groups": groups(code.long),
        "link": link,
        "drawing": qr.data_address(link),
        "row": row,
        "keeps_language": True,
    }


def code_state(code: OneTimeCode, now: dt.datetime) -> str:
    """Name the state of a code (`rules.code_state`)."""
    used, burnt = code.used_at is not None, code.burnt_at is not None
    return rules.code_state(code.long_expires_at, used=used, burnt=burnt, now=now)


def find(text: str, officer: User) -> list[Found]:
    """Find cases for the one search: by their number, the beginning of their id, or a person's pseudonym."""
    if len(text) < _LEAST_SEARCHED:
        return []
    found = queries.found(queries.visible_cases(officer), text).select_related("person")[:_MOST_FOUND]
    return [Found(case.name, gettext("case"), reverse("diagnosis:detail", args=[case.pk])) for case in found]


def held_of(pseudonym: str) -> Iterable[Holding]:
    """Return the cases of a person, for the person's own page."""
    for case in Case.objects.filter(person__pseudonym=pseudonym).order_by("-created_at"):
        dates = (
            (gettext("Day of the first symptoms"), case.onset_date),
            (gettext("Day of the test"), case.test_date),
        )
        facts = [(label, date_format(day, "SHORT_DATE_FORMAT")) for label, day in dates if day]
        facts = [(gettext("State"), case.get_status_display()), *facts]
        rule = gettext("A case must be kept so long by the law on infectious diseases, for their surveillance.")
        yield Holding(gettext("Your case"), facts, clock.date_of(case.created_at + CASE_LIFE), rule)


# --- on the page of a person ------------------------------------------------------------------------------------------


def _cases(officer: User, person: Person) -> list[Case]:
    rows = list(queries.visible_cases(officer).filter(person=person).order_by("-created_at"))
    for case in rows:
        case.person = person  # as the page opened it: a case without a number is called as the person is
    return rows


def seen(officer: User) -> Q:
    """Return the condition for the people whose cases the officer may see."""
    return Q(pk__in=queries.visible_cases(officer).exclude(person=None).values("person"))


def events(officer: User, person: Person) -> Iterable[Happened]:
    """Yield when cases were opened, and their codes."""
    for case in _cases(officer, person):
        address = reverse("diagnosis:detail", args=[case.pk])
        said = gettext("Case %(name)s: %(what)s") % {"name": case.name, "what": case.get_report_type_display()}
        is_case = case.status in (Case.Status.CONFIRMED, Case.Status.RECOVERED)
        yield Happened(
            case.created_at, said, Group.OTHER, icon="alert", tone=Tone.ACT if is_case else Tone.PLAIN, address=address
        )
        for code in case.codes.all():
            yield Happened(code.issued_at, gettext("A code was issued"), Group.OTHER, icon="done")
            if code.published_at:
                hour = code.published_at
                yield Happened(hour, gettext("The phone warned those who were near"), Group.CONTACTS, icon="done")


def sections(officer: User, person: Person) -> Iterable[PersonSection]:
    """Yield the person's cases, each with its days and the way to its page."""
    rows = _cases(officer, person)
    if rows:
        found = [{"case": case, "tone": TONES[case.status], "window": case.window} for case in rows]
        yield PersonSection(20, "diagnosis/of_person.html", {"cases": found})


PART = PersonPart(40, seen=seen, events=events, sections=sections)
