"""Take the rows of an uploaded list of people as a person sees them, whatever program wrote the file."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable
from decimal import Decimal

from bluezone.authority.site.models import Upload
from bluezone.authority.site.uploads import spreadsheets
from bluezone.authority.site.uploads.headers import Lines
from bluezone.authority.site.uploads.pipeline import UploadError
from bluezone.rollout.numbers import parse_date
from bluezone.rollout.reading.cells import Cell, Sheet

#: spreadsheet programs count days from here
_EPOCH = dt.date(1899, 12, 30)
#: 1 January 2020 and the end of 2099, as they are stored
_FIRST_SERIAL, _LAST_SERIAL = 43_831, 73_050
#: a whole number shown with decimals: 912345678.00
_WHOLE = re.compile(r"(\d+)[.,]0+")


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
