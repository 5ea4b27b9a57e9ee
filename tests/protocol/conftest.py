"""Keys and signers the protocol's tests share."""

from __future__ import annotations

from hashlib import sha256
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric import ec

from bluezone.protocol.crypto.keys import verifying_key
from bluezone.protocol.crypto.port import VerifyingKey
from bluezone.protocol.crypto.with_cryptography import SigningKey
from bluezone.protocol.exports import Export, ExportSigner
from bluezone.protocol.keys import ReportType, TemporaryExposureKey

DATA = Path(__file__).parent / "data"


@pytest.fixture(scope="session")
def private_key() -> SigningKey:
    return SigningKey(ec.generate_private_key(ec.SECP256R1()))


@pytest.fixture(scope="session")
def signer(private_key) -> ExportSigner:
    return ExportSigner(private_key, "452", "v1")


@pytest.fixture(scope="session")
def fortnight() -> tuple[TemporaryExposureKey, ...]:
    """Fourteen keys of one patient, every field different."""
    return tuple(
        TemporaryExposureKey(
            key=sha256(f"day {day}".encode()).digest()[:16],
            rolling_start_interval=2_649_600 + 144 * day,
            rolling_period=144 if day else 60,
            transmission_risk=day % 9,
            report_type=ReportType(day % 6),
            days_since_onset=day - 7 if day % 3 else None,
        )
        for day in range(14)
    )


@pytest.fixture(scope="session")
def export(fortnight) -> Export:
    revised = TemporaryExposureKey(b"revised key 16 b", 2_649_600, 144, 4, ReportType.REVOKED, 2)
    return Export("452", 1_589_760_000, 1_589_846_400, 1, 1, fortnight, (revised,))


@pytest.fixture(scope="session")
def reference_export() -> bytes:
    return (DATA / "reference-export.zip").read_bytes()


@pytest.fixture(scope="session")
def reference_public_keys() -> dict[str, VerifyingKey]:
    return {version: verifying_key((DATA / f"reference-{version}.pem").read_bytes()) for version in ("v1", "v2")}
