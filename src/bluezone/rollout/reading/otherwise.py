"""Find the units of a table's place that it spells with other spaces, hyphens or diacritics than the list of units,
where a unit elsewhere is called exactly so: `Xã Đăk Long` in the district whose list has Đắk Long. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence, Set
from dataclasses import replace

from bluezone.geography.units import Level, Unit, UnitCode
from bluezone.rollout.reading.names import Match, Names

#: so many rows show in which unit a table lies
_FEWEST = 3
#: the grade of a name that is said to have been taken for a unit
_RENAMED = 2


def take_own_spelling(
    rows: Mapping[int, tuple[str, tuple[str, ...], str]],
    inside: dict[int, list[Match]],
    names: Names,
    within: UnitCode | None,
    hints: Sequence[Unit],
) -> list[int]:
    """Take rows that name exactly only units elsewhere for the one unit of the table's place that is spelled otherwise,
    where no other row names it; return these rows. `rows`: by line the name, the texts of columns for the units above,
    the code; `inside`: what each may mean in the sender's place, where a row that means nothing there has no entry."""
    place = _place_of(rows, inside, within, hints, names)
    named = {each.unit.code for found in inside.values() for each in found}
    taken = []
    for line, (text, above, code) in rows.items():
        own = inside.get(line, [])
        if own and (place is None or any(each.unit.code == place or each.unit.parent == place for each in own)):
            continue
        found = [each for each in names.unmarked(text) if each.unit.code not in named
                 and (within is None or names.lies_in(each.unit, within))
                 and (each.unit.parent == place if own or place else within is not None)
                 and _agrees(each.unit, above, code, names)]  # fmt: skip
        if len(found) == 1:
            inside[line] = [replace(found[0], grade=_RENAMED)]
            taken.append(line)
    return taken


def take_spelling_below_heads(rows: Sequence[tuple[int, str]], inside: dict[int, list[Match]], names: Names) -> None:
    """Take communes, in a list of districts each followed by its communes, for those of the district above them that
    are spelled otherwise and that no row names, where only other districts have one that is called exactly so. `rows`:
    the line and the name of each; `inside`: what it may mean."""
    named = {each.unit.code for found in inside.values() for each in found}
    head: UnitCode | None = None
    for line, text in rows:
        units = [each.unit for each in inside[line]]
        if len(units) == 1 and units[0].level is Level.DISTRICT:
            head = units[0].code
        elif head is not None and all(unit.level is Level.COMMUNE and unit.parent != head for unit in units):
            loose = [each for each in spelled_otherwise(text, {head}, names) if each.unit.code not in named]
            inside[line] = loose if len(loose) == 1 else inside[line]


def spelled_otherwise(text: str, above: Set[UnitCode], names: Names) -> list[Match]:
    """Return the units below some others that a text means but for its diacritics, to be said as renamed."""
    return [replace(each, grade=_RENAMED) for each in names.unmarked(text) if above & set(names.above(each.unit))]


def _place_of(
    rows: Mapping[int, object],
    inside: Mapping[int, list[Match]],
    within: UnitCode | None,
    hints: Sequence[Unit],
    names: Names,
) -> UnitCode | None:
    """Return the unit whose parts the table lists: that in which more than half of the rows lie, else the one district
    that titles name, else the sender's; None where none is known."""
    votes: Counter[UnitCode] = Counter()
    for found in inside.values():
        votes.update({each.unit.parent for each in found if each.unit.parent is not None})
    most, count = votes.most_common(1)[0] if votes else (None, 0)
    if count >= _FEWEST and count * 2 > len(rows):
        return most
    titled = [unit.code for unit in hints if unit.level is Level.DISTRICT]
    if len(set(titled)) == 1:
        return titled[0]
    own = names.units.get(within) if within is not None else None
    return own.code if own is not None and own.level is Level.DISTRICT else None


def _agrees(unit: Unit, above: Sequence[str], code: str, names: Names) -> bool:
    """Return whether what stands in a row's other columns may be said of a unit: its code, the units above it."""
    coded = names.by_code(code) if code else []
    if coded and unit not in coded:
        return False
    over = {unit.code, *names.above(unit)}
    said = [{each.unit.code for each in names.unmarked(text)} for text in above]
    return all(codes & over for codes in said if codes)
