"""Serve the page of a checkpoint, what it keeps for when there is no network, and take what it encrypted.

The page is the same for every officer, so that a browser may keep it; what differs comes by script. It sends no scan.
"""

from __future__ import annotations

import functools
from collections.abc import Callable
from http import HTTPStatus

from csp.decorators import csp_replace
from django.conf import settings
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied, RequestDataTooBig
from django.http import HttpRequest, HttpResponse, JsonResponse, UnreadablePostError
from django.http.response import HttpResponseBase
from django.middleware.csrf import get_token
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_POST

from bluezone.authority.checkpoints import rules, services, wording
from bluezone.authority.officers import scope
from bluezone.authority.officers.middleware import not_a_use
from bluezone.authority.officers.pages import place_name
from bluezone.authority.passes import services as passes
from bluezone.authority.passes.cards import card
from bluezone.authority.site import clock
from bluezone.authority.site.language import page_language
from bluezone.protocol.errors import ProtocolError
from bluezone.protocol.passes import REVOKED_PASSES

_POLICY = {
    "default-src": ["'none'"],
    "script-src": ["'self'"],
    "style-src": ["'self'"],
    "img-src": ["'self'", "blob:", "data:"],  # the code of a pass: at an address of its own it would be in a log
    "connect-src": ["'self'"],
    "worker-src": ["'self'"],
    "manifest-src": ["'self'"],
    "form-action": ["'none'"],
    "base-uri": ["'none'"],
    "frame-ancestors": ["'none'"],
}


def _checkpoint(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponseBase]:
    """Open a view to who stands at a checkpoint."""

    @login_required
    @functools.wraps(view)
    def guarded(request: HttpRequest, *args: object, **kwargs: object) -> HttpResponse:
        if not rules.stands_at_checkpoint(scope.officer(request.user).role):
            raise PermissionDenied
        return view(request, *args, **kwargs)

    return guarded


def _private(response: HttpResponse) -> HttpResponse:
    response["Cache-Control"] = "no-store"
    response["Referrer-Policy"] = "no-referrer"
    return response


@require_GET
@csp_replace(_POLICY)
@_checkpoint
def page(request: HttpRequest) -> HttpResponse:
    """Show the page. The browser's worker keeps a copy, which holds nothing of an officer or a person."""
    region = settings.BLUEZONE.region
    context = {
        "texts": wording.page_texts()
        | {
            "list_old_after": rules.LIST_OLD_AFTER_S,
            "clock_wrong": rules.CLOCK_WRONG_S,
            "shift": rules.SHIFT_S,
            "most_sent": rules.MOST_SENT,
            "region": region,
        },
        "keys_address": reverse("pass-keys", args=[region]),
        "list_address": REVOKED_PASSES.address(region),
    }
    response = render(request, "checkpoints/page.html", context)
    response["Cache-Control"] = "no-cache"
    response["Referrer-Policy"] = "no-referrer"
    return response


@require_GET
@_checkpoint
def worker(request: HttpRequest) -> HttpResponse:
    """Serve the script that keeps the page for when there is no network."""
    response = render(
        request, "checkpoints/worker.js", {"page": reverse("checkpoints:page")}, content_type="text/javascript"
    )
    response["Cache-Control"] = "no-cache"
    return response


@require_GET
@_checkpoint
@not_a_use
def facts(request: HttpRequest) -> HttpResponse:
    """Return what is pinned for a shift: the keys that sign lists, those to encrypt to, the time, whose post it is."""
    now, officer = clock.now(), scope.officer(request.user)
    return _private(
        JsonResponse(
            {
                "now": int(now.timestamp()),
                "post": place_name(officer.place, clock.date_of(now)),
                "list_keys": passes.list_keys(),
                "seal_keys": services.seal_keys(now),
                "token": get_token(request),
            }
        )
    )


@require_GET
@_checkpoint
@not_a_use
def forms(request: HttpRequest) -> HttpResponse:  # noqa: ARG001 (Django hands it in)
    """Return the forms of today, to be filled in without a network."""
    response = JsonResponse(services.forms_of(clock.date_of(clock.now()), page_language()))
    response["Cache-Control"] = "private, max-age=300"
    return response


@require_POST
@_checkpoint
def receive(request: HttpRequest) -> HttpResponse:
    """Take encrypted declarations; the answer says of each that it is stored, or why not, and holds the pass that came
    of it, for the person before the officer. Nothing that was declared comes back."""
    now = clock.now()
    try:
        sent = rules.Sending.from_json(request.body).declarations
    except (ProtocolError, RequestDataTooBig, UnreadablePostError) as error:
        return _private(JsonResponse({"error": str(error)}, status=HTTPStatus.BAD_REQUEST))
    taken = {each.id: services.take(each, now) for each in sent}
    cards = {name: card(text, page_language()) for name, (_why, text) in taken.items()}
    shown = {
        name: {part: each[part] for part in ("code", "pseudonym", "until")} for name, each in cards.items() if each
    }
    return _private(JsonResponse({"taken": {name: why for name, (why, _text) in taken.items()}, "passes": shown}))
