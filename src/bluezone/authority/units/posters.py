"""Make posters: their addresses, the PDF, and the public page their QR codes lead to."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_GET

from bluezone.authority.officers import scope
from bluezone.authority.officers.letterheads import letterheads_of, place_of_letterhead, unit_place
from bluezone.authority.units.models import Organisation
from bluezone.authority.units.queries import path_of_code
from bluezone.rollout.documents import Poster, posters_pdf
from bluezone.rollout.sectors import UnitCodeError, read_code
from bluezone.rollout.texts import own_language

#: in one file: a minute's wait at the most, and what a printer takes
MOST_IN_ONE_FILE = 300
#: one merged into another, that into a third, ...
MOST_MERGERS = 8


def address_of(request: HttpRequest, code: str) -> str:
    """Return the address a poster's QR code leads to."""
    return public_address(request, reverse("install", args=[code]))


def public_address(request: HttpRequest, path: str) -> str:
    """Return a path of this server as people reach it: what QR codes on paper lead to."""
    public: str | None = settings.BLUEZONE.public_url
    return f"{public.rstrip('/')}{path}" if public else request.build_absolute_uri(path)


def pdf_of(request: HttpRequest, organisations: Iterable[Organisation], today: dt.date, name: str) -> HttpResponse:
    """Draw the posters of some organisations in one file, in Vietnamese: issued by the office that prints them, else by
    the place of each. Raises DocumentError without any."""
    rows, own = list(organisations), scope.required(request.user)
    places = {each.pk: place_of_letterhead(own) if own.is_office else unit_place(each.place) for each in rows}
    heads = letterheads_of(places.values(), today)
    posters = [
        Poster(
            unit=each.name,
            above=path_of_code(each.within),
            code=each.code,
            url=address_of(request, each.code),
            issuer=heads[places[each.pk]].issuer,
            hotline=heads[places[each.pk]].hotline,
        )
        for each in rows
    ]
    made = posters_pdf(posters, today, own_language())
    headers = {"Content-Disposition": f'inline; filename="{name}.pdf"'}
    return HttpResponse(made, content_type="application/pdf", headers=headers)


def places_of_posters() -> dict[str, str]:
    """Return by each code the place of the open organisation its poster counts for: itself, or where it was merged
    into another, that one."""
    rows = dict(Organisation.objects.filter(closed_on=None).values_list("code", "place"))
    merged = Organisation.objects.exclude(merged_into=None).exclude(closed_on=None)
    into = dict(merged.values_list("code", "merged_into__code"))
    for code in into:
        target, steps = code, 0
        while target in into and steps < MOST_MERGERS:
            target, steps = into[target], steps + 1
        if target in rows:
            rows[code] = rows[target]
    return rows


@require_GET
@cache_control(private=True, max_age=300)
def install_page(request: HttpRequest, code: str) -> HttpResponse:
    """Show whoever scanned a poster how to install the app. The page is one for every code: it does not disclose which
    exist."""
    try:
        written = read_code(code)
    except UnitCodeError:
        written = ""
    context = {"code": written, "app_url": settings.BLUEZONE.app_url, "public": True}
    return render(request, "units/install.html", context)
