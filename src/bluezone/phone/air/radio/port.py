"""Define the radio port: all that the engine asks of Bluetooth.

Two operations in spirit: put these bytes on the air from this address, and tell me every advertisement heard.
Implementations: `bumble_radio` (a full stack over any HCI transport, real or virtual; the town gives it virtual
controllers), `bluez` (an adapter shared with a Linux desktop), `trace` (a recording), and Android's in `mobile/`.
"""

from __future__ import annotations

import struct
from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from bluezone.phone.errors import RadioError
from bluezone.protocol.advertisements import (
    COMPLETE_UUID16,
    FLAGS,
    MANUFACTURER,
    SERVICE_DATA_16,
    structures,
    uuid_text,
)
from bluezone.protocol.errors import ProtocolError


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


@dataclass(frozen=True, slots=True)
class Parts:
    """Hold one service, its data, and data of a company; the flags are the system's to set."""

    uuid: str
    service_data: bytes = b""
    company: int = 0
    manufacturer_data: bytes = b""


def parts_of(data: bytes) -> Parts:
    """Take advertising data apart. Raises RadioError on what such a system has no setter for."""
    try:
        found = dict(structures(data))
    except ProtocolError as error:
        raise RadioError(str(error)) from error
    if unknown := set(found) - {FLAGS, COMPLETE_UUID16, SERVICE_DATA_16, MANUFACTURER}:
        raise RadioError(f"this system cannot advertise a structure of the type 0x{min(unknown):02x}")
    uuids, service, maker = (found.get(kind, b"") for kind in (COMPLETE_UUID16, SERVICE_DATA_16, MANUFACTURER))
    if len(uuids) != 2 or (service and service[:2] != uuids) or len(maker) == 1:
        raise RadioError("an advertisement wants one service, and data of that service only")
    company = struct.unpack_from("<H", maker)[0] if maker else 0
    return Parts(uuid_text(struct.unpack("<H", uuids)[0]), service[2:], company, maker[2:])


@dataclass(frozen=True, slots=True)
class BluezAdapter:
    name: str
    powered: bool
    can_advertise: bool


@dataclass(frozen=True, slots=True)
class Bluez:
    """Hold what the system bus says of bluetoothd. `trouble`: why nothing can be said, in plain words."""

    adapters: tuple[BluezAdapter, ...] = ()
    trouble: str = ""
    next_step: str = ""
