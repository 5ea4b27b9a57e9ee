"""Vouch for the keys of a patient by an HMAC over them; the certificate that carries it is the servers' matter.

The phone computes an HMAC over its keys, the verification server signs it into a certificate (a JWT), and the key
server checks that what is published is what was certified. So neither server must show the other who the patient is.
Source: Exposure Notifications Verification System (Google, 2020), as google/exposure-notifications-verification-server
issues and google/exposure-notifications-server verifies it.
"""

from __future__ import annotations

import hmac
from collections.abc import Sequence
from enum import StrEnum
from typing import NamedTuple

from bluezone.protocol.errors import ProtocolError
from bluezone.protocol.keys import ReportType, TemporaryExposureKey
from bluezone.protocol.text import base64_text

MAC_BYTES = 32
MIN_HMAC_KEY_BYTES = 16


class CertifiedReport(StrEnum):
    """Name what the authority confirms, in the words of the claim `reportType` (and of `testtype` in the verify
    API)."""

    CONFIRMED = "confirmed"
    LIKELY = "likely"
    NEGATIVE = "negative"
    USER_REPORT = "user-report"
    #: of a contact who may warn others, and is not confirmed to be ill
    RECURSIVE = "recursive"

    @property
    def exported(self) -> ReportType:
        """Return the report type of the published keys; a negative test revokes keys published before."""
        return _EXPORTED[self]

    @classmethod
    def _missing_(cls, value: object) -> CertifiedReport | None:
        return cls.USER_REPORT if value == "self-report" else None  # an older name for the same


_EXPORTED = {
    CertifiedReport.CONFIRMED: ReportType.CONFIRMED_TEST,
    CertifiedReport.LIKELY: ReportType.CONFIRMED_CLINICAL_DIAGNOSIS,
    CertifiedReport.NEGATIVE: ReportType.REVOKED,
    CertifiedReport.USER_REPORT: ReportType.SELF_REPORT,
    CertifiedReport.RECURSIVE: ReportType.RECURSIVE,
}


# --- the HMAC ---------------------------------------------------------------------------------------------------------


class SubmittedKey(NamedTuple):
    """Hold a key as it stands in a publish request. The HMAC covers the base64 text itself, padded or not."""

    key_base64: str
    rolling_start: int
    rolling_period: int
    transmission_risk: int = 0


def submitted(key: TemporaryExposureKey) -> SubmittedKey:
    """Return the key as this project's phones submit it."""
    return SubmittedKey(base64_text(key.key), key.rolling_start_interval, key.rolling_period, key.transmission_risk)


def tek_mac(keys: Sequence[TemporaryExposureKey], hmac_key: bytes) -> bytes:
    """Compute the 32-byte HMAC-SHA256 of the keys to be published, in any order. `hmac_key`: at least 16 random
    bytes."""
    if not keys:
        raise ProtocolError("key HMAC: there are no keys")
    if len(hmac_key) < MIN_HMAC_KEY_BYTES:
        raise ProtocolError(
            f"key HMAC: its key has {len(hmac_key)} bytes where at least {MIN_HMAC_KEY_BYTES} are meant"
        )
    return _mac([submitted(key) for key in keys], hmac_key, with_risk=True)


def is_certified(keys: Sequence[SubmittedKey], hmac_key: bytes, certified_mac: bytes) -> bool:
    """Return whether `certified_mac` was computed over exactly these keys.

    As the reference server, also takes the HMAC of the later protocol that leaves the transmission risk out, where no
    key states one. Compares in constant time.
    """
    if not keys:
        return False
    allowed = [_mac(keys, hmac_key, with_risk=True)]
    if not any(key.transmission_risk for key in keys):
        allowed.append(_mac(keys, hmac_key, with_risk=False))
    matches = [hmac.compare_digest(mac, certified_mac) for mac in allowed]
    return any(matches)


def _mac(keys: Sequence[SubmittedKey], hmac_key: bytes, *, with_risk: bool) -> bytes:
    # Sorted by the base64 text, whose order is not that of the bytes ("+" < "A" < "a" in text, 62 > 0 in value).
    ordered = sorted(keys, key=lambda key: key.key_base64.encode("utf-8", "surrogatepass"))
    clear = ",".join(".".join(map(str, key if with_risk else key[:3])) for key in ordered)
    return hmac.digest(hmac_key, clear.encode("utf-8", "surrogatepass"), "sha256")
