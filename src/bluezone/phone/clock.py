"""Time, as an argument."""

from __future__ import annotations

from collections.abc import Callable

#: gives the present moment in Unix seconds: `time.time` on a real phone, the town's jumping clock in a rehearsal
Clock = Callable[[], float]
