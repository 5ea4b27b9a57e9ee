"""Find the units of a place by the initials of their names: `TPVT`, `CT A`, `V.Thủy`, `TXLM`. Pure."""

from __future__ import annotations

import functools
import re
from collections.abc import Sequence

from bluezone.geography.names import plain_key, squeezed
from bluezone.geography.units import Unit, UnitCode
from bluezone.rollout.reading.names import Names
from bluezone.rollout.reading.places import Named, Placed, place

_SHORT_KINDS = {
    "tỉnh": "t", "huyện": "h", "quận": "q", "thành phố": "tp", "thị xã": "tx", "xã": "x", "phường": "p",
    "thị trấn": "tt",
}  # fmt: skip


#: what is said behind a name: `H. G.C Đông (số liệu đến 18/8)`
_IN_BRACKETS = re.compile(r"\s*\([^()]*\d[^()]*\)\s*$")


def place_all(
    rows: Sequence[Named], names: Names, within: UnitCode | None, hints: Sequence[Unit], said: Unit | None
) -> Placed:
    """Return which units the rows mean, by their names, else by the initials of the units of the sender's place, or of
    that one in it which the sender said."""
    placed = place(rows, names, within, hints)
    inside = said.code if said and (within is None or names.lies_in(said, within)) else within
    if inside is not None:
        resolve(rows, placed, names, inside)
    return placed


def resolve(rows: Sequence[Named], placed: Placed, names: Names, within: UnitCode) -> None:
    """Settle rows that nothing in the sender's place is named like, where the initials of its units fit most rows of
    the table; what fits several units is left to be asked. A unit elsewhere never goes before one of the place."""
    open_rows = [
        row for row in rows if row.line not in placed.units and row.line not in placed.several and not row.hamlet
    ]
    taken = {unit.code for unit in placed.units.values()}
    found = {
        row.line: fitting
        for row in open_rows
        if (
            fitting := [
                unit
                for unit in _fitting(_IN_BRACKETS.sub("", row.text), names.children[within])
                if unit.code not in taken
            ]
        )
    }
    if not found or (len(found) + len(placed.units)) * 2 <= len(rows):
        return
    for _ in range(2):  # beside `TXLM`, `L.Mỹ` is the district
        single = {line: units[0].code for line, units in found.items() if len(units) == 1}
        found = {
            line: [unit for unit in units if unit.code not in {code for at, code in single.items() if at != line}]
            or units
            for line, units in found.items()
        }
    for line, units in found.items():
        placed.outside.pop(line, None)
        if len(units) == 1:
            placed.units[line] = units[0]
        else:
            placed.several[line] = units
    placed.unknown = [row for row in placed.unknown if row.line not in found]
    placed.parent = placed.parent or names.units.get(within)


def fits(text: str, unit: Unit) -> bool:
    """Return whether a text abbreviates a unit's name: each word whole or by its first letter, one of them at least."""
    return bool(_fitting(text, [unit]))


def _fitting(text: str, units: Sequence[Unit]) -> list[Unit]:
    written = squeezed(plain_key(text.replace(".", " ")))
    return [unit for unit in units if (known := _pattern(unit.name, unit.kind)) and known.fullmatch(written)]


@functools.cache  # of the units of a country
def _pattern(name: str, kind: str) -> re.Pattern[str] | None:
    """Return how a unit's name is abbreviated; None for a name of one word, which is not."""
    kind_key = plain_key(kind)
    bare = plain_key(name).removeprefix(f"{kind_key} ").split()
    if len(bare) < 2:
        return None
    start = "|".join({squeezed(kind_key), _SHORT_KINDS.get(kind, squeezed(kind_key))})
    words = "".join(f"(?:{re.escape(word)}|{re.escape(word[0])})" for word in bare)
    return re.compile(f"(?:{start})?{words}")


def calls_the_unit(
    mark: str, rows: Sequence[str], others: Sequence[str], names: Names, within: UnitCode | None
) -> bool:
    """Return whether a sheet's name is the initials of the unit that its rows lie in, `CT` over the communes of Châu
    Thành, or of a part of the sender's place beside `others`, sheets that are called so too: no word in short then."""
    if not 1 < len(squeezed(plain_key(mark.replace(".", " ")))) <= _LONGEST_MARK:
        return False
    parts = names.children[within] if within is not None else []
    of_parts = sum(any(each.unit in parts for each in names.matches(row)) for row in rows)
    if any(fits(mark, unit) for unit in parts) and of_parts * 2 <= len(rows):  # no list of all parts
        named = sum(any(fits(other, unit) or _is_named(other, unit, names) for unit in parts) for other in others)
        if named >= _MANY or (named and named == len(others)):
            return True
    found = [{code for each in names.matches(row) for code in names.above(each.unit)} for row in rows]
    above = {code for codes in found for code in codes if fits(mark, names.units[code])}
    inside = {code for code in above if within is None or names.lies_in(names.units[code], within)}
    return any(sum(code in codes for codes in found) * 2 > len(rows) for code in inside)


def _is_named(text: str, unit: Unit, names: Names) -> bool:
    return any(each.unit == unit for each in names.matches(text))


_LONGEST_MARK = 5
_MANY = 2
