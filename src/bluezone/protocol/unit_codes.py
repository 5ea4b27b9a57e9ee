"""Read the code on an organisation's poster, `7K3M-Q2XD`, as people type it or from the poster's QR code.

Eight letters of Crockford's base 32 (no I, L, O, U), the last a weighted sum of the others. The room `rollout` makes
the codes and knows no other room, so it has the rule once more; a test holds the two together.
"""

from __future__ import annotations

from urllib.parse import urlsplit

from bluezone.protocol.errors import ProtocolError
from bluezone.protocol.letters import ALPHABET, READ_AS, check_letter

LENGTH = 8
_MAX_TEXT = 2_000


class MistypedError(ProtocolError):
    """Report eight letters that are not those of any poster."""


def read_unit_code(text: str) -> str:
    """Return a code as typed (`7k3m q2xd`, O for 0), or the address in a poster's QR code, in its one written form.

    Raises MistypedError for a code with a wrong letter, ProtocolError for what is no code.
    """
    text = text[:_MAX_TEXT].strip()
    if "://" in text:
        text = _last_part(text)
    letters = "".join(sign for sign in text.upper().translate(READ_AS) if sign not in " -–")
    if len(letters) != LENGTH or any(letter not in ALPHABET for letter in letters):
        raise ProtocolError(f"a unit's code has {LENGTH} letters and digits, as in 7K3M-Q2XD")
    if check_letter(letters[:-1]) != letters[-1]:
        raise MistypedError("a unit's code with a wrong letter")
    return f"{letters[:4]}-{letters[4:]}"


def _last_part(address: str) -> str:
    try:
        return urlsplit(address).path.rstrip("/").rsplit("/", 1)[-1]
    except ValueError:
        return ""
