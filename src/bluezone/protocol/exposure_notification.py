"""Derive rolling identifiers and encrypted metadata from daily keys: Exposure Notification cryptography, v1.2.1.

Source: Exposure Notification, Cryptography Specification and Bluetooth Specification v1.2.1, April 2020.
The published vectors are in tests/protocol/test_exposure_notification.py.
"""

from __future__ import annotations

import hmac
import struct
from dataclasses import dataclass

from bluezone.protocol.crypto.default import crypto
from bluezone.protocol.errors import ProtocolError
from bluezone.protocol.intervals import INTERVALS_PER_DAY, MAX_INTERVAL

TEK_BYTES = 16
RPI_BYTES = 16
METADATA_BYTES = 4

_PADDING = b"EN-RPI" + bytes(6)
_NO_SALT = bytes(32)


@dataclass(frozen=True, slots=True)
class Metadata:
    """Hold the four metadata bytes that travel encrypted beside an RPI.

    Byte 0: bits 7:6 major version, 5:4 minor version, 3:0 reserved; byte 1: signed transmit power in dBm;
    bytes 2 and 3: reserved, zero.
    """

    tx_power_dbm: int = 0
    major: int = 1
    minor: int = 0

    def to_bytes(self) -> bytes:
        if not -127 <= self.tx_power_dbm <= 127:
            raise ProtocolError(f"metadata: transmit power {self.tx_power_dbm} dBm is outside -127..127")
        if not (0 <= self.major <= 3 and 0 <= self.minor <= 3):
            raise ProtocolError(f"metadata: version {self.major}.{self.minor} does not fit two bits each")
        return struct.pack(">Bbxx", self.major << 6 | self.minor << 4, self.tx_power_dbm)

    @classmethod
    def from_bytes(cls, data: bytes) -> Metadata:
        if len(data) != METADATA_BYTES:
            raise ProtocolError(f"metadata: {len(data)} bytes where {METADATA_BYTES} are meant")
        return cls(
            tx_power_dbm=int.from_bytes(data[1:2], "big", signed=True), major=data[0] >> 6, minor=data[0] >> 4 & 3
        )


def hkdf_block(key: bytes, info: bytes) -> bytes:
    """Derive 16 bytes by HKDF-SHA256 (RFC 5869) without salt."""
    # The matching of millions of keys stands on this line: two one-shot HMACs take a third of the time of an HKDF
    # object.
    return hmac.digest(hmac.digest(_NO_SALT, key, "sha256"), info + b"\x01", "sha256")[:16]


def _check_tek(tek: bytes) -> None:
    if len(tek) != TEK_BYTES:
        raise ProtocolError(f"temporary exposure key: {len(tek)} bytes where {TEK_BYTES} are meant")


def rolling_proximity_identifier_key(tek: bytes) -> bytes:
    """Derive the RPIK, the 16-byte key that enciphers interval numbers into RPIs."""
    _check_tek(tek)
    return hkdf_block(tek, b"EN-RPIK")


def associated_encrypted_metadata_key(tek: bytes) -> bytes:
    """Derive the AEMK, the 16-byte key that enciphers metadata."""
    _check_tek(tek)
    return hkdf_block(tek, b"EN-AEMK")


def padded_intervals(start_interval: int, count: int) -> bytes:
    """Return the plaintext blocks of `count` consecutive RPIs, 16 bytes each.

    They depend on time alone, so one call serves every key that starts at the same interval.
    """
    if not 0 <= start_interval <= start_interval + count - 1 <= MAX_INTERVAL:
        raise ProtocolError(f"intervals {start_interval}..+{count} are outside 0..{MAX_INTERVAL}")
    return b"".join(_PADDING + number.to_bytes(4, "little") for number in range(start_interval, start_interval + count))


def encipher_with(rpik: bytes, padded: bytes) -> bytes:
    """Encipher the RPIs of `padded_intervals` with an RPIK, concatenated: one cipher call a key."""
    return crypto().aes_ecb_encrypt(rpik, padded)


def encipher_intervals(tek: bytes, padded: bytes) -> bytes:
    """Encipher the RPIs of `padded_intervals` with the RPIK of a TEK, concatenated."""
    return encipher_with(rolling_proximity_identifier_key(tek), padded)


def rolling_proximity_identifiers(tek: bytes, start_interval: int, count: int = INTERVALS_PER_DAY) -> bytes:
    """Derive `count` consecutive RPIs from `start_interval` on, concatenated (16 bytes each)."""
    return encipher_intervals(tek, padded_intervals(start_interval, count))


def crypt_metadata(tek: bytes, rpi: bytes, metadata: bytes) -> bytes:
    """Encrypt plain metadata, or decrypt an AEM: AES-128-CTR with the RPI as counter is its own inverse."""
    if len(rpi) != RPI_BYTES:
        raise ProtocolError(f"RPI: {len(rpi)} bytes where {RPI_BYTES} are meant")
    if len(metadata) != METADATA_BYTES:
        raise ProtocolError(f"metadata: {len(metadata)} bytes where {METADATA_BYTES} are meant")
    return crypto().aes_ctr(associated_encrypted_metadata_key(tek), rpi, metadata)
