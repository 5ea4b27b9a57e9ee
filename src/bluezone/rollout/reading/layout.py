"""Find the tables of a sheet: header rows, rows below, the lines above and below them. Pure.

A sheet as offices make it has the state's motto and the sender at the top, a title over merged cells, a header of one
to three rows, a row that numbers the columns, the rows, a row of totals, notes and a signature; sometimes several such
blocks, one below or beside the other.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field

from bluezone.rollout.reading import naming
from bluezone.rollout.reading import vocabulary as words
from bluezone.rollout.reading.across import heads_names
from bluezone.rollout.reading.cells import EMPTY, Cell, Sheet
from bluezone.rollout.reading.days import Said, days_in
from bluezone.rollout.reading.filled import is_figure, is_heading, is_numbering
from bluezone.rollout.reading.header_rows import find_headers
from bluezone.rollout.reading.headers import guess
from bluezone.rollout.reading.languages import is_english
from bluezone.rollout.reading.page_breaks import without_repeated
from bluezone.rollout.reading.pairs import is_pair

_STORED_DAY = re.compile(r"(\d{4})-(\d\d)-(\d\d)")


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
    headers = find_headers(sheet, rows, numbers, known)
    if not headers:
        headers = _bare(rows, numbers, known) or _above_names(sheet, rows, numbers)
    headers, repeated = without_repeated(sheet, rows, numbers, headers)
    blocks: list[Block] = []
    before = 0
    for position, (first, last) in enumerate(headers):
        end = headers[position + 1][0] if position + 1 < len(headers) else numbers[-1] + 1
        below = [row for row in numbers if last < row < end and row not in repeated]
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
    above the first of them and the sums over it, else none (its last row is then before its first)."""
    named = [
        row
        for row in numbers
        if any(is_figure(cell) or is_pair(cell) for cell in rows[row].values())
        and any(cell.number is None and not cell.text.isdigit() and known(cell.text) for cell in rows[row].values())
    ]
    if len(named) < 2:
        return _slip(rows, numbers)
    above = [row for row in numbers if row < named[0] and not any(map(is_figure, rows[row].values()))][-1:]
    for row in above:
        texts = [cell.text for cell in rows[row].values()]
        top = row - 1 if is_english(texts) and rows.get(row - 1, {}).keys() >= rows[row].keys() else row
        cells = rows[top].values()
        if len(cells) >= 2 and any(guess([cell.text]).kind != words.UNKNOWN for cell in cells):
            return [(top, row)]
    first = named[0]
    while any(map(is_figure, before := list(rows.get(first - 1, {}).values()))) and not all(map(is_figure, before)):
        first -= 1  # a sum, or a unit that nobody knows
    return [(first, first - 1)]


def _above_names(sheet: Sheet, rows: dict[int, dict[int, Cell]], numbers: Sequence[int]) -> list[tuple[int, int]]:
    """Return the rows of labels, one of installations among them, below which a column holds names that differ, beside
    counts, whatever it is headed with: `Tuyến xe | Số lái xe | Lái xe đã cài`; empty where there are none."""
    for position, row in enumerate(numbers):
        if any(map(is_figure, rows[row].values())):
            continue
        top = _top_of_labels(rows, numbers[:position], row)
        cells = {at: sheet.seen(row, at) for each in range(top, row + 1) for at in rows.get(each, {})}
        kinds = {at: guess([cell.text]).kind for at, cell in cells.items()}
        installs = [at for at, kind in kinds.items() if kind == words.INSTALLS]
        if not installs:
            continue
        counted = [all(is_figure(rows[each].get(at, EMPTY)) for at in installs) for each in numbers[position + 1 :]]
        below = numbers[position + 1 :][: [*counted, False].index(False)]
        below = [each for each in below if not any(words.is_total(cell.text) for cell in rows[each].values())]
        heads = dict.fromkeys(range(1, min(cells)), "")  # an empty cell may stand over the names
        for at in sorted(cells):
            heads[at] = next(text for each in range(top, row + 1) if (text := sheet.seen(each, at).text))
        if _names_rows(heads, {at: [rows[each].get(at, EMPTY) for each in below] for at in heads}, few=len(cells)):
            return [(top, row)]
    return []


def _names_rows(heads: dict[int, str], below: dict[int, list[Cell]], *, few: int) -> bool:
    """Return whether a column names the rows: behind one of persons or beside a way to reach them only where it names
    offices, schools or classes, and so does one of a `few` columns, or without a header."""
    kinds = {at: guess([text]).kind for at, text in heads.items()}
    contacts = {at for at, kind in kinds.items() if kind == words.CONTACT}
    persons = False
    for at, text in heads.items():
        persons = persons or words.has(words.key_of(text), *_PERSONS)
        if kinds[at] not in {words.UNKNOWN, words.SECTOR, words.CONTACT, words.HEAD}:
            continue
        organisations = naming.are_organisations([cell.text for cell in below[at]])
        sure = text and few >= _FEWEST_LABELS and not persons and contacts <= {at}
        if (organisations or sure) and naming.may_name_rows(text, below[at], most=0.5 if organisations else 1):
            return True
    return False


def _top_of_labels(rows: dict[int, dict[int, Cell]], above: Sequence[int], row: int) -> int:
    """Return the first of the rows of labels that end with one: the row right above it where it heads the first column,
    beside texts over several columns."""
    before = above[-1] if above else 0
    cells = rows[before] if above and before == row - 1 else {}
    heads = len(cells) >= _FEWEST_GROUPS and min(cells) < min(rows[row]) and not any(map(is_figure, cells.values()))
    return before if heads else row


#: heads a list of single persons, who are no units; so does a column of telephone numbers
_PERSONS = ("vien", "ctv", "tnv", "nguoi", "ho ten", "hoj ten")
#: the label of the first column and two texts over several columns each
_FEWEST_GROUPS = 3
_LABELLED = {*words.COUNTS, *words.SHARES} - {words.TOTAL}
_FEWEST_LABELS = 3


def _slip(rows: dict[int, dict[int, Cell]], numbers: Sequence[int]) -> list[tuple[int, int]]:
    """Return where a slip begins that has no header, a row for each figure: `Dân số | 99000 | người`; its rows follow
    each other, the labels in one column, the numbers in one beside it."""
    found: dict[tuple[int, int], list[int]] = {}
    for row in numbers:
        figures = [at for at, cell in rows[row].items() if is_figure(cell)]
        for at, cell in rows[row].items():
            if len(figures) and not is_figure(cell) and figures[-1] == at + 1 and guess([cell.text]).kind in _LABELLED:
                found.setdefault((at, at + 1), []).append(row)
    best = max(found.values(), key=len, default=[])
    return [(best[0], best[0] - 1)] if len(best) >= _FEWEST_LABELS and len(found) == 1 else []


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
    across = range(1, sheet.last_column + 1)
    header = {row: [each for at in across if (each := sheet.own(row, at))] for row in range(first, last + 1)}
    header = {row: cells for row, cells in header.items() if row == first or not is_english([c.text for c in cells])}
    for number in across:
        column = Column(number)
        for row, own in header.items():
            cell = sheet.seen(row, number)
            if is_numbering(own) and not _numbers_units(sheet, row, number):
                if cell.text:
                    numbering[number] = cell.text
                continue
            if not cell.text and row < max(header):
                cell = _group_label(sheet, row, number, first, last)
            if cell.text and (not column.cells or column.cells[-1] is not cell):
                column.path.append(cell.text)
                column.cells.append(cell)
        if column.path or any(sheet.own(row, number) for row in data):
            columns.append(column)
    groups = _groups(columns)
    above = _titles_of_each(sheet, first, groups)
    for beside, group in enumerate(groups):
        own_numbers = {column.number for column in group}
        rows = [row for row in data if any(sheet.seen(row, number) for number in own_numbers)]
        said = [title for title in titles if title[0] != first - 1 or title[1] in above.get(beside, [title[1]])]
        yield Block(sheet, group, first, last, rows, said, ends,
                    {at: text for at, text in numbering.items() if at in own_numbers}, beside)  # fmt: skip


def _numbers_units(sheet: Sheet, row: int, column: int) -> bool:
    """Return whether a number in a header is that of a hamlet: `1` below `Ấp`."""
    return row > 1 and sheet.seen(row, column).text.isdigit() and heads_names(sheet.seen(row - 1, column).text)


def _titles_of_each(sheet: Sheet, first: int, groups: Sequence[Sequence[Column]]) -> dict[int, list[str]]:
    """Return the title right above each of several tables that stand beside each other, by the table's number: `Cán bộ`
    over the one, `Nhân dân` over the other; empty where not each has one of its own."""
    found: dict[int, list[str]] = {}
    for number, group in enumerate(groups):
        cells = [cell for column in group if (cell := sheet.own(first - 1, column.number))]
        found |= {number: [cells[0].text]} if len(cells) == 1 else {}
    return found if len(found) == len(groups) > 1 else {}


def _group_label(sheet: Sheet, row: int, number: int, first: int, last: int) -> Cell:
    """Return the label to the left that stands over a column too where the file lost its merged cells, as a CSV does:
    each column from that label on has one of its own below, and none above."""
    if any(area[0] <= last and area[2] >= first and area[1] < area[3] for area in sheet.merged):
        return EMPTY
    for at in range(number, 0, -1):
        if not any(sheet.own(below, at) for below in range(row + 1, last + 1)):
            return EMPTY
        if any(sheet.own(above, number) for above in range(first, row)):
            return EMPTY
        if found := sheet.own(row, at):
            return found
    return EMPTY


def _headers(columns: Sequence[Column]) -> list[str]:
    return [words.key_of(column.path[-1]) if column.path else "" for column in columns]


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
            before = seen_at[key] - starts[-1]  # `Hạng | Tỉnh | …` begins anew with its `Hạng`
            if _headers(columns[at - before : at]) != _headers(columns[starts[-1] : starts[-1] + before]):
                before = 0
            starts.append(at - before)
            seen_at = {}
        seen_at[key] = at
    return [columns[start:end] for start, end in zip(starts, [*starts[1:], len(columns)], strict=True)]
