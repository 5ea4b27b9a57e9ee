"""Give each figure its day: that of its column, its row or its block. Pure."""

from __future__ import annotations

import datetime as dt

from bluezone.rollout.reading import vocabulary as words
from bluezone.rollout.reading.context import Context
from bluezone.rollout.reading.dating import years_of
from bluezone.rollout.reading.days import Said, day_in_month, days_in, months_in, resolve
from bluezone.rollout.reading.drafts import Draft
from bluezone.rollout.reading.exchanges import exchanged
from bluezone.rollout.reading.roles import Role
from bluezone.rollout.reading.rows import Line, month_to_day


def day_of(draft: Draft, line: Line, role: Role | None, context: Context) -> tuple[dt.date | None, str]:
    """Return the day of a figure: its column's, its row's, its block's; None with what is written where that is no
    day."""
    own = line.own_day and (role is None or role.kind != words.TARGET)
    if role is not None and role.date is not None and not own:
        return line.days_of.get(role.date, role.date), ""
    if line.dates:
        given = line.dates[0]
        if isinstance(given, dt.date):
            return (exchanged(given) if draft.exchange else given), given.isoformat()
        days = days_in(month_to_day(given) if draft.month_first else given, Said.TITLE)
        dates = resolve(days[-1], years_named(draft), context.today) if days else bare_day(draft, given)
        return (dates[0] if len(dates) == 1 else None), given
    return draft.day() or context.default_date, ""


def bare_day(draft: Draft, text: str) -> list[dt.date]:
    """Return the day of a bare number, `18`: the last up to the block's, else in the month that titles name."""
    last = draft.dating.date
    months = months_in(title for _, title in draft.block.titles)
    if last is not None:
        before = last.replace(day=1) - dt.timedelta(days=1)
        month = last if text.isdigit() and int(text) <= last.day else before
        months = [(month.year, month.month)]
    found = day_in_month(text, months)
    return [found] if found else []


def years_named(draft: Draft) -> set[int]:
    """Return the years that a block names, with that of its day."""
    named = years_of(text for _, text in draft.block.titles)
    return named | ({draft.dating.date.year} if draft.dating.date else set())
