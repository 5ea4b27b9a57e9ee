"""Note when the owner looks at the screens: then the phone scans more often."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from bluezone.phone.air.duty_cycle import DeviceState
from bluezone.phone.clock import Clock

_OPEN_S = 15.0  # a screen that is open asks every few seconds
_RECENT_S = 600.0  # who does not want Bluezone in the background looks at it for so long after the last page


class Attention:
    """Remember when the owner last looked."""

    def __init__(self, clock: Clock, device: Callable[[], DeviceState], *, minds_screens: bool = True) -> None:
        """Begin with nobody looking. `device`: its own state, without the screens; `minds_screens`: whether open
        screens are a screen that is on, and so change how it listens (in a rehearsal they are a window for others)."""
        self._clock, self._device, self._minds_screens = clock, device, minds_screens
        self._looked_at_s = float("-inf")

    def looked_at(self) -> bool:
        """Note that the owner looks. True if it is the first look for a while."""
        first = not self.is_recent
        self._looked_at_s = self._clock()
        return first

    @property
    def is_recent(self) -> bool:
        return 0 <= self._clock() - self._looked_at_s < _RECENT_S

    def state(self) -> DeviceState:
        """Return the device's own state; screens that are looked at are a screen that is on."""
        state = self._device()
        looked_at = self._minds_screens and abs(self._clock() - self._looked_at_s) < _OPEN_S
        return replace(state, screen_on=True) if looked_at else state
