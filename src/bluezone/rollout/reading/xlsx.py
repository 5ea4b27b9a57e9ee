"""Open an .xlsx or .xlsm workbook: values, formats, merged cells. Programs in it are never run."""

from __future__ import annotations

import datetime as dt
import io
import re
import warnings
from collections.abc import Callable
from typing import Any

from bluezone.errors import N_
from bluezone.rollout.reading import bounds
from bluezone.rollout.reading.cells import Cell, Sheet, clean
from bluezone.rollout.reading.colours import name_of_hex, speaks_of_colours
from bluezone.rollout.reading.errors import TableError
from bluezone.rollout.reading.formats import number_cell


class _Watched(io.BytesIO):
    """Tell how far a workbook is read, from `first` to `last` percent."""

    def __init__(self, data: bytes, progress: Callable[[int], None], first: int, last: int) -> None:
        super().__init__(data)
        self._size, self._progress, self._first, self._last = len(data), progress, first, last
        self._furthest = 0

    def read(self, size: int | None = -1, /) -> bytes:
        found = super().read(size)
        # the directory stands at the end and is read first: only what is read in order counts
        if self._furthest <= self.tell() <= self._furthest + (1 << 20):
            self._furthest = self.tell()
            self._progress(self._first + (self._last - self._first) * self._furthest // max(1, self._size))
        return found


def open_xlsx(data: bytes, progress: Callable[[int], None] = lambda _percent: None) -> tuple[list[Sheet], list[str]]:
    """Return the sheets of a workbook whose size was measured, and what is odd about it. Raises TableError."""
    from openpyxl import load_workbook

    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of what openpyxl leaves out: charts, validations, fonts
            written = load_workbook(_Watched(data, progress, 0, 45), data_only=False, keep_links=False)
            sheets = [each for each in written.worksheets if hasattr(each, "iter_rows")]
            formulas = {each.title: _formulas(each) for each in sheets}
            if any(formulas.values()):
                valued = load_workbook(_Watched(data, progress, 45, 90), data_only=True, keep_links=False)
                sheets = [valued[each.title] for each in sheets]
    except TableError:
        raise
    except Exception as error:  # noqa: BLE001 - openpyxl raises many kinds on a broken file
        raise TableError(N_("the spreadsheet cannot be read: {reason}"), reason=str(error)[:200]) from None
    return [_sheet(each, formulas[each.title]) for each in sheets], []


def _formulas(sheet: Any) -> dict[tuple[int, int], str]:
    return {
        position: clean(str(getattr(cell.value, "text", None) or cell.value))
        for position, cell in sheet._cells.items()
        if getattr(cell, "data_type", "") == "f"
    }


def _sheet(sheet: Any, formulas: dict[tuple[int, int], str]) -> Sheet:
    cells: dict[tuple[int, int], Cell] = {}
    for position, raw in sheet._cells.items():
        cell = _cell(raw, position, formulas)
        if cell:
            cells[position] = cell
    if len({row for row, _ in cells}) > bounds.MAX_ROWS:
        raise TableError(N_("the file has more than {limit} rows"), limit=bounds.MAX_ROWS)
    merged = [(area.min_row, area.min_col, area.max_row, area.max_col) for area in sheet.merged_cells.ranges]
    hidden_rows = frozenset(number for number, row in sheet.row_dimensions.items() if row.hidden)
    filtered = hidden_rows & _below_filters(sheet)
    hidden_columns = frozenset(
        number
        for column in sheet.column_dimensions.values()
        if column.hidden and column.min and column.max
        for number in range(column.min, min(column.max, column.min + 1000) + 1)
    )
    hidden = sheet.sheet_state != "visible"
    comments = {at: text for at, raw in sheet._cells.items()
                if (said := getattr(raw, "comment", None)) and (text := comment_of(str(said.text or "")))}  # fmt: skip
    coloured = _coloured(sheet) if speaks_of_colours(cells) else {}
    return Sheet(clean(sheet.title), cells, merged, hidden, hidden_rows - filtered, hidden_columns, filtered,
                 _struck(sheet) & cells.keys(), comments, coloured)  # fmt: skip


def _struck(sheet: Any) -> set[tuple[int, int]]:
    """Return the cells whose whole text is struck through."""
    fonts = {number for number, font in enumerate(sheet.parent._fonts) if font.strike}
    if not fonts:
        return set()
    return {at for at, raw in sheet._cells.items()
            if (style := getattr(raw, "_style", None)) is not None and style.fontId in fonts}  # fmt: skip


def _coloured(sheet: Any) -> dict[str, set[tuple[int, int]]]:
    """Return the cells that are filled or written in a colour, by its name; colours of a theme are not known."""
    fills = [name_of_hex(_rgb(fill.fgColor)) if getattr(fill, "fill_type", None) == "solid" else ""
             for fill in sheet.parent._fills]  # fmt: skip
    fonts = [name_of_hex(_rgb(font.color)) for font in sheet.parent._fonts]
    coloured: dict[str, set[tuple[int, int]]] = {}
    for at, raw in sheet._cells.items():
        if (style := getattr(raw, "_style", None)) is not None:
            for name in {fills[style.fillId], fonts[style.fontId]} - {""}:
                coloured.setdefault(name, set()).add(at)
    return coloured


def _rgb(colour: Any) -> str:
    written = colour.rgb if colour is not None and colour.type == "rgb" else ""
    return written if isinstance(written, str) else ""


def comment_of(text: str) -> str:
    """Return what a comment says, without what a program writes before it and the name of its author."""
    text = _THREADED.sub("", text, count=1)
    return clean(_AUTHOR.sub("", text, count=1))


_THREADED = re.compile(r"^\s*\[Threaded comment\].*?Comment:\s*", re.DOTALL)
_AUTHOR = re.compile(r"^[^\n:]{1,40}:\s*\n")


def _below_filters(sheet: Any) -> set[int]:
    """Return the rows below the headers of filters that are set, on the sheet and in its tables: what is hidden there,
    a filter hides."""
    from openpyxl.utils import range_boundaries

    rows: set[int] = set()
    for each in (sheet.auto_filter, *(table.autoFilter for table in sheet.tables.values())):
        if each is not None and each.ref and each.filterColumn:
            _, first, _, last = range_boundaries(each.ref)
            rows.update(range((first or 0) + 1, min(last or 0, bounds.MAX_ROWS) + 1))
    return rows


def _cell(raw: Any, position: tuple[int, int], formulas: dict[tuple[int, int], str]) -> Cell:
    formula = position in formulas
    value = getattr(raw, "value", None)
    if value is None:
        return Cell(formulas.get(position, "")[:60], formula=True, missing=True) if position in formulas else Cell()
    if isinstance(value, bool):
        return Cell("x" if value else "", formula=formula)
    if isinstance(value, dt.datetime):
        return Cell(value.date().isoformat(), date=value.date(), formula=formula)
    if isinstance(value, dt.date):
        return Cell(value.isoformat(), date=value, formula=formula)
    if isinstance(value, int | float):
        return number_cell(value, str(raw.number_format or ""), formula=formula)
    text = clean(str(value))
    if getattr(raw, "data_type", "") == "e":
        return Cell(text, formula=formula, missing=True)
    return Cell(text, formula=formula)
