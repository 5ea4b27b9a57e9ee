"""Hold what a column is taken for, with its numbers. Pure."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from bluezone.errors import N_
from bluezone.rollout.reading import amounts as read
from bluezone.rollout.reading import titles
from bluezone.rollout.reading import vocabulary as words
from bluezone.rollout.reading.amounts import Amounts
from bluezone.rollout.reading.cells import Cell, column_name
from bluezone.rollout.reading.household_headers import FAMILIES_COUNTED
from bluezone.rollout.reading.layout import Column
from bluezone.rollout.reading.no_results import counts_things
from bluezone.rollout.reading.results import Saying, saying
from bluezone.rollout.reading.vocabulary import Guess

#: the answer that leaves a column or a row out
LEAVE_OUT = "none"
SAID_SO = N_("as you said")
ANOTHER_TAKEN = N_("another column was taken in its place")
BY_HEADER = N_("its header")
PART_IN_A_PERIOD = N_("it is the part of column {whole} in a period")
NOBODY_SAID = saying(N_("of whom it counts is not said"))


@dataclass(slots=True)
class Role:
    """Hold what a column is taken for: `kind` of `vocabulary`, of whom, on which day, with its numbers and why."""

    column: Column
    guess: Guess
    kind: str
    of: str = ""
    date: dt.date | None = None
    amounts: Amounts = field(default_factory=Amounts)
    why: Saying = field(default_factory=lambda: saying(BY_HEADER))
    open: bool = False
    #: taken for installs though nothing in the form speaks of them: to be asked
    unsure: bool = False
    #: a sum or a share that stands on several columns, not a figure of its own
    left_out: Saying | None = None
    #: the title may say that it holds something else than installations: to be asked
    measure: titles.Measure | None = None
    #: by how much its numbers were multiplied, as they are written in thousands
    factor: int = 1
    #: it gives the number of so many days before the block's day
    days_before: int = 0

    @property
    def letters(self) -> str:
        """Return the column's letters."""
        return column_name(self.column.number)

    @property
    def is_count(self) -> bool:
        return self.kind in words.COUNTS

    @property
    def is_share(self) -> bool:
        return self.kind in words.SHARES

    def leave_out(self, why: Saying) -> None:
        """Take the column for nothing, and keep why."""
        self.kind = words.UNKNOWN
        self.left_out = self.why = why


def by_day(roles: Iterable[Role]) -> list[Role]:
    """Return the columns that have a day, the earliest first."""
    dated = [(role.date, at, role) for at, role in enumerate(roles) if role.date]
    return [role for _, _, role in sorted(dated, key=lambda each: each[:2])]


def exceeds(part: Role, whole: Role) -> bool:
    """Return whether a column is larger than another in a row that both have."""
    return any(line in whole.amounts.by_line and amount.value > whole.amounts.by_line[line].value
               for line, amount in part.amounts.by_line.items())  # fmt: skip


def is_in_doubt(role: Role) -> bool:
    """Return whether a column has words that are not known, or says only of whom it counts."""
    found = role.guess
    return (
        role.kind == words.UNKNOWN
        and role.left_out is None
        and found.kind == words.UNKNOWN
        and not found.sure
        and bool(found.doubt or found.of)
    )


def is_of_things(role: Role) -> bool:
    """Return whether a column counts broadcasts, leaflets or minutes, not people."""
    return bool(role.column.path) and counts_things(words.key_of(role.column.path[-1]))


def counts_families(role: Role) -> bool:
    """Return whether a column that is in doubt counts families, beside people a number of households: `Số gia đình`."""
    path = role.column.path
    return role.guess.of == "families" and bool(path) and bool(FAMILIES_COUNTED.match(words.key_of(path[-1])))


def give_numbers(role: Role, cells: Mapping[int, Cell]) -> None:
    """Read a column's cells as what it is taken for."""
    if role.is_share:
        role.amounts = read.read_shares(cells)
    elif role.kind == words.RANK:
        role.amounts = read.read_ranks(cells)
    elif role.is_count or role.kind == words.UNKNOWN:
        role.amounts = read.read_counts(cells)
