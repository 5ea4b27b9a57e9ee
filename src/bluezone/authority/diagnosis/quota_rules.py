"""Decide how many codes an issuer may have in a day, and whether the use of codes has dropped. Pure.

Whoever steals an account can warn a province of cases that do not exist. The quota bounds that by what the account and
its office have needed before, as the reference verification server bounds a realm: a straight line through the days
before, carried on to today. The alarm sees codes that go to nobody: their share of use falls.
"""

from __future__ import annotations

import math
import statistics
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

#: full days that the line is drawn through, and the fewest it takes
TREND_DAYS, FEWEST_DAYS = 21, 14
#: codes a day, before the ministry's factor
LEAST, MOST = 10, 20_000
#: what the ministry may multiply by
LEAST_FACTOR, MOST_FACTOR = Decimal("0.1"), Decimal(1_000)
#: days with codes that the share of use is compared with, and the fewest it takes
COMPARED_DAYS, FEWEST_COMPARED = 30, 14


def quota(history: Sequence[int], factor: float) -> int:
    """Return the codes that may be issued in a day.

    `history`: codes issued on each full day before it, oldest first, from the first day with a code on, days without
    any included. With fewer than 14 days nothing is known yet: the least applies.
    """
    days = history[-TREND_DAYS:]
    return math.ceil(round(min(max(_trend(days), LEAST), MOST) * factor, 6))


def _trend(days: Sequence[int]) -> float:
    """Return what a straight line through the days (least squares) says of the next one."""
    if len(days) < FEWEST_DAYS:
        return 0.0
    line = statistics.linear_regression(range(len(days)), days)
    return line.intercept + line.slope * len(days)


@dataclass(frozen=True, slots=True)
class Use:
    """Hold the codes issued on a day, and how many of them were used."""

    issued: int
    used: int

    @property
    def share(self) -> float:
        """Return the share that was used, 0 to 1."""
        return self.used / self.issued


@dataclass(frozen=True, slots=True)
class Drop:
    """Hold an alarm: yesterday's codes, and what is usual (mean and standard deviation of the shares of use)."""

    yesterday: Use
    usual: float
    deviation: float


def drop_of_use(yesterday: Use, before: Sequence[Use]) -> Drop | None:
    """Return the alarm where the share of yesterday's codes that were used lies below the mean of the last 30 days with
    codes by more than a standard deviation; None where it does not, or too few days had codes to know what is usual.

    `before`: the days before yesterday, oldest first.
    """
    shares = [day.share for day in before if day.issued][-COMPARED_DAYS:]
    if not yesterday.issued or len(shares) < FEWEST_COMPARED:
        return None
    usual, deviation = statistics.fmean(shares), statistics.stdev(shares)
    return Drop(yesterday, usual, deviation) if yesterday.share < usual - deviation else None
