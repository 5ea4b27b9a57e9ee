"""Name the sectors an order speaks to, and make the short codes their units put on posters."""

from __future__ import annotations

import enum
import re
from collections.abc import Iterable

from bluezone.errors import N_
from bluezone.rollout.errors import RolloutError

#: Crockford's base 32: no I, L, O, U, so that a code read aloud or from paper is typed right.
_ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_READ_AS = str.maketrans({"O": "0", "I": "1", "L": "1"})
#: 7 random characters (35 bits) and one that checks them: a guess hits one of 100,000 units once in 10 million tries.
CODE_LENGTH = 8
ENTROPY_BYTES = 5
_LOOKS = re.compile(r"[0-9A-Za-z]{4}-?[0-9A-Za-z]{4}")


class Sector(enum.StrEnum):
    """Name where an order reaches people: the sectors of the letter of Hậu Giang of August 2020."""

    STATE_AGENCIES = "state-agencies"
    ARMED_FORCES = "armed-forces"
    SCHOOLS = "schools"
    HOSPITALITY = "hospitality"
    STATIONS = "stations"
    COMPANIES = "companies"
    NEIGHBOURHOODS = "neighbourhoods"
    QUARANTINE = "quarantine"
    OTHER = "other"


#: msgids; `families` tells whether an order to this sector means the members' families too
NAMES: dict[Sector, str] = {
    Sector.STATE_AGENCIES: N_("State agencies and public services"),
    Sector.ARMED_FORCES: N_("Armed forces"),
    Sector.SCHOOLS: N_("Schools: pupils, students and their families"),
    Sector.HOSPITALITY: N_("Restaurants and hotels"),
    Sector.STATIONS: N_("Bus stations, boat stations and landing stages"),
    Sector.COMPANIES: N_("Companies in markets, shopping centres and industrial zones"),
    Sector.NEIGHBOURHOODS: N_("Neighbourhoods and hamlets"),
    Sector.QUARANTINE: N_("Quarantine sites"),
    Sector.OTHER: N_("Others"),
}
WITH_FAMILIES = frozenset({Sector.STATE_AGENCIES, Sector.ARMED_FORCES, Sector.SCHOOLS})


class UnitCodeError(RolloutError):
    """Report a poster code that cannot be right."""


def make_code(entropy: bytes) -> str:
    """Make a poster code, as `7K3M-Q2XD`, from ENTROPY_BYTES of randomness (the caller makes sure that it is new)."""
    if len(entropy) != ENTROPY_BYTES:
        raise ValueError(f"{ENTROPY_BYTES} bytes of entropy are needed, not {len(entropy)}")
    number = int.from_bytes(entropy, "big") >> (8 * ENTROPY_BYTES - 5 * (CODE_LENGTH - 1))
    letters = "".join(_ALPHABET[number >> shift & 31] for shift in range(5 * (CODE_LENGTH - 2), -1, -5))
    return _grouped(letters + _check(letters))


def read_code(text: str) -> str:
    """Return a code as typed (`7k3m q2xd`, O for 0) in its one written form. Raises UnitCodeError if a letter is
    wrong."""
    letters = "".join(letter for letter in text.upper().translate(_READ_AS) if letter not in " -")
    if len(letters) != CODE_LENGTH or any(letter not in _ALPHABET for letter in letters):
        raise UnitCodeError(N_("“{text}” is not a unit code: it has 8 letters and digits, as in 7K3M-Q2XD"), text=text)
    if _check(letters[:-1]) != letters[-1]:
        raise UnitCodeError(N_("“{text}” has a typing mistake: compare it with the poster"), text=text)
    return _grouped(letters)


def is_code(text: str) -> bool:
    """Decide whether a text is meant as a code: `7K3M-Q2XD` with its hyphen or a digit, for `Vinh Long` is none."""
    return bool(_LOOKS.fullmatch(text)) and ("-" in text or any(letter.isdigit() for letter in text))


def codes_among(texts: Iterable[str]) -> set[str]:
    """Return the codes among texts that are written right, in their one written form."""
    found = set()
    for text in texts:
        if is_code(text):
            try:
                found.add(read_code(text))
            except UnitCodeError:
                continue
    return found


def _check(letters: str) -> str:
    """A weighted sum (odd weights, all different): finds every wrong letter and nearly every swap of neighbours."""
    return _ALPHABET[sum((2 * place + 1) * _ALPHABET.index(letter) for place, letter in enumerate(letters)) % 32]


def _grouped(letters: str) -> str:
    return f"{letters[:4]}-{letters[4:]}"
