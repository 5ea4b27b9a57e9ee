"""Serve the public keys of passes (RFC 7517): the same to all who ask."""

from __future__ import annotations

from http import HTTPStatus

from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_safe

from bluezone.authority.passes import queries
from bluezone.authority.site import clock

#: a new key is published days before it signs
_CACHING = "public, max-age=300"


@csrf_exempt
@require_safe
def keys(request: HttpRequest, region: str) -> HttpResponse:  # noqa: ARG001 (Django hands it in)
    """Serve the public keys of passes, and the names of those believed no more."""
    if region != settings.BLUEZONE.region:
        return JsonResponse({"error": "this server has no such region"}, status=HTTPStatus.NOT_FOUND)
    body = {"keys": queries.public_keys(clock.now()), "distrusted": queries.distrusted_keys()}
    return JsonResponse(body, headers={"Cache-Control": _CACHING})
