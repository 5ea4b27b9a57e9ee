"""Draw ahead of time when an advertiser sends: the times of its advertising events.

From one event to the next pass the advertising interval and a random 0 to 10 ms, `advDelay` (Bluetooth Core
Specification 5.3, volume 6, part B, 4.4.2.2.1). Bumble's virtual controller fires a timer for each event; here the
times are a series that is read only where somebody listens, so that an unheard advertiser costs nothing. The times are
the same, whoever reads them and however often.
"""

from __future__ import annotations

from bisect import bisect_left
from math import inf

import numpy as np
from numpy.typing import NDArray

MAX_ADV_DELAY_S = 0.010
_BLOCK = 2560  # a little more than the ten minutes for which an identifier is on the air, at 250 ms


class EventTrain:
    """Draw event times from `start_s` on, for an advertiser that was enabled then. Events are numbered from 0."""

    def __init__(self, rng: np.random.Generator, start_s: float, interval_s: float) -> None:
        self._rng = rng
        self._interval_s = interval_s
        #: when the advertiser was disabled: no event comes at that time or later
        self.end_s = inf
        # the first event comes after a delay of its own, so phones enabled together do not collide for ever
        self._times_s: list[float] = [start_s + float(rng.uniform(0.0, MAX_ADV_DELAY_S))]

    def _reach(self, time_s: float) -> None:
        while self._times_s[-1] < time_s:
            gaps = self._interval_s + self._rng.uniform(0.0, MAX_ADV_DELAY_S, _BLOCK)
            self._times_s += (self._times_s[-1] + np.cumsum(gaps)).tolist()

    def span(self, start_s: float, until_s: float) -> tuple[int, list[float]]:
        """Return the number of the first event in [start_s, until_s), and the times of all of them, ascending."""
        if until_s > self.end_s:
            until_s = self.end_s
        times_s = self._times_s
        if times_s[-1] < until_s:
            self._reach(until_s)
        first = bisect_left(times_s, start_s)
        return first, times_s[first : bisect_left(times_s, until_s, first)]

    def between(self, start_s: float, end_s: float) -> NDArray[np.float64]:
        """Return the times of the events in [start_s, end_s), ascending."""
        return np.array(self.span(start_s, end_s)[1])

    def count_until(self, end_s: float) -> int:
        """Return how many events there were before `end_s`."""
        self._reach(end_s)
        return bisect_left(self._times_s, end_s)
