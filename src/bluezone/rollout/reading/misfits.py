"""Name the cells of a row that contradict those beside them, where most other rows agree: a count that is not what its
share says, columns that do not make the one which is their sum. Pure.

Only what rounding cannot explain is named: a share of `12.42` fits one count in some, one of `12` a hundred.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator, Mapping, Sequence
from decimal import Decimal
from functools import partial

from bluezone.errors import N_
from bluezone.rollout.reading import vocabulary as words
from bluezone.rollout.reading.amounts import Amount, fits, is_sum
from bluezone.rollout.reading.context import TAKEN
from bluezone.rollout.reading.drafts import Draft
from bluezone.rollout.reading.results import Notice, Saying, saying
from bluezone.rollout.reading.roles import Role

NOT_ITS_SHARE = N_("{name}: {count} in column {column} is not what column {share} gives the share of, as it is in other"
                   " rows")  # fmt: skip
NOT_THEIR_SUM = N_("{name}: columns {parts} make {sum}, and column {whole} has {value}: in other rows they agree")

#: the part of the rows, in percent, that agree where the others are wrong, and how many at least
_MOST, _FEWEST = 80, 4
#: so many rows tell whether columns may belong together, before all are looked at
_SAMPLE = 10
#: columns side by side that may be summed by another
_LONGEST = 6
_PERCENTS = (words.PERCENT_POPULATION, words.PERCENT_SMARTPHONES, words.PERCENT_HEADCOUNT, words.PERCENT_TARGET,
             words.PERCENT, words.PERCENT_OTHER, words.OWNERSHIP)  # fmt: skip

Numbers = Mapping[int, Amount]


def check(draft: Draft) -> Iterator[Notice]:
    """Yield what is said of rows of which one number contradicts the others."""
    names = {line.number: line.name for line in draft.units}
    counts = [role for role in draft.roles if role.amounts.by_line and _is_counted(role)]
    for share in draft.with_numbers(*_PERCENTS):
        for number, role in _not_their_shares(share, counts, names):
            text = saying(NOT_ITS_SHARE, name=names[number], count=int(role.amounts.by_line[number].value),
                          column=role.letters, share=share.letters)  # fmt: skip
            yield Notice(draft.block.sheet.name, number, "share", text)
    for number, said in _broken_sums(counts, names):
        yield Notice(draft.block.sheet.name, number, "sum", said)


def joined(in_doubt: Sequence[Notice], found: Sequence[Notice]) -> list[Notice]:
    """Return what is said of rows in doubt and of those that were found here, each share of a row once."""
    said = {(each.line, each.kind) for each in found}
    return [*(each for each in in_doubt if each.kind != "share" or (each.line, each.kind) not in said), *found]


def _is_counted(role: Role) -> bool:
    return role.kind in words.COUNTS or role.kind == words.UNKNOWN


def _not_their_shares(share: Role, counts: Sequence[Role], names: Mapping[int, str]) -> Iterator[tuple[int, Role]]:
    """Yield the rows that contradict a share, with the count it is the share of: the column, and the one of all people,
    that it fits in the most rows. Where several fit in as many, all contradict it there."""
    found: list[tuple[int, Role, list[int]]] = []
    lines = [line for line in share.amounts.by_line if line in names]
    for role, base in itertools.permutations(counts, 2):
        if role.kind not in TAKEN and base.kind not in TAKEN:
            continue
        parts, wholes, shares = role.amounts.by_line, base.amounts.by_line, share.amounts.by_line
        odd = _odd_ones(lines, (shares, parts, wholes), partial(_fit, shares, parts, wholes))
        if odd is not None:
            both = parts.keys() & wholes.keys()
            found.append((sum(line in both for line in lines) - len(odd), role, odd))
    most = max((each[0] for each in found), default=0)
    best = [(role, odd) for agreeing, role, odd in found if agreeing == most]
    for line in best[0][1] if best else ():
        if all(line in odd for _, odd in best):
            yield line, best[0][0]


def _fit(shares: Numbers, parts: Numbers, wholes: Numbers, line: int) -> bool:
    return fits(shares[line], parts[line].value, wholes[line].value)


def _broken_sums(counts: Sequence[Role], names: Mapping[int, str]) -> Iterator[tuple[int, Saying]]:
    """Yield the rows in which a column is not the sum of others that it is in most rows, and what is said of each."""
    for whole in counts:
        said: set[int] = set()
        for parts in _may_be_parts(whole, counts):
            if all(role.kind not in TAKEN for role in (whole, *parts)):
                continue
            for line in _not_the_sum(whole, parts, names):
                if line not in said:
                    said.add(line)
                    total = sum((part.amounts.by_line[line].value for part in parts), Decimal(0))
                    yield line, saying(NOT_THEIR_SUM, name=names[line], sum=int(total), whole=whole.letters,
                                       parts=", ".join(part.letters for part in parts),
                                       value=int(whole.amounts.by_line[line].value))  # fmt: skip


def _may_be_parts(whole: Role, counts: Sequence[Role]) -> Iterator[tuple[Role, ...]]:
    """Yield what a column may be the sum of: any two others, or several side by side right before or behind it."""
    yield from itertools.combinations([role for role in counts if role is not whole], 2)
    at = counts.index(whole)
    for length in range(3, _LONGEST + 1):
        yield from (tuple(each) for each in (counts[at + 1 : at + 1 + length], counts[max(0, at - length) : at])
                    if len(each) == length)  # fmt: skip


def _not_the_sum(whole: Role, parts: Sequence[Role], names: Mapping[int, str]) -> list[int]:
    """Return the rows in which columns do not make up a whole, where they do in most and none of them is 0."""
    columns = [role.amounts.by_line for role in (*parts, whole)]
    return _odd_ones(list(names), columns, partial(_add_up, columns)) or []


def _add_up(columns: Sequence[Numbers], line: int) -> bool:
    return is_sum((numbers[line].value for numbers in columns[:-1]), columns[-1][line].value)


def _odd_ones(lines: Sequence[int], columns: Sequence[Numbers], agrees: Callable[[int], bool]) -> list[int] | None:
    """Return the rows that do not agree, of those in which all columns have more than 0; None where too few rows agree
    for that to say anything."""

    def full(line: int) -> bool:
        return all(line in numbers and numbers[line].value > 0 for numbers in columns)

    some = [line for line in lines[:: -(-len(lines) // _SAMPLE) or 1] if full(line)]
    if len(some) >= _FEWEST and sum(map(agrees, some)) * 2 < len(some):
        return None
    whole = [line for line in lines if full(line)]
    odd = [line for line in whole if not agrees(line)]
    agreeing = len(whole) - len(odd)
    return odd if agreeing >= _FEWEST and agreeing * 100 >= len(whole) * _MOST else None
