"""Serve the steps of a stay: a call, a test, a fact, a move, an end, an address opened, the link sent."""

from __future__ import annotations

import datetime as dt

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext, gettext_noop
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from bluezone.authority.diagnosis.quota import IssueError
from bluezone.authority.diagnosis.rules import CaseError
from bluezone.authority.isolation import declaring, pages, private, queries, reminders, services
from bluezone.authority.isolation.forms import (
    AskMoveForm,
    EndForm,
    ReasonForm,
    ResultForm,
    SaidForm,
    SpotForm,
    form_error,
)
from bluezone.authority.isolation.models import Move
from bluezone.authority.isolation.pages import own_stay, stays_page
from bluezone.authority.isolation.rules import Ending, IsolationError
from bluezone.authority.isolation.views import NAV, spot_of, stay_page
from bluezone.authority.officers import scope
from bluezone.authority.officers.confirming import Issuer
from bluezone.authority.officers.jurisdiction import Jurisdiction, place_of
from bluezone.authority.officers.pages import place_name
from bluezone.authority.persons.rules import IdentityError
from bluezone.authority.quarantine.rules import Fact
from bluezone.authority.site import clock
from bluezone.authority.site.language import sentence_of
from bluezone.authority.units.queries import find_unit
from bluezone.geography.errors import GeographyError
from bluezone.geography.units import Level


@stays_page
@require_http_methods(["GET", "POST"])
def declare(request: HttpRequest, stay_id: int) -> HttpResponse:
    """Note what somebody said on the telephone or face to face."""
    row = own_stay(request, stay_id)
    form = SaidForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        officer = scope.officer(request.user)
        try:
            sent = form.cleaned_data["declaration_id"].bytes
            declaring.declare_by_call(row, sent, form.said(), officer, clock.now())
            return redirect("isolation:stay", row.pk)
        except IsolationError as error:
            form_error(form, error)
    context = {"nav": NAV, "stay": row, "name": pages.name_of(row), "form": form}
    return render(request, "isolation/declare.html", context, status=400 if form.errors else 200)


@stays_page
@require_POST
def answer(request: HttpRequest, stay_id: int, declaration_id: int) -> HttpResponse:
    """Note that somebody has called, or seen to it."""
    row = own_stay(request, stay_id)
    declaring.answer(get_object_or_404(row.declarations, pk=declaration_id), clock.now())
    return redirect("isolation:stay", row.pk)


@stays_page
@require_POST
def note_test(request: HttpRequest, stay_id: int, test_id: int) -> HttpResponse:
    """Note a test's result."""
    row, now = own_stay(request, stay_id), clock.now()
    test = get_object_or_404(row.tests, pk=test_id)
    form = ResultForm(row, clock.date_of(now), request.POST)
    if not form.is_valid():
        return stay_page(request, row, problem=gettext("Choose the result and the day of the test."), status=400)
    try:
        values = form.cleaned_data
        services.note_test(test, values["result"], values["taken_on"], scope.officer(request.user), now)
    except IsolationError as error:
        return stay_page(request, row, problem=sentence_of(error), status=400)
    return redirect("isolation:stay", row.pk)


@stays_page
@require_POST
def note_fact(request: HttpRequest, stay_id: int) -> HttpResponse:
    """Note whether the person has a phone, was asked, has the app, was helped (`set=fact:value`)."""
    row = own_stay(request, stay_id)
    fact, _colon, value = request.POST.get("set", "").partition(":")
    if fact not in set(Fact) or value not in ("0", "1"):
        raise Http404
    services.note_fact(row, Fact(fact), value=value == "1", now=clock.now())
    return redirect("isolation:stay", row.pk)


@stays_page
@require_http_methods(["GET", "POST"])
def move(request: HttpRequest, stay_id: int) -> HttpResponse:
    """Move somebody to another bed, site or home of the own area."""
    row, own = own_stay(request, stay_id), scope.required(request.user)
    form = SpotForm(pages.site_choices(request), request.POST or None, home=pages.may_enter_home(own), prefix="spot")
    if request.method == "POST" and form.is_valid():
        try:
            services.move(row, spot_of(request, form), clock.now())
            return redirect("isolation:stay", row.pk)
        except IsolationError as error:
            form_error(form, error)
    return _move_page(request, stay_id, form, AskMoveForm())


@stays_page
@require_POST
def ask_move(request: HttpRequest, stay_id: int) -> HttpResponse:
    """Ask the commune of another place to take somebody over."""
    row, own, now = own_stay(request, stay_id), scope.required(request.user), clock.now()
    form = AskMoveForm(request.POST)
    if form.is_valid():
        try:
            place = _commune(form.cleaned_data["to_place"], own, clock.date_of(now))
            services.ask_move(row, place, scope.officer(request.user), now)
            return redirect("isolation:stay", row.pk)
        except (GeographyError, IsolationError) as error:
            form.add_error("to_place", sentence_of(error))
    spots = SpotForm(pages.site_choices(request), home=pages.may_enter_home(own), prefix="spot")
    return _move_page(request, stay_id, spots, form)


def _commune(text: str, own: Jurisdiction, day: dt.date) -> str:
    """Return the place of a commune that a text names. Raises GeographyError; IsolationError for another unit."""
    unit = find_unit(text, own, day)
    if unit.level is not Level.COMMUNE:
        raise IsolationError(gettext_noop("name a commune or a ward: it takes the person over"), "to_place")
    return place_of(unit.code)


def _move_page(request: HttpRequest, stay_id: int, form: SpotForm, asking: AskMoveForm) -> HttpResponse:
    row = own_stay(request, stay_id)
    errors = form.errors or asking.errors
    context = {"nav": NAV, "stay": row, "name": pages.name_of(row), "form": form, "asking": asking}
    context["failed"] = form if form.errors else asking
    return render(request, "isolation/move.html", context, status=400 if errors else 200)


@stays_page
@require_GET
def moves(request: HttpRequest) -> HttpResponse:
    """List whom other communes ask the own place to take over, and whom it asked others to take."""
    return _moves_page(request)


def _moves_page(request: HttpRequest, problem: str = "", status: int = 200) -> HttpResponse:
    user, today = scope.officer(request.user), clock.today()
    incoming = [
        {"row": each, "name": pages.name_of(each.stay), "place": place_name(each.from_place, today), "incoming": True}
        for each in queries.moves_to(user)
    ]
    asked = [
        {"row": each, "name": pages.name_of(each.stay), "place": place_name(each.to_place, today), "incoming": False}
        for each in queries.moves_from(user)
    ]
    context = {"nav": NAV, "lines": [*incoming, *asked], "problem": problem}
    return render(request, "isolation/moves.html", context, status=status)


@stays_page
@require_http_methods(["GET", "POST"])
def accept_move(request: HttpRequest, move_id: int) -> HttpResponse:
    """Take somebody over: choose the site and bed, or the home."""
    user, own = scope.officer(request.user), scope.required(request.user)
    asked = get_object_or_404(queries.moves_to(user), pk=move_id)
    form = SpotForm(pages.site_choices(request), request.POST or None, home=own.place == asked.to_place)
    if request.method == "POST" and form.is_valid():
        try:
            row = services.accept_move(asked, spot_of(request, form), clock.now())
            return redirect("isolation:stay", row.pk)
        except IsolationError as error:
            form_error(form, error)
    today = clock.today()
    context = {"nav": NAV, "asked": asked, "form": form, "place": place_name(asked.from_place, today)}
    return render(request, "isolation/accept.html", context, status=400 if form.errors else 200)


@stays_page
@require_POST
def refuse_move(request: HttpRequest, move_id: int, decision: str) -> HttpResponse:
    """Decline what another commune asks, or take back what the own place asked."""
    user = scope.officer(request.user)
    if decision not in (Move.State.DECLINED, Move.State.TAKEN_BACK):
        raise Http404
    state = Move.State(decision)
    rows = queries.moves_from(user) if state is Move.State.TAKEN_BACK else queries.moves_to(user)
    try:
        services.refuse_move(get_object_or_404(rows, pk=move_id), state, clock.now())
    except IsolationError as error:
        return _moves_page(request, sentence_of(error), 409)
    return redirect("isolation:moves")


@stays_page
@require_http_methods(["GET", "POST"])
def end(request: HttpRequest, stay_id: int) -> HttpResponse:
    """End a stay: released on the last day or early, hospital, death, mistake."""
    row, now = own_stay(request, stay_id), clock.now()
    form = EndForm(row, clock.date_of(now), request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        values = form.cleaned_data
        try:
            officer = scope.officer(request.user)
            services.end(row, Ending(values["ending"]), values["because"], officer, now)
            return redirect("isolation:stay", row.pk)
        except IsolationError as error:
            form_error(form, error)
    context = {"nav": NAV, "stay": row, "name": pages.name_of(row), "form": form}
    return render(request, "isolation/end.html", context, status=400 if form.errors else 200)


@stays_page
@require_POST
def become_f0(request: HttpRequest, stay_id: int) -> HttpResponse:
    """Open a case for somebody whose test was positive."""
    row = own_stay(request, stay_id)
    try:
        case = services.become_f0(row, Issuer(officer=scope.officer(request.user)), clock.now())
    except (IsolationError, IssueError) as error:
        return stay_page(request, row, problem=sentence_of(error), status=400)
    except CaseError:
        return stay_page(request, row, problem=gettext("The test is too long ago for a case."), status=400)
    return redirect("diagnosis:detail", case.pk)


@stays_page
@require_POST
def open_private(request: HttpRequest, stay_id: int, opened: str) -> HttpResponse:
    """Show an address or a telephone number once, in the answer to a reason; the audit log has who opened it and
    why."""
    row, own = own_stay(request, stay_id), scope.required(request.user)
    purposes = {"address": private.ADDRESS, "telephone": private.TELEPHONE}
    if opened not in purposes or not pages.may_open(own, row):
        raise Http404
    form = ReasonForm(request.POST)
    if form.is_valid():
        try:
            reason, officer = form.cleaned_data["reason"], scope.officer(request.user)
            text = services.open_private(row, purposes[opened], reason, officer)
            return stay_page(request, row, opened=text, opened_kind=opened)
        except IdentityError as error:
            form.add_error("reason", sentence_of(error))
        except IsolationError as error:
            form.add_error(None, sentence_of(error))
    return stay_page(request, row, form=form, status=400)


@stays_page
@require_POST
def send_link(request: HttpRequest, stay_id: int) -> HttpResponse:
    """Send the link by text message, to the number that is stored; nobody reads the number for it."""
    row, now = own_stay(request, stay_id), clock.now()
    if not bytes(row.telephone):
        return stay_page(request, row, problem=gettext("No telephone number is stored of this stay."), status=400)
    if row.ended_on is not None:
        return stay_page(request, row, problem=gettext("The stay has ended, and its link with it."), status=409)
    if not reminders.send_link(row, now):
        problem = gettext("This server sends no text messages: give the person the letter, or call.")
        return stay_page(request, row, problem=problem, status=409)
    return redirect(f"{reverse('isolation:stay', args=[row.pk])}?link=sent")  # loaded again, it is not sent again
