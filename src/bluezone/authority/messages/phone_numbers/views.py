"""Serve the three endpoints by which a phone leaves a number and deletes it."""

from __future__ import annotations

import datetime as dt
import logging
from collections.abc import Callable
from functools import wraps
from http import HTTPStatus

from django.http import HttpRequest, HttpResponse, JsonResponse

from bluezone.authority.device_api.endpoint import device_endpoint
from bluezone.authority.messages.phone_numbers import rules, services
from bluezone.authority.messages.phone_numbers.rules import NumberRefusedError
from bluezone.authority.messages.phone_numbers.sms import SmsError, sender
from bluezone.protocol.errors import ProtocolError
from bluezone.protocol.phone_numbers import CodeRequest, Confirmation, Forgetting, Refusal
from bluezone.protocol.text import MessageTooLargeError

log = logging.getLogger(__name__)

_STATUS = {
    Refusal.TOO_MANY: HTTPStatus.FORBIDDEN,  # not 429, which says to try again in minutes
    Refusal.UNAVAILABLE: HTTPStatus.BAD_GATEWAY,
    Refusal.NOT_OFFERED: HTTPStatus.NOT_FOUND,
}


def _answer(text: str, code: str, status: int) -> HttpResponse:
    return JsonResponse({"error": text, "code": code}, status=status, headers={"Cache-Control": "no-store"})


def _done(status: int, **fields: object) -> HttpResponse:
    return JsonResponse(fields, status=status, headers={"Cache-Control": "no-store"})


def _refused(error: NumberRefusedError) -> HttpResponse:
    return _answer(str(error), error.refusal, _STATUS.get(error.refusal, HTTPStatus.BAD_REQUEST))


_Handler = Callable[[bytes, dt.datetime], HttpResponse]


def _endpoint(name: str) -> Callable[[_Handler], Callable[[HttpRequest], HttpResponse]]:
    """Make a device endpoint whose refusals have the form of this API."""

    def decorate(handler: _Handler) -> Callable[[HttpRequest], HttpResponse]:
        @device_endpoint(name, _answer, Refusal.BAD_REQUEST, Refusal.INTERNAL)
        @wraps(handler)
        def view(request: HttpRequest, body: bytes, now: dt.datetime) -> HttpResponse:  # noqa: ARG001
            try:
                return handler(body, now)
            except MessageTooLargeError:
                raise
            except ProtocolError as error:
                return _answer(str(error), Refusal.BAD_REQUEST, HTTPStatus.BAD_REQUEST)
            except NumberRefusedError as error:
                return _refused(error)
            except SmsError as error:
                log.error("no text message: %s", error)  # noqa: TRY400 (its text says all)
                return _answer("no message can be sent now", Refusal.UNAVAILABLE, HTTPStatus.BAD_GATEWAY)

        return view

    return decorate


@_endpoint("phone-number-code")
def code(body: bytes, now: dt.datetime) -> HttpResponse:
    """Send a code to a number in a text message."""
    asked = CodeRequest.from_json(body)
    send = sender()
    if send is None:
        raise NumberRefusedError("this authority takes no telephone numbers", Refusal.NOT_OFFERED)
    services.ask(asked, send, now)
    return _done(HTTPStatus.ACCEPTED, expires_in_s=int(rules.CODE_LIFE.total_seconds()))


@_endpoint("phone-number-confirm")
def confirm(body: bytes, now: dt.datetime) -> HttpResponse:
    """Store a number whose code is right, and answer with a receipt by which the phone can delete it."""
    return _done(HTTPStatus.CREATED, receipt=services.confirm(Confirmation.from_json(body), now))


@_endpoint("phone-number-forget")
def forget(body: bytes, now: dt.datetime) -> HttpResponse:  # noqa: ARG001
    """Delete the number of a receipt; the answer is one whether it was there or not."""
    services.forget(Forgetting.from_json(body).receipt)
    return _done(HTTPStatus.OK)
