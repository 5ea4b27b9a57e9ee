"""Declare messages by their fields: how a message is read, checked and written follows from the declaration.

    @dataclass(frozen=True, slots=True)
    class TakeBack(Message):
        what = "take-back"
        report: Annotated[bytes, size(16)]

The type says how a field stands in JSON: bytes as base64, days as YYYY-MM-DD, messages as objects. Its name there is
its own in camel case, unless a text in `Annotated` is another. A field without a default must be there; null and absent
are the default, as for Go's servers, and unknown fields are passed over. Checks in `Annotated` hold for other values
than the default, of messages that are read and of those that are made.
"""

from __future__ import annotations

import datetime as dt
import json
import re
from collections.abc import Callable, Mapping
from dataclasses import MISSING, fields
from enum import Enum
from functools import partial
from types import UnionType
from typing import Annotated, Any, ClassVar, NamedTuple, Self, get_args, get_origin, get_type_hints

from bluezone.protocol.errors import ProtocolError
from bluezone.protocol.text import MAX_MESSAGE_BYTES, base64_bytes, base64_text, day_in, is_clean, json_object

#: raises ProtocolError, naming the place, for a value that cannot be
Check = Callable[[Any, str], None]


class Codec(NamedTuple):
    """Read a value that is not null from JSON, at a place that errors name; write it."""

    read: Callable[[Any, str], Any]
    write: Callable[[Any], Any] = lambda value: value


#: in `Annotated`: not a field of the JSON object
APART = object()


class Declared(NamedTuple):
    """Hold a field as it stands in JSON; `default`: MISSING where it must be there."""

    attribute: str
    name: str
    place: str
    codec: Codec
    checks: tuple[Check, ...]
    default: Any


class Message:
    """Read and write a JSON object. Derive frozen dataclasses with slots from it: to make or read one raises
    ProtocolError for a field that cannot be. `what` it is in errors; `max_bytes` of a body; `always`: what is written
    though it is the default."""

    __slots__ = ()
    what: ClassVar[str]
    max_bytes: ClassVar[int] = MAX_MESSAGE_BYTES
    always: ClassVar[tuple[str, ...]] = ()

    def __post_init__(self) -> None:
        for field in declared(type(self)):
            if field.checks and (value := getattr(self, field.attribute)) != field.default:
                for check in field.checks:
                    check(value, field.place)
        self.check()

    def check(self) -> None:
        """Raise ProtocolError where fields do not go together."""

    @classmethod
    def from_json(cls, body: bytes | str) -> Self:
        """Read a body. Raises ProtocolError, MessageTooLargeError."""
        return cls.of(json_object(body, cls.what, cls.max_bytes))

    @classmethod
    def of(cls, body: Mapping[str, Any]) -> Self:
        """Read a JSON object. Raises ProtocolError."""
        return cls(**read_fields(cls, body))

    def to_json(self, padding: str = "") -> bytes:
        """Write the body, filled up by `padding`. Fields of their default are left out, as by Go's `omitempty`."""
        return json_body(self.fields() | ({"padding": padding} if padding or "padding" in self.always else {}))

    def fields(self) -> dict[str, Any]:
        """Return what the body says but for its padding."""
        values = ((field, getattr(self, field.attribute)) for field in declared(type(self)))
        return {
            field.name: field.codec.write(value)
            for field, value in values
            if value != field.default or field.name in self.always
        }


def read_fields(message: type[Message], body: Mapping[str, Any]) -> dict[str, Any]:
    """Return the fields of a JSON object by attribute. Raises ProtocolError."""
    found = {}
    for attribute, name, place, codec, _, default in declared(message):
        value = body.get(name)
        if value is not None and (value != "" or default is not MISSING):
            found[attribute] = codec.read(value, place)
        elif default is MISSING:
            raise ProtocolError(f"{place} is missing")
    return found


def json_body(body: Mapping[str, Any]) -> bytes:
    """Write JSON without spaces, letters as they are."""
    return json.dumps(body, separators=(",", ":"), ensure_ascii=False).encode("utf-8")


def declared(message: type[Message]) -> tuple[Declared, ...]:
    """Return the fields of a message that stand in JSON, in order."""
    if message in _DECLARED:
        return _DECLARED[message]
    found, hints = [], get_type_hints(message, include_extras=True)
    for each in fields(message):  # type: ignore[arg-type]  # all that derive from Message are dataclasses
        kind, *said = get_args(hints[each.name]) if get_origin(hints[each.name]) is Annotated else (hints[each.name],)
        if APART in said:
            continue
        first, *others = each.name.split("_")
        name = next((one for one in said if isinstance(one, str)), first + "".join(map(str.capitalize, others)))
        codec = next((one for one in said if isinstance(one, Codec)), None) or codec_of(kind)
        default = each.default if each.default_factory is MISSING else each.default_factory()
        place = f"{message.what}: {name}"
        found.append(Declared(each.name, name, place, codec, tuple(filter(callable, said)), default))
    return _DECLARED.setdefault(message, tuple(found))


_DECLARED: dict[type[Message], tuple[Declared, ...]] = {}


# --- types -----------------------------------------------------------------------------------------------------------


def codec_of(kind: Any) -> Codec:
    """Return how values of a type are read and written."""
    if kind in _CODECS:
        return _CODECS[kind]
    if isinstance(kind, UnionType):  # with None
        return codec_of(next(one for one in get_args(kind) if one is not type(None)))
    if get_origin(kind) is tuple:
        each = codec_of(get_args(kind)[0])
        return Codec(partial(_list, each.read), lambda values: [each.write(one) for one in values])
    if issubclass(kind, Enum):
        return Codec(partial(_member, kind), lambda value: value.value)
    return Codec(partial(_object, kind), lambda value: value.fields())


def text(value: Any, place: str) -> str:
    """Return a value that is text every store can keep. Raises ProtocolError."""
    if not is_clean(value):
        raise ProtocolError(f"{place} is not text")
    return str(value)


def whole(value: Any, place: str, bits: int = 32) -> int:
    """Return a value that is a signed whole number of so many `bits`. Raises ProtocolError."""
    above = 1 << bits - 1
    if isinstance(value, bool) or not isinstance(value, int) or not -above <= value < above:
        raise ProtocolError(f"{place} is not a whole number of {bits} bits")
    return value


def _flag(value: Any, place: str) -> bool:
    if not isinstance(value, bool):
        raise ProtocolError(f"{place} is neither true nor false")
    return value


def _day(value: Any, place: str) -> dt.date | None:
    day = day_in(text(value, place))
    if day is None and value:
        raise ProtocolError(f"{place} is not a date YYYY-MM-DD")
    return day


def _list(read: Callable[[Any, str], Any], value: Any, place: str) -> tuple[Any, ...]:
    if not isinstance(value, list):
        raise ProtocolError(f"{place} is not a list")
    return tuple(read(each, place) for each in value)


def _member(kind: type[Enum], value: Any, place: str) -> Enum:
    try:
        return kind(text(value, place))
    except ValueError:
        raise ProtocolError(f"{place} is none of {', '.join(str(each.value) for each in kind)}") from None


def _object(kind: type[Message], value: Any, place: str) -> Message:
    if not isinstance(value, dict):
        raise ProtocolError(f"{place} is not an object")
    return kind.of(value)


_CODECS = {
    str: Codec(text),
    int: Codec(whole),
    bool: Codec(_flag),
    bytes: Codec(lambda value, place: base64_bytes(text(value, place), place), base64_text),
    dt.date: Codec(_day, lambda day: day.isoformat() if day is not None else ""),
}
#: Unix seconds: 64 bits
SECONDS = Codec(partial(whole, bits=64))


# --- checks ----------------------------------------------------------------------------------------------------------


def size(least: int, most: int | None = None) -> Check:
    """Check that a value has so many bytes, letters or members: exactly `least`, or up to `most`."""

    def check(value: Any, place: str) -> None:
        if not least <= len(value) <= (most or least):
            meant = f"{least} to {most}" if most else least
            counted = "bytes" if isinstance(value, bytes) else "letters" if isinstance(value, str) else "entries"
            raise ProtocolError(f"{place} has {len(value)} {counted} where {meant} are meant")

    return check


def within(low: Any, high: Any) -> Check:
    """Check that a number is `low` to `high`."""

    def check(value: Any, place: str) -> None:
        if not low <= value <= high:
            raise ProtocolError(f"{place} is not {low} to {high}")

    return check


def matches(pattern: str, meant: str) -> Check:
    """Check that a text is of a pattern, all of it; `meant` names what is."""
    compiled = re.compile(pattern, re.ASCII)

    def check(value: Any, place: str) -> None:
        if not compiled.fullmatch(value):
            raise ProtocolError(f"{place} is not {meant}")

    return check


def once(value: Any, place: str) -> None:
    """Check that no member is there twice."""
    if len(set(value)) != len(value):
        raise ProtocolError(f"{place} names one twice")


def since_1970(value: Any, place: str) -> None:
    """Check that a day is one that has interval numbers."""
    if value < dt.date(1970, 1, 1):
        raise ProtocolError(f"{place} lies before 1970")


#: a commune in a code system; what the health office gave for a confirmed number; what a publication returned
COMMUNE = matches(r"(63|34):[0-9]{5}", "a code such as 34:31471")
RECEIPT = matches(r"[A-Za-z0-9_-]{16,128}", "one of ours")
TOKEN = size(1, 8_192)
