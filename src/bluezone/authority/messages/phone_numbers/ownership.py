"""Ask for a one-time code by text message, to show that a telephone number is its giver's own.

Limits, times and tries are those of `rules`; the number is not stored. `bound_to` names what the number is given for:
a code confirms the number for that alone.
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


def ask(number: str, bound_to: bytes, language: str, now: dt.datetime) -> bool:
    """Send a code to a number; return whether one is on its way."""
    send = sender()
    if send is None:
        return False
    asked = CodeRequest(
        request=_request(number, bound_to),
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


def is_right(number: str, bound_to: bytes, code: str, now: dt.datetime) -> bool:
    """Return whether a code is the one sent to a number for this purpose."""
    digits = "".join(sign for sign in code if not sign.isspace())
    try:
        given = Confirmation(request=_request(number, bound_to), code=digits)
    except ProtocolError:
        return False
    return services.verify(given, now)


def _request(number: str, bound_to: bytes) -> bytes:
    """Return the request's id: of this number and what it is given for, so that a code confirms no other number."""
    return hashlib.sha256(bound_to + number.encode()).digest()[:REQUEST_BYTES]
