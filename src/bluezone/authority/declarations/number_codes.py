"""Ask for a one-time code by text message, to show that a telephone number is the declaring person's own.

Limits, times and tries are those of `messages.phone_numbers`; the number is not stored by it.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import logging

from bluezone.authority.messages.phone_numbers import services
from bluezone.authority.messages.phone_numbers.rules import NumberRefusedError
from bluezone.authority.messages.phone_numbers.sms import SmsError, sender
from bluezone.protocol.errors import ProtocolError
from bluezone.protocol.phone_numbers import LANGUAGES, REQUEST_BYTES, CodeRequest, Confirmation

log = logging.getLogger(__name__)


def are_offered() -> bool:
    """Return whether this server sends text messages."""
    return sender() is not None


def ask(number: str, declaration_id: bytes, language: str, now: dt.datetime) -> bool:
    """Send a code to a number; return whether one is on its way."""
    send = sender()
    if send is None:
        return False
    asked = CodeRequest(
        request=_request(number, declaration_id),
        number=number,
        language=language if language in LANGUAGES else LANGUAGES[-1],
    )
    try:
        services.ask(asked, send, now)
    except NumberRefusedError:
        return False
    except SmsError as error:
        log.error("no text message: %s", error)  # noqa: TRY400 (its text says all)
        return False
    return True


def is_right(number: str, declaration_id: bytes, code: str, now: dt.datetime) -> bool:
    """Return whether a code is the one sent to a number for a declaration."""
    digits = "".join(sign for sign in code if not sign.isspace())
    try:
        given = Confirmation(request=_request(number, declaration_id), code=digits)
    except ProtocolError:
        return False
    return services.verify(given, now)


def _request(number: str, declaration_id: bytes) -> bytes:
    """Return the request's id: of this number and this declaration, so that a code confirms no other number."""
    return hashlib.sha256(b"number of a declaration " + declaration_id + number.encode()).digest()[:REQUEST_BYTES]
