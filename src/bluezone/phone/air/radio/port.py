"""Define the radio port: all that the engine asks of Bluetooth.

Two operations in spirit: put these bytes on the air from this address, and tell me every advertisement heard.
Implementations: `bumble_radio` (a full stack over any HCI transport, real or virtual; the town gives it virtual
controllers), `bluez` (an adapter shared with a Linux desktop), `trace` (a recording), and Android's in `mobile/`.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True, slots=True)
class ScanResult:
    """Hold one advertisement heard: 6 address bytes (most significant first), the strength, up to 31 bytes, and
    when. `more_dbm`: the strengths of its repetitions, where a radio hands over those of a scan at once."""

    address: bytes
    rssi_dbm: int
    data: bytes
    at_s: float
    more_dbm: tuple[int, ...] = ()


ScanHandler = Callable[[ScanResult], None]

#: Exposure Notification's Bluetooth specification recommends 200 to 270 ms. No plan changes it: see `duty_cycle`.
ADVERTISING_INTERVAL_MS = 250


class Radio(Protocol):
    """Advertise and scan over Bluetooth Low Energy. Every method may raise `RadioError`."""

    #: transmit power that goes into the metadata, dBm at the antenna
    tx_power_dbm: int

    async def open(self) -> None:
        """Switch the radio on. Safe to call once."""

    async def close(self) -> None:
        """Stop everything and let go of the controller."""

    async def advertise(self, address: bytes, data: bytes) -> None:
        """Replace what is on the air: address and data change together, never one without the other."""

    async def stop_advertising(self) -> None:
        """Stop advertising."""

    async def start_scanning(self, handler: ScanHandler) -> None:
        """Start passive scanning; `handler` is called for every advertisement, duplicates included."""

    async def stop_scanning(self) -> None:
        """Stop scanning."""
