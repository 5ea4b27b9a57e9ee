"""Read the results of laboratories that are an officer's, and of whom one may be."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Iterable, Sequence
from typing import Any

from django.contrib.auth.models import AnonymousUser
from django.db.models import QuerySet
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from bluezone.authority.diagnosis import queries
from bluezone.authority.diagnosis.models import Case
from bluezone.authority.issuing.models import LabResult
from bluezone.authority.issuing.results import services
from bluezone.authority.issuing.results.rules import Result
from bluezone.authority.issuing.results.services import REPORTS
from bluezone.authority.issuing.retention import RESULT_LIFE
from bluezone.authority.officers import confirming, scope
from bluezone.authority.officers.confirming import Issuer
from bluezone.authority.officers.jurisdiction import NATION
from bluezone.authority.officers.models import User
from bluezone.authority.persons import services as persons
from bluezone.authority.persons.models import Person
from bluezone.authority.site import clock
from bluezone.authority.site.language import unit_name
from bluezone.authority.site.registries import Followed, Group, Happened, Holding, Tone
from bluezone.authority.work.kinds import Line, Reader
from bluezone.authority.work.models import Task


def reach(rows: QuerySet[Any], user: User | AnonymousUser, field: str = "place") -> QuerySet[Any]:
    """Filter rows by the officer's jurisdiction, of who may confirm cases; an account without a role works in the
    ministry's office."""
    officer = scope.officer(user)
    mine = scope.editable(rows, officer, field) if officer.role else rows.filter(**{field: NATION})
    return queries.held(mine, officer)


def tasks_of(officer: User) -> QuerySet[LabResult]:
    """Return the results that an officer is to look at."""
    return reach(LabResult.objects.filter(is_task=True), officer)


def candidates(row: LabResult, officer: User, now: dt.datetime) -> tuple[list[Case], list[tuple[Person, Followed]]]:
    """Return of whom a result may be, by the numbers that the laboratory gave, of those whom the officer may see: cases
    in which a test is awaited, and people who are followed."""
    who = row.person or (row.case.person if row.case else None)
    if who is None:
        return [], []
    people = persons.known(NATION, persons.all_digests(who))
    waiting = services.suspected(people, now)
    cases = list(waiting.filter(pk__in=queries.editable_cases(officer)))
    theirs = {case.person_id for case in cases}
    followed = services.followed_among(people)
    seen = reach(Person.objects.filter(pk__in=followed.keys() - theirs), officer)
    return cases, [(person, followed[person.pk]) for person in seen]


def said_of(case_id: str) -> Iterable[str]:
    """Yield what laboratories said of a case that is not noted on it, until an officer has looked at it: a sentence
    each, the oldest first."""
    rows = LabResult.objects.filter(is_task=True, case=uuid.UUID(case_id)).order_by("pk")
    for row in rows.select_related("laboratory", "case"):
        if row.case is None or REPORTS[Result(row.result)] == row.case.report_type:
            continue  # a correction that the laboratory's right noted by itself
        yield _("%(laboratory)s, %(id)s: %(result)s, sample of %(day)s.") % {
            "laboratory": row.laboratory.get_full_name(),
            "id": row.external_id,
            "result": word(row.result),
            "day": date_format(row.sampled_on, "SHORT_DATE_FORMAT"),
        }


def events(officer: User, person: Person) -> Iterable[Happened]:
    """Yield what laboratories found of a person, for the person's page."""
    tones = {"positive": Tone.ACT, "negative": Tone.SAFE, "withdrawn": Tone.PLAIN}
    for row in reach(LabResult.objects.filter(person=person), officer).select_related("laboratory"):
        day = date_format(row.sampled_on, "SHORT_DATE_FORMAT")
        yield Happened(
            row.received_at,
            _("Test: %(result)s") % {"result": word(row.result)},
            Group.TESTS,
            more=f"{row.external_id}, {row.laboratory.get_full_name()}, {day}",
            icon="test",
            tone=tones[row.result],
            address=reverse("issuing:result", args=[row.pk]),
        )


def held_of(pseudonym: str) -> Iterable[Holding]:
    """Return laboratories' results of a person, for the person's own page."""
    for row in LabResult.objects.filter(person__pseudonym=pseudonym).order_by("-sampled_on"):
        facts = [
            (_("Result"), word(row.result)),
            (_("Sample"), date_format(row.sampled_on, "SHORT_DATE_FORMAT")),
            (_("Laboratory’s id"), row.external_id),
        ]
        rule = _("Shows whose result it is, and tells a correction, by the law on infectious diseases.")
        yield Holding(_("Result of a laboratory"), facts, clock.date_of(row.received_at + RESULT_LIFE), rule)


def lines(tasks: Sequence[Task], reader: Reader) -> dict[int, Line]:
    """Say the rows of the list of work that are results, by the task's key: what was found only to who may read it."""
    reads = confirming.may_read_health(Issuer(officer=reader.officer))
    found = LabResult.objects.select_related("laboratory").filter(pk__in=[task.source_key for task in tasks])
    rows = {str(row.pk): row for row in found}
    return {
        task.pk: Line(
            _("Result of a laboratory: %(result)s") % {"result": word(row.result)}
            if reads
            else _("Result of a laboratory"),
            reverse("issuing:result", args=[row.pk]),
            icon="test",
            about=row.external_id,
            note=named(row),
        )
        for task in tasks
        if (row := rows.get(task.source_key))
    }


def named(row: LabResult) -> str:
    """Return the place that a laboratory named: of a code the unit's name, else as it was written, and whether it is
    known."""
    unit = services.unit_of(row)
    if unit is None and row.named:
        return _("%(place)s: no such place is known") % {"place": row.named}
    return unit_name(unit) if unit and row.named[:1].isdigit() else row.named


def word(result: str) -> str:
    """Return a result in the reader's language."""
    return {"positive": _("positive"), "negative": _("negative"), "withdrawn": _("taken back")}[result]
