"""Leave out a number that stands in one cell over several rows: it is of them together, and of none alone. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from bluezone.errors import N_
from bluezone.rollout.reading import vocabulary as words
from bluezone.rollout.reading.cells import column_name
from bluezone.rollout.reading.layout import Block
from bluezone.rollout.reading.results import Notice, saying
from bluezone.rollout.reading.roles import Role
from bluezone.rollout.reading.rows import Line, Lines

OVER_ROWS = N_("“{text}” in {cell} stands over several rows, to {other}: it is of none of them alone and was left out")


def leave_out(block: Block, lines: Lines, roles: Sequence[Role]) -> Iterator[Notice]:
    """Take the numbers out of the columns of a block that stand in merged cells over rows of several units, and yield
    what is said of each."""
    if block.turned or block.origins or not block.sheet.merged:
        return
    for role in roles:
        for line in lines.all if role.is_count or role.is_share else ():
            if line.number not in role.amounts.by_line:
                continue
            top, _, bottom, _ = block.sheet.area(line.number, role.column.number)
            if top < bottom and any(_is_another(line, other, top, bottom) for other in lines.all):
                del role.amounts.by_line[line.number]
                letters = column_name(role.column.number)
                shown = block.sheet.own(line.number, role.column.number).text
                text = saying(OVER_ROWS, text=shown, cell=f"{letters}{top}", other=f"{letters}{bottom}")
                yield Notice(block.sheet.name, line.number, "over-rows", text)


def _is_another(line: Line, other: Line, top: int, bottom: int) -> bool:
    """Return whether one of the rows of a merged area is of another unit."""
    return top < other.number <= bottom and bool(other.name) and words.key_of(other.name) != words.key_of(line.name)
