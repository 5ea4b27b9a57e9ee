"""Give each thing that the rows of a table count a column of its own, where a column of texts or headings between the
rows say what each row counts. Pure.

`Đơn vị | Nội dung | Số lượng` with `Lũy kế`, `Cài mới trong ngày` below each other becomes a row for each unit and a
column for each of them; so do the rows below `I. Đã cài đặt` and `II. Chưa cài đặt`. What a text says is read as the
lowest header of its column.
"""

from __future__ import annotations

import datetime as dt
import itertools
from collections.abc import Mapping, Sequence

from bluezone.rollout.reading import vocabulary as words
from bluezone.rollout.reading.apps import apps_in
from bluezone.rollout.reading.cells import Cell, Sheet
from bluezone.rollout.reading.filled import is_figure
from bluezone.rollout.reading.header_days import only_day
from bluezone.rollout.reading.headers import guess
from bluezone.rollout.reading.headings import Heading, rows_between
from bluezone.rollout.reading.layout import Block, Column
from bluezone.rollout.reading.marks import is_group_name
from bluezone.rollout.reading.people import group_named
from bluezone.rollout.reading.rows import Line, Lines, Sort
from bluezone.rollout.reading.vocabulary import Guess, has, key_of

#: columns that may hold what each row counts, by their headers
_NAMING = {words.INDICATOR, words.MEASURE}
_PERHAPS_NAMING = {words.UNKNOWN, words.SECTOR}
#: what a row counts by its text: something of the app at least
_OF_THE_APP = {words.INSTALLS, words.WITH_PHONE, words.ACTIVE, words.INCREASE, words.NCOVI, words.MISSING}
_FIGURES = {*words.COUNTS, *words.SHARES, words.RANK} - {words.TOTAL}
#: columns whose rows a heading may say something else of
_COUNTED = {words.TOTAL, words.UNKNOWN, words.INSTALLS, words.WITH_PHONE, words.ACTIVE, words.INCREASE, words.NCOVI}
#: more than these are no kinds of counts
_MOST_TEXTS = 12
_NOT_INSTALLED = ("chua cai", "khong cai", "chua cai dat", "khong cai dat", "chua tai", "chua co bluezone")


def widened(block: Block, lines: Lines, headings: Sequence[Heading], days: Mapping[int, dt.date]) -> Block | None:
    """Return a block with a column for each thing its rows count, None where the rows say nothing of it. `days` are the
    days that headings give to rows."""
    at, texts = _by_column(block, lines)
    if not texts:
        at, texts = 0, _by_headings(block, lines, headings)
    values = [column for column in block.columns if column.number != at and _is_counted(block, lines, column)]
    return _made(block, lines, at, texts, values, days) if texts and values else None


def _labels(lines: Lines) -> set[int]:
    return {lines.unit, lines.code, lines.order, lines.date, *lines.above} - {0}


def _counting(lines: Lines) -> list[Line]:
    return lines.of(Sort.UNIT, Sort.NAMELESS, Sort.TOTAL)


def _is_counted(block: Block, lines: Lines, column: Column) -> bool:
    """Return whether a column holds numbers of which each row may say what they count."""
    if column.number in _labels(lines) or not column.path:
        return False
    path = [text for text in column.path if not only_day(text)]
    cells = [cell for line in _counting(lines) if (cell := block.sheet.own(line.number, column.number))]
    return any(map(is_figure, cells)) and (not path or guess(path).kind in _COUNTED)


def _by_column(block: Block, lines: Lines) -> tuple[int, dict[int, str]]:
    """Return the column that says what each row counts, and its texts by row; 0 and none where there is none."""
    rows = _counting(lines)
    units = [line for line in rows if line.sort is not Sort.TOTAL]
    for column in block.columns:
        kind = guess(column.path).kind if column.path else ""
        if column.number in _labels(lines) or kind not in _NAMING | _PERHAPS_NAMING:
            continue
        cells = {line.number: block.sheet.seen(line.number, column.number) for line in rows}
        texts = [cells[line.number].text for line in units]
        if not texts or any(not text or is_figure(cells[line.number]) for line, text in zip(units, texts, strict=True)):
            continue
        if _name_measures(set(texts), named=kind in _NAMING, rows=len(units)):
            return column.number, {row: cell.text for row, cell in cells.items() if cell.text}
    return 0, {}


def _name_measures(texts: set[str], *, named: bool, rows: int) -> bool:
    """Return whether the texts of a column are each what a header may be; `named`: its own header says that."""
    if len(texts) > _MOST_TEXTS or all(map(_is_app, texts)):
        return False
    kinds = [guess([text]).kind for text in texts]
    readable = [kind in _FIGURES for kind in kinds]
    if not any(kind in _OF_THE_APP for kind in kinds) or any(group_named(text) for text in texts):
        return False
    return any(readable) if named else all(readable) and 1 < len(texts) < rows


def _is_app(text: str) -> bool:
    return bool(apps_in(text)) and len(key_of(text).split()) <= _WORDS_OF_AN_APP


_WORDS_OF_AN_APP = 2


def _by_headings(block: Block, lines: Lines, headings: Sequence[Heading]) -> dict[int, str]:
    """Return what headings say that the rows below them count, by row; none where they say nothing that the columns do
    not."""
    found: dict[int, str] = {}
    said: dict[Guess, str] = {}
    columns = [guess(column.path) for column in block.columns if _is_counted(block, lines, column)]
    counting = [line.number for line in _counting(lines)]
    told = False
    for heading, following in itertools.zip_longest(headings, headings[1:]):
        meant = _measure_of(heading.text)
        if meant is None:
            continue
        told |= any(column.kind not in {meant.kind, words.TOTAL} or meant.kind != words.INSTALLS for column in columns)
        text = said.setdefault(meant, heading.text)
        found |= dict.fromkeys(rows_between(counting, heading.row, following.row if following else None), text)
    return found if told else {}


#: what a heading may say besides of the rows below it, in a few words: `I. Chỉ tiêu giao`, `Dân số`, `II. Kết quả`
_BESIDE = {words.TARGET, words.POPULATION, words.SMARTPHONES, words.TOTAL}
_WORDS_OF_A_MEASURE = 5


def _measure_of(text: str) -> Guess | None:
    """Return what a heading says that rows count; None for one of units, `Các xã còn lại`, unless it says that theirs
    are those who did not install it."""
    if has(key_of(text), *_NOT_INSTALLED):
        return Guess(words.MISSING)
    meant = guess([text])
    if meant.kind in _BESIDE and len(key_of(text).split()) <= _WORDS_OF_A_MEASURE:
        return meant
    return meant if meant.kind in _OF_THE_APP - {words.MISSING} and not is_group_name(text) else None


def _made(
    block: Block,
    lines: Lines,
    at: int,
    texts: Mapping[int, str],
    values: Sequence[Column],
    days: Mapping[int, dt.date],
) -> Block:
    """Return the block with a row for each unit and day and a column for each text of each counted column; `at` is the
    column of the texts."""
    sheet = Sheet(block.sheet.name, comments=block.sheet.comments, coloured=block.sheet.coloured)
    kept = [column for column in block.columns if column not in values and column.number != at]
    first = max(column.number for column in block.columns) + 1
    pairs = [(column, text) for column in values for text in dict.fromkeys(["", *texts.values()])]
    numbers = {(column.number, text): first + n for n, (column, text) in enumerate(pairs)}
    made = Block(sheet, [], block.first, block.last, [], block.titles, block.ends, block.numbering, block.beside)
    rows: dict[object, int] = {}
    filled: set[int] = set()
    above: Line | None = None
    for line in lines.all:
        if line.sort is Sort.NAMELESS and above is not None:
            line.sort, line.name, line.code, line.above, line.dates = (
                above.sort, above.name, above.code, above.above, line.dates or above.dates)  # fmt: skip
        above = line if line.name or line.code else above
        text = texts.get(line.number, "")
        key = (line.sort, line.name, line.code, line.above, line.dates, days.get(line.number))
        row = rows.get(key, line.number) if line.sort in {Sort.UNIT, Sort.TOTAL} else line.number
        if any((row, numbers[column.number, text]) in sheet.cells for column in values):
            row = line.number  # the same of the same unit again
        rows[key] = row
        if row == line.number:
            made.rows.append(row)
            for column in kept:
                if cell := block.sheet.seen(row, column.number):
                    sheet.cells[row, column.number] = cell
        for column in values:
            if cell := block.sheet.own(line.number, column.number):
                number = numbers[column.number, text]
                sheet.cells[row, number] = cell
                made.origins[row, number] = (line.number, column.number)
                filled.add(number)
    made.columns = kept + [
        Column(numbers[column.number, text], [*column.path, text] if text else list(column.path),
               [*column.cells, Cell(text)] if text else list(column.cells))
        for column, text in pairs if numbers[column.number, text] in filled
    ]  # fmt: skip
    return made
