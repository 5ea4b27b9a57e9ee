"""Serve the pages on which an office enters contacts of its cases, calls them and notes what was done of each."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from bluezone.authority.diagnosis import queries as cases
from bluezone.authority.diagnosis.models import Case
from bluezone.authority.diagnosis.pages import code_context, confirmers_page, issuer_of, own_case, readable_case
from bluezone.authority.diagnosis.quota import IssueError
from bluezone.authority.diagnosis.rules import CaseError
from bluezone.authority.episodes import calls as sheets
from bluezone.authority.episodes import queries, rules, services, warning
from bluezone.authority.episodes.forms import (
    DECISION_NAMES,
    REACHED_NAMES,
    SETTING_NAMES,
    CallForm,
    IsolationForm,
    MeetingForm,
    SourceForm,
    wait_text,
)
from bluezone.authority.episodes.models import Episode, Event, Exposure
from bluezone.authority.episodes.queries import Due
from bluezone.authority.episodes.rules import ContactError
from bluezone.authority.episodes.warning import WarnError
from bluezone.authority.episodes.words import Decision, EventKind, FoundBy, Role, Setting
from bluezone.authority.officers import scope
from bluezone.authority.officers.jurisdiction import NATION, codes_of
from bluezone.authority.officers.jurisdiction import Role as Post
from bluezone.authority.officers.pages import office_name
from bluezone.authority.persons.rules import IdentityError
from bluezone.authority.reports.models import Report
from bluezone.authority.reports.rules import Verdict
from bluezone.authority.site import clock, keyset, registries
from bluezone.authority.site.language import named_day, number_text, page_language, sentence_of
from bluezone.authority.units import posts
from bluezone.protocol.reports import Nearness

#: the page of the menu that these pages belong to
NAV = "contacts"
_PAGE_SIZE = 50
_DUE_NAMES = {
    Due.AGREED: _("to be called again now"),
    Due.FIRST: _("not called yet"),
    Due.DECISION: _("to be decided for longer than a day"),
}


# --- lists ------------------------------------------------------------------------------------------------------------


@confirmers_page
@require_GET
def calls(request: HttpRequest) -> HttpResponse:
    """List the contacts of the jurisdiction that are to be called now, or that wait too long for a decision."""
    officer, now = scope.officer(request.user), clock.now()
    counts, asked = queries.counts_to_do(officer, now), request.GET.get("due", "")
    due = Due(asked) if asked in set(Due) else next((each for each in Due if counts.by[each]), Due.AGREED)
    rows = queries.to_do(officer, due, now).select_related("person", "case").annotate(tested=queries.TESTED)
    page = keyset.page(rows, queries.ORDERS[due], request.GET.get("page", ""), _PAGE_SIZE)
    context = {
        "nav": NAV,
        "page": page,
        "rows": [_listed(row) for row in page],
        "counts": counts,
        "due": due,
        "tabs": [(each, text, counts.by[each]) for each, text in _DUE_NAMES.items()],
    }
    return render(request, "episodes/calls.html", context)


@confirmers_page
@require_GET
def of_case(request: HttpRequest, case_id: uuid.UUID) -> HttpResponse:
    """List the contacts of a case: of those that another office follows role and state alone."""
    case = readable_case(request, case_id)
    seen = set(_visible(request).filter(exposures__isnull=False).values_list("pk", flat=True))
    rows = queries.contacts_of(case).annotate(tested=queries.TESTED)
    context = {
        "nav": "list",
        "case": case,
        "name": case.name,
        "rows": [_listed(row, is_seen=row.pk in seen) for row in rows],
        "may_import": scope.jurisdiction(request.user) is not None,
        "may_add": case.merged_into_id is None
        and cases.editable_cases(scope.officer(request.user)).filter(pk=case.pk).exists(),
    }
    return render(request, "episodes/of_case.html", context)


def _listed(row: Episode, *, is_seen: bool = True) -> dict[str, Any]:
    """Describe an episode as a row of a list (`episodes/contact_rows.html`)."""
    return {
        "row": row,
        "is_seen": is_seen,
        "name": row.name if is_seen else office_name(row.place, clock.today()),
        "role": row.role.upper(),
        "decision": DECISION_NAMES[row.decision],
        "wait": wait_text(rules.waits_for(queries.standing_of(row))),
    }


def link_of_case(case_id: str) -> registries.Link:
    """Return the way from a case to its contacts."""
    address = reverse("episodes:of-case", args=(case_id,))
    return registries.Link(address, gettext("Contacts"), gettext("Who was near on the infectious days."))


def link_of_person(pseudonym: str) -> registries.Link:
    """Return the way from a pseudonym to the graph of contacts."""
    return registries.Link(f"{reverse('episodes:graph')}?who={pseudonym}", gettext("In the contact graph"))


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
    days = (services.days_of(near)[0], clock.date_of(now))
    form = MeetingForm(by.place, _within(request), days, request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid() and form.who is not None:
        values = form.cleaned_data
        met = services.Met(
            values["day"], Setting(values["setting"]), FoundBy.HAND, values["site"], values.get("relation", "")
        )
        try:
            return redirect("episodes:episode", services.enter(near, form.who, met, by, now).pk)
        except (ContactError, IdentityError) as error:
            form.add_error(error.field or None, sentence_of(error))
    role = rules.contact_of(Role(near.role)).upper()
    context = {"nav": NAV, "form": form, "name": near.name, "level": role}
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
    """Show an episode: whom they met, what was done, what may be done."""
    return _page(request, get_object_or_404(_visible(request), pk=episode_id))


@confirmers_page
@require_http_methods(["GET", "POST"])
def call(request: HttpRequest, episode_id: uuid.UUID) -> HttpResponse:
    """Show the call sheet, and note a call; go back to where what follows from it is decided."""
    row, now = own_episode(request, episode_id), clock.now()
    sheet = sheets.in_force(clock.date_of(now))
    form = CallForm(sheet, now, request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid() and form.said is not None:
        try:
            services.call(row, form.said, scope.officer(request.user), now)
            return redirect("episodes:episode", row.pk)
        except ContactError as error:
            form.add_error(None, sentence_of(error))
    can_be_lost = Decision.LOST in rules.decisions_from(row.decision) and row.role != Role.F0
    context = {
        "nav": NAV,
        "row": row,
        "name": f"{row.role.upper()} {row.name}",
        "pseudonym": row.person.pseudonym if _is_own(request, row) and row.person is not None else "",
        "form": form,
        "calls": _told(row.events.filter(kind=EventKind.CALL.value)),
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
            form = _isolation_form(row, now, request.POST)
            if not form.is_valid():
                return _page(request, row, form, status=400)
            services.isolate(row, form.cleaned_data["isolated_on"], now, officer)
        elif what == "case":
            return redirect("diagnosis:detail", services.open_case(row, issuer_of(request), now).pk)
        else:
            raise Http404
    except (ContactError, CaseError) as error:
        said = sentence_of(error) if isinstance(error, ContactError) else str(error)
        return _page(request, row, problem=said, status=409)
    return redirect("episodes:episode", row.pk)


@confirmers_page
@require_POST
def warn(request: HttpRequest, episode_id: uuid.UUID) -> HttpResponse:
    """Ask a contact to warn others: show, once, the code for it."""
    row = own_episode(request, episode_id)
    try:
        code, stored = warning.ask(row, issuer_of(request), clock.now())
    except IssueError as error:
        return _page(request, row, problem=sentence_of(error), status=error.status)
    except WarnError as error:
        return _page(request, row, problem=sentence_of(error), status=409)
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
    return get_object_or_404(rows, pk=episode_id)


def _is_own(request: HttpRequest, row: Episode) -> bool:
    """Tell whether the officer's office may open who it is."""
    return row.person is not None and row.person.place == issuer_of(request).place


def _within(request: HttpRequest) -> str:
    """Return the place in which an officer's organisations lie."""
    own = scope.jurisdiction(request.user)
    return own.edited[0] if own is not None else NATION


def _isolation_form(row: Episode, now: dt.datetime, data: Any = None) -> IsolationForm:
    today = clock.date_of(now)
    return IsolationForm(row.first_contact_on or today, today, data)


def _page(
    request: HttpRequest, row: Episode, form: IsolationForm | None = None, problem: str = "", status: int = 200
) -> HttpResponse:
    if problem:
        row.refresh_from_db()
    now, officer = clock.now(), scope.officer(request.user)
    may_change = queries.editable(officer).filter(pk=row.pk).exists()
    is_contact = row.role != Role.F0
    may_isolate = may_change and row.decision is Decision.CONTACT and row.role == Role.F1
    is_own = _is_own(request, row)
    exposures = list(queries.exposures_of(row))
    seen = set(
        _visible(request)
        .filter(pk__in=[each.source_id for each in exposures if each.source_id])
        .values_list("pk", flat=True)
    )
    case = row.case if row.case is not None and row.case.status != Case.Status.WITHDRAWN else None
    context = {
        "nav": NAV,
        "row": row,
        "name": row.name,
        "role": row.role.upper(),
        "office": office_name(row.place, clock.date_of(now)),
        "decision": DECISION_NAMES[row.decision],
        "wait": wait_text(rules.waits_for(queries.standing_of(row))),
        "exposures": [_met(each, seen) for each in exposures],
        "nobody_knows": any(each.source_id is None for each in exposures),
        "tests": row.tests.exclude(result=""),
        "case": case,
        "sees_case": case is not None and cases.visible_cases(officer).filter(pk=case.pk).exists(),
        "is_own": is_own,
        "events": _told(row.events.all()),
        "may_change": may_change,
        "decisions": [(each.value, DECISION_NAMES[each]) for each in rules.decisions_from(row.decision)]
        if is_contact
        else (),
        "form": form or _isolation_form(row, now),
        "may_isolate": may_isolate,
        "stays": _stay_links(request, row) if may_isolate and is_own and row.isolated_on is None else (),
        "may_trace_on": may_change and row.role != Role.F2 and row.decision is Decision.CONTACT,
        "may_warn": may_change and warning.problem(row, now) is None,
        "warns": warning.warns(row),
        "problem": problem,
    }
    return render(request, "episodes/episode.html", context, status=status)


def _stay_links(request: HttpRequest, row: Episode) -> list[registries.Link]:
    """Return where the officer may enter the contact's stay: those of a place may, for the ministry reads counts."""
    own = scope.jurisdiction(request.user)
    if own is None or row.person is None or not own.directs_places or own.role is Post.MINISTRY:
        return []
    return [link(row.person.pseudonym) for link in registries.stay_links]


def _met(row: Exposure, seen: set[uuid.UUID]) -> dict[str, Any]:
    """Describe an exposure; of a case or contact of another office only that it was one."""
    if row.source is None:
        who = gettext("nobody knows whom")
    elif row.source_id in seen:
        who = row.source.name
    else:
        is_case = row.source.role == Role.F0
        who = gettext("a case of another office") if is_case else gettext("a contact of another office")
    codes = codes_of(row.site)
    by_app = row.found_by == FoundBy.APP
    return {
        "row": row,
        "who": who,
        "is_seen": row.source_id in seen,
        "setting": SETTING_NAMES[Setting(row.setting)],
        "site": posts.name_of(codes[-1]) if codes else "",
        "found_by": gettext("by the app") if by_app else gettext("by asking"),
        "report": _reported(row.report) if row.report is not None else None,
    }


def _reported(row: Report) -> dict[str, Any]:
    """Describe what a phone says of an exposure. Its day (UTC) is named by its hours here, as the phone does."""
    start = timezone.localtime(dt.datetime.combine(row.day, dt.time(), dt.UTC))
    ends = [date_format(each, "SHORT_DATETIME_FORMAT") for each in (start, start + dt.timedelta(days=1))]
    quarters = ngettext("%(n)s quarter of an hour", "%(n)s quarters of an hour", row.quarters)
    return {
        "row": row,
        "day": gettext("%(first)s to %(last)s") % {"first": ends[0], "last": ends[1]},
        "is_corroborated": row.verdict == Verdict.CORROBORATED,
        "length": quarters % {"n": number_text(row.quarters)},
        "nearness": {
            Nearness.NEAR: gettext("within 2 m for 15 minutes or more"),
            Nearness.PARTLY: gettext("within 2 m for less"),
            Nearness.APART: gettext("farther away, or not known"),
        }[Nearness(row.nearness)],
        "probability": number_text(row.probability) if row.probability is not None else "",
        "risk": (gettext("low"), gettext("raised"), gettext("high"))[row.risk],
    }


def _told(events: QuerySet[Event]) -> list[dict[str, Any]]:
    """Describe events, the newest first."""
    rows = events.select_related("by").order_by("-at", "-pk")
    return [{"row": row, "what": _what(row), "answers": list(_answers(row.facts))} for row in rows]


def _what(row: Event) -> str:
    if row.kind == EventKind.CALL:
        return f"{gettext('Call')}: {REACHED_NAMES[row.what]}"
    before, _, after = row.what.partition(">")
    names = {each.value: str(name) for each, name in DECISION_NAMES.items()} | {
        each.value: each.upper() for each in Role
    }
    return gettext("%(before)s became %(after)s") % {"before": names[before], "after": names[after]}


def _answers(facts: Mapping[str, Any]) -> Iterable[tuple[str, str]]:
    """Say the answers of a call; words that no sheet knows any more stand as they were stored."""
    language, sheet = page_language(), sheets.by_name(facts.get("sheet", ""))
    asked = {each.name: each for each in sheet.questions} if sheet is not None else {}
    given: Mapping[str, Sequence[str]] = facts.get("answers", {})
    for name, words in given.items():
        question = asked.get(name)
        if question is None:
            yield name, ", ".join(words)
        elif question.kind == "day":
            yield (
                question.text[language],
                ", ".join(named_day(dt.date.fromisoformat(each), inside=True) for each in words),
            )
        else:
            said = (question.words[each][language] if each in question.words else each for each in words)
            yield question.text[language], ", ".join(said)
