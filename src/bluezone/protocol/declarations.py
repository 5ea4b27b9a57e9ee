"""Declare each day of an isolation how one is.

    POST /v1/isolation-declarations  {"declaration": base64 of 16 random bytes, "code": "7K3M...", "day": "2020-08-20",
                                      "symptoms": ["fever", "cough"], "temperature": "37.8"}   -> 200 {}

`declaration` is drawn for it, used for nothing else, and stays the same through every retry: one whose answer was lost
is not stored twice. `code` is that of the order's letter or of the message: it stands for the stay, and for nobody's
name. `day` is the owner's date, for a declaration may have waited for a network. No symptoms: the person is well; the
temperature, in degrees Celsius with one decimal, may be left out. Phones fill every request up to one size; answers
have one size (`reports.ReportAnswer`), and one word stands for every code that is not in force.
"""

from __future__ import annotations

import datetime as dt
import json
import re
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation
from enum import StrEnum

from bluezone.protocol.errors import ProtocolError
from bluezone.protocol.one_time_codes import Kind, read_code
from bluezone.protocol.text import base64_bytes, base64_text, clean_text, json_object, written_day

DECLARATIONS_PATH = "/v1/isolation-declarations"
DECLARATION_BYTES = 16
#: what a phone fills its requests up to
DECLARATION_BODY_BYTES = 1_024
COLDEST, HOTTEST = Decimal("34.0"), Decimal("43.0")
_TEMPERATURE = re.compile(r"[0-9]{2}\.[0-9]", re.ASCII)
_LONGEST_NUMBER = 6


class Symptom(StrEnum):
    """Name what a declaration may say, in the order in which it is asked. The first three need help at once."""

    BREATHLESS = "breathless"
    CHEST_PAIN = "chest-pain"
    DROWSY = "drowsy"
    FEVER = "fever"
    COUGH = "cough"
    SORE_THROAT = "sore-throat"
    TIRED = "tired"
    NO_SMELL = "no-smell"
    STOMACH = "stomach"


#: with these somebody is to call for help now
EMERGENCIES = frozenset({Symptom.BREATHLESS, Symptom.CHEST_PAIN, Symptom.DROWSY})


class DeclarationRefusal(StrEnum):
    """Name why the authority says no to a declaration."""

    BAD_REQUEST = "bad_request"
    #: mistyped, of nobody, or of a stay that is over: one word for all
    CODE_UNKNOWN = "code_unknown"
    #: of a day that the stay has not, or of too long ago
    DAY = "day"
    INTERNAL = "internal_error"


@dataclass(frozen=True, slots=True, kw_only=True)
class IsolationDeclaration:
    """Declare how one is on a day. Raises ProtocolError for a field that cannot be."""

    declaration: bytes = field(repr=False)
    code: str = field(repr=False)
    day: dt.date
    symptoms: tuple[Symptom, ...] = ()
    temperature: Decimal | None = None

    def __post_init__(self) -> None:
        if len(self.declaration) != DECLARATION_BYTES:
            raise ProtocolError(f"declaration is {len(self.declaration)} bytes, not {DECLARATION_BYTES}")
        read = read_code(self.code)
        if read.kind is not Kind.LONG or read.text != self.code:
            raise ProtocolError("code is not one of an isolation")
        if len(set(self.symptoms)) != len(self.symptoms):
            raise ProtocolError("symptoms: one is named twice")
        if self.temperature is not None and not COLDEST <= self.temperature <= HOTTEST:
            raise ProtocolError(f"temperature is not {COLDEST} to {HOTTEST}")

    @classmethod
    def from_json(cls, body: bytes) -> IsolationDeclaration:
        """Read the request's body. Raises ProtocolError."""
        fields = json_object(body, "declaration")
        symptoms = fields.get("symptoms")
        if not isinstance(symptoms, list) or len(symptoms) > len(Symptom):
            raise ProtocolError("symptoms is not a list of those that are asked for")
        return cls(
            declaration=base64_bytes(clean_text(fields.get("declaration"), "declaration"), "declaration"),
            code=clean_text(fields.get("code"), "code"),
            day=written_day(clean_text(fields.get("day"), "day")),
            symptoms=tuple(_symptom(each) for each in symptoms),
            temperature=_temperature(fields.get("temperature")),
        )

    def to_json(self, padding: str = "") -> bytes:
        """Write the request's body."""
        fields: dict[str, object] = {
            "declaration": base64_text(self.declaration),
            "code": self.code,
            "day": self.day.isoformat(),
            "symptoms": [each.value for each in self.symptoms],
        }
        if self.temperature is not None:
            fields["temperature"] = str(self.temperature)
        return json.dumps(fields | {"padding": padding}, separators=(",", ":")).encode("ascii")


def read_temperature(text: str) -> Decimal | None:
    """Read a temperature as people write it, with a point or a comma, with one decimal; None for none. Raises
    ProtocolError for what is none of 34 to 43 degrees."""
    written = text.strip().replace(",", ".").removesuffix("°C").removesuffix("°").strip()
    if not written:
        return None
    try:
        value = Decimal(written) if written.isascii() and len(written) <= _LONGEST_NUMBER else None
    except InvalidOperation:
        value = None
    if value is None or not value.is_finite() or not COLDEST <= value <= HOTTEST:
        raise ProtocolError("a temperature of 34 to 43 degrees is meant")
    return value.quantize(Decimal("0.1"))


def read_isolation_link(text: str) -> str:
    """Return the code of a link (`https://HOST/i#CODE`), or of a code however it was typed; nothing for any other
    text."""
    typed = text.rsplit("#", 1)[-1] if "://" in text else text
    read = read_code(typed)
    return read.text if read.kind is Kind.LONG else ""


def _symptom(value: object) -> Symptom:
    try:
        return Symptom(clean_text(value, "symptoms"))
    except ValueError:
        raise ProtocolError(f"symptoms: one is none of {', '.join(Symptom)}") from None


def _temperature(value: object) -> Decimal | None:
    if value is None:
        return None
    if not _TEMPERATURE.fullmatch(clean_text(value, "temperature")):
        raise ProtocolError("temperature is not degrees with one decimal, as 36.8")
    return Decimal(str(value))
