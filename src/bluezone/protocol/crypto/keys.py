"""Read and write keys on P-256 as files hold them: PEM (RFC 7468) of SubjectPublicKeyInfo, PKCS #8 or SEC 1; and
signatures in the 64 bytes that COSE and JOSE use."""

from __future__ import annotations

import base64
import binascii
import re

from bluezone.protocol.crypto.default import crypto
from bluezone.protocol.crypto.port import POINT_BYTES, SPKI_PREFIX, Crypto, CryptoError, SigningKey, VerifyingKey

HALF_BYTES = 32

_MAX_PEM_BYTES = 64 * 2**10
_BLOCK = re.compile(rb"-----BEGIN ([A-Z0-9 ]{1,40})-----\s([^-]*)-----END \1-----")
_INTEGER, _SEQUENCE = 0x02, 0x30


def verifying_key(pem: bytes, library: Crypto | None = None) -> VerifyingKey:
    """Return the public key of a PEM file. Raises CryptoError where it is no key on P-256, its point uncompressed."""
    der = _der_in(pem, b"PUBLIC KEY")
    if der is None:
        raise CryptoError("not a public key in PEM")
    if not der.startswith(SPKI_PREFIX) or len(der) != len(SPKI_PREFIX) + POINT_BYTES:
        raise CryptoError("a public key, but not on the curve P-256")
    return (library or crypto()).verifying_key(der[len(SPKI_PREFIX) :])


def signing_key(pem: bytes, library: Crypto | None = None) -> SigningKey:
    """Return the private key of an unencrypted PEM file. Raises CryptoError where it is no key on P-256."""
    der = _der_in(pem, b"PRIVATE KEY", b"EC PRIVATE KEY")
    if der is None:
        raise CryptoError("not an unencrypted private key in PEM")
    return (library or crypto()).signing_key(der)


def pem_of(key: VerifyingKey) -> str:
    """Return a public key as PEM."""
    text = base64.b64encode(SPKI_PREFIX + key.point()).decode("ascii")
    lines = (text[at : at + 64] for at in range(0, len(text), 64))
    return "\n".join(("-----BEGIN PUBLIC KEY-----", *lines, "-----END PUBLIC KEY-----", ""))


def halves_of(signature: bytes) -> bytes:
    """Return r and s of a signature in DER, 32 bytes each."""
    body = signature[2:]
    r_bytes = body[1]
    r, s = body[2 : 2 + r_bytes], body[4 + r_bytes :]
    return b"".join(int.from_bytes(half, "big").to_bytes(HALF_BYTES, "big") for half in (r, s))


def signature_of(halves: bytes) -> bytes:
    """Return the DER of r and s, 32 bytes each. Raises CryptoError on another length."""
    if len(halves) != 2 * HALF_BYTES:
        raise CryptoError(f"signature: {len(halves)} bytes where {2 * HALF_BYTES} are meant")
    body = b"".join(_integer(half) for half in (halves[:HALF_BYTES], halves[HALF_BYTES:]))
    return bytes((_SEQUENCE, len(body))) + body


def _integer(half: bytes) -> bytes:
    number = int.from_bytes(half, "big")
    value = number.to_bytes(number.bit_length() // 8 + 1, "big")
    return bytes((_INTEGER, len(value))) + value


def _der_in(pem: bytes, *labels: bytes) -> bytes | None:
    """Return the bytes of the first block of one of `labels`; other blocks are passed over, as those of parameters."""
    if len(pem) > _MAX_PEM_BYTES:
        return None
    for label, body in _BLOCK.findall(pem):
        if label in labels:
            try:
                return base64.b64decode(b"".join(body.split()), validate=True)
            except binascii.Error:
                return None
    return None
