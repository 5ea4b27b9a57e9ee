"""Serve packages of place warnings and their index to phones: all ask for the same."""

from __future__ import annotations

from http import HTTPStatus

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_safe

from bluezone.authority.keys.caching import FILE_CACHING, INDEX_CACHING
from bluezone.authority.messages.serving import document_view
from bluezone.authority.places.models import PlacePackage, PlacePolicyDocument
from bluezone.protocol.exports import index_to_text

policy = document_view(PlacePolicyDocument.objects, "no policy of places was published")


@csrf_exempt
@require_safe
def index(request: HttpRequest, region: str) -> HttpResponse:  # noqa: ARG001 (Django hands it in)
    """Serve the names of the packages there are."""
    if region != settings.BLUEZONE.region:
        return _not_found()
    hours = PlacePackage.objects.filter(region=region).values_list("hour", flat=True)
    text = index_to_text(f"{region}/places/{hour}.zip" for hour in hours)
    response = HttpResponse(text, content_type="text/plain; charset=utf-8")
    response["Cache-Control"] = INDEX_CACHING
    return response


@csrf_exempt
@require_safe
def package(request: HttpRequest, region: str, hour: int) -> HttpResponse:  # noqa: ARG001 (Django hands it in)
    """Serve a package: it never changes under its name."""
    row = PlacePackage.objects.filter(region=region, hour=hour).first() if hour < 2**31 else None
    if row is None or region != settings.BLUEZONE.region:
        return _not_found()
    response = HttpResponse(bytes(row.data), content_type="application/zip")
    response["Cache-Control"] = FILE_CACHING
    return response


def _not_found() -> HttpResponse:
    response = HttpResponse("not found\n", status=HTTPStatus.NOT_FOUND, content_type="text/plain")
    response["Cache-Control"] = "no-store"
    return response
