"""Serve the officer's pages of cases: those of the jurisdiction, a new case, a case, a code. A code's page is an answer
to a POST, never stored."""

from __future__ import annotations

import datetime as dt
import uuid
from typing import Any

from django.db import IntegrityError
from django.db.models import Count, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from bluezone.authority.diagnosis import queries, quota, services
from bluezone.authority.diagnosis.case_rules import Status, StatusError
from bluezone.authority.diagnosis.codes import IssuedCode
from bluezone.authority.diagnosis.forms import ChangeForm, NewCaseForm, ResultForm, date_text
from bluezone.authority.diagnosis.models import Case, OneTimeCode
from bluezone.authority.diagnosis.pages import (
    TONES,
    code_context,
    code_state,
    confirmers_page,
    detail_page,
    issuer_of,
    own_case,
    readable_case,
)
from bluezone.authority.diagnosis.quota import IssueError
from bluezone.authority.diagnosis.rules import CaseError
from bluezone.authority.officers import scope
from bluezone.authority.officers.pages import office_name
from bluezone.authority.persons.forms import IdentityForm
from bluezone.authority.persons.rules import IdentityError
from bluezone.authority.site import clock, keyset
from bluezone.authority.site.language import sentence_of
from bluezone.authority.site.records import one_at_a_time

PAGE_SIZE = 50


@confirmers_page
@require_GET
def case_list(request: HttpRequest) -> HttpResponse:
    """List the cases of the officer's jurisdiction, newest first: of one status or all, found by a word."""
    text, status = request.GET.get("q", "").strip()[:40], request.GET.get("status", "")
    found = queries.found(queries.visible_cases(scope.officer(request.user)).filter(merged_into=None), text)
    tabs = _tabs(found, status)
    rows = found.filter(status=status) if status in Case.Status.values else found
    rows = rows.select_related("created_with", "person").prefetch_related("codes")
    page = keyset.page(rows, ("-created_at", "-id"), request.GET.get("page", ""), PAGE_SIZE)
    now = clock.now()
    names = {place: office_name(place, clock.date_of(now)) for place in {case.place for case in page}}
    cases = [
        {"case": case, "office": names[case.place], "code_state": _newest_state(case, now), "tone": TONES[case.status]}
        for case in page
    ]
    context = {
        "page": page,
        "cases": cases,
        "nav": "list",
        "q": text,
        "status": status,
        "tabs": tabs,
        "none_at_all": not any(tab["count"] for tab in tabs) and not text,
        "several_places": len(names) > 1,
        "may_import": scope.jurisdiction(request.user) is not None,
    }
    return render(request, "diagnosis/list.html", context)


def _tabs(cases: QuerySet[Case], chosen: str) -> list[dict[str, Any]]:
    """Return the statuses to choose from, with how many cases each has; first: all."""
    counts = dict(cases.order_by().values_list("status").annotate(number=Count("pk")))
    each = [{"value": value, "text": label, "count": counts.get(value, 0)} for value, label in Case.Status.choices]
    return [
        {"value": "", "text": gettext("All"), "count": sum(counts.values()), "here": chosen not in counts},
        *({**tab, "here": tab["value"] == chosen} for tab in each if tab["count"]),
    ]


def _newest_state(case: Case, now: dt.datetime) -> str:
    newest = max(case.codes.all(), key=lambda code: code.id, default=None)
    return code_state(newest, now) if newest else ""


@confirmers_page
@require_http_methods(["GET", "POST"])
def new_case(request: HttpRequest) -> HttpResponse:
    """Show the form of a new case, and on success the code."""
    now = clock.now()
    if request.method == "GET":
        return _form_page(request, NewCaseForm(clock.date_of(now)))
    form, issuer = NewCaseForm(clock.date_of(now), request.POST), issuer_of(request)
    if not form.is_valid():
        return _form_page(request, form, status=400)
    new = services.NewCase(**form.cleaned_data)
    if queries.visible_cases(scope.officer(request.user)).filter(id=form.cleaned_data["case_id"]).exists():
        return redirect("diagnosis:detail", form.cleaned_data["case_id"])  # the same form again: a page reloaded
    try:
        if new.report_type == Case.ReportType.SUSPECTED:
            return redirect("diagnosis:detail", services.open_without_code(new, issuer, now).pk)
        case, code, row = services.open_case(new, issuer, now)
    except CaseError as error:
        form.add_error(error.field, date_text(str(error)))
        return _form_page(request, form, status=400)
    except IssueError as error:
        form.add_error(None, sentence_of(error))
        return _form_page(request, form, status=error.status)
    except IntegrityError:  # the id of somebody else's case, or of the same form sent twice at once
        return redirect("diagnosis:list")
    return _code_page(request, case, code, row)


def _form_page(request: HttpRequest, form: NewCaseForm, status: int = 200) -> HttpResponse:
    context = {"form": form, "nav": "new", "left": quota.left(issuer_of(request), clock.now())}
    return render(request, "diagnosis/new.html", context, status=status)


def _code_page(request: HttpRequest, case: Case, code: IssuedCode, row: OneTimeCode) -> HttpResponse:
    return render(request, "diagnosis/code.html", {"case": case} | code_context(request, code, row))


@confirmers_page
@require_GET
def case_detail(request: HttpRequest, case_id: uuid.UUID) -> HttpResponse:
    """Show one case."""
    return detail_page(request, readable_case(request, case_id))


@confirmers_page
@require_POST
def new_code(request: HttpRequest, case_id: uuid.UUID) -> HttpResponse:
    """Issue another code for a case whose last one was lost or has expired."""
    case = own_case(request, case_id)
    try:
        code, row = services.new_code(case, issuer_of(request), clock.now())
    except IssueError as error:
        return detail_page(request, case, status=error.status, problem=sentence_of(error))
    return _code_page(request, case, code, row)


@confirmers_page
@require_POST
def change_result(request: HttpRequest, case_id: uuid.UUID) -> HttpResponse:
    """Record a test's result or its correction, and show the code with which the phone publishes or revises."""
    case = own_case(request, case_id)
    now = clock.now()
    form = ResultForm(case, clock.date_of(now), request.POST)
    if not form.is_valid():
        return detail_page(request, case, form, status=400)
    test_date: dt.date | None = form.cleaned_data["test_date"]
    try:
        code, row = services.change_result(case, form.cleaned_data["report_type"], test_date, issuer_of(request), now)
    except CaseError as error:
        form.add_error(error.field, date_text(str(error)))
        return detail_page(request, case, form, status=400)
    except IssueError as error:
        form.add_error(None, sentence_of(error))
        case.refresh_from_db()
        return detail_page(request, case, form, status=error.status)
    return _code_page(request, case, code, row)


@confirmers_page
@require_POST
def change_status(request: HttpRequest, case_id: uuid.UUID) -> HttpResponse:
    """Note how a case goes on, without a test's result."""
    case, asked = own_case(request, case_id), request.POST.get("status", "")
    try:
        status = Status(asked)
    except ValueError:
        return detail_page(request, case, status=400, problem=gettext("Choose one of the steps below."))
    try:
        services.change_status(case, status)
    except StatusError as error:
        return detail_page(request, case, status=409, problem=sentence_of(error))
    return redirect("diagnosis:detail", case.pk)


@confirmers_page
@require_http_methods(["GET", "POST"])
def name_person(request: HttpRequest, case_id: uuid.UUID) -> HttpResponse:
    """Enter who a case is: the owning office alone."""
    case = own_case(request, case_id)
    if case.place != issuer_of(request).place:
        raise Http404
    form = IdentityForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            services.name_person(case, form.identity, clock.now())
            return redirect("diagnosis:detail", case.pk)
        except IdentityError as error:
            form.add_error(error.field or None, sentence_of(error))
        except StatusError as error:
            return detail_page(request, case, status=409, problem=sentence_of(error))
    context = {"nav": "list", "case": case, "form": form}
    return render(request, "diagnosis/person.html", context, status=400 if form.errors else 200)


@confirmers_page
@require_http_methods(["GET", "POST"])
@one_at_a_time("cases")
def change_case(request: HttpRequest, case_id: uuid.UUID) -> HttpResponse:
    """Correct a case's dates and file number."""
    case, now = own_case(request, case_id), clock.now()
    form = ChangeForm(case, clock.date_of(now), request.POST or None)
    if request.method == "POST" and form.is_valid() and form.is_current():
        try:
            services.change_case(case, now=now, **form.cleaned_data)
            return redirect("diagnosis:detail", case.pk)
        except CaseError as error:
            form.add_error(error.field, date_text(str(error)))
    context = {"nav": "list", "case": case, "form": form}
    return render(request, "diagnosis/change.html", context, status=400 if form.errors else 200)
