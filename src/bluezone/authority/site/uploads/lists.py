"""Read the rows of an uploaded list as a person sees them, whatever program wrote the file: its header, and what lies
below it, within bounds."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Collection, Mapping, Sequence
from decimal import Decimal

from django.utils.translation import gettext_noop

from bluezone.authority.site.models import Upload
from bluezone.authority.site.uploads import spreadsheets
from bluezone.authority.site.uploads.pipeline import UploadError
from bluezone.rollout.numbers import parse_date
from bluezone.spreadsheets.cells import Cell, Sheet

#: numbered rows of cells
Lines = Sequence[tuple[int, list[str]]]
#: titles may stand above a header, but not so many
_HEADER_SEARCH_ROWS = 20
#: spreadsheet programs count days from here
_EPOCH = dt.date(1899, 12, 30)
#: 1 January 2020 and the end of 2099, as they are stored
_FIRST_SERIAL, _LAST_SERIAL = 43_831, 73_050
#: a whole number shown with decimals: 912345678.00
_WHOLE = re.compile(r"(\d+)[.,]0+")


def find_header(
    lines: Lines,
    field_of: Callable[[str], str | None],
    is_header: Callable[[Collection[str]], bool],
    *,
    most: int,
    missing: str,
) -> tuple[list[str], dict[str, int], Lines]:
    """Return the header, the column of each field, and the rows below that are not empty.

    field_of: the field that a cell names; is_header: whether the fields of a row make it one. Raises UploadError
    without a header (`missing` is the sentence), without a row, and for more than `most` rows.
    """
    for position, (_line, cells) in enumerate(lines[:_HEADER_SEARCH_ROWS]):
        fields: dict[str, int] = {}
        for at, cell in enumerate(cells):
            if (field := field_of(cell)) is not None:
                fields.setdefault(field, at)
        if is_header(fields):
            rows = [(line, row) for line, row in lines[position + 1 :] if any(row)]
            if not rows:
                raise UploadError(gettext_noop("the list has a header, but no row below it"))
            if len(rows) > most:
                template = gettext_noop("the list has {count} rows; at most {most} are taken at once")
                raise UploadError(template, count=len(rows), most=most)
            return cells, fields, rows
    raise UploadError(missing)


def cells_of(cells: Sequence[str], fields: Mapping[str, int]) -> dict[str, str]:
    """Return a row's texts by field, without needless spaces; a row may be shorter than its header."""
    return {field: " ".join(cells[at].split()) for field, at in fields.items() if at < len(cells)}


def seen_lines(upload: Upload, check: Callable[[Lines], object]) -> Lines:
    """Return the rows of the first visible sheet that `check` takes, else of the first. Raises TableError, UploadError.

    `check` raises UploadError for what is no such list.
    """
    sheets = [sheet.visible() for sheet in spreadsheets.book_of(upload).sheets if not sheet.hidden]
    each = [_rows(sheet) for sheet in sheets]
    for lines in each:
        try:
            check(lines)
        except UploadError:
            continue
        return lines
    return each[0] if each else []


def _rows(sheet: Sheet) -> Lines:
    columns = range(1, sheet.last_column + 1)
    return [(row, [_text(sheet.seen(row, column)) for column in columns]) for row, _ in sheet.rows()]


def _text(cell: Cell) -> str:
    """Return what a cell says; of a telephone number that is shown with decimals the whole number."""
    is_whole = cell.number is not None and cell.number == cell.number.to_integral()
    found = _WHOLE.fullmatch(cell.text) if is_whole else None
    return found[1] if found else cell.text


def date_in(text: str) -> dt.date:
    """Read a date as it is written, or as the number under which a program stores it (44057 is 14 August 2020). Raises
    NumberError."""
    if text.isascii() and text.isdecimal() and _FIRST_SERIAL <= Decimal(text) <= _LAST_SERIAL:
        return _EPOCH + dt.timedelta(days=int(text))
    return parse_date(text)


def is_formula(text: str) -> bool:
    """Return whether a cell holds a formula whose value the file does not hold."""
    return text.startswith("=")
