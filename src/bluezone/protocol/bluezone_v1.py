"""Identifiers of the Bluezone 3.0.3 app (2020), byte for byte, for migration and for honest comparison.

WEAKNESS, and why the scheme is off by default: each day's key is the SHA-256 of the day before, so whoever learns one
day key knows every later day, and whoever learns the base key knows all of them (docs/architecture.md, faults 2).
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from bluezone.protocol.errors import ProtocolError
from bluezone.protocol.intervals import DAY_S
from bluezone.protocol.keys import DailyKey
from bluezone.protocol.text import is_whole, json_object

DAY_KEY_BYTES = 32
IDENTIFIER_BYTES = 12
DEFAULT_PER_DAY = 96
PER_DAY_RANGE = range(2, 145)

#: the app kept contacts for 14 days; a longer trace is a mistake, or an attempt to keep phones busy
MAX_TRACE_DAYS = 31
MAX_TRACE_LIST_BYTES = 16 * 2**20

_DAY_KEY_HEX = re.compile(r"[0-9A-Fa-f]{64}", re.ASCII)
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
    """A confirmed case as the original server named it to all phones.

    `daily_key` is the key of the day that begins at `time_start_s`; the trace goes on along the chain of day keys until
    `time_end_s`. So one row of a fortnight gives away every later day too: fault 2 of the original.
    """

    daily_key: bytes
    time_start_s: int
    time_end_s: int
    per_day: int = DEFAULT_PER_DAY

    def __post_init__(self) -> None:
        _check_day_key(self.daily_key)
        check_per_day(self.per_day)
        if not 0 <= self.time_start_s < self.time_end_s:
            raise ProtocolError(f"trace: time_start {self.time_start_s} is not before time_end {self.time_end_s}")
        if self.time_end_s - self.time_start_s > MAX_TRACE_DAYS * DAY_S:
            raise ProtocolError(f"trace: more than {MAX_TRACE_DAYS} days from time_start to time_end")

    def daily_keys(self) -> list[DailyKey]:
        """The key of each day of the trace; the last one ends at `time_end_s`."""
        keys, key = [], self.daily_key
        for start in range(self.time_start_s, self.time_end_s, DAY_S):
            keys.append(DailyKey(key, start, min(start + DAY_S, self.time_end_s)))
            key = day_key_after(key, 1)
        return keys


def trace_list_to_json(traces: Sequence[Trace]) -> str:
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
    rows = json_object(text, "trace list", MAX_TRACE_LIST_BYTES).get("data")
    if not isinstance(rows, list):
        raise ProtocolError('trace list: an object with a list "data" is meant')
    return [_trace(row, number) for number, row in enumerate(rows, start=1)]


def _trace(row: Any, number: int) -> Trace:
    if not isinstance(row, dict):
        raise ProtocolError(f"trace list, row {number}: not an object")
    for field in ("time_start", "max", "time_end"):
        if not is_whole(row.get(field), 0, 2**53):
            raise ProtocolError(f"trace list, row {number}: {field} is not a whole number")
    key = row.get("daily_key")
    if not isinstance(key, str) or not _DAY_KEY_HEX.fullmatch(key):
        raise ProtocolError(f"trace list, row {number}: daily_key is not {DAY_KEY_BYTES} bytes in hexadecimal")
    try:
        return Trace(bytes.fromhex(key), row["time_start"], row["time_end"], row["max"])
    except ProtocolError as error:
        raise ProtocolError(f"trace list, row {number}: {error}") from error
