"""Show pages for what went wrong: what happened, and what to do now. No internals."""

from __future__ import annotations

import sys
from http import HTTPStatus

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.utils.translation import gettext as _

from bluezone.authority.site import lost_database


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:  # noqa: ARG001
    return _page(request, HTTPStatus.NOT_FOUND, _("There is no such page"), _("Perhaps the address was cut short."))


def forbidden(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Show what right is missing, and who gives it, where the page says so."""
    advice = str(exception) or _("Ask whoever set up your account.")
    return _page(request, HTTPStatus.FORBIDDEN, _("This is not open to you"), advice)


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:  # noqa: ARG001
    return _page(request, HTTPStatus.BAD_REQUEST, _("The request could not be read"), _("Go back and try again."))


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:  # noqa: ARG001
    return _page(
        request,
        HTTPStatus.FORBIDDEN,
        _("This form is too old"),
        _("Nothing was stored. Open the page again and fill it in once more."),
    )


def broken(request: HttpRequest) -> HttpResponse:  # noqa: ARG001
    is_lost = lost_database.is_lost(sys.exception())
    # Without the request: who is logged in is asked of the database, which may be what broke.
    response = _page(
        None,
        HTTPStatus.SERVICE_UNAVAILABLE if is_lost else HTTPStatus.INTERNAL_SERVER_ERROR,
        _("Something broke on our side"),
        _("It has been noted. Try again in a moment; if it stays, call whoever runs this server."),
    )
    if is_lost:
        response["Retry-After"] = str(lost_database.RETRY_AFTER_S)
    return response


ENDED = "this service has ended: nothing is stored any more, and all personal data are deleted"


def ended(request: HttpRequest) -> HttpResponse:
    """Thank who would still give data after the service has ended."""
    return _page(
        request,
        HTTPStatus.GONE,
        _("This service has ended"),
        _("Thank you for your help. Nothing new is stored, and all personal data are deleted; you need do nothing."),
    )


def lost_key(request: HttpRequest) -> HttpResponse:
    """Answer that what was asked for is encrypted under a key that this server no longer has."""
    return _page(
        request,
        HTTPStatus.SERVICE_UNAVAILABLE,
        _("This cannot be decrypted"),
        _("The server no longer has the key it was stored under. Nothing was changed; tell whoever runs this server."),
    )


def missing_extra(request: HttpRequest, extra: str) -> HttpResponse:
    """Answer that this server lacks a part; where a picture was asked for, by a picture, so that its page stays
    whole."""
    title = _("This server lacks the part that draws, prints and forecasts")
    if request.path.endswith(".svg"):
        drawn = render_to_string("missing.svg", {"title": title}, request)
        return HttpResponse(drawn, content_type="image/svg+xml", headers={"Cache-Control": "no-store"})
    advice = _("Whoever runs the server can install it: the part is called “{extra}”, and the server’s log says how.")
    return _page(request, HTTPStatus.NOT_IMPLEMENTED, title, advice.format(extra=extra))


def _page(request: HttpRequest | None, status: HTTPStatus, title: str, advice: str) -> HttpResponse:
    return render(request, "error.html", {"title": title, "advice": advice}, status=status)
