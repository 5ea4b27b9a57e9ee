"""Serve the signed documents of areas to phones, one kind as the other."""

from __future__ import annotations

from collections.abc import Callable
from http import HTTPStatus
from typing import Any

from django.conf import settings
from django.db import models
from django.http import HttpRequest, HttpResponse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import condition, require_safe

_CACHING = "public, max-age=300"


def document_view(documents: models.Manager[Any], missing: str) -> Callable[..., HttpResponse]:
    """Return the view of a kind's documents: rows with region, area, serial and the document; `missing` is said where
    there is none."""

    def row_of(region: str, area: str) -> Any:
        if region != settings.BLUEZONE.region:
            return None
        return documents.filter(region=region, area=area.replace("-", ":")).first()

    def etag(request: HttpRequest, region: str, area: str = "") -> str | None:  # noqa: ARG001 (Django hands it in)
        row = row_of(region, area)
        return None if row is None else f'"{region}-{area}-{row.serial}"'

    @csrf_exempt
    @require_safe
    @condition(etag_func=etag)
    def document(request: HttpRequest, region: str, area: str = "") -> HttpResponse:  # noqa: ARG001 (the same for all)
        """Serve the signed document of a region or of a province in it."""
        row = row_of(region, area)
        if row is None:
            response = HttpResponse(f"{missing}\n", status=HTTPStatus.NOT_FOUND, content_type="text/plain")
            response["Cache-Control"] = "no-store"
            return response
        response = HttpResponse(row.document, content_type="application/json")
        response["Cache-Control"] = _CACHING
        return response

    return document
