"""Derive keys, one for each purpose, from the installation's secret.

A stolen database holds digests (codes, tokens, callers) and ciphertext only; the secret lives in a file or variable
outside it. Eight digits are 10^8 guesses, a second's work against a plain hash: keyed, they tell nothing.
"""

from __future__ import annotations

import hmac
from functools import lru_cache

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings


@lru_cache(maxsize=256)
def derived(secret: str, purpose: str) -> bytes:
    """Return the 32-byte key for `purpose` under a secret, where that is not the installation's own."""
    return HKDF(hashes.SHA256(), 32, salt=None, info=f"bluezone {purpose}".encode()).derive(secret.encode())


def digest_under(secret: str, purpose: str, value: str | bytes) -> str:
    """Return the HMAC-SHA256 (hex) of `value` under the key for `purpose` of such a secret."""
    mac = _keyed(secret, purpose).copy()
    mac.update(value.encode() if isinstance(value, str) else value)
    return mac.hexdigest()


def key(purpose: str) -> bytes:
    """Return the 32-byte key for `purpose` in use now."""
    return derived(settings.SECRET_KEY, purpose)


def keys(purpose: str) -> list[bytes]:
    """Return the keys to try when reading: the one in use now, then those of secrets before a rotation."""
    return [derived(secret, purpose) for secret in (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS)]


def digest(purpose: str, value: str | bytes) -> str:
    """Return the HMAC-SHA256 (hex) of `value` under the key for `purpose`, which is stored instead of the value."""
    return digest_under(settings.SECRET_KEY, purpose, value)


def digests(purpose: str, value: str | bytes) -> list[str]:
    """Return the `digest` of `value` under the present and every earlier secret, to look a stored one up."""
    return [digest_under(secret, purpose, value) for secret in (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS)]


@lru_cache(maxsize=256)
def _keyed(secret: str, purpose: str) -> hmac.HMAC:
    """Return the HMAC that a digest begins with: to take in a key costs as much as all the rest."""
    return hmac.new(derived(secret, purpose), digestmod="sha256")
