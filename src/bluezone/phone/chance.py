"""Define chance as an argument."""

from __future__ import annotations

from typing import Protocol


class Chance(Protocol):
    """Give random numbers: `secrets.SystemRandom` on a real phone, a seeded generator in a rehearsal."""

    def uniform(self, low: float, high: float, /) -> float:
        """Return a number drawn uniformly from `low` to `high`."""
