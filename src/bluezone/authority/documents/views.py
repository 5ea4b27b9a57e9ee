"""Serve signed documents to phones. Every phone of a region asks for the same: a cache or CDN can answer."""

from __future__ import annotations

from http import HTTPStatus

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils.cache import get_conditional_response
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_safe

from bluezone.authority.documents.services import in_force
from bluezone.authority.site import clock


@csrf_exempt
@require_safe
def document(request: HttpRequest, kind: str, region: str, area: str = "") -> HttpResponse:
    """Serve the signed document of a region, or of a province in it, that is in force."""
    row = in_force(kind, area.replace("-", ":"), clock.now()) if region == settings.BLUEZONE.region else None
    if row is None:
        text = f"no document of the kind {kind} has been published\n"
        headers = {"Cache-Control": "no-store"}
        return HttpResponse(text, status=HTTPStatus.NOT_FOUND, content_type="text/plain", headers=headers)
    etag = f'"{kind}-{region}-{area}-{row.serial}"'
    headers = {"Cache-Control": "public, max-age=300", "ETag": etag}
    found = HttpResponse(row.document, content_type="application/json", headers=headers)
    return get_conditional_response(request, etag=etag, response=found) or found
