"""Open old .xls workbooks (BIFF, Excel 5 to 2003) by xlrd, which gives number formats, merged areas and hidden rows.

It does not tell rows that a filter hides from those that somebody hid: both are taken for hidden.
"""

from __future__ import annotations

import io
from typing import Any

from bluezone.errors import N_
from bluezone.spreadsheets import bounds
from bluezone.spreadsheets.cells import Cell, Sheet, clean
from bluezone.spreadsheets.errors import DAMAGED, TableError
from bluezone.spreadsheets.formats import number_cell


def open_xls(data: bytes, name: str) -> list[Sheet]:
    """Return the sheets of an old workbook. Raises TableError."""
    import xlrd

    try:
        book = xlrd.open_workbook(file_contents=data, formatting_info=True, logfile=io.StringIO())
    except Exception as error:  # noqa: BLE001 - xlrd raises many kinds on a broken file
        if "encrypt" in str(error).lower() or "password" in str(error).lower():
            raise password(name) from None
        raise TableError(DAMAGED) from None
    bounds.check(sheets=book.nsheets)
    sheets = [_sheet(book, book.sheet_by_index(number)) for number in range(book.nsheets)]
    bounds.check(cells=sum(len(sheet.cells) for sheet in sheets))
    return sheets


def password(name: str) -> TableError:
    """Return the refusal of a file with a password."""
    return TableError(N_("the file {name} has a password: save it without one"), name=name or "?")


def _sheet(book: Any, raw: Any) -> Sheet:
    cells = {}
    struck = set()
    fonts = {number for number, font in enumerate(book.font_list) if font.struck_out}
    for row in range(raw.nrows):
        for column in range(raw.row_len(row)):
            written = raw.cell(row, column)
            if cell := _cell(book, written):
                cells[row + 1, column + 1] = cell
                if fonts and book.xf_list[written.xf_index].font_index in fonts:
                    struck.add((row + 1, column + 1))
        bounds.check(cells=len(cells))
    merged = [(top + 1, left + 1, bottom, right) for top, bottom, left, right in raw.merged_cells]
    hidden_rows = frozenset(row + 1 for row, info in raw.rowinfo_map.items() if info.hidden)
    hidden_columns = frozenset(column + 1 for column, info in raw.colinfo_map.items() if info.hidden)
    return Sheet(clean(raw.name), cells, merged, bool(raw.visibility), hidden_rows, hidden_columns, struck=struck)


def _cell(book: Any, raw: Any) -> Cell:
    import xlrd

    if raw.ctype == xlrd.XL_CELL_TEXT:
        return Cell(clean(raw.value))
    if raw.ctype == xlrd.XL_CELL_NUMBER:
        return number_cell(raw.value, book.format_map[book.xf_list[raw.xf_index].format_key].format_str)
    if raw.ctype == xlrd.XL_CELL_DATE:
        try:
            day = xlrd.xldate_as_datetime(raw.value, book.datemode).date()
        except (xlrd.XLDateError, ValueError, OverflowError):
            return Cell(str(raw.value), missing=True)
        return Cell(day.isoformat(), date=day)
    if raw.ctype == xlrd.XL_CELL_BOOLEAN:
        return Cell("x" if raw.value else "")
    if raw.ctype == xlrd.XL_CELL_ERROR:
        return Cell(xlrd.error_text_from_code.get(raw.value, "#?"), missing=True)
    return Cell()
