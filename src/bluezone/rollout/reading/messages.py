"""Read a message that gives a figure a line as a table: `1. Vị Trung: 1.184 người`, one below the other. Pure."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace

from bluezone.rollout.reading.cells import Cell, Sheet
from bluezone.rollout.reading.filled import is_figure

_LINE = re.compile(r"(?P<name>[^:=]*[^\s:=–-])\s*(?:[:=]|\s[–-])\s*(?P<figure>\d.*)")
_FEWEST_LINES = 3


def in_columns(sheet: Sheet, known: Callable[[str], bool]) -> Sheet:
    """Return a sheet of one column whose lines name a unit and its figure, with the figures in a column of their own;
    any other as it is. `known` tells names of units."""
    columns = {column for _, column in sheet.cells}
    if len(columns) != 1:
        return sheet
    found = {at: line for at, cell in sheet.cells.items() if (line := _parted(cell))}
    named = [at for at, (name, _) in found.items() if known(name)]
    if len(named) < _FEWEST_LINES or len(named) * 2 < len(found):
        return sheet
    cells = dict(sheet.cells)
    for (row, column), (name, figure) in found.items():
        cells[row, column], cells[row, column + 1] = Cell(name), Cell(figure)
    return replace(sheet, cells=cells)


def _parted(cell: Cell) -> tuple[str, str] | None:
    line = _LINE.fullmatch(cell.text) if cell.number is None and cell.date is None else None
    figure = line["figure"].strip(" .;,") if line else ""
    return (line["name"], figure) if line and is_figure(Cell(figure)) else None
