"""Hold rows of totals against the rows they sum: a difference is named, never stored. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal

from bluezone.errors import N_
from bluezone.rollout.reading import vocabulary as words
from bluezone.rollout.reading.amounts import Amounts
from bluezone.rollout.reading.marks import is_number
from bluezone.rollout.reading.results import Notice, Saying, saying
from bluezone.rollout.reading.roles import Role
from bluezone.rollout.reading.rows import Line, Sort

_DIFFERS = N_("“{name}” gives {printed} in column {column} (“{header}”), but its rows add up to {sum}")
_ADDITIVE = {words.INSTALLS, words.WITH_PHONE, words.ACTIVE, words.INCREASE, words.POPULATION, words.SMARTPHONES,
             words.HEADCOUNT, words.TARGET, words.MISSING, words.NCOVI, words.ASKED, words.HOUSEHOLDS,
             words.HOUSEHOLDS_WITH_APP}  # fmt: skip
_UP_TO_A_DAY = _ADDITIVE - {words.INCREASE, words.ASKED}


def check(
    sheet: str,
    lines: Sequence[Line],
    groups: set[int],
    roles: Sequence[Role],
    totals: dict[int, Amounts],
    beside: Mapping[str, Decimal],
) -> list[Notice]:
    """Return a notice for each total that is not the sum of its rows. `groups` are the lines of units whose parts
    follow; `totals` holds, by column, the numbers of the rows of totals; `beside`, by kind, the sum of what stands
    beside under the same header. Numbers up to a day have no sum over days."""
    by_day = any(line.dates for line in lines)
    notices = []
    for role in roles:
        if role.kind not in _ADDITIVE or (by_day and role.kind in _UP_TO_A_DAY):
            continue
        for line in lines:
            if line.sort is not Sort.TOTAL or line.number not in totals[role.column.number].by_line:
                continue
            printed = totals[role.column.number].by_line[line.number].value
            sums = list(_sums(line, lines, groups, role, totals[role.column.number]))
            sums += [sums[0] + beside[role.kind]] if sums and role.kind in beside else []
            if sums and printed not in sums:
                notices.append(Notice(sheet, line.number, "total", differs(line, role, printed, sums[0])))
        notices += _group_sums(sheet, lines, groups, role)
    return notices


def differs(line: Line, role: Role, printed: Decimal, added: Decimal) -> Saying:
    """Return what is said of a row that is not the sum of those that it should sum."""
    return saying(_DIFFERS, name=line.name, printed=int(printed), column=role.letters, header=role.column.header,
                  sum=int(added))  # fmt: skip


def _sums(total: Line, lines: Sequence[Line], groups: set[int], role: Role, totals: Amounts) -> Iterable[Decimal]:
    """Yield what a total may be the sum of: all rows but those of groups, the rows of groups, the rows since the last
    heading or total before it, the rows up to the next one, other totals."""
    numbers = role.amounts.by_line
    units = [line for line in lines if line.sort is Sort.UNIT and line.number in numbers]
    if not units:
        return
    leaves = [line for line in units if line.number not in groups]
    if total.head:
        yield from _of_head(total, lines, leaves, role)
    yield sum((numbers[line.number].value for line in leaves), Decimal(0))
    yield sum((numbers[line.number].value for line in units if line.number in groups), Decimal(0))
    breaks = [line.number for line in lines if line.sort in {Sort.TOTAL, Sort.HEADING} or line.number in groups]
    start = max((number for number in breaks if number < total.number), default=0)
    end = min((number for number in breaks if number > total.number), default=10**9)
    yield sum((numbers[line.number].value for line in leaves if start < line.number < total.number), Decimal(0))
    yield sum((numbers[line.number].value for line in leaves if total.number < line.number < end), Decimal(0))
    others = [number for number in totals.by_line if number != total.number]
    yield sum((totals.by_line[number].value for number in others), Decimal(0))
    if others:
        before = [number for number in others if number < total.number]
        yield sum((totals.by_line[number].value for number in before), Decimal(0))


def _of_head(total: Line, lines: Sequence[Line], leaves: Sequence[Line], role: Role) -> Iterable[Decimal]:
    """Yield what a row above its parts may be the sum of: the rows up to the next such row, up to any later one where
    groups hold groups, those since the one before."""
    numbers = role.amounts.by_line
    below = [line for line in leaves if line.number > total.number]
    stops = [line.number for line in lines if line.number > total.number
             and (line.sort in {Sort.TOTAL, Sort.HEADING} or _are_peers(total.mark, line.mark)
                  or (is_number(total.mark) and is_number(line.mark)))]  # fmt: skip
    for stop in [*stops, 10**9]:
        yield sum((numbers[line.number].value for line in below if line.number < stop), Decimal(0))


def _group_sums(sheet: str, lines: Sequence[Line], groups: set[int], role: Role) -> list[Notice]:
    notices = []
    numbers = role.amounts.by_line
    for line in lines:
        if line.number not in groups or line.number not in numbers:
            continue
        parts = []
        for other in lines:
            if other.number > line.number:
                if other.number in groups or other.sort is Sort.TOTAL or _are_peers(line.mark, other.mark):
                    break
                if other.sort is Sort.UNIT and other.number in numbers:
                    parts.append(numbers[other.number].value)
        printed = numbers[line.number].value
        if parts and sum(parts, Decimal(0)) != printed:
            text = differs(line, role, printed, sum(parts, Decimal(0)))
            notices.append(Notice(sheet, line.number, "total", text))
    return notices


_ROMAN = re.compile(r"[IVX]{1,6}\s*[.)/:]?")
_LETTER = re.compile(r"[A-H]\s*[.)/:]?")


def _are_peers(mark: str, other: str) -> bool:
    """Return whether two rows are marked as groups of the same rank, `II` and `III`: the second ends the first though
    no rows follow it."""
    return any(sort.fullmatch(mark.strip()) and sort.fullmatch(other.strip()) for sort in (_ROMAN, _LETTER))
