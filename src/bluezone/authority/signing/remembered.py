"""Remember the keys of certificates and passes in each process, for some seconds: phones ask for them all day."""

from __future__ import annotations

import datetime as dt
import time
from functools import lru_cache
from typing import Any

from cryptography.hazmat.primitives.asymmetric import ec

from bluezone.authority.signing import services
from bluezone.authority.signing.models import SigningKey
from bluezone.protocol.crypto import with_cryptography
from bluezone.protocol.exports import ExportSigner

#: A key that an officer ends is used for so much longer. (A new one is sought where a certificate names it.)
REMEMBERED_S = 5.0


class _Rows:
    """Hold the rows of the keys of a purpose, and when they were read."""

    def __init__(self, purpose: str) -> None:
        self._purpose = purpose
        self._rows: tuple[SigningKey, ...] = ()
        self._read_at_s = float("-inf")

    def get(self, *, fresh: bool) -> tuple[SigningKey, ...]:
        now_s = time.monotonic()
        if fresh or now_s - self._read_at_s > REMEMBERED_S:
            found = SigningKey.objects.filter(purpose=self._purpose).order_by("from_at", "id")
            self._rows, self._read_at_s = tuple(found), now_s
        return self._rows

    def forget(self) -> None:
        self._read_at_s = float("-inf")


_rows, _pass_rows = _Rows(services.CERTIFICATE), _Rows(services.PASS)


def forget(**_: Any) -> None:
    """Read the keys anew next time: one was made, ended or removed in this process."""
    for rows in (_rows, _pass_rows):
        rows.forget()


def certificate_verifiers(now: dt.datetime, *, fresh: bool = False) -> dict[str, ec.EllipticCurvePublicKey]:
    """Return what `services.certificate_verifiers` does. `fresh`: as it stands in the database now."""
    return {
        key.version: _public(key.public_key_pem)
        for key in _rows.get(fresh=fresh)
        if services.is_active(key, now, services.CERTIFICATE_LIFE)
    }


def certificate_signer(now: dt.datetime) -> tuple[ec.EllipticCurvePrivateKey, str]:
    """Return the newest certificate key, and its id. Raises ConfigurationError where there is none, or no file of
    it."""
    key = services.newest(services.CERTIFICATE, [key for key in _rows.get(fresh=False) if services.is_active(key, now)])
    private = _private(str(services.private_path(key)), key.public_key_pem, key.purpose, key.version)
    return private.key, key.version


def pass_signer(now: dt.datetime) -> ExportSigner:
    """Return the key that signs passes now. Raises ConfigurationError where there is none, or no file of it."""
    key = services.newest(services.PASS, [key for key in _pass_rows.get(fresh=False) if services.is_active(key, now)])
    private = _private(str(services.private_path(key)), key.public_key_pem, key.purpose, key.version)
    return ExportSigner(private, key_id=services.pass_key_id(), key_version=key.version)


@lru_cache(maxsize=32)
def _public(pem: str) -> ec.EllipticCurvePublicKey:
    return services.public_key(SigningKey(public_key_pem=pem)).key


@lru_cache(maxsize=32)
def _private(path: str, public_key_pem: str, purpose: str, version: str) -> with_cryptography.SigningKey:  # noqa: ARG001 (names the key)
    key = SigningKey(purpose=purpose, version=version, public_key_pem=public_key_pem)
    return services.private_key(key)
