"""Open text files as sheets: values between commas, semicolons, tabs or bars; tables of HTML that are called .xls; the
XML of Excel 2003; JSON of DHIS2. Pure."""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Mapping, Sequence
from html.parser import HTMLParser
from itertools import pairwise
from typing import Any
from xml.etree.ElementTree import Element, ParseError, fromstring

from bluezone.errors import N_
from bluezone.spreadsheets import bounds
from bluezone.spreadsheets.cells import Cell, Sheet, clean
from bluezone.spreadsheets.errors import DAMAGED, TableError
from bluezone.spreadsheets.formats import number_cell

_MARKS = ";\t|,"
_SAMPLE = 200
#: a value in quotes, from one mark or line's end to the next
_QUOTED = re.compile(rf'(?:(?<=[{_MARKS}\n])|^)"(?:[^"]|"")*"(?=[{_MARKS}\r\n]|$)')


def open_csv(text: str) -> list[Sheet]:
    """Return a text file's one sheet. Raises TableError for quotes that never close."""
    text = text.lstrip("\ufeff")
    mark = None
    if match := re.match(r"sep=(.)\r?\n", text):
        mark, text = match[1], text[match.end() :]
    sheet = Sheet("")
    reader = csv.reader(io.StringIO(text), delimiter=mark or _mark(text), strict=True)
    line = 1
    try:
        for values in reader:
            bounds.check(cells=len(sheet.cells) + len(values), rows=line)
            _put(sheet, line, values)
            line = reader.line_num + 1
    except csv.Error as error:
        if "field limit" in str(error):
            raise bounds.too_long(reader.line_num) from None
        raise TableError(N_("line {line} is not CSV: {reason}"), line=reader.line_num, reason=error) from None
    return [sheet]


def _mark(text: str) -> str:
    """Return the mark between values: the one that most lines hold equally often outside of quotes. A comma stands in
    titles, headers and numbers too, so that it is the mark only where no other one parts most lines."""
    lines = [line for line in _QUOTED.sub("", text[:200_000]).splitlines()[:_SAMPLE] if line.strip()]

    def agreeing(mark: str) -> tuple[int, int]:
        counts = [line.count(mark) for line in lines]
        best = max((count for count in counts if count), key=counts.count, default=0)
        return (counts.count(best) if best else 0, best)

    likeliest = max(_MARKS[:-1], key=agreeing)
    return likeliest if agreeing(likeliest)[0] * 2 > len(lines) else max(_MARKS, key=agreeing)


def _put(sheet: Sheet, row: int, values: Sequence[object]) -> None:
    for column, value in enumerate(values, start=1):
        if text := clean("" if value is None else str(value)):
            sheet.cells[row, column] = Cell(text)


# --- JSON -----------------------------------------------------------------------------------------

#: the fields of a data value set of DHIS2 that say what a value is, in the order of its CSV
_DATA_VALUE = ("dataElement", "period", "orgUnit", "categoryOptionCombo", "value", "comment")


def open_json(text: str) -> list[Sheet]:
    """Return the rows of a data value set of DHIS2, of its analytics, or of a list of objects. Raises TableError."""
    try:
        facts = json.loads(text)
    except (ValueError, RecursionError):
        raise TableError(DAMAGED) from None
    header, rows = _table_of(facts)
    if not rows or not header:
        raise TableError(N_("the JSON holds no list of values: a data value set of DHIS2 has “dataValues”"))
    bounds.check(rows=len(rows), cells=len(rows) * len(header))
    sheet = Sheet("")
    for number, row in enumerate([header, *rows], start=1):
        _put(sheet, number, row)
    return [sheet]


def _table_of(facts: Any) -> tuple[Sequence[str], list[Sequence[object]]]:
    if isinstance(facts, dict) and isinstance(facts.get("rows"), list) and isinstance(facts.get("headers"), list):
        items = (facts.get("metaData") or {}).get("items") or {}
        names = {code: item.get("name", code) for code, item in items.items() if isinstance(item, dict)}
        header = [str(each.get("name")) for each in facts["headers"] if isinstance(each, dict)]
        return header, [
            [names.get(str(value), value) for value in row] for row in facts["rows"] if isinstance(row, list)
        ]
    values = facts.get("dataValues") if isinstance(facts, dict) else facts
    objects = [each for each in values if isinstance(each, dict)] if isinstance(values, list) else []
    whole: Mapping[str, object] = facts if isinstance(facts, dict) else {}
    if isinstance(facts, dict):
        objects = [
            {**{name: whole[name] for name in ("period", "orgUnit") if name in whole}, **each} for each in objects
        ]
    known = dict.fromkeys(name for each in objects for name in each)
    if "dataElement" in known:
        known = dict.fromkeys(name for name in _DATA_VALUE if name in known)
    return list(known), [[each.get(name) for name in known] for each in objects]


# --- HTML -----------------------------------------------------------------------------------------

_UNSEEN = {"style", "script", "title"}
_BREAKS = {"p", "div", "br", "h1", "h2", "h3", "h4", "h5", "h6", "li", "center", "body", "hr"}
_MOST_LINES = 100
_LONGEST_LINE = 500


class _Tables(HTMLParser):
    """Collect the tables of an HTML page, cells that span others too; lines of text between them are rows above the
    next table, as an office program shows them."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.sheets: list[Sheet] = []
        self._open: list[Sheet] = []
        self._row = self._column = self._skip = 0
        self._span = (1, 1)
        #: the text of the cell that is open, of the line that stands in none, and such lines since the last table
        self._text: list[str] | None = None
        self._line: list[str] = []
        self._loose: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in _UNSEEN:
            self._skip += 1
        elif tag == "table":
            self.end_line()
            self.sheets.append(Sheet(""))
            self._row = 0 if self._open else self.put_lines(0)
            self._open.append(self.sheets[-1])
        elif tag == "tr" and self._open:
            self._close_cell()
            self._row, self._column = self._row + 1, 0
        elif tag in {"td", "th"} and self._open:
            self._close_cell()
            self._column += 1
            while (self._row, self._column) in self._open[-1]._anchors:
                self._column += 1
            given = dict(attrs)
            self._span = _span(given.get("rowspan")), _span(given.get("colspan"))
            self._text = []
        elif tag == "br" and self._text is not None:
            self._text.append(" ")
        elif tag in _BREAKS and not self._open:
            self.end_line()

    def handle_endtag(self, tag: str) -> None:
        if tag in _UNSEEN:
            self._skip = max(0, self._skip - 1)
        elif tag in {"td", "th", "tr", "table"} and self._open:
            self._close_cell()
            if tag == "table":
                self._open.pop()
        elif tag in _BREAKS and not self._open:
            self.end_line()

    def handle_data(self, data: str) -> None:
        if not self._skip and self._text is not None:
            self._text.append(data)
        elif not self._skip and not self._open:
            self._line.append(data)

    def end_line(self) -> None:
        """End a line of text that stands in no table."""
        if (text := clean("".join(self._line))) and len(self._loose) < _MOST_LINES:
            self._loose.append(text[:_LONGEST_LINE])
        self._line = []

    def put_lines(self, row: int) -> int:
        """Write the lines of text since the last table below a row of the newest one, and return the last row."""
        for text in self._loose:
            row += 1
            self.sheets[-1].cells[row, 1] = Cell(text)
        self._loose = []
        return row

    def _close_cell(self) -> None:
        if self._text is None:
            return
        sheet, text = self._open[-1], clean("".join(self._text))
        self._text = None
        if text:
            sheet.cells[self._row, self._column] = Cell(text)
        rows, columns = self._span
        if rows * columns > 1:
            area = (self._row, self._column, self._row + rows - 1, self._column + columns - 1)
            sheet.merged.append(area)
            spanned = ((row, column) for row in range(area[0], area[2] + 1) for column in range(area[1], area[3] + 1))
            sheet._anchors.update(dict.fromkeys(spanned, area))
        self._column += columns - 1
        bounds.check(cells=len(sheet.cells), merged=len(sheet._anchors))


def _span(text: str | None) -> int:
    return max(1, min(int(text), 500)) if text and text.isascii() and text.isdecimal() and len(text) < 6 else 1


def open_html(text: str, name: str) -> list[Sheet]:
    """Return the tables of a page as sheets; one without a figure, as report systems set a title and a period, stands
    above the next. Raises TableError where there is none."""
    parser = _Tables()
    parser.feed(text)
    parser.close()
    parser.end_line()
    if parser.sheets:
        parser.put_lines(_last_row(parser.sheets[-1]) + 1)
    sheets = [sheet for sheet in parser.sheets if sheet.cells]
    if not any(sheet.last_column > 1 for sheet in sheets):
        raise TableError(N_("the file {name} is a page without a table"), name=name)
    bounds.check(sheets=len(sheets))
    for title, sheet in pairwise(list(sheets)):
        if _is_title(title):
            down = _last_row(title)
            below = {(row + down, column): cell for (row, column), cell in sheet.cells.items()}
            sheet.merged = title.merged + [(a + down, b, c + down, d) for a, b, c, d in sheet.merged]
            sheet.cells = title.cells | below
            sheets.remove(title)
    for sheet in sheets:
        sheet.index_merged()
    return sheets


def _is_title(sheet: Sheet) -> bool:
    figures = any(re.fullmatch(r"[\d.,\s]+%?", cell.text) and not re.fullmatch(r"20\d\d", cell.text)
                  for cell in sheet.cells.values())  # fmt: skip
    return not figures and _last_row(sheet) <= 15


def _last_row(sheet: Sheet) -> int:
    return max((row for row, _ in sheet.cells), default=0)


# --- the XML of Excel 2003 ------------------------------------------------------------------------

_EXCEL = "{urn:schemas-microsoft-com:office:spreadsheet}"
_NAMED = {"Percent": "0.00%", "Fixed": "0.00", "Standard": "#,##0.00"}


def open_excel_xml(text: str) -> list[Sheet]:
    """Return the sheets of a workbook in the XML of Excel 2003. Raises TableError."""
    data = re.sub(r"^\s*<\?xml[^>]*\?>", "", text).encode()  # without the encoding it had
    bounds.refuse_entities(data)
    try:
        root = fromstring(data)  # noqa: S314 - declares no document type
    except (ParseError, ValueError):
        raise TableError(DAMAGED) from None
    formats = {
        style.get(f"{_EXCEL}ID", ""): _NAMED.get(code := each.get(f"{_EXCEL}Format", ""), code)
        for style in root.iter(f"{_EXCEL}Style")
        for each in style.iter(f"{_EXCEL}NumberFormat")
    }
    return [_excel_sheet(each, formats) for each in root.iter(f"{_EXCEL}Worksheet")]


def _excel_sheet(worksheet: Element, formats: Mapping[str, str]) -> Sheet:
    sheet = Sheet(clean(worksheet.get(f"{_EXCEL}Name", "")))
    row = 0
    for element in worksheet.iter(f"{_EXCEL}Row"):
        row = _number(element, "Index", row + 1)
        column = 0
        for each in element.iter(f"{_EXCEL}Cell"):
            column = _number(each, "Index", column + 1)
            data = each.find(f"{_EXCEL}Data")
            if data is not None and (text := clean("".join(data.itertext()))):
                kind, style = data.get(f"{_EXCEL}Type"), formats.get(each.get(f"{_EXCEL}StyleID", ""), "")
                is_number = kind == "Number" and re.fullmatch(r"-?\d{1,15}(\.\d*)?(E-?\d)?", text)
                cell = number_cell(float(text), style) if is_number else Cell(text[:10] if kind == "DateTime" else text)
                sheet.cells[row, column] = cell
            across, down = (min(_number(each, name, 0), 500) for name in ("MergeAcross", "MergeDown"))
            if across or down:
                sheet.merged.append((row, column, row + down, column + across))
            column += across
    sheet.index_merged()
    return sheet


def _number(element: Element, name: str, otherwise: int) -> int:
    text = element.get(f"{_EXCEL}{name}", "")
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 7 else otherwise
