"""Find the tables of a sheet: header rows, rows below, the lines above and below them. Pure.

A sheet as offices make it has the state's motto and the sender at the top, a title over merged cells, a header of one
to three rows, a row that numbers the columns, the rows, a row of totals, notes and a signature; sometimes several such
blocks, one below or beside the other.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field

from bluezone.rollout.reading import vocabulary as words
from bluezone.rollout.reading.cells import Cell, Sheet
from bluezone.rollout.reading.days import Said, days_in
from bluezone.rollout.reading.headers import guess
from bluezone.rollout.reading.pairs import is_pair

_MOST_HEADER_ROWS = 5
_LONGEST_LABEL = 90
_NUMBERING = re.compile(r"\(?\s*(\d{1,2}|[A-Za-zĐđ])\s*\)?(\s*=\s*[\s\d()/+*x×:.%-]+)?")
_ROMAN = re.compile(r"(?=[IVXL])(XL|L?X{0,3})(IX|IV|V?I{0,3})[.)]?")
_LONGEST_FIGURE = 30
_FIGURE = re.compile(
    r"[-+]?[\d.,' \u202f]*\d\s*(%|nghìn|ngàn|triệu|người|lượt|máy|hs|phhs)?(\s*\((\+|tăng|[\d.,]+\s*%)[^()]*\))?",
    re.IGNORECASE,
)
_STORED_DAY = re.compile(r"(\d{4})-(\d\d)-(\d\d)")
#: a cell that is filled though it says nothing
_NOTHING = re.compile(r"[-–—.…xX/*\s]*")
_MARK = re.compile(r"\(?(?:[IVXLC]{1,6}|[A-ZĐa-zđ]|\d{1,3})\s*[.)/:]?")
_MARKS_STATE = ("cong hoa xa hoi", "doc lap tu do", "doc lap")


@dataclass(slots=True)
class Column:
    """Hold a column of a block: its number in the sheet and the texts above its values, the highest first."""

    number: int
    path: list[str] = field(default_factory=list)
    #: the day an Excel date above it names
    cells: list[Cell] = field(default_factory=list)

    @property
    def header(self) -> str:
        """Return the header as a person would say it, a day as forms write it: `9/8/2020`."""
        return " / ".join(
            f"{int(found[3])}/{int(found[2])}/{found[1]}" if (found := _STORED_DAY.fullmatch(text)) else text
            for text in self.path
        )


@dataclass(slots=True)
class Block:
    """Hold a table of a sheet: its columns, its rows, and the lines of text above and below.

    `first` and `last` are the header's rows (0 where there is none); `rows` the numbers of the rows below it.
    """

    sheet: Sheet
    columns: list[Column]
    first: int
    last: int
    rows: list[int]
    titles: list[tuple[int, str]] = field(default_factory=list)
    ends: list[tuple[int, str]] = field(default_factory=list)
    numbering: dict[int, str] = field(default_factory=dict)
    beside: int = 0
    #: rows and columns have changed places
    turned: bool = False
    #: where cells of a block that was laid out anew stand in the file: (row, column) -> (row, column)
    origins: dict[tuple[int, int], tuple[int, int]] = field(default_factory=dict)


def _no_unit(_text: str) -> bool:
    return False


def blocks_of(sheet: Sheet, known: Callable[[str], bool] = _no_unit) -> list[Block]:
    """Return the tables of a sheet, from top to bottom and from left to right; `known` tells names of units."""
    rows = dict(sheet.rows())
    numbers = list(rows)
    headers = _headers(sheet, rows, numbers, known)
    if not headers:
        headers = _bare(rows, numbers, known)
    blocks: list[Block] = []
    before = 0
    for position, (first, last) in enumerate(headers):
        end = headers[position + 1][0] if position + 1 < len(headers) else numbers[-1] + 1
        below = [row for row in numbers if last < row < end]
        end_of_data = _end_of_data(rows, below)
        for row in below:  # units without figures at the end of a list
            cells = list(rows[row].values())
            last_row = position + 1 < len(headers) and row == below[-1]
            if (
                row == end_of_data + 1
                and any(known(cell.text) for cell in cells)
                and not (last_row and is_heading(cells))
            ):
                end_of_data = row  # a heading right above the next header is its title
        between = [row for row in numbers if before < row < first]
        own = _right_above(between, first)
        if position and any(day.said is Said.AS_OF for _, text in _lines(sheet, sorted(own)) for day in days_in(text)):
            between = sorted(own)  # what stands below the table before speaks of that one
        titles = _lines(sheet, between)
        left = [row for row in below if row > end_of_data]
        others = _right_above(left, headers[position + 1][0]) if position + 1 < len(headers) else set()
        ends = _lines(sheet, [row for row in left if row not in others])
        data = [row for row in below if row <= end_of_data]
        before = end_of_data
        blocks += _beside(sheet, first, last, data, titles, ends)
    return blocks


def _right_above(rows: Sequence[int], header: int) -> set[int]:
    """Return those of the rows between two tables that stand above the header of the second without a gap, but for the
    one right above it: its titles."""
    found: set[int] = set()
    for row in reversed(rows):
        if row < min(found, default=header - 1) - 1:
            break
        found.add(row)
    return found


def _bare(
    rows: dict[int, dict[int, Cell]], numbers: Sequence[int], known: Callable[[str], bool]
) -> list[tuple[int, int]]:
    """Return where a header would stand above names of units beside numbers, where no row is one: the row of labels
    above the first of them, else none (its last row is then before its first)."""
    named = [
        row
        for row in numbers
        if any(map(is_figure, rows[row].values()))
        and any(cell.number is None and not cell.text.isdigit() and known(cell.text) for cell in rows[row].values())
    ]
    if len(named) < 2:
        return []
    above = [row for row in numbers if row < named[0]][-1:]
    for row in above:
        cells = list(rows[row].values())
        if (
            len(cells) >= 2
            and not any(map(is_figure, cells))
            and any(guess([c.text]).kind != words.UNKNOWN for c in cells)
        ):
            return [(row, row)]
    return [(named[0], named[0] - 1)]


def _headers(
    sheet: Sheet, rows: dict[int, dict[int, Cell]], numbers: Sequence[int], known: Callable[[str], bool]
) -> list[tuple[int, int]]:
    found: list[tuple[int, int]] = []
    skip = 0
    for row in numbers:
        if row <= skip or not _begins_header(sheet, rows, row, known):
            continue
        across = _units_across(rows, row, known)
        last = row if across else _last_header_row(sheet, rows, row, numbers)
        first = _first_header_row(sheet, rows, row, numbers, skip)
        found.append((first, last))
        skip = last
    return found


def _labels(sheet: Sheet, row: int, cells: dict[int, Cell]) -> list[str]:
    """Return the kinds that a row's texts name, where they stand in headers; a title over many columns names none."""
    found = []
    for column, cell in cells.items():
        top, left, _, right = sheet.area(row, column)
        if (top, left) != (row, column) or cell.number is not None or len(cell.text) > _LONGEST_LABEL:
            continue
        kind = guess([cell.text]).kind
        if cell.date is not None or _is_day(cell.text):
            kind = words.DATE + "s"
        if kind != words.UNKNOWN and not (right - left >= 3 and len(cells) == 1):
            found.append(kind)
    return found


def _is_day(text: str) -> bool:
    return len(text) <= 24 and bool(days_in(text))


def _begins_header(sheet: Sheet, rows: dict[int, dict[int, Cell]], row: int, known: Callable[[str], bool]) -> bool:
    cells = rows[row]
    texts = [cell.text for cell in cells.values()]
    if is_heading(list(cells.values())) or (len(texts) == 2 and texts[0].endswith(":")):
        return False  # `Ngày chốt số liệu:` beside its day
    if len(cells) < 2 or any(cell.number is not None and not _small(cell) for cell in cells.values()):
        return False
    if any(words.key_of(cell.text).startswith(_MARKS_STATE) for cell in cells.values()):
        return False
    if any(is_figure(cell) and cell.date is None and not _is_day(cell.text) for cell in cells.values()):
        return False
    if _units_across(rows, row, known):
        return True
    labels = _labels(sheet, row, cells)
    named = [
        kind for kind in labels if kind in {*words.UNIT_KINDS, words.ORDER, words.INDICATOR, words.CODE, words.DATE}
    ]
    if not named:
        return False
    others = len(labels) - 1
    if others >= 1 or (words.DATE in named and sum(known(cell.text) for cell in cells.values()) >= 2):
        return True
    if len(cells) >= 2 and any(kind in words.UNIT_KINDS for kind in named):
        return True
    return words.ORDER in named and len(cells) >= 3 and _counts_from_one(rows, row)


def is_heading(cells: Sequence[Cell]) -> bool:
    """Return whether a row is a mark and a name beside dashes: `I | Bến xe | – | –`, the head of a group."""
    said = [cell.text for cell in cells if not _NOTHING.fullmatch(cell.text)]
    marks = [text for text in said if _MARK.fullmatch(text)]
    return len(said) == 2 and len(marks) == 1 and said[0] == marks[0]


def _counts_from_one(rows: dict[int, dict[int, Cell]], row: int) -> bool:
    """Return whether one of the next rows is the first of a numbered list and holds figures."""
    order = next(column for column, cell in rows[row].items() if guess([cell.text]).kind == words.ORDER)
    for below in (number for number in sorted(rows) if row < number <= row + 4):
        cell = rows[below].get(order)
        if cell is not None:
            first = cell.text.strip("().") in {"1", "01", "I", "A"}
            return first and sum(map(is_figure, rows[below].values())) >= 2
    return False


def _units_across(rows: dict[int, dict[int, Cell]], row: int, known: Callable[[str], bool]) -> bool:
    """Return whether a row names units, a column each, and those below say what they count: `Nội dung | TP Vị Thanh |
    TP Ngã Bảy`, its first cell empty or not."""
    cells = rows[row]
    units = [column for column, cell in cells.items() if cell.number is None and known(cell.text)]
    if len(units) < 2 or len(units) < len(cells) - 3:
        return False
    counted = 0
    for below in (number for number in sorted(rows) if row < number <= row + 6):
        beside = [cell for column, cell in rows[below].items() if column < units[0] and not is_figure(cell)]
        if sum(is_figure(rows[below][column]) for column in units if column in rows[below]) >= 2:
            counted += any(guess([cell.text]).kind in _COUNTED for cell in beside)
    return counted > 0


_COUNTED = {*words.COUNTS, *words.SHARES}


def _small(cell: Cell) -> bool:
    return cell.number is not None and 0 < cell.number <= 31 and cell.number == cell.number.to_integral_value()


def _number_text(text: str) -> bool:
    return bool(re.fullmatch(r"[\d.,\s]{3,}%?|\d+[.,]\d+\s*%?", text)) and not _is_day(text)


def is_numbering(cells: Sequence[Cell]) -> bool:
    """Return whether a row numbers the columns: `(1) (2) (3)`, `A B 1 2 3=2/1`."""
    texts = [cell.text for cell in cells if cell.text]
    if len(texts) < 3 or not all(_NUMBERING.fullmatch(text) for text in texts):
        return False
    values = [int(match[1]) for text in texts if (match := re.match(r"\(?\s*(\d{1,2})", text))]
    if len(values) < 2:
        return False
    return all(b - a == 1 for a, b in itertools.pairwise(values)) and values[0] in {1, 2, 3}


def _last_header_row(sheet: Sheet, rows: dict[int, dict[int, Cell]], first: int, numbers: Sequence[int]) -> int:
    last = first
    for column in rows[first]:
        top, _, bottom, _ = sheet.area(first, column)
        if top == first and bottom - top < _MOST_HEADER_ROWS:
            last = max(last, bottom)
    unit = _unit_column(rows[first])
    while True:
        following = next((row for row in numbers if row > last), None)
        if following is None or following > last + 1 or following > first + _MOST_HEADER_ROWS + 1:
            return last
        if is_numbering(list(rows[following].values())) or _continues(sheet, rows[following], following, first, unit):
            bottoms = [sheet.area(following, column)[2] for column in rows[following]]
            last = max(following, *(bottom for bottom in bottoms if bottom - following < _MOST_HEADER_ROWS))
        else:
            return last


def _unit_column(cells: dict[int, Cell]) -> int:
    for column, cell in cells.items():
        if guess([cell.text]).kind in {*words.UNIT_KINDS, words.INDICATOR}:
            return column
    return 0


def _continues(sheet: Sheet, cells: dict[int, Cell], row: int, first: int, unit: int) -> bool:
    """Return whether a row goes on with a header: texts that label, none below the column of units."""
    if is_heading(list(cells.values())):
        return False
    if unit and (unit in cells or sheet.area(row, unit)[0] < first):
        return False
    if not unit:
        labels = _labels(sheet, row, cells)
        figures = any(is_figure(cell) and cell.date is None for cell in cells.values())
        return bool(labels) and not figures
    if any(cell.number is not None and cell.date is None for cell in cells.values()):
        return False
    texts = [cell.text for cell in cells.values()]
    if any(_number_text(text) for text in texts):
        return False
    if min(cells) < unit and any(_ROMAN.fullmatch(text) or text.isdigit() for text in texts[:1]):
        return False
    return len(texts) >= 1 and all(len(text) <= _LONGEST_LABEL for text in texts) and bool(_labels(sheet, row, cells))


def _first_header_row(
    sheet: Sheet, rows: dict[int, dict[int, Cell]], row: int, numbers: Sequence[int], floor: int
) -> int:
    """Return where a header begins: texts that group columns may stand above the row of labels, not over all of it."""
    first = row
    left, right = min(rows[row]), max(rows[row])
    for above in reversed([number for number in numbers if floor < number < row]):
        if above != first - 1:
            break
        cells = rows[above]
        spans = [sheet.area(above, column) for column in cells]
        grouping = len(cells) >= 1 and all(
            span[1] > left and span[3] <= right and len(cells[column].text) <= _LONGEST_LABEL
            for span, column in zip(spans, cells, strict=True)
        )
        labelled = any(
            guess([cell.text]).kind != words.UNKNOWN or cell.date or _is_day(cell.text) for cell in cells.values()
        )
        wide = all(span[3] - span[1] + 1 >= right - left for span in spans)
        if not grouping or not labelled or wide or any(cell.number is not None for cell in cells.values()):
            break
        first = above
    return first


def _end_of_data(rows: dict[int, dict[int, Cell]], below: Sequence[int]) -> int:
    """Return the last row that holds a number beside a text; what follows are notes and the signature."""
    last = 0
    if not any(is_figure(cell) or is_pair(cell) for row in below for cell in rows[row].values()):
        return max((row for row in below if len(rows[row]) > 1), default=0)  # a list of names
    for row in below:
        cells = rows[row]
        numbers = any(is_figure(cell) or is_pair(cell) for cell in cells.values())
        if numbers and (len(cells) > 1):
            last = row
    return last


def is_figure(cell: Cell) -> bool:
    """Return whether a cell holds a figure: a number, or a text of digits and marks."""
    if cell.number is not None:
        return cell.date is None
    return cell.missing or (len(cell.text) <= _LONGEST_FIGURE and bool(_FIGURE.fullmatch(cell.text)))


def _lines(sheet: Sheet, numbers: Sequence[int]) -> list[tuple[int, str]]:
    found = []
    for row in numbers:
        cells = [cell for column in range(1, sheet.last_column + 1) if (cell := sheet.own(row, column))]
        texts: list[str] = []
        for cell in cells:
            day = f"{cell.date.day}/{cell.date.month}/{cell.date.year}" if cell.date else ""
            if texts and texts[-1].endswith(":") and len(texts[-1]) < _LONGEST_MARK and (day or days_in(cell.text)):
                texts[-1] = f"{texts[-1]} {day or cell.text}"  # `Tính đến:` beside its day
            else:
                texts.append(day or cell.text)
        found += [(row, text) for text in texts if text]
    return found


#: what names the cell beside it
_LONGEST_MARK = 40


def _beside(
    sheet: Sheet, first: int, last: int, data: list[int], titles: list[tuple[int, str]], ends: list[tuple[int, str]]
) -> Iterator[Block]:
    """Yield the blocks that share a header's rows: one, or several where its columns begin anew."""
    numbering: dict[int, str] = {}
    columns = []
    for number in range(1, sheet.last_column + 1):
        column = Column(number)
        for row in range(first, last + 1):
            cell = sheet.seen(row, number)
            own = [each for each in (sheet.own(row, at) for at in range(1, sheet.last_column + 1)) if each]
            if is_numbering(own):
                if cell.text:
                    numbering[number] = cell.text
                continue
            if cell.text and (not column.cells or column.cells[-1] is not cell):
                column.path.append(cell.text)
                column.cells.append(cell)
        if column.path or any(sheet.own(row, number) for row in data):
            columns.append(column)
    for beside, group in enumerate(_groups(columns)):
        own_numbers = {column.number for column in group}
        rows = [row for row in data if any(sheet.seen(row, number) for number in own_numbers)]
        yield Block(sheet, group, first, last, rows, titles, ends,
                    {at: text for at, text in numbering.items() if at in own_numbers}, beside)  # fmt: skip


def _groups(columns: list[Column]) -> list[list[Column]]:
    """Return columns in groups, a new one where the header's first labels come again."""
    kinds = [guess(column.path[-1:]).kind if column.path else "" for column in columns]
    starts = [0]
    seen_at: dict[str, int] = {}
    for at, (column, kind) in enumerate(zip(columns, kinds, strict=True)):
        if kind not in {words.ORDER, *words.UNIT_KINDS}:
            continue
        key = words.key_of(column.path[-1])
        if key in seen_at and at > starts[-1] + 1:
            starts.append(at)
            seen_at = {}
        seen_at[key] = at
    return [columns[start:end] for start, end in zip(starts, [*starts[1:], len(columns)], strict=True)]
