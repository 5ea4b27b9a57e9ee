"""Show on the page of a person the stays: where, until when, what a release lacks, checks, care, letters."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from typing import Any

from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from bluezone.authority.episodes.models import Event, Handover, Stay
from bluezone.authority.episodes.stays import presenters, queries
from bluezone.authority.episodes.stays.rules import is_shown
from bluezone.authority.episodes.words import EventKind
from bluezone.authority.officers import confirming
from bluezone.authority.officers.confirming import Issuer
from bluezone.authority.officers.models import User
from bluezone.authority.officers.pages import place_name
from bluezone.authority.persons.models import Person
from bluezone.authority.site import clock
from bluezone.authority.site.registries import Group, Happened, PersonPart, PersonSection, Standing, Tone


def seen(officer: User) -> Q:
    """Return the condition for the people whose stays the officer may see: a site's manager, too."""
    return Q(pk__in=queries.visible(officer).exclude(episode__person=None).values("episode__person"))


def _stays(officer: User, person: Person) -> list[Stay]:
    return list(queries.visible(officer).filter(episode__person=person).order_by("-since", "-pk"))


def _reads_health(officer: User) -> bool:
    return confirming.may_read_health(Issuer(officer=officer))


def standing(officer: User, person: Person) -> Standing | None:
    """Return where the person is apart from others: what somebody is told who sees no more than that."""
    row = next((each for each in _stays(officer, person) if each.ended_on is None), None)
    if row is None:
        return None
    return Standing(_where(row), _days(row), row.since, row.until)


def _where(row: Stay) -> str:
    where = presenters.where_of(row, clock.today())
    return _("In isolation: %(where)s") % {"where": f"{where}, {row.bed.number}" if row.bed else where}


def _days(row: Stay) -> str:
    first, last = (date_format(day, "SHORT_DATE_FORMAT") for day in (row.since, row.until))
    return _("%(first)s to %(last)s") % {"first": first, "last": last}


def events(officer: User, person: Person) -> Iterable[Happened]:
    """Yield when stays began and ended, letters, and to who may read health data checks and care."""
    rows = _stays(officer, person)
    for row in rows:
        address = reverse("isolation:stay", args=[row.pk])
        yield _on(row.since, _where(row), _days(row), address)
        if row.ended_on is not None:
            more = presenters.because_text(row.because) if row.because else ""
            yield _on(
                row.ended_on, presenters.ending_text(row.ending) if row.ending else _("The stay ended"), more, address
            )
        for letter in row.letters.all():
            more = _("withdrawn") if letter.withdrawn_at else ""
            name = presenters.kind_of_letter(letter.kind)
            yield Happened(letter.issued_at, name, Group.PAPERS, more, "letter", address=address)
    for move in Handover.objects.filter(episode__in={row.episode_id for row in rows}):
        more = f"{place_name(move.to_place, clock.today())}: {move.get_state_display()}"
        yield Happened(move.asked_at, _("Another office was asked to take over"), Group.OTHER, more, "give")
    if not _reads_health(officer):
        return
    kinds = (EventKind.CHECK.value, EventKind.CARE.value)
    for event in Event.objects.filter(episode__in={row.episode_id for row in rows}, kind__in=kinds):
        yield _checked(event) if event.kind == EventKind.CHECK else _cared(event)


def _on(day: dt.date, what: str, more: str, address: str) -> Happened:
    noon = timezone.make_aware(dt.datetime.combine(day, dt.time(12)))
    return Happened(noon, what, Group.OTHER, more, "done", address=address, has_hour=False)


def _checked(event: Event) -> Happened:
    found = presenters.check(event)
    tone, _icon, said = found["tag"]
    what = f"{said}: {found['text']}" if found["text"] else said
    more = found["way"]
    if event.severity and event.answered_at is None:
        more += ". " + _("Nobody has called yet.")
    return Happened(event.at, what, Group.CHECKS, more, "form", Tone(tone))


def _cared(event: Event) -> Happened:
    return Happened(event.at, presenters.care_text(event.what), Group.OTHER, icon="done")


def sections(officer: User, person: Person) -> Iterable[PersonSection]:
    """Yield each stay that runs or ended last, with what a release lacks and what may be done."""
    rows = _stays(officer, person)
    row = next((each for each in rows if each.ended_on is None), rows[0] if rows else None)
    if row is None:
        return
    today = clock.today()
    running, reads = row.ended_on is None, _reads_health(officer)
    tests = [each for each in row.episode.tests.order_by("due_on") if is_shown(each.due_on, each.result, row.ended_on)]
    lacks = queries.missing_of(row, today) if running and reads else ()
    found: dict[str, Any] = {
        "stay": row,
        "where": _where(row),
        "days": _days(row),
        "running": running,
        "early": row.until > today,
        "until": row.until,
        "missing": [presenters.missing_text(each) for each in lacks],
        "tests": [{"row": each, "tag": presenters.test_tag(each, today)} for each in tests] if reads else (),
        "may_change": queries.editable(officer).filter(pk=row.pk).exists(),
    }
    yield PersonSection(15, "stays/of_person.html", found)


PART = PersonPart(30, seen=seen, standing=standing, events=events, sections=sections)
