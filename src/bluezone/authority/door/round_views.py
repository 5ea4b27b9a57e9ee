"""Serve the pages of a round of visits: its proposal, and the round while it is made."""

from __future__ import annotations

import uuid
from typing import Any

from django.db.models import Max
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from bluezone.authority.door import presenters, queries, rounds, taps, visits
from bluezone.authority.door.forms import RoundForm
from bluezone.authority.door.models import DoorDay, Round, RoundStop
from bluezone.authority.officers import scope
from bluezone.authority.officers.pages import officers_page
from bluezone.authority.site import clock
from bluezone.authority.site.gazetteer import unit_of
from bluezone.authority.site.language import number_text, page_language, unit_name
from bluezone.authority.units.models import Organisation
from bluezone.geography.units import UnitCode
from bluezone.i18n import at_start, format_date, format_weekday_date


@officers_page
@require_http_methods(["GET", "POST"])
def new_round(request: HttpRequest) -> HttpResponse:
    """Propose whom to visit on a day, and store the round of those that are ticked."""
    own = scope.directing_units(request.user)
    today = clock.today()
    if request.method == "GET":
        asked = request.GET if "day" in request.GET else None
        return _proposal(request, RoundForm(today, asked) if asked else RoundForm(today))
    form = RoundForm(today, request.POST)
    if not form.is_valid():
        return _proposal(request, form, status=400)
    keys = request.POST.getlist("code")[: rounds.MOST_SIZE]
    rows = queries.keepers(scope.editable(Organisation.objects.all(), request.user)).filter(code__in=keys)
    stops = sorted(rows, key=lambda each: keys.index(each.code))
    if not stops:
        form.add_error(None, _("Tick at least one unit."))
        return _proposal(request, form, status=400)
    planned = visits.plan(
        own.place, stops, form.cleaned_data["form"], scope.officer(request.user), form.cleaned_data["day"]
    )
    return redirect("door:round", planned.pk)


def _proposal(request: HttpRequest, form: RoundForm, status: int = 200) -> HttpResponse:
    today = clock.today()
    day, size = today, rounds.USUAL_SIZE
    if form.is_bound and form.is_valid():
        day, size = form.cleaned_data["day"], form.cleaned_data["size"]
    chosen = rounds.round_of(visits.candidates(scope.editable(Organisation.objects.all(), request.user), day), size)
    codes = dict(Organisation.objects.filter(pk__in=[each.key for each in chosen]).values_list("pk", "code"))
    language = page_language()
    context: dict[str, Any] = {
        "nav": "doors",
        "form": form,
        "token": uuid.uuid4(),
        "day": day.isoformat(),
        "shown_day": at_start(format_weekday_date(day, language)),
        "size": size,
        "rows": [
            {
                "code": codes[each.key],
                "name": each.name,
                "where": ", ".join(
                    filter(None, (each.street, unit_name(unit_of(UnitCode.parse(each.commune), today))))
                ),
                "last": format_date(each.last_visit, language) if each.last_visit else "",
            }
            for each in chosen
        ],
    }
    return render(request, "door/new_round.html", context, status=status)


@officers_page
@require_GET
def round_page(request: HttpRequest, number: int) -> HttpResponse:
    """Show a round: whom to look in on, in the order of the way, and who was."""
    scope.directing_units(request.user)
    planned = get_object_or_404(scope.editable(Round.objects.all(), request.user), pk=number)
    stops = list(
        RoundStop.objects.filter(round=planned)
        .select_related("organisation", "organisation__door", "visit")
        .annotate(last=Max("organisation__door_visits__day"))
        .order_by("position")
    )
    taps.reckon_new([stop.organisation for stop in stops])
    waiting = _waiting([stop.organisation_id for stop in stops])
    context = {
        "nav": "doors",
        "round": planned,
        "shown_day": format_weekday_date(planned.day, page_language()),
        "done": number_text(sum(stop.visit_id is not None for stop in stops)),
        "all": number_text(len(stops)),
        "rows": [_stop(stop, waiting.get(stop.organisation_id, 0)) for stop in stops],
    }
    return render(request, "door/round.html", context)


def _waiting(units: list[int]) -> dict[int, int]:
    """Return the guests of which nobody has confirmed the answers, by unit."""
    found: dict[int, int] = {}
    for row in queries.unconfirmed(DoorDay.objects.filter(organisation__in=units)):
        found[row.organisation_id] = found.get(row.organisation_id, 0) + row.standing.unconfirmed.asked
    return found


def _stop(stop: Any, waiting: int) -> dict[str, Any]:
    organisation = stop.organisation
    door = getattr(organisation, "door", None)
    commune = unit_name(unit_of(UnitCode.parse(organisation.within), clock.today()))
    return {
        "number": stop.position,
        "code": organisation.code,
        "name": organisation.name,
        "closed": organisation.closed_on,
        "where": ", ".join(filter(None, (door.street if door else "", commune))),
        "poster": presenters.poster_text(door),
        "last": format_date(stop.last, page_language()) if stop.last else "",
        "waiting": number_text(waiting) if waiting else "",
        "visited": stop.visit is not None,
    }
