"""Remember the certificate keys of this installation in each process, for some seconds: phones ask for them all day."""

from __future__ import annotations

import datetime as dt
import time
from functools import lru_cache
from typing import Any

from cryptography.hazmat.primitives.asymmetric import ec

from bluezone.authority.signing import services
from bluezone.authority.signing.models import SigningKey

#: A key that an officer ends is used for so much longer. (A new one is sought where a certificate names it.)
REMEMBERED_S = 5.0


class _Rows:
    """Hold the rows of the certificate keys, and when they were read."""

    def __init__(self) -> None:
        self._rows: tuple[SigningKey, ...] = ()
        self._read_at_s = float("-inf")

    def get(self, *, fresh: bool) -> tuple[SigningKey, ...]:
        now_s = time.monotonic()
        if fresh or now_s - self._read_at_s > REMEMBERED_S:
            found = SigningKey.objects.filter(purpose=services.CERTIFICATE).order_by("from_at", "id")
            self._rows, self._read_at_s = tuple(found), now_s
        return self._rows

    def forget(self, **_: Any) -> None:
        self._read_at_s = float("-inf")


_rows = _Rows()
#: called when a key is made, ended or removed in this process
forget = _rows.forget


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
    key = services.newest([key for key in _rows.get(fresh=False) if services.is_active(key, now)])
    return _private(str(services.private_path(key)), key.public_key_pem, key.version), key.version


@lru_cache(maxsize=32)
def _public(pem: str) -> ec.EllipticCurvePublicKey:
    return services.public_key(SigningKey(public_key_pem=pem))


@lru_cache(maxsize=32)
def _private(path: str, public_key_pem: str, version: str) -> ec.EllipticCurvePrivateKey:  # noqa: ARG001 (names the key)
    key = SigningKey(purpose=services.CERTIFICATE, version=version, public_key_pem=public_key_pem)
    return services.private_key(key)
