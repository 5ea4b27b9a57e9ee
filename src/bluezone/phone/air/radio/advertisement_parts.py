"""Take advertising data apart, for operating systems that want it so (BlueZ, Android)."""

from __future__ import annotations

import struct
from dataclasses import dataclass

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
