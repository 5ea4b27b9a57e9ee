"""What every answer carries."""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.middleware.locale import LocaleMiddleware

from bluezone.authority.config import clock


def rehearsal_header(get_response: Callable[[HttpRequest], HttpResponse]) -> Callable[[HttpRequest], HttpResponse]:
    """In a rehearsal every answer says so, with the time it was given at: nobody mistakes one for the real server."""
    if not clock.rehearsing():
        return get_response

    def add_header(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        response["X-Bluezone-Rehearsal"] = f"{clock.now().timestamp():.0f}"
        return response

    return add_header


class PageLocaleMiddleware(LocaleMiddleware):
    """Chooses the language of pages. Files and APIs have none, and must not vary by it in caches."""

    def process_response(self, request: HttpRequest, response: HttpResponse) -> HttpResponse:
        if response.get("Content-Type", "").startswith("text/html"):
            return super().process_response(request, response)
        return response
