"""Serve what an officer does with a case over its course: hand it over, merge it, note calls and the like."""

from __future__ import annotations

import uuid

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from bluezone.authority.diagnosis import case_services, queries
from bluezone.authority.diagnosis.case_rules import Course, StatusError, nearest_first
from bluezone.authority.diagnosis.course_forms import CourseForm, HandoverForm
from bluezone.authority.diagnosis.models import Case, Handover
from bluezone.authority.diagnosis.pages import confirmers_page, detail_page, issuer_of, own_case
from bluezone.authority.officers import confirming, scope
from bluezone.authority.officers.pages import office_name
from bluezone.authority.site import clock
from bluezone.authority.site.language import sentence_of

_DECISIONS = {each.value: each for each in Handover.State if each is not Handover.State.WAITING}


def _owned_case(request: HttpRequest, case_id: uuid.UUID) -> Case:
    """Return a case of the officer's own office: those above it do not dispose of it."""
    case = own_case(request, case_id)
    if case.place != issuer_of(request).place:
        raise Http404
    return case


@confirmers_page
@require_http_methods(["GET", "POST"])
def hand_over(request: HttpRequest, case_id: uuid.UUID) -> HttpResponse:
    """Ask another office to take a case over."""
    case, now = _owned_case(request, case_id), clock.now()
    day = clock.date_of(now)
    names = {place: office_name(place, day) for place in confirming.all_offices_with_right() - {case.place}}
    offices = [(place, names[place]) for place in nearest_first(case.place, names)]
    form = HandoverForm(offices, request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            case_services.hand_over(case, form.cleaned_data["to_place"], now)
            return redirect("diagnosis:detail", case.pk)
        except StatusError as error:
            form.add_error("to_place", sentence_of(error))
    context = {"nav": "list", "case": case, "form": form, "nobody": not offices}
    return render(request, "diagnosis/hand_over.html", context, status=400 if form.errors else 200)


@confirmers_page
@require_GET
def handovers(request: HttpRequest) -> HttpResponse:
    """List what waits to be taken over by the officer's office, and what it asked others to take."""
    return _handovers_page(request)


def _handovers_page(request: HttpRequest, problem: str = "", status: int = 200) -> HttpResponse:
    office, day = issuer_of(request).place, clock.today()
    lines = [
        {
            "row": row,
            "incoming": row.to_place == office,
            "office": office_name(row.from_place if row.to_place == office else row.to_place, day),
        }
        for row in queries.waiting_handovers(office)
    ]
    context = {"nav": "handovers", "lines": lines, "problem": problem}
    return render(request, "diagnosis/handovers.html", context, status=status)


@confirmers_page
@require_POST
def decide_handover(request: HttpRequest, handover_id: int, decision: str) -> HttpResponse:
    """Accept or decline what another office asks; take back what the own one asked."""
    state = _DECISIONS.get(decision)
    if state is None:
        raise Http404
    side = "from_place" if state is Handover.State.TAKEN_BACK else "to_place"
    row = get_object_or_404(Handover, pk=handover_id, **{side: issuer_of(request).place})
    try:
        case_services.decide(row, state, clock.now())
    except StatusError as error:
        return _handovers_page(request, sentence_of(error), 409)
    return (
        redirect("diagnosis:detail", row.case_id)
        if state is Handover.State.ACCEPTED
        else redirect("diagnosis:handovers")
    )


@confirmers_page
@require_POST
def merge(request: HttpRequest, case_id: uuid.UUID, other_id: uuid.UUID) -> HttpResponse:
    """Note that another case is this one."""
    case, other = own_case(request, case_id), own_case(request, other_id)
    try:
        case_services.merge(case, other, clock.now())
    except StatusError as error:
        return detail_page(request, case, status=409, problem=sentence_of(error))
    return redirect("diagnosis:detail", case.pk)


@confirmers_page
@require_POST
def undo_merge(request: HttpRequest, case_id: uuid.UUID) -> HttpResponse:
    """Part a case from the one it was merged into."""
    case = get_object_or_404(queries.editable_cases(scope.officer(request.user)), pk=case_id)
    try:
        case_services.undo_merge(case, clock.now())
    except StatusError as error:
        return detail_page(request, case, status=409, problem=sentence_of(error))
    return redirect("diagnosis:detail", case.pk)


@confirmers_page
@require_http_methods(["GET", "POST"])
def course(request: HttpRequest, case_id: uuid.UUID, kind: str) -> HttpResponse:
    """Note a call, symptoms, the hospital or the outcome."""
    case, now = own_case(request, case_id), clock.now()
    try:
        meant = Course(kind)
    except ValueError:
        raise Http404 from None
    form = CourseForm(meant, clock.date_of(now), request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        values = form.cleaned_data
        by = scope.officer(request.user)
        try:
            case_services.note(case, meant, form.words, values["day"], values.get("call_again_on"), by, now)
            return redirect("diagnosis:detail", case.pk)
        except StatusError as error:
            form.add_error(None, sentence_of(error))
    context = {"nav": "list", "case": case, "form": form}
    return render(request, "diagnosis/course.html", context, status=400 if form.errors else 200)
