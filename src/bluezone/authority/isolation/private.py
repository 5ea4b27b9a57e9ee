"""Encrypt what a stay knows of a person: the address of a home, the telephone number, the code of the link.

Address and number are under the key of identities (`persons.vault`), the code is under the installation's. Each is
bound to its stay: in another row it cannot be read.
"""

from __future__ import annotations

import secrets

from bluezone.authority.isolation.models import Stay
from bluezone.authority.persons import vault
from bluezone.authority.site import encryption
from bluezone.authority.site import secrets as keyed
from bluezone.protocol import one_time_codes

ADDRESS, TELEPHONE, LINK = "address of a stay", "telephone of a stay", "link of a stay"
#: letters of a link's code: 75 bits that a guesser has to guess, and a check letter
LINK_LENGTH = 16


def seal(purpose: str, text: str, stay: Stay) -> bytes:
    """Encrypt a text of a stay; nothing of nothing."""
    return vault.seal_text(purpose, text, _bound(stay)) if text else b""


def unseal(purpose: str, sealed: bytes | memoryview, stay: Stay) -> str:
    """Decrypt a text of a stay; nothing where there is none."""
    return vault.unseal_text(purpose, bytes(sealed), _bound(stay)) if bytes(sealed) else ""


def telephone_of(stay: Stay) -> str:
    """Return a stay's number (E.164), for a machine; nothing where there is none, or no key of this server decrypts
    it."""
    try:
        return unseal(TELEPHONE, stay.telephone, stay)
    except encryption.LostKeyError:
        return ""


def new_link(stay: Stay) -> str:
    """Draw a code for a stay's link, and set it: encrypted, to be sent again, and its digest, to be found by."""
    code = one_time_codes.draw_long(LINK_LENGTH, secrets.randbelow)
    stay.link = encryption.encrypt_under(keyed.key(LINK), code, _bound(stay))
    stay.link_digest = keyed.digest(LINK, code)
    return code


def link_of(stay: Stay) -> str:
    """Return the code of a stay's link; nothing where there is none."""
    if not bytes(stay.link):
        return ""
    return encryption.decrypt_under(keyed.keys(LINK), bytes(stay.link), LINK, _bound(stay))


def digests_of(code: str) -> list[str]:
    """Return the digests under which a stay with this code is found, under the present and every earlier secret."""
    return keyed.digests(LINK, code)


def _bound(stay: Stay) -> bytes:
    return f"stay {stay.pk}".encode()
