"""Hold what forms need of the country in which they are filled in: whose people come first, and how its telephone
numbers are read. It comes from the country's package; a phone has it from its authority."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

_SEPARATORS = re.compile(r"[\s.()/–-]+")
_NUMBER = re.compile(r"\+[1-9][0-9]{7,14}", re.ASCII)
_MOST_TYPED = 40
#: a number with its calling code and without "+" has at least so many digits
_LEAST_WITH_CODE = 11


@dataclass(frozen=True, slots=True)
class Country:
    """Hold its letters (ISO 3166) and its calling code, as `VN` and `84`; "" where they are not known."""

    iso: str = ""
    calling_code: str = ""

    def telephone(self, text: str) -> str | None:
        """Return a telephone number as `+84912345678`; None for what is none. One that begins with 0 is of this
        country. (A server that knows every country's numbers asks its own library instead.)"""
        bare = _SEPARATORS.sub("", unicodedata.normalize("NFKC", text[:_MOST_TYPED]))
        if bare.startswith("00"):
            bare = f"+{bare[2:]}"
        elif self.calling_code and bare.startswith("0"):
            bare = f"+{self.calling_code}{bare[1:]}"
        elif self.calling_code and bare.startswith(self.calling_code) and len(bare) >= _LEAST_WITH_CODE:
            bare = f"+{bare}"
        return bare if _NUMBER.fullmatch(bare) else None

    def as_dialled(self, number: str) -> str:
        """Return a number that is stored as its people dial it: one of this country with 0."""
        code = f"+{self.calling_code}"
        return f"0{number.removeprefix(code)}" if self.calling_code and number.startswith(code) else number
