"""Find the units of a place that a table spells otherwise than the list of units: `Xá Nhè` for Sáng Nhè, `Sín Chải` for
Xín Chải. Pure.

Names of the highlands are written down as they are heard: where Vietnamese says two letters alike, offices of one
district write either. Only such letters differ here; another vowel, or `Tân` for `Thạnh`, is another name.
"""

from __future__ import annotations

import re
from collections import Counter

from bluezone.geography.names import unit_key
from bluezone.geography.units import Unit
from bluezone.rollout.reading.context import is_institution, is_office
from bluezone.rollout.reading.names import Names, bare_names
from bluezone.rollout.reading.places import Named, Placed

#: letters at the beginning of a syllable that some of the country says alike, and one of them
_INITIALS = (
    (re.compile(r"^x"), "s"), (re.compile(r"^tr"), "ch"), (re.compile(r"^(?:gi(?=[aeou])|r)"), "d"),
    (re.compile(r"^n(?![gh])"), "l"), (re.compile(r"^(?:k(?!h)|q)"), "c"), (re.compile(r"^ngh"), "ng"),
    (re.compile(r"^gh"), "g"),
)  # fmt: skip
_NASAL = re.compile(r"(?<=[aeiouy])(?:ng|nh)$")
_FEWEST_WORDS = 2
#: so many rows with known names stand beside each that is taken for a unit by its sound
_FEW = 3


def settle_near_names(placed: Placed, names: Names) -> None:
    """Take the few rows that nobody knows for units of the table's place whose names are spelled nearly so, where a row
    fits one unit only, the unit has no row, and no other row fits it."""
    if placed.parent is None:
        return
    taken = {unit.code for unit in placed.units.values()}
    parts = names.children[placed.parent.code]
    fitting = {row.line: [unit for unit in parts if is_spelled_nearly(row.text, unit)]
               for row in placed.unknown if _is_unknown_place(row)}  # fmt: skip
    fitting = {line: units for line, units in fitting.items() if units}
    wanted = Counter(unit.code for units in fitting.values() for unit in units)
    if len(fitting) * _FEW > len(placed.units):
        return
    for line, units in fitting.items():
        if len(units) == 1 and wanted[units[0].code] == 1 and units[0].code not in taken:
            placed.units[line] = placed.renamed[line] = units[0]
    placed.unknown = [row for row in placed.unknown if row.line not in placed.units]


def _is_unknown_place(row: Named) -> bool:
    return not (row.matches or row.hamlet or is_office(row.text) or is_institution(row.text))


def is_spelled_nearly(text: str, unit: Unit) -> bool:
    """Return whether a text names a unit, but for letters that sound alike: initials, and one final ng or nh."""
    own = unit_key(unit.name).split()
    return any(bare.split() != own and _sound_alike(bare.split(), own) for bare in bare_names(text, unit))


def _sound_alike(one: list[str], other: list[str]) -> bool:
    if len(one) != len(other) or len(one) < _FEWEST_WORDS:
        return False
    pairs = [(_initial_folded(a), _initial_folded(b)) for a, b in zip(one, other, strict=True)]
    unlike = [(a, b) for a, b in pairs if a != b]
    return len(unlike) <= 1 and all(_NASAL.sub("", a) == _NASAL.sub("", b) for a, b in unlike)


def _initial_folded(word: str) -> str:
    for letters, one in _INITIALS:
        word, changed = letters.subn(one, word)
        if changed:
            break
    return word
