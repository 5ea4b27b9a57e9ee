"""Show on the page of a person the cases, their course and their codes."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable

from django.db.models import Q, QuerySet
from django.urls import reverse
from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from bluezone.authority.diagnosis import queries
from bluezone.authority.diagnosis.case_rules import Course
from bluezone.authority.diagnosis.course_forms import KIND_NAMES, text_of
from bluezone.authority.diagnosis.models import Case
from bluezone.authority.diagnosis.pages import TONES
from bluezone.authority.officers.models import User
from bluezone.authority.persons.models import Person
from bluezone.authority.site.registries import Group, Happened, PersonPart, PersonSection, Tone


def _cases(officer: User, person: Person) -> QuerySet[Case]:
    return queries.visible_cases(officer).filter(person=person).order_by("-created_at")


def seen(officer: User) -> Q:
    """Return the condition for the people whose cases the officer may see."""
    return Q(pk__in=queries.visible_cases(officer).exclude(person=None).values("person"))


def events(officer: User, person: Person) -> Iterable[Happened]:
    """Yield when cases were opened, what was noted of their course, and their codes."""
    for case in _cases(officer, person):
        address = reverse("diagnosis:detail", args=[case.pk])
        said = _("Case %(name)s: %(what)s") % {"name": case.name, "what": case.get_report_type_display()}
        is_case = case.status in (Case.Status.CONFIRMED, Case.Status.RECOVERED)
        yield Happened(
            case.created_at, said, Group.OTHER, icon="alert", tone=Tone.ACT if is_case else Tone.PLAIN, address=address
        )
        for row in queries.course_of(case):
            kind = Course(row.kind)
            words = text_of(kind, row.what.split(","))
            is_call = kind is Course.CALL
            group = Group.CALLS if is_call else Group.CHECKS if kind is Course.SYMPTOMS else Group.OTHER
            at = row.noted_at if localtime(row.noted_at).date() == row.day else _at_noon(row.day)
            yield Happened(
                at,
                f"{KIND_NAMES[kind]}: {words}",
                group,
                icon="call" if is_call else "done",
                has_hour=at == row.noted_at,
            )
        for code in case.codes.all():
            yield Happened(code.issued_at, _("A code was issued"), Group.OTHER, icon="done")
            if code.published_at:
                hour = code.published_at
                yield Happened(hour, _("The phone warned those who were near"), Group.CONTACTS, icon="done")


def _at_noon(day: dt.date) -> dt.datetime:
    return dt.datetime.combine(day, dt.time(12), localtime().tzinfo)


def sections(officer: User, person: Person) -> Iterable[PersonSection]:
    """Yield the person's cases, each with its days and the way to its page."""
    rows = list(_cases(officer, person))
    if rows:
        own = set(
            queries.editable_cases(officer).filter(pk__in=[case.pk for case in rows]).values_list("pk", flat=True)
        )
        found = [
            {
                "case": case,
                "tone": TONES[case.status],
                "window": case.window,
                "kinds": KIND_NAMES.items() if case.pk in own else (),
            }
            for case in rows
        ]
        yield PersonSection(20, "diagnosis/of_person.html", {"cases": found})


PART = PersonPart(40, seen=seen, events=events, sections=sections)
