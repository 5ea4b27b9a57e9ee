"""Find the part of a header in several languages that says most, and rows of a header that translate others. Pure."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

from bluezone.rollout.reading.vocabulary import TOTAL, UNKNOWN, Guess

_STROKES = re.compile(r"\s+/\s+|\s*\n\s*")
_BEYOND_LATIN = 0x2000
#: a Vietnamese word without its signs
_SYLLABLE = re.compile(
    r"(?:ngh|ng|nh|n|ch|c|gh|gi|g|kh|k|ph|p|qu|th|tr|t|b|d|h|l|m|r|s|v|x)?[aeiouy]{1,3}(?:ch|c|ng|nh|n|m|p|t)?"
)
#: words of no language that Vietnamese headers have too
_AT_HOME = frozenset(["app", "bluezone", "ncovi", "smartphone", "zalo", "facebook", "android", "ios", "covid", "wifi"])
_TWO = 2


def languages(text: str) -> list[str]:
    """Return the parts in Latin letters of a header that is written in three languages, or in one of other letters
    too, parted by strokes: `導入済 / Installed / Đã cài`; the first of a Vietnamese one with its English behind it,
    `Cài mới / Newly installed`; none for any other header."""
    parts = [part.strip() for part in _STROKES.split(text) if part.strip()]
    if len(parts) == _TWO and not parts[0].isascii() and _is_foreign(parts[1]):
        return parts[:1]
    latin = [part for part in parts if all(ord(sign) < _BEYOND_LATIN for sign in part)]
    foreign = any(part.isascii() for part in latin) and any(not part.isascii() for part in latin)
    return latin if len(parts) > len(latin) > 0 or (len(parts) > _TWO and foreign) else []


def _is_foreign(text: str) -> bool:
    """Return whether at least half of the words of a text are none that Vietnamese could have without its signs."""
    said = re.findall(r"[a-z]+", text.lower())
    foreign = [word for word in said if set(word) & set("aeiouy") and not _SYLLABLE.fullmatch(word)]
    foreign = [word for word in foreign if word not in _AT_HOME]
    return text.isascii() and bool(foreign) and len(foreign) * 2 >= len(said)


def in_one_language(path: Sequence[str], guess: Callable[[Sequence[str]], Guess]) -> Sequence[str]:
    """Return texts whose lowest, where it is written in several languages, is cut to one of its parts: of those that
    are known, which must mean the same, one that says of whom. A part with Vietnamese signs must be known."""
    parts = languages(path[-1]) if path else []
    found = [(each, part) for part in parts if (each := guess([*path[:-1], part])).kind not in {UNKNOWN, TOTAL}]
    known = [part for _, part in found]
    if len({each.kind for each, _ in found}) != 1 or any(not part.isascii() and part not in known for part in parts):
        return path
    return [*path[:-1], max(found, key=lambda each: bool(each[0].of))[1]]


_ENGLISH = re.compile(
    r"\b(?:number|of|the|per|total|rate|share|percent(?:age)?|population|persons?|people|inhabitants|installations?|"
    r"installed|users?|smartphones?|district|commune|ward|province|unit|company|department|name|target|structure)\b",
    re.IGNORECASE,
)


def is_english(texts: Sequence[str]) -> bool:
    """Return whether the texts of a row are English: letters without Vietnamese signs, and words of reports in most."""
    said = [text for text in texts if text.strip()]
    english = sum(bool(_ENGLISH.search(text)) for text in said)
    return len(said) >= _TWO and all(text.isascii() for text in said) and 2 * english > len(said)
