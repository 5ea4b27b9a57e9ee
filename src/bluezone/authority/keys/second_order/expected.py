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
    Expected(Decimal("7.54"), 962, 451, Decimal("32.5"), Decimal(0)),
    Expected(Decimal(30), 13_839, 17_314, Decimal("26.8"), Decimal("1.3")),
    Expected(Decimal(60), 47_430, 74_430, Decimal("18.9"), Decimal(8)),
)
