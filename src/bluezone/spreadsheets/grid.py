"""Find the table in a sheet: its header of one to four rows, the lines below it, and what stands around it. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from bluezone.spreadsheets import lexicon
from bluezone.spreadsheets.cells import EMPTY, Cell, Sheet
from bluezone.spreadsheets.values import day_in, days_in, number_in

#: a header stands within so many rows, and has at most so many
_SEARCHED, _TALLEST = 60, 5
#: a header's texts are short; a longer one is a title or a sentence
_LONGEST_HEADER = 140
#: `(1)`, `(3)=(2)/(1)`, `4 = 3/2`, `A`: the row below a header that numbers its columns
_NUMBERING = re.compile(r"\(?\s*(?:[A-G]|\d{1,2})\s*\)?(?:\s*[=:(]\s*[\d()\s+\-*/:xX%=A-G.,]+\)?)?")


#: what numbers a group: `I`, `A.`
_MARK = re.compile(r"(?:[IVX]{1,5}|[A-H]|\d{1,2})[.)]?")


@dataclass(slots=True)
class Column:
    """Hold a column of a table: its number, its header from the top down, and its cells by line, without empty ones."""

    number: int
    path: tuple[str, ...] = ()
    cells: dict[int, Cell] = field(default_factory=dict)

    @property
    def header(self) -> str:
        """Return the header as one text."""
        return " / ".join(self.path)


@dataclass(slots=True)
class Table:
    """Hold a table: its sheet, the first and last line of its header ((0, 0) without one), its columns from left to
    right, the lines below, and the texts above and below, by line."""

    sheet: Sheet
    header: tuple[int, int]
    columns: list[Column]
    lines: list[int]
    above: list[tuple[int, str]]
    below: list[tuple[int, str]]
    turned: bool = False


def is_value(cell: Cell) -> bool:
    """Return whether a cell holds a number or a day, not a text."""
    return number_in(cell) is not None or day_in(cell.text) is not None


def table_in(sheet: Sheet, header: tuple[int, int] | None = None, *, of_persons: bool = False) -> Table | None:
    """Return the table of a sheet, with a header of given lines if there is one; None for a sheet without a table.
    `of_persons`: its rows may hold texts alone."""
    rows = dict(sheet.rows())
    if not rows:
        return None
    first, last = header if header is not None else _header_of(sheet, rows)
    body = [line for line in rows if line > last]
    if not body:
        return None
    end = _end_of(rows, body, of_persons=of_persons)
    body = [line for line in body if line <= end]
    top = first or body[0] if body else 1
    above = [(line, _text(cells.values())) for line, cells in rows.items() if line < top]
    below = [(line, _text(cells.values())) for line, cells in rows.items() if line > end]
    columns = _columns(sheet, (first, last), body)
    return Table(sheet, (first, last), columns, body, above, below) if len(columns) > 1 and body else None


def turned(table: Table, header: tuple[int, int] | None) -> Table | None:
    """Return a table with its lines as columns: what stood in C5 stands in E3."""
    sheet, (first, _) = table.sheet, table.header
    lines = {*range(first, table.lines[0]), *table.lines}
    cells = {(column, line): cell for (line, column), cell in sheet.cells.items() if line in lines}
    merged = [(left, top, right, bottom) for top, left, bottom, right in sheet.merged if top in lines]
    found = table_in(Sheet(sheet.name, cells, merged), header)
    return replace(found, above=table.above, below=table.below, turned=True) if found else None


def headings(table: Table) -> dict[int, str]:
    """Return the last text that stands alone in a row above each line of a table, empty where there is none."""
    found, last = {}, ""
    for line in table.lines:
        own = [column.cells[line] for column in table.columns if line in column.cells]
        if not any(map(number_in, own)):
            texts = [cell.text for cell in own if not _MARK.fullmatch(cell.text)]
            last = texts[0] if len(texts) == 1 else last
        found[line] = last
    return found


def _text(cells: Iterable[Cell]) -> str:
    return " ".join(dict.fromkeys(cell.text for cell in cells if cell.text))


# --- the header ---------------------------------------------------------------------------------------------------


def _header_of(sheet: Sheet, rows: Mapping[int, Mapping[int, Cell]]) -> tuple[int, int]:
    """Return the lines of the header: those around the row whose cells say most of what columns hold."""
    considered = [line for line in rows if not _is_title(rows[line])][:_SEARCHED]
    scores = {line: _says(rows[line]) for line in considered}
    best = max(considered, key=lambda line: (scores[line], -line), default=0)
    if not best or scores[best] < 1:
        return _above_first_values(rows, considered)
    first = last = best
    while last + 1 in rows and last + 1 - first < _TALLEST and _goes_on(sheet, rows, first, last):
        last += 1
    while first - 1 in rows and last + 1 - first < _TALLEST and _belongs_above(sheet, rows, first - 1, first):
        first -= 1
    while last + 1 in rows and is_numbering(rows[last + 1].values()):
        last += 1
    return first, last


def _is_title(cells: Mapping[int, Cell]) -> bool:
    """Return whether a row is a title: one text, or a long one."""
    texts = [cell.text for cell in cells.values() if cell.text]
    return len(texts) == 1 or any(len(text) > _LONGEST_HEADER for text in texts)


def topics(cell: Cell) -> tuple[lexicon.Topic, ...]:
    """Return the topics that a header's cell names."""
    text = cell.text if len(cell.text) <= _LONGEST_HEADER else ""
    return lexicon.topics_in(text) or lexicon.topics_in(text, "person")


def _says(cells: Mapping[int, Cell]) -> float:
    """Return how much a row looks like a header: cells with words of columns, less cells with numbers."""
    days = [cell for cell in cells.values() if _is_day(cell)]
    bare = [int(number.count or 0) for cell in cells.values() if (number := number_in(cell)) is not None]
    of_units = any(topic.speaks.get("unit", 0) > 0 for cell in cells.values() for topic in topics(cell))
    of_month = of_units and len(bare) > 1 and all(0 < count <= 31 for count in bare) and bare == sorted(set(bare))
    score, headed = 0.0, int(len(days) > 1)
    for cell in cells.values():
        if _is_day(cell):
            score += 0.3
        elif number_in(cell) is not None and not days_in(cell.text):
            score += 0.3 if of_month else -1
        elif topics(cell):
            headed += 1
            score += 1.2
        elif cell.text:
            score += 0.1
    return score if headed and len(cells) > 1 else 0.0


def _goes_on(sheet: Sheet, rows: Mapping[int, Mapping[int, Cell]], first: int, last: int) -> bool:
    """Return whether the row below is still the header: a cell of the header reaches into it, or it holds only texts
    and days under cells that span several columns, or days and measures under any: `đến 16/8`, `(người)`."""
    below = last + 1
    cells = rows[below]
    if any(sheet.area(line, column)[2] >= below and column == sheet.area(line, column)[1]
           for line in range(first, last + 1) for column in rows.get(line, ())):  # fmt: skip
        return True
    spanned = _spanned(sheet, rows, range(first, last + 1))
    texts = [cell for cell in cells.values() if cell.text]
    if len(texts) < 2 or any(number_in(cell) is not None and not _is_day(cell) for cell in texts):
        return False
    over = {column: cell for line in range(first, last + 1) for column, cell in rows.get(line, {}).items()}
    return all(
        column in spanned or lexicon.is_measure(cell.text) or _dates(cell, over.get(column, EMPTY))
        for column, cell in cells.items()
        if cell.text
    )


def _dates(cell: Cell, over: Cell) -> bool:
    """Return whether a cell says of which day the numbers below it are; under `Ngày` it is a day itself."""
    days = any(topic.speaks.get("day", 0) > 0 for topic in topics(over))
    return not days and bool(over.text) and (_is_day(cell) or bool(days_in(cell.text)))


def _is_day(cell: Cell) -> bool:
    return day_in(cell.text) is not None and cell.number is None


def _spanned(sheet: Sheet, rows: Mapping[int, Mapping[int, Cell]], lines: Iterable[int]) -> set[int]:
    """Return the columns that lie under a header cell of several: merged, or with empty cells to its right."""
    found: set[int] = set()
    for line in lines:
        cells = rows.get(line, {})
        for column in cells:
            _, left, _, right = sheet.area(line, column)
            if right > left:
                found.update(range(left, right + 1))
            elif column + 1 <= sheet.last_column and not sheet.seen(line, column + 1):
                end = next((each for each in cells if each > column), column + 4)
                found.update(range(column, end))
    return found


def _belongs_above(sheet: Sheet, rows: Mapping[int, Mapping[int, Cell]], above: int, first: int) -> bool:
    """Return whether the row above is of the header too: a cell of it reaches down, or spans columns."""
    cells = rows[above]
    areas = [(column, sheet.area(above, column)) for column in cells]
    spans = any(bottom >= first or right > column for column, (_, _, bottom, right) in areas)
    return spans and not any(map(number_in, cells.values())) and _says(cells) > 0


def _above_first_values(rows: Mapping[int, Mapping[int, Cell]], considered: Sequence[int]) -> tuple[int, int]:
    """Return the row of texts right above the first row of values, where no word of it is known; (0, 0): none."""
    for line in considered:
        cells = rows[line]
        if sum(map(is_value, cells.values())) >= 1 and len(cells) > 1:
            above = rows.get(line - 1, {})
            return (line - 1, line - 1) if len(above) > 1 and not any(map(is_value, above.values())) else (0, 0)
    return (0, 0)


def is_numbering(cells: Iterable[Cell]) -> bool:
    """Return whether a row numbers columns: `(1) (2) (3)=(2)/(1)`, `A B 1 2`."""
    texts = [cell.text.strip() for cell in cells if cell.text]
    return len(texts) > 1 and all(map(_NUMBERING.fullmatch, texts))


# --- the columns --------------------------------------------------------------------------------------------------


def _columns(sheet: Sheet, header: tuple[int, int], body: Sequence[int]) -> list[Column]:
    filled: dict[int, dict[int, Cell]] = {}
    numbers = range(1, sheet.last_column + 1)
    for line in body:
        for column in numbers:
            cell = sheet.own(line, column) or sheet.seen(line, column)
            if cell and (cell.number is None or (line, column) in sheet.cells):  # a number stands once
                filled.setdefault(column, {})[line] = cell
    paths = _paths(sheet, header)
    return [
        Column(number, paths.get(number, ()), filled.get(number, {}))
        for number in numbers
        if number in filled or paths.get(number)
    ]


def _paths(sheet: Sheet, header: tuple[int, int]) -> dict[int, tuple[str, ...]]:
    """Return each column's texts in the header, from the top down: a merged cell speaks for all it covers."""
    first, last = header
    if not first:
        return {}
    columns = range(1, sheet.last_column + 1)
    found: dict[int, list[str]] = {}
    for line in range(first, last + 1):
        is_of_numbers = is_numbering(sheet.own(line, column) for column in columns)
        for column in () if is_of_numbers else columns:
            cell = sheet.seen(line, column)
            if cell.text and (not found.get(column) or found[column][-1] != cell.text):
                found.setdefault(column, []).append(cell.text)
    return {column: tuple(texts) for column, texts in found.items()}


# --- where it ends ------------------------------------------------------------------------------------------------


def _end_of(rows: Mapping[int, Mapping[int, Cell]], body: Sequence[int], *, of_persons: bool) -> int:
    """Return the last line of the table: before a signature or notes below which no row has values any more. A row of
    texts alone that fills what the row above it fills is a row whose number cannot be read."""
    last = 0
    for line in body:
        cells = rows[line].values()
        texts = [cell.text for cell in cells if cell.text and not is_value(cell)]
        is_note = bool(texts) and lexicon.begins_note(texts[0])
        is_alike = last == line - 1 and len(cells) > 2 and rows[line].keys() >= rows[last].keys()
        if len(cells) > 1 and not is_note and (of_persons or is_alike or any(map(is_value, cells))):
            last = line
    return last or body[-1]
