"""Find every unit that a name in a form may mean, and how well it fits. Pure.

`H. Vị Thủy`, `TX. Long Mỹ`, `2. TP Ngã Bảy`, `UBND xã Vị Bình`, `Q1`, `VI THUY`, `936`, `Long Mỹ (huyện)`.
"""

from __future__ import annotations

import datetime as dt
import functools
import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from bluezone.errors import N_
from bluezone.geography.errors import GeographyError, UnitNotInForceError
from bluezone.geography.gazetteer import Gazetteer
from bluezone.geography.names import plain_key, squeezed, toned_key, unit_key, without_affix, without_marks
from bluezone.geography.units import Level, System, Unit, UnitCode, pad_digits
from bluezone.rollout.reading.bilingual import Twice, english_kinds, numbered, written_twice
from bluezone.rollout.reading.context import is_institution, is_office

_LEAD = re.compile(
    r"^\s*(?:[-–—+*•]+\s*|\d{1,3}(?:\.\d{1,3})+\.?\s+(?=\D)|\(?\d{1,3}\s*[.)\-:/]\s*(?=\D)|(?:[IVXL]{1,5}|[A-ZĐa-zđ])\s*[.)]\s*(?=[^\s.]{3})|[IVX]{1,5}\s*[-–:]\s*)+"
)
_BRACKETS = re.compile(r"^(?P<name>.+?)\s*\((?P<inside>[^()]*)\)\s*$")
_COUNCIL = re.compile(r"^(ubnd|uy ban nhan dan|uy ban|dia ban|hdnd ubnd|bcd|ban chi dao|dang uy ubnd)\s+")
_GLUED = re.compile(r"^(tp|tx|tt)(?=[a-z]{3})")
_MOST_ASKED = 50_000
#: a day before the districts were merged by whose names offices still called their lists in August 2020
_BEFORE_MERGERS = dt.date(2019, 12, 31)
_GONE = N_("{unit} no longer existed on {on}: its last day was {last}; now {names}")
_SEPARATORS = (" - ", " – ", " — ", ", ", " thuộc ")
_KINDS_OF_LEVEL = {
    "tỉnh": Level.PROVINCE, "huyện": Level.DISTRICT, "quận": Level.DISTRICT, "thị xã": Level.DISTRICT,
    "xã": Level.COMMUNE, "phường": Level.COMMUNE, "thị trấn": Level.COMMUNE,
}  # fmt: skip
_KIND_WORDS = {
    "huyen": "huyện", "h": "huyện", "tx": "thị xã", "thi xa": "thị xã", "tp": "thành phố", "thanh pho": "thành phố",
    "quan": "quận", "xa": "xã", "phuong": "phường", "tt": "thị trấn", "thi tran": "thị trấn", "tinh": "tỉnh",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Match:
    """Hold a unit that a text may mean. `grade`: 0 name and kind, 1 the bare name, 2 the name with another kind, as
    before the unit was raised; `toned`: spelled with the same signs; `said`: the kind the text names."""

    unit: Unit
    grade: int
    toned: bool
    said: str | None = None


_FARM = "NT "
_GLUED_Y = re.compile(r"(?<=\w)([bcdghklmnprstvx])y$")


@functools.cache  # units keep their names from day to day, and there are some 12,000 names
def _keys(name: str) -> tuple[str, str]:
    """Return a unit's name as one word without diacritics, and with them (empty where it is a number)."""
    key = squeezed(unit_key(name))
    return key, "" if key.isdigit() else squeezed(toned_key(name))


class Names:
    """Find units of one day by name and by code."""

    def __init__(self, gazetteer: Gazetteer, on: dt.date) -> None:
        self._gazetteer, self.on = gazetteer, on
        self._by_key: dict[str, list[Unit]] = defaultdict(list)
        self.children: dict[UnitCode, list[Unit]] = defaultdict(list)
        self.units: dict[UnitCode, Unit] = {}
        self._toned: dict[UnitCode, str] = {}
        self._asked: dict[str, list[Match]] = {}
        self._ended: dict[str, list[Unit]] = defaultdict(list)
        for level in Level:
            for unit in gazetteer.of_level(level, on):
                key, toned = _keys(unit.name)
                self._by_key[key].append(unit)
                if (other := _GLUED_Y.sub(r"\1i", key)) != key and " " not in unit.name:
                    self._by_key[other].append(unit)  # `Ealy`, which others write `Ea Ly`
                if unit.name.startswith(_FARM):  # the list shortens the name of a township on a state farm
                    self._by_key[squeezed(unit_key(f"Nông trường {unit.name.removeprefix(_FARM)}"))].append(unit)
                self.units[unit.code] = unit
                self._toned[unit.code] = toned
                if unit.parent is not None:
                    self.children[unit.parent].append(unit)

        if System.on(on) is System.PROVINCES_63:
            for unit in gazetteer.of_level(Level.DISTRICT, _BEFORE_MERGERS):
                if not unit.in_force(on):
                    self._ended[squeezed(unit_key(unit.name))].append(unit)

    def path(self, unit: Unit) -> str:
        """Return a unit's name with those above it."""
        return self._gazetteer.path(unit)

    def above(self, unit: Unit) -> Iterator[UnitCode]:
        """Yield the codes of the units above one, the nearest first."""
        while unit.parent is not None and unit.parent in self.units:
            yield unit.parent
            unit = self.units[unit.parent]

    def lies_in(self, unit: Unit, within: UnitCode) -> bool:
        """Return whether a unit is another one, or lies in it."""
        return unit.code == within or within in self.above(unit)

    def matches(self, text: str) -> list[Match]:
        """Return the units a text may mean, those that fit best only."""
        if text not in self._asked:
            if len(self._asked) > _MOST_ASKED:
                self._asked.clear()
            self._asked[text] = self._find(text)
        return self._asked[text]

    def unmarked(self, text: str) -> list[Match]:
        """Return the units a text may mean whatever its diacritics, `Xã Đăk Long` those called Đắk Long too."""
        return self.matches(without_marks(unicodedata.normalize("NFC", text)))

    def ended(self, text: str, within: UnitCode | None) -> UnitNotInForceError | None:
        """Return what is said of the unit of a name that is no more, with its heirs; None where there was none."""
        try:
            self._gazetteer.find(_LEAD.sub("", text), on=self.on, within=within)
        except UnitNotInForceError as error:
            return error
        except GeographyError:
            return None
        return None

    def ended_district(self, text: str, within: UnitCode | None) -> UnitNotInForceError | None:
        """Return what is said of the district of a place that bore a name until it was merged, as a commune may do
        still: `Hoành Bồ`; None where there was none."""
        unit = self._ended_unit(text, within)
        return self._gone(unit) if unit is not None else None

    def _ended_unit(self, text: str, within: UnitCode | None) -> Unit | None:
        key = _COUNCIL.sub("", unit_key(_LEAD.sub("", text)))
        for bare, kind in [(key, None), *without_affix(key)]:
            for unit in self._ended.get(squeezed(unit_key(bare)), ()):
                if kind not in {None, unit.kind} or unit.parent is None or unit.parent not in self.units:
                    continue
                if within is None or unit.parent == within or self.lies_in(self.units[unit.parent], within):
                    return unit
        return None

    def heirs_of_ended(self, text: str, within: UnitCode | None) -> list[Unit]:
        """Return the units in force that one went into which is no more; none where a text names no such unit."""
        unit = self._ended_unit(text, within)
        if unit is None:
            return []
        heirs = {each.successor for each in self._gazetteer.successors(unit.code)} | {unit.code}
        return [self.units[code] for code in sorted(heirs) if code in self.units]

    def _gone(self, unit: Unit) -> UnitNotInForceError:
        """Return what is said of a unit that is no more; one whose code another name bears now went into that."""
        try:
            heir = self._gazetteer.unit(unit.code, self.on)
        except UnitNotInForceError as error:
            return error
        return UnitNotInForceError(_GONE, unit=self.path(unit), on=self.on, last=unit.until, names=self.path(heir))

    def is_numbered(self, text: str) -> bool:
        """Return whether a text names units by a number only, which say nothing of where it lies: `Phường 6`, `7`."""
        key = unit_key(_LEAD.sub("", text))
        return any(bare.isdigit() for bare in (key, *(bare for bare, _ in without_affix(key))))

    def _find(self, text: str) -> list[Match]:
        written = unicodedata.normalize("NFC", " ".join(text.split()))
        if found := self._plainly(written):
            return found
        stripped = _LEAD.sub("", written).strip(" .:;*")
        if stripped != written and (found := self._plainly(stripped)):
            return found
        twice = written_twice(stripped)
        if twice and (named := self._named_twice(twice)):
            return named if twice.sure else self._either(named, self._parted(stripped))
        return self._parted(stripped) or self._otherwise(written, stripped)

    def _named_twice(self, twice: Twice) -> list[Match]:
        """Return the units of a name that is written twice, of the levels that either half says."""
        found = self._plainly(twice.text)
        of_level = [each for each in found if each.unit.level in twice.levels]
        if not twice.levels:
            return found
        return [each if each.said else replace(each, said=each.unit.kind) for each in of_level]

    @staticmethod
    def _either(one: list[Match], other: list[Match]) -> list[Match]:
        """Return the units of two readings of a text, neither before the other: the table decides, or a question."""
        if not other:
            return one
        found = {each.unit.code: replace(each, grade=1, said=None) for each in (*one, *other)}
        return list(found.values())

    def _parted(self, stripped: str) -> list[Match]:
        """Return the units of a name beside the one above it: `Vị Bình (Vị Thủy)`, `Huyện Vị Thủy - Hậu Giang`."""
        if match := _BRACKETS.match(stripped):
            return self._bracketed(match["name"].strip(), match["inside"].strip())
        for mark in _SEPARATORS:
            if mark in stripped:
                name, _, above = stripped.partition(mark)
                return self._under(name.strip(), above.strip()) or self._under(above.strip(), name.strip())
        return []

    def _otherwise(self, written: str, stripped: str) -> list[Match]:
        if _BRACKETS.match(stripped) or any(mark in stripped for mark in _SEPARATORS):
            return []
        if island := _ISLAND.match(stripped) or _ISLAND.match(written):
            return self._plainly(f"{island['kind']} {island['name']}")
        return next(filter(None, map(self._plainly, _numbers_in_words(stripped))), [])

    def _bracketed(self, name: str, inside: str) -> list[Match]:
        found = self._plainly(name)
        kind = _KIND_WORDS.get(plain_key(inside))
        if kind:
            return [Match(each.unit, 0, each.toned, kind) for each in found if each.unit.kind == kind] or found
        if is_office(inside) or is_institution(inside):
            return []  # `Vị Thanh (Chợ)`
        above = {each.unit.code for each in self._plainly(inside)}
        narrowed = [each for each in found if above & set(self.above(each.unit))]
        return narrowed or found

    def _under(self, name: str, above_text: str) -> list[Match]:
        above = {each.unit.code for each in self.matches(above_text)}
        found = [each for each in self._plainly(name) if above & set(self.above(each.unit))]
        return found or [each for each in self.unmarked(name) if above & set(self.above(each.unit))]

    def _plainly(self, text: str) -> list[Match]:
        key = unit_key(text)
        key = _COUNCIL.sub("", key)
        if not key:
            return []
        found = self._by_name(key, text)
        if not found and (glued := _GLUED.sub(r"\1 ", key)) != key:
            found = self._by_name(glued, text)
        if not found:
            found = self._alias(text)
        best = min((each.grade for each in found), default=0)
        if best < 2:
            found = [each for each in found if each.grade < 2]
        if not text.isascii() and any(each.toned for each in found):
            found = [each for each in found if each.toned]
        return found

    def _by_name(self, key: str, text: str) -> list[Match]:
        found: dict[UnitCode, Match] = {}
        readings: list[tuple[str, str | None]] = [(key, None), *without_affix(key), *numbered(key)]
        toned = squeezed(toned_key(text))
        english = english_kinds(key)
        for bare, said in readings:
            for unit in self._by_key.get(squeezed(unit_key(bare)), ()):
                kind = said
                if english and said is None and bare != key:  # `Sa Pa Town`
                    kind = next((each for each in sorted(english) if _may_be_renamed(each, unit)), "")
                    kind = unit.kind if unit.kind in english else kind
                grade = 1 if kind is None else 0 if kind == unit.kind else 2
                if grade == 2 and (len(bare) < 2 or not _may_be_renamed(kind, unit)):
                    continue
                same = toned.endswith(self._toned[unit.code])
                match = Match(unit, grade, same, kind)
                if unit.code not in found or found[unit.code].grade > grade:
                    found[unit.code] = match
        return list(found.values())

    def _alias(self, text: str) -> list[Match]:
        """Return a province by its short name or old spelling."""
        unit = self._gazetteer.bearing(text, on=self.on, level=Level.PROVINCE)
        return [Match(unit, 0, toned=True)] if unit is not None and unit.code in self.units else []

    def by_code(self, text: str, levels: Iterable[Level] = ()) -> list[Unit]:
        """Return the units a code may mean, its leading zeros lost or not: `936`, `63:936`, `1`."""
        text = text.strip()
        if ":" in text:
            try:
                code = UnitCode.parse(text)
            except GeographyError:
                return []
            return [self.units[code]] if code in self.units else []
        if not (text.isascii() and text.isdecimal() and len(text) <= 5):
            return []
        found = []
        for level in levels or (Level.PROVINCE, Level.DISTRICT, Level.COMMUNE):
            digits = pad_digits(text, level)
            try:
                code = UnitCode(System.on(self.on), digits)
            except GeographyError:
                continue
            if code in self.units and code.level == level:
                found.append(self.units[code])
        return found


#: `Huyện đảo Cồn Cỏ`
_ISLAND = re.compile(
    r"(?P<kind>huyện|huyen|h|xã|xa|x|thành phố|thanh pho|tp)\.?\s*(?:đảo|dao)\s+(?P<name>\S.+)", re.IGNORECASE
)
#: `TT. 7 Ngàn` is Thị trấn Bảy Ngàn, `Phường Bảy` is Phường 7
_NUMBER_WORDS = ("một", "hai", "ba", "bốn", "năm", "sáu", "bảy", "tám", "chín", "mười")
_ONE_DIGIT = re.compile(r"(?<![\d.,])([1-9]|10)(?= [^\W\d])")
_LAST_WORD = re.compile(rf"(?<= )(?:{'|'.join((*_NUMBER_WORDS, 'nhất', 'tư'))})$", re.IGNORECASE)


def _numbers_in_words(text: str) -> Iterator[str]:
    """Yield a name with its number written the other way, in words or in digits."""
    if _ONE_DIGIT.search(text):
        yield _ONE_DIGIT.sub(lambda found: _NUMBER_WORDS[int(found[1]) - 1], text)
    if (found := _LAST_WORD.search(text)) and plain_key(text.split()[0].rstrip(".")) in {"phuong", "p", "quan", "q"}:
        word = {"nhất": "một", "tư": "bốn"}.get(found[0].lower(), found[0].lower())
        yield f"{text[: found.start()]}{_NUMBER_WORDS.index(word) + 1}"


def _may_be_renamed(kind: str | None, unit: Unit) -> bool:
    """Return whether a unit may have borne another kind: towns became cities, communes wards; levels do not change."""
    if kind is None or kind == "tỉnh":
        return False
    if kind == "thành phố":
        return unit.level is Level.DISTRICT
    return _KINDS_OF_LEVEL.get(kind) is unit.level


#: what a unit may have become since: a list of today knows the town, a form of 2020 the district that it was
_RAISED = {
    "huyện": {"thị xã", "thành phố", "quận"}, "thị xã": {"thành phố", "quận"}, "xã": {"phường", "thị trấn"},
    "thị trấn": {"phường"},
}  # fmt: skip


def was_raised(text: str, unit: Unit) -> bool:
    """Return whether a name is a unit's own with the kind that it had before it was raised: `Huyện Tịnh Biên`, the town
    of 2023."""
    key, name = plain_key(text.replace(".", " ")), plain_key(unit.name)
    before = key.removesuffix(f" {name}").split()
    said = _KIND_WORDS.get(" ".join(before[-2:])) or _KIND_WORDS.get(" ".join(before[-1:]), "")
    return key.endswith(f" {name}") and unit.kind in _RAISED.get(said, set())


def bare_names(text: str, unit: Unit) -> Iterator[str]:
    """Yield the keys of the names that a text may give a unit, without a kind that it may have borne."""
    key = _COUNCIL.sub("", unit_key(_LEAD.sub("", text)))
    yield key
    yield from (bare for bare, kind in without_affix(key) if kind == unit.kind or _may_be_renamed(kind, unit))


def is_council(text: str) -> bool:
    """Return whether a text names the people's committee of a place: `UBND huyện Vị Thủy`."""
    return bool(_COUNCIL.match(unit_key(_LEAD.sub("", text))))


def said_level(matches: Iterable[Match]) -> Level | None:
    """Return the level that the kind a text names leaves, None where it names none or both remain."""
    levels = {each.unit.level for each in matches if each.said}
    return next(iter(levels)) if len(levels) == 1 else None


def places_named(text: str, names: Names) -> list[Unit]:
    """Return the units that a line of text names with their kind: `UBND HUYỆN VỊ THỦY`, `xã Vị Bình, huyện Vị Thủy`."""
    words = [word for word in re.split(r"[\s]+", text) if word]
    found: list[Unit] = []
    at = 0
    while at < len(words):
        step = 1
        if _starts_kind(words, at):
            for length in range(min(7, len(words) - at), 1, -1):
                candidate = " ".join(words[at : at + length]).strip(" .,;:()–-")
                matches = [each for each in names.matches(candidate) if each.grade == 0]
                if matches:
                    found += [each.unit for each in matches if each.unit not in found]
                    step = length
                    break
        at += step
    return found


def _starts_kind(words: list[str], at: int) -> bool:
    key = plain_key(words[at].strip("(,.;:"))
    if re.match(r"^(tp|tx|tt|h|x|p|q)\.\S", words[at].lower()):
        return True
    following = plain_key(words[at + 1]) if at + 1 < len(words) else ""
    return key in {"huyen", "quan", "xa", "phuong", "tinh", "tp", "tx", "tt"} or (key, following) in {
        ("thanh", "pho"), ("thi", "xa"), ("thi", "tran"),
    }  # fmt: skip
