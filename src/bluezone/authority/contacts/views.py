"""Serve the officers' queue of exposure reports: who is to be called, and what was decided."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext, ngettext
from django.views.decorators.http import require_GET, require_POST

from bluezone.authority.contacts import queries, rules, services
from bluezone.authority.contacts.models import Report
from bluezone.authority.contacts.rules import Outcome, Verdict
from bluezone.authority.contacts.services import DecisionError
from bluezone.authority.messages.phone_numbers import spoken_number
from bluezone.authority.officers import confirming, scope
from bluezone.authority.officers.confirming import Issuer
from bluezone.authority.officers.models import User
from bluezone.authority.officers.pages import officers_page, place_name
from bluezone.authority.site import clock, keyset
from bluezone.authority.site.language import number_text
from bluezone.protocol.reports import Nearness

PAGE_SIZE = 50
_NAV = "contacts"
#: in the place of an outcome: who agreed to be called again by now
_AGAIN = "again"


@officers_page
@require_GET
def queue(request: HttpRequest) -> HttpResponse:
    """List who is to be called: by verdict, then risk, then age. Numbers are not in it."""
    officer, now = _directing(request), clock.now()
    outcome = request.GET.get("outcome", "")
    outcome = outcome if outcome in {*Outcome, _AGAIN} else ""
    verdict = request.GET.get("verdict", "")
    rows = queries.judged(officer)
    rows = queries.to_call_again(rows, now) if outcome == _AGAIN else rows.filter(outcome=outcome)
    if verdict in (Verdict.CORROBORATED, Verdict.CONSISTENT):
        rows = rows.filter(verdict=verdict)
    page = keyset.page(rows, queries.ORDER, request.GET.get("page", ""), PAGE_SIZE)
    counts = queries.waiting(officer, now)
    names = {place: place_name(place, clock.date_of(now)) for place in {row.place for row in page}}
    context = {
        "nav": _NAV,
        "page": page,
        "rows": [_described(row, names[row.place], now) for row in page],
        "counts": counts,
        "sentence": _sentence(counts),
        "outcome": outcome,
        "verdict": verdict,
        "tabs": [
            ("", gettext("to be called")),
            (_AGAIN, gettext("call again now")),
            *((each.value, _outcome_name(each)) for each in Outcome),
        ],
    }
    return render(request, "contacts/list.html", context)


@officers_page
@require_GET
def report(request: HttpRequest, report_id: int) -> HttpResponse:
    """Show a report, with what can be decided of it."""
    return _report_page(request, own_report(request, report_id))


@officers_page
@require_POST
def open_number(request: HttpRequest, report_id: int) -> HttpResponse:
    """Show the number of who reported, once, in the answer to a reason; the audit log has who opened it and why."""
    row, reason = own_report(request, report_id), request.POST.get("reason", "").strip()
    if len(reason) < services.SHORTEST_REASON:
        return _report_page(request, row, problem=gettext("Say why the number is opened: it stands in the audit log."))
    try:
        number = services.open_number(row, reason, scope.officer(request.user))
    except DecisionError:
        return _report_page(request, row, problem=gettext("The number of this report is deleted."))
    return _report_page(request, row, number=number)


@officers_page
@require_POST
def decide(request: HttpRequest, report_id: int) -> HttpResponse:
    """Store what was decided of who reported."""
    row, given = own_report(request, report_id), request.POST.get("outcome", "")
    if given not in set(Outcome):
        return _report_page(request, row, problem=gettext("Choose what was decided."))
    try:
        services.decide(row, Outcome(given), scope.officer(request.user), clock.now())
    except DecisionError:
        row.refresh_from_db()
        return _report_page(request, row, problem=gettext("Something else was decided of this report meanwhile."))
    # of a close contact there is more to do: who may, enters them among the contacts
    return redirect("contacts:report", row.pk) if given == Outcome.F1 else redirect("contacts:list")


def _directing(request: HttpRequest) -> User:
    scope.directing(request.user)
    return scope.officer(request.user)


def own_report(request: HttpRequest, report_id: int) -> Report:
    """Return a report of the officer's jurisdiction; whoever may not see it is told that there is none."""
    return get_object_or_404(queries.judged(_directing(request)), pk=report_id)


def _report_page(request: HttpRequest, row: Report, *, number: str = "", problem: str = "") -> HttpResponse:
    now = clock.now()
    decisions = [
        (each.value, _outcome_name(each)) for each in Outcome if rules.may_decide(row.verdict, row.outcome, each)
    ]
    context = {
        "nav": _NAV,
        "row": _described(row, place_name(row.place, clock.date_of(now)), now),
        "number": number,
        "spoken": spoken_number(number),
        "has_number": bool(bytes(row.number)),
        "problem": problem,
        "decisions": decisions,
        "may_enter": row.outcome == Outcome.F1
        and bool(bytes(row.number))
        and confirming.may_confirm(Issuer(officer=scope.officer(request.user))),
        "longest": services.LONGEST_REASON,
    }
    return render(request, "contacts/report.html", context, status=400 if problem else 200)


def _described(row: Report, place: str, now: dt.datetime) -> dict[str, Any]:
    waited = max(int((now - row.received_at).total_seconds() // 3_600), 0)
    quarters = ngettext("%(n)s quarter of an hour", "%(n)s quarters of an hour", row.quarters)
    return {
        "report": row,
        "name": report_name(row),
        "place": place,
        "day": _day_text(row.day),
        "is_corroborated": row.verdict == Verdict.CORROBORATED,
        "length": quarters % {"n": number_text(row.quarters)},
        "nearness": {
            Nearness.NEAR: gettext("within 2 m for 15 minutes or more"),
            Nearness.PARTLY: gettext("within 2 m for less"),
            Nearness.APART: gettext("farther away, or not known"),
        }[Nearness(row.nearness)],
        "probability": number_text(row.probability) if row.probability is not None else "",
        "risk": (gettext("low"), gettext("raised"), gettext("high"))[row.risk],
        "waited": ngettext("%(n)s hour", "%(n)s hours", waited) % {"n": number_text(waited)},
        "late": not row.outcome and now - row.received_at > rules.CALL_WITHIN,
    }


def _day_text(day: dt.date) -> str:
    """Name a day of published keys (UTC) by its hours here, as the phone of who reported does."""
    start = timezone.localtime(dt.datetime.combine(day, dt.time(), dt.UTC))
    ends = [date_format(each, "SHORT_DATETIME_FORMAT") for each in (start, start + dt.timedelta(days=1))]
    return gettext("%(first)s to %(last)s") % {"first": ends[0], "last": ends[1]}


def report_name(row: Report) -> str:
    """Return what a report is called."""
    return gettext("Report %(number)s") % {"number": row.pk}


def _outcome_name(outcome: Outcome) -> str:
    return {
        Outcome.F1: gettext("close contact (F1)"),
        Outcome.NOT: gettext("no contact"),
        Outcome.LOST: gettext("not reached"),
    }[outcome]


def _sentence(counts: queries.Waiting) -> str:
    if not counts.waiting:
        return gettext("Nobody waits for a call.")
    said = ngettext("%(n)s person waits for a call", "%(n)s people wait for a call", counts.waiting)
    said %= {"n": number_text(counts.waiting)}
    if not counts.late:
        return f"{said}."
    late = ngettext("%(n)s longer than 24 hours", "%(n)s longer than 24 hours", counts.late)
    return f"{said}, {late % {'n': number_text(counts.late)}}."
