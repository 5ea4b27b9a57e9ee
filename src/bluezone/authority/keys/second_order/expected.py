"""Hold what the simulator says of letting contacts warn others, shown to the ministry before it turns that on.

By `bluezone epidemic run --people 100000 --days 90 --seeds 6 --uptake 0.0754,0.3,0.6 --no-doubt --second-order` on
2 December 2026, in an outbreak that grows unhindered but for the practice of 2020.
"""

from __future__ import annotations

from decimal import Decimal
from typing import NamedTuple


class Expected(NamedTuple):
    """Hold what is expected in 90 days among 100,000 people of whom `uptake_percent` have the app."""

    uptake_percent: Decimal
    contacts_warned: int
    told: int
    #: of those told, who is infected then
    infected_percent: Decimal
    #: of the infections that are left with the app
    averted_percent: Decimal


EXPECTED = (
    Expected(Decimal("7.54"), 986, 475, Decimal("33.1"), Decimal(0)),
    Expected(Decimal(30), 14_091, 16_925, Decimal("27.8"), Decimal("1.5")),
    Expected(Decimal(60), 48_611, 72_968, Decimal("20.3"), Decimal("6.9")),
)
