"""Tell a unit's name that is written twice, in Vietnamese and in English or without signs. Pure.

`Huyện Bát Xát - Bat Xat District`, `Thị xã Sa Pa (Sa Pa Town)`, `Bat Xat District/Huyện Bát Xát`: one unit of the level
that is written, and no commune `Bat Xat` of the district before it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from bluezone.geography.names import plain_key, squeezed, toned_key, unit_key, without_affix
from bluezone.geography.units import LEVELS_OF_KIND, Level

#: what an English word for a level says of the unit's kind
KINDS: dict[str, frozenset[str]] = {
    "province": frozenset({"tỉnh"}),
    "prov": frozenset({"tỉnh"}),
    "city": frozenset({"thành phố"}),
    "municipality": frozenset({"thành phố"}),
    "town": frozenset({"thị xã", "thị trấn"}),
    "township": frozenset({"thị trấn", "thị xã"}),
    "townlet": frozenset({"thị trấn"}),
    "district": frozenset({"huyện", "quận"}),
    "dist": frozenset({"huyện", "quận"}),
    "ward": frozenset({"phường"}),
    "commune": frozenset({"xã"}),
}
#: English words that stand beside a word for a level
_BESIDE = frozenset(["urban", "rural", "island", "mountainous", "provincial", "people", "s", "committee", "pc", "of"])
_MARK = re.compile(r"\s+[-–—|:;]+\s+|\s*[/;|]\s*|,\s+|\s*\((?=[^()]*\)$)|\s*\[(?=[^\[\]]*\]$)")
_COUNCIL = re.compile(r"^(?:(?:hdnd )?ubnd|uy ban nhan dan) ")
_NUMBERED = re.compile(r"(?P<word>district|dist|ward) (?P<number>\d{1,2})")
_LONGEST = 16


@dataclass(frozen=True, slots=True)
class Twice:
    """Hold a name that is written twice, once: `text` as Vietnamese has it; `levels` it may be of by what is written
    (empty: not said); `sure`: it is no unit of a bare name in another that is called so too."""

    text: str
    levels: frozenset[Level]
    sure: bool = True


@dataclass(frozen=True, slots=True)
class _Part:
    """Hold a half of a text, as it may be read: its bare name, the kind in Vietnamese, the kinds in English."""

    text: str
    bare: str
    kind: str | None
    english: frozenset[str]

    @property
    def levels(self) -> frozenset[Level]:
        kinds = {self.kind} if self.kind else self.english
        return frozenset(level for kind in kinds for level in LEVELS_OF_KIND[kind])

    @property
    def signs(self) -> str:
        """Return the bare name with its signs, without spaces, as far as it can be told."""
        return squeezed(toned_key(self.text))


def written_twice(text: str) -> Twice | None:
    """Return a unit's name that a text gives twice, None for any other text."""
    for first, second, marked in _halves(text):
        for one in _readings(first):
            for other in _readings(second):
                if one.bare == other.bare and (found := _joined(one, other, marked=marked)):
                    return found
    return None


def english_kinds(key: str) -> frozenset[str]:
    """Return the kinds that the English word at the end of a key may mean: `bat xat district`; empty without one."""
    return KINDS.get(key.rsplit(" ", 1)[-1], frozenset()) if " " in key else frozenset()


def numbered(key: str) -> Iterator[tuple[str, str]]:
    """Yield the number and the kind of a unit that English calls by them: `district 1`, `ward 12`."""
    if found := _NUMBERED.fullmatch(key):
        yield found["number"], "phường" if found["word"] == "ward" else "quận"


def _halves(text: str) -> Iterator[tuple[str, str, bool]]:
    """Yield a text cut in two at each mark, else where the second half begins with the words of the first again."""
    marks = list(_MARK.finditer(text))
    for mark in marks:
        first, second = text[: mark.start()], text[mark.end() :].rstrip(")] ")
        if first and second:
            yield first, second, True
    words = text.split()
    keys = [plain_key(word) for word in words]
    if marks or len(words) > _LONGEST or len(set(keys)) == len(keys):
        return
    for at in range(1, len(words)):
        if keys[at] in keys[:at]:
            yield " ".join(words[:at]), " ".join(words[at:]), False


def _readings(text: str) -> Iterator[_Part]:
    """Yield the ways to read a half: its bare name after a word in Vietnamese, before one in English, or alone."""
    key = _COUNCIL.sub("", unit_key(text))
    words = key.split()
    kinds = [KINDS[word] for word in words if word in KINDS]
    if kinds:
        bare = "".join(word for word in words if word not in KINDS and word not in _BESIDE)
        yield _Part(text, bare, None, kinds[0])
        return
    for bare, kind in without_affix(key):
        yield _Part(text, squeezed(unit_key(bare)), kind, frozenset())
    yield _Part(text, squeezed(key), None, frozenset())


def _joined(one: _Part, other: _Part, *, marked: bool) -> Twice | None:
    """Return the name that two halves of one bare name give, None where the one may well lie in the other."""
    if not one.bare or (one.english and other.english):
        return None
    if one.english:
        return _joined(other, one, marked=marked) if not other.text.isascii() or other.kind else None
    if other.english:
        shared = one.levels & other.levels if one.kind else other.levels
        sure = bool(one.kind) or not one.text.isascii()
        return Twice(one.text, shared, sure) if shared and (marked or sure) else None
    if other.kind:
        if one.kind:
            return Twice(one.text, one.levels) if one.kind == other.kind else None
        strange = marked and one.text.isascii() and not _ends_plainly(other)
        return Twice(other.text, other.levels, sure=False) if strange else None
    plain = other.text.isascii() and not _ends_plainly(one)
    if plain:
        return Twice(one.text, one.levels)
    ascii_both = other.text.isascii() and _ends_plainly(one)
    return Twice(one.text, one.levels, sure=False) if marked and (one.kind or ascii_both) else None


def _ends_plainly(part: _Part) -> bool:
    """Return whether the bare name has no signs, whatever the word before it has: `Huyện Si Ma Cai`."""
    return part.signs.endswith(part.bare)
