"""Show on the page of a person the cases and their codes."""

from __future__ import annotations

from collections.abc import Iterable

from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext as _

from bluezone.authority.diagnosis import queries
from bluezone.authority.diagnosis.models import Case
from bluezone.authority.diagnosis.pages import TONES
from bluezone.authority.officers.models import User
from bluezone.authority.persons.models import Person
from bluezone.authority.site.registries import Group, Happened, PersonPart, PersonSection, Tone


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
        said = _("Case %(name)s: %(what)s") % {"name": case.name, "what": case.get_report_type_display()}
        is_case = case.status in (Case.Status.CONFIRMED, Case.Status.RECOVERED)
        yield Happened(
            case.created_at, said, Group.OTHER, icon="alert", tone=Tone.ACT if is_case else Tone.PLAIN, address=address
        )
        for code in case.codes.all():
            yield Happened(code.issued_at, _("A code was issued"), Group.OTHER, icon="done")
            if code.published_at:
                hour = code.published_at
                yield Happened(hour, _("The phone warned those who were near"), Group.CONTACTS, icon="done")


def sections(officer: User, person: Person) -> Iterable[PersonSection]:
    """Yield the person's cases, each with its days and the way to its page."""
    rows = _cases(officer, person)
    if rows:
        found = [{"case": case, "tone": TONES[case.status], "window": case.window} for case in rows]
        yield PersonSection(20, "diagnosis/of_person.html", {"cases": found})


PART = PersonPart(40, seen=seen, events=events, sections=sections)
