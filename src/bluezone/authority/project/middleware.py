"""Add the headers that every answer carries."""

from __future__ import annotations

import logging
from collections.abc import Callable
from http import HTTPStatus

from django.http import HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect, JsonResponse
from django.middleware.gzip import GZipMiddleware
from django.middleware.locale import LocaleMiddleware
from django.urls import Resolver404, resolve

from bluezone import extras
from bluezone.authority.privacy import ending
from bluezone.authority.project import error_pages
from bluezone.authority.site import clock
from bluezone.authority.site.encryption import LostKeyError

_PUBLIC_PAGES = "/rollout/"
_APIS = ("/v1/", "/api/", "/officer/api/")
_READING = frozenset({"GET", "HEAD", "OPTIONS"})
_log = logging.getLogger(__name__)


def rehearsal_header(get_response: Callable[[HttpRequest], HttpResponse]) -> Callable[[HttpRequest], HttpResponse]:
    """Add to every answer of a rehearsal that it is one, and its time, so that nobody mistakes it for the real
    server."""
    if not clock.rehearsing():
        return get_response

    def add_header(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        response["X-Bluezone-Rehearsal"] = f"{clock.now().timestamp():.0f}"
        return response

    return add_header


class PageLocaleMiddleware(LocaleMiddleware):
    """Choose the language of pages. Files and APIs have none, and must not vary by it in caches."""

    def process_response(self, request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
        if response.get("Content-Type", "").startswith("text/html"):
            return super().process_response(request, response)
        return response


class PublicCompression(GZipMiddleware):
    """Compress pages that are the same for everybody.

    Nothing else: how much an answer shrinks can tell a secret in it (BREACH), so a page with a code, a person or a
    form's token, and whatever the device API answers, goes out as it is. Files under /static/ were compressed when the
    server started.
    """

    def process_response(self, request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
        for_everybody = "public" in response.headers.get("Cache-Control", "") and not response.cookies
        if request.path.startswith(_PUBLIC_PAGES) and for_everybody:
            return super().process_response(request, response)
        return response


def head_like_get(
    get_response: Callable[[HttpRequest], HttpResponseBase],
) -> Callable[[HttpRequest], HttpResponseBase]:
    """Answer HEAD with the status and the headers of GET, whatever methods a view names."""

    def answer(request: HttpRequest) -> HttpResponseBase:
        if request.method != "HEAD":
            return get_response(request)
        request.method = "GET"
        response = get_response(request)
        request.method = "HEAD"
        if isinstance(response, HttpResponse):
            response.headers.setdefault("Content-Length", str(len(response.content)))
            response.content = b""
            return response
        response.close()
        return HttpResponse(status=response.status_code, headers=dict(response.headers))

    return answer


def page_for_no_page(
    get_response: Callable[[HttpRequest], HttpResponseBase],
) -> Callable[[HttpRequest], HttpResponseBase]:
    """Send whoever opens the address of a form of officers as a page to the page on which the form stands.

    A form that was refused is shown again at the address it was sent to: whoever opens that address once more, from the
    browser's bar or a second window, means the page. `Allow` says what the address itself takes.
    """

    def answer(request: HttpRequest) -> HttpResponseBase:
        response = get_response(request)
        is_page = request.path.startswith("/officer/") and not request.path.startswith("/officer/api/")
        if response.status_code != HTTPStatus.METHOD_NOT_ALLOWED or request.method != "GET" or not is_page:
            return response
        above = page_above(request.path, request.resolver_match.route) if request.resolver_match else ""
        return HttpResponseRedirect(above, headers={"Allow": response.headers["Allow"]}) if above else response

    return answer


def page_above(address: str, route: str) -> str:
    """Return the nearest address above one of a route, as /units/K1 is above /units/K1/close; nothing where there is
    none.

    Its route must be `route` without its end: /doors/openings is the page of no unit called "openings", though it fits
    the route of units.
    """
    route, above = route.rstrip("/"), address.rstrip("/")
    while "/" in route:
        route, above = route.rpartition("/")[0], above.rpartition("/")[0]
        for end in ("", "/"):
            try:
                found = resolve(above + end)
            except Resolver404:
                continue
            if found.route == route + end:
                return above + end
    return ""


class ServiceEnded:
    """Refuse with one kind sentence whatever would be stored once the service has ended; pages can still be read."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        if request.method in _READING or not ending.is_over(clock.now()):
            return self._get_response(request)
        if request.path.startswith(_APIS):
            refusal = {"error": error_pages.ENDED, "errorCode": "service_ended"}
            return JsonResponse(refusal, status=HTTPStatus.GONE, headers={"Cache-Control": "no-store"})
        return error_pages.ended(request)


class OneSentence:
    """Answer with one sentence where a page needs a package that this server was installed without, or a key that it no
    longer has."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        return self._get_response(request)

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        """Return the answer to a request whose view lacks a package or a key; the log says which."""
        if isinstance(error, LostKeyError):
            _log.error("%s: %s", request.path, error)
            return error_pages.lost_key(request)
        found = extras.missing(error, "authority") if isinstance(error, ModuleNotFoundError) else None
        if found is None:
            return None
        _log.error("%s", found.sentence(request.path))
        return error_pages.missing_extra(request, found.extra)
