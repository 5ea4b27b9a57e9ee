"""Take declarations from phones: every answer has one size, leaves at the mark, and says no more than whether the code
is in force."""

from __future__ import annotations

import datetime as dt
from http import HTTPStatus

from django.http import HttpRequest, HttpResponse

from bluezone.authority.device_api.answers import padded
from bluezone.authority.device_api.endpoint import device_endpoint
from bluezone.authority.episodes.stays import checks
from bluezone.authority.episodes.stays.rules import IsolationError, Said, Way
from bluezone.protocol.declarations import DeclarationRefusal, IsolationDeclaration
from bluezone.protocol.errors import ProtocolError
from bluezone.protocol.reports import ReportAnswer
from bluezone.protocol.text import MessageTooLargeError


def _answer(text: str, code: str, status: int) -> HttpResponse:
    return padded(ReportAnswer(text, code).to_json, status)


def _decoy(request: HttpRequest, now: dt.datetime) -> None:  # noqa: ARG001
    checks.like_declaration(now)


@device_endpoint(
    "isolation-declaration",
    _answer,
    DeclarationRefusal.BAD_REQUEST,
    DeclarationRefusal.INTERNAL,
    decoy=_decoy,
)
def declare(request: HttpRequest, body: bytes, now: dt.datetime) -> HttpResponse:  # noqa: ARG001
    """Store a declaration; the same one again is taken, and stored once."""
    try:
        sent = IsolationDeclaration.from_json(body)
        said = Said(tuple(sent.symptoms), sent.temperature)
        checks.declare(sent.code, sent.declaration, said, Way.PHONE, now, sent.day)
    except MessageTooLargeError:
        raise
    except ProtocolError as error:
        return _answer(str(error), DeclarationRefusal.BAD_REQUEST, HTTPStatus.BAD_REQUEST)
    except checks.NotInForceError as error:
        return _answer(str(error), DeclarationRefusal.CODE_UNKNOWN, HTTPStatus.FORBIDDEN)
    except IsolationError as error:
        return _answer(str(error), DeclarationRefusal.DAY, HTTPStatus.FORBIDDEN)
    return _answer("", "", HTTPStatus.OK)
