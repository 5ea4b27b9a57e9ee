"""Serve the pages on which an office enters contacts of its cases, calls them and notes what was done of each."""

from __future__ import annotations

import uuid
from typing import Any

from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from bluezone.authority.diagnosis import queries as cases
from bluezone.authority.diagnosis.models import Case
from bluezone.authority.diagnosis.pages import code_context, confirmers_page, issuer_of, own_case, readable_case
from bluezone.authority.diagnosis.quota import IssueError
from bluezone.authority.diagnosis.rules import CaseError
from bluezone.authority.episodes import calls as sheets
from bluezone.authority.episodes import handing_over, queries, rules, services, warning
from bluezone.authority.episodes.forms import (
    DECISION_NAMES,
    CallForm,
    IsolationForm,
    MeetingForm,
    SourceForm,
    wait_text,
)
from bluezone.authority.episodes.models import Episode
from bluezone.authority.episodes.person_part import page_of
from bluezone.authority.episodes.presenters import told
from bluezone.authority.episodes.rules import ContactError
from bluezone.authority.episodes.warning import WarnError
from bluezone.authority.episodes.words import Decision, EventKind, FoundBy, Reached, Role, Setting
from bluezone.authority.officers import scope
from bluezone.authority.officers.jurisdiction import NATION
from bluezone.authority.officers.pages import office_name
from bluezone.authority.persons import services as persons
from bluezone.authority.persons.rules import IdentityError
from bluezone.authority.site import clock, registries
from bluezone.authority.site.language import sentence_of
from bluezone.authority.work.views import list_address

#: the page of the menu that these pages belong to
NAV = "work"


# --- lists ------------------------------------------------------------------------------------------------------------


@confirmers_page
@require_GET
def of_case(request: HttpRequest, case_id: uuid.UUID) -> HttpResponse:
    """List the contacts of a case: of those that another office follows role and state alone."""
    case = readable_case(request, case_id)
    seen = set(_visible(request).filter(exposures__isnull=False).values_list("pk", flat=True))
    rows = list(queries.contacts_of(case).annotate(tested=queries.TESTED))
    persons.open_for(
        [case.person, *(row.person for row in rows if row.pk in seen)], scope.officer(request.user), clock.now()
    )
    context = {
        "nav": "list",
        "case": case,
        "name": case.name,
        "rows": [_listed(row, is_seen=row.pk in seen) for row in rows],
        "ways": [link(case.person.pseudonym if case.person else "") for link in registries.person_links],
        "may_import": scope.jurisdiction(request.user) is not None,
        "may_add": case.merged_into_id is None
        and cases.editable_cases(scope.officer(request.user)).filter(pk=case.pk).exists(),
    }
    return render(request, "episodes/of_case.html", context)


def _listed(row: Episode, *, is_seen: bool) -> dict[str, Any]:
    """Describe an episode as a row of a list (`episodes/contact_rows.html`)."""
    return {
        "row": row,
        "is_seen": is_seen,
        "name": row.called if is_seen else office_name(row.place, clock.today()),
        "role": row.role.upper(),
        "decision": DECISION_NAMES[row.decision],
        "wait": wait_text(rules.waits_for(queries.standing_of(row))),
    }


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


# --- entering ---------------------------------------------------------------------------------------------------------


@confirmers_page
@require_http_methods(["GET", "POST"])
def new_of_case(request: HttpRequest, case_id: uuid.UUID) -> HttpResponse:
    """Enter who was near a case."""
    return _new(request, services.of_case(own_case(request, case_id), clock.now()))


@confirmers_page
@require_http_methods(["GET", "POST"])
def new_of_contact(request: HttpRequest, episode_id: uuid.UUID) -> HttpResponse:
    """Enter who was near a contact of a case."""
    row = own_episode(request, episode_id)
    if row.role == Role.F2:
        raise Http404
    return _new(request, row)


def _new(request: HttpRequest, near: Episode) -> HttpResponse:
    now, by = clock.now(), issuer_of(request)
    persons.open_for([near.person], scope.officer(request.user), now)
    form = MeetingForm(
        by.place, _within(request), clock.date_of(now), request.POST if request.method == "POST" else None
    )
    if request.method == "POST" and form.is_valid() and form.who is not None:
        values = form.cleaned_data
        met = services.Met(values["day"], Setting(values["setting"]), FoundBy.HAND, values["site"], values["relation"])
        try:
            row = services.enter(near, form.who, met, by, now, values["commune"])
            if _visible(request).filter(pk=row.pk).exists():
                return redirect("episodes:episode", row.pk)
            return redirect("episodes:of-case", near.case_id) if near.case_id else redirect("episodes:episode", near.pk)
        except (ContactError, IdentityError) as error:
            form.add_error(error.field or None, sentence_of(error))
    role = rules.contact_of(Role(near.role)).upper()
    context = {"nav": NAV, "form": form, "name": near.called, "level": role}
    return render(request, "episodes/new.html", context, status=400 if form.errors else 200)


@confirmers_page
@require_http_methods(["GET", "POST"])
def source(request: HttpRequest, episode_id: uuid.UUID) -> HttpResponse:
    """Note of whom somebody is a contact whose phone warned."""
    row = own_episode(request, episode_id)
    form = SourceForm(_within(request), request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        values, now = form.cleaned_data, clock.now()
        try:
            near = services.of_case(_case_called(request, values["case"]), now)
            services.name_source(row, near, Setting(values["setting"]), values["site"], issuer_of(request), now)
            return redirect("episodes:episode", row.pk)
        except ContactError as error:
            form.add_error(error.field if error.field in form.fields else None, sentence_of(error))
    context = {"nav": NAV, "form": form, "row": row}
    return render(request, "episodes/source.html", context, status=400 if form.errors else 200)


def _case_called(request: HttpRequest, text: str) -> Case:
    """Return the case that was named. Raises ContactError for none, or several."""
    rows = cases.editable_cases(scope.officer(request.user)).filter(merged_into=None)
    found = list(cases.found(rows, text)[:2])
    if len(found) != 1:
        raise ContactError(rules.NO_SUCH_CASE, "case")
    return found[0]


# --- an episode -------------------------------------------------------------------------------------------------------


@confirmers_page
@require_GET
def episode(request: HttpRequest, episode_id: uuid.UUID) -> HttpResponse:
    """Lead to the page of who it is; of whom no identity is kept, show the episode alone."""
    went = handing_over.given(scope.officer(request.user)).exclude(episode__person=None).values("episode")
    seen = _visible(request) | Episode.objects.filter(pk__in=went).select_related("person", "case__person")
    row = get_object_or_404(seen, pk=episode_id)
    return redirect("persons:person", row.person.pseudonym) if row.person is not None else page_of(request, row)


@confirmers_page
@require_http_methods(["GET", "POST"])
def call(request: HttpRequest, episode_id: uuid.UUID) -> HttpResponse:
    """Show the call sheet, and note a call; go back to where what follows from it is decided."""
    row, now = own_episode(request, episode_id), clock.now()
    sheet = sheets.in_force(clock.date_of(now))
    short = {"well": Reached.YES, "silent": Reached.NO_ANSWER}.get(request.POST.get("short", ""))
    form = CallForm(sheet, now, request.POST if request.method == "POST" and short is None else None)
    if short is not None or (request.method == "POST" and form.is_valid() and form.said is not None):
        try:
            if short is not None:
                services.call_in_short(row, short, scope.officer(request.user), now)
            elif form.said is not None:
                services.call(row, form.said, scope.officer(request.user), now)
            return redirect(list_address(request) or reverse("episodes:episode", args=[row.pk]))
        except ContactError as error:
            form.add_error(None, sentence_of(error))
    can_be_lost = Decision.LOST in rules.decisions_from(row.decision) and row.role != Role.F0
    context = {
        "nav": NAV,
        "row": row,
        "name": f"{row.role.upper()} {row.called}",
        "pseudonym": row.person.pseudonym if _is_own(request, row) and row.person is not None else "",
        "form": form,
        "calls": told(row.events.filter(kind=EventKind.CALL.value)),
        "may_give_up": can_be_lost and sheets.may_give_up(row, sheet),
        "attempts": sheet.attempts,
    }
    return render(request, "episodes/call.html", context, status=400 if form.errors else 200)


@confirmers_page
@require_POST
def note(request: HttpRequest, episode_id: uuid.UUID, what: str) -> HttpResponse:
    """Note that a contact was decided of, isolated or tested, or open the case that they may be."""
    row, now, officer = own_episode(request, episode_id), clock.now(), scope.officer(request.user)
    try:
        if what == "negative":
            services.found_negative(row, now, officer)
        elif what == "decide":
            services.decide(row, _decision(request.POST.get("decision", "")), officer, now)
        elif what == "isolated":
            form = IsolationForm(request.POST)
            if not form.is_valid():
                return page_of(request, row, str(form.errors["isolated_on"][0]), 400)
            services.isolate(row, form.cleaned_data["isolated_on"], now, officer)
        elif what == "case":
            return redirect("diagnosis:detail", services.open_case(row, issuer_of(request), now).pk)
        else:
            raise Http404
    except (ContactError, CaseError) as error:
        row = get_object_or_404(_visible(request), pk=episode_id)
        return page_of(request, row, sentence_of(error), 409)
    return redirect(list_address(request) or reverse("episodes:episode", args=[row.pk]))


@confirmers_page
@require_POST
def warn(request: HttpRequest, episode_id: uuid.UUID) -> HttpResponse:
    """Ask a contact to warn others: show, once, the code for it."""
    row = own_episode(request, episode_id)
    try:
        code, stored = warning.ask(row, issuer_of(request), clock.now())
    except IssueError as error:
        return page_of(request, row, sentence_of(error), error.status)
    except WarnError as error:
        return page_of(request, row, sentence_of(error), 409)
    context = {"nav": NAV, "episode": row} | code_context(request, code, stored)
    return render(request, "episodes/code.html", context)


def _decision(text: str) -> Decision:
    try:
        return Decision(text)
    except ValueError:
        raise ContactError(rules.CHOOSE) from None


def _visible(request: HttpRequest) -> QuerySet[Episode]:
    return queries.visible(scope.officer(request.user)).select_related("person", "case__person")


def own_episode(request: HttpRequest, episode_id: uuid.UUID) -> Episode:
    """Return an episode the officer may change. Raises Http404 for all others, so that nobody learns which there
    are."""
    rows = queries.editable(scope.officer(request.user)).select_related("person", "case__person")
    row = get_object_or_404(rows, pk=episode_id)
    persons.open_for([row.person], scope.officer(request.user), clock.now())
    return row


def _is_own(request: HttpRequest, row: Episode) -> bool:
    """Tell whether the officer's office may open who it is."""
    return row.person is not None and row.person.place == issuer_of(request).place


def _within(request: HttpRequest) -> str:
    """Return the place in which an officer's organisations lie."""
    own = scope.jurisdiction(request.user)
    return own.edited[0] if own is not None else NATION
