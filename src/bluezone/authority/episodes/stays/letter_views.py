"""Serve letters to officers, with the names that their shift opens, and to everybody whether a letter is genuine."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from bluezone.authority.device_api.callers import caller
from bluezone.authority.device_api.limits import seconds_to_wait
from bluezone.authority.episodes.models import Letter
from bluezone.authority.episodes.stays import checks, letters
from bluezone.authority.episodes.stays.pages import NAV, seeing_stays
from bluezone.authority.episodes.stays.presenters import LETTERS
from bluezone.authority.officers import scope
from bluezone.authority.officers.generic import OfJurisdiction
from bluezone.authority.officers.pages import office_name
from bluezone.authority.persons import services as persons
from bluezone.authority.site import clock
from bluezone.authority.units.posters import public_address

#: in ten minutes from one address: a gate where many come through asks once for each
_REQUESTS = 300


def letters_file(request: HttpRequest, issued: Sequence[Letter], name: str, shown: str = "inline") -> HttpResponse:
    """Draw letters as one PDF, with the names of whom the officer's shift opens."""
    persons.open_for((each.stay.episode.person for each in issued), scope.officer(request.user), clock.now())
    drawing = letters.Drawing(
        lambda code: public_address(request, reverse("letter", args=[code])),
        lambda link: checks.address_of(public_address(request, "/"), link),
    )
    headers = {"Content-Disposition": f'{shown}; filename="{name}.pdf"', "Cache-Control": "no-store"}
    return HttpResponse(letters.pdf(issued, drawing), content_type="application/pdf", headers=headers)


class Act(OfJurisdiction):
    """Draw the orders that were signed as one act, as often as they are printed."""

    access = seeing_stays
    nav = NAV
    model = Letter
    place_field = "stay__place"
    reach = scope.editable

    def rows(self) -> QuerySet[Letter]:
        rows = Letter.objects.filter(act=self.kwargs["act"], withdrawn_at=None)
        return rows.select_related(*letters.RELATED).order_by("pk")

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:  # noqa: ARG002
        """Send the file."""
        issued = list(self.get_queryset())
        if not issued:
            raise Http404
        return letters_file(request, issued, "orders")


@never_cache
@require_GET
def confirm(request: HttpRequest, code: str) -> HttpResponse:
    """Say whether a letter is genuine: its kind, its days, who issued it. Of a person it knows nothing."""
    now = clock.now()
    wait_s = seconds_to_wait("letter", caller(request), now, _REQUESTS)
    found = None if wait_s else letters.find(code)
    context: dict[str, Any] = {"public": True, "letter": found, "wait": wait_s, "keeps_language": True}
    if found is not None:
        context["kind"] = LETTERS[found.kind]
        context["office"] = office_name(found.office, clock.date_of(now))
    response = render(request, "stays/letter.html", context, status=429 if wait_s else 200 if found else 404)
    if wait_s:
        response["Retry-After"] = str(wait_s)
    response["Referrer-Policy"] = "no-referrer"
    response["X-Robots-Tag"] = "noindex, nofollow"
    return response
