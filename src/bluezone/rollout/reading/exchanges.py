"""Tell where day and month of dates may be exchanged: a program with English settings took `7/8` for 8 July, or a clerk
wrote month first. Pure.

A date that the program stored is held against the dates that are written as text, those beside it and today; one that
is in doubt is asked.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Collection, Sequence

from bluezone.rollout.counts import FIRST_DAY
from bluezone.rollout.reading.dating import Dating, stem
from bluezone.rollout.reading.days import Said, days_in, resolve
from bluezone.rollout.reading.drafts import Draft
from bluezone.rollout.reading.layout import Block
from bluezone.rollout.reading.rows import month_to_day

_MOST_MONTHS = 12
#: a report comes so soon after its day
_LATELY = dt.timedelta(days=31)


def exchanged(date: dt.date) -> dt.date | None:
    """Return a date with day and month exchanged, None where there is no such day."""
    return dt.date(date.year, date.day, date.month) if date.day <= _MOST_MONTHS else None


def in_doubt(stored: Collection[dt.date], written: Collection[dt.date], today: dt.date) -> bool:
    """Return whether dates that a program stored may have day and month exchanged; `written` are those that stand as
    text around them, day first."""
    found = sorted(set(stored))
    other = [date for each in found if (date := exchanged(each))]
    if not found or len(other) < len(found) or other == found:
        return False  # a program that exchanges leaves `13/8` a text
    if any(date in written and exchanged(date) != date for date in found):
        return False
    if any(date in written and exchanged(date) != date for date in other):
        return True
    if any(date > today or date < FIRST_DAY for date in other):
        return False
    if any(date > today for date in found):
        return True
    if len(found) > 1:
        return max(other) - min(other) < found[-1] - found[0]
    return other[0] > found[0] and today - other[0] <= _LATELY


def stored_days(draft: Draft) -> list[dt.date]:
    """Return the dates that the file's program stored in the rows, the header and the titles of a block."""
    dates = [line.dates[0] for line in draft.units if line.dates and isinstance(line.dates[0], dt.date)]
    dates += [cell.date for column in draft.block.columns for cell in column.cells if cell.date is not None]
    return [*dates, *_in_titles(draft.block)]


def _in_titles(block: Block) -> list[dt.date]:
    rows = {row for row, _ in block.titles}
    return [cell.date for (row, _), cell in block.sheet.cells.items() if row in rows and cell.date is not None]


def written_days(draft: Draft, file_name: str, years: Collection[int], today: dt.date) -> set[dt.date]:
    """Return the dates that titles, the sheet and the file write as text."""
    stored = {f"{date.day}/{date.month}/{date.year}" for date in _in_titles(draft.block)}
    texts = [text for _, text in draft.block.titles if text.rsplit(" ", 1)[-1] not in stored]
    texts += [draft.block.sheet.name, stem(file_name)]
    named = years or {today.year}
    return {date for text in texts for day in days_in(text, Said.TITLE) for date in resolve(day, named, today)}


def exchange(draft: Draft) -> None:
    """Exchange day and month of all dates that the program stored."""
    for role in draft.roles:
        if role.date is not None and any(cell.date == role.date for cell in role.column.cells):
            role.date = exchanged(role.date) or role.date
    titled = set(_in_titles(draft.block))
    old = draft.dating
    choices = [(exchanged(date) or date if date in titled else date, said, text) for date, said, text in old.choices]
    date = exchanged(old.date) if old.date in titled and old.date is not None else old.date
    if date is None and len({each for each, _, _ in choices}) == 1:
        date = choices[0][0]
    draft.dating = Dating(date, choices, old.said, old.text, old.period)


_SLASHED = re.compile(r"(?P<one>\d{1,2})\s*[/.-]\s*(?P<two>\d{1,2})(?:\s*[/.-]\s*(?:20)?\d\d)?")


def month_first(headers: Sequence[str]) -> bool:
    """Return whether headers may be written month first: one can be nothing else, `8/13/2020`, the others either."""
    found = [match for text in headers if (match := _SLASHED.fullmatch(text.strip()))]
    only = [int(each["two"]) > _MOST_MONTHS >= int(each["one"]) for each in found]
    day_first = any(int(each["one"]) > _MOST_MONTHS for each in found)
    return any(only) and not day_first


def headers_of(block: Block) -> list[str]:
    """Return the texts of a block's header that are no dates of the program."""
    return [text for column in block.columns for text, cell in zip(column.path, column.cells, strict=True)
            if cell.date is None]  # fmt: skip


def turn_headers(block: Block) -> None:
    """Write the days of a header day first that are written month first."""
    for column in block.columns:
        column.path = [month_to_day(text) if _SLASHED.fullmatch(text.strip()) else text for text in column.path]
