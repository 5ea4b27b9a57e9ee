"""Hold a block's rows of totals against its rows: as they are written, and as they were taken. Pure."""

from __future__ import annotations

from collections.abc import Sequence, Set
from decimal import Decimal

from bluezone.errors import N_
from bluezone.rollout.reading import remarks, sums
from bluezone.rollout.reading import vocabulary as words
from bluezone.rollout.reading.amounts import Amounts, read_counts, thousandths_to_counts
from bluezone.rollout.reading.drafts import Draft
from bluezone.rollout.reading.hamlets import communes_with_hamlets
from bluezone.rollout.reading.page_breaks import is_carried
from bluezone.rollout.reading.results import Notice, saying
from bluezone.rollout.reading.rows import Line, Sort
from bluezone.rollout.reading.scales import scaled

WITHOUT_ROWS = N_("“{name}” gives {printed} in column {column} (“{header}”) and counts rows that were left out"
                  " ({rows}): those that were taken add up to {sum}")  # fmt: skip
_MOST_LISTED = 10
_COUNTED = (words.INSTALLS, words.WITH_PHONE, words.ACTIVE, words.INCREASE, words.NCOVI, words.HEADCOUNT,
            words.POPULATION)  # fmt: skip


def check_sums(draft: Draft, others: Sequence[Draft]) -> list[Notice]:
    """Return what is said of totals that are not the sum of their rows as these are written; `others` are the blocks
    beside whose rows a total may sum too."""
    if not _are_sums(draft):
        return []
    groups = draft.placed.groups | communes_with_hamlets(draft).keys()
    beside: dict[str, Decimal] = {}
    for role in (role for other in others for role in other.roles):
        units = [amount.value for amount in role.amounts.by_line.values()]
        beside[role.kind] = beside.get(role.kind, Decimal(0)) + sum(units, Decimal(0))
    left_out = remarks.superseded(draft)
    lines = [line for line in draft.lines.all if line.number not in left_out]
    return sums.check(draft.block.sheet.name, lines, groups, draft.roles, _totals(draft), beside)


def say_left_out(draft: Draft, rows: Sequence[Line], left_out: Set[int]) -> list[Notice]:
    """Return what is said of the last total that counts rows which were left out, in the first of its columns; `rows`
    are all that name a unit."""
    totals = draft.lines.of(Sort.TOTAL)
    if not left_out or not totals or not _are_sums(draft):
        return []
    numbers = _totals(draft)
    named = {line.number: line.name for line in rows}
    for role in draft.with_numbers(*_COUNTED):
        amounts = role.amounts.by_line
        lost = [line for line in left_out if line in amounts and line in named and amounts[line].value]
        written = sum((amounts[line].value for line in named if line in amounts), Decimal(0))
        for line in reversed(totals):
            printed = numbers[role.column.number].by_line.get(line.number)
            if lost and printed is not None and printed.value == written:
                names = ", ".join(named[each] for each in sorted(lost)[:_MOST_LISTED])
                taken = written - sum((amounts[each].value for each in lost), Decimal(0))
                text = saying(WITHOUT_ROWS, name=line.name, printed=int(printed.value), column=role.letters,
                              header=role.column.header, sum=int(taken),
                              rows=names + (", …" if len(lost) > _MOST_LISTED else ""))  # fmt: skip
                return [Notice(draft.block.sheet.name, line.number, "total", text)]
    return []


def _are_sums(draft: Draft) -> bool:
    """Return whether a total is of the rows above it: it may be of one app or of both, or of the pages before too."""
    return not any(line.app or is_carried(line.name) for line in draft.lines.all)


def _totals(draft: Draft) -> dict[int, Amounts]:
    """Return the numbers of the rows of totals by column, read as those of its rows were."""
    totals: dict[int, Amounts] = {}
    for role in draft.roles:
        cells = {line.number: cell for line in draft.lines.of(Sort.TOTAL)
                 if (cell := draft.block.sheet.own(line.number, role.column.number))}  # fmt: skip
        totals[role.column.number] = read_counts(cells) if role.factor == 1 else scaled(cells, role.factor)
        if totals[role.column.number].thousandths and not role.amounts.thousandths:
            thousandths_to_counts(totals[role.column.number])  # as the rows were read
    return totals
