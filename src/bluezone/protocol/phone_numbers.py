"""Leave a telephone number with the health authority: asked for, confirmed by a code in a text message.

    POST /v1/phone-number/code     {"request": base64 of 16 random bytes, "number": "+84912345678", "language": "vi",
                                    "commune": "34:31471"}                 -> 202 {"expires_in_s": 300}
    POST /v1/phone-number/confirm  {"request": base64 of the same, "code": "123456"}  -> 201 {"receipt": "..."}
    POST /v1/phone-number/forget   {"receipt": "..."}                      -> 200 {}

`request` is drawn when the person gives the number and stays the same through every retry, so a retry can neither ask
for a second number nor use up a code; `commune` may be left out. Number and code go in different requests, in fields
of their own, and neither has the form of the other: what belongs in one is refused in the other. The receipt lets the
phone, and nobody else, take the number back. Refusals: {"error": a sentence, "code": one of `Refusal`}.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import Annotated

from bluezone.protocol.fields import COMMUNE, RECEIPT, Message, matches, size

REQUEST_BYTES = 16
CODE_DIGITS = 6
LANGUAGES = ("vi", "en")
MAX_BYTES = 2_048


class Refusal(StrEnum):
    """Name why the authority says no."""

    BAD_REQUEST = "bad_request"
    NUMBER_INVALID = "number_invalid"
    NUMBER_UNSUPPORTED = "number_unsupported"
    CODE_INVALID = "code_invalid"
    TOO_MANY = "too_many_requests"
    NOT_OFFERED = "not_offered"
    UNAVAILABLE = "unavailable"
    INTERNAL = "internal_error"


@dataclass(frozen=True, slots=True, kw_only=True)
class CodeRequest(Message):
    """Ask for a code to be sent to a number (E.164). Raises ProtocolError for a field that cannot be."""

    what = "request"
    max_bytes = MAX_BYTES
    request: Annotated[bytes, size(REQUEST_BYTES)]
    number: Annotated[str, matches(r"\+[1-9][0-9]{7,14}", "one such as +84912345678")]
    language: Annotated[str, matches("|".join(LANGUAGES), f"one of {', '.join(LANGUAGES)}")] = "vi"
    commune: Annotated[str, COMMUNE] = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Confirmation(Message):
    """Confirm a number by the code that came in the text message."""

    what = "request"
    max_bytes = MAX_BYTES
    request: Annotated[bytes, size(REQUEST_BYTES)]
    code: Annotated[str, matches(rf"[0-9]{{{CODE_DIGITS}}}", f"{CODE_DIGITS} digits")]


@dataclass(frozen=True, slots=True, kw_only=True)
class Forgetting(Message):
    """Ask for the number of a receipt to be deleted."""

    what = "request"
    max_bytes = MAX_BYTES
    receipt: Annotated[str, RECEIPT]


@dataclass(frozen=True, slots=True)
class Answer(Message):
    """Hold what the authority says: `receipt` after a confirmation, `refusal` (one of `Refusal`, or a word of later)
    where it says no, neither where a code is on its way or a number is forgotten."""

    what, max_bytes = "answer", MAX_BYTES
    receipt: Annotated[str, RECEIPT] = ""
    refusal: Annotated[str, "code"] = ""
    error: str = field(default="", compare=False)

    def check(self) -> None:
        refusal = self.refusal or (Refusal.INTERNAL if self.error and not self.receipt else "")
        object.__setattr__(self, "refusal", refusal[:40])
