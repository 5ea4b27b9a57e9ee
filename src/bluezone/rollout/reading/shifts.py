"""Add up the shifts of one day, `Sáng` and `Chiều` in a column beside the day, to the figures of that day. Pure."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator, Sequence
from decimal import Decimal

from bluezone.errors import N_
from bluezone.rollout.reading import vocabulary as words
from bluezone.rollout.reading.amounts import Amount
from bluezone.rollout.reading.layout import Block
from bluezone.rollout.reading.results import Notice, saying
from bluezone.rollout.reading.roles import Role
from bluezone.rollout.reading.rows import Line, Lines, Sort, is_ditto

ADDED = N_("the shifts of a day were added up: rows {rows}")
LAST = N_("column {column} (“{header}”) counts up from shift to shift: the last of each day was taken")
NOT_ADDED = N_("column {column} (“{header}”) does not add up over shifts: it was left out")
_HEADERS = re.compile(r"(?:ca|buoi|kip|ca kip|phien)(?: (?:truc|lam viec|lam|ban|hoc|trong ngay|trong ngai))*")
_SHIFT = re.compile(
    r"(?:(?:ca|buoi|kip|phien) )*(?:sang|trua|chieu|toi|dem|khuya|ban ngay|ban dem|hanh chinh|i{1,3}|iv|\d)\b"
    r"(?! slash \d{1,2} slash)(?: .*)?"
)
_WORDED = re.compile(r"(?:(?:ca|buoi|kip|phien) )*(?:sang|trua|chieu|toi|dem)\b(?: .*)?")
#: which a sum of shifts is a figure of: those of another shift are others
_ADDED_UP = {words.INSTALLS, words.INCREASE, words.ASKED, words.ASKED_NCOVI, words.HELPED, words.HAD, words.REFUSED,
             words.HEADCOUNT, words.NCOVI, words.WITH_PHONE, words.MISSING}  # fmt: skip
_UP_TO_A_DAY = {words.INSTALLS, words.WITH_PHONE, words.ACTIVE, words.NCOVI}
#: of whom other people come in each shift
_COMERS = frozenset(["guests", "patients"])
_FEWEST = 2
_FEWEST_DAYS = 2
_MOST_NAMED = 20


def groups_of(block: Block, lines: Lines) -> list[list[Line]]:
    """Return the rows of each unit and day that are of different shifts, several each; give those that leave out their
    day or unit those of the row above. A column of shifts that was taken for one of units names none."""
    at = _column(block, lines)
    if not at:
        return []
    if at == lines.unit:
        lines.unit = 0
    found: dict[tuple[object, ...], dict[str, Line]] = {}
    again = False
    above: Line | None = None
    for line in lines.all:
        shift = words.key_of(block.sheet.seen(line.number, at).text)
        if line.sort not in {Sort.UNIT, Sort.NAMELESS} or not shift:
            continue
        if not lines.unit:
            line.name = ""
        if above is not None:
            line.dates = line.dates or above.dates
            if not line.name or is_ditto(line.name):
                line.name, line.code, line.above = above.name, above.code, above.above
        line.sort = Sort.UNIT
        above = line
        group = found.setdefault((line.dates, line.name, line.above), {})
        again = again or shift in group
        group[shift] = line
    return [] if again else [list(group.values()) for group in found.values() if len(group) > 1]


def add_up(block: Block, groups: Sequence[Sequence[Line]], roles: Sequence[Role]) -> Iterator[Notice]:
    """Add the rows of a unit's shifts to the first of each day, and yield what is said of it; of a column that rises
    from shift to shift throughout, which gives all up to each of them, take the last of each day."""
    for role in roles if groups else ():
        numbers = role.amounts.by_line
        if not numbers or not (role.is_count or role.is_share):
            continue
        last = _counts_up(role, groups)
        for group in groups:
            given = [numbers.pop(line.number) for line in group if line.number in numbers]
            if given and last:
                numbers[group[0].number] = given[-1]
            elif given and role.kind in _ADDED_UP:
                numbers[group[0].number] = Amount(sum((each.value for each in given), Decimal(0)))
        if last or role.kind not in _ADDED_UP:
            text = saying(LAST if last else NOT_ADDED, column=role.letters, header=role.column.header)
            yield Notice(block.sheet.name, 0, "shifts", text)
    for line in (line for group in groups for line in group[1:]):
        line.sort = Sort.SHIFT
    if groups:
        rows = [str(line.number) for group in groups for line in group]
        more = ", …" if len(rows) > _MOST_NAMED else ""
        text = saying(ADDED, rows=", ".join(rows[:_MOST_NAMED]) + more)
        yield Notice(block.sheet.name, 0, "shifts", text)


def _column(block: Block, lines: Lines) -> int:
    """Return the column whose cells name shifts, by words or below such a header, 0 where there is none."""
    if block.turned or block.origins:
        return 0
    rows = [line.number for line in lines.all if line.sort in {Sort.UNIT, Sort.NAMELESS}]
    for column in block.columns:
        if column.number in {lines.order, lines.code, lines.date, *lines.counts}:
            continue
        keys = [words.key_of(cell.text) for row in rows if (cell := block.sheet.seen(row, column.number))]
        headed = bool(column.path) and bool(_HEADERS.fullmatch(words.key_of(column.path[-1])))
        wanted = _SHIFT if headed else _WORDED
        if column.number == lines.unit and not headed:
            continue
        if len(keys) >= _FEWEST and len(set(keys)) > 1 and all(map(wanted.fullmatch, keys)):
            return column.number
    return 0


def _counts_up(role: Role, groups: Sequence[Sequence[Line]]) -> bool:
    """Return whether a column of installations never falls from shift to shift and from day to day of a unit, as what
    is counted up does; other people come in each shift."""
    if role.of in _COMERS or role.kind not in _UP_TO_A_DAY or len(groups) < _FEWEST_DAYS:
        return False
    by_unit: dict[str, list[Decimal]] = {}
    for group in groups:
        by_unit.setdefault(group[0].name, []).extend(
            role.amounts.by_line[line.number].value for line in group if line.number in role.amounts.by_line
        )
    return all(one <= other for values in by_unit.values() for one, other in itertools.pairwise(values))
