"""Encrypt identities, and digest what they are found by, under a key that nothing else uses.

The key is BLUEZONE_PERSONS_KEY or the file `persons_key` among the secrets. Who has the database and the
installation's secret, but not this key, learns nobody's name; who loses it has lost the names and nothing else.
"""

from __future__ import annotations

import json
from dataclasses import asdict

from django.conf import settings

from bluezone.authority.persons.rules import Identity
from bluezone.authority.site import encryption
from bluezone.authority.site import secrets as keyed

_IDENTITY = "identity of a person"
#: what a person is found by
TELEPHONE, DOCUMENT = "telephone of a person", "document of a person"


def _secrets() -> tuple[str, ...]:
    """Return the secret in use now, then those of before a rotation."""
    return (settings.PERSONS_KEY, *settings.PERSONS_KEY_FALLBACKS)


def seal(identity: Identity, pseudonym: str) -> bytes:
    """Encrypt an identity for the row of a pseudonym: in another row it cannot be read."""
    key = keyed.derived(_secrets()[0], _IDENTITY)
    return encryption.encrypt_under(key, json.dumps(asdict(identity), ensure_ascii=False), pseudonym.encode())


def unseal(sealed: bytes, pseudonym: str) -> Identity:
    """Decrypt the identity of a pseudonym's row. Raises LostKeyError where no key of this server does."""
    keys = [keyed.derived(secret, _IDENTITY) for secret in _secrets()]
    return Identity(**json.loads(encryption.decrypt_under(keys, sealed, "identity", pseudonym.encode())))


def digest(purpose: str, value: str) -> str:
    """Return the keyed digest by which a value is found; nothing for nothing."""
    return keyed.digest_under(_secrets()[0], purpose, value) if value else ""


def digests(purpose: str, value: str) -> list[str]:
    """Return the digests of a value under the present and every earlier key."""
    return [keyed.digest_under(secret, purpose, value) for secret in _secrets()] if value else []


def seal_text(purpose: str, text: str, bound_to: bytes) -> bytes:
    """Encrypt a text about a person that another package keeps, under a key of its purpose, for one row alone."""
    return encryption.encrypt_under(keyed.derived(_secrets()[0], purpose), text, bound_to)


def unseal_text(purpose: str, sealed: bytes, bound_to: bytes) -> str:
    """Decrypt what `seal_text` made for a row. Raises LostKeyError where no key of this server does."""
    keys = [keyed.derived(secret, purpose) for secret in _secrets()]
    return encryption.decrypt_under(keys, sealed, purpose, bound_to)
