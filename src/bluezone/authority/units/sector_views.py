"""Serve the pages of sectors: what there is in a place, which office answers, and the sectors a place has added."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.db.models import Count
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from bluezone.authority.officers import scope
from bluezone.authority.officers.jurisdiction import Jurisdiction
from bluezone.authority.officers.pages import place_name
from bluezone.authority.site import clock
from bluezone.authority.site.language import page_language, sentence_of
from bluezone.authority.site.records import one_at_a_time
from bluezone.authority.units import offices, sectors
from bluezone.authority.units.models import Organisation, OwnSector
from bluezone.authority.units.offices import OfficeError
from bluezone.authority.units.rules import SectorError
from bluezone.authority.units.sector_forms import SectorForm
from bluezone.rollout.sectors import Sector


def _adding(request: HttpRequest) -> Jurisdiction:
    """Return the jurisdiction of an officer who may add sectors. Raises PermissionDenied for all else."""
    own = scope.directing(request.user)
    if not sectors.may_add(own):
        raise PermissionDenied
    return own


def _own_row(request: HttpRequest, key: str) -> OwnSector:
    """Return a sector that the officer's own place has added. Raises Http404 for others."""
    return get_object_or_404(OwnSector.objects.filter(place=_adding(request).place), key=key)


def _known(own: Jurisdiction, key: str) -> Sector:
    """Return a sector of the officer's place, a closed one too where it is the place's own. Raises Http404."""
    found = sectors.of_place(own.place).get(key)
    if found is None and OwnSector.objects.filter(key=key, place=own.place).exists():
        found = sectors.find(key)
    if found is None:
        raise Http404
    return found


@never_cache
@login_required
@require_GET
def sector_list(request: HttpRequest) -> HttpResponse:
    """List the sectors of the officer's place: what is counted, who is asked, how many units, which office answers."""
    own = scope.directing(request.user)
    rows = scope.visible(Organisation.objects.filter(closed_on=None), request.user)
    numbers = dict(rows.order_by().values_list("sector").annotate(Count("pk")))
    in_charge, tasks = offices.in_charge([own.place]), offices.tasks_of(own.place)
    closed = OwnSector.objects.filter(place=own.place).exclude(closed_on=None).order_by("name")
    context = {
        "nav": "sectors",
        "place": place_name(own.place, clock.today()),
        "rows": [
            _row(sector)
            | {
                "units": numbers.get(key, 0),
                "office": in_charge.of_sector(own.place, key),
                "assigned": tasks.get(key),
            }
            for key, sector in sectors.of_place(own.place).items()
        ],
        "closed": closed,
        "may_add": sectors.may_add(own),
    }
    return render(request, "units/sectors.html", context)


def _row(sector: Sector) -> dict[str, Any]:
    language = page_language()
    return {
        "key": sector.key,
        "name": sector.name_in(language),
        "counted": sector.counted_in(language),
        "asked": sector.asked_in(language),
        "families": sector.families,
    }


@never_cache
@login_required
@require_http_methods(["GET", "POST"])
def new_sector(request: HttpRequest) -> HttpResponse:
    """Add a sector to the officer's place."""
    own = _adding(request)
    form = SectorForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            return redirect("units:sector", sectors.add(form.facts(), own.place, clock.today()).key)
        except SectorError as error:
            form.add_error("name", sentence_of(error))
    return render(
        request,
        "units/sector_form.html",
        {"nav": "sectors", "form": form, "row": None},
        status=400 if form.errors else 200,
    )


@never_cache
@login_required
@require_http_methods(["GET", "POST"])
@one_at_a_time("sectors")
def sector_page(request: HttpRequest, key: str) -> HttpResponse:
    """Show a sector and which office answers for it in the officer's place; change one that the place has added."""
    own = scope.directing(request.user)
    sector = _known(own, key)
    row = OwnSector.objects.filter(place=own.place, key=key).first() if sectors.may_add(own) else None
    if request.method == "POST" and row is None:
        raise PermissionDenied
    form = SectorForm(request.POST or None, initial=_initial(row)) if row is not None else None
    if row is not None and form is not None and request.method == "POST" and form.is_valid() and form.is_current():
        try:
            sectors.change(row, form.facts())
            return redirect("units:sectors")
        except SectorError as error:
            form.add_error("name", sentence_of(error))
    return _page(request, own, sector, row, form, status=400 if form is not None and form.errors else 200)


def _page(
    request: HttpRequest,
    own: Jurisdiction,
    sector: Sector,
    row: OwnSector | None,
    form: SectorForm | None,
    problem: str = "",
    status: int = 200,
) -> HttpResponse:
    context = {
        "nav": "sectors",
        "sector": _row(sector),
        "place": place_name(own.place, clock.today()),
        "row": row,
        "form": form,
        "problem": problem,
        "office": request.POST.get("office", "")
        if problem
        else offices.in_charge([own.place]).of_sector(own.place, sector.key),
        "assigned": offices.tasks_of(own.place).get(sector.key),
        "offices": offices.open_offices(own.place),
    }
    return render(request, "units/sector_form.html", context, status=status)


def _initial(row: OwnSector | None) -> dict[str, object]:
    if row is None:
        return {}
    facts = sectors.facts_of(row)
    names = ("name", "name_english", "counted", "asked", "office", "with_families", "with_guests")
    return {name: getattr(facts, name) for name in names} | {"words": ", ".join(facts.words)}


@never_cache
@login_required
@require_POST
def assign_office(request: HttpRequest, key: str) -> HttpResponse:
    """Make a sector of the officer's place the task of an office; the running orders say so from now on."""
    own = scope.directing(request.user)
    sector = _known(own, key)
    try:
        offices.assign_as_ordered(own.place, key, request.POST.get("office", ""))
    except OfficeError as error:
        row = OwnSector.objects.filter(place=own.place, key=key).first() if sectors.may_add(own) else None
        form = SectorForm(initial=_initial(row)) if row is not None else None
        return _page(request, own, sector, row, form, sentence_of(error), status=400)
    return redirect("units:sectors")


@never_cache
@login_required
@require_POST
def close_sector(request: HttpRequest, key: str) -> HttpResponse:
    """Close a sector of the officer's place: units and orders that have it keep it."""
    sectors.close(_own_row(request, key), clock.today())
    return redirect("units:sectors")


@never_cache
@login_required
@require_POST
def reopen_sector(request: HttpRequest, key: str) -> HttpResponse:
    """Offer a closed sector again, unless another one has its name by now."""
    row = _own_row(request, key)
    try:
        sectors.reopen(row)
    except SectorError as error:
        return render(request, "error.html", {"title": row.name, "advice": sentence_of(error)}, status=400)
    return redirect("units:sectors")
