"""Serve the policy in force. Every phone of a region asks for the same: a cache or CDN can answer."""

from __future__ import annotations

from http import HTTPStatus

from django.http import HttpRequest, HttpResponse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import condition, require_safe

from bluezone.authority.keys.policies.services import in_force
from bluezone.authority.site import clock

_CACHING = "public, max-age=300"


def _etag(request: HttpRequest, region: str) -> str | None:  # noqa: ARG001 (Django hands it in)
    row = in_force(region, clock.now())
    return None if row is None else f'"{region}-{row.serial}"'


@csrf_exempt
@require_safe
@condition(etag_func=_etag)
def policy(request: HttpRequest, region: str) -> HttpResponse:  # noqa: ARG001 (the same for everyone)
    """Serve the signed document of a region."""
    row = in_force(region, clock.now())
    if row is None:
        response = HttpResponse(
            "no policy has been published\n", status=HTTPStatus.NOT_FOUND, content_type="text/plain"
        )
        response["Cache-Control"] = "no-store"
        return response
    response = HttpResponse(row.document, content_type="application/json")
    response["Cache-Control"] = _CACHING
    return response
