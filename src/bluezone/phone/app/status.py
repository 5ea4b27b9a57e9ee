"""Hold what a phone knows of itself, for its screens and the command line."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from bluezone.phone.stores.believed_time import FUTURE_S, ClockState
from bluezone.phone.stores.contact_store import ScanTally
from bluezone.phone.stores.corrections import Correction
from bluezone.phone.stores.exposure_store import Alert
from bluezone.phone.stores.retention import RETENTION_S
from bluezone.protocol.intervals import day_start_s


@dataclass(frozen=True, slots=True)
class PhoneStatus:
    """Hold what the phone knows of itself. Nothing in it names anyone."""

    days: dict[int, ScanTally]
    days_with_keys: int
    exports_known: int
    exports_unchecked: int
    keys_matched: int
    alerts: tuple[Alert, ...]
    publication_under_way: bool
    policy: str
    result_waiting: bool = False
    clock: ClockState = ClockState.UNCONFIRMED
    time_s: float = 0.0
    correction: Correction = field(default_factory=Correction)


def visible_days(tallies: Mapping[int, ScanTally], now_s: float) -> dict[int, ScanTally]:
    """Return the days of the last 14 days: others are those of a clock that was, or is, wrong."""
    first_s = day_start_s(now_s - RETENTION_S)
    return {day_s: tally for day_s, tally in tallies.items() if first_s <= day_s <= now_s + FUTURE_S}
