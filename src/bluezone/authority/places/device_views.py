"""Serve packages of place warnings and their index to phones, which all ask for the same, and take the check-ins that
patients give."""

from __future__ import annotations

import datetime as dt
from http import HTTPStatus

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_safe

from bluezone.authority.device_api.endpoint import device_endpoint, padded
from bluezone.authority.keys.export_store import FILE_CACHING, INDEX_CACHING
from bluezone.authority.places import receiving
from bluezone.authority.places.models import PlacePackage
from bluezone.authority.places.receiving import TokenRefusedError
from bluezone.protocol.errors import ProtocolError
from bluezone.protocol.exports import index_to_text
from bluezone.protocol.reports import ReportAnswer, ReportRefusal
from bluezone.protocol.shared_check_ins import CheckInUpload
from bluezone.protocol.text import MessageTooLargeError


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


def _answer(text: str, code: str, status: int) -> HttpResponse:
    return padded(ReportAnswer(text, code).to_json, status)


@device_endpoint(
    "check-ins",
    _answer,
    ReportRefusal.BAD_REQUEST,
    ReportRefusal.INTERNAL,
    decoy=lambda _request, now: receiving.like_receive(now),
)
def check_ins(request: HttpRequest, body: bytes, now: dt.datetime) -> HttpResponse:  # noqa: ARG001
    """Take check-ins that a patient gives."""
    try:
        receiving.receive(CheckInUpload.from_json(body), now)
    except MessageTooLargeError:
        raise
    except ProtocolError as error:
        return _answer(str(error), ReportRefusal.BAD_REQUEST, HTTPStatus.BAD_REQUEST)
    except TokenRefusedError as error:
        return _answer(str(error), ReportRefusal.TOKEN_INVALID, HTTPStatus.FORBIDDEN)
    return _answer("", "", HTTPStatus.OK)
