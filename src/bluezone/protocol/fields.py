"""Read and write the fields of JSON messages as Go's servers do: null and absent are the empty value, and so is what is
left out."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from bluezone.protocol.errors import ProtocolError
from bluezone.protocol.text import day_in, is_clean, is_whole


def body_of(fields: Mapping[str, Any], always: Iterable[str] = ()) -> bytes:
    """Write JSON without the empty fields, as Go's `omitempty` leaves them out, but with those named in `always`."""
    kept = {name: value for name, value in fields.items() if value or name in always}
    return json.dumps(kept, separators=(",", ":")).encode("ascii")


def place_of(what: str, name: str) -> str:
    """Return the name of a field, after that of what it is a field of."""
    return f"{what}: {name}" if what else name


def text_of(body: Mapping[str, Any], name: str, what: str = "", *, required: bool = False) -> str:
    """Return a field that is text, "" where it is absent. Raises ProtocolError, also where `required` is empty."""
    value = body.get(name)
    if value is None:
        value = ""
    if not is_clean(value):
        raise ProtocolError(f"{place_of(what, name)} is not text")
    if required and not value:
        raise ProtocolError(f"{place_of(what, name)} is missing")
    return str(value)


def whole_of(body: Mapping[str, Any], name: str, what: str = "", *, bits: int = 32) -> int:
    """Return a field that is a signed whole number of so many `bits`, 0 where it is absent. Raises ProtocolError."""
    value = body.get(name)
    if value is None:
        return 0
    above = 2 ** (bits - 1)
    if not is_whole(value, -above, above - 1):
        raise ProtocolError(f"{place_of(what, name)} is not a whole number of {bits} bits")
    return int(value)


def flag_of(body: Mapping[str, Any], name: str, what: str) -> bool:
    """Return a field that is true or false, False where it is absent. Raises ProtocolError."""
    value = body.get(name)
    if value is None:
        return False
    if not isinstance(value, bool):
        raise ProtocolError(f"{place_of(what, name)} is neither true nor false")
    return value


def date_of(body: Mapping[str, Any], name: str, what: str) -> date | None:
    """Return a field that is a day, None where it is absent or empty. Raises ProtocolError."""
    text = text_of(body, name, what)
    day = day_in(text)
    if text and day is None:
        raise ProtocolError(f"{place_of(what, name)} is not a date YYYY-MM-DD")
    return day
