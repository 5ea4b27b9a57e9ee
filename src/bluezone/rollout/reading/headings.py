"""Find the headings between the rows of a table, and give the rows below one the day that it names. Pure.

`Ngày 25/8/2020`, `II. Cụm 2 (tính đến 25/8)`, `Các xã chưa báo cáo (lấy số ngày 25/8)` stand alone in their rows.
"""

from __future__ import annotations

import bisect
import datetime as dt
from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass

from bluezone.errors import N_
from bluezone.rollout.reading.cells import Cell
from bluezone.rollout.reading.days import OF_ELSE, Said, days_in, resolve
from bluezone.rollout.reading.filled import is_figure, is_heading, says_nothing
from bluezone.rollout.reading.header_days import up_to_day
from bluezone.rollout.reading.layout import Block
from bluezone.rollout.reading.marks import NAME_MARK, rank_of
from bluezone.rollout.reading.vocabulary import is_total

DAY_OF_HEADING = N_("the heading “{text}” gives the day of the rows below it: {date}")
#: days that a heading names which are none of its rows' figures
_NOT_OF_ROWS = {*OF_ELSE, Said.LETTER, Said.SIGNED}
_LONGEST = 120
#: so many headings that name days make a bare `Cụm 1 - 26/8` one of them
_FEWEST = 2


@dataclass(frozen=True, slots=True)
class Heading:
    """Hold a row that stands over those below it: its number, its text without its mark, how high its mark stands (0
    for the highest)."""

    row: int
    text: str
    rank: int


def headings_of(block: Block, known: Callable[[str], bool]) -> list[Heading]:
    """Return the headings of a table, from top to bottom: rows with one text, or a mark and a text. The name of a unit
    without figures is none, nor is a row of totals."""
    found = []
    for row in block.rows:
        cells = [cell for column in block.columns if (cell := block.sheet.own(row, column.number))]
        said = [cell for cell in cells if not says_nothing(cell.text)]
        marked = is_heading(cells)
        if not (len(said) == 1 or marked) or any(is_figure(cell) for cell in said[1 if marked else 0 :]):
            continue
        text = _shown(said[-1])
        mark = NAME_MARK.match(text)
        rank = rank_of(said[0].text if marked else mark["mark"] if mark else "")
        text = NAME_MARK.sub("", text).strip()
        if text and len(text) <= _LONGEST and not is_total(text) and not known(text):
            found.append(Heading(row, text, rank))
    return found


def _shown(cell: Cell) -> str:
    return f"{cell.date.day}/{cell.date.month}/{cell.date.year}" if cell.date else cell.text


def days_below(
    block: Block, headings: Sequence[Heading], years: Collection[int], today: dt.date
) -> Iterator[tuple[Heading, dt.date, Sequence[int]]]:
    """Yield each heading that names one day, the day, and the rows below it, down to the next heading that names one or
    stands as high. A heading of a day only, `Ngày 25/8`, is ended by the next such heading alone."""
    named = {heading.row: days for heading in headings if (days := _days_of(heading, years, today, loose=True))}
    if len(named) < _FEWEST:
        named = {heading.row: days for heading in headings if (days := _days_of(heading, years, today, loose=False))}
    plain = {heading.row for heading in headings if heading.row in named and up_to_day(heading.text)}
    for at, heading in enumerate(headings):
        days = named.get(heading.row, [])
        if len(days) != 1:
            continue
        ends = (other.row for other in headings[at + 1 :] if other.row in named
                or (heading.row not in plain and other.rank <= heading.rank))  # fmt: skip
        yield heading, days[0], rows_between(block.rows, heading.row, next(ends, None))


def rows_between(rows: Sequence[int], first: int, end: int | None) -> Sequence[int]:
    """Return those of some rows, in order, that stand below one and above another, if there is one: a table may have a
    hundred thousand."""
    return rows[bisect.bisect_right(rows, first) : len(rows) if end is None else bisect.bisect_left(rows, end)]


def _days_of(heading: Heading, years: Collection[int], today: dt.date, *, loose: bool) -> list[dt.date]:
    left = _NOT_OF_ROWS if loose else {*_NOT_OF_ROWS, Said.LOOSE}
    days = [day for day in days_in(heading.text) if day.said not in left]
    return list(dict.fromkeys(date for day in days for date in resolve(day, years, today)))
