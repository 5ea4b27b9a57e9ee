"""Define the operations: AES by blocks, as a counter, in chains and authenticated; ECDSA on P-256 with SHA-256.

HMAC is the standard library's, and HKDF two calls of it: `exposure_notification.py`. Lengths are checked here, once for
every library. All bytes are whole values: nothing is streamed.
"""

from __future__ import annotations

from typing import Protocol

from bluezone.protocol.errors import ProtocolError

BLOCK_BYTES, GCM_NONCE_BYTES, GCM_TAG_BYTES = 16, 12, 16
AES_KEY_BYTES = frozenset({16, 24, 32})
#: the DER of SubjectPublicKeyInfo before the 65 bytes of an uncompressed point: ecPublicKey on prime256v1 (RFC 5480)
SPKI_PREFIX = bytes.fromhex("3059301306072a8648ce3d020106082a8648ce3d030107034200")
POINT_BYTES = 65
#: libraries count in C's int
_MAX_BYTES = 2**31 - 1 - BLOCK_BYTES


class CryptoError(ProtocolError):
    """Report a key, a length, a padding or an authentication tag that is wrong."""


class VerifyingKey(Protocol):
    """Describe a public key on P-256. Two of the same point are equal."""

    def is_signature(self, signature: bytes, message: bytes) -> bool:
        """Return whether `signature` (DER, RFC 3279) is of SHA-256 of `message` by this key's private half."""

    def point(self) -> bytes:
        """Return the key as an uncompressed point, 65 bytes (SEC 1)."""


class SigningKey(Protocol):
    """Describe a private key on P-256."""

    def sign(self, message: bytes) -> bytes:
        """Return an ECDSA signature of SHA-256 of `message` (DER, RFC 3279); another each time."""

    def public_key(self) -> VerifyingKey:
        """Return the public half."""


class Crypto(Protocol):
    """Describe a library. Each operation may be called from any thread; CryptoError where a length is wrong."""

    @property
    def name(self) -> str:
        """Return which library this is, and its version."""

    def aes_ecb_encrypt(self, key: bytes, blocks: bytes) -> bytes:
        """Encipher blocks of 16 bytes, each by itself."""

    def aes_ctr(self, key: bytes, counter: bytes, data: bytes) -> bytes:
        """Encrypt or decrypt data, the counter of the first block given (16 bytes, counted up big-endian)."""

    def aes_cbc_encrypt(self, key: bytes, iv: bytes, plain: bytes) -> bytes:
        """Encrypt data padded as PKCS #7 says."""

    def aes_cbc_decrypt(self, key: bytes, iv: bytes, encrypted: bytes) -> bytes:
        """Undo `aes_cbc_encrypt`. Raises CryptoError where the padding is wrong."""

    def aes_gcm_encrypt(self, key: bytes, nonce: bytes, plain: bytes, associated: bytes) -> bytes:
        """Encrypt data and authenticate it with `associated`: the ciphertext, then a tag of 16 bytes. `nonce`: 12 bytes
        that serve the key once."""

    def aes_gcm_decrypt(self, key: bytes, nonce: bytes, encrypted: bytes, associated: bytes) -> bytes:
        """Undo `aes_gcm_encrypt`. Raises CryptoError where the tag is wrong."""

    def verifying_key(self, point: bytes) -> VerifyingKey:
        """Return the public key of an uncompressed point, 65 bytes. Raises CryptoError where it is none of P-256."""

    def signing_key(self, der: bytes) -> SigningKey:
        """Return the private key of DER (PKCS #8 or SEC 1). Raises CryptoError where it is none of P-256."""


def check_key(key: bytes) -> None:
    """Raise CryptoError where an AES key is of no length that AES has."""
    if len(key) not in AES_KEY_BYTES:
        raise CryptoError(f"AES: a key of {len(key)} bytes where 16, 24 or 32 are meant")


def check_lengths(key: bytes, start: bytes, start_bytes: int, data: bytes) -> None:
    """Raise CryptoError where key, what a mode starts from (iv, counter, nonce) or the data are of a wrong length."""
    check_key(key)
    if len(start) != start_bytes:
        raise CryptoError(f"AES: starts from {len(start)} bytes where {start_bytes} are meant")
    if len(data) > _MAX_BYTES:
        raise CryptoError(f"AES: {len(data)} bytes at once, more than {_MAX_BYTES}")


def check_ecb(key: bytes, blocks: bytes) -> None:
    """Raise CryptoError where key or blocks are of a wrong length. One question each where all is well: matching asks
    for every published key."""
    if len(key) not in AES_KEY_BYTES or len(blocks) % BLOCK_BYTES or len(blocks) > _MAX_BYTES:
        check_key(key)
        check_blocks(blocks)


def check_blocks(data: bytes) -> None:
    """Raise CryptoError where data are not whole blocks."""
    if len(data) % BLOCK_BYTES or len(data) > _MAX_BYTES:
        raise CryptoError(f"AES: {len(data)} bytes are not whole blocks of {BLOCK_BYTES}")


def wrong_padding() -> CryptoError:
    """Return what every library raises for a wrong padding."""
    return CryptoError("AES: the padding is wrong; another key encrypted this, or it was changed")


def wrong_tag() -> CryptoError:
    """Return what every library raises for a wrong tag."""
    return CryptoError("AES: the tag is wrong; another key encrypted this, or it was changed")


def not_a_point() -> CryptoError:
    """Return what every library raises for bytes that are no public key."""
    return CryptoError("not a point of the curve P-256")


def not_a_signing_key() -> CryptoError:
    """Return what every library raises for bytes that are no private key."""
    return CryptoError("not an unencrypted private key on the curve P-256")
