"""Let the requests of a publication leave at moments that say nothing of who sends them: an owner, or the phone itself
(`decoys`)."""

from __future__ import annotations

import secrets
import time
from collections.abc import Callable
from dataclasses import dataclass

from bluezone.phone.chance import Chance
from bluezone.phone.clock import Clock

#: A request that follows a tap of the owner's leaves up to so much later.
TAP_S = 5.0
#: The keys leave so long after the certificate came, or at a multiple of it: an owner's phone writes down what it does
#: in between, which takes some hundredths of a second, longer on a slow card; a decoy has nothing to write down.
MARK_S = 2.0
#: What is left of that, some tenths of a millisecond, drowns in a random delay up to so long.
SPREAD_S = 0.5


@dataclass(frozen=True, slots=True)
class Pace:
    """Wait before requests. `sleep` waits so many seconds; `steady` counts seconds, whatever the clock says."""

    chance: Chance
    sleep: Callable[[float], None] = time.sleep
    steady: Clock = time.monotonic

    def after_tap(self) -> None:
        """Wait between the owner's yes and what it sends."""
        self.sleep(self.chance.uniform(0.0, TAP_S))

    def until_mark(self, since_s: float) -> None:
        """Wait until the next mark, counted from `since_s` of the steady clock, and a moment more."""
        spread_s = self.chance.uniform(0.0, SPREAD_S)
        self.sleep(MARK_S - (self.steady() - since_s) % MARK_S + spread_s)


def real_pace() -> Pace:
    """Return the pace of a real phone."""
    return Pace(secrets.SystemRandom())
