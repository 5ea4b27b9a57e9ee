"""Give the time, from the authority's one clock. Views and jobs ask it once and hand `now` to rules.

In a rehearsal (BLUEZONE_REHEARSAL_CLOCK names a file that holds Unix seconds as a decimal) a whole town shares that
file's time. Without the variable it is the machine's clock, and nothing else can change it.
"""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from zoneinfo import ZoneInfo

from django.conf import settings

from bluezone.authority.errors import ConfigurationError


def now() -> dt.datetime:
    """Return the present moment, aware, UTC."""
    path: Path | None = settings.BLUEZONE.rehearsal_clock
    if path is None:
        return dt.datetime.now(dt.UTC)  # noqa: TID251 (the edge where time enters)
    return dt.datetime.fromtimestamp(rehearsal_seconds(path), dt.UTC)


def today() -> dt.date:
    """Return today's date where the officers are."""
    return date_of(now())


def date_of(moment: dt.datetime) -> dt.date:
    """Return the date of a moment where the officers are."""
    return moment.astimezone(ZoneInfo(settings.TIME_ZONE)).date()


def beginning_of(day: dt.date) -> dt.datetime:
    """Return when a day begins where the officers are."""
    return dt.datetime.combine(day, dt.time(), ZoneInfo(settings.TIME_ZONE))


def rehearsal_seconds(path: Path) -> float:
    """Read the Unix seconds from a rehearsal's clock file."""
    try:
        seconds = float(path.read_text(encoding="ascii"))
    except (OSError, ValueError) as error:
        raise ConfigurationError(f"BLUEZONE_REHEARSAL_CLOCK={path}: no Unix seconds to read there ({error})") from error
    if not 0 <= seconds < 2**33:
        raise ConfigurationError(f"BLUEZONE_REHEARSAL_CLOCK={path}: {seconds} is not a time of this age")
    return seconds


def rehearsing() -> bool:
    """Tell whether a rehearsal's clock file gives the time."""
    return settings.BLUEZONE.rehearsal_clock is not None
