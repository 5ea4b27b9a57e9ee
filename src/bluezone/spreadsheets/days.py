"""Find the day of figures: of each column by its header, of each row by a cell, else one for all, from a title, the
name of the sheet or that of the file. Pure."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass

from bluezone.spreadsheets import lexicon
from bluezone.spreadsheets.cells import Cell
from bluezone.spreadsheets.grid import Column, Table
from bluezone.spreadsheets.values import Day, day_in, days_in

#: a day in the name of a file or sheet: `BC 20.8`, `20-08-2020`, `20200820`
_IN_NAME = re.compile(
    r"(?<!\d)(?:(20\d\d)[-_. ]?([01]\d)[-_. ]?([0-3]\d)|(\d{1,2})[-_. ](\d{1,2})(?:[-_. ](20\d\d|\d\d))?)(?!\d)"
)
_YEAR = re.compile(r"(?<!\d)(20[12]\d)(?!\d)")
_MONTH = re.compile(r"\btháng\s*(\d{1,2})(?!\d)", re.IGNORECASE)
#: `Ngày 18`, `18` over a column, of the month that the title names
_OF_MONTH = re.compile(r"(?:ngày\s*)?(\d{1,2})", re.IGNORECASE)
#: several days and nothing else: `14/8, 15/8 và 16/8/2020`
_SEVERAL = re.compile(r"(?:[\d/.\-\s,;&+]|và|ngày|and|từ|đến|den|to)+", re.IGNORECASE)
#: from here programs count days; the first of 2020 and the last of 2099, as they are stored
_EPOCH, _FIRST_SERIAL, _LAST_SERIAL = dt.date(1899, 12, 30), 43_831, 73_050
#: how much a place where a day stands says that figures are of it
_AS_OF, _TITLE, _SHEET, _FILE, _HEADER, _LETTER = 5.0, 3.0, 3.5, 2.5, 2.0, 1.0


@dataclass(frozen=True, slots=True)
class MainDay:
    """Hold the day of figures that have none of their own, with the text that names it, and what else it may be, best
    first; `sure`: nothing speaks against it."""

    day: dt.date | None
    text: str = ""
    choices: tuple[dt.date, ...] = ()
    sure: bool = True


class Calendar:
    """Turn days as written into dates: the year of the file where none is written, day first unless its days can only
    be month first, never later than today."""

    def __init__(self, texts: Iterable[str], today: dt.date) -> None:
        self.today = today
        texts = list(texts)
        years = [int(year) for text in texts for year in _YEAR.findall(text)]
        self.year = max((year for year in years if year <= today.year), default=0)
        months = {int(month) for text in texts for month in _MONTH.findall(text) if 0 < int(month) <= 12}
        #: the month that texts name, where they name one
        self.month = months.pop() if len(months) == 1 else 0

    def date(self, day: Day, *, month_first: bool = False) -> dt.date | None:
        """Return the date of a day, None where there is none."""
        month_first = month_first or (day.swappable and day.date(2020) is None)
        for year in [self.year] if self.year else [self.today.year, self.today.year - 1]:
            date = day.date(year, month_first=month_first)
            if date is not None and date <= self.today:
                return date
        return day.date(self.year or self.today.year - 1, month_first=month_first)


def header_days(columns: Sequence[Column], calendar: Calendar) -> dict[int, dt.date]:
    """Return the day that each column's header names, by column."""
    written: dict[int, Day] = {}
    found: dict[int, dt.date] = {}
    for column in columns:
        for text in reversed(column.path):
            if days := days_in(text) or [(0, day) for day in [day_in(text)] if day]:
                written[column.number] = days[-1][1]
                break
    bare = {
        column.number: int(match[1])
        for column in columns
        if column.path and column.number not in written and (match := _OF_MONTH.fullmatch(column.path[-1]))
    }
    if calendar.month and len(bare) > 1:
        written |= {number: Day(day, calendar.month, None) for number, day in bare.items()}
    month_first = _month_first(written.values())
    for number, day in written.items():
        if (date := calendar.date(day, month_first=month_first)) is not None:
            found[number] = date
    return found


def _month_first(days: Iterable[Day]) -> bool:
    """Return whether days can be read month first only: `8/16`, `8/17`."""
    every = [day for day in days if day.swappable]
    return any(day.month > 12 for day in every) and all(day.day <= 12 for day in every)


def row_days(cells: Mapping[int, Cell], lines: Sequence[int], calendar: Calendar) -> dict[int, dt.date]:
    """Return the day of each row by a column of days; one that stands in its first row only holds until the next."""
    own = dates_in(cells, calendar)
    found: dict[int, dt.date] = {}
    last: dt.date | None = None
    for line in lines:
        if line in own or (line in cells and cells[line].text):
            last = own.get(line)
        if last is not None:
            found[line] = last
    return found


def dates_in(cells: Mapping[int, Cell], calendar: Calendar) -> dict[int, dt.date]:
    """Return the day of each cell of a column that holds one."""
    written = {line: day for line, cell in cells.items() if cell.date is None and (day := day_in(cell.text))}
    month_first = _month_first(written.values())
    stored = {line: cell.date for line, cell in cells.items() if cell.date is not None}
    if _exchanged(list(stored.values()), list(written.values())):
        stored = {line: date.replace(day=date.month, month=date.day) for line, date in stored.items()}
    read = {line: calendar.date(day, month_first=month_first) for line, day in written.items()}
    return stored | {line: date for line, date in read.items() if date is not None}


def latest(table: Table, calendar: Calendar) -> dt.date | None:
    """Return the latest day, not after today, in a column most of whose cells hold one; None where there is no such
    column. By it the units are looked up, which are other ones after a reform."""
    found = [dates_in(column.cells, calendar) for column in table.columns]
    of_days = [each for each, column in zip(found, table.columns, strict=True) if 2 * len(each) > len(column.cells)]
    return max((date for each in of_days for date in each.values() if date <= calendar.today), default=None)


def several_in(cells: Mapping[int, Cell], calendar: Calendar) -> dict[int, tuple[dt.date, ...]]:
    """Return the days of each cell of a column about persons: one, the number under which a program stores one, or
    several behind one another, `14/8, 15/8`."""
    found: dict[int, tuple[dt.date, ...]] = {line: (date,) for line, date in dates_in(cells, calendar).items()}
    for line, cell in cells.items():
        if line in found:
            continue
        if cell.number is not None and _FIRST_SERIAL <= cell.number <= _LAST_SERIAL:
            found[line] = (_EPOCH + dt.timedelta(days=int(cell.number)),)
        elif _SEVERAL.fullmatch(cell.text):
            dates = [calendar.date(day) for _, day in days_in(cell.text)]
            found[line] = tuple(sorted({date for date in dates if date is not None}))
    return {line: dates for line, dates in found.items() if dates}


def _exchanged(stored: Sequence[dt.date], written: Sequence[Day]) -> bool:
    """Return whether a program took days for months wherever it could: what it stores are days up to 12, what it left
    as text are later ones of one month, which is the day of all that it stores."""
    months = {day.month for day in written}
    return (
        len(months) == 1
        and all(day.swappable and day.day > 12 for day in written)
        and {date.day for date in stored} == months
        and {date.month for date in stored} != months
    )


def main_day(table: Table, file: str, calendar: Calendar, of_columns: Collection[dt.date] = ()) -> MainDay:
    """Return the one day of a table, from the texts around it, else the latest of its columns (`of_columns`)."""
    noted = [(calendar.date(day), _weight(text, at), text) for _, text in table.above for at, day in days_in(text)[-2:]]
    for name, weight in ((table.sheet.name, _SHEET), (re.sub(r"\.\w{2,4}$", "", file), _FILE)):
        noted += [(calendar.date(day), weight, name) for day in _named(name)]
    noted += [(day, _HEADER, "") for day in sorted(of_columns)[-1:]]
    found: dict[dt.date, tuple[float, str]] = {}
    for date, weight, text in noted:
        if date is not None and date <= calendar.today and weight > found.get(date, (0.0, ""))[0]:
            found[date] = weight, text
    order = sorted(found, key=lambda date: -found[date][0])
    if not order:
        return MainDay(None, sure=False)
    best, text = found[order[0]]
    rival = found[order[1]][0] if len(order) > 1 else 0.0
    # a file may be called after its letter, not after the day of its figures
    of_letter = best < _TITLE and any(date == order[0] and weight < _HEADER for date, weight, _ in noted)
    sure = best >= _HEADER and not of_letter and (best - rival >= 1 or rival <= _LETTER + 1)
    return MainDay(order[0], text[:120], tuple(order[:3]), sure)


def _weight(text: str, at: int) -> float:
    """Return how much the place of a day in a text says that figures are of it."""
    before = text[:at]
    if lexicon.says_of_day(before, "letter"):
        return _LETTER
    if lexicon.says_of_day(f"{before} ngày"[-40:], "as_of"):
        return _AS_OF
    if re.search(r",\s*(?:ngày\s*)?$", before, re.IGNORECASE):
        return _LETTER  # `Hậu Giang, ngày 21 tháng 8 năm 2020`
    return _TITLE


def _named(name: str) -> list[Day]:
    found = []
    for match in _IN_NAME.finditer(name):
        if match[1]:
            day = Day(int(match[3]), int(match[2]), int(match[1]))
        else:
            year = int(match[6]) + (2000 if len(match[6]) == 2 else 0) if match[6] else None
            day = Day(int(match[4]), int(match[5]), year)
        if day.date(2020) is not None and (day.year is None or 2019 < day.year < 2100):
            found.append(day)
    return found
