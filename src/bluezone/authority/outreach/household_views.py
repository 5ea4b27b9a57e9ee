"""Serve the page of a hamlet's rounds from house to house: who goes where, who was visited, who never was."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST

from bluezone.authority.officers import scope
from bluezone.authority.officers.pages import officers_page
from bluezone.authority.outreach import presenters, queries, services
from bluezone.authority.outreach.forms import HouseholdsForm, TeamForm, VisitsForm
from bluezone.authority.outreach.models import VisitTeam
from bluezone.authority.outreach.pages import entered, sees_households
from bluezone.authority.outreach.rules import KEPT_DAYS, OutreachError
from bluezone.authority.site import clock
from bluezone.authority.site.language import number_text, sentence_of
from bluezone.authority.site.records import one_at_a_time
from bluezone.authority.units.models import Organisation
from bluezone.rollout.errors import RolloutError
from bluezone.rollout.households import Outcome, Team, coverage, format_numbers, rounds


def _hamlet(request: HttpRequest, code: str) -> Organisation:
    """Return a hamlet whose households the officer may see. Raises Http404 for others."""
    unit = entered(request, code)
    if not sees_households(scope.required(request.user), unit):
        raise Http404
    return unit


@officers_page
@require_http_methods(["GET", "POST"])
def households(request: HttpRequest, code: str) -> HttpResponse:
    """Show a hamlet's rounds, and take the visits of a day."""
    unit = _hamlet(request, code)
    number = queries.households_of(unit)
    initial = {"date": presenters.day_text(clock.today())}
    form = VisitsForm(request.POST or None, initial=initial, households=number)
    if request.method == "POST" and form.is_valid():
        try:
            services.record_visits(unit, form.cleaned_data["date"], form.outcomes(), clock.today())
        except (OutreachError, RolloutError) as error:
            field = getattr(error, "field", None)
            form.add_error(field if field in form.fields else None, sentence_of(error))
        else:
            return _back(unit, "rounds")
    return _page(request, unit, form)


def _page(
    request: HttpRequest,
    unit: Organisation,
    form: VisitsForm | None = None,
    number_form: HouseholdsForm | None = None,
    team_form: TeamForm | None = None,
    team: VisitTeam | None = None,
) -> HttpResponse:
    number, visits, teams = queries.households_of(unit), queries.visits_of(unit), queries.teams_of(unit)
    state, covered = rounds(visits, number), coverage([rule for _row, rule in teams], number)
    wrong = any(each is not None and each.errors for each in (form, number_form, team_form))
    day = {"date": presenters.day_text(clock.today())}
    names = presenters.outcome_names()
    context: dict[str, Any] = {
        "nav": "outreach",
        "unit": unit,
        "form": form or VisitsForm(initial=day, households=number),
        "number_form": number_form or HouseholdsForm(initial=_number_of(unit)),
        "team_form": team_form or TeamForm(),
        "team": team,
        "households": number_text(number),
        "state": state,
        "visited": number_text(state.visited),
        "share": presenters.share_text(state.visited, number),
        "with_app": number_text(state.with_app),
        "counts": [(names[each], number_text(state.counts[each])) for each in Outcome if state.counts[each]],
        "never": _by_team(state.never, teams),
        "absent": _by_team(state.absent, teams),
        "days": presenters.days(queries.days_of(unit)),
        "teams": [{"row": row, "visited": _visited(rule, state.never)} for row, rule in teams],
        "twice": format_numbers(covered.twice) if teams else "",
        "nobody": format_numbers(covered.nobody) if teams else "",
        "kept_days": KEPT_DAYS,
    }
    return render(request, "outreach/households.html", context, status=400 if wrong else 200)


def _by_team(numbers: tuple[int, ...], teams: list[tuple[VisitTeam, Team]]) -> list[tuple[str, str]]:
    """Return household numbers by who goes there; last those that no team goes to."""
    rest, found = set(numbers), []
    for _row, team in teams:
        own = [number for number in team.numbers if number in rest]
        if own:
            found.append((team.name, format_numbers(own)))
            rest -= set(own)
    return [*found, *([("", format_numbers(rest))] if rest else [])]


def _visited(team: Team, never: tuple[int, ...]) -> str:
    missing = set(never) & set(team.numbers)
    return f"{len(team.numbers) - len(missing)}/{len(team.numbers)}" if team.numbers else ""


def _back(unit: Organisation, part: str) -> HttpResponse:
    return redirect(f"{reverse('outreach:households', args=[unit.code])}#{part}")


def _number_of(unit: Organisation) -> dict[str, Any]:
    return {"households": number_text(queries.households_of(unit))}


@officers_page
@require_POST
@one_at_a_time("households")
def set_households(request: HttpRequest, code: str) -> HttpResponse:
    """Store how many households a hamlet has."""
    unit = _hamlet(request, code)
    form = HouseholdsForm(request.POST, initial=_number_of(unit))
    if form.is_valid() and form.is_current():
        try:
            services.set_households(unit, form.cleaned_data["households"])
        except OutreachError as error:
            form.add_error("households", sentence_of(error))
        else:
            return _back(unit, "rounds")
    return _page(request, unit, number_form=form)


@officers_page
@require_POST
def add_team(request: HttpRequest, code: str) -> HttpResponse:
    """Add who goes from house to house."""
    return _save_team(request, _hamlet(request, code), None)


@officers_page
@require_http_methods(["GET", "POST"])
@one_at_a_time("teams")
def change_team(request: HttpRequest, code: str, key: int) -> HttpResponse:
    """Change who goes from house to house, or take it off the list (`drop`)."""
    unit = _hamlet(request, code)
    team = get_object_or_404(VisitTeam, organisation=unit, pk=key)
    if request.method == "GET":
        form = TeamForm(initial=_written(team))
        return _page(request, unit, team_form=form, team=team)
    if request.POST.get("drop"):
        team.delete()
        return _back(unit, "teams")
    return _save_team(request, unit, team)


def _written(team: VisitTeam | None) -> dict[str, Any]:
    return {} if team is None else {"name": team.name, "numbers": team.numbers}


def _save_team(request: HttpRequest, unit: Organisation, team: VisitTeam | None) -> HttpResponse:
    form = TeamForm(request.POST, initial=_written(team))
    if form.is_valid() and form.is_current():
        try:
            services.save_team(unit, form.cleaned_data["name"], form.cleaned_data["numbers"], team)
        except (OutreachError, RolloutError) as error:
            field = getattr(error, "field", "name" if services.is_bad_name(form.cleaned_data["name"]) else "numbers")
            form.add_error(field, sentence_of(error))
        else:
            return _back(unit, "teams")
    return _page(request, unit, team_form=form, team=team)


@officers_page
@require_POST
def take_back(request: HttpRequest, code: str) -> HttpResponse:
    """Take back visits of a day that were entered by mistake."""
    unit = _hamlet(request, code)
    number = queries.households_of(unit)
    form = VisitsForm({"date": request.POST.get("date", ""), "has": request.POST.get("numbers", "")}, households=number)
    if not form.is_valid():
        return _page(request, unit, form)
    services.take_back_visits(unit, form.cleaned_data["date"], form.cleaned_data["has"])
    return _back(unit, "days")
