"""Serve the one page of a person: who it is, what the person is to the offices, what is due, and what happened, as far
as the officer has a right to each. Packages add what they know by `registries.person_parts`; what they offer is posted
to their own addresses, and leads back here."""

from __future__ import annotations

import datetime as dt
import functools
import itertools
import operator
from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Any

from auditlog.models import LogEntry
from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import PermissionDenied
from django.db.models import Count, Q, QuerySet
from django.forms import BaseForm
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.timezone import localtime
from django.utils.translation import gettext_lazy as _

from bluezone.authority.officers import confirming, scope
from bluezone.authority.officers.confirming import Issuer
from bluezone.authority.officers.generic import DetailPage, Step
from bluezone.authority.officers.models import User
from bluezone.authority.persons import my_data, services
from bluezone.authority.persons.forms import IdentityForm, ReasonForm
from bluezone.authority.persons.models import Person
from bluezone.authority.persons.rules import read_pseudonym
from bluezone.authority.persons.views import shift_bar
from bluezone.authority.site import clock, registries
from bluezone.authority.site.registries import Group, Happened, PersonPart, PersonSection, Standing, Tone

GROUP_NAMES = {
    Group.CALLS: _("Calls"),
    Group.CHECKS: _("Declarations"),
    Group.TESTS: _("Tests"),
    Group.PAPERS: _("Papers"),
    Group.CONTACTS: _("Contacts"),
    Group.OTHER: _("Other"),
}
#: of what happened on one day, the days' strip shows the worst
_WORST = (Tone.ACT, Tone.WATCH, Tone.SAFE)
#: a strip of more days is not drawn
_MOST_DAYS = 31


def seen(rows: QuerySet[Any], user: User | AnonymousUser, _field: str = "") -> QuerySet[Any]:
    """Filter persons by whom any package opens to an officer."""
    officer = scope.officer(user)
    opened = (each.seen(officer) for each in registries.person_parts if each.seen is not None)
    return rows.filter(functools.reduce(operator.or_, opened))


class PersonPage(Step, DetailPage):
    """Show a person; a POST gives the reason for which it is shown, once, who it is."""

    access = scope.officer
    http_method_names: Sequence[str] = ("get", "head", "post")
    nav = "persons"
    template_name = "persons/person.html"
    model, reach, by = Person, seen, "pseudonym"
    form_class: type[BaseForm] | None = ReasonForm
    form_name = "reason"
    wrong_at: str | None = "reason"
    object: Person

    def prepare(self) -> None:
        """Find the person, however the pseudonym was typed."""
        self.kwargs["pseudonym"] = read_pseudonym(self.kwargs["pseudonym"]) or ""
        super().prepare()
        services.open_for([self.object], self.officer, clock.now())

    @property
    def person(self) -> Person | None:
        """Return the person; None on the page of whom no identity is kept any more."""
        return self.object

    def parts(self) -> Iterable[PersonPart]:
        """Return what is shown."""
        return sorted(registries.person_parts, key=lambda each: each.rank)

    @property
    def issuer(self) -> Issuer:
        return Issuer(officer=self.officer)

    @property
    def may_open(self) -> bool:
        """Return whether the officer may open who it is, for a reason."""
        person = self.person
        return person is not None and person.place == self.issuer.place and confirming.may_read_health(self.issuer)

    def act(self) -> HttpResponse | None:
        if not self.may_open:
            raise PermissionDenied
        services.open_identity(self.object, self.issuer, self.form.cleaned_data["reason"])
        return self.show()

    def way_back(self) -> str:
        return reverse("persons:person", args=[self.object.pseudonym])

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        now, officer, person, parts = clock.now(), self.officer, self.person, list(self.parts())
        identity = person.identity if person is not None else None
        standing = next(filter(None, (part.standing(officer, person) for part in parts)), None)
        events = [each for part in parts for each in part.events(officer, person)]
        events.sort(key=lambda each: (localtime(each.at).date(), each.at), reverse=True)
        due = sorted((each for part in parts for each in part.due(officer, person)), key=lambda each: each.at)
        due.sort(key=lambda each: (not each.is_open, each.tone is not Tone.ACT))
        sections = sorted(
            (each for part in parts for each in part.sections(officer, person)), key=lambda each: each.rank
        )
        asked, correction = self.request.GET.get("of", ""), None
        if identity is not None:
            correction = IdentityForm.of(identity)
            correction.sealed = bytes(self.object.sealed)
        found = {
            "person": person,
            "called": self.object.called,
            "identity": identity,
            "correction": correction,
            "may_open": self.may_open,
            "may_send_code": self.may_open and my_data.can_send(self.object),
            "shift_bar": shift_bar(self.request) if self.may_open else None,
            "standing": standing,
            "strip": strip(standing, events, clock.date_of(now)) if standing else (),
            "next": due[0] if due and due[0].is_open else None,
            "then": due[1:] if due and due[0].is_open else due,
            "chips": _chips(events, asked),
            "days": by_day([each for each in events if asked in ("", each.group)], standing),
            "main": [each for each in sections if not each.aside],
            "aside": [each for each in sections if each.aside],
            "ways": [link(self.object.pseudonym) for link in registries.person_links] if self.may_open else (),
            "keeps_language": identity is not None,
        }
        return super().get_context_data(**found | kwargs)


class ChangeIdentity(PersonPage):
    """Correct an identity that was opened."""

    http_method_names = Step.http_method_names
    turn = "identities"
    form_class = IdentityForm
    form_name = "correction"
    wrong_at = None

    def prepare(self) -> None:
        super().prepare()
        if not self.may_open:
            raise Http404

    def get_form(self) -> IdentityForm:
        form = IdentityForm(self.request.POST)
        form.sealed = bytes(self.object.sealed)
        return form

    def act(self) -> None:
        services.change(self.object, self.form.identity, self.issuer, clock.now())


def page_with(request: HttpRequest, person: Person, problem: str, status: int, **context: Any) -> HttpResponse:
    """Return the page of a person with why something could not be done, for the packages whose actions stand on it;
    `context`: what their sections show in the answer to an action, once."""
    page = PersonPage()
    page.setup(request, pseudonym=person.pseudonym)
    page.prepare()
    return page.show(status, problem=problem, reason=ReasonForm(), **context)


# --- what happened ----------------------------------------------------------------------------------------------------


def _chips(events: Sequence[Happened], asked: str) -> list[dict[str, Any]]:
    """Return by what the time line can be filtered, with how much there is of each; first: all."""
    counts = Counter(each.group for each in events)
    found = [{"of": group, "text": name, "count": counts[group]} for group, name in GROUP_NAMES.items()]
    every = {"of": "", "text": _("All"), "count": len(events)}
    return [each | {"here": each["of"] == asked} for each in (every, *found) if each["count"]]


def by_day(events: Iterable[Happened], standing: Standing | None) -> list[dict[str, Any]]:
    """Group what happened by day, each with how many days lie between it and the first that counts."""
    first = standing.first if standing else None
    found = []
    for day, group in itertools.groupby(events, key=lambda each: localtime(each.at).date()):
        number = (day - first).days if first and day >= first else None
        found.append({"day": day, "number": number, "events": list(group)})
    return found


def strip(standing: Standing, events: Iterable[Happened], today: dt.date) -> list[dict[str, Any]]:
    """Return the days that count, each with the worst that happened on it; nothing where they are not known, or too
    many to be drawn."""
    if standing.first is None or standing.last is None or not 0 < (standing.last - standing.first).days < _MOST_DAYS:
        return []
    days = [standing.first + dt.timedelta(days=each) for each in range((standing.last - standing.first).days + 1)]
    by: dict[dt.date, list[Happened]] = {}
    for each in events:
        by.setdefault(localtime(each.at).date(), []).append(each)
    found = []
    for day in days:
        there = by.get(day, [])
        worst = min(there, key=lambda each: _WORST.index(each.tone) if each.tone in _WORST else 9, default=None)
        found.append({"day": day, "worst": worst, "is_today": day == today, "is_ahead": day > today})
    return found


def number_of_day(first: dt.date, last: dt.date, today: dt.date) -> tuple[int, int]:
    """Return which day it is, of how many: the day after the first is the first that counts."""
    length = (last - first).days
    return max(0, min((today - first).days, length)), length


# --- what this package shows ------------------------------------------------------------------------------------------


def of_own_office(officer: User) -> Q:
    """Return the condition for the people whose identity the officer may open."""
    by = Issuer(officer=officer)
    return Q(place=by.place) if confirming.may_read_health(by) else Q(pk__in=())


def kept(officer: User, person: Person) -> Iterable[PersonSection]:
    """Yield until when the identity is kept, and how often it was opened: to who may open it."""
    by = Issuer(officer=officer)
    if person.place != by.place or not confirming.may_read_health(by):
        return
    entries = LogEntry.objects.get_for_object(person)
    opened = entries.filter(Q(changes__has_key="opened") | Q(changes__has_key="opened in a shift"))
    found = opened.aggregate(times=Count("pk"), officers=Count("actor", distinct=True))
    yield PersonSection(90, "persons/kept.html", found | {"until": person.expires_on})


PART = PersonPart(90, seen=of_own_office, sections=kept)
