"""Encrypt what is stored and read again, under a key of its purpose (`secrets`): AES-256-GCM."""

from __future__ import annotations

import os

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from bluezone.authority.errors import AuthorityError
from bluezone.authority.site import secrets as keyed

_NONCE_BYTES = 12


def encrypt(purpose: str, text: str) -> bytes:
    """Encrypt a text under the key for `purpose` in use now."""
    nonce = os.urandom(_NONCE_BYTES)
    return nonce + AESGCM(keyed.key(purpose)).encrypt(nonce, text.encode(), None)


def decrypt(purpose: str, encrypted: bytes) -> str:
    """Decrypt what `encrypt` made under the present secret or an earlier one. Raises AuthorityError where none does."""
    data = bytes(encrypted)
    for key in keyed.keys(purpose):
        try:
            return AESGCM(key).decrypt(data[:_NONCE_BYTES], data[_NONCE_BYTES:], None).decode()
        except (InvalidTag, ValueError):
            continue
    raise AuthorityError(f"a {purpose} is encrypted under a secret that this server no longer has")
