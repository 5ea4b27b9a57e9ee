"""Decide which units the rows of a table speak of: over the whole column, within the sender's place. Pure.

All rows of one level within one unit is what a form usually holds; else a list of districts, each followed by its
communes. What fits in several ways is not decided here but asked.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field

from bluezone.geography.names import plain_key
from bluezone.geography.units import Level, Unit, UnitCode
from bluezone.rollout.reading.names import Match, Names, said_level
from bluezone.rollout.reading.otherwise import spelled_otherwise, take_own_spelling, take_spelling_below_heads


@dataclass(slots=True)
class Named:
    """Hold what a row says of its unit: the text, a code, texts of columns for the units above, and the mark before
    it (`I`, `1`, `-`)."""

    line: int
    text: str
    code: str = ""
    above: tuple[str, ...] = ()
    mark: str = ""
    matches: list[Match] = field(default_factory=list)
    #: the lowest level that the header of the names lets a bare name have
    level: Level | None = None
    #: the header says that the rows are hamlets: a name means a unit only where it says its kind
    hamlet: bool = False
    #: the header says that the rows are communes; the days that the row is of, where each has its own
    of_communes: bool = False
    days: tuple[object, ...] = ()


@dataclass(slots=True)
class Placed:
    """Hold the decision: a unit for each row that has one; rows nobody knows; rows that may mean several units;
    rows outside the sender's place; `parents`: the units that the whole column may lie in, where that is open."""

    units: dict[int, Unit] = field(default_factory=dict)
    unknown: list[Named] = field(default_factory=list)
    several: dict[int, list[Unit]] = field(default_factory=dict)
    outside: dict[int, list[Unit]] = field(default_factory=dict)
    parents: list[Unit] = field(default_factory=list)
    renamed: dict[int, Unit] = field(default_factory=dict)
    #: rows of a unit whose parts follow below it
    groups: set[int] = field(default_factory=set)
    parent: Unit | None = None

    def close(self, lines: Collection[int]) -> None:
        """Take rows out of those whose unit is open: unknown, one of several, or outside the sender's place."""
        self.unknown = [row for row in self.unknown if row.line not in lines]
        for line in lines:
            self.outside.pop(line, None)
            self.several.pop(line, None)


def place(rows: Sequence[Named], names: Names, within: UnitCode | None, hints: Sequence[Unit]) -> Placed:
    """Return which units the rows mean. `hints` are the places that titles name, the nearest first."""
    placed = Placed()
    inside: dict[int, list[Match]] = {}
    for row in rows:
        matches = _of_level(row, row.matches or _matches(row, names))
        row.matches = matches
        kept = [each for each in matches if within is None or names.lies_in(each.unit, within)]
        if kept:
            inside[row.line] = kept
        elif matches and names.ended_district(row.text, within) is None:
            placed.outside[row.line] = [each.unit for each in matches]
        else:
            placed.unknown.append(row)
    _take_own_spelling(rows, inside, placed, names, within, hints)
    known = [row for row in rows if row.line in inside]
    _leave_named_ones(known, inside)
    if not known:
        return placed
    for row in _of_a_lower_level(known, inside, names, within):
        known.remove(row)
        del inside[row.line]
        placed.unknown.append(row)
    parents = _parents(known, inside, hints, within)
    if len(parents) == 1:
        _flat(known, inside, parents[0], names, placed)
    elif parents:
        placed.parents = [names.units[code] for code in parents]
    else:
        _nested(known, inside, names, hints, within, placed)
    _settle_the_only_one(placed, names)
    return placed


def _take_own_spelling(
    rows: Sequence[Named],
    inside: dict[int, list[Match]],
    placed: Placed,
    names: Names,
    within: UnitCode | None,
    hints: Sequence[Unit],
) -> None:
    named = {row.line: (row.text, row.above, row.code) for row in rows if row.matches and not row.hamlet}
    taken = take_own_spelling(named, inside, names, within, hints)
    for row in rows:
        if row.line in taken:
            placed.outside.pop(row.line, None)
            row.matches = [*inside[row.line], *row.matches]


_ALONE = {"thanh pho": "thành phố", "tp": "thành phố", "thi xa": "thị xã", "tx": "thị xã"}


def _settle_the_only_one(placed: Placed, names: Names) -> None:
    """Take a row named with a kind only, `Thành phố`, for the one city of the province that the others lie in."""
    if placed.parent is None or placed.parent.level is not Level.PROVINCE:
        return
    taken = {unit.code for unit in placed.units.values()}
    for row in list(placed.unknown):
        kind = _ALONE.get(plain_key(row.text))
        units = [unit for unit in names.children[placed.parent.code] if unit.kind == kind]
        if len(units) == 1 and units[0].code not in taken:
            placed.units[row.line] = placed.renamed[row.line] = units[0]
            placed.unknown.remove(row)


def _of_a_lower_level(
    rows: Sequence[Named], inside: dict[int, list[Match]], names: Names, within: UnitCode | None
) -> list[Named]:
    """Return the rows whose bare name only a commune bears in a list of districts: `Hoành Bồ`, a district until shortly
    before, is not the ward of that name. Rows that follow each other may be the parts of the district above them."""
    votes: Counter[UnitCode] = Counter()
    for row in rows:
        votes.update({each.unit.parent for each in inside[row.line]
                      if each.unit.parent is not None and each.unit.level is Level.DISTRICT})  # fmt: skip
    if not votes:
        return []
    parent, count = votes.most_common(1)[0]
    odd = [row for row in rows if all(each.unit.parent != parent for each in inside[row.line])]
    odd = [row for row in odd if all(each.unit.level is Level.COMMUNE and not each.said for each in inside[row.line])]
    ended = [row for row in odd if names.ended_district(row.text, within)]
    if count < _FEWEST or count + len(odd) < len(rows) or count * 4 < (len(rows) - len(ended)) * 3:
        return []
    at = [rows.index(row) for row in odd if row not in ended]
    return ended if any(number + 1 in at for number in at) else odd


def _of_level(row: Named, matches: list[Match]) -> list[Match]:
    """Return the units that a name may mean below its header: no commune answers for a bare name among districts."""
    if row.hamlet:
        return [each for each in matches if each.said]
    if row.level is None:
        return matches
    return [each for each in matches if each.said or each.unit.level <= row.level] or (
        matches if not any(each.unit.level <= row.level for each in matches) and not row.text.isdecimal() else []
    )


_FEWEST = 3


def foreign_unit(rows: Sequence[Named], names: Names, within: UnitCode, named: Sequence[Unit]) -> Unit | None:
    """Return the unit outside the sender's place that a table is of: all rows with a name that is known are called
    like its parts, and those of the sender's place are not all, or a title names it. None where there is none, and
    where the sender's place is of the other system of units: there nothing of its own can be told from others."""
    known = [row for row in rows if row.matches]
    if len(known) < _FEWEST or within not in names.units:
        return None
    parents = [{each.unit.parent for each in row.matches if each.unit.parent is not None} for row in known]
    full = set.intersection(*parents)
    above = {within, *names.above(names.units[within])}
    others = [names.units[code] for code in full if code in names.units and code not in above]
    outside = [unit for unit in others if not names.lies_in(unit, within)]
    own = all(any(names.lies_in(each.unit, within) for each in row.matches) for row in known)
    titled = [unit for unit in outside if unit in named]
    if own:
        return titled[0] if len(titled) == 1 else None
    return outside[0] if len(outside) == 1 else None


def _leave_named_ones(rows: Sequence[Named], inside: dict[int, list[Match]]) -> None:
    """Take a unit out of what a bare name may mean where another row names it with its kind: beside `Huyện Vị Thủy`,
    `Vị Thủy` among communes is the commune. Where the header says that the rows are communes, `Xã Vị Thủy` in another
    row makes no district of `Vị Thủy`."""
    said = {row.line: inside[row.line][0].unit for row in rows
            if len(inside[row.line]) == 1 and inside[row.line][0].said and inside[row.line][0].grade == 0}  # fmt: skip
    for row in rows:
        if row.line not in said and len(inside[row.line]) > 1:
            named = {unit.code for unit in said.values() if not (row.of_communes and unit.level is Level.COMMUNE)}
            left = [each for each in inside[row.line] if each.unit.code not in named]
            inside[row.line] = left or inside[row.line]


def ask_named_twice(rows: Sequence[Named], placed: Placed) -> None:
    """Have a bare name in a list of communes be asked about, where a row of the same day names the commune with its
    kind and the unit above bears the name too: it is that commune again, or the whole."""
    said = {(placed.units[row.line].code, row.days): row.line for row in rows
            if row.line in placed.units and any(each.said for each in row.matches)}  # fmt: skip
    for row in rows:
        unit = placed.units.get(row.line)
        if unit is None or not row.of_communes or any(each.said for each in row.matches):
            continue
        whole = [each.unit for each in row.matches if each.unit.code == unit.parent]
        if whole and (unit.code, row.days) in said:
            placed.several[row.line] = [*whole, unit]
            del placed.units[row.line]


def _matches(row: Named, names: Names) -> list[Match]:
    if row.code:
        coded = names.by_code(row.code)
        by_name = names.matches(row.text) if row.text else []
        both = [each for each in by_name if each.unit in coded]
        if both or (coded and not row.text):
            return both or [Match(unit, 0, toned=True) for unit in coded]
        found = by_name
    else:
        found = names.matches(row.text)
        if not found and row.text.isdecimal():
            found = [Match(unit, 1, toned=True) for unit in names.by_code(row.text)]
    for text in row.above:
        above = {each.unit.code for each in names.matches(text)}
        narrowed = [each for each in found if above & set(names.above(each.unit))]
        found = narrowed or (spelled_otherwise(row.text, above, names) if found else []) or found
    return found


def _parents(
    rows: Sequence[Named],
    inside: dict[int, list[Match]],
    hints: Sequence[Unit],
    within: UnitCode | None,
) -> list[UnitCode]:
    """Return the units under which every row has its own: one if that is decided, none if no single one holds all."""
    votes: Counter[UnitCode] = Counter()
    for row in rows:
        votes.update({each.unit.parent for each in inside[row.line] if each.unit.parent is not None})
    full = [code for code, count in votes.items() if count == len(rows)]
    full = [code for code in full if _distinct(rows, inside, code)]
    if len(full) <= 1:
        return full
    hinted = [unit.code for unit in hints if unit.code in full]
    if within in full:
        hinted = hinted or [within]
    if hinted:
        # a title that names a district speaks of its communes, also where it names the province too
        return [max(hinted, key=lambda code: (code.level, -hinted.index(code)))]
    return _best_grades(rows, inside, full)


def _distinct(rows: Sequence[Named], inside: dict[int, list[Match]], parent: UnitCode) -> bool:
    """Return whether each row of a day can have a unit of its own under a parent: rows that agree in text count once,
    and below a header of communes those that may mean the same, `Vị Thủy` and `Xã Vị Thủy`."""
    for day in {row.days for row in rows}:
        named: set[object] = set()
        units: set[UnitCode] = set()
        for row in rows:
            if row.days == day:
                own = frozenset(each.unit.code for each in inside[row.line] if each.unit.parent == parent)
                named.add(own if row.of_communes else row.text)
                units |= own
        if len(units) < len(named):
            return False
    return True


def _best_grades(rows: Sequence[Named], inside: dict[int, list[Match]], full: Sequence[UnitCode]) -> list[UnitCode]:
    def grade(parent: UnitCode) -> int:
        return sum(min(each.grade for each in inside[row.line] if each.unit.parent == parent) for row in rows)

    least = min(map(grade, full))
    return sorted(code for code in full if grade(code) == least)


def _flat(
    rows: Sequence[Named], inside: dict[int, list[Match]], parent: UnitCode, names: Names, placed: Placed
) -> None:
    placed.parent = names.units.get(parent)
    open_rows: dict[int, list[Match]] = {}
    for row in rows:
        matches = [each for each in inside[row.line] if each.unit.parent == parent]
        best = min(each.grade for each in matches)
        matches = [each for each in matches if each.grade == best]
        if len(matches) == 1:
            _settle(placed, row.line, matches[0])
        else:
            open_rows[row.line] = matches
    _eliminate(open_rows, placed)


def _settle(placed: Placed, line: int, match: Match) -> None:
    placed.units[line] = match.unit
    if match.grade == 2:
        placed.renamed[line] = match.unit


def _eliminate(open_rows: dict[int, list[Match]], placed: Placed) -> None:
    """Settle rows whose other meanings are named by other rows: beside `TX Long Mỹ`, `Long Mỹ` is the district."""
    taken = {unit.code for unit in placed.units.values()}
    for line, matches in open_rows.items():
        left = [each for each in matches if each.unit.code not in taken]
        if len(left) == 1:
            _settle(placed, line, left[0])
        else:
            placed.several[line] = [each.unit for each in matches]


def _nested(
    rows: Sequence[Named],
    inside: dict[int, list[Match]],
    names: Names,
    hints: Sequence[Unit],
    within: UnitCode | None,
    placed: Placed,
) -> None:
    """Read a list of units of two levels, each unit of the higher one before its parts."""
    root = _root(rows, inside, names, hints, within)
    current: Unit | None = None
    take_spelling_below_heads([(row.line, row.text) for row in rows], inside, names)
    open_rows: dict[int, list[Match]] = {}
    for number, row in enumerate(rows):
        matches = [each for each in inside[row.line] if root is None or names.lies_in(each.unit, root)]
        if not matches:
            placed.outside[row.line] = [each.unit for each in inside[row.line]]
            continue
        chosen = _next(matches, current, rows[number + 1 :], inside)
        best = min((each.grade for each in chosen), default=0)
        chosen = [each for each in chosen if each.grade == best]
        if len(chosen) != 1:
            open_rows[row.line] = chosen or matches
            continue
        _settle(placed, row.line, chosen[0])
        unit = chosen[0].unit
        if _has_parts_below(unit, rows[number + 1 :], inside):
            current = unit
            placed.groups.add(row.line)
    _eliminate(open_rows, placed)
    placed.parent = names.units.get(root) if root is not None else None


def _root(
    rows: Sequence[Named],
    inside: dict[int, list[Match]],
    names: Names,
    hints: Sequence[Unit],
    within: UnitCode | None,
) -> UnitCode | None:
    votes: Counter[UnitCode] = Counter()
    for row in rows:
        votes.update({code for each in inside[row.line] for code in [each.unit.code, *names.above(each.unit)]})
    full = [code for code, count in votes.items() if count >= len(rows) * 0.9]
    hinted = [unit.code for unit in hints if unit.code in full]
    if hinted:
        return max(hinted, key=lambda code: code.level)
    deepest = max((code.level for code in full), default=None)
    candidates = [code for code in full if code.level == deepest]
    return candidates[0] if len(candidates) == 1 else within


def _next(
    matches: list[Match],
    current: Unit | None,
    following: Sequence[Named],
    inside: dict[int, list[Match]],
) -> list[Match]:
    said = said_level(matches)
    if said is not None:
        matches = [each for each in matches if each.unit.level == said]
    own = [each for each in matches if current is not None and each.unit.parent == current.code]
    peers = [each for each in matches if current is not None and each.unit.parent == current.parent]
    if len(matches) == 1:
        return matches
    if own and not peers:
        return own
    heads = [each for each in matches if _has_parts_below(each.unit, following, inside)]
    if own and peers:
        # a commune named as a district is: it is the district if its communes follow, not those of the one before
        return [each for each in peers if each in heads] or own
    if heads:
        return heads
    return peers or matches


def _has_parts_below(unit: Unit, following: Sequence[Named], inside: dict[int, list[Match]]) -> bool:
    """Return whether the next row names a unit directly in this one, and so does the one after it if there is one."""
    if unit.level >= Level.COMMUNE or not following:
        return False
    return any(each.unit.parent == unit.code for each in inside[following[0].line])
