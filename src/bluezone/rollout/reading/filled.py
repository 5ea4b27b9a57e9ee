"""Tell what a row or cell is by what it is filled with: figures, the numbers of columns, a heading. Pure."""

from __future__ import annotations

import itertools
import re
from collections.abc import Sequence

from bluezone.rollout.reading import vocabulary as words
from bluezone.rollout.reading.cells import Cell
from bluezone.rollout.reading.days import days_in
from bluezone.rollout.reading.headers import guess
from bluezone.rollout.reading.inexact import without_mark
from bluezone.rollout.reading.unit_words import is_counted

_NUMBERING = re.compile(r"\(?\s*(\d{1,2}|[A-Za-zĐđ])\s*\)?(\s*=\s*[\s\d()/+*x×:.%-]+)?")
_LONGEST_FIGURE = 30
_FIGURE = re.compile(
    r"[-+]?[\d.,' \u202f]*\d\s*(%|nghìn|ngàn|triệu|người|lượt|máy|hs|phhs)?(\s*\((\+|tăng|[\d.,]+\s*%)[^()]*\))?",
    re.IGNORECASE,
)
#: a cell that is filled though it says nothing
_NOTHING = re.compile(r"[-–—.…xX/*\s]*")
_MARK = re.compile(r"\(?(?:[IVXLC]{1,6}|[A-ZĐa-zđ]|\d{1,3})\s*[.)/:]?")


def is_day(text: str) -> bool:
    """Return whether a text is a day, as a header may be."""
    return len(text) <= 24 and bool(days_in(text))


def says_nothing(text: str) -> bool:
    """Return whether a cell is filled though it says nothing: `-`, `…`, `x`."""
    return bool(_NOTHING.fullmatch(text))


def is_heading(cells: Sequence[Cell]) -> bool:
    """Return whether a row is a mark and a name beside dashes: `I | Bến xe | – | –`, the head of a group."""
    said = [cell.text for cell in cells if not says_nothing(cell.text)]
    marks = [text for text in said if _MARK.fullmatch(text)]
    return len(said) == 2 and len(marks) == 1 and said[0] == marks[0]


def counts_from_one(rows: dict[int, dict[int, Cell]], row: int) -> bool:
    """Return whether one of the next rows is the first of a numbered list and holds figures."""
    order = next(column for column, cell in rows[row].items() if guess([cell.text]).kind == words.ORDER)
    for below in (number for number in sorted(rows) if row < number <= row + 4):
        cell = rows[below].get(order)
        if cell is not None:
            first = cell.text.strip("().") in {"1", "01", "I", "A"}
            return first and sum(map(is_figure, rows[below].values())) >= 2
    return False


def small(cell: Cell) -> bool:
    return cell.number is not None and 0 < cell.number <= 31 and cell.number == cell.number.to_integral_value()


def number_text(text: str) -> bool:
    return bool(re.fullmatch(r"[\d.,\s]{3,}%?|\d+[.,]\d+\s*%?", text)) and not is_day(text)


def is_numbering(cells: Sequence[Cell]) -> bool:
    """Return whether a row numbers the columns: `(1) (2) (3)`, `A B 1 2 3=2/1`."""
    texts = [cell.text for cell in cells if cell.text]
    if len(texts) < 3 or not all(_NUMBERING.fullmatch(text) for text in texts):
        return False
    values = [int(match[1]) for text in texts if (match := re.match(r"\(?\s*(\d{1,2})", text))]
    if len(values) < 2:
        return False
    return all(b - a == 1 for a, b in itertools.pairwise(values)) and values[0] in {1, 2, 3}


def is_figure(cell: Cell) -> bool:
    """Return whether a cell holds a figure: a number, or a text of digits and marks."""
    if cell.number is not None:
        return cell.date is None
    if cell.missing or len(cell.text) > _LONGEST_FIGURE:
        return cell.missing
    text = without_mark(cell.text)
    return bool(_FIGURE.fullmatch(text)) or is_counted(text)
