"""Limit how often one caller may ask: in windows, counted in the database, so that all workers count as one."""

from __future__ import annotations

import datetime as dt
import threading

from django.db import connection

from bluezone.authority.device_api.models import RateWindow
from bluezone.authority.site import secrets as keyed

WINDOW_S = 600
#: A wide limit is taken from the database in so many steps: one write for 150 requests of 30,000 instead of 150, all of
#: which would queue for the one row of a carrier's address. A worker that ends gives nothing back: a step is lost.
_STEPS = 200
#: callers whose steps a worker remembers, some 100 bytes each
_REMEMBERED = 100_000

# One statement counts and reads: no two workers can both see the old count. (Same words on SQLite and PostgreSQL.)
_COUNT = f"""
    INSERT INTO {RateWindow._meta.db_table} (key, count, ends_at) VALUES (%s, %s, %s)
    ON CONFLICT (key) DO UPDATE SET count = {RateWindow._meta.db_table}.count + excluded.count RETURNING count
"""  # noqa: S608 (the table's name is ours)


class _Permits:
    """Hold the requests that this worker has counted in the database already and may still let through."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._window = -1
        self._left: dict[tuple[str, str], int] = {}

    def take(self, key: tuple[str, str], window: int) -> bool:
        with self._lock:
            if window != self._window or len(self._left) > _REMEMBERED:
                self._window, self._left = window, {}
            left = self._left.get(key, 0)
            if left:
                self._left[key] = left - 1
            return left > 0

    def add(self, key: tuple[str, str], count: int) -> None:
        with self._lock:
            self._left[key] = self._left.get(key, 0) + count


_permits = _Permits()


def seconds_to_wait(endpoint: str, caller: str, now: dt.datetime, allowed: int, window_s: int = WINDOW_S) -> int:
    """Count a request; return 0 where it is within `allowed` a window, else the seconds until the next window."""
    window = int(now.timestamp()) // window_s
    step = max(1, allowed // _STEPS)
    if step > 1 and _permits.take((endpoint, caller), window):
        return 0
    key = keyed.digest("rate", f"{endpoint} {caller} {window}")
    ends_at = dt.datetime.fromtimestamp((window + 1) * window_s, dt.UTC)
    with connection.cursor() as cursor:
        cursor.execute(_COUNT, [key, step, connection.ops.adapt_datetimefield_value(ends_at)])
        count = cursor.fetchone()[0]
    if count > allowed:
        return max(1, int((ends_at - now).total_seconds()))
    if step > 1:
        _permits.add((endpoint, caller), step - 1)
    return 0
