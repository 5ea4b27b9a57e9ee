"""Declare one's health by a form, see later what was declared, correct and withdraw it.

    POST /v1/declarations  {"declaration": base64 of 16 random bytes, "form": "population", "version": 1,
                            "day": "2020-08-20", "other": false, "answers": {"full_name": "...", "signs": ["fever"]}}
                           -> 200 {"receipt": "7K3M...", "level": "call", "pass": "BZ1:..."}
    POST /v1/declarations  {..., "receipt": "7K3M...", "answers": {...}}  corrects the declaration of a receipt
    POST /v1/declarations  {"declaration": ..., "receipt": "7K3M...", "withdraw": true}  takes it back  -> 200

`declaration` is drawn for each message and stays the same through every retry: the server stores it once and gives the
same answer. `day` is the owner's date when it was filled in, for a declaration may have waited for a network. Phones
fill every request up to one size, answers have one size. What belongs into `answers` says the form (`bluezone.forms`).
"""

from __future__ import annotations

import datetime as dt
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from types import MappingProxyType
from typing import Any

from bluezone.protocol.errors import ProtocolError
from bluezone.protocol.one_time_codes import Kind, read_code
from bluezone.protocol.passes import MAX_SIGNS
from bluezone.protocol.text import base64_bytes, base64_text, clean_text, is_whole, json_object, written_day

HEALTH_DECLARATIONS_PATH = "/v1/declarations"
DECLARATION_BYTES = 16
#: what a phone fills its requests up to; the largest form with the longest answers is smaller
HEALTH_DECLARATION_BODY_BYTES = 32_768
MOST_ANSWERS, MOST_VALUES, MOST_LETTERS = 120, 60, 1_000
_FORM = re.compile(r"[a-z][a-z0-9_-]{0,39}", re.ASCII)
_LARGEST_VERSION = 1_000_000

#: an answer: a text, or the values that were ticked
Answer = str | tuple[str, ...]


class HealthDeclarationRefusal(StrEnum):
    """Name why the authority says no to a declaration."""

    BAD_REQUEST = "bad_request"
    #: no such form, or no such version of it
    FORM_UNKNOWN = "form_unknown"
    #: filled in on a day on which the form was not valid, or too long ago
    DAY = "day"
    #: an answer that the form does not take; the sentence says which
    ANSWERS = "answers"
    #: mistyped, of nobody, withdrawn or deleted: one word for all
    RECEIPT_UNKNOWN = "receipt_unknown"
    #: more of one telephone number in a day than a house has people
    TOO_MANY = "too_many_declarations"
    INTERNAL = "internal_error"


@dataclass(frozen=True, slots=True, kw_only=True)
class HealthDeclaration:
    """Declare, correct or withdraw. Raises ProtocolError for a field that cannot be."""

    declaration: bytes = field(repr=False)
    form: str = ""
    version: int = 0
    day: dt.date | None = None
    #: filled in for somebody else
    other: bool = False
    answers: Mapping[str, Answer] = field(default_factory=lambda: MappingProxyType({}), repr=False)
    receipt: str = field(default="", repr=False)
    withdraw: bool = False

    def __post_init__(self) -> None:
        if len(self.declaration) != DECLARATION_BYTES:
            raise ProtocolError(f"declaration is {len(self.declaration)} bytes, not {DECLARATION_BYTES}")
        if self.receipt:
            read = read_code(self.receipt)
            if read.kind is not Kind.LONG or read.text != self.receipt:
                raise ProtocolError("receipt is not one of a declaration")
        if self.withdraw:
            if not self.receipt or self.answers:
                raise ProtocolError("withdraw goes with a receipt and without answers")
            return
        if not _FORM.fullmatch(self.form) or not is_whole(self.version, 1, _LARGEST_VERSION):
            raise ProtocolError("form or version is not one of a form")
        if self.day is None:
            raise ProtocolError("day is missing")

    @classmethod
    def from_json(cls, body: bytes) -> HealthDeclaration:
        """Read the request's body. Raises ProtocolError."""
        fields = json_object(body, "declaration")
        withdraw, other = fields.get("withdraw", False), fields.get("other", False)
        if not isinstance(withdraw, bool) or not isinstance(other, bool):
            raise ProtocolError("withdraw or other is neither true nor false")
        version = fields.get("version", 0)
        day = fields.get("day")
        return cls(
            declaration=base64_bytes(clean_text(fields.get("declaration"), "declaration"), "declaration"),
            form=clean_text(fields.get("form", ""), "form"),
            version=version if is_whole(version, 0, _LARGEST_VERSION) else -1,
            day=None if day is None else written_day(clean_text(day, "day")),
            other=other,
            answers=_answers(fields.get("answers", {})),
            receipt=clean_text(fields.get("receipt", ""), "receipt"),
            withdraw=withdraw,
        )

    def to_json(self, padding: str = "") -> bytes:
        """Write the request's body."""
        fields: dict[str, Any] = {"declaration": base64_text(self.declaration)}
        if self.receipt:
            fields["receipt"] = self.receipt
        if self.withdraw:
            fields["withdraw"] = True
        else:
            assert self.day is not None
            answers = {name: each if isinstance(each, str) else list(each) for name, each in self.answers.items()}
            fields |= {"form": self.form, "version": self.version, "day": self.day.isoformat(), "other": self.other}
            fields["answers"] = answers
        return _body(fields | {"padding": padding})


@dataclass(frozen=True, slots=True)
class HealthAnswer:
    """Hold what the authority says: the receipt and the level where it took a declaration, with the text of its pass
    where one comes of it; else `code` (a `HealthDeclarationRefusal`, or a word of later) and a sentence. Of a decoy all
    are empty."""

    receipt: str = field(default="", repr=False)
    level: str = ""
    error: str = ""
    code: str = ""
    pass_text: str = field(default="", repr=False)

    @classmethod
    def from_json(cls, body: bytes) -> HealthAnswer:
        """Read the answer's body. Raises ProtocolError."""
        fields = json_object(body, "answer")
        names = ("receipt", "level", "error", "code", "pass")
        receipt, level, error, code, pass_text = (clean_text(fields.get(name, ""), name) for name in names)
        if len(pass_text) > MAX_SIGNS:
            raise ProtocolError(f"pass has {len(pass_text)} signs, more than the {MAX_SIGNS} of any")
        code = (code or (HealthDeclarationRefusal.INTERNAL if error else ""))[:40]
        return cls(receipt, level[:20], error, code, pass_text)

    def to_json(self, padding: str = "") -> bytes:
        """Write the answer's body."""
        fields = {"receipt": self.receipt, "level": self.level, "error": self.error, "code": self.code}
        return _body(fields | {"pass": self.pass_text, "padding": padding})


def _body(fields: dict[str, Any]) -> bytes:
    return json.dumps(fields, separators=(",", ":"), ensure_ascii=False).encode("utf-8")


def _answers(raw: object) -> Mapping[str, Answer]:
    if not isinstance(raw, dict) or len(raw) > MOST_ANSWERS:
        raise ProtocolError(f"answers are not an object of at most {MOST_ANSWERS}")
    found: dict[str, Answer] = {}
    for name, value in raw.items():
        if not _FORM.fullmatch(name):
            raise ProtocolError("answers: a name is none of a form's")
        if isinstance(value, list):
            if len(value) > MOST_VALUES:
                raise ProtocolError(f"answers: {name} has more than {MOST_VALUES} values")
            found[name] = tuple(_short(each, name) for each in value)
        else:
            found[name] = _short(value, name)
    return MappingProxyType(found)


def _short(value: object, name: str) -> str:
    text = clean_text(value, name)
    if len(text) > MOST_LETTERS:
        raise ProtocolError(f"answers: {name} has more than {MOST_LETTERS} letters")
    return text
