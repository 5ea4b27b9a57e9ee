"""Serve the queue of declarations: who waits for a call, the call sheet, outcomes, and how long people waited."""

from __future__ import annotations

import datetime as dt
import functools
from collections.abc import Callable
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.safestring import mark_safe
from django.utils.translation import gettext, ngettext
from django.views.decorators.http import require_GET, require_POST

from bluezone.authority.declarations import calling, known_forms, queries, rules, services, tracing
from bluezone.authority.declarations.models import HealthDeclaration
from bluezone.authority.declarations.rules import Result
from bluezone.authority.diagnosis.forms import date_text
from bluezone.authority.diagnosis.models import Case
from bluezone.authority.diagnosis.quota import IssueError
from bluezone.authority.diagnosis.rules import CaseError
from bluezone.authority.episodes import rules as episode_rules
from bluezone.authority.episodes.forms import SETTING_NAMES, days_from
from bluezone.authority.episodes.models import Episode
from bluezone.authority.episodes.rules import ContactError
from bluezone.authority.episodes.words import Setting
from bluezone.authority.officers import confirming, scope
from bluezone.authority.officers.confirming import Issuer
from bluezone.authority.officers.jurisdiction import place_of
from bluezone.authority.officers.pages import officers_page, place_name
from bluezone.authority.persons.rules import IdentityError
from bluezone.authority.site import clock, keyset
from bluezone.authority.site.language import number_text, page_language, sentence_of
from bluezone.forms import communes
from bluezone.forms.definition import IDENTITY, Level, said
from bluezone.forms.rendering import render_answers
from bluezone.geography.units import UnitCode

PAGE_SIZE = 50
NAV = "declarations"
_LONGEST = 80


def queue_page(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Open a page to who sees single declarations: in a jurisdiction that has them, with the right to read health
    data."""

    @_page_of_places
    @functools.wraps(view)
    def guarded(request: HttpRequest, *args: object, **kwargs: object) -> HttpResponse:
        scope.reading_health(request.user)
        return view(request, *args, **kwargs)

    return guarded


def _page_of_places(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    @officers_page
    @functools.wraps(view)
    def guarded(request: HttpRequest, *args: object, **kwargs: object) -> HttpResponse:
        if not rules.sees_people(scope.required(request.user)):
            raise PermissionDenied
        return view(request, *args, **kwargs)

    return guarded


def _own(request: HttpRequest, row_id: int) -> HealthDeclaration:
    """Return a declaration that the officer may do something about. Raises Http404 for all others."""
    return get_object_or_404(queries.editable(scope.officer(request.user)), pk=row_id)


def level_tag(row: HealthDeclaration) -> tuple[str, str, str]:
    """Return the level of a declaration as a tag: its tone, icon and text. What is unconfirmed is in no colour."""
    tone, icon, text = {
        Level.ADVICE: ("safe", "done", gettext("advice")),
        Level.CALL: ("watch", "wait", gettext("call today")),
        Level.URGENT: ("act", "alert", gettext("call now")),
    }[list(Level)[row.level]]
    return ("", "wait", text) if row.state == rules.State.UNCONFIRMED else (tone, icon, text)


@queue_page
@require_GET
def queue(request: HttpRequest) -> HttpResponse:
    """List who waits for a call, the alarming ones whose number nobody has confirmed, or all that came."""
    rows, today = queries.visible(scope.officer(request.user)), clock.date_of(clock.now())
    state = request.GET.get("state", "")
    shown = {"all": (queries.NEWEST, rows), "unconfirmed": (queries.NEWEST, queries.unconfirmed(rows))}
    order, listed = shown.get(state, (queries.QUEUE, queries.waiting(rows)))
    page = keyset.page(listed.defer("identity", "answers"), order, request.GET.get("page", ""), PAGE_SIZE)
    titles = {(each.form, each.version): said(each.title, page_language()) for each in known_forms.every()}
    count = queries.counted(queries.waiting(rows))
    text = ngettext("%(n)s declaration waits for a call.", "%(n)s declarations wait for a call.", count)
    if count > queries.MOST_COUNTED:
        count, text = queries.MOST_COUNTED, gettext("More than %(n)s declarations wait for a call.")
    context = {
        "nav": NAV,
        "page": page,
        "rows": [
            {
                "row": row,
                "tag": level_tag(row),
                "title": titles.get((row.form, row.version), row.form),
                "place": place_name(row.place, today),
            }
            for row in page
        ],
        "sentence": text % {"n": number_text(count)} if count else gettext("Nobody waits for a call."),
        "state": state if state in shown else "",
        "unconfirmed": number_text(queries.counted(queries.unconfirmed(rows))),
    }
    return render(request, "declarations/queue.html", context)


@queue_page
@require_GET
def declaration(request: HttpRequest, row_id: int) -> HttpResponse:
    """Show a declaration's call sheet: why to call, what was answered, and what can be done."""
    return _sheet(request, _own(request, row_id))


def _sheet(
    request: HttpRequest,
    row: HealthDeclaration,
    *,
    opened: str = "",
    problem: str = "",
    found: tuple[communes.Commune, ...] = (),
    status: int = 200,
) -> HttpResponse:
    language, seen, today = page_language(), services.seen(row), clock.date_of(clock.now())
    private_names = {field.name for field in seen.form.fields if field.about in IDENTITY}
    answers = {name: each for name, each in seen.answers.items() if name not in private_names}
    context: dict[str, Any] = {
        "nav": NAV,
        "row": row,
        "tag": level_tag(row),
        "title": said(seen.form.title, language),
        "place": place_name(row.place, today),
        "reasons": seen.outcome.reasons(language),
        "answers": mark_safe(render_answers(seen.form, language, answers)),  # noqa: S308 (it escapes)
        "opened": mark_safe(opened),  # noqa: S308 (drawn by the same)
        "results": HealthDeclaration.Result.choices,
        "may_confirm": confirming.may_confirm(Issuer(officer=scope.officer(request.user))),
        "problem": problem,
        "found": found,
        "days": days_from(today - episode_rules.MAX_AGE, today),
        "settings": SETTING_NAMES.items(),
        "declared_on": row.day.isoformat(),
    }
    return render(request, "declarations/sheet.html", context, status=status)


@queue_page
@require_POST
def open_identity(request: HttpRequest, row_id: int) -> HttpResponse:
    """Show who declared, to call; the officer, the time and the reason are noted."""
    row = _own(request, row_id)
    try:
        who = calling.open_identity(row, _issuer(request), request.POST.get("reason", "")[:_LONGEST])
    except IdentityError as error:
        return _sheet(request, row, problem=sentence_of(error), status=400)
    return _sheet(request, row, opened=render_answers(services.seen(row).form, page_language(), who))


@queue_page
@require_POST
def note_call(request: HttpRequest, row_id: int) -> HttpResponse:
    """Note what came of a call."""
    row = _own(request, row_id)
    try:
        result = Result(request.POST.get("result", ""))
    except ValueError:
        return _sheet(request, row, problem=gettext("Choose what came of the call."), status=400)
    calling.note_call(row, result, _issuer(request), clock.now())
    return redirect("declarations:list")


@queue_page
@require_POST
def hand_over(request: HttpRequest, row_id: int) -> HttpResponse:
    """Give a declaration to the health station of another commune."""
    row, typed = _own(request, row_id), request.POST.get("commune", "")[:_LONGEST]
    known = communes.commune_of(typed)
    found = (known,) if known else communes.search(typed)
    if len(found) != 1:
        problem = gettext("Choose one of these places.") if found else gettext("There is no such commune.")
        return _sheet(request, row, problem=problem, found=found, status=400)
    calling.hand_over(row, place_of(UnitCode.parse(found[0].code)), _issuer(request), clock.now())
    return redirect("declarations:list")


@queue_page
@require_POST
def enter_person(request: HttpRequest, row_id: int) -> HttpResponse:
    """Enter who declared among the office's persons, from where a case is opened or a contact entered."""
    row = _own(request, row_id)
    if not confirming.may_confirm(_issuer(request)):
        raise PermissionDenied
    try:
        person = tracing.enter_person(row, _issuer(request), clock.now())
    except IdentityError as error:
        return _sheet(request, row, problem=sentence_of(error), status=400)
    return redirect("persons:person", person.pseudonym)


@queue_page
@require_POST
def open_case(request: HttpRequest, row_id: int) -> HttpResponse:
    """Open a suspected case of who declared, and go on to it."""
    return _traced(request, row_id, lambda row, day, by, now: tracing.open_case(row, day, by, now))


@queue_page
@require_POST
def enter_contact(request: HttpRequest, row_id: int) -> HttpResponse:
    """Enter who declared as a contact, and go on to it."""
    try:
        setting = Setting(request.POST.get("setting", ""))
    except ValueError:
        return _sheet(request, _own(request, row_id), problem=gettext("Choose where they met."), status=400)
    return _traced(request, row_id, lambda row, day, by, now: tracing.enter_contact(row, day, setting, by, now))


def _traced(
    request: HttpRequest,
    row_id: int,
    step: Callable[[HealthDeclaration, dt.date, Issuer, dt.datetime], Case | Episode],
) -> HttpResponse:
    row, by = _own(request, row_id), _issuer(request)
    if not confirming.may_confirm(by):
        raise PermissionDenied
    try:
        day = dt.date.fromisoformat(request.POST.get("day", ""))
    except ValueError:
        return _sheet(request, row, problem=gettext("Choose the day."), status=400)
    try:
        made = step(row, day, by, clock.now())
    except CaseError as error:
        return _sheet(request, row, problem=date_text(str(error)), status=400)
    except (IdentityError, ContactError, IssueError) as error:
        return _sheet(request, row, problem=sentence_of(error), status=400)
    return redirect("diagnosis:detail" if isinstance(made, Case) else "episodes:episode", made.pk)


@_page_of_places
@require_GET
def times(request: HttpRequest) -> HttpResponse:
    """Show how long people waited for a call in the last seven days, by place."""
    own, now = scope.required(request.user), clock.now()
    rows = queries.times(scope.officer(request.user), own, now)
    today = clock.date_of(now)
    listed = [
        {
            "times": each,
            "name": place_name(each.place, today),
            "median": _span(each.median),
            "ninety_fifth": _span(each.ninety_fifth),
        }
        for each in rows
    ]
    reads = confirming.may_read_health(_issuer(request))
    return render(request, "declarations/times.html", {"nav": NAV, "rows": listed, "reads": reads})


def _span(minutes: int | None) -> str:
    if minutes is None:
        return "–"
    span = dt.timedelta(minutes=minutes)
    hours, rest = divmod(int(span.total_seconds()) // 60, 60)
    if not hours:
        return gettext("%(n)s min") % {"n": number_text(rest)}
    return gettext("%(hours)s h %(minutes)s min") % {"hours": number_text(hours), "minutes": number_text(rest)}


def _issuer(request: HttpRequest) -> Issuer:
    return Issuer(officer=scope.officer(request.user))
