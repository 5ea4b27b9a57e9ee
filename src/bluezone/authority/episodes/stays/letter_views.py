"""Serve to everybody whether a letter's code is genuine."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from bluezone.authority.device_api.callers import caller
from bluezone.authority.device_api.limits import seconds_to_wait
from bluezone.authority.episodes.stays import letters
from bluezone.authority.episodes.stays.presenters import kind_of_letter
from bluezone.authority.officers.pages import office_name
from bluezone.authority.site import clock

#: in ten minutes from one address: a gate where many come through asks once for each
_REQUESTS = 300


@never_cache
@require_GET
def confirm(request: HttpRequest, code: str) -> HttpResponse:
    """Say whether a letter is genuine: its kind, its days, who issued it. Of a person it knows nothing."""
    now = clock.now()
    wait_s = seconds_to_wait("letter", caller(request), now, _REQUESTS)
    found = None if wait_s else letters.find(code)
    context: dict[str, Any] = {"public": True, "letter": found, "wait": wait_s, "keeps_language": True}
    if found is not None:
        context["kind"] = kind_of_letter(found.kind)
        context["office"] = office_name(found.office, clock.date_of(now))
    response = render(request, "stays/letter.html", context, status=429 if wait_s else 200 if found else 404)
    if wait_s:
        response["Retry-After"] = str(wait_s)
    response["Referrer-Policy"] = "no-referrer"
    response["X-Robots-Tag"] = "noindex, nofollow"
    return response
