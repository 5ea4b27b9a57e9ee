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

import json
import re
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from bluezone.protocol.errors import ProtocolError
from bluezone.protocol.text import base64_bytes, base64_text, json_object

REQUEST_BYTES = 16
CODE_DIGITS = 6
LANGUAGES = ("vi", "en")
MAX_BYTES = 2_048
_NUMBER = re.compile(r"\+[1-9][0-9]{7,14}", re.ASCII)
_CODE = re.compile(rf"[0-9]{{{CODE_DIGITS}}}", re.ASCII)
_COMMUNE = re.compile(r"(63|34):[0-9]{5}", re.ASCII)
_RECEIPT = re.compile(r"[A-Za-z0-9_-]{16,128}", re.ASCII)


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
class CodeRequest:
    """Ask for a code to be sent to a number (E.164). Raises ProtocolError for a field that cannot be."""

    request: bytes
    number: str
    language: str = "vi"
    commune: str = ""

    def __post_init__(self) -> None:
        _check_request(self.request)
        if not _NUMBER.fullmatch(self.number):
            raise ProtocolError("number is not one such as +84912345678")
        if self.language not in LANGUAGES:
            raise ProtocolError(f"language is none of {', '.join(LANGUAGES)}")
        if self.commune and not _COMMUNE.fullmatch(self.commune):
            raise ProtocolError("commune is not a code such as 34:31471")

    @classmethod
    def from_json(cls, body: bytes) -> CodeRequest:
        """Read the request's body. Raises ProtocolError."""
        fields = _texts(body, "request", "number", language="vi", commune="")
        return cls(request=base64_bytes(fields.pop("request"), "request"), **fields)

    def to_json(self) -> bytes:
        """Write the request's body."""
        fields = {
            "request": base64_text(self.request),
            "number": self.number,
            "language": self.language,
            "commune": self.commune,
        }
        return json.dumps({name: value for name, value in fields.items() if value}).encode()


@dataclass(frozen=True, slots=True, kw_only=True)
class Confirmation:
    """Confirm a number by the code that came in the text message."""

    request: bytes
    code: str

    def __post_init__(self) -> None:
        _check_request(self.request)
        if not _CODE.fullmatch(self.code):
            raise ProtocolError(f"code is not {CODE_DIGITS} digits")

    @classmethod
    def from_json(cls, body: bytes) -> Confirmation:
        """Read the request's body. Raises ProtocolError."""
        fields = _texts(body, "request", "code")
        return cls(request=base64_bytes(fields["request"], "request"), code=fields["code"])

    def to_json(self) -> bytes:
        """Write the request's body."""
        return json.dumps({"request": base64_text(self.request), "code": self.code}).encode()


@dataclass(frozen=True, slots=True, kw_only=True)
class Forgetting:
    """Ask for the number of a receipt to be deleted."""

    receipt: str

    def __post_init__(self) -> None:
        if not _RECEIPT.fullmatch(self.receipt):
            raise ProtocolError("receipt is not one of ours")

    @classmethod
    def from_json(cls, body: bytes) -> Forgetting:
        """Read the request's body. Raises ProtocolError."""
        return cls(receipt=_texts(body, "receipt")["receipt"])

    def to_json(self) -> bytes:
        """Write the request's body."""
        return json.dumps({"receipt": self.receipt}).encode()


@dataclass(frozen=True, slots=True)
class Answer:
    """Hold what the authority says: `receipt` after a confirmation, `refusal` (one of `Refusal`, or a word of later)
    where it says no, neither where a code is on its way or a number is forgotten."""

    receipt: str = ""
    refusal: str = ""

    @classmethod
    def from_json(cls, body: bytes) -> Answer:
        """Read the answer's body. Raises ProtocolError."""
        fields = json_object(body, "answer", MAX_BYTES)
        receipt, refusal = fields.get("receipt", ""), fields.get("code", "")
        if (
            not isinstance(receipt, str)
            or not isinstance(refusal, str)
            or (receipt and not _RECEIPT.fullmatch(receipt))
        ):
            raise ProtocolError("answer: receipt or code is not what is meant")
        if not receipt and not refusal and "error" in fields:
            refusal = Refusal.INTERNAL
        return cls(receipt, refusal[:40])


def _texts(body: bytes, *needed: str, **defaults: str) -> dict[str, str]:
    fields = json_object(body, "request", MAX_BYTES)
    texts: dict[str, Any] = {name: fields.get(name) for name in needed}
    texts |= {name: fields.get(name, default) for name, default in defaults.items()}
    for name, value in texts.items():
        if not isinstance(value, str):
            raise ProtocolError(f"{name} is missing or no text")
    return texts


def _check_request(value: bytes) -> None:
    if len(value) != REQUEST_BYTES:
        raise ProtocolError(f"request is {len(value)} bytes, not {REQUEST_BYTES}")
