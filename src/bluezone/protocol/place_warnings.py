"""Encrypt, publish and read warnings of places where a person who tested positive was.

As Corona-Warn-App did (event registration, 2021): filed under SHA-256 of the location id; the record (first interval of
10 minutes, how many, risk) under AES-256-CBC with the key SHA-256(`CWA-ENCRYPTION-KEY` + id); iv and record
authenticated by HMAC-SHA256 under SHA-256(`CWA-MAC-KEY` + id). Who was not there learns neither place nor hour. A
package of an hour is a zip like an export file, under a header of its own:

    GET /exports/REGION/places/index.txt, GET /exports/REGION/places/HOUR.zip
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from google.protobuf.message import DecodeError

from bluezone.protocol import wire
from bluezone.protocol.check_ins import PlaceError, location_id_hash
from bluezone.protocol.crypto.default import crypto
from bluezone.protocol.crypto.port import CryptoError
from bluezone.protocol.export_archive import ExportLimits, pack, unpack
from bluezone.protocol.exports import ExportError, ExportSigner, TrustedKey, signature_list, verified_signer
from bluezone.protocol.intervals import MAX_INTERVAL
from bluezone.protocol.schemes import Entropy

HEADER = b"BZ Places v1    "
HASH_BYTES, MAC_BYTES, BLOCK_BYTES = 32, 32, 16
INTERVAL_S = 600
HOUR_S = 3_600
MAX_PERIOD = 144
MAX_RISK = 8
#: a warning is about 104 bytes: 100,000 of them, and room
LIMITS = ExportLimits(file_bytes=16 * 2**20, bin_bytes=16 * 2**20)
MAX_WARNINGS = 100_000
#: how much longer than the person stayed a place is warned of: air that stays
MAX_PROLONGED_S = 1_800


@dataclass(frozen=True, slots=True)
class Window:
    """Hold when a place was risky: intervals of 10 minutes since the epoch, and how risky, from 1 to 8."""

    start_interval: int
    period: int
    risk: int

    def __post_init__(self) -> None:
        if not (0 <= self.start_interval <= MAX_INTERVAL and 1 <= self.period <= MAX_PERIOD):
            raise PlaceError(f"place warning: {self.period} intervals from {self.start_interval} on")
        if not 1 <= self.risk <= MAX_RISK:
            raise PlaceError(f"place warning: risk {self.risk} is not between 1 and {MAX_RISK}")

    @property
    def start_s(self) -> int:
        return self.start_interval * INTERVAL_S

    @property
    def end_s(self) -> int:
        return (self.start_interval + self.period) * INTERVAL_S


@dataclass(frozen=True, slots=True)
class PlaceWarning:
    """Hold a warning as published."""

    location_id_hash: bytes
    iv: bytes
    record: bytes
    mac: bytes

    def __post_init__(self) -> None:
        sizes = (len(self.location_id_hash), len(self.iv), len(self.mac))
        if sizes != (HASH_BYTES, BLOCK_BYTES, MAC_BYTES) or len(self.record) not in (BLOCK_BYTES, 2 * BLOCK_BYTES):
            raise PlaceError(f"place warning: parts of {sizes} and {len(self.record)} bytes")


@dataclass(frozen=True, slots=True)
class PlacePackage:
    """Hold the warnings of an hour (of hours since the epoch)."""

    region: str
    hour: int
    warnings: tuple[PlaceWarning, ...]


def window_of(start_s: int, end_s: int, risk: int) -> Window:
    """Return the intervals that a stay touches, prolonged by its own length, 30 minutes at most: air stays.

    Raises PlaceError for a stay that ends before it starts or is longer than a day.
    """
    if end_s <= start_s:
        raise PlaceError("place warning: the stay ends before it starts")
    end_s += min(end_s - start_s, MAX_PROLONGED_S)
    first = start_s // INTERVAL_S
    return Window(first, -(-end_s // INTERVAL_S) - first, risk)


def encrypt_warning(location_id: bytes, window: Window, iv: bytes) -> PlaceWarning:
    """Encrypt a warning of the place with that id; `iv` are 16 random bytes."""
    record = wire.CheckInRecord(
        start_interval_number=window.start_interval, period=window.period, transmission_risk_level=window.risk
    ).SerializeToString(deterministic=True)
    encrypted = crypto().aes_cbc_encrypt(_encryption_key(location_id), iv, record)
    return PlaceWarning(location_id_hash(location_id), iv, encrypted, _mac(location_id, iv, encrypted))


def decrypt_warning(location_id: bytes, warning: PlaceWarning) -> Window:
    """Decrypt a warning of the place with that id. Raises PlaceError where it was not made with the id."""
    if not hmac.compare_digest(warning.mac, _mac(location_id, warning.iv, warning.record)):
        raise PlaceError("place warning: not made by who knows the place")
    try:
        plain = crypto().aes_cbc_decrypt(_encryption_key(location_id), warning.iv, warning.record)
        record = wire.CheckInRecord.FromString(plain)
    except (CryptoError, DecodeError) as error:
        raise PlaceError("place warning: not a record of a stay") from error
    return Window(record.start_interval_number, record.period, record.transmission_risk_level)


def made_up_warnings(count: int, entropy: Entropy) -> list[PlaceWarning]:
    """Make `count` warnings of no place: random bytes of the lengths of real ones."""
    sizes = (HASH_BYTES, BLOCK_BYTES, BLOCK_BYTES, MAC_BYTES)
    return [PlaceWarning(*(entropy(size) for size in sizes)) for _ in range(count)]


def build_package(package: PlacePackage, signers: Sequence[ExportSigner]) -> bytes:
    """Build the zip of a package, signed by every signer. Warnings are put in order of their hashes, so that their
    order says nothing of whose they are. Raises PlaceError where nobody signs or there are too many warnings."""
    if not signers or len(package.warnings) > MAX_WARNINGS:
        raise PlaceError(f"place warnings: {len(package.warnings)} of them, signed by {len(signers)}")
    message = wire.TraceWarningPackage(
        interval_number=package.hour,
        region=package.region,
        check_in_protected_reports=[
            wire.CheckInProtectedReport(
                location_id_hash=warning.location_id_hash,
                iv=warning.iv,
                encrypted_check_in_record=warning.record,
                mac=warning.mac,
            )
            for warning in sorted(package.warnings, key=lambda each: (each.location_id_hash, each.iv))
        ],
    )
    content = HEADER + message.SerializeToString(deterministic=True)
    return pack(content, signature_list(content, signers))


def open_package(data: bytes, trusted_keys: Sequence[TrustedKey], region: str) -> OpenedPackage:
    """Verify a package that one of `trusted_keys` signed for `region`; its warnings are read when they are asked for.

    Raises ExportError on anything else.
    """
    content, signed = unpack(data, LIMITS)
    verified_signer(content, signed, trusted_keys)
    if not content.startswith(HEADER):
        raise ExportError("place warnings: not a package of them")
    try:
        message = wire.TraceWarningPackage.FromString(content[len(HEADER) :])
    except DecodeError as error:
        raise ExportError("place warnings: not a package of them") from error
    if message.region != region:
        raise ExportError(f"place warnings: for {message.region!a}, not for {region!a}")
    if len(message.check_in_protected_reports) > MAX_WARNINGS:
        raise ExportError(f"place warnings: more than {MAX_WARNINGS} in a package")
    return OpenedPackage(message.interval_number, message)


@dataclass(frozen=True, slots=True)
class OpenedPackage:
    """Hold a package that was found good."""

    hour: int
    _message: wire.TraceWarningPackage

    def __len__(self) -> int:
        return len(self._message.check_in_protected_reports)

    def of_places(self, hashes: Iterable[bytes]) -> list[PlaceWarning]:
        """Return the warnings filed under one of `hashes`: all others are passed over unread. One that is malformed
        falls alone."""
        wanted = frozenset(hashes)
        found = []
        for report in self._message.check_in_protected_reports:
            if (place := report.location_id_hash) in wanted:
                try:
                    found.append(PlaceWarning(place, report.iv, report.encrypted_check_in_record, report.mac))
                except PlaceError:
                    continue
        return found


def _encryption_key(location_id: bytes) -> bytes:
    return hashlib.sha256(b"CWA-ENCRYPTION-KEY" + location_id).digest()


def _mac(location_id: bytes, iv: bytes, record: bytes) -> bytes:
    key = hashlib.sha256(b"CWA-MAC-KEY" + location_id).digest()
    return hmac.digest(key, iv + record, "sha256")
