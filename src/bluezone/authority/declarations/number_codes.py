"""Ask for a one-time code by text message, to show that a telephone number is the declaring person's own."""

from __future__ import annotations

import datetime as dt

from bluezone.authority.messages import phone_numbers
from bluezone.authority.messages.phone_numbers import are_offered

__all__ = ["are_offered", "ask", "is_right"]


def ask(number: str, declaration_id: bytes, language: str, now: dt.datetime) -> bool:
    """Send a code to a number; return whether one is on its way."""
    return phone_numbers.ask_to_show(number, _bound_to(declaration_id), language, now)


def is_right(number: str, declaration_id: bytes, code: str, now: dt.datetime) -> bool:
    """Return whether a code is the one sent to a number for a declaration."""
    return phone_numbers.is_right(number, _bound_to(declaration_id), code, now)


def _bound_to(declaration_id: bytes) -> bytes:
    return b"number of a declaration " + declaration_id
