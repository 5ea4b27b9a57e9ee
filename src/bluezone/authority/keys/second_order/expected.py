"""Hold what the simulator says of letting contacts warn others, shown to the ministry before it turns that on.

`docs/how-to/simulate.md` has the command, its day and what is assumed; a test holds this table to that one.
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
    Expected(Decimal("7.54"), 1_004, 408, Decimal("35.3"), Decimal(0)),
    Expected(Decimal(30), 14_394, 16_232, Decimal("31.4"), Decimal("1.2")),
    Expected(Decimal(60), 51_062, 73_144, Decimal("22.8"), Decimal(6)),
)
