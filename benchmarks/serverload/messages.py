"""Make what phones send: uploads with certificates, sequences of a patient, daily activity, registrations.

Everything is made ahead and written to a file of JSON lines, so that the load generator only sends: its CPU time is not
the server's, and it shall not stand in the server's way.
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec

from bluezone.authority.signing.certificates import Certificate, sign_certificate
from bluezone.protocol.installations import Activity, Registration
from bluezone.protocol.intervals import DAY_S, INTERVALS_PER_DAY, day_start_s, interval_number
from bluezone.protocol.keys import TemporaryExposureKey
from bluezone.protocol.messages import PublishRequest, VerifyRequest
from bluezone.protocol.text import base64_text
from bluezone.protocol.verification import CertifiedReport, tek_mac

KEYS = 14
#: an hour and more, so that a run never meets an expired one; both servers take any life
_CERTIFICATE_LIFE_S = 3_600


@dataclass(frozen=True, slots=True)
class Authority:
    """Hold who signs certificates, and the names the key server expects in them."""

    private_key: ec.EllipticCurvePrivateKey
    key_id: str
    issuer: str
    audience: str
    health_authority: str

    @classmethod
    def of(cls, path: Path, key_id: str, issuer: str, audience: str, health_authority: str) -> Authority:
        """Read the private key at `path`, PEM or DER."""
        data = path.read_bytes()
        load = serialization.load_pem_private_key if data.startswith(b"-----") else serialization.load_der_private_key
        key = load(data, password=None)
        assert isinstance(key, ec.EllipticCurvePrivateKey)
        return cls(key, key_id, issuer, audience, health_authority)


def _keys(random: np.random.Generator, now_s: float) -> list[TemporaryExposureKey]:
    """Return the keys of the last fourteen whole days."""
    today = interval_number(day_start_s(now_s))
    return [TemporaryExposureKey(random.bytes(16), today - day * INTERVALS_PER_DAY) for day in range(1, KEYS + 1)]


def uploads(authority: Authority, count: int, random: np.random.Generator) -> Iterator[bytes]:
    """Return publish requests whose certificates are good now."""
    now_s = int(time.time())
    for _ in range(count):
        keys, hmac_key = _keys(random, now_s), random.bytes(16)
        vouched = Certificate(
            report_type=CertifiedReport.CONFIRMED,
            symptom_onset_interval=interval_number(day_start_s(now_s) - 5 * DAY_S),
            tek_mac=tek_mac(keys, hmac_key),
            issuer=authority.issuer,
            audience=authority.audience,
            issued_at_s=now_s - 1,
            expires_at_s=now_s + _CERTIFICATE_LIFE_S,
        )
        certificate = sign_certificate(vouched, authority.private_key, authority.key_id)
        yield PublishRequest(tuple(keys), authority.health_authority, certificate, hmac_key).to_json()


def sequences(codes: Iterable[str], health_authority: str, random: np.random.Generator) -> Iterator[bytes]:
    """Return, for each code, a line with the three requests of a patient: the token and the certificate are put in
    where `%s` stands."""
    now_s = time.time()
    for code in codes:
        keys, hmac_key = _keys(random, now_s), random.bytes(16)
        publish = PublishRequest(tuple(keys), health_authority, "%s", hmac_key).to_json()
        steps = {
            "verify": VerifyRequest(code, ("confirmed",)).to_json().decode(),
            "certificate": json.dumps({"token": "%s", "ekeyhmac": base64_text(tek_mac(keys, hmac_key))}),
            "publish": publish.decode(),
        }
        yield json.dumps(steps).encode()


def registrations(communes: list[str], count: int, random: np.random.Generator) -> Iterator[bytes]:
    """Return registrations of new phones."""
    for _ in range(count):
        commune = communes[int(random.integers(len(communes)))]
        yield Registration(random.bytes(16), "android", "1.0", commune).to_json()


def activities(registered: Iterable[bytes]) -> Iterator[bytes]:
    """Return the daily word of the phones that these registrations made known."""
    for body in registered:
        yield Activity(Registration.from_json(body).installation).to_json()


def write_lines(path: Path, lines: Iterable[bytes]) -> int:
    """Write the lines and return how many."""
    count = 0
    with path.open("wb") as file:
        for line in lines:
            file.write(line + b"\n")
            count += 1
    return count


#: what a kind of load asks, and the statuses that count as done
PATHS: dict[str, tuple[str, ...]] = {
    "publish": ("/v1/publish",),
    "activity": ("/v1/activity",),
    "registration": ("/v1/installations",),
    "declaration": ("/v1/declarations",),
    "sequence": ("/api/verify", "/api/certificate", "/v1/publish"),
}
Maker = Callable[[int], Iterator[bytes]]
