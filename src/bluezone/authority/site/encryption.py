"""Encrypt what is stored and read again, under a key of its purpose (`secrets`): AES-256-GCM."""

from __future__ import annotations

import os
from collections.abc import Sequence

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from bluezone.authority.errors import AuthorityError
from bluezone.authority.site import secrets as keyed

_NONCE_BYTES = 12


class LostKeyError(AuthorityError):
    """Report what no key of this server decrypts: it was stored under another secret, or is another row's."""


def encrypt(purpose: str, text: str) -> bytes:
    """Encrypt a text under the key for `purpose` in use now."""
    return encrypt_under(keyed.key(purpose), text)


def encrypt_under(key: bytes, text: str, bound_to: bytes | None = None) -> bytes:
    """Encrypt a text under a key; `bound_to`: what must be named again to read it (associated data)."""
    return encrypt_bytes(key, text.encode(), bound_to)


def encrypt_bytes(key: bytes, data: bytes, bound_to: bytes | None = None) -> bytes:
    """Encrypt bytes as `encrypt_under` does a text."""
    nonce = os.urandom(_NONCE_BYTES)
    return nonce + AESGCM(key).encrypt(nonce, data, bound_to)


def decrypt(purpose: str, encrypted: bytes) -> str:
    """Decrypt what `encrypt` made under the present secret or an earlier one. Raises LostKeyError where none does."""
    return decrypt_under(keyed.keys(purpose), encrypted, purpose)


def decrypt_under(keys: Sequence[bytes], encrypted: bytes, what: str, bound_to: bytes | None = None) -> str:
    """Decrypt what `encrypt_under` made under one of the keys. Raises LostKeyError, with `what`, where none does."""
    return decrypt_bytes(keys, encrypted, what, bound_to).decode()


def decrypt_bytes(keys: Sequence[bytes], encrypted: bytes, what: str, bound_to: bytes | None = None) -> bytes:
    """Decrypt what `encrypt_bytes` made under one of the keys. Raises LostKeyError, with `what`, where none does."""
    data = bytes(encrypted)
    for key in keys:
        try:
            return AESGCM(key).decrypt(data[:_NONCE_BYTES], data[_NONCE_BYTES:], bound_to)
        except (InvalidTag, ValueError):
            continue
    raise LostKeyError(f"a {what} is encrypted under a secret that this server no longer has")
