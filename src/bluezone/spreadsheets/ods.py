"""Open .ods workbooks (OpenDocument, ISO/IEC 26300) from their one part `content.xml`, with the XML of the standard
library: python-calamine gives neither merged areas nor percents nor hidden rows of them. Pure."""

from __future__ import annotations

import datetime as dt
import io
import zipfile
from collections.abc import Iterator
from decimal import Decimal, InvalidOperation
from xml.etree.ElementTree import Element, ParseError, fromstring

from bluezone.errors import N_
from bluezone.spreadsheets import bounds
from bluezone.spreadsheets.cells import Cell, Sheet, clean, exact, plain
from bluezone.spreadsheets.errors import DAMAGED, PASSWORD, TableError

_OFFICE = "{urn:oasis:names:tc:opendocument:xmlns:office:1.0}"
_TABLE = "{urn:oasis:names:tc:opendocument:xmlns:table:1.0}"
_TEXT = "{urn:oasis:names:tc:opendocument:xmlns:text:1.0}"
_STYLE = "{urn:oasis:names:tc:opendocument:xmlns:style:1.0}"
_GROUPS = {f"{_TABLE}table-header-rows", f"{_TABLE}table-row-group", f"{_TABLE}table-rows"}
#: which a sheet of any program has at most
_MOST_COLUMNS = 16_384
_MOST_REPEATED = 1_000
_HIDDEN = {"collapse", "filter"}


def open_ods(data: bytes, name: str) -> list[Sheet]:
    """Return the sheets of a workbook whose size was measured. Raises TableError."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            manifest = "META-INF/manifest.xml"
            if manifest in archive.namelist() and b"encryption-data" in archive.read(manifest):
                raise TableError(PASSWORD, name=name)
            root = fromstring(archive.read("content.xml"))  # noqa: S314 - declares no document type (`bounds`)
    except (KeyError, zipfile.BadZipFile, ParseError, ValueError):
        raise TableError(DAMAGED) from None
    hidden = {style.get(f"{_STYLE}name", "") for style in root.iter(f"{_STYLE}style")
              if any(each.get(f"{_TABLE}display") == "false" for each in style)}  # fmt: skip
    tables = list(root.iter(f"{_TABLE}table"))
    bounds.check(sheets=len(tables))
    sheets: list[Sheet] = []
    for table in tables:
        sheets.append(_sheet(table, hidden=table.get(f"{_TABLE}style-name", "") in hidden))
        bounds.check(cells=sum(len(each.cells) for each in sheets))
    return sheets


def _sheet(table: Element, *, hidden: bool) -> Sheet:
    sheet = Sheet(clean(table.get(f"{_TABLE}name", "")), hidden=hidden)
    hidden_rows, hidden_columns = set[int](), set[int]()
    row = column = covered = 0
    for element in table.iter(f"{_TABLE}table-column"):
        repeated = min(_number(element, "number-columns-repeated"), _MOST_COLUMNS)
        if element.get(f"{_TABLE}visibility") in _HIDDEN:
            hidden_columns.update(range(column + 1, column + repeated + 1))
        column += repeated
    for element in _rows(table):
        repeated = _number(element, "number-rows-repeated")
        cells = list(_cells(element))
        bounds.check(cells=repeated * len(cells) + len(sheet.cells))
        if element.get(f"{_TABLE}visibility") in _HIDDEN:
            hidden_rows.update(range(row + 1, row + min(repeated, bounds.MAX_ROWS) + 1))
        for at in range(row + 1, row + 1 + (repeated if cells else 0)):
            for left, cell, (rows, columns) in cells:
                if cell:
                    sheet.cells[at, left] = cell
                if rows * columns > 1:
                    covered += rows * columns
                    sheet.merged.append((at, left, at + rows - 1, left + columns - 1))
        row += repeated
    bounds.check(merged=covered)
    sheet.hidden_rows, sheet.hidden_columns = frozenset(hidden_rows), frozenset(hidden_columns)
    sheet.index_merged()
    return sheet


def _rows(element: Element) -> Iterator[Element]:
    """Yield the rows of a table, also those in groups and in its repeated header."""
    for child in element:
        if child.tag == f"{_TABLE}table-row":
            yield child
        elif child.tag in _GROUPS:
            yield from _rows(child)


def _cells(row: Element) -> Iterator[tuple[int, Cell, tuple[int, int]]]:
    """Yield the cells of a row that hold something or begin a merged area: column, cell, rows and columns covered."""
    column = 1
    for element in row:
        if element.tag not in {f"{_TABLE}table-cell", f"{_TABLE}covered-table-cell"}:
            continue
        repeated = _number(element, "number-columns-repeated")
        cell = _cell(element) if element.tag == f"{_TABLE}table-cell" else Cell()
        size = _number(element, "number-rows-spanned"), _number(element, "number-columns-spanned")
        if cell or size != (1, 1):
            if repeated > _MOST_REPEATED:
                raise TableError(N_("a row of the table repeats a value {count} times"), count=repeated)
            for each in range(repeated):
                yield column + each, cell, size
        column += repeated


def _number(element: Element, name: str) -> int:
    text = element.get(f"{_TABLE}{name}", "1")
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 9 else 1


def _cell(element: Element) -> Cell:
    text = clean("\n".join("".join(part.itertext()) for part in element.findall(f"{_TEXT}p")))
    kind = element.get(f"{_OFFICE}value-type")
    try:
        if kind in {"float", "currency", "percentage"}:
            number = exact(Decimal(element.get(f"{_OFFICE}value", "")))
            percent = kind == "percentage"
            shown = text if percent and text.endswith("%") else plain(number * 100) + "%" if percent else plain(number)
            return Cell(shown, number, percent=percent)
        if kind == "date":
            date = dt.date.fromisoformat(element.get(f"{_OFFICE}date-value", "")[:10])
            return Cell(date.isoformat(), date=date)
    except (InvalidOperation, ValueError):
        pass
    return Cell(text)
