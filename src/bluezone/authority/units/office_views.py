"""Serve the page of an office that answers for sectors, and what the officers above change about it."""

from __future__ import annotations

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from bluezone.authority.officers import scope
from bluezone.authority.officers.jurisdiction import Role, office_number
from bluezone.authority.officers.models import Office, User
from bluezone.authority.officers.pages import place_name
from bluezone.authority.site import clock
from bluezone.authority.site.language import sentence_of
from bluezone.authority.units import offices, parts, sectors
from bluezone.authority.units.models import Organisation
from bluezone.authority.units.offices import OfficeError


def _seen(request: HttpRequest, number: int) -> Office:
    """Return an office of the officer's place, or the officer's own one. Raises Http404 for others."""
    own = scope.required(request.user)
    if own.is_office:
        return get_object_or_404(Office.objects.filter(pk=office_number(own.place) or 0), pk=number)
    scope.directing(request.user)
    return get_object_or_404(scope.visible(Office.objects.all(), request.user, "territory"), pk=number)


def _changed(request: HttpRequest, number: int) -> Office:
    """Return an office that the officer may change: an open one of the place or below. Raises Http404 for others."""
    scope.directing(request.user)
    rows = scope.editable(Office.objects.filter(closed_on=None), request.user, "territory")
    return get_object_or_404(rows, pk=number)


@never_cache
@login_required
@require_GET
def office_page(request: HttpRequest, number: int) -> HttpResponse:
    """Show an office: its sectors and units, who is silent, who lags, and its officers."""
    return _page(request, _seen(request, number))


def _page(request: HttpRequest, office: Office, problem: str = "", status: int = 200) -> HttpResponse:
    own, day = scope.required(request.user), clock.today()
    over = scope.jurisdiction_over(office.place)
    known = sectors.every()
    units = scope.within(Organisation.objects.filter(closed_on=None), over)
    context = {
        "nav": "units" if own.is_office else "sectors",
        "office": office,
        "place": place_name(office.territory, day),
        "sectors": [
            (key, sectors.name_of(key, known), units.filter(sector=key).count()) for key in known if key in over.sectors
        ],
        "sections": [section for part in parts.office_parts for section in part(office, over, day)],
        "officers": User.objects.filter(role=Role.DEPARTMENT, place=office.place, is_active=True).order_by("full_name"),
        "may_change": own.directs_places and own.may_edit(office.territory) and office.closed_on is None,
        "is_own": own.is_office,
        "problem": problem,
        "typed": request.POST.get("name", "") if problem else office.name,
    }
    return render(request, "units/office.html", context, status=status)


@never_cache
@login_required
@require_POST
def rename_office(request: HttpRequest, number: int) -> HttpResponse:
    """Rename an office; the running orders name it so from now on."""
    office = _changed(request, number)
    try:
        offices.rename(office, request.POST.get("name", ""))
    except OfficeError as error:
        office.refresh_from_db()
        return _page(request, office, sentence_of(error), status=400)
    return redirect("units:office", office.pk)


@never_cache
@login_required
@require_POST
def close_office(request: HttpRequest, number: int) -> HttpResponse:
    """Close an office: nothing is its task any more, and its officers see nothing."""
    office = _changed(request, number)
    offices.close(office, clock.today())
    return redirect("units:sectors")
