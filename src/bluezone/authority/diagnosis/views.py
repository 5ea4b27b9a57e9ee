"""Serve the officer's pages of cases: those the officer answers for, a new case, a case, a code. A code's page is an
answer to a POST, never stored."""

from __future__ import annotations

import datetime as dt
import functools
import uuid
from collections.abc import Callable
from http import HTTPStatus

from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.db import IntegrityError
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from bluezone.authority.diagnosis import links, queries, quota, rules, services
from bluezone.authority.diagnosis.codes import IssuedCode
from bluezone.authority.diagnosis.forms import NewCaseForm, ResultForm, date_text
from bluezone.authority.diagnosis.models import Case, OneTimeCode
from bluezone.authority.diagnosis.quota import IssueError
from bluezone.authority.diagnosis.rules import CaseError
from bluezone.authority.officers import confirming, scope
from bluezone.authority.officers.confirming import Issuer
from bluezone.authority.site import clock, qr
from bluezone.authority.site.language import sentence_of
from bluezone.authority.units.posters import public_address
from bluezone.protocol.one_time_codes import groups

_View = Callable[..., HttpResponse]
PAGE_SIZE = 50


def confirmers_page(view: _View) -> _View:
    """Open a page to who may confirm cases; others read who can give them the right. No browser or proxy caches it."""

    @never_cache
    @login_required
    @functools.wraps(view)
    def guarded(request: HttpRequest, *args: object, **kwargs: object) -> HttpResponse:
        if not confirming.may_confirm(_issuer(request)):
            return render(request, "diagnosis/no_right.html", status=HTTPStatus.FORBIDDEN)
        return view(request, *args, **kwargs)

    return guarded


def _issuer(request: HttpRequest) -> Issuer:
    return Issuer(officer=scope.officer(request.user))


def _cases(request: HttpRequest) -> QuerySet[Case]:
    """Return the cases that an officer answers for; none where the right was taken."""
    return queries.cases_of(scope.officer(request.user))


@confirmers_page
@require_GET
def case_list(request: HttpRequest) -> HttpResponse:
    """List the officer's cases, newest first, with the state of each code."""
    rows = _cases(request).order_by("-created_at").select_related("created_with").prefetch_related("codes")
    page = Paginator(rows, PAGE_SIZE).get_page(request.GET.get("page"))
    now = clock.now()
    cases = [{"case": case, "code_state": _newest_state(case, now)} for case in page]
    context = {"page": page, "cases": cases, "nav": "list", "of_machines": queries.has_machines(rows)}
    return render(request, "diagnosis/list.html", context)


def _newest_state(case: Case, now: dt.datetime) -> str:
    newest = max(case.codes.all(), key=lambda code: code.id, default=None)
    return _state(newest, now) if newest else ""


def _state(code: OneTimeCode, now: dt.datetime) -> str:
    used, burnt = code.used_at is not None, code.burnt_at is not None
    return rules.code_state(code.ends_at, used=used, burnt=burnt, now=now)


@confirmers_page
@require_http_methods(["GET", "POST"])
def new_case(request: HttpRequest) -> HttpResponse:
    """Show the form of a new case, and on success the code."""
    now = clock.now()
    if request.method == "GET":
        return _form_page(request, NewCaseForm(clock.date_of(now)))
    form = NewCaseForm(clock.date_of(now), request.POST)
    if not form.is_valid():
        return _form_page(request, form, status=400)
    values = form.cleaned_data
    if _cases(request).filter(id=values["case_id"]).exists():
        return redirect("diagnosis:detail", values["case_id"])  # the same form again: a page reloaded
    try:
        case, code, row = services.open_case(issuer=_issuer(request), now=now, **values)
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
    context = {"form": form, "nav": "new", "left": quota.left(_issuer(request), clock.now())}
    return render(request, "diagnosis/new.html", context, status=status)


def _code_page(request: HttpRequest, case: Case, code: IssuedCode, row: OneTimeCode) -> HttpResponse:
    link = links.link(public_address(request, "/"), code.long)
    context = {
        "case": case,
        "groups": groups(code.short),
        "spaced": " ".join(code.short),
        "long_groups": groups(code.long),
        "link": link,
        "drawing": qr.data_address(link),
        "row": row,
        "keeps_language": True,
    }
    return render(request, "diagnosis/code.html", context)


@confirmers_page
@require_GET
def case_detail(request: HttpRequest, case_id: uuid.UUID) -> HttpResponse:
    """Show one case: what is known, the state of its codes, what can be done."""
    case = get_object_or_404(_cases(request), id=case_id)
    return _detail_page(request, case, ResultForm(case, clock.today()))


def _detail_page(
    request: HttpRequest, case: Case, form: ResultForm, status: int = 200, problem: str = ""
) -> HttpResponse:
    now = clock.now()
    codes_of_case = [{"row": code, "state": _state(code, now)} for code in case.codes.order_by("-id")]
    context = {
        "case": case,
        "codes": codes_of_case,
        "form": form if case.report_type in rules.TRANSITIONS else None,
        "problem": problem,
    }
    return render(request, "diagnosis/detail.html", context, status=status)


@confirmers_page
@require_POST
def new_code(request: HttpRequest, case_id: uuid.UUID) -> HttpResponse:
    """Issue another code for a case whose last one was lost or has expired."""
    case = get_object_or_404(_cases(request), id=case_id)
    try:
        code, row = services.new_code(case, _issuer(request), clock.now())
    except IssueError as error:
        return _detail_page(request, case, ResultForm(case, clock.today()), error.status, sentence_of(error))
    return _code_page(request, case, code, row)


@confirmers_page
@require_POST
def change_result(request: HttpRequest, case_id: uuid.UUID) -> HttpResponse:
    """Record the test result of a clinical case, and show the code with which its phone revises its keys."""
    case = get_object_or_404(_cases(request), id=case_id)
    now = clock.now()
    form = ResultForm(case, clock.date_of(now), request.POST)
    if not form.is_valid():
        return _detail_page(request, case, form, status=400)
    test_date: dt.date | None = form.cleaned_data["test_date"]
    try:
        code, row = services.change_result(case, form.cleaned_data["report_type"], test_date, _issuer(request), now)
    except CaseError as error:
        form.add_error(error.field, date_text(str(error)))
        return _detail_page(request, case, form, status=400)
    except IssueError as error:
        form.add_error(None, sentence_of(error))
        case.refresh_from_db()
        return _detail_page(request, case, form, status=error.status)
    return _code_page(request, case, code, row)
