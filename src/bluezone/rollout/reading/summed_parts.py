"""Tell rows that are the parts of the row above them by their marks and by adding up. Pure.

`1. Công ty Cầu 12: 171` above `- Tổ cốt thép: 62`, `- Tổ bê tông: 70`, `- Tổ lái máy: 39`: the three are no further
organisations. Rows below the name of a group, or schools and companies below an office, are the units themselves, and
the row above them is their sum.
"""

from __future__ import annotations

import bisect
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal

from bluezone.errors import N_
from bluezone.rollout.reading.context import is_institution
from bluezone.rollout.reading.drafts import Draft
from bluezone.rollout.reading.hamlets import communes_with_hamlets
from bluezone.rollout.reading.heads import added_up, mark_of
from bluezone.rollout.reading.marks import NAME_MARK, is_group_name
from bluezone.rollout.reading.results import Notice, saying
from bluezone.rollout.reading.roles import Role
from bluezone.rollout.reading.rows import Line, Sort
from bluezone.rollout.reading.sums import differs

_PARTED = re.compile(r"^\s*(\d{1,3}(?:\.\d{1,3})+)\.?(?:\s|$)")
_SIGNS = {"-": "dash", "–": "dash", "—": "dash", "+": "plus", "•": "bullet", "*": "bullet", "·": "bullet"}
_SMALL = re.compile(r"[a-zđ]")
#: how the names of offices begin that belong to no other organisation
_INDEPENDENT = re.compile(r"(?:sở|hội|ubnd|huyện|quận|tp\.?|tx\.?)\s", re.IGNORECASE)
_MAY_BE_PARTS = N_(
    "rows {rows} stand with a dash or the like below one that gives more than they do together: they were taken for"
    " units beside it; if they are parts of it, take them out"
)
#: a sum that is no chance, where one column alone tells
_LARGE = 20
_MOST_ROWS = 10


@dataclass(frozen=True, slots=True)
class _Row:
    """Hold a row with its mark: a `number`, one in parts (`1.2`: `parted`), a small `letter`, a `dash`, `plus` or
    `bullet`, anything `high`, or none."""

    line: Line
    kind: str
    mark: str

    def is_below(self, other: _Row) -> bool:
        """Return whether the mark stands lower: `-` below `1`, `a)` below `2`, `2.1` below `2`, none below `1`."""
        if other.kind == "high" or self.kind in {"high", "number"}:
            return False
        if self.kind == "parted":
            return not other.kind or self.mark.startswith(f"{other.mark}.")
        if not self.kind:
            return other.kind in {"number", "parted"}
        if self.kind == "letter":
            return other.kind in {"", "number", "parted"}
        return other.kind != self.kind


def leave_out(draft: Draft) -> list[Notice]:
    """Take rows whose sum stands in the row above them, under another mark, for its parts, and rows with the sign of
    other parts of it; return what is said of rows that may be parts too and do not add up."""
    counted = added_up(draft)
    rows = [_marked(line) for line in draft.units]
    if not counted or len({row.kind for row in rows}) < 2:
        return []
    communes = communes_with_hamlets(draft)
    known = [_marked(line) for line in draft.lines.of(Sort.PART)]
    notices: list[Notice] = []
    open_: list[_Row] = []
    done = 0
    for at, end in _runs(draft, rows):
        line, below = rows[at].line, rows[at + 1 : end]
        if at < done or line.number in communes:
            continue
        stop = rows[end].line.number if end < len(rows) else draft.lines.all[-1].number + 1
        beside = any(line.number < part.line.number < stop and part.kind == below[0].kind != "" for part in known)
        if not beside and not _are_parts(line, below, counted):
            open_ += _in_doubt(line, below, counted)
        elif not beside and _is_group(draft, line, below):
            line.sort, line.head = Sort.TOTAL, True
            _forget(draft, [line], counted=False)
        else:
            notices += [] if beside else _slips(draft, line, below, counted)
            for row in below:
                row.line.sort = Sort.PART
            _forget(draft, [row.line for row in below], counted=True)
            done = end
    if open_:
        more = ", …" if len(open_) > _MOST_ROWS else ""
        listed = ", ".join(str(row.line.number) for row in open_[:_MOST_ROWS]) + more
        notices.append(Notice(draft.block.sheet.name, 0, "parts", saying(_MAY_BE_PARTS, rows=listed)))
    return notices


def _marked(line: Line) -> _Row:
    if found := _PARTED.match(line.mark or line.name):
        return _Row(line, "parted", found[1])
    mark = mark_of(line).strip()
    bare = mark.strip(" .)(:") or mark[:1]
    bare = bare.strip("-") or bare[:1]
    if bare.isdigit():
        return _Row(line, "number", bare)
    if bare in _SIGNS:
        return _Row(line, _SIGNS[bare], bare)
    return _Row(line, "letter" if _SMALL.fullmatch(bare) else "high" if bare else "", bare)


def _runs(draft: Draft, rows: Sequence[_Row]) -> Iterator[tuple[int, int]]:
    """Yield each row that rows with lower marks follow which name no place, up to a heading or a total, and the end of
    those, as numbers of the rows."""
    breaks = [line.number for line in draft.lines.of(Sort.TOTAL, Sort.HEADING)]
    for at, row in enumerate(rows):
        next_break = bisect.bisect_right(breaks, row.line.number)
        stop = breaks[next_break] if next_break < len(breaks) else rows[-1].line.number + 1
        end = at + 1
        while (
            end < len(rows)
            and rows[end].line.number < stop
            and rows[end].is_below(row)
            and rows[end].line.number not in draft.placed.units
        ):
            end += 1
        if end > at + 1:
            yield at, end


def _is_group(draft: Draft, line: Line, below: Sequence[_Row]) -> bool:
    """Return whether a row names no unit but a group, whose units stand below it: `Cụm số 1`, `Ngành giáo dục` above
    schools."""
    if line.number in draft.placed.units:
        return False
    names = [NAME_MARK.sub("", row.line.name) for row in below]
    own = sum(bool(_INDEPENDENT.match(name)) or is_institution(name) for name in names)
    return is_group_name(line.name) or (own * 2 > len(names) and not is_institution(NAME_MARK.sub("", line.name)))


def _are_parts(line: Line, below: Sequence[_Row], counted: Sequence[Role]) -> bool:
    """Return whether a row is the sum of those below it, of all of them or of those with the first one's mark."""
    same = [row for row in below if row.kind == below[0].kind]
    return any(_adds_up(line, chosen, counted) for chosen in (below, same))


def _adds_up(line: Line, parts: Sequence[_Row], counted: Sequence[Role]) -> bool:
    """Return whether a row is the sum of others: in one column, and nearly in the others, where these have a mark; in
    every column where they have none."""
    pairs = [(printed, total) for _, printed, total in _pairs(line, parts, counted)]
    exact = [printed for printed, total in pairs if printed == total and printed]
    if parts[0].kind:
        return bool(exact) and all(abs(total - printed) * 20 <= printed for printed, total in pairs)
    all_agree = all(printed == total for printed, total in pairs)
    return len(parts) > 1 and all_agree and bool(exact) and (len(exact) > 1 or exact[0] >= _LARGE)


def _pairs(line: Line, parts: Sequence[_Row], counted: Sequence[Role]) -> Iterator[tuple[Role, Decimal, Decimal]]:
    """Yield for each column a row's number and the sum of others', where both have one."""
    for role in counted:
        numbers = role.amounts.by_line
        values = [numbers[part.line.number].value for part in parts if part.line.number in numbers]
        if line.number in numbers and values:
            yield role, numbers[line.number].value, sum(values, Decimal(0))


def _slips(draft: Draft, line: Line, below: Sequence[_Row], counted: Sequence[Role]) -> Iterator[Notice]:
    """Yield what is said of columns in which a row is not quite the sum of its parts."""
    same = [row for row in below if row.kind == below[0].kind]
    for role, printed, total in _pairs(line, below if _adds_up(line, below, counted) else same, counted):
        if printed != total:
            text = differs(line, role, printed, total)
            yield Notice(draft.block.sheet.name, line.number, "total", text)


def _in_doubt(line: Line, below: Sequence[_Row], counted: Sequence[Role]) -> list[_Row]:
    """Return the rows with signs below one that gives more than they do together: it may mean `Trong đó`."""
    signed = [row for row in below if row.kind in _SIGNS.values()]
    pairs = list(_pairs(line, signed, counted))
    return signed if pairs and all(total < printed for _, printed, total in pairs) else []


def _forget(draft: Draft, lines: Sequence[Line], *, counted: bool) -> None:
    """Take rows out of what is known of units, and their numbers out of the columns where they are `counted` above."""
    numbers = {line.number for line in lines}
    draft.placed.close(numbers)
    for number in numbers if counted else ():
        for role in draft.roles:
            role.amounts.by_line.pop(number, None)
            role.amounts.bad.pop(number, None)
