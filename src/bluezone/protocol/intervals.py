"""Convert times to ten-minute interval numbers (ENIN), the time unit of Exposure Notification.

Source: Exposure Notification, Cryptography Specification v1.2.1, April 2020 (Apple, Google).
"""

from __future__ import annotations

INTERVAL_S = 600
INTERVALS_PER_DAY = 144
DAY_S = 86_400

#: an interval number travels as an unsigned 32-bit integer
MAX_INTERVAL = 2**32 - 1


def interval_number(unix_s: float) -> int:
    """Return the interval that holds the moment `unix_s` (seconds since 1970-01-01 UTC)."""
    return int(unix_s // INTERVAL_S)


def interval_start_s(interval: int) -> int:
    """Return the first second of an interval."""
    return interval * INTERVAL_S


def day_start_s(unix_s: float) -> int:
    """Return midnight UTC at or before the moment `unix_s`."""
    return int(unix_s // DAY_S) * DAY_S
