"""How often one caller may ask: windows of ten minutes, counted in the database, so that all workers count as one."""

from __future__ import annotations

import datetime as dt

from django.db import connection

from bluezone.authority.config import secrets as keyed
from bluezone.authority.devices.models import RateWindow

WINDOW_S = 600

# One statement counts and reads: no two workers can both see the old count. (Same words on SQLite and PostgreSQL.)
_COUNT = f"""
    INSERT INTO {RateWindow._meta.db_table} (key, count, ends_at) VALUES (%s, 1, %s)
    ON CONFLICT (key) DO UPDATE SET count = {RateWindow._meta.db_table}.count + 1 RETURNING count
"""  # noqa: S608 (the table's name is ours)


def seconds_to_wait(endpoint: str, caller: str, now: dt.datetime, allowed: int) -> int:
    """Count a request; 0 where it is within `allowed` a window, else how long until the next window."""
    window = int(now.timestamp()) // WINDOW_S
    key = keyed.digest("rate", f"{endpoint} {caller} {window}")
    ends_at = dt.datetime.fromtimestamp((window + 1) * WINDOW_S, dt.UTC)
    with connection.cursor() as cursor:
        cursor.execute(_COUNT, [key, connection.ops.adapt_datetimefield_value(ends_at)])
        count = cursor.fetchone()[0]
    return 0 if count <= allowed else max(1, int((ends_at - now).total_seconds()))
