"""Encrypt to a public key, one message at a time: HPKE (RFC 9180), base mode, DHKEM(P-256, HKDF-SHA256), HKDF-SHA256,
AES-128-GCM.

Browsers do the sender's half by WebCrypto (`day_keys/hpke.js`), which has P-256 everywhere. The sender's half stands
here, too, for tests and for whoever checks that an entry can be read.
"""

from __future__ import annotations

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import hashes, hmac
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.hkdf import HKDFExpand
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from bluezone.authority.errors import AuthorityError

#: an uncompressed point of P-256
PUBLIC_BYTES = 65
#: the message's own public key before it, and the tag after it
OVERHEAD_BYTES = PUBLIC_BYTES + 16
_VERSION = b"HPKE-v1"
_KEM, _KDF, _AEAD = 0x0010, 0x0001, 0x0001
_KEM_SUITE = b"KEM" + _KEM.to_bytes(2, "big")
_SUITE = b"HPKE" + b"".join(each.to_bytes(2, "big") for each in (_KEM, _KDF, _AEAD))
_SECRET_BYTES, _KEY_BYTES, _NONCE_BYTES = 32, 16, 12
_BASE_MODE = b"\x00"


class SealError(AuthorityError):
    """Report bytes that were not encrypted to this key, for this purpose, or not whole."""


def public_bytes(key: ec.EllipticCurvePublicKey) -> bytes:
    """Write a public key as HPKE does."""
    return key.public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)


def seal(public: bytes, info: bytes, bound_to: bytes, text: bytes, own: ec.EllipticCurvePrivateKey) -> bytes:
    """Encrypt a message to a public key by a key `own` drawn for it alone: the public half of that, then the
    ciphertext. `info`: what for; `bound_to`: what must be named again to read it."""
    to = ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), public)
    enc = public_bytes(own.public_key())
    key, nonce = _schedule(_shared(own.exchange(ec.ECDH(), to), enc + public), info)
    return enc + AESGCM(key).encrypt(nonce, text, bound_to)


def unseal(private: ec.EllipticCurvePrivateKey, info: bytes, bound_to: bytes, sealed: bytes) -> bytes:
    """Decrypt what was encrypted to the public half of `private`. Raises SealError."""
    if len(sealed) < OVERHEAD_BYTES:
        raise SealError(f"sealed: {len(sealed)} bytes are no message")
    enc, text = sealed[:PUBLIC_BYTES], sealed[PUBLIC_BYTES:]
    try:
        from_key = ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), enc)
        secret = private.exchange(ec.ECDH(), from_key)
    except ValueError as error:
        raise SealError("sealed: not a point of the curve") from error
    key, nonce = _schedule(_shared(secret, enc + public_bytes(private.public_key())), info)
    try:
        return AESGCM(key).decrypt(nonce, text, bound_to)
    except InvalidTag:
        raise SealError("sealed: not to this key, for something else, or changed on its way") from None


def _extract(salt: bytes, suite: bytes, label: bytes, material: bytes) -> bytes:
    mac = hmac.HMAC(salt or bytes(32), hashes.SHA256())
    mac.update(_VERSION + suite + label + material)
    return mac.finalize()


def _expand(secret: bytes, suite: bytes, label: bytes, info: bytes, length: int) -> bytes:
    labeled = length.to_bytes(2, "big") + _VERSION + suite + label + info
    return HKDFExpand(hashes.SHA256(), length, labeled).derive(secret)


def _shared(secret: bytes, context: bytes) -> bytes:
    """Return the KEM's shared secret (RFC 9180, section 4.1)."""
    extracted = _extract(b"", _KEM_SUITE, b"eae_prk", secret)
    return _expand(extracted, _KEM_SUITE, b"shared_secret", context, _SECRET_BYTES)


def _schedule(shared: bytes, info: bytes) -> tuple[bytes, bytes]:
    """Return key and nonce of the first, and only, message (RFC 9180, section 5.1)."""
    context = _BASE_MODE + _extract(b"", _SUITE, b"psk_id_hash", b"") + _extract(b"", _SUITE, b"info_hash", info)
    secret = _extract(shared, _SUITE, b"secret", b"")
    return (
        _expand(secret, _SUITE, b"key", context, _KEY_BYTES),
        _expand(secret, _SUITE, b"base_nonce", context, _NONCE_BYTES),
    )
