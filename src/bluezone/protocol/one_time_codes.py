"""Write and read the one-time codes of a health authority: short ones for the telephone, long ones for links.

A short code is digits, the last of them a check digit: `4821 7730 5594`. One of 8 digits has no check digit, for that
is what clients of the reference server are used to. A long code is letters and digits (`protocol.letters`), the last a
check letter, and always with a letter in it, so that the two are told apart.

Phone and authority read codes with the same function: blanks, dashes and small letters make no difference, and what a
check rules out is never sent. How long codes must be: `docs/why/guessing.md`.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum
from urllib.parse import parse_qs, urlsplit

from bluezone.protocol.errors import ProtocolError
from bluezone.protocol.letters import ALPHABET, READ_AS, check_digit, check_letter

#: lengths of short codes; even, so that a digit left out is noticed without knowing which the authority uses
SHORT_LENGTHS = (8, 10, 12, 14, 16)
#: what the reference server issues: no check digit
UNCHECKED_LENGTH = 8
MIN_LONG, MAX_LONG = 12, 32
_MAX_TEXT = 200
_GROUP = 4

_SEPARATORS = re.compile(r"[\s\-.,_/\u200b\u2010-\u2015]+")

#: a number from 0 to below the one given, every one as likely (`secrets.randbelow`)
Draw = Callable[[int], int]


class Kind(Enum):
    """Name the two kinds of codes."""

    SHORT = "short"
    LONG = "long"


class Problem(Enum):
    """Name what is wrong with a text that should be a code."""

    EMPTY = "nothing was given"
    SIGNS = "there are signs in it that no code has"
    LENGTH = "it is too short or too long"
    CHECK = "a sign is wrong, or two are exchanged"


@dataclass(frozen=True, slots=True)
class ReadCode:
    """Hold a code as it is sent, or what is wrong with it. `signs`: how many digits or letters were given."""

    text: str
    kind: Kind | None = None
    problem: Problem | None = None
    signs: int = 0


def read_code(text: str) -> ReadCode:
    """Read a code however it was typed, pasted or dictated. Never raises."""
    text = unicodedata.normalize("NFKC", text[:_MAX_TEXT])
    bare = _SEPARATORS.sub("", text).upper()
    if not bare:
        return ReadCode("", problem=Problem.EMPTY)
    bare = bare.translate(READ_AS)
    if any(sign not in ALPHABET for sign in bare):
        return ReadCode(bare, problem=Problem.SIGNS, signs=len(bare))
    is_short = bare.isdecimal()
    lengths = SHORT_LENGTHS if is_short else range(MIN_LONG, MAX_LONG + 1)
    if len(bare) not in lengths:
        return ReadCode(bare, problem=Problem.LENGTH, signs=len(bare))
    check = check_digit if is_short else check_letter
    if len(bare) != UNCHECKED_LENGTH and check(bare[:-1]) != bare[-1]:
        return ReadCode(bare, problem=Problem.CHECK, signs=len(bare))
    return ReadCode(bare, Kind.SHORT if is_short else Kind.LONG, signs=len(bare))


def long_code(value: str, place: str) -> None:
    """Check that a text is a long code as it is sent."""
    read = read_code(value)
    if read.kind is not Kind.LONG or read.text != value:
        raise ProtocolError(f"{place} is not a long code")


def read_link(text: str) -> ReadCode:
    """Read the code of a link (`https://HOST/v?c=CODE`, `ens://v?c=CODE&r=REGION`), or a code. Never raises."""
    if "://" not in text:
        return read_code(text)
    try:
        values = parse_qs(urlsplit(text.strip()).query).get("c", [])
    except ValueError:
        values = []
    return read_code(values[0] if values else "")


def draw_short(length: int, draw: Draw) -> str:
    """Draw a short code of `length` digits (one of SHORT_LENGTHS), the check digit among them."""
    free = length if length == UNCHECKED_LENGTH else length - 1
    digits = f"{draw(10**free):0{free}d}"
    return digits if free == length else digits + check_digit(digits)


def draw_long(length: int, draw: Draw) -> str:
    """Draw a long code of `length` letters and digits, the check letter among them."""
    while True:
        letters = "".join(ALPHABET[draw(len(ALPHABET))] for _ in range(length - 1))
        code = letters + check_letter(letters)
        if not code.isdecimal():
            return code


def combinations(kind: Kind, length: int) -> int:
    """Return how many codes of a kind and length there are: what a guesser chooses from."""
    if kind is Kind.LONG:
        return int(len(ALPHABET) ** (length - 1))
    return int(10 ** (length if length == UNCHECKED_LENGTH else length - 1))


def groups(code: str) -> tuple[str, ...]:
    """Split a code as it is shown and read out: in fours, or in fours and threes (10 digits: 4, 3, 3)."""
    count = -(-len(code) // _GROUP)
    small, more = divmod(len(code), count) if count else (0, 0)
    sizes = [small + 1] * more + [small] * (count - more)
    ends = [sum(sizes[: place + 1]) for place in range(count)]
    return tuple(code[end - size : end] for end, size in zip(ends, sizes, strict=True))
