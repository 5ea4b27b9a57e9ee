"""Date the columns of the period before and of this one by the days that a title gives for both: `Kỳ trước | Kỳ này`
under `(kỳ báo cáo 20/8/2020, kỳ trước 13/8/2020)`. Pure."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable, Sequence

from bluezone.rollout.reading import vocabulary as words
from bluezone.rollout.reading.cells import EMPTY
from bluezone.rollout.reading.days import days_in, resolve
from bluezone.rollout.reading.layout import Block, Column

_LEAD = (
    r"(?:(?:tong |ts )?(?:so(?: lieu| luong| luot| nguoi)?|luy ke|lui ke|kq|ket qua)(?: da)?(?: cai| cai dat)? |"
    r"da cai(?: dat)? )?(?:den )?"
)
_BEFORE = re.compile(rf"{_LEAD}(?:ki|tuan|lan|dot|thang)(?: bao cao)? truoc")
_NOW = re.compile(rf"{_LEAD}(?:ki|tuan|lan|dot|thang)(?: bao cao)? (?:nay|nai)|ki bao cao")
#: the day of the period before, as a title names it
_DAY_BEFORE = re.compile(
    r"(?:(?:kỳ|kì|tuần|lần|đợt|tháng|ky|ki|tuan|lan|dot|thang)(?:\s+báo cáo|\s+bao cao)?\s+(?:trước|truoc)|so\s+v[ớo]i)"
    r"(?:\s+(?:là|la|đến|den))?\s*:?\s*\(?\s*(?:ng[àa]y\s*)?"
    r"(?P<day>\d{1,2}\s*[/.-]\s*\d{1,2}(?:\s*[/.-]\s*(?:20)?\d\d)?)(?![\d/])",
    re.IGNORECASE,
)


def without_day_before(text: str) -> str:
    """Return a title that gives two days without that of the period before; any other as it is."""
    bare = _DAY_BEFORE.sub(" ", text)
    return bare if days_in(bare) else text


def day_before(texts: Iterable[str], years: set[int], today: dt.date) -> dt.date | None:
    """Return the one day that titles give for the period before; None where they give none or several."""
    found = {date for text in texts for match in _DAY_BEFORE.finditer(text)
             for day in days_in(f"ngày {match['day']}") for date in resolve(day, years, today)}  # fmt: skip
    return found.pop() if len(found) == 1 else None


def date_headers(block: Block, date: dt.date | None, years: set[int], today: dt.date) -> None:
    """Write the days of both periods into the headers of one column each, where titles give them: `date` is that of the
    table."""
    before = day_before((text for _, text in block.titles), years, today)
    if before is None or date is None or before >= date:
        return
    of_before, of_now = _headed(block.columns, _BEFORE), _headed(block.columns, _NOW)
    for column, day in ((of_before, before), (of_now, date)) if of_before and of_now else ():
        if column is not None:
            column.path = [*column.path, f"Đã cài đến {day:%d/%m/%Y}"]
            column.cells = [*column.cells, EMPTY]


def _headed(columns: Sequence[Column], what: re.Pattern[str]) -> Column | None:
    found = [column for column in columns if column.path and what.fullmatch(words.key_of(column.path[-1]))]
    return found[0] if len(found) == 1 else None
