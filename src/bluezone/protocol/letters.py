"""Spell codes that people read, type and dictate: Crockford's base 32 (no I, L, O, U), with a letter that checks the
others, and decimal digits with a digit that does; and read the code on an organisation's poster, `7K3M-Q2XD`.

Errors a person makes are told before anything is asked of a server. Neither check adds to what a guesser must guess:
who guesses works it out too.
"""

from __future__ import annotations

from urllib.parse import urlsplit

from bluezone.protocol.errors import ProtocolError

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
#: what people write for a digit it looks like
READ_AS = str.maketrans("OIL", "011")

# M. Damm, Total anti-symmetrische Quasigruppen, Marburg 2004: the quasigroup of order 10 that is in common use.
_DAMM = (
    (0, 3, 1, 7, 5, 9, 8, 6, 4, 2),
    (7, 0, 9, 2, 1, 5, 4, 8, 6, 3),
    (4, 2, 0, 6, 8, 7, 1, 3, 5, 9),
    (1, 7, 5, 0, 9, 8, 3, 4, 2, 6),
    (6, 1, 2, 3, 0, 4, 5, 9, 7, 8),
    (3, 6, 7, 4, 2, 0, 9, 5, 8, 1),
    (5, 8, 6, 9, 7, 2, 0, 1, 3, 4),
    (8, 9, 4, 5, 3, 6, 2, 0, 1, 7),
    (9, 4, 3, 8, 6, 1, 7, 2, 0, 5),
    (2, 5, 8, 1, 4, 3, 6, 7, 9, 0),
)


def check_letter(letters: str) -> str:
    """Return the letter of ALPHABET that checks `letters`: their sum, the n-th (from 0) taken 2 n + 1 times.

    Odd factors: one wrong letter is always found, two exchanged neighbours in 30 of 31 cases.
    """
    total = sum((2 * place + 1) * ALPHABET.index(letter) for place, letter in enumerate(letters))
    return ALPHABET[total % len(ALPHABET)]


def check_digit(digits: str) -> str:
    """Return the digit that checks decimal `digits`, by Damm's method.

    It finds every wrong digit and every two exchanged neighbours, and nine in ten of all other mistakes.
    """
    interim = 0
    for digit in digits:
        interim = _DAMM[interim][int(digit)]
    return str(interim)


# --- the code on a poster -----------------------------------------------------------------------------

_UNIT_LETTERS = 8
_MAX_TEXT = 2_000


class MistypedError(ProtocolError):
    """Report eight letters that are not those of any poster."""


def read_unit_code(text: str) -> str:
    """Return a code as typed (`7k3m q2xd`, O for 0), or the address in a poster's QR code, in its one written form. The
    last of its eight letters checks the others. `rollout` makes the codes and knows no other room, so it has the rule
    once more; a test holds the two together.

    Raises MistypedError for a code with a wrong letter, ProtocolError for what is no code.
    """
    text = text[:_MAX_TEXT].strip()
    if "://" in text:
        try:
            text = urlsplit(text).path.rstrip("/").rsplit("/", 1)[-1]
        except ValueError:
            text = ""
    letters = "".join(sign for sign in text.upper().translate(READ_AS) if sign not in " -–")
    if len(letters) != _UNIT_LETTERS or any(letter not in ALPHABET for letter in letters):
        raise ProtocolError(f"a unit's code has {_UNIT_LETTERS} letters and digits, as in 7K3M-Q2XD")
    if check_letter(letters[:-1]) != letters[-1]:
        raise MistypedError("a unit's code with a wrong letter")
    return f"{letters[:4]}-{letters[4:]}"
