"""Settle of which day the figures of a block are that no column or row dates, or ask. Pure."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Sequence
from dataclasses import replace

from bluezone.errors import N_
from bluezone.rollout.counts import FIRST_DAY
from bluezone.rollout.numbers import NumberError, parse_date
from bluezone.rollout.reading import exchanges, questions
from bluezone.rollout.reading import vocabulary as words
from bluezone.rollout.reading.context import OF_PEOPLE, OLDEST, TAKEN, Context
from bluezone.rollout.reading.day_columns import ROWS_OWN, of_letters
from bluezone.rollout.reading.days import Said, days_in, resolve
from bluezone.rollout.reading.drafts import Draft
from bluezone.rollout.reading.period_questions import day_answered
from bluezone.rollout.reading.results import Choice, Question, saying
from bluezone.rollout.reading.roles import Role
from bluezone.rollout.reading.rows import month_to_day


def ask_order(draft: Draft, context: Context, file_name: str, years: Collection[int]) -> Question | None:
    """Ask how days are written where a program may have exchanged day and month of those it took for dates, or where
    one of the header can only be month first; exchange them as answered."""
    stored = exchanges.stored_days(draft)
    written = exchanges.written_days(draft, file_name, years, context.today)
    headers = exchanges.headers_of(draft.block)
    doubtful = exchanges.in_doubt(stored, written, context.today)
    answer = context.answers.get("date-order")
    if answer is None and doubtful:
        return questions.of_order([f"{date.day}/{date.month}/{date.year}" for date in stored])
    if answer is None and exchanges.month_first(headers):
        return questions.of_order([text for text in headers if days_in(month_to_day(text), Said.TITLE)])
    if doubtful and answer == "exchanged":
        draft.exchange = True
        exchanges.exchange(draft)
    return None


def _ask_order_of_rows(draft: Draft, context: Context) -> Question | None:
    """Settle in which order the days of rows write day and month, or ask."""
    written = [line.dates[0] for line in draft.units if line.dates]
    draft.month_first = draft.lines.month_first is True or _past_month_first_only(written, context.today)
    if draft.lines.month_first is None and draft.lines.date:
        answer = context.answers.get("date-order")
        if answer is None:
            return questions.of_order([str(line.dates[0]) for line in draft.units if line.dates])
        draft.exchange = draft.exchange or answer == "exchanged"
        draft.month_first = answer == "month"
    return None


def _past_month_first_only(written: Sequence[dt.date | str], today: dt.date) -> bool:
    """Return whether days of rows lie all in the campaign and not ahead of today if they are read month first, and not
    if they are read day first: `8/9/2020` and `8/24/2020` in August."""
    texts = {text for text in written if isinstance(text, str)}

    def all_past(texts: Collection[str]) -> bool:
        days = [days_in(text, Said.TITLE)[:1] for text in texts]
        dates = [day[0].date(today.year) for day in days if day]
        return len(dates) == len(texts) and all(date and FIRST_DAY <= date <= today for date in dates)

    return bool(texts) and not all_past(texts) and all_past({month_to_day(text) for text in texts})


def ask_day(draft: Draft, drafts: Sequence[Draft], context: Context) -> Question | None:
    """Settle the day of a block's figures, or ask; not where every column or every row has its own. The answer to the
    question of another block is none for one whose day is known."""
    if question := _ask_order_of_rows(draft, context):
        return question
    if draft.lines.date or not _undated(draft) or all(line.dates for line in draft.units):
        draft.date = draft.dating.date
        return None
    draft.date = draft.dating.date
    own = _perhaps_own(draft)
    if draft.date is None and not draft.dating.choices and not own:
        draft.date = _day_of_results(draft, drafts)
    first = FIRST_DAY if draft.with_numbers(*(set(TAKEN) - OF_PEOPLE)) else OLDEST
    planned = not draft.with_numbers(*(set(TAKEN) - OF_PEOPLE - {words.TARGET}))
    if planned and draft.date is not None and draft.date > context.today:
        return None  # a plan for a day that lies ahead: the people it is made for are those of today
    told = all(of_letters(role.column.header) for role in own)
    known = draft.date is not None and first <= draft.date <= context.today and told
    if (answer := _answered(draft, context, known=known)) is not None:
        draft.date = _parsed(answer, context.today) or draft.date
        if draft.date is not None:
            return None
    if (draft.date is None and not draft.dating.choices) or (
        draft.date is None and context.default_date in [date for date, _, _ in draft.dating.choices]
    ):
        draft.date = context.default_date
    if draft.date is not None and first <= draft.date <= context.today and told:
        return None
    return _with_own(_question_of_day(draft, drafts, context.today), own)


def _answered(draft: Draft, context: Context, *, known: bool) -> str | None:
    """Return the answer to the question of a block's day, None where there is none; `known`: it was not asked of it."""
    answers = context.answers
    answer = answers.get(f"date:{draft.key}") or answers.get(f"date:{draft.block.sheet.name}")
    return answer if answer is not None or known else answers.get("date") or day_answered(answers)


def _question_of_day(draft: Draft, drafts: Sequence[Draft], today: dt.date) -> Question:
    if not draft.dating.choices:  # days over single columns
        named = {role.date: role for role in draft.roles if role.date is not None and role.kind != words.TARGET}
        draft.dating.choices = [(date, Said.TITLE, role.column.header) for date, role in sorted(named.items())]
        draft.dating.choices = draft.dating.choices or _day_in_cells(draft, today)
    if not draft.dating.choices:
        told = {other.dating.date: other.dating.text for other in drafts if other.dating.date}
        draft.dating.choices = [(date, Said.LOOSE, text) for date, text in sorted(told.items())]
    return questions.of_date(draft.dating.choices, _key_of_day(draft, drafts))


def with_open_day(drafts: Sequence[Draft]) -> list[Draft]:
    """Return the blocks whose figures have no day of their own in titles, columns or rows."""
    return [each for each in drafts if each.dating.date is None and not each.lines.date and _undated(each)]


def _day_in_cells(draft: Draft, today: dt.date) -> list[tuple[dt.date, Said, str]]:
    """Return the one day that the cells of a column name in most rows and that no header says anything of: `Đợt 2
    (17/8)`; none where there are several."""
    labels = {draft.lines.unit, draft.lines.code}
    for role in draft.roles:
        if role.column.number in labels or (role.amounts.by_line and role.kind != words.UNKNOWN):
            continue
        texts = [draft.block.sheet.seen(line.number, role.column.number).text for line in draft.units]
        named = [date for text in texts for day in days_in(text, Said.TITLE) for date in resolve(day, (), today)]
        if named and len(set(named)) == 1 and len(named) * 2 > len(texts):
            return [(named[0], Said.LOOSE, next(text for text in texts if days_in(text, Said.TITLE)))]
    return []


def _key_of_day(draft: Draft, drafts: Sequence[Draft]) -> str:
    """Return the key of the question of a block's day: one for the form where all blocks without a day may be of the
    same, else the sheet's, or the block's where another one of its sheet is open too."""
    others = with_open_day(drafts)
    if len({tuple(other.dating.choices) for other in others}) <= 1:
        return "date"
    beside = [other for other in others if other.block.sheet is draft.block.sheet and other is not draft]
    return f"date:{draft.key}" if beside else f"date:{draft.block.sheet.name}"


def _day_of_results(draft: Draft, drafts: Sequence[Draft]) -> dt.date | None:
    """Return the first day of the results beside a table that counts people only, which are those of that day; None
    for any other table."""
    if draft.with_numbers(*(set(TAKEN) - OF_PEOPLE)):
        return None
    others = [other for other in drafts if other is not draft]
    days = [other.dating.date for other in others if other.dating.date]
    days += [role.date for other in others for role in other.roles if role.date and role.kind != words.TARGET]
    return min(days, default=None)


def _perhaps_own(draft: Draft) -> list[Role]:
    """Return the columns of days that may be the rows'."""
    return [role for role in draft.roles if role.column.number in draft.lines.perhaps_dates]


def _with_own(question: Question, own: Sequence[Role]) -> Question:
    """Return the question of the day with the days of each column that may give the rows theirs among its choices."""
    template = N_("each row's own day, in column {column}: “{header}”")
    choices = [Choice(f"{ROWS_OWN}{role.letters}", saying(template, column=role.letters, header=role.column.header))
               for role in own]  # fmt: skip
    return replace(question, choices=(*choices, *question.choices))


def _undated(draft: Draft) -> bool:
    """Return whether a block has figures for which no column names the day."""
    counted = draft.with_numbers(*(set(TAKEN) - OF_PEOPLE - {words.TARGET, words.RANK}), words.TOTAL)
    dated = any(role.date for role in counted)
    # what was added, ranks and shares beside counts of named days are of the last of those days
    main = [role for role in counted if role.date or role.kind not in {words.INCREASE, *words.SHARES} or not dated]
    if not main:
        if draft.with_numbers(words.TARGET) and not counted:
            return False  # what is to be reached has no day of its own
        targets = draft.with_numbers(*set(TAKEN) - OF_PEOPLE)
        return any(role.date is None for role in targets) or not any(role.date for role in draft.roles)
    return any(role.date is None for role in main)


def _parsed(text: str, today: dt.date) -> dt.date | None:
    try:
        return parse_date(text)
    except NumberError:
        days = days_in(text, Said.TITLE)
        dates = resolve(days[0], (), today) if len(days) == 1 else []
        return dates[0] if len(dates) == 1 else None
