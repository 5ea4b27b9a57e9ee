"""Declare one's health by a form, see later what was declared, correct and withdraw it.

    POST /v1/declarations  {"declaration": base64 of 16 random bytes, "form": "population", "version": 1,
                            "day": "2020-08-20", "other": false, "answers": {"full_name": "...", "signs": ["fever"]}}
                           -> 200 {"receipt": "7K3M...", "level": "call", "pass": "BZ1:..."}
    POST /v1/declarations  {..., "receipt": "7K3M...", "answers": {...}}  corrects the declaration of a receipt
    POST /v1/declarations  {"declaration": ..., "receipt": "7K3M...", "withdraw": true}  takes it back  -> 200
    POST /v1/declarations  {"declaration": ..., "receipt": "7K3M...", "confirm": true, "code": "123456"}  -> 200
                           shows that the number is the owner's; without `code` it asks for another message

Somebody in isolation or under follow-up declares each day with `link`, the code of the letter or message: it stands for
the person, so that `answers` hold their health alone. The answer names the first and last day of the stay.

Nobody is called after an alarming declaration whose telephone number is not confirmed. The answer to one says so in
`confirm`: `code` where a text message with a code is on its way, `call` where none can be sent.

`declaration` is drawn for each message and stays the same through every retry: the server stores it once and gives the
same answer. `day` is the owner's date when it was filled in, for a declaration may have waited for a network. Phones
fill every request up to one size, answers have one size. What belongs into `answers` says the form (`bluezone.forms`).
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from types import MappingProxyType
from typing import Annotated, Any

from bluezone.protocol.errors import ProtocolError
from bluezone.protocol.fields import Codec, Message, matches, since_1970, size, text, within
from bluezone.protocol.one_time_codes import Kind, long_code, read_code
from bluezone.protocol.passes import MAX_SIGNS

HEALTH_DECLARATIONS_PATH = "/v1/declarations"
DECLARATION_BYTES = 16
#: what a phone fills its requests up to; the largest form with the longest answers is smaller
HEALTH_DECLARATION_BODY_BYTES = 32_768
MOST_ANSWERS, MOST_VALUES, MOST_LETTERS = 120, 60, 1_000
_NAME = matches(r"[a-z][a-z0-9_-]{0,39}", "one of a form")

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
    #: mistyped, of nobody, or of a stay that is over: one word for all
    LINK_UNKNOWN = "link_unknown"
    #: not the code of the text message, or its time is over
    CODE_WRONG = "code_wrong"
    #: more of one telephone number in a day than a house has people
    TOO_MANY = "too_many_declarations"
    INTERNAL = "internal_error"


class Confirm(StrEnum):
    """Name how a number is to be confirmed before anybody is called."""

    NOTHING = ""
    CODE = "code"
    CALL = "call"


def _answers(raw: Any, place: str) -> Mapping[str, Answer]:
    if not isinstance(raw, dict) or len(raw) > MOST_ANSWERS:
        raise ProtocolError(f"answers are not an object of at most {MOST_ANSWERS}")
    found: dict[str, Answer] = {}
    for name, value in raw.items():
        _NAME(name, f"{place}: a name")
        if isinstance(value, list):
            if len(value) > MOST_VALUES:
                raise ProtocolError(f"answers: {name} has more than {MOST_VALUES} values")
            found[name] = tuple(_short(each, name) for each in value)
        else:
            found[name] = _short(value, name)
    return MappingProxyType(found)


def _short(value: object, name: str) -> str:
    said = text(value, name)
    if len(said) > MOST_LETTERS:
        raise ProtocolError(f"answers: {name} has more than {MOST_LETTERS} letters")
    return said


_ANSWERS = Codec(
    _answers, lambda given: {name: each if isinstance(each, str) else list(each) for name, each in given.items()}
)


@dataclass(frozen=True, slots=True, kw_only=True)
class HealthDeclaration(Message):
    """Declare, correct, confirm the number or withdraw. Raises ProtocolError for a field that cannot be."""

    what = "declaration"
    declaration: Annotated[bytes, size(DECLARATION_BYTES)] = field(repr=False)
    form: Annotated[str, _NAME] = ""
    version: Annotated[int, within(1, 1_000_000)] = 0
    day: Annotated[dt.date | None, since_1970] = None
    #: filled in for somebody else
    other: bool = False
    answers: Annotated[Mapping[str, Answer], _ANSWERS] = field(default_factory=lambda: MappingProxyType({}), repr=False)
    receipt: Annotated[str, long_code] = field(default="", repr=False)
    link: Annotated[str, long_code] = field(default="", repr=False)
    withdraw: bool = False
    confirm: bool = False
    code: Annotated[str, matches(r"([0-9]{6})?", "six digits")] = field(default="", repr=False)

    def check(self) -> None:
        if self.withdraw or self.confirm:
            if not self.receipt or self.answers or (self.withdraw and self.confirm):
                raise ProtocolError("withdraw or confirm goes with a receipt and without answers")
        elif not self.form or not self.version or self.day is None:
            raise ProtocolError("form, version or day is missing")


@dataclass(frozen=True, slots=True)
class HealthAnswer(Message):
    """Hold what the authority says: the receipt and the level where it took a declaration, with the text of its pass
    where one comes of it, a word of `Confirm`, and of a link the days of the stay; else `code` (a
    `HealthDeclarationRefusal`, or a word of later) and a sentence. Of a decoy all are empty."""

    what = "answer"
    always = ("receipt", "level", "error", "code", "pass", "confirm", "padding")
    receipt: str = field(default="", repr=False)
    level: str = ""
    error: str = ""
    code: str = ""
    pass_text: Annotated[str, "pass", size(0, MAX_SIGNS)] = field(default="", repr=False)
    confirm: str = ""
    since: Annotated[dt.date | None, since_1970] = None
    until: Annotated[dt.date | None, since_1970] = None

    def check(self) -> None:
        code = self.code or (HealthDeclarationRefusal.INTERNAL if self.error else "")
        object.__setattr__(self, "code", code[:40])
        object.__setattr__(self, "level", self.level[:20])
        object.__setattr__(self, "confirm", self.confirm[:20])


def read_link(given: str) -> str:
    """Return the code of the link of somebody in isolation (`https://HOST/i#CODE`), or of a code however it was typed;
    nothing for any other text."""
    typed = given.rsplit("#", 1)[-1] if "://" in given else given
    read = read_code(typed)
    return read.text if read.kind is Kind.LONG else ""
