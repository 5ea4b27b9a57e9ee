"""Take declarations from phones: every answer has one size and leaves at the mark."""

from __future__ import annotations

import datetime as dt
from http import HTTPStatus

from django.http import HttpRequest, HttpResponse

from bluezone.authority.declarations import services
from bluezone.authority.declarations.rules import RefusedError, Way
from bluezone.authority.device_api.callers import caller
from bluezone.authority.device_api.endpoint import device_endpoint, padded
from bluezone.protocol.errors import ProtocolError
from bluezone.protocol.health_declarations import Confirm, HealthAnswer, HealthDeclaration, HealthDeclarationRefusal
from bluezone.protocol.phone_numbers import LANGUAGES
from bluezone.protocol.text import MessageTooLargeError


def _answer(text: str, code: str, status: int) -> HttpResponse:
    return padded(HealthAnswer(error=text, code=code).to_json, status)


@device_endpoint(
    "health-declaration",
    _answer,
    HealthDeclarationRefusal.BAD_REQUEST,
    HealthDeclarationRefusal.INTERNAL,
    decoy=lambda _request, now: services.like_declaration(now),
)
def declare(request: HttpRequest, body: bytes, now: dt.datetime) -> HttpResponse:
    """Store a declaration, correct, confirm or withdraw one; the same message again gets the same answer."""
    try:
        taken = services.receive(HealthDeclaration.from_json(body), Way.PHONE, now)
        wanted = Confirm.NOTHING
        if taken is not None and taken.is_unconfirmed:
            asked = services.ask_code(taken.receipt, LANGUAGES[0], caller(request), now)
            wanted = Confirm.CODE if asked.is_on_its_way else Confirm.CALL
    except MessageTooLargeError:
        raise
    except ProtocolError as error:
        return _answer(str(error), HealthDeclarationRefusal.BAD_REQUEST, HTTPStatus.BAD_REQUEST)
    except RefusedError as error:
        return _answer(str(error), error.refusal, HTTPStatus.FORBIDDEN)
    if taken is None:
        return padded(HealthAnswer().to_json)
    level = taken.outcome.level.value
    since, until = taken.days or (None, None)
    answer = HealthAnswer(
        taken.receipt, level, pass_text=taken.pass_text, confirm=wanted.value, since=since, until=until
    )
    return padded(answer.to_json)
