"""Read a curve of one's own, a file of days and totals of whatever format, as the points a forecast starts from.
Pure."""

from __future__ import annotations

from bluezone.errors import N_
from bluezone.geography.names import plain_key
from bluezone.rollout.numbers import NumberError, parse_count, parse_date
from bluezone.rollout.series import Point
from bluezone.spreadsheets.cells import EMPTY, Cell
from bluezone.spreadsheets.errors import TableError
from bluezone.spreadsheets.opening import open_book

#: headers of the two columns, without diacritics and case
_DAYS = ("date", "day", "ngay")
_TOTALS = ("total", "installs", "installations", "tong so", "so luot cai dat", "so luot cai", "so nguoi cai")


def read_curve(data: bytes, name: str = "") -> list[Point]:
    """Return the points of a file whose columns are a day and a total, in the file's order; below its header, empty
    rows aside. `>20000000` is a bound. Raises TableError with the line of what is neither."""
    points: list[Point] = []
    for sheet in open_book(data, name).sheets:
        header: tuple[int, int] | None = None
        for line, cells in sheet.rows():
            if header is None:
                header = _columns(cells)
                continue
            day, total = (cells.get(column, EMPTY) for column in header)
            if not day and not total:
                continue
            try:
                number = parse_count(total.text, may_be_bound=True)
                points.append(Point(day.date or parse_date(day.text), int(number.value), number.bound))
            except NumberError as error:
                raise TableError(N_("line {line}: {reason}"), line=line, reason=error) from None
        if header is not None:
            return points
    raise TableError(N_("the file {name} is no curve: it needs the columns date and total"), name=name or "?")


def _columns(cells: dict[int, Cell]) -> tuple[int, int] | None:
    """Return the columns of the day and of the total, where a row is their header."""
    named = {plain_key(cell.text): column for column, cell in cells.items()}
    day = next((named[word] for word in _DAYS if word in named), None)
    total = next((named[word] for word in _TOTALS if word in named), None)
    return None if day is None or total is None else (day, total)
