"""Encrypt what a stay knows of a person: the address, the reason of a release; and the code of an episode's link.

All but the link is under the key of identities (`persons.vault`), the link under the installation's. Each text is bound
to its episode or stay: in another row it cannot be read.
"""

from __future__ import annotations

import secrets

from bluezone.authority.episodes.models import Episode, Stay
from bluezone.authority.persons import vault
from bluezone.authority.site import encryption
from bluezone.authority.site import secrets as keyed
from bluezone.protocol import one_time_codes

ADDRESS, REASON, LINK = "address of a stay", "reason of a release", "link of an episode"
#: letters of a link's code: 75 bits that a guesser has to guess, and a check letter
LINK_LENGTH = 16


def seal(purpose: str, text: str, stay: Stay) -> bytes:
    """Encrypt a text of a stay; nothing of nothing."""
    return vault.seal_text(purpose, text, f"stay {stay.pk}".encode()) if text else b""


def unseal(purpose: str, sealed: bytes | memoryview, stay: Stay) -> str:
    """Decrypt a text of a stay; nothing where there is none. Raises LostKeyError."""
    return vault.unseal_text(purpose, bytes(sealed), f"stay {stay.pk}".encode()) if bytes(sealed) else ""


def new_link(episode: Episode) -> str:
    """Draw a code for an episode's link, and set it: encrypted, to be sent again, and its digest, to be found by."""
    code = one_time_codes.draw_long(LINK_LENGTH, secrets.randbelow)
    episode.link = encryption.encrypt_under(keyed.key(LINK), code, f"episode {episode.pk}".encode())
    episode.link_digest = keyed.digest(LINK, code)
    return code


def link_of(episode: Episode) -> str:
    """Return the code of an episode's link; nothing where there is none."""
    if not bytes(episode.link):
        return ""
    bound = f"episode {episode.pk}".encode()
    return encryption.decrypt_under(keyed.keys(LINK), bytes(episode.link), LINK, bound)


def link_digests(code: str) -> list[str]:
    """Return the digests under which an episode with this code is found, under the present and every earlier secret."""
    return keyed.digests(LINK, code)
