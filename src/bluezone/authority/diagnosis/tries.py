"""Say where and by which hours wrong and accepted codes are counted (`code_store`). Decisions are in `guessing`."""

from __future__ import annotations

import datetime as dt

EVERYWHERE = "everywhere"
#: a budget is one of this many hours, and of the hour that runs
HOURS = 24


def hour_of(now: dt.datetime) -> int:
    """Return the hour of a moment, since 1970."""
    return int(now.timestamp()) // 3_600
