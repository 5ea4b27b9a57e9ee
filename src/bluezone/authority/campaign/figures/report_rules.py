"""Decide, without a database, who is silent and who is to be reminded."""

from __future__ import annotations

import datetime as dt
import enum
from dataclasses import dataclass

from bluezone.rollout.directives import REMIND_AFTER_DAYS

#: who was reminded today is not reminded again today
REMIND_AGAIN_AFTER_DAYS = 1


class State(enum.StrEnum):
    """Name the state of a unit's report of a day."""

    RECEIVED = "received"
    #: nothing yet for the day, but silent for less than a reminder takes
    WAITING = "waiting"
    SILENT = "silent"
    NEVER = "never"


@dataclass(frozen=True, slots=True)
class Reporting:
    """Hold a unit's reports as seen on a day: the newest one that is not after it, and how long ago that was."""

    state: State
    last: dt.date | None
    silent_days: int | None


def reporting(last: dt.date | None, day: dt.date) -> Reporting:
    """Return the state of a unit whose last report was of `last` (None: it never reported)."""
    if last is None:
        return Reporting(State.NEVER, None, None)
    silent = max(0, (day - last).days)
    state = State.RECEIVED if silent == 0 else State.SILENT if silent >= REMIND_AFTER_DAYS else State.WAITING
    return Reporting(state, last, silent)


def reminder_due(seen: Reporting, reminded_on: dt.date | None, day: dt.date) -> bool:
    """Decide whether a unit is to be reminded on a day: silent too long, or it never reported, and not reminded already
    today."""
    if seen.state not in (State.SILENT, State.NEVER):
        return False
    return reminded_on is None or (day - reminded_on).days >= REMIND_AGAIN_AFTER_DAYS
