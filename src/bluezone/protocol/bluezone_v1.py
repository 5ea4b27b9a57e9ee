"""Make the identifiers of the Bluezone 3.0.3 app (2020), byte for byte, for migration and for honest comparison.

WEAKNESS, and why the scheme is off by default: each day's key is the SHA-256 of the day before, so whoever learns one
day key knows every later day, and whoever learns the base key knows all of them (docs/architecture.md, faults 2).
"""

from __future__ import annotations

import hashlib

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
    """Return the day key `days` days later. There is no way back."""
    _check_day_key(day_key)
    if days < 0:
        raise ProtocolError(f"bluezone-v1: the chain of day keys cannot be walked back ({days} days)")
    for _ in range(days):
        day_key = hashlib.sha256(day_key).digest()
    return day_key


def identifiers(day_key: bytes, per_day: int = DEFAULT_PER_DAY) -> bytes:
    """Return the day's `per_day` identifiers, concatenated (12 bytes each)."""
    _check_day_key(day_key)
    check_per_day(per_day)
    state = hashlib.sha256(day_key + _SUBKEY_SALT).digest()
    picked = []
    for _ in range(per_day):
        picked.append(bytes(state[index] for index in _PICKED_BYTES))
        state = hashlib.sha256(state).digest()
    return b"".join(picked)


def identifier_start_s(day_start_s: int, index: int, per_day: int) -> int:
    """Return the second from which identifier `index` is on the air (rounded down where 86400 is not a multiple)."""
    return day_start_s + index * DAY_S // per_day
