"""Serve the page of a telephone at a door, and take what it sends. No account, no cookie, no session.

The link's secret stands behind `#`, which browsers never send; the page's script puts it into the body of a POST. The
page is one for every link, and so is the answer: which links are right is not disclosed.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from http import HTTPStatus
from typing import Any, TypeVar

from csp.decorators import csp_replace
from django.core.exceptions import RequestDataTooBig
from django.http import HttpRequest, HttpResponse, JsonResponse, UnreadablePostError
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_GET, require_POST

from bluezone.authority.device_api.callers import caller
from bluezone.authority.device_api.limits import seconds_to_wait
from bluezone.authority.door import taps, wording
from bluezone.authority.door.entries import services as entries
from bluezone.authority.door.entries.rules import SentEntries
from bluezone.authority.door.rules import App, Kind
from bluezone.authority.door.sending import MOST_TAPS, OfLink, Sending
from bluezone.authority.officers.jurisdiction import place_of
from bluezone.authority.site import clock
from bluezone.geography.errors import GeographyError
from bluezone.geography.units import Level, UnitCode
from bluezone.protocol.errors import ProtocolError

_Sent = TypeVar("_Sent", bound=OfLink)

#: in ten minutes: carriers put the telephones of many doors behind one address; of one link some six telephones, each
#: of which sends every three seconds at the most
_CALLERS_REQUESTS, _LINKS_REQUESTS = 3_000, 1_200
_POLICY = {
    "default-src": ["'none'"],
    "script-src": ["'self'"],
    "style-src": ["'self'"],
    "img-src": ["'self'"],
    "connect-src": ["'self'"],
    "worker-src": ["'self'"],
    "form-action": ["'none'"],
    "base-uri": ["'none'"],
    "frame-ancestors": ["'none'"],
}


def _private(response: HttpResponse) -> HttpResponse:
    response["Cache-Control"] = "no-store"
    response["Referrer-Policy"] = "no-referrer"
    return response


@require_GET
@csp_replace(_POLICY)
def page(request: HttpRequest) -> HttpResponse:
    """Show the tally of a door. What is on it comes from the link and the telephone; the server's part is the same for
    all."""
    context: dict[str, Any] = {
        "apps": [(app.value, wording.app_name(app)) for app in App],
        "answers": [(kind.value, wording.answer_name(kind)) for kind in (Kind.HAD, Kind.HELPED, Kind.REFUSED)],
        "posts": wording.posts(),
        "shifts": wording.shifts(),
        "texts": wording.page_texts() | {"most": MOST_TAPS},
    }
    return _private(render(request, "door/page.html", context))


@require_GET
def worker(request: HttpRequest) -> HttpResponse:
    """Serve the script that keeps the page for when there is no network."""
    response = render(request, "door/worker.js", {"page": reverse("door-page")}, content_type="text/javascript")
    response["Cache-Control"] = "no-cache"
    return response


@csrf_exempt  # no cookie stands for anybody here: the secret in the body does
@require_POST
def receive(request: HttpRequest) -> HttpResponse:
    """Take taps."""
    return _received(request, Sending, taps.receive)


@csrf_exempt  # no cookie stands for anybody here: the secret in the body does
@require_POST
def receive_entries(request: HttpRequest) -> HttpResponse:
    """Take encrypted entries."""
    return _received(request, SentEntries, entries.receive)


def _received(request: HttpRequest, kind: type[_Sent], store: Callable[[_Sent, dt.datetime], None]) -> HttpResponse:
    """Store what a telephone sends. Whatever link it comes by, the work and the answer are the same."""
    now = clock.now()
    if wait_s := seconds_to_wait("door", caller(request), now, _CALLERS_REQUESTS):
        return _later(wait_s)
    try:
        sent = kind.from_json(request.body)
    except (ProtocolError, RequestDataTooBig, UnreadablePostError):
        return _private(JsonResponse({"status": "unreadable"}, status=HTTPStatus.BAD_REQUEST))
    if wait_s := seconds_to_wait("door link", sent.link, now, _LINKS_REQUESTS):
        return _later(wait_s)
    store(sent, now)
    return _private(JsonResponse({"status": "received", "now": int(now.timestamp())}))


@require_GET
def keys(request: HttpRequest, area: str) -> HttpResponse:  # noqa: ARG001 (Django hands it in)
    """Return the public keys of a province for today and the next days; the same to all who ask."""
    try:
        code = UnitCode.parse(area.replace("-", ":"))
        place = place_of(code) if code.level is Level.PROVINCE else ""
    except GeographyError:
        place = ""
    if not place:
        return _private(JsonResponse({"error": "no such province"}, status=HTTPStatus.NOT_FOUND))
    return _private(JsonResponse({"keys": entries.keys(place, clock.now())}))


def _later(wait_s: int) -> HttpResponse:
    response = JsonResponse({"status": "later"}, status=HTTPStatus.TOO_MANY_REQUESTS)
    response["Retry-After"] = str(wait_s)
    return _private(response)
