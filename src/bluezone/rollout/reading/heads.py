"""Tell rows that sum up a group from the rows of units: `I Khối phường` above its wards, `Khối 10` above its classes.

Such a row names no unit of its own. It is told by its mark, which is of another kind than those of the rows below it,
and by its numbers, which are the sums of theirs. Pure.
"""

from __future__ import annotations

import bisect
import itertools
from collections.abc import Iterator, Sequence
from decimal import Decimal

from bluezone.rollout.reading import vocabulary as words
from bluezone.rollout.reading.drafts import Draft
from bluezone.rollout.reading.marks import NAME_MARK, NUMBERED, is_group_name, is_number, rank_of
from bluezone.rollout.reading.roles import Role
from bluezone.rollout.reading.rows import Line, Sort


def leave_out(draft: Draft) -> None:
    """Take the rows of groups for totals; a group that is a unit, as a district above its communes, stays one."""
    counted = added_up(draft)
    if not counted:
        return
    found = _by_marks(draft, counted) + _by_sums(draft, counted)
    found += _among_places(draft, counted, found)
    for line in found:
        line.sort, line.head = Sort.TOTAL, True
    draft.placed.close({line.number for line in found})


def added_up(draft: Draft) -> list[Role]:
    """Return the columns whose numbers a row of a group sums: counts, else what is not known."""
    counted = [role for role in draft.with_numbers(*words.COUNTS) if role.kind not in _NOT_ADDED]
    return counted or draft.with_numbers(words.TOTAL, words.UNKNOWN)


_NOT_ADDED = {words.TOTAL, words.RANK}


def _may_be_group(draft: Draft, line: Line) -> bool:
    return line.number not in draft.placed.units and not line.code


def mark_of(line: Line) -> str:
    """Return the mark before a row's name, from its own column or from the name itself."""
    if line.mark:
        return line.mark
    found = NAME_MARK.match(line.name)
    return found["mark"].strip() if found else ""


def _by_marks(draft: Draft, counted: Sequence[Role]) -> list[Line]:
    """Return the rows marked `I`, `A` above rows marked `1`, `2`, also where their numbers are wrong sums."""
    units = draft.units
    marks = [mark_of(line) for line in units]
    found = []
    for at, line in enumerate(units[:-1]):
        if rank_of(marks[at]) >= min(rank_of(marks[at + 1]), NUMBERED) or not _may_be_group(draft, line):
            continue
        parts = _parts(units, marks, at)
        named = is_group_name(line.name)
        if named or _adds_up(line, parts, counted) or _nearly(line, parts, counted):
            found.append(line)
    return found


def _parts(units: Sequence[Line], marks: Sequence[str], at: int) -> list[Line]:
    """Return the rows that follow up to the next one with a mark of the same rank or a higher one, without those that
    sum others themselves."""
    parts = []
    for number in range(at + 1, len(units)):
        if rank_of(marks[number]) <= rank_of(marks[at]):
            break
        following = rank_of(marks[number + 1]) if number + 1 < len(units) else 0
        if rank_of(marks[number]) >= min(following, NUMBERED):
            parts.append(units[number])
    return parts


def _by_sums(draft: Draft, counted: Sequence[Role]) -> list[Line]:
    """Return the rows without a number of their own that are in every column the sum of those that follow, or of those
    before."""
    units = draft.units
    marks = [mark_of(line) for line in units]
    any_number = any(map(is_number, marks))
    sums = Sums(units, counted)
    found: list[Line] = []
    for at, line in enumerate(units):
        if is_number(marks[at]) or not _may_be_group(draft, line):
            continue
        known = any_number or is_group_name(line.name)
        if not known and _columns(line, counted) < 2:
            continue
        for parts in (sums.after(at), sums.before(at)):
            if not parts:
                continue
            numbered = any_number and all(is_number(marks[part]) for part in parts)
            if numbered or (not any_number and (known or len(parts) > 1)):
                found.append(line)
                sums.take(at)
                break
    return found


class Sums:
    """Find which rows next to one have its numbers as their sums, by sums of all rows up to each: a table may have a
    hundred thousand rows."""

    def __init__(self, units: Sequence[Line], counted: Sequence[Role]) -> None:
        self._values = [[role.amounts.by_line[line.number].value if line.number in role.amounts.by_line else None
                         for line in units] for role in counted]  # fmt: skip
        self._values = [column for column in self._values if all(value is None or value >= 0 for value in column)]
        self._up_to = [[Decimal(0), *itertools.accumulate(value or Decimal(0) for value in column)]
                       for column in self._values]  # fmt: skip
        self._taken: list[int] = []
        self._rows = len(units)

    def take(self, at: int) -> None:
        """Note a row that sums others: it is no part of another sum."""
        bisect.insort(self._taken, at)

    def after(self, at: int) -> range:
        """Return the fewest rows after one that sum up to it in every column it has a number in; none is an empty
        range."""
        low, high = at + 2, self._rows  # ends of the range
        for value, up_to in self._wanted(at):
            wanted = up_to[at + 1] + value
            low = max(low, bisect.bisect_left(up_to, wanted, at + 1))
            high = min(high, bisect.bisect_right(up_to, wanted, at + 1) - 1)
        taken = bisect.bisect_right(self._taken, at)
        free = taken == len(self._taken) or self._taken[taken] >= low
        return range(at + 1, low) if low <= high and free and self._counts(at) else range(0)

    def before(self, at: int) -> range:
        """Return the fewest rows before one that sum up to it."""
        low, high = 0, at - 1  # beginnings of the range
        for value, up_to in self._wanted(at):
            wanted = up_to[at] - value
            low = max(low, bisect.bisect_left(up_to, wanted, 0, at + 1))
            high = min(high, bisect.bisect_right(up_to, wanted, 0, at + 1) - 1)
        taken = bisect.bisect_left(self._taken, at)
        free = taken == 0 or self._taken[taken - 1] < high
        return range(high, at) if low <= high and free and self._counts(at) else range(0)

    def _wanted(self, at: int) -> Iterator[tuple[Decimal, list[Decimal]]]:
        for column, up_to in zip(self._values, self._up_to, strict=True):
            value = column[at]
            if value is not None:
                yield value, up_to

    def _counts(self, at: int) -> bool:
        return any(value for value, _ in self._wanted(at))


def _among_places(draft: Draft, counted: Sequence[Role], found: Sequence[Line]) -> list[Line]:
    """Return the rows among those of places that are named as groups are and sum the rows up to the next such row, but
    for a slip."""
    units = [line for line in draft.units if line not in found]
    if sum(line.number in draft.placed.units for line in units) * 4 < len(units) * 3:
        return []
    named = [at for at, line in enumerate(units) if _may_be_group(draft, line) and is_group_name(line.name)]
    ends = [*named[1:], len(units)][: len(named)]
    return [units[at] for at, end in zip(named, ends, strict=True) if _nearly(units[at], units[at + 1 : end], counted)]


def _columns(line: Line, counted: Sequence[Role]) -> int:
    """Return in how many columns a row has a number that is no small one, whose sum may be chance."""
    return sum(role.amounts.by_line[line.number].value >= _LARGE for role in counted
               if line.number in role.amounts.by_line)  # fmt: skip


_LARGE = 20


def _adds_up(line: Line, parts: Sequence[Line], counted: Sequence[Role]) -> bool:
    """Return whether a row is the sum of its parts in a column, and in none a number that speaks against it."""
    return any(_sum(role, parts) == role.amounts.by_line[line.number].value for role in counted
               if line.number in role.amounts.by_line)  # fmt: skip


def _nearly(line: Line, parts: Sequence[Line], counted: Sequence[Role]) -> bool:
    """Return whether a row is the sum of its parts but for a slip."""
    for role in counted:
        if line.number in role.amounts.by_line:
            printed = role.amounts.by_line[line.number].value
            if printed and abs(_sum(role, parts) - printed) * 20 <= printed:
                return True
    return False


def _sum(role: Role, parts: Sequence[Line]) -> Decimal:
    return sum((role.amounts.by_line[part.number].value for part in parts if part.number in role.amounts.by_line),
               Decimal(0))  # fmt: skip
