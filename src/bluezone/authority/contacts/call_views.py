"""Serve the call sheet of a contact, or of who reported an exposure, and the list of calls that are due."""

from __future__ import annotations

import datetime as dt
import uuid
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET, require_http_methods

from bluezone.authority.contacts import call_sheets, calling, contact_queries, rules, views
from bluezone.authority.contacts.call_forms import CallForm
from bluezone.authority.contacts.contact_queries import Due
from bluezone.authority.contacts.contact_rules import ContactError, Decision, decisions_from
from bluezone.authority.contacts.contact_views import NAV, contact_name, listed, own_contact
from bluezone.authority.contacts.graph_texts import level_name
from bluezone.authority.contacts.models import Call, Contact, Report
from bluezone.authority.contacts.rules import Outcome
from bluezone.authority.diagnosis.pages import confirmers_page, issuer_of
from bluezone.authority.officers import scope
from bluezone.authority.officers.pages import officers_page
from bluezone.authority.site import clock, keyset
from bluezone.authority.site.language import named_day, page_language, sentence_of

_PAGE_SIZE = 50
_DUE_NAMES = {
    Due.AGREED: _("to be called again now"),
    Due.FIRST: _("not called yet"),
    Due.DECISION: _("to be decided for longer than a day"),
}


@confirmers_page
@require_http_methods(["GET", "POST"])
def call_contact(request: HttpRequest, contact_id: uuid.UUID) -> HttpResponse:
    """Show the call sheet of a contact, and note a call."""
    row = own_contact(request, contact_id)
    is_own = row.person is not None and row.person.place == issuer_of(request).place
    context = {
        "nav": NAV,
        "contact": row,
        "name": f"{level_name(row.level)} {contact_name(row)}",
        "pseudonym": row.person.pseudonym if is_own and row.person is not None else "",
    }
    can_be_lost = Decision.LOST in decisions_from(Decision(row.decision))
    return _sheet(request, row, context, reverse("contacts:contact", args=[row.pk]), can_be_lost=can_be_lost)


@officers_page
@require_http_methods(["GET", "POST"])
def call_report(request: HttpRequest, report_id: int) -> HttpResponse:
    """Show the call sheet of who reported an exposure, and note a call."""
    row = views.own_report(request, report_id)
    context = {"nav": "contacts", "report": row, "name": views.report_name(row)}
    can_be_lost = rules.may_decide(row.verdict, row.outcome, Outcome.LOST)
    return _sheet(request, row, context, reverse("contacts:report", args=[row.pk]), can_be_lost=can_be_lost)


def _sheet(
    request: HttpRequest, row: Contact | Report, context: dict[str, Any], back: str, *, can_be_lost: bool
) -> HttpResponse:
    """Show a call sheet; once a call is noted, go back to the page where what follows from it is decided."""
    now = clock.now()
    sheet = call_sheets.in_force(clock.date_of(now))
    form = CallForm(sheet, now, request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid() and form.said is not None:
        try:
            calling.note(row, form.said, scope.officer(request.user), now)
            return redirect(back)
        except ContactError as error:
            form.add_error(None, sentence_of(error))
    context |= {
        "form": form,
        "calls": [_told(call) for call in calling.calls_of(row)],
        "again_at": row.call_again_at,
        "may_give_up": can_be_lost and calling.may_give_up(row, sheet),
        "attempts": sheet.attempts,
    }
    return render(request, "contacts/call.html", context, status=400 if form.errors else 200)


def _told(call: Call) -> dict[str, Any]:
    """Describe a call; words that no sheet knows any more stand as they were stored."""
    language, sheet = page_language(), call_sheets.by_name(call.sheet)
    asked = {each.name: each for each in sheet.questions} if sheet is not None else {}
    answers = []
    for name, words in call.answers.items():
        question = asked.get(name)
        if question is None:
            answers.append((name, ", ".join(words)))
        elif question.kind == "day":
            answers.append(
                (
                    question.text[language],
                    ", ".join(named_day(dt.date.fromisoformat(each), inside=True) for each in words),
                )
            )
        else:
            told = (question.words[each][language] if each in question.words else each for each in words)
            answers.append((question.text[language], ", ".join(told)))
    return {"row": call, "answers": answers}


@confirmers_page
@require_GET
def calls(request: HttpRequest) -> HttpResponse:
    """List the contacts of the jurisdiction that are to be called now, or that wait too long for a decision."""
    officer, now = scope.officer(request.user), clock.now()
    counts, asked = contact_queries.counts_to_do(officer, now), request.GET.get("due", "")
    due = Due(asked) if asked in set(Due) else next((each for each in Due if counts.by[each]), Due.AGREED)
    rows = contact_queries.to_do(officer, due, now).select_related("person")
    page = keyset.page(rows, contact_queries.ORDERS[due], request.GET.get("page", ""), _PAGE_SIZE)
    context = {
        "nav": NAV,
        "page": page,
        "rows": [listed(row) for row in page],
        "counts": counts,
        "due": due,
        "tabs": [(each, text, counts.by[each]) for each, text in _DUE_NAMES.items()],
    }
    return render(request, "contacts/calls.html", context)
