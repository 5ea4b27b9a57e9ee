"""Serve the page of all doors of a place: shares per sector and place, and whom nobody has visited."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.core.paginator import Paginator
from django.db.models import Exists, Max, OuterRef, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET

from bluezone.authority.door import presenters, queries, taps
from bluezone.authority.door.models import DoorDay
from bluezone.authority.door.queries import DoorTotals
from bluezone.authority.officers import scope
from bluezone.authority.officers.jurisdiction import Jurisdiction, Role, codes_of, place_of
from bluezone.authority.officers.pages import officers_page, place_name
from bluezone.authority.site import clock
from bluezone.authority.site.gazetteer import unit_of
from bluezone.authority.site.language import number_text, page_language, unit_name
from bluezone.authority.units import sectors
from bluezone.authority.units.models import Organisation
from bluezone.geography.units import UnitCode
from bluezone.i18n import format_date

#: periods a reader can choose, in days
PERIODS = (7, 14, 30)
PAGE_SIZE = 50
SHOWS = ("all", "never", "open", "asked")


def door_units(request: HttpRequest) -> QuerySet[Organisation]:
    """Return the units of the reader's jurisdiction that keep a door list, or are to."""
    return queries.keepers(scope.visible(Organisation.objects.all(), request.user))


@officers_page
@require_GET
def overview(request: HttpRequest) -> HttpResponse:
    """Show what the doors of the officer's place have told, by sector and by place."""
    own = scope.required(request.user)
    if own.role is Role.UNIT_HEAD:
        return redirect("door:unit", codes_of(own.place)[-1])
    today = clock.today()
    asked = request.GET.get("days", "")
    days = int(asked) if asked in {str(each) for each in PERIODS} else PERIODS[0]
    since = today - dt.timedelta(days=days - 1)
    units = scope.visible(Organisation.objects.all(), request.user)
    taps.reckon_new(units)  # what has come since the worker's last minute
    by_sector = queries.sector_totals(units, since, today)
    whole = queries.total(by_sector.values())
    context: dict[str, Any] = {
        "nav": "doors",
        "place": place_name(own.place, today),
        "days": days,
        "periods": PERIODS,
        "since": format_date(since, page_language()),
        "sentence": presenters.sentence(whole, days),
        "whole": presenters.totals("", whole),
        "never": whole.never_visited,
        "asked_about": whole.asked_about,
        "sectors": _by_sector(by_sector),
        "places": _by_place(own, queries.commune_totals(units, since, today), today),
    }
    return render(request, "door/overview.html", context)


def _by_sector(found: dict[str, DoorTotals]) -> list[dict[str, Any]]:
    known = sectors.every()
    order = list(known)
    keys = sorted(found, key=lambda key: order.index(key) if key in known else len(order))
    return [presenters.totals(sectors.name_of(key, known), found[key], key=key) for key in keys]


def _by_place(own: Jurisdiction, found: dict[str, DoorTotals], today: dt.date) -> list[dict[str, Any]]:
    """Group by the unit just below the officer's own: districts of a province, communes of a district."""
    depth = len(codes_of(own.territory if own.is_office else own.place))
    groups: dict[str, list[DoorTotals]] = {}
    for code, totals in found.items():
        above = codes_of(place_of(UnitCode.parse(code)))
        groups.setdefault(above[min(depth, len(above) - 1)], []).append(totals)
    if len(groups) < 2:
        return []
    return [
        presenters.totals(unit_name(unit_of(UnitCode.parse(code), today)), queries.total(parts))
        for code, parts in sorted(groups.items())
    ]


@officers_page
@require_GET
def unit_list(request: HttpRequest) -> HttpResponse:
    """List doors: those never visited, those with numbers nobody has confirmed, those of which something is asked."""
    scope.directing_units(request.user)
    show = request.GET.get("show", "")
    show = show if show in SHOWS else "all"
    sector = request.GET.get("sector", "")
    rows = door_units(request).select_related("door").annotate(last=Max("door_visits__day"))
    if sector:
        rows = rows.filter(sector=sector)
    days = DoorDay.objects.filter(organisation=OuterRef("pk"))
    if show == "never":
        rows = rows.filter(last=None)
    elif show == "open":
        rows = rows.filter(Exists(queries.unconfirmed(days)))
    elif show == "asked":
        rows = rows.filter(Exists(queries.questions(days)))
    page = Paginator(rows.order_by("last", "name", "pk"), PAGE_SIZE).get_page(request.GET.get("page"))
    known = sectors.every()
    present = door_units(request).values_list("sector", flat=True).distinct().order_by()
    context = {
        "nav": "doors",
        "show": show,
        "sector": sector,
        "sectors": sorted(((key, sectors.name_of(key, known)) for key in present), key=lambda each: each[1]),
        "page": page,
        "total": number_text(page.paginator.count),
        "rows": [_row(each, known) for each in page],
    }
    return render(request, "door/units.html", context)


def _row(organisation: Any, known: Any) -> dict[str, Any]:
    door = getattr(organisation, "door", None)
    language = page_language()
    return {
        "code": organisation.code,
        "name": organisation.name,
        "sector": sectors.name_of(organisation.sector, known),
        "within": unit_name(unit_of(UnitCode.parse(organisation.within), clock.today())),
        "street": door.street if door else "",
        "poster": presenters.poster_text(door),
        "last": format_date(organisation.last, language) if organisation.last else "",
    }
