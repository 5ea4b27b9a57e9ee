"""Serve the pages on which an office enters contacts of its cases, calls them and notes what was done of each."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any

from django.contrib.auth.models import AnonymousUser
from django.db.models import Q, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from bluezone.authority.diagnosis import queries as cases
from bluezone.authority.diagnosis.models import Case
from bluezone.authority.diagnosis.pages import code_context
from bluezone.authority.episodes import calls as sheets
from bluezone.authority.episodes import course, handing_over, queries, rules, services, warning
from bluezone.authority.episodes.forms import (
    DECISION_NAMES,
    CallForm,
    CourseForm,
    IsolationForm,
    MeetingForm,
    SourceForm,
    TravelForm,
    wait_text,
)
from bluezone.authority.episodes.models import Episode
from bluezone.authority.episodes.person_part import page_of
from bluezone.authority.episodes.presenters import told
from bluezone.authority.episodes.rules import ContactError
from bluezone.authority.episodes.words import Decision, EventKind, FoundBy, Reached, Role, Setting
from bluezone.authority.officers import scope
from bluezone.authority.officers.confirming import Issuer
from bluezone.authority.officers.generic import DetailPage, FormPage, OfObject, Step
from bluezone.authority.officers.jurisdiction import NATION
from bluezone.authority.officers.models import User
from bluezone.authority.officers.pages import office_name
from bluezone.authority.persons import services as persons
from bluezone.authority.site import clock, registries
from bluezone.authority.site.language import sentence_of
from bluezone.authority.work.views import list_address
from bluezone.errors import TranslatableError

# --- contacts of a case -----------------------------------------------------------------------------------------------


class ContactsOfCase(DetailPage):
    """List the contacts of a case: of those that another office follows role and state alone."""

    access = scope.confirming_cases
    model, reach, named = Case, cases.visible, "case_id"
    nav = "list"
    template_name = "episodes/of_case.html"
    object: Case

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        case, today = self.object, clock.today()
        seen = set(queries.visible(self.officer).filter(exposures__isnull=False).values_list("pk", flat=True))
        contacts = list(queries.contacts_of(case).annotate(tested=queries.TESTED))
        opened = [case.person, *(row.person for row in contacts if row.pk in seen)]
        persons.open_for(opened, self.officer, clock.now())
        rows = [
            {
                "row": row,
                "is_seen": row.pk in seen,
                "name": row.called if row.pk in seen else office_name(row.place, today),
                "role": row.role.upper(),
                "decision": DECISION_NAMES[row.decision],
                "wait": wait_text(rules.waits_for(queries.standing_of(row))),
            }
            for row in contacts
        ]
        is_editable = cases.editable_cases(self.officer).filter(pk=case.pk).exists()
        found = {
            "case": case,
            "name": case.name,
            "rows": rows,
            "ways": [link(case.person.pseudonym if case.person else "") for link in registries.person_links],
            "may_import": scope.jurisdiction(self.officer) is not None,
            "may_add": case.merged_into_id is None and is_editable,
        }
        return super().get_context_data(**found | kwargs)


def link_of_case(case_id: str) -> registries.Link:
    """Return the way from a case to its contacts."""
    address = reverse("episodes:of-case", args=(case_id,))
    return registries.Link(address, gettext("Contacts"), gettext("Who was near on the infectious days."))


def link_of_course(case_id: str) -> registries.Link:
    """Return the way from a case to what happened to the person, where the course is noted."""
    row = services.of_case(Case.objects.get(pk=case_id), clock.now())
    address = reverse("episodes:episode", args=(row.pk,))
    said = gettext("Calls, signs, hospital, outcome, journeys, and what is due.")
    return registries.Link(address, gettext("Course"), said)


# --- an episode -------------------------------------------------------------------------------------------------------


class OfEpisode(OfObject):
    """Serve an episode that the officer may change."""

    access = scope.confirming_cases
    reach = queries.editable_of
    model, named, nav = Episode, "episode_id", "work"
    object: Episode

    def rows(self) -> QuerySet[Episode]:
        return Episode.objects.select_related("person", "case__person")

    def prepare(self) -> None:
        super().prepare()
        persons.open_for([self.object.person], self.officer, clock.now())

    @property
    def issuer(self) -> Issuer:
        return Issuer(officer=self.officer)

    def address(self) -> str:
        """Return the address of the page that shows the episode: its person's."""
        person = self.object.person
        if person is None:
            return reverse("episodes:episode", args=[self.object.pk])
        return reverse("persons:person", args=[person.pseudonym])

    def way_back(self) -> str:
        """Return the list of work that a form of it came from, else the address that leads to the page of who it is: a
        step may have deleted the person."""
        return list_address(self.request) or reverse("episodes:episode", args=[self.object.pk])


def _followed_or_given(rows: QuerySet[Any], user: User | AnonymousUser, _field: str = "") -> QuerySet[Any]:
    """Filter episodes by those that an officer sees, or saw until the person was handed over."""
    officer = scope.officer(user)
    went = handing_over.given(officer).exclude(episode__person=None).values("episode")
    return rows.filter(Q(pk__in=queries.visible(officer).values("pk")) | Q(pk__in=went))


class EpisodePage(OfEpisode):
    """Lead to the page of who it is; of whom no identity is kept, show the episode alone."""

    reach = _followed_or_given

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:  # noqa: ARG002
        """Lead to the page, or show it."""
        person = self.object.person
        return redirect("persons:person", person.pseudonym) if person is not None else page_of(request, self.object)


class EpisodeStep(OfEpisode, Step):
    """Do something with an episode by a button of its person's page, and show that again with what is wrong."""

    done = ""

    def refused(self, error: TranslatableError) -> HttpResponse:
        """Show the page as it is stored: somebody may have changed it meanwhile."""
        self.prepare()
        return self.show(getattr(error, "status", HTTPStatus.CONFLICT), problem=sentence_of(error))

    def show(self, status: int = 200, problem: str = "", **_context: Any) -> HttpResponse:
        """Return the page of the person."""
        return page_of(self.request, self.object, problem, status)


class Note(EpisodeStep):
    """Note that a contact was decided of, isolated or tested, or open the case that they may be."""

    def act(self) -> HttpResponse | None:
        row, now, what = self.object, clock.now(), self.kwargs["what"]
        if what == "negative":
            services.found_negative(row, now, self.officer)
        elif what == "decide":
            decision = self.request.POST.get("decision", "")
            if decision not in set(Decision):
                raise ContactError(rules.CHOOSE)
            services.decide(row, Decision(decision), self.officer, now)
        elif what == "isolated":
            form = IsolationForm(self.request.POST)
            if not form.is_valid():
                return self.show(400, str(form.errors["isolated_on"][0]))
            services.isolate(row, form.cleaned_data["isolated_on"], now, self.officer)
        elif what == "case":
            return redirect("diagnosis:detail", services.open_case(row, self.issuer, now).pk)
        else:
            raise Http404
        return None


class Warn(EpisodeStep):
    """Ask a contact to warn others: show, once, the code for it."""

    def act(self) -> HttpResponse:
        code, stored = warning.ask(self.object, self.issuer, clock.now())
        context = {"nav": self.nav, "episode": self.object} | code_context(self.request, code, stored)
        return render(self.request, "episodes/code.html", context)


# --- entering ---------------------------------------------------------------------------------------------------------


class EpisodeForm(OfEpisode, FormPage):
    """Serve a form of an episode with a page of its own."""

    @property
    def within(self) -> str:
        """Return the place in which the officer's organisations lie."""
        own = scope.jurisdiction(self.officer)
        return own.edited[0] if own is not None else NATION

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        name = f"{self.object.role.upper()} {self.object.called}"
        return super().get_context_data(**{"name": name, "trail": [(self.address(), name)]} | kwargs)


class NewOfContact(EpisodeForm):
    """Enter who was near a contact of a case."""

    template_name = "episodes/new.html"
    form_class: Any = MeetingForm
    done = ""

    def prepare(self) -> None:
        super().prepare()
        if self.object.role == Role.F2:
            raise Http404

    def get_form_kwargs(self) -> dict[str, Any]:
        return {"office": self.issuer.place, "within": self.within, "today": clock.today()}

    def act(self) -> HttpResponse | None:
        values, near = self.form.cleaned_data, self.object
        met = services.Met(values["day"], Setting(values["setting"]), FoundBy.HAND, values["site"], values["relation"])
        row = services.enter(near, self.form.who, met, self.issuer, clock.now(), values["commune"])
        if queries.visible(self.officer).filter(pk=row.pk).exists():
            return redirect("episodes:episode", row.pk)
        return redirect("episodes:of-case", near.case_id) if near.case_id else None

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        level = rules.contact_of(Role(self.object.role)).upper()
        return super().get_context_data(**{"name": self.object.called, "level": level} | kwargs)


class NewOfCase(NewOfContact):
    """Enter who was near a case."""

    def get_object(self) -> Episode:
        """Return the episode of the case. Raises Http404 for one that the officer may not change; what is done with one
        that was merged is done with the case it turned out to be."""
        rows = cases.editable_cases(self.officer).filter(merged_into=None)
        return services.of_case(get_object_or_404(rows, pk=self.kwargs["case_id"]), clock.now())


class NameSource(EpisodeForm):
    """Note of whom somebody is a contact whose phone warned."""

    title = _("Enter whose contact this is")
    lead = _("The phone warned, and does not know of whom. If the call told it, nobody is traced twice.")
    form_class: Any = SourceForm
    done = ""

    def get_form_kwargs(self) -> dict[str, Any]:
        return {"within": self.within}

    def act(self) -> None:
        values, now = self.form.cleaned_data, clock.now()
        case = queries.case_called(self.officer, values["case"])
        if case is None:
            raise ContactError(rules.NO_SUCH_CASE, "case")
        near, setting = services.of_case(case, now), Setting(values["setting"])
        services.name_source(self.object, near, setting, values["site"], self.issuer, now)


class Call(EpisodeForm):
    """Show the call sheet, and note a call; go back to where what follows from it is decided."""

    template_name = "episodes/call.html"
    form_class: Any = CallForm
    done = ""

    @property
    def sheet(self) -> sheets.Sheet:
        return sheets.in_force(clock.today())

    @property
    def short(self) -> Reached | None:
        """Return what became of a call that is noted by one press, without the form."""
        return {"well": Reached.YES, "silent": Reached.NO_ANSWER}.get(self.request.POST.get("short", ""))

    def get_form(self) -> CallForm | None:
        if self.short is not None:
            return None
        return CallForm(self.sheet, clock.now(), self.request.POST if self.request.method == "POST" else None)

    def act(self) -> None:
        if self.short is not None:
            services.call_in_short(self.object, self.short, self.officer, clock.now())
        else:
            services.call(self.object, self.form.said, self.officer, clock.now())

    def refused(self, error: TranslatableError) -> HttpResponse:
        self.form = self.form or CallForm(self.sheet, clock.now())
        return super().refused(error)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        row, sheet, person = self.object, self.sheet, self.object.person
        can_be_lost = Decision.LOST in rules.decisions_from(row.decision) and row.role != Role.F0
        found = {
            "row": row,
            "pseudonym": person.pseudonym if person is not None and person.place == self.issuer.place else "",
            "calls": told(row.events.filter(kind=EventKind.CALL.value)),
            "may_give_up": can_be_lost and sheets.may_give_up(row, sheet),
            "attempts": sheet.attempts,
        }
        return super().get_context_data(**found | kwargs)


# --- the course -------------------------------------------------------------------------------------------------------


class NoteCourse(EpisodeForm):
    """Note signs, hospital, outcome."""

    title = _("Note the course")
    lead = _("What you learnt of one day. It stands in the person’s time line; signs are stored encrypted.")
    form_class: Any = CourseForm

    def get_form_kwargs(self) -> dict[str, Any]:
        return {"initial": {"day": clock.today()}}

    def act(self) -> None:
        course.note(self.object, self.form.noted, self.officer, clock.now())

    def way_back(self) -> str:
        return self.address()


class NoteTravel(NoteCourse):
    """Note from where somebody came, for who looks for others on the way."""

    title = _("Note a journey")
    lead = _("From where the person came, when and by what. It stands in the time line and in the line list.")
    form_class = TravelForm

    def act(self) -> None:
        course.note_travel(self.object, self.form.travelled, self.officer, clock.now())
