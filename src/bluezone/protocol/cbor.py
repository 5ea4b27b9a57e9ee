"""Write and read the part of CBOR (RFC 8949) that signed tokens are made of: whole numbers, bytes, texts, lists, maps
and tags, with definite lengths.

Written in the deterministic form of RFC 8949, section 4.2.1. Read strictly: a number in more bytes than it needs, a key
twice, a length beyond the end, more than MAX_DEPTH levels, and all other kinds are refused. It is pure Python, for a
telephone verifies no faster with a compiled reader and cannot always install one.
"""

from __future__ import annotations

from dataclasses import dataclass

from bluezone.protocol.errors import ProtocolError

MAX_DEPTH = 8
_UNSIGNED, _NEGATIVE, _BYTES, _TEXT, _LIST, _MAP, _TAG = range(7)
_FLOAT_OR_SIMPLE = 7


class CborError(ProtocolError):
    """Report bytes that are not the CBOR meant, or a value that is not written."""


@dataclass(frozen=True, slots=True)
class Tag:
    """Hold a value with the number of its tag."""

    number: int
    value: Value


Value = int | bytes | str | list["Value"] | dict["int | str", "Value"] | Tag


def dumps(value: Value) -> bytes:
    """Write a value. Raises CborError on other types and on numbers of more than 64 bits."""
    if isinstance(value, bool):
        raise CborError("cbor: truth values are not written")
    if isinstance(value, int):
        return _head(_UNSIGNED, value) if value >= 0 else _head(_NEGATIVE, -1 - value)
    if isinstance(value, bytes):
        return _head(_BYTES, len(value)) + value
    if isinstance(value, str):
        text = value.encode("utf-8")
        return _head(_TEXT, len(text)) + text
    if isinstance(value, list):
        return _head(_LIST, len(value)) + b"".join(map(dumps, value))
    if isinstance(value, dict):
        pairs = sorted((dumps(key), dumps(entry)) for key, entry in value.items())
        return _head(_MAP, len(pairs)) + b"".join(key + entry for key, entry in pairs)
    if isinstance(value, Tag):
        return _head(_TAG, value.number) + dumps(value.value)
    raise CborError(f"cbor: {type(value).__name__} is not written")


def loads(data: bytes) -> Value:
    """Read the one value in `data`. Raises CborError on anything else."""
    value, end = _read(data, 0, MAX_DEPTH)
    if end != len(data):
        raise CborError(f"cbor: {len(data) - end} bytes after the end")
    return value


def _head(major: int, argument: int) -> bytes:
    if argument < 24:
        return bytes([major << 5 | argument])
    for extra, size in enumerate((1, 2, 4, 8)):
        if argument < 1 << (8 * size):
            return bytes([major << 5 | 24 + extra]) + argument.to_bytes(size, "big")
    raise CborError("cbor: a number of more than 64 bits")


def _read(data: bytes, at: int, depth: int) -> tuple[Value, int]:
    if depth <= 0:
        raise CborError("cbor: nested too deeply")
    major, argument, at = _read_head(data, at)
    if major == _UNSIGNED:
        return argument, at
    if major == _NEGATIVE:
        return -1 - argument, at
    if major in (_BYTES, _TEXT):
        return _read_string(data, at, argument, major)
    if major == _TAG:
        value, at = _read(data, at, depth - 1)
        return Tag(argument, value), at
    if argument > len(data) - at:  # each entry takes a byte at least
        raise CborError("cbor: a list longer than the data")
    if major == _LIST:
        entries: list[Value] = []
        for _ in range(argument):
            entry, at = _read(data, at, depth - 1)
            entries.append(entry)
        return entries, at
    return _read_map(data, at, argument, depth)


def _read_head(data: bytes, at: int) -> tuple[int, int, int]:
    if at >= len(data):
        raise CborError("cbor: the data ends too early")
    major, short = data[at] >> 5, data[at] & 31
    at += 1
    if major == _FLOAT_OR_SIMPLE or short > 27:
        raise CborError("cbor: only numbers, bytes, texts, lists, maps and tags of a definite length are read")
    if short < 24:
        return major, short, at
    size = 1 << (short - 24)
    argument = int.from_bytes(data[at : at + size], "big")
    if at + size > len(data):
        raise CborError("cbor: the data ends too early")
    if argument < (24 if size == 1 else 1 << (4 * size)):
        raise CborError("cbor: a number in more bytes than it needs")
    return major, argument, at + size


def _read_string(data: bytes, at: int, length: int, major: int) -> tuple[Value, int]:
    end = at + length
    if end > len(data):
        raise CborError("cbor: the data ends too early")
    if major == _BYTES:
        return data[at:end], end
    try:
        return data[at:end].decode("utf-8"), end
    except UnicodeDecodeError:
        raise CborError("cbor: a text that is not UTF-8") from None


def _read_map(data: bytes, at: int, length: int, depth: int) -> tuple[Value, int]:
    entries: dict[int | str, Value] = {}
    for _ in range(length):
        key, at = _read(data, at, depth - 1)  # it may be none: maps stand in the place of keys, too
        if not isinstance(key, int | str) or key in entries:
            raise CborError("cbor: a map's keys are numbers or texts, each once")
        entries[key], at = _read(data, at, depth - 1)
    return entries, at
