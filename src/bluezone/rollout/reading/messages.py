"""Read a message that gives a figure a line as a table: `1. Vị Trung: 1.184 người`, one below the other. Pure."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace

from bluezone.rollout.reading.cells import Cell, Sheet
from bluezone.rollout.reading.filled import is_figure

_LINE = re.compile(r"(?P<name>[^:=]*[^\s:=–-])\s*(?:[:=]|\s[–-])\s*(?P<figure>\d.*)")
#: without a mark between them: `Nông Cống 1200`
_UNMARKED = re.compile(r"(?P<name>[^\d:=]*[^\W\d])\s+(?P<figure>\d[\d.,]*(?:\s+\D*)?)")
#: what is said behind a figure: `1.336 người` `/ 8.476 dân, đạt 15,8%`
_MORE = re.compile(r"(?P<figure>\d[\d.,]*(?:\s*(?:người|nguoi|máy|may|lượt|luot))?)\s*(?P<more>[/,;].*\S)")
_FEWEST_LINES = 3


def in_columns(sheet: Sheet, known: Callable[[str], bool]) -> Sheet:
    """Return a sheet of one column whose lines name a unit and its figure, with the figures in a column of their own,
    and what is said behind them in another; any other as it is. `known` tells names of units."""
    columns = {column for _, column in sheet.cells}
    if len(columns) != 1:
        return sheet
    found = {at: line for at, cell in sheet.cells.items() if (line := _parted(cell))}
    named = [at for at, (name, *_) in found.items() if known(name)]
    if len(named) < _FEWEST_LINES or len(named) * 2 < len(found):
        return sheet
    cells = dict(sheet.cells)
    for (row, column), (name, figure, more) in found.items():
        cells[row, column], cells[row, column + 1] = Cell(name), Cell(figure)
        if more:
            cells[row, column + 2] = Cell(more)
    return replace(sheet, cells=cells)


def _parted(cell: Cell) -> tuple[str, str, str] | None:
    """Return a line's name, its figure, and what is said behind that."""
    if cell.number is not None or cell.date is not None:
        return None
    line = _LINE.fullmatch(cell.text) or _UNMARKED.fullmatch(cell.text)
    figure = line["figure"].strip(" .;,") if line else ""
    if line is None or is_figure(Cell(figure)):
        return (line["name"], figure, "") if line else None
    parts = _MORE.fullmatch(figure)
    return (line["name"], parts["figure"].strip(), parts["more"].strip(" /,;")) if parts else None
