"""Ask at once for what a form of a week leaves open: all or those added, and up to which day. Pure."""

from __future__ import annotations

import datetime as dt
import itertools
import re
from collections.abc import Iterable, Sequence

from bluezone.rollout.counts import FIRST_DAY
from bluezone.rollout.reading import vocabulary as words
from bluezone.rollout.reading.asking_days import ask_day
from bluezone.rollout.reading.context import Context
from bluezone.rollout.reading.drafts import Draft
from bluezone.rollout.reading.period_questions import of_period, of_round
from bluezone.rollout.reading.results import Question

_OF_MONTH = re.compile(
    r"tu[aầ]n\s*(?:th[uứ]\s*)?(?P<week>[1-5]|nh[aấ]t|hai|ba|b[oố]n|t[uư]|n[aă]m)\s*,?\s*(?:c[uủ]a\s*)?th[aá]ng\s*(?P<month>\d{1,2})"
    r"(?:\s*(?:/|-|n[aă]m)\s*(?P<year>20\d\d))?",
    re.IGNORECASE,
)
_OF_YEAR = re.compile(
    r"tu[aầ]n\s*(?:th[uứ]\s*)?(?P<week>[1-5]\d)\b(?:\s*(?:/|-|n[aă]m)\s*(?P<year>20\d\d))?", re.IGNORECASE
)
_NUMBERS = {"nhat": 1, "hai": 2, "ba": 3, "bon": 4, "tu": 4, "nam": 5}
_MOST_DAYS = 4


def with_day(question: Question, draft: Draft, drafts: Sequence[Draft], context: Context) -> Question:
    """Return the question whether a column counts all, with that of the day where this is open too and some days may be
    meant, so that one answer settles both."""
    asked = ask_day(draft, drafts, context)
    if asked is None or not asked.key.startswith("date") or asked.key == "date-order":
        return question
    titles = [text for _, text in draft.block.titles]
    named = [date for date, _, _ in draft.dating.choices]
    days = sorted(set(named or ends_of_weeks([*titles, draft.block.sheet.name], context.today)))
    days = [day for day in days if FIRST_DAY <= day <= context.today]
    header = str(question.text.values.get("header", ""))
    return of_period(header, days) if 0 < len(days) <= _MOST_DAYS else question


_ROUND = re.compile(r"(?:lan|dot|ki|ky|luot)(?: thu)? \d{1,2}")


def of_rounds(question: Question, draft: Draft, context: Context) -> Question:
    """Return the question which column holds the installations as one of the last column's day, where the columns are
    rounds that grow from one to the next in every row, and no day is named: one answer settles both."""
    letters = {choice.value for choice in question.choices}
    rounds = [role for role in draft.roles if role.letters in letters and role.amounts.by_line]
    keys = [words.key_of(role.column.path[-1]) if role.column.path else "" for role in rounds]
    if len(rounds) < _FEWEST_ROUNDS or len(set(keys)) < len(keys) or not all(map(_ROUND.fullmatch, keys)):
        return question
    grow = all(amount.value <= after.amounts.by_line[line].value for before, after in itertools.pairwise(rounds)
               for line, amount in before.amounts.by_line.items() if line in after.amounts.by_line)  # fmt: skip
    if not grow or draft.dating.date or context.default_date:
        return question
    named = sorted({date for date, _, _ in draft.dating.choices if FIRST_DAY <= date <= context.today})
    return of_round(rounds[-1].letters, rounds[-1].column.header, named[-_MOST_DAYS:] or [context.today])


_FEWEST_ROUNDS = 2


def ends_of_weeks(texts: Iterable[str], today: dt.date) -> list[dt.date]:
    """Return the days that weeks end on which some texts name: the seventh day of each seven and the Sundays of the
    month, Friday and Sunday of a week of the year."""
    found: list[dt.date] = []
    for text in texts:
        for match in _OF_MONTH.finditer(text):
            found += _of_month(match, today)
        for match in _OF_YEAR.finditer(text):
            year = int(match["year"] or today.year)
            try:
                found += [dt.date.fromisocalendar(year, int(match["week"]), day) for day in (5, 7)]
            except ValueError:
                continue
    return found


def _of_month(match: re.Match[str], today: dt.date) -> list[dt.date]:
    from bluezone.geography.names import plain_key

    word = plain_key(match["week"])
    week = int(word) if word.isdigit() else _NUMBERS[word]
    try:
        first = dt.date(int(match["year"] or today.year), int(match["month"]), 1)
    except ValueError:
        return []
    sunday = first + dt.timedelta(days=6 - first.weekday())
    days = [first + dt.timedelta(days=7 * week - 1), *(sunday + dt.timedelta(weeks=week - 1 + late) for late in (0, 1))]
    return [day for day in days if day.month == first.month]
