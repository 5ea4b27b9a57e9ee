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
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation
from enum import StrEnum
from typing import Annotated

from bluezone.protocol.errors import ProtocolError
from bluezone.protocol.fields import Codec, Message, matches, once, since_1970, size, text, within
from bluezone.protocol.one_time_codes import Kind, long_code, read_code

DECLARATIONS_PATH = "/v1/isolation-declarations"
DECLARATION_BYTES = 16
#: what a phone fills its requests up to
DECLARATION_BODY_BYTES = 1_024
COLDEST, HOTTEST = Decimal("34.0"), Decimal("43.0")
_LONGEST_NUMBER = 6


def _degrees(value: object, place: str) -> Decimal:
    matches(r"[0-9]{2}\.[0-9]", "degrees with one decimal, as 36.8")(text(value, place), place)
    return Decimal(str(value))


_TEMPERATURE = Codec(_degrees, str)


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
class IsolationDeclaration(Message):
    """Declare how one is on a day. Raises ProtocolError for a field that cannot be."""

    what = "declaration"
    declaration: Annotated[bytes, size(DECLARATION_BYTES)] = field(repr=False)
    code: Annotated[str, long_code] = field(repr=False)
    day: Annotated[dt.date, since_1970]
    symptoms: Annotated[tuple[Symptom, ...], once]
    temperature: Annotated[Decimal | None, _TEMPERATURE, within(COLDEST, HOTTEST)] = None


def read_temperature(typed: str) -> Decimal | None:
    """Read a temperature as people write it, with a point or a comma, with one decimal; None for none. Raises
    ProtocolError for what is none of 34 to 43 degrees."""
    written = typed.strip().replace(",", ".").removesuffix("°C").removesuffix("°").strip()
    if not written:
        return None
    try:
        value = Decimal(written) if written.isascii() and len(written) <= _LONGEST_NUMBER else None
    except InvalidOperation:
        value = None
    if value is None or not value.is_finite() or not COLDEST <= value <= HOTTEST:
        raise ProtocolError("a temperature of 34 to 43 degrees is meant")
    return value.quantize(Decimal("0.1"))


def read_isolation_link(given: str) -> str:
    """Return the code of a link (`https://HOST/i#CODE`), or of a code however it was typed; nothing for any other
    text."""
    typed = given.rsplit("#", 1)[-1] if "://" in given else given
    read = read_code(typed)
    return read.text if read.kind is Kind.LONG else ""
