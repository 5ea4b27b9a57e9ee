"""Serve the rosters: the list of places, a place's roster of a day, and the steps in it.

Everything works without scripts; `roster.js` sends one tap at a time and puts the answer's row in place.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.template.loader import render_to_string
from django.urls import reverse
from django.views.decorators.http import require_GET, require_POST

from bluezone.authority.officers import scope
from bluezone.authority.officers.pages import officers_page
from bluezone.authority.quarantine import elsewhere, places, presenters, queries, services
from bluezone.authority.quarantine.forms import BedsForm, HouseForm
from bluezone.authority.quarantine.models import Roster
from bluezone.authority.quarantine.places import RosterPlace
from bluezone.authority.quarantine.rules import (
    ROW_LIFE,
    ChangedError,
    Fact,
    Presence,
    RosterError,
    exactly,
    is_open,
)
from bluezone.authority.site import clock
from bluezone.authority.site.language import number_text, page_language, sentence_of
from bluezone.i18n import format_date

PAGE_SIZE = 100
_LONGEST_SEARCH = 16


@officers_page
@require_GET
def place_list(request: HttpRequest) -> HttpResponse:
    """List the places with people in quarantine in the officer's jurisdiction; who keeps a single roster is sent to
    it."""
    own = scope.required(request.user)
    day = clock.today()
    kept = places.own_places(own, day)
    if len(kept) == 1 and own.place == kept[0].place and not kept[0].at_home:
        return redirect("quarantine:roster", kept[0].code)
    scope.directing(request.user)
    found = queries.standings(own, day)
    summary = queries.summary(found, day)
    page = Paginator(sorted(found, key=lambda each: (each.day == day, -_waiting(each))), PAGE_SIZE)
    context = {
        "nav": "quarantine",
        "today": format_date(day, page_language()),
        "sentence": presenters.must_sentence(summary),
        "totals": presenters.totals(summary) if summary.places else (),
        "kept": [presenters.kept(each, queries.newest_of(each.place, day)) for each in kept],
        "page": (shown := page.get_page(request.GET.get("page"))),
        "rows": [presenters.standing(each, day) for each in shown],
        "names": [presenters.count_names()[name] for name in ("present", "not_yet_asked", "has_app")],
        "day": day,
    }
    return render(request, "quarantine/list.html", context)


def _waiting(each: queries.Standing) -> int:
    return each.counts["not_yet_asked"].at_least if each.counts else 0


@dataclass(frozen=True, slots=True)
class _Opened:
    """Hold what every step in a roster needs: the place, the roster asked for, the newest one and today's date."""

    place: RosterPlace
    roster: Roster | None
    newest: Roster | None
    today: dt.date

    @property
    def is_open(self) -> bool:
        return (
            self.roster is not None
            and self.newest is not None
            and is_open(self.roster.day, self.newest.day, self.today)
        )


def _opened(request: HttpRequest, code: str, day: str = "") -> _Opened:
    """Return the place and roster asked for. Raises Http404 where the officer does not see the place's rows, or there
    is none of that day."""
    today = clock.today()
    place = places.find(request.user, code, today)
    if place is None:
        raise Http404
    newest = queries.newest_of(place.place, today)
    if not day:
        return _Opened(place, newest, newest, today)
    try:
        found = queries.roster_of(place.place, dt.date.fromisoformat(day))
    except ValueError:
        raise Http404 from None
    if found is None:
        raise Http404
    return _Opened(place, found, newest, today)


def _writing(request: HttpRequest, code: str, day: str) -> tuple[_Opened, Roster]:
    opened = _opened(request, code, day)
    if opened.roster is None:
        raise Http404
    return opened, opened.roster


@officers_page
@require_GET
def roster(request: HttpRequest, code: str, day: str = "") -> HttpResponse:
    """Show a place's roster: the newest one, or that of a day."""
    return _page(request, _opened(request, code, day))


@officers_page
@require_POST
def start(request: HttpRequest, code: str) -> HttpResponse:
    """Start today's roster with those who were there in the last one."""
    opened = _opened(request, code)
    services.start(opened.place, opened.today, opened.today)
    return redirect("quarantine:roster", opened.place.code)


@officers_page
@require_POST
def confirm(request: HttpRequest, code: str, day: str) -> HttpResponse:
    """Note that a roster is complete."""
    opened, made = _writing(request, code, day)
    try:
        services.confirm(made, scope.officer(request.user), clock.now(), opened.today)
    except RosterError as error:
        return _page(request, opened, problem=sentence_of(error), status=409)
    return redirect("quarantine:day", opened.place.code, made.day.isoformat())


@officers_page
@require_POST
def arrive(request: HttpRequest, code: str, day: str) -> HttpResponse:
    """Add those who have arrived: beds of a site, people of a house."""
    opened, made = _writing(request, code, day)
    form = _form(opened.place, request.POST)
    if form.is_valid():
        try:
            numbers, hamlet, people = form.beds()
            added = services.arrive(made, numbers, opened.today, hamlet=hamlet, people=people)
        except RosterError as error:
            form.add_error(error.field if error.field in form.fields else None, sentence_of(error))
        else:
            return _back(opened.place, made, f"row-{added[0].pk}")
    return _page(request, opened, form=form, status=400)


@officers_page
@require_POST
def note(request: HttpRequest, code: str, day: str) -> HttpResponse:
    """Note one fact of one person (`set=row:version:fact:value`); to the page's script the row as it is now."""
    opened, made = _writing(request, code, day)
    row_id, seen, fact, value = _asked(request)
    problem, status = "", 200
    try:
        _do(made, row_id, seen, fact, value, opened.today)
    except RosterError as error:
        problem, status = sentence_of(error), 409 if isinstance(error, ChangedError) else 400
    if "application/json" in request.headers.get("Accept", ""):
        return _fragment(request, opened, row_id, problem, status)
    if problem:
        return _page(request, opened, problem=problem, status=status)
    return _back(opened.place, made, f"row-{row_id}", request)


def _asked(request: HttpRequest) -> tuple[int, int, str, str]:
    parts = request.POST.get("set", "")[:80].split(":")
    if len(parts) != 4 or not all(part.isascii() and part.isdigit() and len(part) < 19 for part in parts[:2]):
        raise Http404
    return int(parts[0]), int(parts[1]), parts[2], parts[3]


def _do(made: Roster, row_id: int, seen: int, fact: str, value: str, today: dt.date) -> None:
    if fact == "presence" and value in set(Presence):
        services.place_person(made, row_id, Presence(value), seen=seen, today=today)
    elif fact == "remove":
        services.remove(made, row_id, seen=seen, today=today)
    elif fact == "one_more" and value.isascii() and value.isdigit():
        services.one_more(made, row_id, int(value[:4]), today)
    elif fact in set(Fact) and value in ("0", "1"):
        services.note(made, row_id, Fact(fact), value=value == "1", seen=seen, today=today)
    else:
        raise Http404


def _back(place: RosterPlace, made: Roster, anchor: str, request: HttpRequest | None = None) -> HttpResponse:
    address = reverse("quarantine:day", args=[place.code, made.day.isoformat()])
    kept = {name: request.GET[name] for name in ("q", "only", "page") if name in request.GET} if request else {}
    query = f"?{urlencode(kept)}" if kept else ""
    return redirect(f"{address}{query}#{anchor}")


def _fragment(request: HttpRequest, opened: _Opened, row_id: int, problem: str, status: int) -> HttpResponse:
    """Answer the page's script: the row and the counts as they are now; no row where it is no longer in the list, and
    `reload` where more than the row has changed."""
    made = queries.roster_of(opened.place.place, opened.roster.day) if opened.roster else None
    if made is None:
        raise Http404
    row = queries.roster_rows(made).filter(pk=row_id).first()
    others = queries.roster_rows(made).filter(hamlet=row.hamlet, number_key=row.number_key) if row else ()
    described = next((each for each in presenters.rows(others) if each["id"] == row_id), None)
    context = {"row": described, "is_open": opened.is_open, "at_home": opened.place.at_home}
    return JsonResponse(
        {
            "problem": problem,
            "row": render_to_string("quarantine/row.html", context, request) if described else "",
            "tally": render_to_string("quarantine/tally.html", _tally(made), request),
            "reload": described is None or ":one_more:" in request.POST.get("set", ""),
        },
        status=status,
    )


def _tally(made: Roster) -> dict[str, Any]:
    return {
        "tally": presenters.tally(exactly(made.counts)),
        "sentence": presenters.asked_sentence(made.present, made.counts.not_yet_asked),
    }


def _form(place: RosterPlace, data: Any = None) -> BedsForm | HouseForm:
    return HouseForm(places.hamlets_of(place), data) if place.at_home else BedsForm(data)


def _page(
    request: HttpRequest,
    opened: _Opened,
    *,
    form: BedsForm | HouseForm | None = None,
    problem: str = "",
    status: int = 200,
) -> HttpResponse:
    place, today, language = opened.place, opened.today, page_language()
    made = queries.roster_of(place.place, opened.roster.day) if opened.roster else None
    name = place.name()
    context: dict[str, Any] = {
        "nav": "quarantine",
        "place": place,
        "name": name,
        "within": place.within(today),
        "today": format_date(today, language),
        "roster": made,
        "problem": problem,
        "is_open": opened.is_open,
        "may_start": opened.newest is None or opened.newest.day < today,
        "newest": opened.newest,
        "form": form or _form(place),
        "hamlets": places.hamlets_of(place) if place.at_home else (),
        "history": [
            presenters.past(each, exactly(each.counts))
            for each in queries.history(place.place, today)
            if made is None or each.day != made.day
        ],
    }
    if opened.newest is not None:
        context["newest_day"] = format_date(opened.newest.day, language)
        there = opened.newest.rows.exclude(presence=Presence.LEFT.value).count()
        context["carried"] = number_text(there)
    if made is not None:
        context |= _tally(made) | _rows(request, made)
        context["day"] = format_date(made.day, language)
        context["rows_are_deleted"] = made.day < today - ROW_LIFE
        known = len(elsewhere.people(made.place, made.day))
        context["known"] = number_text(known) if known else ""
        context["known_address"] = elsewhere.address(place.code) if known else ""
        context["carried_from"] = format_date(made.carried_over_from, language) if made.carried_over_from else ""
    return render(request, "quarantine/roster.html", context, status=status)


def _rows(request: HttpRequest, made: Roster) -> dict[str, Any]:
    text = request.GET.get("q", "").strip()[:_LONGEST_SEARCH]
    unasked = request.GET.get("only") == "unasked"
    found = queries.roster_rows(made, text=text, unasked=unasked)
    page = Paginator(found, PAGE_SIZE).get_page(request.GET.get("page"))
    kept = {name: request.GET[name] for name in ("q", "only", "page") if name in request.GET}
    return {
        "page": page,
        "rows": presenters.rows(page),
        "left": presenters.rows(queries.left_today(made)),
        "q": text,
        "unasked": unasked,
        "query": f"?{urlencode(kept)}" if kept else "",
        "any_rows": made.rows.exists(),
    }
