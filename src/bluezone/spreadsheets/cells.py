"""Hold what a file says, cell by cell, whatever format it came in: a book of sheets of cells. Pure."""

from __future__ import annotations

import datetime as dt
import functools
import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from decimal import Decimal

#: first row, first column, last row, last column; counted from 1
Area = tuple[int, int, int, int]


@dataclass(frozen=True, slots=True)
class Cell:
    """Hold one cell. `text` is what a person sees; `number` and `date` are what the file stores, where it does.

    `percent`: the number is shown times a hundred (0.0754 as 7,54 %).
    """

    text: str = ""
    number: Decimal | None = None
    date: dt.date | None = None
    percent: bool = False

    def __bool__(self) -> bool:
        return bool(self.text)


EMPTY = Cell()


@dataclass(slots=True)
class Sheet:
    """Hold a sheet: its cells by (row, column), counted from 1, without empty ones, and its merged areas."""

    name: str
    cells: dict[tuple[int, int], Cell] = field(default_factory=dict)
    merged: list[Area] = field(default_factory=list)
    hidden: bool = False
    hidden_rows: frozenset[int] = frozenset()
    hidden_columns: frozenset[int] = frozenset()
    _anchors: dict[tuple[int, int], Area] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.index_merged()

    def index_merged(self) -> None:
        """Note for each merged cell the area it lies in."""
        self._anchors = {}
        rows = max((row for row, _ in self.cells), default=0)
        columns = max((column for _, column in self.cells), default=0)
        for area in self.merged:
            top, left, bottom, right = area
            for row in range(top, min(bottom, rows + 1) + 1):
                for column in range(left, min(right, columns + 1) + 1):
                    self._anchors[row, column] = area

    @property
    def last_column(self) -> int:
        """Return the last column that holds anything, 0 for an empty sheet."""
        return max((column for _, column in self.cells), default=0)

    def own(self, row: int, column: int) -> Cell:
        """Return what is written in a cell itself; merged cells are written in the first of them only."""
        return self.cells.get((row, column), EMPTY)

    def seen(self, row: int, column: int) -> Cell:
        """Return what a person sees at a cell: that of the merged area it lies in."""
        area = self._anchors.get((row, column))
        return self.own(area[0], area[1]) if area else self.own(row, column)

    def area(self, row: int, column: int) -> Area:
        """Return the merged area a cell lies in, itself alone if none."""
        return self._anchors.get((row, column), (row, column, row, column))

    def visible(self) -> Sheet:
        """Return what a person sees of the sheet: without hidden rows and columns, which keep their numbers."""
        cells = {(row, column): cell for (row, column), cell in self.cells.items()
                 if row not in self.hidden_rows and column not in self.hidden_columns}  # fmt: skip
        merged = []
        for top, left, bottom, right in self.merged:
            first = next((row for row in range(top, bottom + 1) if row not in self.hidden_rows), 0)
            begin = next((column for column in range(left, right + 1) if column not in self.hidden_columns), 0)
            if first and begin:
                merged.append((first, begin, bottom, right))
                if (top, left) in self.cells:
                    cells[first, begin] = self.cells[top, left]
        return replace(self, cells=cells, merged=merged)

    def rows(self) -> Iterator[tuple[int, dict[int, Cell]]]:
        """Yield each row that holds anything: its number and its cells by column, in order."""
        by_row: dict[int, dict[int, Cell]] = {}
        for (row, column), cell in self.cells.items():
            by_row.setdefault(row, {})[column] = cell
        for row in sorted(by_row):
            yield row, dict(sorted(by_row[row].items()))


@dataclass(frozen=True, slots=True)
class Book:
    """Hold a file as opened: its sheets in order, in which form it came, and what is odd about it (msgids)."""

    name: str
    form: str
    sheets: tuple[Sheet, ...]
    notes: tuple[str, ...] = ()


def clean(text: str) -> str:
    """Return a text in composed letters, its spaces and line breaks as single spaces, without invisible signs."""
    text = unicodedata.normalize("NFC", text)
    if not text.isprintable():
        # The soft hyphen stays: fonts of TCVN3 draw it as ư.
        text = "".join(sign for sign in text if sign in "\n\t\r\xad" or unicodedata.category(sign) not in {"Cf", "Cc"})
    return " ".join(text.split())


@functools.cache
def column_name(column: int) -> str:
    """Return a column's letters: 1 is A, 27 is AA."""
    letters = ""
    while column:
        column, rest = divmod(column - 1, 26)
        letters = chr(65 + rest) + letters
    return letters


# --- a number as its format shows it: percents, decimals, leading zeros --------------------------------------------

_QUOTED = re.compile(r'"[^"]*"|\\.|\[[^\]]*\]|_.|\*.')
_DECIMALS = re.compile(r"\.([0?#]+)")
_ZEROS = re.compile(r"0{2,}")
#: beyond this a binary fraction shows digits nobody entered
_SIGNIFICANT = 12


def number_cell(value: float | int | Decimal, number_format: str) -> Cell:
    """Return the cell of a number: its value without the noise of binary fractions, and its text as shown."""
    number = exact(value)
    section = (number_format or "General").split(";")[0]
    bare = _QUOTED.sub("", section)
    percent = "%" in bare
    literal_percent = not percent and "%" in section
    shown = number * 100 if percent else number
    if _ZEROS.fullmatch(bare.strip()) and shown == shown.to_integral_value():
        text = f"{int(shown):0{len(bare.strip())}d}"
    elif match := _DECIMALS.search(bare):
        required = match[1].count("0")
        whole, _, digits = f"{shown:.{len(match[1])}f}".partition(".")
        digits = digits[:required] + digits[required:].rstrip("0")
        text = f"{whole}.{digits}" if digits else whole
    elif re.search(r"[0#]", bare) and "E" not in bare.upper():
        text = f"{shown:.0f}" if percent else plain(shown)
    else:
        text = plain(shown)
    return Cell(text + ("%" if percent or literal_percent else ""), number, percent=percent)


def exact(value: float | int | Decimal) -> Decimal:
    """Return a stored number as it was meant: 0.1 + 0.2 is 0.3."""
    if isinstance(value, int) or (isinstance(value, float) and value.is_integer()):
        return Decimal(int(value))
    number = Decimal(repr(value)) if isinstance(value, float) else value
    if not number.is_finite():
        return Decimal(0)
    if number == number.to_integral_value():
        return Decimal(int(number))
    return Decimal(f"{number:.{_SIGNIFICANT}g}")


def plain(number: Decimal) -> str:
    """Return a number without an exponent and without needless zeros."""
    text = f"{number:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text
