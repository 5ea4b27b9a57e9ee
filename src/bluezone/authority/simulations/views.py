"""Serve the pages of the simulator: the questions, a new question, an answer beside the real adoption."""

from __future__ import annotations

import uuid
from dataclasses import replace
from typing import Any

from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from bluezone import vega
from bluezone.authority.officers import scope
from bluezone.authority.officers.middleware import not_a_use
from bluezone.authority.simulations import places, services, simulator, wording
from bluezone.authority.simulations.forms import SimulationForm
from bluezone.authority.simulations.models import Simulation
from bluezone.authority.simulations.places import Known
from bluezone.authority.simulations.rules import MAX_UPTAKE, Question
from bluezone.authority.site import clock
from bluezone.authority.site.language import page_language, unit_name
from bluezone.geography import catalogue
from bluezone.geography.units import UnitCode

PAGE_SIZE = 30
ANSWERS = ("answer", "bought", "importations", "order")
#: uptakes compared unless the officer chooses others, beside the place's adoption; and the target of the order of 2020
_UPTAKES, _TARGET = (0.15, 0.30, 0.45, 0.60), 0.30


def _visible(request: HttpRequest) -> QuerySet[Simulation]:
    scope.directing(request.user)
    return scope.visible(Simulation.objects.all(), request.user)


def _editable(request: HttpRequest) -> QuerySet[Simulation]:
    scope.directing(request.user)
    return scope.editable(Simulation.objects.all(), request.user)


@never_cache
@login_required
@require_GET
def simulations(request: HttpRequest) -> HttpResponse:
    """List the questions of the officer's jurisdiction, newest first."""
    page = Paginator(_visible(request).defer(*ANSWERS), PAGE_SIZE).get_page(request.GET.get("page"))
    return render(request, "simulations/list.html", {"page": page, "nav": "simulations"})


@never_cache
@login_required
@require_http_methods(["GET", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    """Ask a question about `?unit=63:93` (the own unit without), from another one with `?like=`."""
    own = scope.directing(request.user)
    day = clock.today()
    unit = places.asked_unit(own, request.GET.get("unit", ""), day)
    known = places.known_of(unit, day)
    language = page_language()
    try:
        assumptions = simulator.own_assumptions()
    except simulator.SimulatorError as error:
        return render(request, "simulations/absent.html", {"why": str(error), "nav": "simulations"}, status=503)
    form = SimulationForm(assumptions, language, request.POST or None)
    if request.method == "POST":
        unfinished = Simulation.objects.filter(
            asked_by=scope.officer(request.user), state__in=Simulation.UNFINISHED
        ).count()
        asked = form.question(unit.name, unfinished, day)
        if asked is not None and form.cleaned_data["order"]:
            deadline, by_commune = form.cleaned_data["deadline"], form.cleaned_data["by"] == "commune"
            order = places.order_of(unit, day, asked.headline, deadline, by_commune=by_commune)
            asked = replace(asked, order=order)
            if asked.order is None:
                form.add_error("order", _("There is no figure of its installations yet: nothing can be forecast."))
        if asked is not None and not form.errors:
            return redirect("simulations:detail", _store(request, asked, known).pk)
    else:
        form.fill(_like(request) or _usual(known))
        form.initial.update({"deadline": places.deadline_of(unit, day), "order": known.adoption is not None})
    context = {
        "form": form,
        "unit": unit,
        "units": [(str(each.code), unit_name(each)) for each in places.choices(own, day)],
        "code": str(unit.code),
        "census": wording.census(known, language),
        "stands": wording.stands(known, language),
        "nav": "simulations",
    }
    return render(request, "simulations/new.html", context, status=400 if form.errors else 200)


def _usual(known: Known) -> Question:
    """Return the uptakes an officer wants to know first: today's adoption, the target, and beyond."""
    now = () if known.adoption is None or not 0.001 <= known.adoption <= MAX_UPTAKE else (round(known.adoption, 4),)
    uptakes = tuple(sorted({*now, *_UPTAKES}))
    return Question(known.unit.name, known.people or 0, uptakes, headline=_TARGET, sensitivity=True)


def _like(request: HttpRequest) -> Question | None:
    try:
        key = uuid.UUID(request.GET.get("like", ""))
    except ValueError:
        return None
    found = _visible(request).filter(pk=key).first()
    return found.question if found else None


def _store(request: HttpRequest, asked: Question, known: Known) -> Simulation:
    return Simulation.objects.create(
        unit=str(known.unit.code),
        place=known.place,
        name=known.unit.name,
        vintage=known.vintage if asked.people == known.people else "",
        uptakes=list(asked.uptakes),
        strain=asked.strain or "",
        asked_by=scope.officer(request.user),
        asked_at=clock.now(),
        **{each: getattr(asked, each) for each in Simulation.AS_ASKED},
    )


@never_cache
@login_required
@require_GET
def detail(request: HttpRequest, key: uuid.UUID) -> HttpResponse:
    """Show the answer, or the progress towards it."""
    simulation = get_object_or_404(_visible(request).select_related("asked_by"), pk=key)
    language, day = page_language(), clock.today()
    unit = catalogue.all_units().unit(UnitCode.parse(simulation.unit))
    context: dict[str, Any] = {
        "stands": wording.stands(places.known_of(unit, day), language),
        "simulation": simulation,
        "nav": "simulations",
        "assumed": wording.assumed(simulation, language),
        "may_end": _editable(request).filter(pk=key).exists(),
        "has_curve": places.has_curve(unit, day),
        "told": wording.told(simulation),
    }
    context |= wording.answered(simulation, language)
    return render(request, "simulations/detail.html", context)


@not_a_use
@never_cache
@login_required
@require_GET
def progress(request: HttpRequest, key: uuid.UUID) -> JsonResponse:
    """Return the progress, for the script of a page that waits."""
    simulation = get_object_or_404(_visible(request), pk=key)
    facts = {"unfinished": simulation.unfinished, "text": wording.how_far(simulation), "told": wording.told(simulation)}
    return JsonResponse(facts | {"done": simulation.done, "total": simulation.total})


@login_required
@require_POST
def end(request: HttpRequest, key: uuid.UUID) -> HttpResponse:
    """Withdraw a question that waits or runs."""
    services.end(get_object_or_404(_editable(request), pk=key))
    return redirect("simulations:detail", key)


@login_required
@require_POST
def delete(request: HttpRequest, key: uuid.UUID) -> HttpResponse:
    """Delete a question and its answer."""
    services.remove(get_object_or_404(_editable(request), pk=key))
    return redirect("simulations:list")


@login_required
@require_GET
def figure(request: HttpRequest, key: uuid.UUID, kind: str) -> HttpResponse:
    """Draw the figure of a part of the answer, as SVG."""
    parts = wording.parts_of(get_object_or_404(_visible(request), pk=key), page_language())
    drawn = next((part["figure"] for part in parts if part["kind"] == kind), None)
    if drawn is None:
        raise Http404
    return HttpResponse(vega.svg(drawn), content_type="image/svg+xml")
