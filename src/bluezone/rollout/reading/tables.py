"""Give a file that was read as a plain table: a row a unit and day, its cells as text, for the checks of imports. Pure.

Cells that are no numbers and rows of units nobody knows stay as they were written, so that what is wrong with them is
said where all rows are judged.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from bluezone.rollout.reading import app_rows
from bluezone.rollout.reading import vocabulary as words
from bluezone.rollout.reading.context import Context
from bluezone.rollout.reading.drafts import Draft
from bluezone.rollout.reading.figure_days import day_of
from bluezone.rollout.reading.meanings import MEANINGS
from bluezone.rollout.reading.results import Reading, TextRow
from bluezone.rollout.reading.roles import Role
from bluezone.rollout.reading.rows import Line
from bluezone.rollout.sectors import is_code
from bluezone.rollout.tables import Row, Table

#: kinds that a table of figures has a column for
_FIELDS = {
    words.INSTALLS: "installs",
    words.WITH_PHONE: "with_phone",
    words.ACTIVE: "active",
    words.POPULATION: "population",
    words.PERCENT_POPULATION: "percent_population",
    words.PERCENT_SMARTPHONES: "percent_smartphones",
    words.RANK: "rank",
}
#: those of them that an import of figures stores; the others are held against these, and further kinds are read only
STORED = frozenset(_FIELDS) - {words.POPULATION}
_TEXTS = {words.SOURCE: "source", words.NOTE: "note"}


def text_rows(draft: Draft, context: Context) -> Iterator[TextRow]:
    """Yield the rows of a block: for each unit one a day."""
    for line in draft.units:
        by_day: dict[str, dict[str, str]] = {}
        of_all: dict[str, str] = {}
        for role in draft.roles:
            field = _FIELDS.get(app_rows.kind_of(role, line))
            if role.kind in _TEXTS:
                of_all[_TEXTS[role.kind]] = draft.block.sheet.seen(line.number, role.column.number).text
            if field is None or role.open or not _speaks_of_the_unit(role, line, draft.roles):
                continue
            text = _text(draft, role, line.number)
            if text:
                day, raw = day_of(draft, line, role, context)
                by_day.setdefault(day.isoformat() if day else raw, {})[field] = text
        for date, cells in by_day.items() or {_day_alone(draft, line, context): {}}.items():
            yield TextRow(draft.block.sheet.name, line.number, {**_unit(draft, line), "date": date, **cells, **of_all})


def _day_alone(draft: Draft, line: Line, context: Context) -> str:
    day, raw = day_of(draft, line, None, context)
    return day.isoformat() if day else raw


def _speaks_of_the_unit(role: Role, line: Line, roles: Sequence[Role]) -> bool:
    """Return whether a count is that of the unit itself, and not of its pupils, guests or staff alone."""
    if line.of:
        return False
    if not role.of or role.kind in {words.RANK, words.PERCENT_POPULATION}:
        return True
    alone = sum(other.kind == role.kind for other in roles) == 1
    return alone and (is_code(line.name) or is_code(line.code))


def _text(draft: Draft, role: Role, line: int) -> str:
    amounts = role.amounts
    if line in amounts.missing:
        return draft.block.sheet.own(line, role.column.number).text or "="
    if line in amounts.bad:
        return amounts.bad[line]
    amount = amounts.by_line.get(line)
    if amount is None:
        return ""
    if amount.doubtful or (not role.is_share and amount.value != amount.value.to_integral_value()):
        return f"{amount.value:f}?"  # no number: it may mean several
    if amount.bound:
        return f">{int(amount.value)}" if role.kind == words.INSTALLS else ""
    if role.is_share:
        return f"{amount.value:.{max(0, amount.digits)}f}%"
    return str(int(amount.value))


def _unit(draft: Draft, line: Line) -> dict[str, str]:
    unit = draft.placed.units.get(line.number)
    if unit is not None:
        return {"unit": line.name or line.code, "code": str(unit.code)}
    if is_code(line.code) or is_code(line.name):
        return {"unit": line.name, "code": line.code if is_code(line.code) else line.name}
    cells = {"unit": line.name or line.code}
    return cells | {"parent": ", ".join(line.above)} if line.above else cells


def table_of(reading: Reading) -> Table:
    """Return a file as a plain table. Its lines are those of the file where each has one row, else they are counted."""
    lines = [row.line for row in reading.rows]
    numbers = lines if len(set(lines)) == len(lines) else range(1, len(lines) + 1)
    rows = [Row(number, dict(row.cells)) for number, row in zip(numbers, reading.rows, strict=True)]
    headers: dict[str, str] = {}
    for column in reading.columns:
        field = {**_FIELDS, **_TEXTS, words.CODE: "code", words.DATE: "date"}.get(column.kind)
        if column.kind in words.UNIT_KINDS:
            field = "unit"
        if field is not None:
            headers.setdefault(field, column.header)
    strange = {MEANINGS[words.UNKNOWN], MEANINGS[words.TOTAL]}
    ignored = dict.fromkeys(
        column.header
        for column in reading.columns
        if not column.kind and column.header and column.meaning.template in strange
    )
    return Table(headers, tuple(ignored), tuple(rows))
