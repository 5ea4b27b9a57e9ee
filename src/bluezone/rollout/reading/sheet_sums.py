"""Leave out rows that sum the rows of another sheet: `Mầm non | Tiểu học | THCS` on a sheet of its own, beside those of
the schools of each. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from decimal import Decimal

from bluezone.errors import N_
from bluezone.rollout.reading import vocabulary as words
from bluezone.rollout.reading.context import is_institution
from bluezone.rollout.reading.drafts import Draft
from bluezone.rollout.reading.marks import is_group_name
from bluezone.rollout.reading.results import Notice, saying
from bluezone.rollout.reading.rows import Line, Sort

SUMMED = N_("rows that sum those of another sheet were left out: {rows}")
DIFFER = N_("rows beside these were left out too, though no other sheet adds up to them: {rows}")
#: a kind of organisations, which is none of them itself
_KINDS = re.compile(
    r"(?:(?:khoi|cap|bac|nganh|cac|truong|he|giao duc) )*"
    r"(?:mam non|mau giao|mn|mg|tieu hoc|th|thcs|thpt|trung hoc(?: co so| pho thong)?|gdtx|lien cap|ngoai cong lap|"
    r"cong lap|tu thuc|co quan|doanh nghiep|khach san|nha hang|nha nghi|co so luu tru|cho|sieu thi|ben xe|truong hoc)"
    r"(?: (?:va|cong lap|ngoai cong lap|tu thuc))*"
)
#: as many columns tell that equal sums are no chance, and as many rows make a sum
_FEWEST_COLUMNS, _FEWEST_ROWS = 2, 2
_MOST_NAMED = 10


def leave_out(drafts: Sequence[Draft]) -> list[Draft]:
    """Take rows that name a kind of organisations for sums where another sheet lists its organisations and adds up to
    each number of the row; return the blocks that still have rows."""
    kept = []
    for draft in drafts:
        others = [each for each in drafts if each.block.sheet is not draft.block.sheet]
        kinds = [line for line in draft.units if others and _names_a_kind(draft, line)]
        sums = [line for line in kinds if any(_adds_up(draft, line, other) for other in others)]
        if not sums:
            kept.append(draft)
            continue
        odd = [line for line in kinds if line not in sums]
        numbers = {line.number for line in kinds}
        draft.placed.close(numbers)
        for line in kinds:
            line.sort = Sort.NOTE
            for role in draft.roles:
                role.amounts.by_line.pop(line.number, None)
        said = [Notice(draft.block.sheet.name, 0, "parts", saying(SUMMED, rows=_named(sums)))]
        said += [Notice(draft.block.sheet.name, 0, "parts", saying(DIFFER, rows=_named(odd)))] if odd else []
        (draft if draft.units else others[0]).moved.extend(said)
        kept += [draft] if draft.units else []
    return kept


def _named(lines: Sequence[Line]) -> str:
    return ", ".join(line.name for line in lines[:_MOST_NAMED]) + (", …" if len(lines) > _MOST_NAMED else "")


def _names_a_kind(draft: Draft, line: Line) -> bool:
    """Return whether a row names a kind of organisations, no place and none of them."""
    if line.number in draft.placed.units or is_institution(line.name):
        return False
    return is_group_name(line.name) or bool(_KINDS.fullmatch(words.key_of(line.name)))


def _adds_up(draft: Draft, line: Line, other: Draft) -> bool:
    if len(other.units) < _FEWEST_ROWS:
        return False
    pairs = list(_pairs(draft, line, other))
    return len(pairs) >= _FEWEST_COLUMNS and all(one == total for one, total in pairs) and any(one for one, _ in pairs)


def _pairs(draft: Draft, line: Line, other: Draft) -> Iterator[tuple[Decimal, Decimal]]:
    """Yield each number of a row with the sum of the rows of another block, of columns that count the same."""
    for role in draft.with_numbers(*words.COUNTS):
        if line.number not in role.amounts.by_line:
            continue
        for its in other.with_numbers(role.kind):
            if (its.of, its.date) == (role.of, role.date):
                values = [
                    its.amounts.by_line[each.number].value for each in other.units if each.number in its.amounts.by_line
                ]
                yield role.amounts.by_line[line.number].value, sum(values, Decimal(0))
                break
