"""Serve what an officer does with a case over its course: hand it over, merge it, note calls and the like."""

from __future__ import annotations

import uuid

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_POST

from bluezone.authority.diagnosis import case_services, queries
from bluezone.authority.diagnosis.case_rules import Course, StatusError
from bluezone.authority.diagnosis.course_forms import CourseForm
from bluezone.authority.diagnosis.pages import confirmers_page, detail_page, own_case
from bluezone.authority.officers import scope
from bluezone.authority.site import clock
from bluezone.authority.site.language import sentence_of


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
            if case.person is not None:
                return redirect("persons:person", case.person.pseudonym)
            return redirect("diagnosis:detail", case.pk)
        except StatusError as error:
            form.add_error(None, sentence_of(error))
    context = {"nav": "list", "case": case, "form": form}
    return render(request, "diagnosis/course.html", context, status=400 if form.errors else 200)
