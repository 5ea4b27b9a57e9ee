"""Limit how often one caller may ask: in windows, counted in the database, so that all workers count as one."""

from __future__ import annotations

import datetime as dt
import threading

from django.db import connection

from bluezone.authority.device_api.callers import Origin
from bluezone.authority.device_api.models import RateWindow
from bluezone.authority.site import secrets as keyed
from bluezone.authority.site import statements

WINDOW_S = 600
#: A wide limit is taken from the database in so many steps: one write for 150 requests of 30,000 instead of 150, all of
#: which would queue for the one row of a carrier's address. A worker that ends gives nothing back: a step is lost.
_STEPS = 200
#: The first requests of a caller in each worker, a hundredth of the limit, are not counted: three of 300. A phone that
#: publishes asks once or twice, and would else cost the database a write that says so.
_FREE = 100
#: callers whose requests a worker remembers, some 100 bytes each
_REMEMBERED = 100_000

_TABLE = RateWindow._meta.db_table
# One statement counts and reads: no two workers can both see the old count. A count that a broken machine loses lets
# somebody ask more often, once: it does not wait for the disk.
_COUNT = f"""
    INSERT INTO {_TABLE} (key, count, ends_at) SELECT %s, %s, %s {{source}}
    ON CONFLICT (key) DO UPDATE SET count = {_TABLE}.count + excluded.count RETURNING count
"""


class _Permits:
    """Hold the requests that this worker may let through without asking the database."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._left: dict[int, tuple[int, dict[tuple[str, str], int]]] = {}

    def take(self, key: tuple[str, str], window_s: int, window: int, free: int) -> bool:
        """Use one; `free` is how many a caller has that is not known in this window."""
        with self._lock:
            current, left = self._left.get(window_s, (-1, {}))
            if window != current or len(left) > _REMEMBERED:
                left = {}
                self._left[window_s] = (window, left)
            mine = left.get(key, free)
            left[key] = max(0, mine - 1)
            return mine > 0

    def add(self, key: tuple[str, str], window_s: int, count: int) -> None:
        with self._lock:
            left = self._left[window_s][1]
            left[key] = left.get(key, 0) + count

    def forget(self) -> None:
        """Begin anew."""
        with self._lock:
            self._left.clear()


_permits = _Permits()


def seconds_to_wait_there(endpoint: str, origin: Origin, now: dt.datetime, allowed: int, of_network: int) -> int:
    """Return how long an address is to wait, by its own limit or else by that of the network around it; 0: it may
    ask."""
    return seconds_to_wait(endpoint, origin.address, now, allowed) or seconds_to_wait(
        f"{endpoint} network", origin.network, now, of_network
    )


def seconds_to_wait(endpoint: str, caller: str, now: dt.datetime, allowed: int, window_s: int = WINDOW_S) -> int:
    """Count a request; return 0 where it is within `allowed` a window, else the seconds until the next window.

    A caller of several workers can have a hundredth more of each: its first requests there are not counted.
    """
    window = int(now.timestamp()) // window_s
    step, free = max(1, allowed // _STEPS), allowed // _FREE
    # where a step is more than one, what a step paid for is taken from memory, also where nothing is free
    if (free or step > 1) and _permits.take((endpoint, caller), window_s, window, free):
        return 0
    key = keyed.digest("rate", f"{endpoint} {caller} {window}")
    ends_at = dt.datetime.fromtimestamp((window + 1) * window_s, dt.UTC)
    count = statements.run_soon_durable(
        _COUNT.format(source=statements.source()), [key, step, connection.ops.adapt_datetimefield_value(ends_at)]
    ).rows[0][0]
    if count > allowed:
        return max(1, int((ends_at - now).total_seconds()))
    if step > 1:
        _permits.add((endpoint, caller), window_s, step - 1)
    return 0
