"""Identifiers of the Bluezone 3.0.3 app (2020), byte for byte, for migration and for honest comparison.

WEAKNESS, and why the scheme is off by default: each day's key is the SHA-256 of the day before, so whoever learns one
day key knows every later day, and whoever learns the base key knows all of them (docs/architecture.md, faults 2).
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from typing import Any

from bluezone.protocol.errors import ProtocolError
from bluezone.protocol.intervals import DAY_S

DAY_KEY_BYTES = 32
IDENTIFIER_BYTES = 12
DEFAULT_PER_DAY = 96
PER_DAY_RANGE = range(2, 145)

_SUBKEY_SALT = b"bluzonesubkey"  # so spelt in the app
_PICKED_BYTES = (0, 4, 8, 12, 16, 18, 20, 22, 24, 26, 28, 30)


def _check_day_key(day_key: bytes) -> None:
    if len(day_key) != DAY_KEY_BYTES:
        raise ProtocolError(f"bluezone-v1 day key: {len(day_key)} bytes where {DAY_KEY_BYTES} are meant")


def check_per_day(per_day: int) -> None:
    """Raise ProtocolError unless `per_day` identifiers a day is a number the app allows."""
    if per_day not in PER_DAY_RANGE:
        raise ProtocolError(
            f"bluezone-v1: {per_day} identifiers a day is outside {PER_DAY_RANGE[0]}..{PER_DAY_RANGE[-1]}"
        )


def day_key_after(day_key: bytes, days: int) -> bytes:
    """The day key `days` days later. There is no way back."""
    _check_day_key(day_key)
    if days < 0:
        raise ProtocolError(f"bluezone-v1: the chain of day keys cannot be walked back ({days} days)")
    for _ in range(days):
        day_key = hashlib.sha256(day_key).digest()
    return day_key


def identifiers(day_key: bytes, per_day: int = DEFAULT_PER_DAY) -> bytes:
    """The day's `per_day` identifiers, concatenated (12 bytes each)."""
    _check_day_key(day_key)
    check_per_day(per_day)
    state = hashlib.sha256(day_key + _SUBKEY_SALT).digest()
    picked = []
    for _ in range(per_day):
        picked.append(bytes(state[index] for index in _PICKED_BYTES))
        state = hashlib.sha256(state).digest()
    return b"".join(picked)


def identifier_start_s(day_start_s: int, index: int, per_day: int) -> int:
    """The second from which identifier `index` is on the air (rounded down where 86400 is not a multiple)."""
    return day_start_s + index * DAY_S // per_day


@dataclass(frozen=True, slots=True)
class Trace:
    """One day key of a confirmed case, as the original server sent it: valid in [time_start_s, time_end_s)."""

    daily_key: bytes
    time_start_s: int
    time_end_s: int
    per_day: int = DEFAULT_PER_DAY

    def __post_init__(self) -> None:
        _check_day_key(self.daily_key)
        check_per_day(self.per_day)
        if not 0 <= self.time_start_s < self.time_end_s:
            raise ProtocolError(f"trace: time_start {self.time_start_s} is not before time_end {self.time_end_s}")


def trace_list_to_json(traces: list[Trace]) -> str:
    """The original's list of traces: `{"data": [{"daily_key", "time_start", "max", "time_end"}]}`."""
    rows = [
        {
            "daily_key": trace.daily_key.hex(),
            "time_start": trace.time_start_s,
            "max": trace.per_day,
            "time_end": trace.time_end_s,
        }
        for trace in traces
    ]
    return json.dumps({"data": rows})


def trace_list_from_json(text: str | bytes) -> list[Trace]:
    """Read a list of traces. Raises ProtocolError naming the first row and field that is wrong."""
    try:
        body = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise ProtocolError(f"trace list: not JSON ({error})") from error
    rows = body.get("data") if isinstance(body, dict) else None
    if not isinstance(rows, list):
        raise ProtocolError('trace list: an object with a list "data" is meant')
    return [_trace(row, number) for number, row in enumerate(rows, start=1)]


def _trace(row: Any, number: int) -> Trace:
    if not isinstance(row, dict):
        raise ProtocolError(f"trace list, row {number}: not an object")
    integers = {}
    for field in ("time_start", "max", "time_end"):
        value = row.get(field)
        if not isinstance(value, int) or isinstance(value, bool):
            raise ProtocolError(f"trace list, row {number}: {field} is not a whole number")
        integers[field] = value
    try:
        key = bytes.fromhex(row.get("daily_key", ""))
    except (TypeError, ValueError):
        raise ProtocolError(f"trace list, row {number}: daily_key is not hexadecimal") from None
    try:
        return Trace(key, integers["time_start"], integers["time_end"], integers["max"])
    except ProtocolError as error:
        raise ProtocolError(f"trace list, row {number}: {error}") from error
