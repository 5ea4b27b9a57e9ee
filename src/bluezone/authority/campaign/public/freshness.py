"""Cache public pages, which are the same for every reader, with an ETag until a figure or an order changes.

Who is logged in gets each page afresh, with the own name on it, and nobody else's cache keeps that one.
"""

from __future__ import annotations

import functools
import hashlib
from collections.abc import Callable
from importlib import metadata
from typing import Any, TypeVar

from django.conf import settings
from django.core.cache import cache
from django.http import HttpRequest, HttpResponse
from django.utils.cache import get_conditional_response, patch_cache_control, patch_vary_headers
from django.utils.http import http_date
from django.utils.translation import get_language

from bluezone.authority.campaign.figures.models import FiguresState
from bluezone.authority.site import clock

#: how long a browser or a proxy shows a page without asking again
MAX_AGE_S = 60
_KEEP_S = 86_400
Made = TypeVar("Made")


def public_page(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Make a page that changes with the address, the language, the day and the figures only."""

    @functools.wraps(view)
    def answer(request: HttpRequest, **arguments: Any) -> HttpResponse:
        if settings.SESSION_COOKIE_NAME in request.COOKIES:
            response = view(request, **arguments)
            patch_cache_control(response, no_cache=True, private=True)
            return response
        tag, changed_s = _tag(request)
        before = get_conditional_response(request, etag=tag)
        if before is None and (drawn := cache.get(tag)) is not None:
            before = HttpResponse(drawn[0], content_type=drawn[1])
        response = view(request, **arguments) if before is None else before
        if before is None:
            cache.set(tag, (response.content, response.headers["Content-Type"]), _KEEP_S)
        response.headers["ETag"] = tag
        response.headers["Last-Modified"] = http_date(changed_s)
        age_s = 0 if clock.rehearsing() else MAX_AGE_S  # whose clock may leap
        patch_cache_control(response, public=True, max_age=age_s)
        patch_vary_headers(response, ("Accept-Language", "Cookie"))
        return response

    return answer


@functools.cache
def release() -> str:
    """Return the installed version: another may draw differently. (Run from source, `serve` begins with an empty
    cache.)"""
    try:
        return metadata.version("bluezone")
    except metadata.PackageNotFoundError:
        return ""


def kept(make: Callable[[], Made], *names: object) -> Made:
    """Return what is made of the figures and the orders alone under some names: taken from the cache, else made."""
    key = _digest(FiguresState.objects.filter(pk=1).values_list("number", flat=True).first() or 0, *names)
    found: Made | None = cache.get(key)
    if found is None:
        found = make()
        cache.set(key, found, _KEEP_S)
    return found


def _digest(number: int, *names: object) -> str:
    """Return a key under names that changes with the release, the number of the state of the figures and, in a
    rehearsal, with the minute, which its pages show."""
    minute = f"{clock.now():%F %H:%M}" if clock.rehearsing() else ""
    return hashlib.sha256(repr((release(), number, minute, *map(str, names))).encode()).hexdigest()[:32]


def _tag(request: HttpRequest) -> tuple[str, float | None]:
    """Return the page's ETag, and when its figures changed (seconds since the epoch)."""
    now = clock.now()
    state = FiguresState.objects.filter(pk=1).first()
    digest = _digest(state.number if state else 0, clock.date_of(now), get_language(), request.get_full_path())
    return f'"{digest}"', state.changed_at.timestamp() if state else now.timestamp()
