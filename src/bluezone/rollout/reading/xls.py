"""Open an old .xls workbook (BIFF, Excel 5 to 2003) with xlrd, which does not tell rows that a filter hides from those
that somebody hid: both are taken for hidden."""

from __future__ import annotations

import datetime as dt
import io
from typing import Any

from bluezone.errors import N_
from bluezone.rollout.reading import bounds
from bluezone.rollout.reading.cells import Cell, Sheet, clean
from bluezone.rollout.reading.colours import name_of, speaks_of_colours
from bluezone.rollout.reading.errors import TableError
from bluezone.rollout.reading.formats import number_cell
from bluezone.rollout.reading.xlsx import comment_of


def open_xls(data: bytes, name: str) -> tuple[list[Sheet], list[str]]:
    """Return the sheets of an old workbook, and what is odd about it. Raises TableError."""
    import xlrd
    from xlrd.biffh import XLRDError

    try:
        book = xlrd.open_workbook(file_contents=data, formatting_info=True, logfile=io.StringIO())
    except XLRDError as error:
        if "encrypt" in str(error).lower() or "password" in str(error).lower():
            raise password(name) from None
        raise TableError(N_("the spreadsheet cannot be read: {reason}"), reason=str(error)[:200]) from None
    except Exception as error:  # noqa: BLE001 - xlrd raises many kinds on a broken file
        raise TableError(N_("the spreadsheet cannot be read: {reason}"), reason=repr(error)[:200]) from None
    sheets = []
    total = 0
    for number in range(min(book.nsheets, bounds.MAX_SHEETS + 1)):
        if number == bounds.MAX_SHEETS:
            raise TableError(N_("the workbook has more than {limit} sheets"), limit=bounds.MAX_SHEETS)
        sheet = _sheet(book, book.sheet_by_index(number))
        total += len(sheet.cells)
        if total > bounds.MAX_CELLS:
            raise TableError(
                N_("the workbook has more than {limit} cells: save the one table you report in a file of its own"),
                limit=bounds.MAX_CELLS,
            )
        sheets.append(sheet)
    return sheets, []


def password(name: str) -> TableError:
    """Return the refusal of a file with a password."""
    return TableError(N_("the file {name} has a password: save it without one"), name=name or "?")


def _sheet(book: Any, raw: Any) -> Sheet:
    cells = {}
    struck = set()
    coloured: dict[str, set[tuple[int, int]]] = {}
    fonts = {number for number, font in enumerate(book.font_list) if font.struck_out}
    for row in range(raw.nrows):
        for column in range(raw.row_len(row)):
            written = raw.cell(row, column)
            cell = _cell(book, written)
            if cell:
                cells[row + 1, column + 1] = cell
                if fonts and book.xf_list[written.xf_index].font_index in fonts:
                    struck.add((row + 1, column + 1))
                for name in _colours(book, written.xf_index):
                    coloured.setdefault(name, set()).add((row + 1, column + 1))
    comments = {(row + 1, column + 1): text for (row, column), note in raw.cell_note_map.items()
                if (text := comment_of(note.text))}  # fmt: skip
    merged = [(top + 1, left + 1, bottom, right) for top, bottom, left, right in raw.merged_cells]
    merged = [area for area in merged if area[2] - area[0] < bounds.MAX_ROWS]
    hidden_rows = frozenset(row + 1 for row, info in raw.rowinfo_map.items() if info.hidden)
    hidden_columns = frozenset(column + 1 for column, info in raw.colinfo_map.items() if info.hidden)
    return Sheet(clean(raw.name), cells, merged, bool(raw.visibility), hidden_rows, hidden_columns,
                 struck=struck, comments=comments, coloured=coloured if speaks_of_colours(cells) else {})  # fmt: skip


def _colours(book: Any, style: int) -> set[str]:
    """Return the names of the colours in which a cell of a style is filled and written."""
    form = book.xf_list[style]
    filled = form.background.fill_pattern == 1 and book.colour_map.get(form.background.pattern_colour_index)
    written = book.colour_map.get(book.font_list[form.font_index].colour_index)
    return {name_of(*colour) for colour in (filled, written) if colour} - {""}


def _cell(book: Any, raw: Any) -> Cell:
    import xlrd

    if raw.ctype == xlrd.XL_CELL_TEXT:
        return Cell(clean(raw.value))
    if raw.ctype == xlrd.XL_CELL_DATE:
        try:
            moment = xlrd.xldate_as_datetime(raw.value, book.datemode)
        except (xlrd.XLDateError, ValueError, OverflowError):
            return Cell(str(raw.value), missing=True)
        if isinstance(moment, dt.datetime):
            return Cell(moment.date().isoformat(), date=moment.date())
        return Cell(str(raw.value))
    if raw.ctype == xlrd.XL_CELL_NUMBER:
        number_format = book.format_map[book.xf_list[raw.xf_index].format_key].format_str
        return number_cell(raw.value, number_format)
    if raw.ctype == xlrd.XL_CELL_BOOLEAN:
        return Cell("x" if raw.value else "")
    if raw.ctype == xlrd.XL_CELL_ERROR:
        return Cell(xlrd.error_text_from_code.get(raw.value, "#?"), missing=True)
    return Cell()
