"""Open text files as sheets: values between commas, semicolons, tabs or bars; tables of HTML that are called .xls;
JSON of DHIS2. Pure."""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Mapping, Sequence
from html.parser import HTMLParser
from typing import Any

from bluezone.errors import N_
from bluezone.spreadsheets import bounds
from bluezone.spreadsheets.cells import Cell, Sheet, clean
from bluezone.spreadsheets.errors import DAMAGED, TableError

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
    whole: Mapping[str, object] = facts if isinstance(facts, dict) else {"": facts}
    lists = [[each for each in value if isinstance(each, dict)] for value in whole.values() if isinstance(value, list)]
    of_all = {name: whole[name] for name in ("period", "orgUnit") if name in whole}
    objects = [{**of_all, **each} for each in max(lists, key=len, default=[])]
    known = dict.fromkeys(name for each in objects for name in each)
    if "dataElement" in known:
        known = dict.fromkeys(name for name in _DATA_VALUE if name in known)
    return list(known), [[each.get(name) for name in known] for each in objects]


# --- HTML -----------------------------------------------------------------------------------------

_UNSEEN = {"style", "script", "title"}
_BREAKS = {"p", "div", "br", "h1", "h2", "h3", "h4", "h5", "h6", "li", "center", "body", "hr"}
_FIGURE = re.compile(r"(?!20\d\d$)[\d.,\s]*\d%?")


class _Tables(HTMLParser):
    """Collect the tables of an HTML page as sheets, a table in a table by itself. Lines of text and tables without a
    figure, as report systems set a title and a period, are rows above the next table."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.sheets = [Sheet("")]
        self._depth = self._skip = self._row = self._column = 0
        self._span = (1, 1)
        #: the text of the cell, or of the line outside of tables, that is open
        self._text: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._skip += tag in _UNSEEN
        if tag == "br" and self._depth:
            self._text.append(" ")
        elif tag in {"table", "tr", "td", "th"} or (tag in _BREAKS and not self._depth):
            self.end_text()
        if tag == "table":
            self._depth += 1
        elif tag == "tr":
            self._row, self._column = self._row + 1, 0
        elif tag in {"td", "th"}:
            self._column += 1
            while (self._row, self._column) in self.sheets[-1]._anchors:
                self._column += 1
            given = dict(attrs)
            self._span = _span(given.get("rowspan")), _span(given.get("colspan"))

    def handle_endtag(self, tag: str) -> None:
        if tag in _UNSEEN:
            self._skip = max(0, self._skip - 1)
        elif tag in {"td", "th", "tr", "table"} or (tag in _BREAKS and not self._depth):
            self.end_text()
        if tag == "table" and self._depth:
            self._depth, self._column = self._depth - 1, 0
            if any(_FIGURE.fullmatch(cell.text) for cell in self.sheets[-1].cells.values()):
                self.sheets.append(Sheet(""))
                self._row = 0

    def handle_data(self, data: str) -> None:
        if not self._skip:
            self._text.append(data)

    def end_text(self) -> None:
        """End a cell, or a line of text that stands in none: a row of its own."""
        sheet, text = self.sheets[-1], clean("".join(self._text))
        self._text = []
        self._row += bool(text and not self._column)
        at = self._row, max(1, self._column)
        if text:
            sheet.cells[at] = Cell(text)
        rows, columns = self._span
        if rows * columns > 1:
            area = (*at, at[0] + rows - 1, at[1] + columns - 1)
            sheet.merged.append(area)
            spanned = ((row, column) for row in range(at[0], area[2] + 1) for column in range(at[1], area[3] + 1))
            sheet._anchors.update(dict.fromkeys(spanned, area))
            self._column += columns - 1
        self._span = (1, 1)
        bounds.check(cells=len(sheet.cells), merged=len(sheet._anchors), sheets=len(self.sheets))


def _span(text: str | None) -> int:
    return max(1, min(int(text), 500)) if text and text.isascii() and text.isdecimal() and len(text) < 6 else 1


def open_html(text: str, name: str) -> list[Sheet]:
    """Return the tables of a page as sheets. Raises TableError where there is none."""
    parser = _Tables()
    parser.feed(text)
    parser.close()
    parser.end_text()
    *sheets, last = parser.sheets
    if sheets:  # what stands below the last table
        below = max(row for row, _ in sheets[-1].cells) + 1
        sheets[-1].cells |= {(row + below, column): cell for (row, column), cell in last.cells.items()}
    elif last.last_column > 1:
        sheets = [last]
    if not sheets:
        raise TableError(N_("the file {name} is a page without a table"), name=name)
    for sheet in sheets:
        sheet.index_merged()
    return sheets
