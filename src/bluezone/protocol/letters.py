"""Spell codes that people read, type and dictate: Crockford's base 32 (no I, L, O, U), with a letter that checks the
others, and decimal digits with a digit that does.

Errors a person makes are told before anything is asked of a server. Neither check adds to what a guesser must guess:
who guesses works it out too.
"""

from __future__ import annotations

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
