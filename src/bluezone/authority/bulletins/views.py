"""The daily bulletin of a jurisdiction, as a page of PDF, a workbook or a message: nobody types it."""

from __future__ import annotations

import datetime as dt

from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import get_language
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from bluezone.authority.accounts import scope
from bluezone.authority.accounts.jurisdiction import place_of
from bluezone.authority.bulletins import desk
from bluezone.authority.cases.desk import today
from bluezone.authority.config import clock
from bluezone.geography import catalogue
from bluezone.geography.errors import GeographyError
from bluezone.geography.units import UnitCode
from bluezone.rollout import documents
from bluezone.rollout.bulletin import Wanted
from bluezone.rollout.errors import RolloutError
from bluezone.rollout.language import Language
from bluezone.rollout.pace import parse_share
from bluezone.rollout.wording import plain_text

_MAKERS = {
    "pdf": ("application/pdf", documents.bulletin_pdf),
    "xlsx": ("application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", documents.bulletin_xlsx),
    "txt": ("text/plain; charset=utf-8", plain_text),
}


@never_cache
@login_required
@require_GET
def bulletin(request: HttpRequest, code: str, day: str, kind: str) -> HttpResponse:
    """`?target=30%&deadline=2020-08-30` adds what a target takes. For the unit's own officers and those above."""
    try:
        date = dt.date.fromisoformat(day)
        unit = catalogue.all_units().unit(UnitCode.parse(code), date)
        wanted = _wanted(request)
    except (GeographyError, RolloutError, ValueError):
        raise Http404 from None
    if not scope.required(request.user).may_see(place_of(unit.code)):
        raise PermissionDenied
    if kind not in _MAKERS or date > today(clock.now()):
        raise Http404
    content_type, make = _MAKERS[kind]
    language = Language.ENGLISH if (get_language() or "vi").startswith("en") else Language.VIETNAMESE
    if wanted.target is None:
        wanted = desk.with_target(unit.code, date, wanted)
    made = make(desk.made_of(unit, date, wanted), language)
    name = f"bluezone-{unit.code.system}-{unit.code.digits}-{date}.{kind}"
    return HttpResponse(made, content_type=content_type, headers={"Content-Disposition": f'inline; filename="{name}"'})


def _wanted(request: HttpRequest) -> Wanted:
    target, deadline = request.GET.get("target"), request.GET.get("deadline")
    base_date = request.GET.get("since")
    return Wanted(
        base_date=dt.date.fromisoformat(base_date) if base_date else None,
        target=parse_share(target) if target else None,
        deadline=dt.date.fromisoformat(deadline) if deadline else None,
    )
