"""Serve the officers' pages of entries at a door: counts by hour, and openings for a case."""

from __future__ import annotations

import datetime as dt
import uuid
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from bluezone.authority.diagnosis.queries import visible_cases
from bluezone.authority.door.entries import rules, services
from bluezone.authority.door.entries.forms import OpeningForm
from bluezone.authority.door.entries.models import DoorOpening
from bluezone.authority.door.rules import DoorError
from bluezone.authority.door.unit_views import edited, seen
from bluezone.authority.messages import sms
from bluezone.authority.officers import scope
from bluezone.authority.officers.pages import officers_page
from bluezone.authority.site import clock, registries
from bluezone.authority.site.language import number_text, page_language, sentence_of
from bluezone.authority.units.models import Organisation
from bluezone.authority.units.queries import path_of_code
from bluezone.i18n import format_date, format_moment

NAV = "doors"


def _may_open(request: HttpRequest, place: str) -> bool:
    officer = scope.officer(request.user)
    return rules.may_open(scope.required(officer), place, may_confirm=officer.may_confirm)


@officers_page
@require_GET
def entries(request: HttpRequest, code: str) -> HttpResponse:
    """Show how many entries a door has by hour, and to the province's health authority its openings."""
    return _page(request, seen(request, code))


def _page(
    request: HttpRequest, organisation: Organisation, form: OpeningForm | None = None, said: str = "", status: int = 200
) -> HttpResponse:
    may_open = _may_open(request, organisation.place)
    days = services.counts(organisation)
    openings = DoorOpening.objects.filter(organisation=organisation).select_related("case").order_by("-asked_at")
    context: dict[str, Any] = {
        "nav": NAV,
        "unit": organisation,
        "within": path_of_code(organisation.within),
        "days": [_day(day, hours) for day, hours in days.items()],
        "may_open": may_open,
        "form": form or OpeningForm(),
        "openings": [_opening(each, request) for each in openings] if may_open else [],
        "said": said,
    }
    return render(request, "door/entries.html", context, status=status)


def _day(day: dt.date, hours: list[int]) -> dict[str, Any]:
    most = max(hours)
    busy = [(hour, count) for hour, count in enumerate(hours) if count]
    return {
        "day": format_date(day, page_language()),
        "sum": number_text(sum(hours)),
        "hours": [{"hour": hour, "count": number_text(count)} for hour, count in busy],
        "points": " ".join(
            f"{10 + hour * 20},{90 - (80 * count // most if most else 0)}" for hour, count in enumerate(hours)
        ),
        "busiest": max(busy, key=lambda each: each[1])[0] if busy else 0,
    }


def _opening(opening: DoorOpening, request: HttpRequest) -> dict[str, Any]:
    def moment(at: dt.datetime) -> str:
        return format_moment(timezone.localtime(at), page_language())

    return {
        "id": opening.pk,
        "case": opening.case.file_number,
        "start": moment(opening.start_at),
        "end": moment(opening.end_at),
        "state": opening.get_state_display(),
        "waits": opening.state == DoorOpening.State.WAITING,
        "opened": opening.state == DoorOpening.State.OPENED,
        "own": opening.asked_by_id == scope.officer(request.user).pk,
    }


@officers_page
@require_POST
def ask(request: HttpRequest, code: str) -> HttpResponse:
    """Ask that a window be opened for a case."""
    organisation, _own = edited(request, code)
    if not _may_open(request, organisation.place):
        raise PermissionDenied
    form = OpeningForm(request.POST)
    if not form.is_valid():
        return _page(request, organisation, form, status=400)
    facts, officer = form.cleaned_data, scope.officer(request.user)
    case = visible_cases(officer).filter(file_number__iexact=facts["file_number"].strip()).first()
    if case is None:
        form.add_error("file_number", _("You have no case of this file number."))
        return _page(request, organisation, form, status=400)
    try:
        services.ask(organisation, case, facts["start"], facts["end"], officer, clock.now())
    except DoorError as error:
        return _page(request, organisation, form, said=sentence_of(error), status=400)
    return redirect("door:entries", organisation.code)


def _own_opening(request: HttpRequest, opening_id: uuid.UUID) -> DoorOpening:
    """Return an opening of the officer's province. Raises Http404 for all others."""
    officer = scope.officer(request.user)
    rows = scope.editable(DoorOpening.objects.select_related("organisation", "case"), officer)
    found = get_object_or_404(rows, pk=opening_id)
    if not _may_open(request, found.place):
        raise PermissionDenied
    return found


@officers_page
@require_POST
def decide(request: HttpRequest, opening_id: uuid.UUID) -> HttpResponse:
    """Agree to an opening, or refuse it."""
    opening = _own_opening(request, opening_id)
    agrees = request.POST.get("act") == "open"
    try:
        services.decide(opening, scope.officer(request.user), clock.now(), agrees=agrees)
    except DoorError as error:
        return _page(request, opening.organisation, said=sentence_of(error), status=400)
    return redirect("door:entries", opening.organisation.code)


@never_cache
@officers_page
@require_POST
def read(request: HttpRequest, opening_id: uuid.UUID) -> HttpResponse:
    """Show the entries of an opened window. That they were read is noted; nothing of them is stored."""
    opening = _own_opening(request, opening_id)
    try:
        visitors, unread = services.read(opening, scope.officer(request.user))
    except DoorError as error:
        return _page(request, opening.organisation, said=sentence_of(error), status=400)
    context = {
        "nav": NAV,
        "unit": opening.organisation,
        "opening": _opening(opening, request),
        "visitors": [
            {
                "hour": format_moment(
                    timezone.localtime(dt.datetime.fromtimestamp(each.hour * rules.HOUR_S, dt.UTC)), page_language()
                ),
                "telephone": each.telephone,
                "pass_number": each.pass_number,
                "links": [way for link in registries.pass_links if (way := link(request.user, each.pass_number))]
                if each.pass_number
                else [],
            }
            for each in visitors
        ],
        "unread": unread,
        "texts": sms.sender() is not None,
    }
    return render(request, "door/opened.html", context)
