"""Serve the officers' pages of places: what is open, one place with its codes, stays to mark and to confirm."""

from __future__ import annotations

import uuid
from typing import Any

from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from bluezone.authority.diagnosis.queries import visible_cases
from bluezone.authority.officers import scope
from bluezone.authority.officers.models import User
from bluezone.authority.officers.pages import officers_page, place_name
from bluezone.authority.places import presenters, printing, queries, services, sharing
from bluezone.authority.places.forms import EntranceForm, PlaceForm, StayForm, label_of
from bluezone.authority.places.load import load_of
from bluezone.authority.places.models import Place, RiskyWindow, SharedStay
from bluezone.authority.places.registrations import services as registrations
from bluezone.authority.places.rules import PlaceRefusedError
from bluezone.authority.site import clock, registries
from bluezone.authority.site.language import number_text, sentence_of
from bluezone.authority.site.records import one_at_a_time
from bluezone.authority.units import queries as units
from bluezone.authority.units.models import Organisation
from bluezone.authority.units.posters import MOST_IN_ONE_FILE
from bluezone.authority.units.queries import path_of_code

_LISTED = 200


def seen(request: HttpRequest, code: str) -> Organisation:
    """Return an organisation the officer may see, with its place. Raises Http404 for all others."""
    return units.seen(request, code, "open_place")


def edited(request: HttpRequest, code: str) -> Organisation:
    """Return an organisation whose place the officer looks after: its head, or who directs it."""
    organisation = seen(request, code)
    if not scope.required(request.user).may_edit(organisation.place, organisation.sectors):
        raise PermissionDenied
    return organisation


def place_of(organisation: Organisation) -> Place | None:
    """Return an organisation's place; None where it never opened as one."""
    return getattr(organisation, "open_place", None)


def opened(organisation: Organisation) -> Place:
    """Return an organisation's place. Raises Http404 where it never opened as one."""
    place = place_of(organisation)
    if place is None:
        raise Http404
    return place


@officers_page
@require_GET
def overview(request: HttpRequest) -> HttpResponse:
    """Show the places of the officer's jurisdiction, and the stays that wait for a second officer."""
    own = scope.required(request.user)
    today = clock.today()
    rows = queries.places_seen(request.user)
    page = Paginator(rows.order_by("confirmed_at", "organisation__name", "pk"), _LISTED)
    shown = page.get_page(request.GET.get("page"))
    context = {
        "nav": "places",
        "place": place_name(own.place, today),
        "page": shown,
        "count": page.count,
        "total": number_text(page.count),
        "asked": rows.filter(confirmed_at=None).count(),
        "rows": [_row(each) for each in shown],
        "may_confirm": scope.officer(request.user).may_confirm,
        "windows": _stays(request, None, waiting=True),
        "registrations": presenters.registrations(registrations.seen(scope.officer(request.user))),
        **_batch(request),
    }
    return render(request, "places/overview.html", context)


def _batch(request: HttpRequest) -> dict[str, Any]:
    """Return how many posters there are to print in one file, and whether they fit into it."""
    count = len(printing.entrances_of(queries.places_edited(request.user)))
    return {"posters": count, "posters_fit": count <= MOST_IN_ONE_FILE, "posters_most": MOST_IN_ONE_FILE}


def _row(place: Place) -> dict[str, Any]:
    return {
        "code": place.organisation.code,
        "name": place.organisation.name,
        "kind": place.get_kind_display(),
        "within": path_of_code(place.organisation.within),
        "entrances": number_text(place.entrances.filter(ended_at=None).count()),
        "confirmed": place.confirmed_at is not None,
    }


def _stays(request: HttpRequest, place: Place | None, *, waiting: bool) -> list[dict[str, Any]]:
    """Return the rows of stays of a place, or of all places: those marked by officers and those that patients gave,
    newest first."""
    marked, shared = queries.windows_seen(request.user), queries.shared_seen(request.user)
    chosen: dict[str, Any] = {"entrance__at": place} if place is not None else {}
    if waiting:
        chosen["state"] = RiskyWindow.State.WAITING
    officer = scope.officer(request.user)
    return presenters.stays(marked.filter(**chosen), shared.filter(**chosen), officer)[:_LISTED]


@officers_page
@require_http_methods(["GET", "HEAD", "POST"])
@one_at_a_time("places' facts")
def place(request: HttpRequest, code: str) -> HttpResponse:
    """Show a place, or open it and change what is known of it."""
    organisation = edited(request, code) if request.method == "POST" else seen(request, code)
    if request.method != "POST":
        return _page(request, organisation)
    form = PlaceForm(request.POST, initial=_written(place_of(organisation)))
    if not form.is_valid() or not form.is_current():
        return _page(request, organisation, form=form, status=400)
    facts, own = form.cleaned_data, scope.required(request.user)
    try:
        services.open_place(
            organisation, facts["kind"], facts["address"], facts["usual_stay_min"], facts["capacity"],
            scope.officer(request.user), clock.now(),
            confirmed=own.may_direct(organisation.place, organisation.sectors),
        )  # fmt: skip
    except PlaceRefusedError as error:
        return _page(request, organisation, form=form, said=sentence_of(error), status=400)
    return redirect("places:place", organisation.code)


def _written(found: Place | None) -> dict[str, Any]:
    names = ("kind", "address", "usual_stay_min", "capacity")
    return {} if found is None else {name: getattr(found, name) for name in names}


def _page(
    request: HttpRequest,
    organisation: Organisation,
    form: PlaceForm | None = None,
    entrance_form: EntranceForm | None = None,
    stay_form: StayForm | None = None,
    said: str = "",
    status: int = 200,
) -> HttpResponse:
    own, officer = scope.required(request.user), scope.officer(request.user)
    found = place_of(organisation)
    context = {
        "nav": "places",
        "unit": organisation,
        "within": path_of_code(organisation.within),
        "found": found,
        "is_open": found is not None and found.closed_at is None,
        "may_edit": own.may_edit(organisation.place, organisation.sectors) and organisation.closed_on is None,
        "may_direct": own.may_direct(organisation.place, organisation.sectors),
        "may_confirm": officer.may_confirm,
        "form": form or PlaceForm(initial=_written(found)),
        "entrance_form": entrance_form or EntranceForm(moves=found is not None and found.moves),
        "stay_form": stay_form or (StayForm(place=found) if found is not None and officer.may_confirm else None),
        "entrances": [
            {"id": each.pk, "name": label_of(each)} for each in found.entrances.filter(ended_at=None).order_by("name")
        ]
        if found is not None
        else [],
        "windows": _stays(request, found, waiting=False) if found else [],
        "load": presenters.load(load_of(each(organisation) for each in registries.arrivals)),
        "said": said,
    }
    return render(request, "places/place.html", context, status=status)


@officers_page
@require_POST
def confirm(request: HttpRequest, code: str) -> HttpResponse:
    """Confirm a place that its head asked for."""
    organisation = edited(request, code)
    if not scope.required(request.user).may_direct(organisation.place, organisation.sectors):
        raise PermissionDenied
    found = opened(organisation)
    if found.confirmed_at is None:
        found.confirmed_at = clock.now()
        found.save(update_fields=["confirmed_at"])
    return redirect("places:place", organisation.code)


@officers_page
@require_POST
def close(request: HttpRequest, code: str) -> HttpResponse:
    """Close a place."""
    organisation = edited(request, code)
    services.close_place(opened(organisation), clock.now())
    return redirect("places:place", organisation.code)


@officers_page
@require_POST
def entrance(request: HttpRequest, code: str) -> HttpResponse:
    """Give a room or an entrance a code, or a new one."""
    organisation = edited(request, code)
    found = opened(organisation)
    form = EntranceForm(request.POST, moves=found.moves)
    if not form.is_valid():
        return _page(request, organisation, entrance_form=form, status=400)
    try:
        services.add_entrance(found, form.cleaned_data["name"], clock.now())
    except PlaceRefusedError as error:
        return _page(request, organisation, entrance_form=form, said=sentence_of(error), status=400)
    return redirect("places:place", organisation.code)


@officers_page
@require_GET
def posters(request: HttpRequest, code: str) -> HttpResponse:
    """Draw the posters of a confirmed place, a page an entrance: one code installs and checks in."""
    organisation = edited(request, code)
    return _posters(request, [opened(organisation)], organisation.code)


@officers_page
@require_GET
def all_posters(request: HttpRequest) -> HttpResponse:
    """Draw the posters of every entrance of every confirmed place that the officer looks after, in one file."""
    return _posters(request, list(queries.places_edited(request.user)), "places")


def _posters(request: HttpRequest, places: list[Place], name: str) -> HttpResponse:
    entrances = printing.entrances_of(places)
    if not entrances:
        raise Http404
    if len(entrances) > MOST_IN_ONE_FILE:
        raise Http404  # the overview leads to this address only where they fit
    return printing.pdf_of(request, entrances, printing.paper_of(request.GET.get("paper", "")), name)


@officers_page
@require_POST
def mark(request: HttpRequest, code: str) -> HttpResponse:
    """Take down from an interview that a case was at a place."""
    organisation, officer = seen(request, code), scope.officer(request.user)
    if not officer.may_confirm:
        raise PermissionDenied
    form = StayForm(request.POST, place=opened(organisation))
    if not form.is_valid():
        return _page(request, organisation, stay_form=form, status=400)
    facts = form.cleaned_data
    case = visible_cases(officer).filter(file_number__iexact=facts["file_number"].strip()).first()
    if case is None:
        form.add_error("file_number", _("You have no case of this file number."))
        return _page(request, organisation, stay_form=form, status=400)
    try:
        services.mark(
            case, facts["entrance"], facts["start"], facts["end"], officer, clock.now(), seat=facts.get("seat", "")
        )
    except PlaceRefusedError as error:
        return _page(request, organisation, stay_form=form, said=sentence_of(error), status=400)
    return redirect("places:place", organisation.code)


@officers_page
@require_POST
def decide(request: HttpRequest, window_id: uuid.UUID) -> HttpResponse:
    """Confirm a stay, which is published within the hour, refuse it, or take a confirmed one back in time."""
    officer = scope.officer(request.user)
    if not officer.may_confirm:
        raise PermissionDenied
    act = request.POST.get("act", "")
    shared = queries.shared_seen(request.user).filter(pk=window_id).first()
    window = shared or get_object_or_404(queries.windows_seen(request.user), pk=window_id)
    organisation = window.entrance.at.organisation
    try:
        if isinstance(window, SharedStay):
            _decide_shared(window, officer, act)
        elif act == "withdraw":
            services.withdraw(window, officer, clock.now())
        else:
            services.decide(window, officer, clock.now(), publish=act == "publish")
    except PlaceRefusedError as error:
        return _page(request, organisation, said=sentence_of(error), status=400)
    return redirect("places:place", organisation.code)


def _decide_shared(stay: SharedStay, officer: User, act: str) -> None:
    if act == "withdraw":
        sharing.withdraw(stay, officer, clock.now())
    else:
        sharing.decide(stay, officer, clock.now(), publish=act == "publish")
