"""What every answer carries."""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.middleware.locale import LocaleMiddleware

from bluezone.authority.site import clock


def rehearsal_header(get_response: Callable[[HttpRequest], HttpResponse]) -> Callable[[HttpRequest], HttpResponse]:
    """In a rehearsal every answer says so, with the time it was given at: nobody mistakes one for the real server."""
    if not clock.rehearsing():
        return get_response

    def add_header(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        response["X-Bluezone-Rehearsal"] = f"{clock.now().timestamp():.0f}"
        return response

    return add_header


def counting_lane(get_response: Callable[[HttpRequest], HttpResponse]) -> Callable[[HttpRequest], HttpResponse]:
    """Phones that make themselves counted go by all that is for people: sessions, languages, forms, officers.

    Thirty million of them ask daily, and half of what an answer costs would be for nothing.
    """
    from bluezone.authority.campaign.installations import views  # (models: not before Django is ready)

    lane = {"/v1/installations": views.register, "/v1/activity": views.activity}

    def choose(request: HttpRequest) -> HttpResponse:
        view = lane.get(request.path)
        if view is None:
            return get_response(request)
        response = view(request)
        response["Content-Length"] = str(len(response.content))  # or it would go out in chunks
        return response

    return choose


class PageLocaleMiddleware(LocaleMiddleware):
    """Chooses the language of pages. Files and APIs have none, and must not vary by it in caches."""

    def process_response(self, request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
        if response.get("Content-Type", "").startswith("text/html"):
            return super().process_response(request, response)
        return response
