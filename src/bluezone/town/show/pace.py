"""Pace the town's clock: the rehearsal waits here until it is time."""

from __future__ import annotations

import threading
from dataclasses import dataclass

from bluezone.phone.clock import Clock
from bluezone.town.errors import TownError

#: seconds of the town in a second: what the page offers
SPEEDS = (60, 300, 600, 1800, 3600)
DEFAULT_SPEED = 600

#: how often a second the rehearsal comes by
_BEATS = 10.0
#: a rehearsal that is later than this does not try to catch up
_LATE_S = 0.5


class StoppedError(TownError):
    """Say that somebody ended the rehearsal."""


@dataclass(frozen=True, slots=True)
class Pace:
    """Hold the pace. `speed`: seconds of the town in a second."""

    speed: float
    paused: bool


class Pacer:
    """Pace one thread (the rehearsal's) as others set it. `monotonic` is the real time in seconds."""

    def __init__(self, speed: float, monotonic: Clock) -> None:
        self._monotonic = monotonic
        self._changed = threading.Condition()
        self._pace = Pace(speed, paused=False)
        self._stopped = False
        self._town_s, self._real_s = 0.0, monotonic()

    @property
    def pace(self) -> Pace:
        return self._pace

    def set(self, speed: float | None = None, paused: bool | None = None) -> None:
        """Set the pace, at once, also for who waits."""
        with self._changed:
            old = self._pace
            self._town_s += 0.0 if old.paused else (self._monotonic() - self._real_s) * old.speed
            self._real_s = self._monotonic()
            self._pace = Pace(old.speed if speed is None else speed, old.paused if paused is None else paused)
            self._changed.notify_all()

    def stop(self) -> None:
        """Raise StoppedError in whoever waits, or comes to wait."""
        with self._changed:
            self._stopped = True
            self._changed.notify_all()

    def reach(self, town_s: float) -> float:
        """Wait until the town's clock may show `town_s`; return the seconds of the town until one should come again."""
        with self._changed:
            while True:
                self._raise_if_stopped()
                left_s = (town_s - self._town_s) / self._pace.speed - (self._monotonic() - self._real_s)
                if not self._pace.paused and left_s <= 0:
                    break
                self._changed.wait(None if self._pace.paused else left_s)
            if left_s < -_LATE_S:
                self._town_s, self._real_s = town_s, self._monotonic()
            return self._pace.speed / _BEATS

    def start(self, town_s: float) -> None:
        """Let the clock run from now on, beginning at `town_s`."""
        with self._changed:
            self._town_s, self._real_s = town_s, self._monotonic()

    def rest(self, real_s: float) -> None:
        """Give people time to read; a pause makes it longer."""
        with self._changed:
            until_s = self._monotonic() + real_s
            while True:
                self._raise_if_stopped()
                left_s = until_s - self._monotonic()
                if not self._pace.paused and left_s <= 0:
                    return
                self._changed.wait(None if self._pace.paused else left_s)

    def _raise_if_stopped(self) -> None:
        if self._stopped:
            raise StoppedError("the rehearsal was stopped")
