"""Serve a letter's PDF to the officer who issues it, and to everybody whether a letter's code is genuine."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from bluezone.authority.device_api.callers import caller
from bluezone.authority.device_api.limits import seconds_to_wait
from bluezone.authority.isolation import letters, private, reminders
from bluezone.authority.isolation.models import Letter
from bluezone.authority.isolation.pages import own_stay, stays_page
from bluezone.authority.isolation.rules import IsolationError
from bluezone.authority.isolation.views import stay_page
from bluezone.authority.officers import scope
from bluezone.authority.officers.pages import office_name
from bluezone.authority.site import clock
from bluezone.authority.site.language import sentence_of
from bluezone.authority.units.posters import public_address

#: in ten minutes from one address: a gate where many come through asks once for each
_REQUESTS = 300


@stays_page
@require_POST
def issue(request: HttpRequest, stay_id: int, letter_kind: str) -> HttpResponse:
    """Issue a letter and return its PDF."""
    row, now = own_stay(request, stay_id), clock.now()
    if letter_kind not in Letter.Kind.values:
        raise Http404
    try:
        made = letters.issue(row, Letter.Kind(letter_kind), scope.officer(request.user), now)
    except IsolationError as error:
        return stay_page(request, row, problem=sentence_of(error), status=409)
    confirm = public_address(request, reverse("letter", args=[made.code]))
    declare = reminders.address_of(public_address(request, "/"), private.link_of(row)) if made.kind == "order" else ""
    headers = {"Content-Disposition": f'inline; filename="{made.kind}-{row.pk}.pdf"', "Cache-Control": "no-store"}
    return HttpResponse(letters.pdf(made, row, confirm, declare), content_type="application/pdf", headers=headers)


@never_cache
@require_GET
def confirm(request: HttpRequest, code: str) -> HttpResponse:
    """Say whether a letter is genuine: its kind, its days, who issued it. Of a person it knows nothing."""
    now = clock.now()
    wait_s = seconds_to_wait("letter", caller(request), now, _REQUESTS)
    found = None if wait_s else letters.find(code)
    context: dict[str, Any] = {"public": True, "letter": found, "wait": wait_s, "keeps_language": True}
    if found is not None:
        context["office"] = office_name(found.office, clock.date_of(now))
    response = render(request, "isolation/letter.html", context, status=429 if wait_s else 200 if found else 404)
    if wait_s:
        response["Retry-After"] = str(wait_s)
    response["Referrer-Policy"] = "no-referrer"
    response["X-Robots-Tag"] = "noindex, nofollow"
    return response
