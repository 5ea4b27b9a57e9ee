"""Serve the daily bulletins of a jurisdiction, each as a page of PDF, a workbook or a message."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_POST

from bluezone.authority.campaign.bulletins import services
from bluezone.authority.campaign.bulletins.models import IssuedBulletin
from bluezone.authority.campaign.bulletins.services import ISSUE_TIME
from bluezone.authority.officers import scope
from bluezone.authority.officers.jurisdiction import Role, own_unit, place_of
from bluezone.authority.officers.pages import officers_page
from bluezone.authority.site import clock
from bluezone.authority.site.gazetteer import unit_of, unit_or_404
from bluezone.authority.site.language import page_language, unit_name
from bluezone.geography import catalogue
from bluezone.geography.errors import GeographyError
from bluezone.geography.units import Unit, UnitCode
from bluezone.i18n import format_date
from bluezone.rollout.bulletin import Wanted
from bluezone.rollout.errors import RolloutError
from bluezone.rollout.pace import parse_share

PAGE_SIZE = 60
_ASKED = ("target", "deadline", "since")


@officers_page
@require_GET
def bulletins(request: HttpRequest) -> HttpResponse:
    """List the bulletins issued, newest first: of the own unit, or of one below (`?unit=`), or of all (`?unit=all`)."""
    own = scope.required(request.user)
    if own.role is Role.UNIT_HEAD:
        raise PermissionDenied
    day = clock.today()
    rows = scope.visible(IssuedBulletin.objects.order_by("-date", "place"), request.user)
    wanted = request.GET.get("unit", "")
    unit = unit_or_404(wanted, day) if wanted not in ("", "all") else own_unit(own, day)
    if not own.may_see(place_of(unit.code)):
        raise PermissionDenied
    if wanted != "all":
        rows = rows.filter(unit=str(unit.code))
    page = Paginator(rows, PAGE_SIZE).get_page(request.GET.get("page"))
    context = {
        "nav": "bulletins",
        "unit": unit_name(unit),
        "code": str(unit.code),
        "own_code": str(own_unit(own, day).code),
        "everything": wanted == "all",
        "page": page,
        "lines": [_line(row) for row in page],
        "day": day,
        "in_force": unit.in_force(day),
        "hour": ISSUE_TIME,
        "may_make": own.may_direct(place_of(unit.code)),
    }
    return render(request, "bulletins/list.html", context)


def _line(row: IssuedBulletin) -> dict[str, Any]:
    unit = unit_of(UnitCode.parse(row.unit), row.date)
    return {"row": row, "unit": unit_name(unit), "date": format_date(row.date, page_language())}


@officers_page
@require_GET
def bulletin(request: HttpRequest, code: str, day: str, kind: str) -> HttpResponse:
    """Serve a bulletin as it was issued; where it was not, or something else is asked
    (`?target=30%&deadline=2020-08-30`), made now.

    For the unit's own officers and those above.
    """
    unit, date = _unit_and_day(request, code, day)
    if kind not in services.MAKERS:
        raise Http404
    content_type, make = services.MAKERS[kind]
    language = page_language()
    kept = services.file_of(unit.code, date, language, kind)
    asked = any(request.GET.get(name) for name in _ASKED)
    if not asked and IssuedBulletin.objects.filter(unit=str(unit.code), date=date).exists() and kept.is_file():
        made: str | bytes = kept.read_bytes()
    else:
        made = make(services.report_of(unit, date, _wanted(request, unit, date)), language)
    name = f"bluezone-{unit.code.system}-{unit.code.digits}-{date}.{kind}"
    return HttpResponse(made, content_type=content_type, headers={"Content-Disposition": f'inline; filename="{name}"'})


@officers_page
@require_POST
def make_again(request: HttpRequest, code: str, day: str) -> HttpResponse:
    """Issue a new edition, with today's figures."""
    unit, date = _unit_and_day(request, code, day)
    if not scope.required(request.user).may_direct(place_of(unit.code)):
        raise PermissionDenied
    services.issue(unit, date, clock.now())
    return redirect(f"{reverse('bulletins:list')}?unit={unit.code}")


def _unit_and_day(request: HttpRequest, code: str, day: str) -> tuple[Unit, dt.date]:
    """Return the unit and day of an address. Raises Http404 for none such, PermissionDenied for another
    jurisdiction."""
    try:
        date = dt.date.fromisoformat(day)
        unit = catalogue.all_units().unit(UnitCode.parse(code), date)
    except (GeographyError, ValueError):
        raise Http404 from None
    if not scope.required(request.user).may_see(place_of(unit.code)):
        raise PermissionDenied
    if date > clock.today():
        raise Http404
    return unit, date


def _wanted(request: HttpRequest, unit: Unit, date: dt.date) -> Wanted:
    """Return the target the address asks for; without one, that of the orders. Raises Http404."""
    target, deadline, base_date = (request.GET.get(name) for name in _ASKED)
    try:
        wanted = Wanted(
            base_date=dt.date.fromisoformat(base_date) if base_date else date - services.WEEK,
            target=parse_share(target) if target else None,
            deadline=dt.date.fromisoformat(deadline) if deadline else None,
        )
    except (RolloutError, ValueError):
        raise Http404 from None
    return wanted if wanted.target else services.with_target(unit.code, date, wanted)
