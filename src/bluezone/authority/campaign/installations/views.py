"""Serve the two endpoints by which phones make themselves counted. Answers are small: thirty million phones ask
daily."""

from __future__ import annotations

import datetime as dt
from http import HTTPStatus

from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils.module_loading import import_string

from bluezone.authority.campaign.installations import counting
from bluezone.authority.device_api.endpoint import device_endpoint
from bluezone.authority.site import clock
from bluezone.protocol.errors import ProtocolError
from bluezone.protocol.installations import Activity, Registration
from bluezone.protocol.text import MessageTooLargeError

_COUNTED = b'{"status": "counted"}'
_BAD, _INTERNAL = "bad_request", "internal_error"


def _answer(text: str, code: str, status: int) -> HttpResponse:
    return JsonResponse({"error": text, "code": code}, status=status, headers={"Cache-Control": "no-store"})


def _counted(status: int) -> HttpResponse:
    return HttpResponse(_COUNTED, content_type="application/json", status=status, headers={"Cache-Control": "no-store"})


def _allowed() -> int:
    allowed: int = settings.BLUEZONE.counting_rate_limit
    return allowed


@device_endpoint("installations", _answer, _BAD, _INTERNAL, _allowed)
def register(request: HttpRequest, body: bytes, now: dt.datetime) -> HttpResponse:
    """Register an installation, or what changed about it."""
    try:
        sent = Registration.from_json(body)
    except MessageTooLargeError:
        raise
    except ProtocolError as error:
        return _answer(str(error), _BAD, HTTPStatus.BAD_REQUEST)
    if not counting.commune_exists(sent.commune, clock.date_of(now)):
        return _answer("no commune has this code today", "unknown_commune", HTTPStatus.BAD_REQUEST)
    attestation: str | None = settings.BLUEZONE.attestation
    if attestation and not import_string(attestation)(sent, request.headers.get("X-Attestation", "")):
        return _answer("the app could not be attested", "not_attested", HTTPStatus.FORBIDDEN)
    counting.register(sent, now)
    return _counted(HTTPStatus.CREATED)


@device_endpoint("activity", _answer, _BAD, _INTERNAL, _allowed)
def activity(request: HttpRequest, body: bytes, now: dt.datetime) -> HttpResponse:  # noqa: ARG001
    """Record that an installation is in use today. 404: it is not known (any more) and should register."""
    try:
        sent = Activity.from_json(body)
    except MessageTooLargeError:
        raise
    except ProtocolError as error:
        return _answer(str(error), _BAD, HTTPStatus.BAD_REQUEST)
    if not counting.note_activity(sent, now):
        return _answer("register first", "unknown_installation", HTTPStatus.NOT_FOUND)
    return _counted(HTTPStatus.OK)
