"""Open .xlsx workbooks: values, dates and merged areas by python-calamine; how cells are shown (number formats, hidden
rows, text struck through, formulas without a value), which it does not give, from the workbook's own parts. Pure."""

from __future__ import annotations

import datetime as dt
import io
import posixpath
import re
import zipfile
from collections.abc import Callable, Iterable, Mapping, Sequence, Set
from dataclasses import dataclass, field
from xml.etree.ElementTree import Element, ParseError, fromstring
from xml.parsers import expat

from bluezone.spreadsheets import bounds
from bluezone.spreadsheets.cells import Cell, Sheet, clean
from bluezone.spreadsheets.errors import DAMAGED, TableError
from bluezone.spreadsheets.formats import number_cell

At = tuple[int, int]
_REFERENCE = re.compile(r"([A-Z]{1,3})(\d{1,7})")
#: formats that have a number and no text in the file (ECMA-376, 18.8.30)
_BUILT_IN = {"1": "0", "2": "0.00", "3": "#,##0", "4": "#,##0.00", "9": "0%", "10": "0.00%",
             "37": "#,##0", "38": "#,##0", "39": "#,##0.00", "40": "#,##0.00"}  # fmt: skip


def open_xlsx(data: bytes, progress: Callable[[int], None]) -> list[Sheet]:
    """Return the sheets of a workbook whose size was measured. Raises TableError."""
    from python_calamine import SheetTypeEnum, SheetVisibleEnum, load_workbook

    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            styles = _styles(archive)
            parts = _sheet_parts(archive)
            book = load_workbook(io.BytesIO(_packed_anew(archive)))
            sheets = []
            for number, facts in enumerate(book.sheets_metadata):
                progress(100 * number // len(book.sheets_metadata))
                if facts.typ is not SheetTypeEnum.WorkSheet or facts.name not in parts:
                    continue
                shown = _shown(archive, parts[facts.name])
                values = book.get_sheet_by_index(number)
                sheet = _sheet(values.iter_rows(), values.start or (0, 0), shown, *styles)
                sheet.name, sheet.hidden = clean(facts.name), facts.visible is not SheetVisibleEnum.Visible
                sheet.merged = [(top + 1, left + 1, bottom + 1, right + 1)
                                for (top, left), (bottom, right) in values.merged_cell_ranges or ()]  # fmt: skip
                sheet.index_merged()
                sheets.append(sheet)
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


def _sheet(
    rows: Iterable[Sequence[object]], start: At, shown: _Shown, formats: Mapping[str, str], struck: Set[str]
) -> Sheet:
    cells = {at: Cell(clean(text)[:60], missing=True) for at, text in shown.missing.items()}
    for row, line in enumerate(rows, start=start[0] + 1):
        for column, value in enumerate(line, start=start[1] + 1):
            if value != "":
                cells[row, column] = _cell(value, formats.get(shown.styles.get((row, column), ""), ""))
    return Sheet("", {at: cell for at, cell in cells.items() if cell}, [], False,
                 frozenset(shown.hidden_rows - shown.filtered), frozenset(shown.hidden_columns),
                 frozenset(shown.hidden_rows & shown.filtered),
                 {at for at in cells if shown.styles.get(at) in struck})  # fmt: skip


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


@dataclass(slots=True)
class _Shown:
    """Hold what a sheet's part says of its cells beside their values."""

    styles: dict[At, str] = field(default_factory=dict)
    #: cells whose formula failed or has no value, with the error or the formula
    missing: dict[At, str] = field(default_factory=dict)
    hidden_rows: set[int] = field(default_factory=set)
    hidden_columns: set[int] = field(default_factory=set)
    #: the rows below the header of a filter that is set
    filtered: set[int] = field(default_factory=set)


def _local(name: str) -> str:
    return name[max(name.rfind("}"), name.rfind(":")) + 1 :]


def _find(root: Element, *path: str) -> list[Element]:
    """Return the elements below a path of names, whatever their namespace: there are two (ECMA-376 and strict)."""
    found = [root]
    for name in path:
        found = [child for each in found for child in each if _local(child.tag) == name]
    return found


def _styles(archive: zipfile.ZipFile) -> tuple[dict[str, str], set[str]]:
    """Return the number format of each style of cells, by its number, and the styles that strike through."""
    try:
        root = fromstring(archive.read("xl/styles.xml"))  # noqa: S314 - no part declares a document type (`bounds`)
    except (KeyError, ParseError):
        return {}, set()
    formats = _BUILT_IN | {each.get("numFmtId", ""): each.get("formatCode", "")
                           for each in _find(root, "numFmts", "numFmt")}  # fmt: skip
    fonts = {str(number) for number, font in enumerate(_find(root, "fonts", "font"))
             if any(mark.get("val", "1") not in ("0", "false") for mark in _find(font, "strike"))}  # fmt: skip
    styles = {str(number): style for number, style in enumerate(_find(root, "cellXfs", "xf"))}
    struck = {number for number, style in styles.items() if style.get("fontId") in fonts}
    return {number: formats.get(style.get("numFmtId", ""), "") for number, style in styles.items()}, struck


def _relations(archive: zipfile.ZipFile, part: str) -> dict[str, str]:
    """Return the parts that a part refers to, by their identifiers in it."""
    folder, name = posixpath.split(part)
    try:
        root = fromstring(archive.read(f"{folder}/_rels/{name}.rels"))  # noqa: S314
    except KeyError:
        return {}
    return {each.get("Id", ""): posixpath.normpath(posixpath.join("/", folder, each.get("Target", ""))).lstrip("/")
            for each in root}  # fmt: skip


def _sheet_parts(archive: zipfile.ZipFile) -> dict[str, str]:
    """Return the part of each sheet, by its name."""
    parts = _relations(archive, "xl/workbook.xml")
    root = fromstring(archive.read("xl/workbook.xml"))  # noqa: S314
    found = {}
    for each in _find(root, "sheets", "sheet"):
        identifier = next((value for name, value in each.items() if _local(name) == "id"), "")
        found[each.get("name", "")] = parts.get(identifier, "")
    return found


def _shown(archive: zipfile.ZipFile, part: str) -> _Shown:
    """Return what is said of a sheet's cells beside their values. Raises TableError for cells far apart: the whole
    rectangle around them would be held."""
    reader = _SheetReader()
    with archive.open(part) as stream:
        while piece := stream.read(1 << 16):
            reader.parser.Parse(piece, False)
    reader.end_cell()
    bounds.check(rows=len(reader.rows))
    if reader.rows:
        height, width = (max(each) - min(each) + 1 for each in (reader.rows, reader.columns))
        bounds.check(area=height * width)
    for target in _relations(archive, part).values():
        if "tables/" in target:
            root = fromstring(archive.read(target))  # noqa: S314
            for each in _find(root, "autoFilter"):
                if _find(each, "filterColumn"):
                    reader.hide_below(each.get("ref", ""))
    return reader.shown


_AROUND_CELLS = {"row", "col", "autoFilter", "filterColumn"}


class _SheetReader:
    """Read a sheet's part for all but its values."""

    def __init__(self) -> None:
        self.shown = _Shown()
        #: those that hold a value
        self.rows: set[int] = set()
        self.columns: set[int] = set()
        self.parser = expat.ParserCreate()
        self.parser.buffer_text = True
        self.parser.StartElementHandler = self._start
        self._row = self._column = 0
        self._type, self._text, self._filter = "", "", ""
        self._formula = False

    def hide_below(self, reference: str) -> None:
        """Note the rows below the header of a filter that is set."""
        rows = [int(row) for _, row in _REFERENCE.findall(reference)]
        if len(rows) == 2:
            self.shown.filtered.update(range(rows[0] + 1, min(rows[1], bounds.MAX_ROWS) + 1))

    def _start(self, tag: str, given: Mapping[str, str]) -> None:
        name = _local(tag)
        if name == "c":
            self.end_cell()
            if match := _REFERENCE.fullmatch(given.get("r", "")):
                self._row, self._column = int(match[2]), bounds.column_number(match[1])
            else:
                self._column += 1
            if (style := given.get("s", "0")) != "0":
                self.shown.styles[self._row, self._column] = style
            self._type = given.get("t", "")
        elif name in ("v", "is"):
            self.rows.add(self._row)
            self.columns.add(self._column)
            self.parser.CharacterDataHandler = None
            if self._type == "e":
                self._text = ""
                self.parser.CharacterDataHandler = self._characters
        elif name == "f":
            self._formula = True
            self.parser.CharacterDataHandler = self._characters
        elif name in _AROUND_CELLS:
            self._start_around(name, given)

    def end_cell(self) -> None:
        """Note that the cell before holds an error or a formula; one that yields an empty text has a text's type."""
        if self._type == "e" or (self._formula and self._type != "str"):
            self.shown.missing[self._row, self._column] = self._text if self._type == "e" else f"={self._text}"
        if self._type or self._formula:
            self._type, self._text, self._formula = "", "", False
            self.parser.CharacterDataHandler = None

    def _start_around(self, name: str, given: Mapping[str, str]) -> None:
        hidden = given.get("hidden", "0") not in ("0", "false")
        if name == "row":
            self.end_cell()
            self._row, self._column = int(given.get("r", self._row + 1)), 0
            if hidden:
                self.shown.hidden_rows.add(self._row)
        elif name == "col" and hidden:
            first, last = int(given.get("min", 1)), int(given.get("max", 0))
            self.shown.hidden_columns.update(range(first, min(last, first + 1_000) + 1))
        elif name == "autoFilter":
            self._filter = given.get("ref", "")
        elif name == "filterColumn":
            self.hide_below(self._filter)

    def _characters(self, text: str) -> None:
        self._text += text
