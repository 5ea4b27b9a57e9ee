"""Make names as people type them comparable: diacritics, spellings of đ, tone placement, prefixes, numerals.

Two keys: `plain_key` forgets diacritics (finds), `toned_key` keeps them (decides between several finds).
"""

from __future__ import annotations

import functools
import re
import unicodedata
from collections.abc import Iterator

from bluezone.geography.country import country

# Old Vietnamese fonts put the Icelandic eth where đ belongs; both look alike on paper.
_D = str.maketrans({"đ": "d", "Đ": "D", "ð": "d", "Ð": "D"})
_ETH = str.maketrans({"ð": "đ", "Ð": "Đ"})
_TONES = frozenset("\u0300\u0301\u0303\u0309\u0323")
_DIGIT = re.compile(r"\d", re.ASCII)
_NOT_WORD = re.compile(r"[\W_]+")
#: a syllable whose only vowel is y is written with i as well: `Phú Quý` and `Phú Quí`, `Mỹ` and `Mĩ`
_Y_FOR_I = re.compile(r"\b([bcdđghklmnprstvx]+|qu)y\b")
_ROMAN = re.compile(r"x{0,3}(ix|iv|v?i{0,3})")
_ROMAN_VALUE = {"i": 1, "v": 5, "x": 10}


@functools.cache
def _affixes(*, after: bool) -> dict[str, str | None]:
    """Return what stands before or after a name as plain keys with its kind as in `Unit.kind`, None where it may be
    several: the longest first, so that `thanh pho` is tried before `p`."""
    kinds: dict[str, set[str]] = {}
    for each in country().kinds.values():
        for word in each.suffixes if after else each.prefixes:
            kinds.setdefault(word, set()).add(each.word)
    found = [(word, min(of) if len(of) == 1 else None) for word, of in kinds.items()]
    return dict(sorted(found, key=lambda pair: -len(pair[0])))


class _WithoutMarks(dict[int, int | None]):
    """Map a character to itself and a combining one to nothing, for `str.translate`; filled as characters come."""

    def __missing__(self, point: int) -> int | None:
        self[point] = kept = None if unicodedata.combining(chr(point)) else point
        return kept


_BARE = _WithoutMarks()


def without_marks(text: str) -> str:
    """Return a text in small letters without diacritics, `Đồng Hới` -> `dong hoi`."""
    return unicodedata.normalize("NFKD", text.translate(_D)).translate(_BARE).casefold()


def plain_key(text: str) -> str:
    """Return a name as it is compared, `Tỉnh Hậu-Giang` -> `tinh hau giang`: without diacritics, case, punctuation and
    leading zeros."""
    bare = without_marks(text)
    words = _NOT_WORD.sub(" ", bare).split()
    return " ".join(map(_without_zeros, words) if _DIGIT.search(bare) else words)


def unit_key(text: str) -> str:
    """Return the plain key of a unit's name, one spelling of y and i; a numbered ward is written with digits
    (`phuong iv` -> `phuong 4`)."""
    key = _Y_FOR_I.sub(r"\1i", plain_key(text))
    *prefix, last = key.split() or [""]
    if not last or not _ROMAN.fullmatch(last) or (prefix and " ".join(prefix) not in _affixes(after=False)):
        return key
    values = [_ROMAN_VALUE[letter] for letter in last]
    number = sum(-a if a < b else a for a, b in zip(values, [*values[1:], 0], strict=True))
    return " ".join([*prefix, str(number)])


def toned_key(text: str) -> str:
    """Return the key of a name with its diacritics, one spelling of y and i, the tone moved to the syllable's end so
    that `hoà` equals `hòa`."""
    words = _NOT_WORD.sub(" ", unicodedata.normalize("NFKC", text.translate(_ETH)).casefold()).split()
    return " ".join(_tone_last(_without_zeros(word)) for word in words)


def squeezed(key: str) -> str:
    """Return a key without its spaces: `kon tum` and `kontum` are one place."""
    return key.replace(" ", "")


@functools.lru_cache(maxsize=10_000)  # there are so few syllables
def _tone_last(word: str) -> str:
    decomposed = unicodedata.normalize("NFD", word)
    tones = "".join(sign for sign in decomposed if sign in _TONES)
    letters = "".join(sign for sign in decomposed if sign not in _TONES)
    return _Y_FOR_I.sub(r"\1i", unicodedata.normalize("NFC", letters)) + tones


def _without_zeros(word: str) -> str:
    return str(int(word)) if word.isascii() and word.isdigit() and len(word) < 4 else word


def without_affix(key: str) -> Iterator[tuple[str, str | None]]:
    """Return every way to read a plain key as a prefix or a suffix and a name: (name, kind or None)."""
    for prefix, kind in _affixes(after=False).items():
        rest = key.removeprefix(prefix)
        if rest != key and rest and (rest[0] == " " or rest[0].isdigit()):
            yield rest.strip(), kind
    for suffix, kind in _affixes(after=True).items():
        rest = key.removesuffix(f" {suffix}")
        if rest != key and rest:
            yield rest, kind
