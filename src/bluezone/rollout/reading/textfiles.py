"""Open a text file as a sheet: values between commas, semicolons, tabs or bars; tables of HTML; XML of Excel 2003."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Sequence
from html.parser import HTMLParser
from xml.etree.ElementTree import Element, fromstring

from bluezone.errors import N_
from bluezone.rollout.reading import bounds
from bluezone.rollout.reading.cells import Cell, Sheet, clean
from bluezone.rollout.reading.errors import DAMAGED, TableError
from bluezone.rollout.reading.filled import is_figure

_MARKS, _COMMA = ";\t|", ","
_SAMPLE = 200
_EXCEL = "{urn:schemas-microsoft-com:office:spreadsheet}"


def open_text(text: str, name: str) -> list[Sheet]:
    """Return a text file's one sheet. Raises TableError for quotes that never close."""
    text = text.lstrip("\ufeff")
    mark = None
    if match := re.match(r"sep=(.)\r?\n", text):
        mark, text = match[1], text[match.end() :]
    mark = mark or _mark(text)
    sheet = Sheet(name)
    reader = csv.reader(io.StringIO(text), delimiter=mark, strict=True)
    line = 1
    try:
        for cells in reader:
            for column, cell in enumerate(cells, start=1):
                if column > bounds.MAX_CELLS or len(sheet.cells) > bounds.MAX_CELLS:
                    raise TableError(N_("the file has more than {limit} cells"), limit=bounds.MAX_CELLS)
                if shown := clean(cell):
                    sheet.cells[line, column] = Cell(shown)
            line = reader.line_num + 1
            if line > bounds.MAX_ROWS + 1:
                raise TableError(N_("the file has more than {limit} rows"), limit=bounds.MAX_ROWS)
    except csv.Error as error:
        raise TableError(N_("line {line} is not CSV: {reason}"), line=reader.line_num, reason=error) from None
    return [sheet]


def _mark(text: str) -> str:
    """Return the mark between values: the one that most lines hold equally often. A comma stands in titles, headers
    and numbers too, so that it is the mark only where no other one parts most lines."""
    lines = [line for line in text.splitlines()[:_SAMPLE] if line.strip()]

    def agreeing(mark: str) -> tuple[int, int]:
        counts = [line.count(mark) for line in lines]
        best = max((count for count in counts if count), key=counts.count, default=0)
        return (counts.count(best) if best else 0, best)

    likeliest = max(_MARKS, key=agreeing)
    return likeliest if agreeing(likeliest)[0] * 2 > len(lines) else max((*_MARKS, _COMMA), key=agreeing)


class _Tables(HTMLParser):
    """Collect the tables of an HTML page, cells that span others too; lines of text between them are rows above the
    next table, those at the end below the last, as an office program shows them."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.sheets: list[Sheet] = []
        self._open: list[Sheet] = []
        self._row = self._column = 0
        self._text: list[str] | None = None
        self._span = (1, 1)
        self._skip = 0
        self._loose: list[str] = []
        self._line: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = dict(attrs)
        if tag in _UNSEEN:
            self._skip += 1
        elif tag in _BREAKS and not self._open:
            self._end_line()
        elif tag == "table":
            self._end_line()
            sheet = Sheet("")
            self._row = 0
            if not self._open:
                self._row = self._put_lines(sheet, 0)
            self.sheets.append(sheet)
            self._open.append(sheet)
        elif tag == "tr" and self._open:
            self._close_cell()
            self._row, self._column = self._row + 1, 0
        elif tag in {"td", "th"} and self._open:
            self._close_cell()
            self._column += 1
            sheet = self._open[-1]
            while sheet.area(self._row, self._column) != (self._row, self._column, self._row, self._column):
                self._column += 1
            self._span = _span(values.get("rowspan")), _span(values.get("colspan"))
            self._text = []
        elif tag == "br" and self._text is not None:
            self._text.append(" ")

    def handle_endtag(self, tag: str) -> None:
        if tag in _UNSEEN:
            self._skip = max(0, self._skip - 1)
        elif tag in _BREAKS and not self._open:
            self._end_line()
        elif tag in {"td", "th", "tr"}:
            self._close_cell()
        elif tag == "table" and self._open:
            self._close_cell()
            self._open.pop()

    def handle_data(self, data: str) -> None:
        if self._skip:
            return
        if self._text is not None:
            self._text.append(data)
        elif not self._open:
            self._line.append(data)

    def close(self) -> None:
        """End the page: what follows the last table stands below it."""
        super().close()
        self._end_line()
        if self.sheets:
            self._put_lines(self.sheets[-1], max((row for row, _ in self.sheets[-1].cells), default=0) + 1)

    def _end_line(self) -> None:
        if (text := clean("".join(self._line))) and len(self._loose) < _MOST_LINES:
            self._loose.append(text[:_LONGEST_LINE])
        self._line = []

    def _put_lines(self, sheet: Sheet, row: int) -> int:
        """Write the lines of text since the last table into a sheet, and return the last row."""
        for number, text in enumerate(self._loose, start=row + 1):
            sheet.cells[number, 1] = Cell(text)
        last = row + len(self._loose)
        self._loose = []
        return last

    def _close_cell(self) -> None:
        if self._text is None or not self._open:
            return
        sheet, text = self._open[-1], clean("".join(self._text))
        self._text = None
        if text:
            sheet.cells[self._row, self._column] = Cell(text)
        rows, columns = self._span
        if rows * columns > 1:
            area = (self._row, self._column, self._row + rows - 1, self._column + columns - 1)
            sheet.merged.append(area)
            for row in range(area[0], area[2] + 1):
                for column in range(area[1], area[3] + 1):
                    sheet._anchors[row, column] = area
        self._column += columns - 1
        if len(sheet.cells) > bounds.MAX_CELLS or len(sheet._anchors) > bounds.MAX_MERGED_CELLS:
            raise TableError(N_("the file has more than {limit} cells"), limit=bounds.MAX_CELLS)


_UNSEEN = {"style", "script", "title"}
_BREAKS = {"p", "div", "br", "h1", "h2", "h3", "h4", "h5", "h6", "li", "center", "body", "hr"}
_MOST_LINES = 100
_LONGEST_LINE = 500


def _span(text: str | None) -> int:
    return max(1, min(int(text), 500)) if text and text.isascii() and text.isdecimal() and len(text) < 6 else 1


def open_html(text: str, name: str) -> list[Sheet]:
    """Return the tables of a page as sheets. Raises TableError where there is none."""
    parser = _Tables()
    parser.feed(text)
    parser.close()
    sheets = _with_titles([sheet for sheet in parser.sheets if sheet.cells])
    if not any(column > 1 for sheet in sheets for _, column in sheet.cells):
        raise TableError(N_("the file {name} is a page without a table"), name=name)
    if len(sheets) > bounds.MAX_SHEETS:
        raise TableError(N_("the workbook has more than {limit} sheets"), limit=bounds.MAX_SHEETS)
    for sheet in sheets:
        sheet.index_merged()
    return sheets


_MOST_TITLE_ROWS = 15
_YEAR = re.compile(r"20\d\d")


def _with_titles(sheets: Sequence[Sheet]) -> list[Sheet]:
    """Return tables of a page, those without a figure as rows above the next one: report systems set the title and
    period in a table of their own."""
    found: list[Sheet] = []
    above: Sheet | None = None
    for sheet in sheets:
        whole = sheet if above is None else _below(above, sheet)
        above = None
        if _is_title(whole):
            above = whole
        else:
            found.append(whole)
    return [*found, above] if above else found


def _is_title(sheet: Sheet) -> bool:
    figures = any(is_figure(Cell(cell.text)) and not _YEAR.fullmatch(cell.text) for cell in sheet.cells.values())
    return not figures and _last_row(sheet) <= _MOST_TITLE_ROWS


def _last_row(sheet: Sheet) -> int:
    return max((row for row, _ in sheet.cells), default=0)


def _below(title: Sheet, sheet: Sheet) -> Sheet:
    """Return two tables as one, the second right below the first."""
    down = _last_row(title)
    cells = title.cells | {(row + down, column): cell for (row, column), cell in sheet.cells.items()}
    merged = [(top, left, min(bottom, down), right) for top, left, bottom, right in title.merged if top <= down]
    merged += [(top + down, left, bottom + down, right) for top, left, bottom, right in sheet.merged]
    return Sheet(sheet.name, cells, merged)


def open_excel_xml(text: str) -> list[Sheet]:
    """Return the sheets of a workbook in the XML of Excel 2003. Raises TableError."""
    data = text.encode()
    bounds.Prologue().read(data)
    try:
        root = fromstring(data)  # noqa: S314
    except (SyntaxError, ValueError):
        raise TableError(DAMAGED) from None
    return [_excel_sheet(each) for each in root.iter(f"{_EXCEL}Worksheet")]


def _excel_sheet(worksheet: Element) -> Sheet:
    sheet = Sheet(clean(worksheet.get(f"{_EXCEL}Name", "")))
    row = 0
    for element in worksheet.iter(f"{_EXCEL}Row"):
        row = _index(element, row)
        column = 0
        for each in element.iter(f"{_EXCEL}Cell"):
            column = _index(each, column)
            data = each.find(f"{_EXCEL}Data")
            across, down = _more(each, "MergeAcross"), _more(each, "MergeDown")
            if data is not None and (text := clean("".join(data.itertext()))):
                sheet.cells[row, column] = Cell(text[:10] if data.get(f"{_EXCEL}Type") == "DateTime" else text)
            if across or down:
                sheet.merged.append((row, column, row + down, column + across))
            column += across
    sheet.index_merged()
    return sheet


def _index(element: Element, before: int) -> int:
    text = element.get(f"{_EXCEL}Index", "")
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 7 else before + 1


def _more(element: Element, name: str) -> int:
    text = element.get(f"{_EXCEL}{name}", "0")
    return min(int(text), 500) if text.isascii() and text.isdecimal() and len(text) < 6 else 0
