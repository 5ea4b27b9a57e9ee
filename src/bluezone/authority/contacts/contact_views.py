"""Serve the pages on which an office enters contacts of its cases and notes what was done of each."""

from __future__ import annotations

import datetime as dt
import uuid
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from bluezone.authority.contacts import calling, contact_queries, contact_rules, queries, tracing, warning
from bluezone.authority.contacts.contact_forms import (
    DECISION_NAMES,
    SETTING_NAMES,
    IsolationForm,
    MeetingForm,
    ReportEntryForm,
)
from bluezone.authority.contacts.contact_rules import ContactError, Decision, FoundBy, Setting
from bluezone.authority.contacts.graph_texts import level_name, wait_text
from bluezone.authority.contacts.models import Contact, Meeting
from bluezone.authority.contacts.warning import WarnError
from bluezone.authority.diagnosis import queries as cases
from bluezone.authority.diagnosis.models import Case
from bluezone.authority.diagnosis.pages import code_context, confirmers_page, issuer_of, own_case, readable_case
from bluezone.authority.diagnosis.quota import IssueError
from bluezone.authority.diagnosis.rules import CaseError
from bluezone.authority.officers import scope
from bluezone.authority.officers.jurisdiction import NATION, Role, codes_of
from bluezone.authority.officers.pages import office_name
from bluezone.authority.persons.rules import IdentityError
from bluezone.authority.site import clock, registries
from bluezone.authority.site.language import sentence_of
from bluezone.authority.units import posts

#: the page of the menu that these pages belong to
NAV = "graph"


@confirmers_page
@require_GET
def of_case(request: HttpRequest, case_id: uuid.UUID) -> HttpResponse:
    """List the contacts of a case that the officer may see."""
    case = readable_case(request, case_id)
    everyone = contact_queries.contacts_of(case)
    rows = list(everyone.filter(pk__in=_visible(request).values("pk")))
    context = {
        "nav": NAV,
        "case": case,
        "name": case.name,
        "rows": [listed(row) for row in rows],
        "elsewhere": everyone.count() - len(rows),
        "may_import": scope.jurisdiction(request.user) is not None,
        "may_add": case.merged_into_id is None
        and cases.editable_cases(scope.officer(request.user)).filter(pk=case.pk).exists(),
    }
    return render(request, "contacts/of_case.html", context)


@confirmers_page
@require_http_methods(["GET", "POST"])
def new_of_case(request: HttpRequest, case_id: uuid.UUID) -> HttpResponse:
    """Enter who was near a case."""
    case = own_case(request, case_id)
    return _new(request, case, case.name)


@confirmers_page
@require_http_methods(["GET", "POST"])
def new_of_contact(request: HttpRequest, contact_id: uuid.UUID) -> HttpResponse:
    """Enter who was near a contact of a case."""
    contact = own_contact(request, contact_id)
    if contact.level >= contact_rules.LAST_LEVEL:
        raise Http404
    return _new(request, contact, contact_name(contact))


def _new(request: HttpRequest, source: Case | Contact, name: str) -> HttpResponse:
    now, by = clock.now(), issuer_of(request)
    days = (tracing.days_of(source)[0], clock.date_of(now))
    form = MeetingForm(by.place, _within(request), days, request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid() and form.who is not None:
        values = form.cleaned_data
        met = tracing.Met(values["day"], Setting(values["setting"]), FoundBy.HAND, values["site"])
        try:
            return redirect("contacts:contact", tracing.enter(source, form.who, met, by, now).pk)
        except (ContactError, IdentityError) as error:
            form.add_error(error.field or None, sentence_of(error))
    context = {"nav": NAV, "form": form, "name": name, "level": level_name(_level_after(source))}
    return render(request, "contacts/new.html", context, status=400 if form.errors else 200)


def _level_after(source: Case | Contact) -> int:
    return contact_rules.level_after(source.level if isinstance(source, Contact) else 0)


@confirmers_page
@require_http_methods(["GET", "POST"])
def enter_report(request: HttpRequest, report_id: int) -> HttpResponse:
    """Enter who reported an exposure, and was decided to be a contact, among the contacts."""
    officer = scope.officer(request.user)
    if not scope.required(officer).directs_places:
        raise Http404
    row = get_object_or_404(queries.judged(officer), pk=report_id)
    form = ReportEntryForm(_within(request), request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        values = form.cleaned_data
        try:
            source = _case_called(request, values["case"])
            contact = tracing.enter_report(
                row, source, Setting(values["setting"]), issuer_of(request), clock.now(), values["site"]
            )
            return redirect("contacts:contact", contact.pk)
        except (ContactError, IdentityError) as error:
            form.add_error(error.field if error.field in form.fields else None, sentence_of(error))
    context = {"nav": "contacts", "form": form, "report": row}
    return render(request, "contacts/enter_report.html", context, status=400 if form.errors else 200)


def _case_called(request: HttpRequest, text: str) -> Case | None:
    """Return the case that was named; None where nobody knows. Raises ContactError for none, or several."""
    if not text:
        return None
    rows = cases.editable_cases(scope.officer(request.user)).filter(merged_into=None)
    found = list(cases.found(rows, text)[:2])
    if len(found) != 1:
        raise ContactError(contact_rules.NO_SUCH_CASE, "case")
    return found[0]


@confirmers_page
@require_GET
def contact(request: HttpRequest, contact_id: uuid.UUID) -> HttpResponse:
    """Show a contact: whom they met, what was done, what may be done."""
    return _contact_page(request, get_object_or_404(_visible(request), pk=contact_id))


@confirmers_page
@require_POST
def note(request: HttpRequest, contact_id: uuid.UUID, what: str) -> HttpResponse:
    """Note that a contact was decided of, isolated or tested, or open the case that they may be."""
    row, now = own_contact(request, contact_id), clock.now()
    try:
        if what == "negative":
            tracing.found_negative(row, now)
        elif what == "decide":
            tracing.decide(row, _decision(request.POST.get("decision", "")), now)
        elif what == "isolated":
            form = _isolation_form(row, now, request.POST)
            if not form.is_valid():
                return _contact_page(request, row, form, status=400)
            tracing.isolate(row, form.cleaned_data["isolated_on"], now)
        elif what == "case":
            return redirect("diagnosis:detail", tracing.open_case(row, issuer_of(request), now).pk)
        else:
            raise Http404
    except (ContactError, CaseError) as error:
        said = sentence_of(error) if isinstance(error, ContactError) else str(error)
        return _contact_page(request, row, problem=said, status=409)
    return redirect("contacts:contact", row.pk)


@confirmers_page
@require_POST
def warn(request: HttpRequest, contact_id: uuid.UUID) -> HttpResponse:
    """Ask a contact to warn others: show, once, the code for it."""
    row = own_contact(request, contact_id)
    try:
        code, stored = warning.ask(row, issuer_of(request), clock.now())
    except IssueError as error:
        return _contact_page(request, row, problem=sentence_of(error), status=error.status)
    except WarnError as error:
        return _contact_page(request, row, problem=sentence_of(error), status=409)
    context = {"nav": NAV, "contact": row} | code_context(request, code, stored)
    return render(request, "contacts/code.html", context)


def _decision(text: str) -> Decision:
    try:
        return Decision(text)
    except ValueError:
        raise ContactError(contact_rules.CHOOSE) from None


def _visible(request: HttpRequest) -> Any:
    return contact_queries.visible_contacts(scope.officer(request.user)).select_related("person")


def own_contact(request: HttpRequest, contact_id: uuid.UUID) -> Contact:
    """Return a contact the officer may change. Raises Http404 for all others, so that nobody learns which there are."""
    rows = contact_queries.editable_contacts(scope.officer(request.user)).select_related("person")
    return get_object_or_404(rows, pk=contact_id)


def _within(request: HttpRequest) -> str:
    """Return the place in which an officer's organisations lie."""
    own = scope.jurisdiction(request.user)
    return own.edited[0] if own is not None else NATION


def _isolation_form(row: Contact, now: dt.datetime, data: Any = None) -> IsolationForm:
    today = clock.date_of(now)
    return IsolationForm(tracing.first_meeting(row) or today, today, data)


def _contact_page(
    request: HttpRequest, row: Contact, form: IsolationForm | None = None, problem: str = "", status: int = 200
) -> HttpResponse:
    if problem:
        row.refresh_from_db()
    now = clock.now()
    officer = scope.officer(request.user)
    may_change = contact_queries.editable_contacts(officer).filter(pk=row.pk).exists()
    is_own = row.person is not None and row.person.place == issuer_of(request).place
    decision = Decision(row.decision)
    may_isolate = may_change and decision is Decision.CONTACT and row.level < contact_rules.LAST_LEVEL
    seen = set(cases.visible_cases(officer).filter(meetings__contact=row).values_list("pk", flat=True))
    near = set(_visible(request).filter(passed_on__contact=row).values_list("pk", flat=True))
    context = {
        "nav": NAV,
        "contact": row,
        "name": contact_name(row),
        "level": level_name(row.level),
        "office": office_name(row.place, clock.date_of(now)),
        "decision": DECISION_NAMES[decision],
        "wait": wait_text(contact_rules.waits_for(contact_queries.standing_of(row))),
        "meetings": [_met(each, seen, near) for each in contact_queries.meetings_of(row)],
        "case": _case_of(row, officer),
        "is_own": is_own,
        "calls": calling.calls_of(row).count(),
        "may_change": may_change,
        "decisions": [(each.value, DECISION_NAMES[each]) for each in contact_rules.decisions_from(decision)],
        "form": form or _isolation_form(row, now),
        "may_isolate": may_isolate,
        "stays": _stay_links(request, row) if may_isolate and is_own and row.isolated_on is None else (),
        "may_trace_on": may_isolate,
        "may_warn": may_change and warning.problem(row, now) is None,
        "warns": warning.warns(row),
        "problem": problem,
    }
    return render(request, "contacts/contact.html", context, status=status)


def _stay_links(request: HttpRequest, row: Contact) -> list[registries.Link]:
    """Return where the officer may enter the contact's stay: those of a place may, for the ministry reads counts."""
    own = scope.jurisdiction(request.user)
    if own is None or row.person is None or not own.directs_places or own.role is Role.MINISTRY:
        return []
    return [link(row.person.pseudonym) for link in registries.stay_links]


def _case_of(row: Contact, officer: Any) -> Case | None:
    if row.person_id is None:
        return None
    rows = cases.visible_cases(officer).filter(person=row.person_id, merged_into=None)
    return rows.exclude(status=Case.Status.WITHDRAWN).order_by("-created_at").first()


def _met(row: Meeting, seen: set[uuid.UUID], near: set[uuid.UUID]) -> dict[str, Any]:
    """Describe a meeting; of a case or contact of another office only that it was one."""
    if row.case is not None:
        who = row.case.pseudonym if row.case_id in seen else gettext("a case of another office")
        address = ("diagnosis:detail", row.case_id) if row.case_id in seen else None
    elif row.near is not None:
        who = contact_name(row.near) if row.near_id in near else gettext("a contact of another office")
        address = ("contacts:contact", row.near_id) if row.near_id in near else None
    else:
        who, address = gettext("nobody knows whom"), None
    codes = codes_of(row.site)
    by_app = row.found_by == FoundBy.APP
    return {
        "row": row,
        "who": who,
        "address": address,
        "setting": SETTING_NAMES[Setting(row.setting)],
        "site": posts.name_of(codes[-1]) if codes else "",
        "found_by": gettext("by the app") if by_app else gettext("by asking"),
    }


def listed(row: Contact) -> dict[str, Any]:
    """Describe a contact as a row of a list (`contacts/contact_rows.html`)."""
    return {
        "contact": row,
        "name": contact_name(row),
        "level": level_name(row.level),
        "decision": DECISION_NAMES[Decision(row.decision)],
        "wait": wait_text(contact_rules.waits_for(contact_queries.standing_of(row))),
    }


def contact_name(row: Contact) -> str:
    """Return what a contact is called: the pseudonym, else the beginning of its id."""
    return row.person.pseudonym if row.person is not None else f"#{str(row.pk)[:6]}"
