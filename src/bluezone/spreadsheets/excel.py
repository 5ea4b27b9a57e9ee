"""Open workbooks of Excel. Of .xlsx python-calamine gives values, dates and merged areas; how cells are shown (number
formats, hidden rows and columns) comes from the workbook's own parts. Of old .xls (BIFF, Excel 5 to 2003) xlrd gives
all of it. Pure."""

from __future__ import annotations

import datetime as dt
import io
import posixpath
import re
import zipfile
from collections.abc import Callable, Mapping
from typing import Any
from xml.etree.ElementTree import Element, ParseError, fromstring
from xml.parsers import expat

from bluezone.spreadsheets import bounds
from bluezone.spreadsheets.cells import Cell, Sheet, clean, number_cell
from bluezone.spreadsheets.errors import DAMAGED, DOCUMENT, PASSWORD, TableError

_REFERENCE = re.compile(r"([A-Z]{1,3})(\d{1,7})")
#: formats that have a number and no text in the file (ECMA-376, 18.8.30)
_BUILT_IN = {"1": "0", "2": "0.00", "3": "#,##0", "4": "#,##0.00", "9": "0%", "10": "0.00%",
             "37": "#,##0", "38": "#,##0", "39": "#,##0.00", "40": "#,##0.00"}  # fmt: skip


def open_xlsx(data: bytes, progress: Callable[[int], None]) -> list[Sheet]:
    """Return the sheets of a workbook whose size was measured. Raises TableError."""
    from python_calamine import SheetTypeEnum, SheetVisibleEnum, load_workbook

    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            formats = _formats(archive)
            parts = _sheet_parts(archive)
            book = load_workbook(io.BytesIO(_packed_anew(archive)))
            sheets = []
            for number, facts in enumerate(book.sheets_metadata):
                progress(100 * number // len(book.sheets_metadata))
                if facts.typ is not SheetTypeEnum.WorkSheet or facts.name not in parts:
                    continue
                shown = _shown(archive, parts[facts.name])
                values = book.get_sheet_by_index(number)
                first_row, first_column = values.start or (0, 0)
                cells = {
                    (row, column): cell
                    for row, line in enumerate(values.iter_rows(), start=first_row + 1)
                    for column, value in enumerate(line, start=first_column + 1)
                    if value != "" and (cell := _cell(value, formats.get(shown.styles.get((row, column), ""), "")))
                }
                merged = [(top + 1, left + 1, bottom + 1, right + 1)
                          for (top, left), (bottom, right) in values.merged_cell_ranges or ()]  # fmt: skip
                hidden = facts.visible is not SheetVisibleEnum.Visible
                sheets.append(Sheet(clean(facts.name), cells, merged, hidden,
                                    frozenset(shown.hidden_rows), frozenset(shown.hidden_columns)))  # fmt: skip
            return sheets
    except (TableError, KeyboardInterrupt, SystemExit):
        raise
    except BaseException:  # noqa: BLE001 - a library in Rust raises a kind of its own where it panics
        raise TableError(DAMAGED) from None


def _packed_anew(archive: zipfile.ZipFile) -> bytes:
    """Return a workbook's XML as `zipfile` unpacks it: another library might unpack more than was measured."""
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as packed:
        for entry in archive.infolist():
            if entry.filename.lower().endswith((".xml", ".rels")):
                packed.writestr(entry.filename, archive.read(entry))
    return target.getvalue()


def _cell(value: object, number_format: str) -> Cell:
    if isinstance(value, bool):
        return Cell("x" if value else "")
    if isinstance(value, int | float):
        return number_cell(value, number_format)
    if isinstance(value, dt.date):
        day = value.date() if isinstance(value, dt.datetime) else value
        return Cell(day.isoformat(), date=day)
    return Cell(clean(str(value)))


# --- how cells are shown --------------------------------------------------------------------------


def _local(name: str) -> str:
    return name[max(name.rfind("}"), name.rfind(":")) + 1 :]


def _find(root: Element, *path: str) -> list[Element]:
    """Return the elements below a path of names, whatever their namespace: there are two (ECMA-376 and strict)."""
    found = [root]
    for name in path:
        found = [child for each in found for child in each if _local(child.tag) == name]
    return found


def _formats(archive: zipfile.ZipFile) -> dict[str, str]:
    """Return the number format of each style of cells, by its number."""
    try:
        root = fromstring(archive.read("xl/styles.xml"))  # noqa: S314 - no part declares a document type (`bounds`)
    except (KeyError, ParseError):
        return {}
    formats = _BUILT_IN | {each.get("numFmtId", ""): each.get("formatCode", "")
                           for each in _find(root, "numFmts", "numFmt")}  # fmt: skip
    styles = enumerate(_find(root, "cellXfs", "xf"))
    return {str(number): formats.get(style.get("numFmtId", ""), "") for number, style in styles}


def _sheet_parts(archive: zipfile.ZipFile) -> dict[str, str]:
    """Return the part of each sheet, by its name."""
    related = fromstring(archive.read("xl/_rels/workbook.xml.rels"))  # noqa: S314
    parts = {each.get("Id", ""): posixpath.normpath(posixpath.join("/xl", each.get("Target", ""))).lstrip("/")
             for each in related}  # fmt: skip
    root = fromstring(archive.read("xl/workbook.xml"))  # noqa: S314
    found = {}
    for each in _find(root, "sheets", "sheet"):
        identifier = next((value for name, value in each.items() if _local(name) == "id"), "")
        found[each.get("name", "")] = parts.get(identifier, "")
    return found


def _shown(archive: zipfile.ZipFile, part: str) -> _SheetReader:
    """Return what is said of a sheet's cells beside their values. Raises TableError for cells far apart: the whole
    rectangle around them would be held."""
    reader = _SheetReader()
    with archive.open(part) as stream:
        while piece := stream.read(1 << 16):
            reader.parser.Parse(piece, False)
    bounds.check(rows=len(reader.rows))
    if reader.rows:
        height, width = (max(each) - min(each) + 1 for each in (reader.rows, reader.columns))
        bounds.check(area=height * width)
    return reader


class _SheetReader:
    """Read of a sheet's part which style its cells have, which rows and columns are hidden and which hold a value."""

    def __init__(self) -> None:
        self.styles: dict[tuple[int, int], str] = {}
        self.hidden_rows: set[int] = set()
        self.hidden_columns: set[int] = set()
        self.rows: set[int] = set()
        self.columns: set[int] = set()
        self.parser = expat.ParserCreate()
        self.parser.StartElementHandler = self._start
        self._row = self._column = 0

    def _start(self, tag: str, given: Mapping[str, str]) -> None:
        name = _local(tag)
        if name == "c":
            if match := _REFERENCE.fullmatch(given.get("r", "")):
                self._row, self._column = int(match[2]), bounds.column_number(match[1])
            else:
                self._column += 1
            if (style := given.get("s", "0")) != "0":
                self.styles[self._row, self._column] = style
        elif name in ("v", "is"):
            self.rows.add(self._row)
            self.columns.add(self._column)
        elif name == "row":
            self._row, self._column = int(given.get("r", self._row + 1)), 0
            if given.get("hidden", "0") not in ("0", "false"):
                self.hidden_rows.add(self._row)
        elif name == "col" and given.get("hidden", "0") not in ("0", "false"):
            first, last = int(given.get("min", 1)), int(given.get("max", 0))
            self.hidden_columns.update(range(first, min(last, first + 1_000) + 1))


# --- .xls -----------------------------------------------------------------------------------------

#: parts of an old container, as its directory names them
_ENCRYPTED = "EncryptedPackage".encode("utf-16-le")
_OTHER_PARTS = ("WordDocument".encode("utf-16-le"), "PowerPoint Document".encode("utf-16-le"))


def open_xls(data: bytes, name: str) -> list[Sheet]:
    """Return the sheets of an old workbook. Raises TableError."""
    import xlrd

    if _ENCRYPTED in data:
        raise TableError(PASSWORD, name=name)
    if any(part in data[: 4 << 20] for part in _OTHER_PARTS):
        raise TableError(DOCUMENT, name=name)
    try:
        book = xlrd.open_workbook(file_contents=data, formatting_info=True, logfile=io.StringIO())
    except Exception as error:  # noqa: BLE001 - xlrd raises many kinds on a broken file
        if "encrypt" in str(error).lower() or "password" in str(error).lower():
            raise TableError(PASSWORD, name=name) from None
        raise TableError(DAMAGED) from None
    bounds.check(sheets=book.nsheets)
    sheets = [_old_sheet(book, raw) for raw in map(book.sheet_by_index, range(book.nsheets))]
    bounds.check(cells=sum(len(sheet.cells) for sheet in sheets))
    return sheets


def _old_sheet(book: Any, raw: Any) -> Sheet:
    cells = {}
    for row in range(raw.nrows):
        for column in range(raw.row_len(row)):
            if cell := _old_cell(book, raw.cell(row, column)):
                cells[row + 1, column + 1] = cell
        bounds.check(cells=len(cells))
    merged = [(top + 1, left + 1, bottom, right) for top, bottom, left, right in raw.merged_cells]
    hidden_rows = frozenset(row + 1 for row, info in raw.rowinfo_map.items() if info.hidden)
    hidden_columns = frozenset(column + 1 for column, info in raw.colinfo_map.items() if info.hidden)
    return Sheet(clean(raw.name), cells, merged, bool(raw.visibility), hidden_rows, hidden_columns)


def _old_cell(book: Any, raw: Any) -> Cell:
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
