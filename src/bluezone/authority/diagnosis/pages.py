"""Share what the pages of cases need: the guard in front of them, the cases an officer may open, a case's own page."""

from __future__ import annotations

import datetime as dt
import functools
import uuid
from collections.abc import Callable, Iterable
from http import HTTPStatus
from typing import Any

from django.contrib.auth.decorators import login_required
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext
from django.views.decorators.cache import never_cache

from bluezone.authority.diagnosis import case_rules, links, queries, rules
from bluezone.authority.diagnosis.case_rules import Course, Likeness, Status
from bluezone.authority.diagnosis.codes import IssuedCode
from bluezone.authority.diagnosis.course_forms import KIND_NAMES, text_of
from bluezone.authority.diagnosis.forms import ResultForm
from bluezone.authority.diagnosis.models import Case, FollowUp, OneTimeCode
from bluezone.authority.diagnosis.retention import CASE_LIFE
from bluezone.authority.diagnosis.sending import presenters as sending
from bluezone.authority.diagnosis.sending.forms import SendForm
from bluezone.authority.officers import confirming, scope
from bluezone.authority.officers.confirming import Issuer
from bluezone.authority.officers.models import User
from bluezone.authority.officers.pages import office_name
from bluezone.authority.site import clock, qr, registries
from bluezone.authority.site.registries import Found, Holding
from bluezone.authority.units.posters import public_address
from bluezone.protocol.one_time_codes import groups

_View = Callable[..., HttpResponse]
#: letters that a search begins with, and cases that it shows
_LEAST_SEARCHED, _MOST_FOUND = 3, 10
#: the tone in which a status is shown, and its icon
TONES = {
    Case.Status.SUSPECTED.value: ("watch", "wait"),
    Case.Status.CONFIRMED.value: ("act", "alert"),
    Case.Status.RECOVERED.value: ("safe", "done"),
    Case.Status.WITHDRAWN.value: ("", "off"),
}


def confirmers_page(view: _View) -> _View:
    """Open a page to who may confirm cases; others read who can give them the right. No browser or proxy caches it."""

    @never_cache
    @login_required
    @functools.wraps(view)
    def guarded(request: HttpRequest, *args: object, **kwargs: object) -> HttpResponse:
        if not confirming.may_confirm(issuer_of(request)):
            return render(request, "diagnosis/no_right.html", status=HTTPStatus.FORBIDDEN)
        return view(request, *args, **kwargs)

    return guarded


def issuer_of(request: HttpRequest) -> Issuer:
    """Return the officer of a request, as who issues codes."""
    return Issuer(officer=scope.officer(request.user))


def readable_case(request: HttpRequest, case_id: uuid.UUID) -> Case:
    """Return a case the officer may see. Raises Http404 for all others, so that nobody learns which there are."""
    return get_object_or_404(queries.visible_cases(scope.officer(request.user)), id=case_id)


def own_case(request: HttpRequest, case_id: uuid.UUID) -> Case:
    """Return a case the officer may change. Raises Http404 for all others."""
    found = get_object_or_404(queries.editable_cases(scope.officer(request.user)), id=case_id)
    if found.merged_into_id is not None:  # what is done with it is done with the case it turned out to be
        raise Http404
    return found


def code_context(request: HttpRequest, code: IssuedCode, row: OneTimeCode) -> dict[str, Any]:
    """Return what the page shows, once, of a code that was issued (`diagnosis/code.html`)."""
    link = links.link(public_address(request, "/"), code.long)
    return {
        "groups": groups(code.short),
        "spaced": " ".join(code.short),
        "long_groups": groups(code.long),
        "link": link,
        "drawing": qr.data_address(link),
        "row": row,
        "keeps_language": True,
    }


def code_state(code: OneTimeCode, now: dt.datetime) -> str:
    """Name the state of a code (`rules.code_state`)."""
    used, burnt = code.used_at is not None, code.burnt_at is not None
    return rules.code_state(code.long_expires_at, used=used, burnt=burnt, now=now)


def detail_page(
    request: HttpRequest,
    case: Case,
    form: ResultForm | None = None,
    status: int = 200,
    problem: str = "",
    send: SendForm | None = None,
) -> HttpResponse:
    """Show one case: what is known, what may be done. `form`, `send`: of a result or a message that was refused;
    `problem`: why something else was."""
    now = clock.now()
    day = clock.date_of(now)
    editable = queries.editable_cases(scope.officer(request.user))
    may_change = case.merged_into_id is None and editable.filter(pk=case.pk).exists()
    is_own = case.place == issuer_of(request).place
    context: dict[str, Any] = {
        "nav": "list",
        "case": case,
        "office": office_name(case.place, day),
        "window": case.window,
        "window_reason": gettext(case.window.rule.reason) if case.window else "",
        "tone": TONES[case.status],
        "may_change": may_change,
        "codes": [
            {"row": code, "state": code_state(code, now), "used": code.used_at and code.used_at.replace(minute=0)}
            for code in case.codes.order_by("-id")
        ],
        "may_issue": may_change and case.report_type in rules.CERTIFIED,
        "form": (form or ResultForm(case, day)) if may_change and case.results else None,
        "said": [text for said in registries.case_results for text in said(str(case.pk))] if may_change else (),
        "awaits_result": case.status == Status.SUSPECTED,
        "steps": _steps(case) if may_change else [],
        "is_own": is_own,
        "duplicates": _duplicates(case, editable) if may_change else [],
        "merged": case.merged.select_related("person"),
        "may_part": _may_part(case, editable, now),
        "kinds": KIND_NAMES.items() if may_change else (),
        "ways": [link(str(case.pk)) for link in registries.case_links] if may_change else (),
        "course": [_noted(row) for row in queries.course_of(case)],
        "problem": problem,
        "sending": sending.case_part(case, issuer_of(request), now, send),
    }
    return render(request, "diagnosis/detail.html", context, status=status)


def _duplicates(case: Case, editable: QuerySet[Case]) -> list[tuple[Case, str]]:
    words = {
        Likeness.DOCUMENT: gettext("the same document"),
        Likeness.TELEPHONE: gettext("the same telephone number"),
        Likeness.FILE_NUMBER: gettext("the same file number"),
    }
    return [(other, words[why]) for other, why in queries.likely_duplicates(case, editable)]


def _may_part(case: Case, editable: QuerySet[Case], now: dt.datetime) -> bool:
    row = case.merges.filter(undone_at=None).first()
    return row is not None and case_rules.may_undo(row.merged_at, None, now) and editable.filter(pk=case.pk).exists()


def _noted(row: FollowUp) -> dict[str, Any]:
    kind = Course(row.kind)
    return {"row": row, "kind": KIND_NAMES[kind], "what": text_of(kind, row.what.split(","))}


def _steps(case: Case) -> list[tuple[str, str]]:
    """Return what an officer may note of a case without a test's result: value and words."""
    words = {
        Status.RECOVERED: gettext("Note as recovered"),
        Status.CONFIRMED: gettext("Not recovered yet: take it back"),
    }
    return [(each.value, words[each]) for each in case_rules.steps_from(Status(case.status))]


def find(text: str, officer: User) -> list[Found]:
    """Find cases for the one search: by their number, the beginning of their id, or a person's pseudonym."""
    if len(text) < _LEAST_SEARCHED:
        return []
    found = queries.found(queries.visible_cases(officer), text).select_related("person")[:_MOST_FOUND]
    return [Found(case.file_number or case.pseudonym, gettext("case"), case_address(case)) for case in found]


def case_address(case: Case) -> str:
    """Return the address of a case's page."""
    return reverse("diagnosis:detail", args=[case.pk])


def held_of(pseudonym: str) -> Iterable[Holding]:
    """Return the cases of a person, for the person's own page."""
    for case in Case.objects.filter(person__pseudonym=pseudonym).order_by("-created_at"):
        dates = (
            (gettext("Day of the first symptoms"), case.onset_date),
            (gettext("Day of the test"), case.test_date),
        )
        facts = [(label, date_format(day, "SHORT_DATE_FORMAT")) for label, day in dates if day]
        facts = [(gettext("State"), case.get_status_display()), *facts]
        rule = gettext("A case must be kept so long for the surveillance of infectious diseases: Law 03/2007/QH12.")
        yield Holding(gettext("Your case"), facts, clock.date_of(case.created_at + CASE_LIFE), rule)
