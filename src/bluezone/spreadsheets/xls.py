"""Open old .xls workbooks (BIFF, Excel 5 to 2003) by xlrd, which gives number formats, merged areas and hidden rows."""

from __future__ import annotations

import io
from typing import Any

from bluezone.spreadsheets import bounds
from bluezone.spreadsheets.cells import Cell, Sheet, clean
from bluezone.spreadsheets.errors import DAMAGED, PASSWORD, TableError
from bluezone.spreadsheets.formats import number_cell


def open_xls(data: bytes, name: str) -> list[Sheet]:
    """Return the sheets of an old workbook. Raises TableError."""
    import xlrd

    try:
        book = xlrd.open_workbook(file_contents=data, formatting_info=True, logfile=io.StringIO())
    except Exception as error:  # noqa: BLE001 - xlrd raises many kinds on a broken file
        if "encrypt" in str(error).lower() or "password" in str(error).lower():
            raise TableError(PASSWORD, name=name) from None
        raise TableError(DAMAGED) from None
    bounds.check(sheets=book.nsheets)
    sheets = [_sheet(book, book.sheet_by_index(number)) for number in range(book.nsheets)]
    bounds.check(cells=sum(len(sheet.cells) for sheet in sheets))
    return sheets


def _sheet(book: Any, raw: Any) -> Sheet:
    cells = {}
    for row in range(raw.nrows):
        for column in range(raw.row_len(row)):
            if cell := _cell(book, raw.cell(row, column)):
                cells[row + 1, column + 1] = cell
        bounds.check(cells=len(cells))
    merged = [(top + 1, left + 1, bottom, right) for top, bottom, left, right in raw.merged_cells]
    hidden_rows = frozenset(row + 1 for row, info in raw.rowinfo_map.items() if info.hidden)
    hidden_columns = frozenset(column + 1 for column, info in raw.colinfo_map.items() if info.hidden)
    return Sheet(clean(raw.name), cells, merged, bool(raw.visibility), hidden_rows, hidden_columns)


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
            return Cell(str(raw.value))
        return Cell(day.isoformat(), date=day)
    if raw.ctype == xlrd.XL_CELL_BOOLEAN:
        return Cell("x" if raw.value else "")
    return Cell()
