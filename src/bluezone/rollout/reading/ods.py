"""Open an .ods workbook (OpenDocument, ISO/IEC 26300): its one part `content.xml`, without any library but XML's."""

from __future__ import annotations

import datetime as dt
import io
import zipfile
from collections.abc import Iterator, Mapping
from decimal import Decimal, InvalidOperation
from xml.etree.ElementTree import Element, fromstring

from bluezone.errors import N_
from bluezone.rollout.reading import bounds
from bluezone.rollout.reading.cells import Cell, Sheet, clean
from bluezone.rollout.reading.colours import name_of_hex
from bluezone.rollout.reading.errors import DAMAGED, TableError
from bluezone.rollout.reading.formats import exact, plain
from bluezone.rollout.reading.xls import password

_OFFICE = "{urn:oasis:names:tc:opendocument:xmlns:office:1.0}"
_TABLE = "{urn:oasis:names:tc:opendocument:xmlns:table:1.0}"
_TEXT = "{urn:oasis:names:tc:opendocument:xmlns:text:1.0}"
_STYLE = "{urn:oasis:names:tc:opendocument:xmlns:style:1.0}"
_FO = "{urn:oasis:names:tc:opendocument:xmlns:xsl-fo-compatible:1.0}"
_NUMERIC = {"float", "currency", "percentage"}
#: which a sheet of any program has at most
_MOST_COLUMNS = 16_384


def open_ods(data: bytes, name: str) -> tuple[list[Sheet], list[str]]:
    """Return the sheets of a workbook whose size was measured, and what is odd about it. Raises TableError."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            if "META-INF/manifest.xml" in archive.namelist() and b"encryption-data" in archive.read(
                "META-INF/manifest.xml"
            ):
                raise password(name)
            root = fromstring(archive.read("content.xml"))  # noqa: S314
    except (KeyError, zipfile.BadZipFile, SyntaxError, ValueError):
        raise TableError(DAMAGED) from None
    hidden = {
        style.get(f"{_STYLE}name", "")
        for style in root.iter(f"{_STYLE}style")
        if any(each.get(f"{_TABLE}display") == "false" for each in style)
    }
    tables = list(root.iter(f"{_TABLE}table"))
    if len(tables) > bounds.MAX_SHEETS:
        raise TableError(N_("the workbook has more than {limit} sheets"), limit=bounds.MAX_SHEETS)
    struck = {
        style.get(f"{_STYLE}name", "")
        for style in root.iter(f"{_STYLE}style")
        if any(each.get(f"{_STYLE}text-line-through-style", "none") != "none" for each in style)
    }
    colours = dict(_colours_of_styles(root))
    return [_sheet(table, hidden, struck, colours) for table in tables], []


def _colours_of_styles(root: Element) -> Iterator[tuple[str, set[str]]]:
    """Yield the styles that fill or write in colours, with the names of these."""
    for style in root.iter(f"{_STYLE}style"):
        written = [each.get(f"{_FO}{what}", "") for each in style for what in ("background-color", "color")]
        if names := {name_of_hex(each) for each in written} - {""}:
            yield style.get(f"{_STYLE}name", ""), names


def _sheet(table: Element, hidden_styles: set[str], struck_styles: set[str], colours: Mapping[str, set[str]]) -> Sheet:
    sheet = Sheet(clean(table.get(f"{_TABLE}name", "")), hidden=table.get(f"{_TABLE}style-name", "") in hidden_styles)
    hidden: dict[str, set[int]] = {"collapse": set(), "filter": set()}
    row = 0
    merged_cells = 0
    for element in _rows(table):
        repeated = _repeated(element, "number-rows-repeated")
        cells = list(_cells(element))
        if (how := element.get(f"{_TABLE}visibility", "")) in hidden:
            hidden[how].update(range(row + 1, row + min(repeated, bounds.MAX_ROWS) + 1))
        if cells and repeated * len(cells) + len(sheet.cells) > bounds.MAX_CELLS:
            raise TableError(
                N_("the workbook has more than {limit} cells: save the one table you report in a file of its own"),
                limit=bounds.MAX_CELLS,
            )
        for each in range(repeated if cells else 0):
            for column, element_of, cell, (rows, columns) in cells:
                at = row + each + 1
                if cell:
                    sheet.cells[at, column] = cell
                _mark(sheet, (at, column), element_of, struck_styles, colours)
                if rows * columns > 1:
                    merged_cells += rows * columns
                    sheet.merged.append((at, column, at + rows - 1, column + columns - 1))
        row += repeated
    if merged_cells > bounds.MAX_MERGED_CELLS:
        raise TableError(
            N_("merged cells of the workbook cover more than {limit} cells: take the merging off"),
            limit=bounds.MAX_MERGED_CELLS,
        )
    sheet.hidden_rows, sheet.filtered_rows = frozenset(hidden["collapse"]), frozenset(hidden["filter"])
    sheet.hidden_columns = frozenset(_hidden_columns(table))
    sheet.index_merged()
    return sheet


def _mark(
    sheet: Sheet, at: tuple[int, int], element: Element, struck_styles: set[str], colours: Mapping[str, set[str]]
) -> None:
    """Note that a cell is struck through or has a colour, and what a comment says of it."""
    style = element.get(f"{_TABLE}style-name", "")
    if at in sheet.cells and style in struck_styles:
        sheet.struck.add(at)
    for name in colours.get(style, ()) if at in sheet.cells else ():
        sheet.coloured.setdefault(name, set()).add(at)
    if comment := _comment(element):
        sheet.comments[at] = comment


def _rows(element: Element) -> Iterator[Element]:
    """Yield the rows of a table, also those in groups and in its repeated header."""
    for child in element:
        if child.tag == f"{_TABLE}table-row":
            yield child
        elif child.tag in {f"{_TABLE}table-header-rows", f"{_TABLE}table-row-group", f"{_TABLE}table-rows"}:
            yield from _rows(child)


def _hidden_columns(table: Element) -> Iterator[int]:
    """Yield the numbers of the columns that nobody sees, those in groups and in the repeated header among them."""
    number = 0
    for element in table.iter(f"{_TABLE}table-column"):
        repeated = min(_repeated(element, "number-columns-repeated"), _MOST_COLUMNS)
        if element.get(f"{_TABLE}visibility") in {"collapse", "filter"}:
            yield from range(number + 1, number + repeated + 1)
        number += repeated


def _cells(row: Element) -> Iterator[tuple[int, Element, Cell, tuple[int, int]]]:
    """Yield the cells of a row that hold something or begin a merged area: column, element, cell, rows and columns
    covered."""
    column = 1
    for element in row:
        if element.tag not in {f"{_TABLE}table-cell", f"{_TABLE}covered-table-cell"}:
            continue
        repeated = _repeated(element, "number-columns-repeated")
        cell = _cell(element) if element.tag == f"{_TABLE}table-cell" else Cell()
        size = _repeated(element, "number-rows-spanned"), _repeated(element, "number-columns-spanned")
        if cell or size != (1, 1):
            if repeated > 1_000:
                raise TableError(N_("a row of the table repeats a value {count} times"), count=repeated)
            for each in range(repeated):
                yield column + each, element, cell, size
        column += repeated


def _repeated(element: Element, name: str) -> int:
    text = element.get(f"{_TABLE}{name}", "1")
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 9 else 1


def _comment(element: Element) -> str:
    """Return what a comment on a cell says, empty where there is none."""
    found = element.find(f"{_OFFICE}annotation")
    return "" if found is None else clean("\n".join("".join(part.itertext()) for part in found.iter(f"{_TEXT}p")))


def _cell(element: Element) -> Cell:
    text = clean("\n".join("".join(part.itertext()) for part in element.findall(f"{_TEXT}p")))
    kind = element.get(f"{_OFFICE}value-type")
    formula = element.get(f"{_TABLE}formula") is not None
    if formula and (text.startswith(("#", "Err:")) or not (text or kind)):
        return Cell(text, formula=True, missing=True)
    if kind in _NUMERIC:
        try:
            number = exact(Decimal(element.get(f"{_OFFICE}value", "")))
        except InvalidOperation:
            return Cell(text, formula=formula)
        percent = kind == "percentage"
        shown = text if percent and text.endswith("%") else plain(number * 100) + "%" if percent else plain(number)
        return Cell(shown, number, percent=percent, formula=formula)
    if kind == "date":
        try:
            date = dt.date.fromisoformat(element.get(f"{_OFFICE}date-value", "")[:10])
        except ValueError:
            return Cell(text, formula=formula)
        return Cell(date.isoformat(), date=date, formula=formula)
    return Cell(text, formula=formula)
