"""Build and parse advertising data, the bytes on the air of both schemes.

Both are legacy advertisements of at most 31 bytes: a row of AD structures `length, type, value`
(Bluetooth Core Specification 5.3, volume 3, part C, section 11; Core Specification Supplement, part A).
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from dataclasses import dataclass

from bluezone.protocol.errors import ProtocolError

MAX_ADVERTISEMENT_BYTES = 31

EN_SERVICE_UUID = 0xFD6F
BLUEZONE_SERVICE_UUID = 0x4E56
BLUEZONE_COMPANY = 8885

FLAGS, COMPLETE_UUID16, SERVICE_DATA_16, MANUFACTURER = 0x01, 0x03, 0x16, 0xFF
# LE General Discoverable, controller and host simultaneously capable: as the EN Bluetooth specification 1.2 draws it.
_EN_FLAGS = b"\x1a"
_BLUEZONE_FLAGS = b"\x06"


@dataclass(frozen=True, slots=True)
class EnPayload:
    """Hold what an Exposure Notification advertisement carries: 16-byte RPI and 4-byte AEM."""

    rpi: bytes
    aem: bytes


def _structure(kind: int, value: bytes) -> bytes:
    return bytes((len(value) + 1, kind)) + value


def uuid_text(short: int) -> str:
    """Write out a 16-bit UUID on the Bluetooth base UUID, as operating systems want it."""
    return f"{short:08x}-0000-1000-8000-00805f9b34fb"


def structures(data: bytes) -> Iterator[tuple[int, bytes]]:
    """Return the AD structures of advertising data: type and value. Raises ProtocolError where they do not fill it."""
    position = 0
    while position < len(data):
        length = data[position]
        if length == 0:  # early termination: the rest is padding
            if any(data[position:]):
                raise ProtocolError("advertisement: bytes after the terminating zero length")
            return
        end = position + 1 + length
        if end > len(data):
            raise ProtocolError(f"advertisement: structure at byte {position} runs past the end")
        yield data[position + 1], data[position + 2 : end]
        position = end


def _single(data: bytes, kind: int) -> bytes | None:
    values = [value for found, value in structures(data) if found == kind]
    if len(values) > 1:
        raise ProtocolError(f"advertisement: {len(values)} structures of type 0x{kind:02x} where one is meant")
    return values[0] if values else None


def _check_size(data: bytes) -> None:
    if len(data) > MAX_ADVERTISEMENT_BYTES:
        raise ProtocolError(f"advertisement: {len(data)} bytes, more than {MAX_ADVERTISEMENT_BYTES}")


def _has_uuid(data: bytes, uuid: int) -> bool:
    listed = _single(data, COMPLETE_UUID16)
    return (
        listed is not None
        and len(listed) % 2 == 0
        and struct.pack("<H", uuid) in [listed[at : at + 2] for at in range(0, len(listed), 2)]
    )


def build_en(rpi: bytes, aem: bytes) -> bytes:
    """Build 31 bytes: flags, complete list of 16-bit UUIDs (0xFD6F), service data (RPI + AEM)."""
    if len(rpi) != 16 or len(aem) != 4:
        raise ProtocolError(f"EN advertisement: RPI of {len(rpi)} and AEM of {len(aem)} bytes where 16 and 4 are meant")
    uuid = struct.pack("<H", EN_SERVICE_UUID)
    return (
        _structure(FLAGS, _EN_FLAGS) + _structure(COMPLETE_UUID16, uuid) + _structure(SERVICE_DATA_16, uuid + rpi + aem)
    )


def parse_en(data: bytes) -> EnPayload:
    """Read an EN advertisement; flags may be missing. Raises ProtocolError on anything else."""
    _check_size(data)
    if not _has_uuid(data, EN_SERVICE_UUID):
        raise ProtocolError("EN advertisement: service UUID 0xFD6F is not listed")
    service = _single(data, SERVICE_DATA_16)
    if service is None or len(service) != 22 or service[:2] != struct.pack("<H", EN_SERVICE_UUID):
        raise ProtocolError("EN advertisement: no service data of 0xFD6F with 20 bytes")
    return EnPayload(rpi=service[2:18], aem=service[18:])


def build_bluezone_v1(identifier: bytes) -> bytes:
    """Build 23 bytes: flags, complete list of 16-bit UUIDs (0x4E56), manufacturer data (company 8885 + identifier)."""
    if len(identifier) != 12:
        raise ProtocolError(f"bluezone-v1 advertisement: identifier of {len(identifier)} bytes where 12 are meant")
    return (
        _structure(FLAGS, _BLUEZONE_FLAGS)
        + _structure(COMPLETE_UUID16, struct.pack("<H", BLUEZONE_SERVICE_UUID))
        + _structure(MANUFACTURER, struct.pack("<H", BLUEZONE_COMPANY) + identifier)
    )


def parse_bluezone_v1(data: bytes) -> bytes:
    """Return the 12-byte identifier of a bluezone-v1 advertisement. Raises ProtocolError on anything else."""
    _check_size(data)
    if not _has_uuid(data, BLUEZONE_SERVICE_UUID):
        raise ProtocolError("bluezone-v1 advertisement: service UUID 0x4E56 is not listed")
    manufacturer = _single(data, MANUFACTURER)
    if manufacturer is None or len(manufacturer) != 14 or manufacturer[:2] != struct.pack("<H", BLUEZONE_COMPANY):
        raise ProtocolError("bluezone-v1 advertisement: no manufacturer data of company 8885 with 12 bytes")
    return manufacturer[2:]
