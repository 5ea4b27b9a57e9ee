"""Tell of which app each row counts where a column of the table names it: `Bluezone`, `NCOVI`. Pure."""

from __future__ import annotations

import functools
from collections.abc import Sequence

from bluezone.rollout.reading import vocabulary as words
from bluezone.rollout.reading.apps import apps_in
from bluezone.rollout.reading.layout import Block
from bluezone.rollout.reading.roles import Role
from bluezone.rollout.reading.rows import Line, Lines, Sort

BLUEZONE, NCOVI, OTHER = "bluezone", "ncovi", "other"
#: what a row of NCOVI gives in place of what one of Bluezone does; its other counts are no figures
_OF_NCOVI = {words.INSTALLS: words.NCOVI, words.ASKED: words.ASKED_NCOVI, words.NCOVI: words.NCOVI}
#: counts of people, whatever app their row names
_OF_PEOPLE = {words.POPULATION, words.SMARTPHONES, words.HEADCOUNT, words.HOUSEHOLDS}


def say_of_app(block: Block, lines: Lines) -> int:
    """Note for each row the app that a column names, and give rows without a name the unit above them; return the
    column, 0 where none names apps."""
    units = lines.of(Sort.UNIT, Sort.NAMELESS)
    for column in block.columns:
        if column.number in {lines.unit, lines.code, lines.order, lines.date}:
            continue
        named = {line.number: _app(block.sheet.seen(line.number, column.number).text) for line in units}
        if len(set(named.values()) - {""}) < 2 or sum(map(bool, named.values())) * 5 < len(units) * 4:
            continue
        above: Line | None = None
        for line in lines.of(Sort.UNIT, Sort.NAMELESS, Sort.TOTAL):
            line.app = named.get(line.number, "")
            if line.sort is Sort.NAMELESS and above is not None and line.app:
                line.sort, line.name, line.code, line.above = above.sort, above.name, above.code, above.above
            above = line if line.name else above
        return column.number
    return 0


@functools.lru_cache(maxsize=20_000)
def _app(text: str) -> str:
    """Return the one app that a cell names: Bluezone, NCOVI, another, several as another; empty for none."""
    found = apps_in(text) if len(text) < _LONGEST and any(map(str.isalpha, text)) else set()
    return (next(iter(found)) if len(found) == 1 else OTHER) if found else ""


_LONGEST = 40


def kind_of(role: Role, line: Line) -> str:
    """Return what a column counts in a row, by the app of the row; empty where that is no figure."""
    if not line.app or line.app == BLUEZONE or role.kind in _OF_PEOPLE:
        return role.kind
    return _OF_NCOVI.get(role.kind, "") if line.app == NCOVI else ""


def leave_out(roles: Sequence[Role], column: int) -> None:
    """Take the column that names apps for no count."""
    for role in roles:
        if role.column.number == column:
            role.kind = words.SECTOR
