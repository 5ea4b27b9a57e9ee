"""Draw ahead of time when an advertiser sends: the times of its advertising events.

From one event to the next pass the advertising interval and a random 0 to 10 ms, `advDelay` (Bluetooth Core
Specification 5.3, volume 6, part B, 4.4.2.2.1). Bumble's virtual controller fires a timer for each event; here the
times are a series that is read only where somebody listens, so that an unheard advertiser costs nothing. The times are
the same, whoever reads them and however often.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

MAX_ADV_DELAY_S = 0.010
_BLOCK = 2560  # a little more than the ten minutes for which an identifier is on the air, at 250 ms


class EventTrain:
    """Draw event times from `start_s` on, for an advertiser that was enabled then."""

    def __init__(self, rng: np.random.Generator, start_s: float, interval_s: float) -> None:
        self._rng = rng
        self._interval_s = interval_s
        # the first event comes after a delay of its own, so phones enabled together do not collide for ever
        self._times_s: NDArray[np.float64] = np.array([start_s + rng.uniform(0.0, MAX_ADV_DELAY_S)])

    def _reach(self, time_s: float) -> None:
        while self._times_s[-1] < time_s:
            gaps = self._interval_s + self._rng.uniform(0.0, MAX_ADV_DELAY_S, _BLOCK)
            self._times_s = np.concatenate((self._times_s, self._times_s[-1] + np.cumsum(gaps)))

    def between(self, start_s: float, end_s: float) -> NDArray[np.float64]:
        """Return the times of the events in [start_s, end_s), ascending."""
        self._reach(end_s)
        first, last = self._times_s.searchsorted((start_s, end_s))
        return self._times_s[first:last]

    def count_until(self, end_s: float) -> int:
        """Return how many events there were before `end_s`."""
        self._reach(end_s)
        return int(np.searchsorted(self._times_s, end_s))
