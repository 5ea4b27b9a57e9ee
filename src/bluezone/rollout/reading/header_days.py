"""Tell the day that the texts above a column name for its figures. Pure."""

from __future__ import annotations

import calendar
import datetime as dt
import re
from collections.abc import Collection, Sequence

from bluezone.geography.names import plain_key
from bluezone.rollout.reading import vocabulary as words
from bluezone.rollout.reading.days import OF_ELSE, Day, Said, day_in_month, days_in, is_range, resolve
from bluezone.rollout.reading.headers import guess
from bluezone.rollout.reading.layout import Block, Column

_LONGEST_HEADER = 90


_TWO_DAYS = re.compile(r"(?<![\d/.-])([012]?\d|3[01])\s*[/-]\s*([012]?\d|3[01])(?![\d/.%-])")


def between_days(column: Column, block: Block, months: Sequence[tuple[int, int]]) -> dt.date | None:
    """Return the later of two days of the one month that titles name, where other columns are of both: `Tăng 7/5`
    beside `Ngày 5` and `Ngày 7` is no gain of 7 May."""
    found = _TWO_DAYS.search(column.path[-1]) if column.path else None
    if not found:
        return None
    days = {day for other in block.columns for text in other.path if (day := day_in_month(text, months))}
    both = [day for day in days if day.day in {int(found[1]), int(found[2])}]
    return max(both) if len(both) > 1 else None


def only_day(text: str) -> bool:
    """Return whether a header names a day and nothing else: `15/8`, `Ngày 15/8/2020`, `2020-08-15`."""
    if "%" in text or "=" in text or not days_in(text, Said.TITLE):
        return False  # `% (6/5)` is made of columns
    return not re.sub(
        r"\bt[2-7]\b|\d|ngay|thang|nam|thu|hai|ba|tu|sau|bai|bay|cn|chu nhat", " ", plain_key(text)
    ).split()


def up_to_day(text: str) -> bool:
    """Return whether a header names a day and no more than that figures are of it: `Đến hết ngày 19/8`."""
    return only_day(text) or (bool(days_in(text)) and only_day(re.sub(_UP_TO, " ", text)))


_SLASHED = re.compile(r"(?<![\d/])\d{1,2}\s*/\s*\d{1,2}(?![\d/%])")
_UP_TO = re.compile(r"\b(?:tính|tinh|đến|den|hết|het|cuối|cuoi)\b", re.IGNORECASE)


_MONTHS_END = re.compile(
    r"\b(?:hết|het|cuối|cuoi)\s+(?:tháng|thang)\s*(?P<month>1[0-2]|0?[1-9])(?:\s*(?:/|-|năm|nam)\s*(?P<year>20\d\d))?(?![\d/])",
    re.IGNORECASE,
)


def month_end(text: str) -> Day | None:
    """Return the last day of the month that a header says its figures reach the end of: `Số người đến hết tháng 7`."""
    found = _MONTHS_END.search(text)
    if not found:
        return None
    month, year = int(found["month"]), int(found["year"]) if found["year"] else None
    return Day(calendar.monthrange(year or _A_LEAP_YEAR, month)[1], month, year, Said.AS_OF, text)


_A_LEAP_YEAR = 2020


#: how a share is made of two columns: `Tỷ lệ % (6/5)`, `% (7=6/5)`
_OF_COLUMNS = re.compile(r"\(\s*(?:\d{1,2}\s*=\s*)?\d{1,2}\s*/\s*\d{1,2}\s*\)")


def without_columns(text: str, told: Collection[tuple[int, int]]) -> str:
    """Return a share's header without the columns that it says it is made of; `told` are the days, as (day, month),
    that titles and other headers name, which may be its own."""
    return _OF_COLUMNS.sub(
        lambda found: found[0] if {(day.day, day.month) for day in days_in(found[0])} & set(told) else " ", text
    )


def days_told(block: Block, names: Sequence[str]) -> set[tuple[int, int]]:
    """Return the days, as (day, month), that titles, names and headers name, but for those of columns in brackets."""
    texts = [text for _, text in block.titles] + [*names]
    texts += [_OF_COLUMNS.sub(" ", text) for column in block.columns for text in column.path]
    return {(day.day, day.month) for text in texts for day in days_in(text, Said.TITLE)}


def date_above(
    column: Column,
    years: set[int],
    today: dt.date,
    *,
    aims: bool,
    share_told: Collection[tuple[int, int]] | None = None,
) -> dt.date | None:
    """Return the day that the texts above a column name for its figures, the lowest first; `aims`: for a target, which
    may lie ahead; `share_told`: for a share, the days that the file names elsewhere."""
    for text, cell in reversed(list(zip(column.path, column.cells, strict=True))):
        if cell.date is not None:
            return cell.date
        if share_told is not None:
            text = without_columns(text, share_told)
        if len(text) > _LONGEST_HEADER:
            continue
        if words.BEFORE.search(text) and only_day(alone := words.BEFORE.sub(" ", text)):
            text = alone  # `Kỳ trước (14/8/2020)`
        days = [day for day in days_in(text) if day.said not in OF_ELSE or aims]
        if not days and not aims and (end := month_end(text)):
            days = [end]
        named = only_day(text) or is_range(text) or guess([text]).kind in {*words.COUNTS, words.RANK}
        named = named or guess([_SLASHED.sub(" ", text)]).kind in {*words.COUNTS, *words.SHARES}  # `Thực hiện 19/8`
        if days and days[-1].said is Said.LOOSE and not named:
            continue
        dates = [
            date for day in days[-1:] for date in (_ahead(day, years, today) if aims else resolve(day, years, today))
        ]
        if len(dates) == 1:
            return dates[0]
    return None


def _ahead(day: Day, years: set[int], today: dt.date) -> list[dt.date]:
    """Return the date of a day that a target names: in its own year, else in the one year the file names, or now."""
    date = day.date(next(iter(years)) if len(years) == 1 else today.year)
    return [date] if date else []
