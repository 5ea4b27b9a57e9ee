"""Propose what each column and row of a file means, with a mapping in place of a guess wherever there is one."""

from __future__ import annotations

import datetime as dt
import hashlib
import re
from collections.abc import Iterator, Sequence
from dataclasses import replace

from bluezone.errors import N_
from bluezone.spreadsheets import columns as taking
from bluezone.spreadsheets import days, grid, lexicon, rows, units
from bluezone.spreadsheets.cells import Book, Sheet, column_name
from bluezone.spreadsheets.checks import checks_of
from bluezone.spreadsheets.draft import Context, Draft
from bluezone.spreadsheets.errors import TableError
from bluezone.spreadsheets.mapping import Mapping as Decisions
from bluezone.spreadsheets.results import Column, Doubt, Proposal, Saying, saying
from bluezone.spreadsheets.roles import ALL_ROLES, FIGURES, IGNORE, OTHER, Holds, Purpose

#: an officer has decided nothing yet
NOTHING = Decisions()
#: so many first cells of a column are shown as what it holds
_SAMPLES = 3
#: so many texts of a column are compared with the names of units
_COMPARED = 150
#: such a part of a column's texts that name units makes it a column of units
_MANY = 0.5
#: below this a column or a row is asked about
_SURE = 0.9
#: as many choices are given
_CHOICES = 4


def propose(book: Book, context: Context, decided: Decisions = NOTHING, purpose: Purpose = FIGURES) -> Proposal:
    """Return what a file would be stored as. Raises TableError for what holds no such table, or a mapping that does
    not fit the file."""
    sheets = {sheet.name: sheet.visible() for sheet in book.sheets if not sheet.hidden and sheet.cells}
    if decided.sheet is not None and decided.sheet not in sheets:
        raise TableError(N_("the file has no sheet “{sheet}”; it has {sheets}"),
                         sheet=decided.sheet[:60], sheets=", ".join(sheets) or "–")  # fmt: skip
    _check_roles(decided, purpose)
    wanted = [sheets[decided.sheet]] if decided.sheet is not None else list(sheets.values())
    drafts = [draft for sheet in wanted if (draft := _draft(book, sheet, context, decided, purpose)) is not None]
    if not drafts:
        raise TableError(N_("no table was found: it needs a row of headers, and below it rows with names and numbers"))
    draft = max(drafts, key=lambda each: (_worth(each, purpose), each.main.day or dt.date.min))
    _check_places(draft, decided)
    if not decided:
        _refuse(book, draft, purpose)
    return _proposal(book, draft, drafts, context, decided, purpose, tuple(sheets))


def _draft(book: Book, sheet: Sheet, context: Context, decided: Decisions, purpose: Purpose) -> Draft | None:
    table = grid.table_in(sheet, of_persons=purpose.of_persons)
    if table is not None and not purpose.of_persons and _stands_across(table, context):
        table = grid.turned(table, decided.header)
    elif decided.header is not None:
        table = grid.table_in(sheet, decided.header, of_persons=purpose.of_persons)
    if table is None:
        return None
    headers = [text for column in table.columns for text in column.path]
    calendar = days.Calendar([*(text for _, text in table.above), *headers, sheet.name, book.name], context.today)
    if purpose.of_persons:  # who may live anywhere in the country; no day of a title is theirs
        finder = units.Finder(units.scope_of(context.gazetteer, None, context.today))
        found = taking.evidence_of(table, [], {}, {}, purpose)
        taken = taking.assign(found, purpose, decided.roles)
        return Draft(table, calendar, days.MainDay(None), {}, found, taken, finder)
    header_days = dict(days.header_days(table.columns, calendar))
    header_days |= {column.number: decided.days[letter] for column in table.columns
                    if (letter := column_name(column.number)) in decided.days}  # fmt: skip
    main = days.main_day(table, book.name, calendar, header_days.values())
    if main.day is not None:
        header_days |= {column.number: main.day - dt.timedelta(1) for column in table.columns
                        if column.number not in header_days and _is_of_yesterday(column)}  # fmt: skip
    on = decided.day or max(header_days.values(), default=main.day) or days.latest(table, calendar) or context.today
    finder = units.Finder(units.scope_of(context.gazetteer, context.within, min(on, context.today)))
    named = {column.number: _named(column, finder) for column in table.columns}
    titles = [*(text for _, text in table.above), sheet.name, book.name]
    found = taking.evidence_of(table, titles, named, header_days, purpose)
    taken = taking.assign(found, purpose, decided.roles)
    return Draft(table, calendar, main, header_days, found, taken, finder)


def _stands_across(table: grid.Table, context: Context) -> bool:
    """Return whether the header names units side by side, and no column names them one below the other."""
    finder = units.Finder(units.scope_of(context.gazetteer, context.within, context.today))
    across = [column for column in table.columns if any(map(finder.exact, column.path))]
    down = [column for column in table.columns if _named(column, finder) > _MANY]
    return len(across) > 2 and len(across) * 2 > len(table.columns) and not down


def _is_of_yesterday(column: grid.Column) -> bool:
    topics = {topic.name for text in column.path for topic in lexicon.topics_in(text)}
    return "increase" not in topics and any(lexicon.says_of_day(text, "yesterday") for text in column.path)


def _named(column: grid.Column, finder: units.Finder) -> float:
    """Return which part of a column's texts are names of units."""
    texts = [cell.text for cell in column.cells.values() if cell.number is None and cell.text]
    texts = list(dict.fromkeys(texts))[:_COMPARED]
    return sum(bool(finder.exact(text)) for text in texts) / len(texts) if texts else 0.0


def _worth(draft: Draft, purpose: Purpose) -> int:
    """Return how much of a table a sheet holds, to choose among sheets."""
    roles = {taken.role for taken in draft.taken}
    return sum(bool(roles & alternatives) for alternatives in purpose.needs) * min(5, len(draft.table.lines))


def _check_roles(decided: Decisions, purpose: Purpose) -> None:
    names = [*(role.name for role in purpose.roles), IGNORE]
    for letter, role in decided.roles.items():
        if role not in names:
            raise TableError(N_("column {letter} cannot be “{role}”; choose one of {roles}"),
                             letter=letter, role=role[:40], roles=", ".join(names))  # fmt: skip
    for role in [role.name for role in purpose.roles if not role.several]:
        if len(twice := [letter for letter, own in decided.roles.items() if own == role]) > 1:
            raise TableError(N_("columns {letters} cannot both be “{role}”: choose one"),
                             letters=", ".join(twice), role=role)  # fmt: skip


def _check_places(draft: Draft, decided: Decisions) -> None:
    letters = [each.letter for each in draft.found]
    for letter in [*decided.roles, *decided.days]:
        if letter not in letters:
            raise TableError(N_("the table has no column {letter}; it has {letters}"),
                             letter=letter, letters=", ".join(letters))  # fmt: skip
    for line in [*decided.units, *decided.left_out, *decided.taken]:
        if line not in draft.table.lines:
            raise TableError(N_("the table has no line {line}; it has lines {first} to {last}"),
                             line=line, first=draft.table.lines[0], last=draft.table.lines[-1])  # fmt: skip


def _refuse(book: Book, draft: Draft, purpose: Purpose) -> None:
    """Refuse, in one sentence, a list of persons where none is meant, and the reverse, a table of another app or of
    vaccines, and what is no table."""
    roles = {taken.role for taken in draft.taken}
    if purpose.of_persons:
        if not roles & purpose.needs[0]:
            raise TableError(N_("no column says who somebody is, by name, telephone, document or number of the file"))
        return
    said = [set(each.topics) for each in draft.found]
    personal = any("personal" in topics or "contact" in topics for topics in said)
    if any("persons" in topics for topics in said) and personal and purpose.of_units:
        raise TableError(N_("the file lists persons: send how many they are, not who they are"))
    texts = [*(text for _, text in draft.table.above), draft.table.sheet.name, book.name]
    names = {topic.name for text in texts for topic in lexicon.topics_in(text)}
    of_columns = set().union(*said)
    if purpose is FIGURES and "bluezone" not in names | of_columns:
        for topic, sentence in _OTHERS.items():
            if topic in names or (topic in of_columns and not draft.having("installs")):
                raise TableError(sentence)
    above = [text for _, text in draft.table.above if {"tỉnh", "tinh"} & set(text.casefold().split())]
    province = units.named_in(
        units.Finder(units.scope_of(draft.finder.scope.gazetteer, None, draft.finder.scope.on)), above
    )
    if province is not None and not draft.finder.scope.is_around(province):
        raise TableError(
            N_("the table is of {unit}, which lies outside the place of the sender"), unit=province.full_name
        )
    if not roles & {*purpose.needs[0], "day"} and purpose.of_units:
        raise TableError(N_("no column names units: write beside each number the unit that it is of"))


_TURNED = N_("the units stood side by side: the table is shown turned, each of them in a row")
_OTHERS = {
    "vaccines": N_("the table counts vaccinations, not installs of Bluezone"),
    "apps": N_("the table counts another app, not Bluezone"),
}


def _proposal(
    book: Book, draft: Draft, drafts: list[Draft], context: Context, decided: Decisions, purpose: Purpose,
    sheets: tuple[str, ...],
) -> Proposal:  # fmt: skip
    main = decided.day or draft.main.day
    headers = [re.sub(r"\d+", "", lexicon.key_of(each.column.header)) for each in draft.found]
    reading = rows.Reading(draft, context, decided, purpose, main)
    read = rows.read(reading)
    shown = tuple(_column(draft, at) for at in range(len(draft.found)))
    whole = replace(
        decided,
        sheet=draft.table.sheet.name,
        header=draft.table.header,
        roles={column.letter: column.role for column in shown},
        days={column.letter: column.day for column in shown if column.day is not None},
        day=main,
        units={row.line: str(row.unit.code) if row.unit else row.code for row in read if row.unit or row.code},
        left_out=frozenset(row.line for row in read if row.left_out is not None) - decided.taken,
    )
    proposal = Proposal(
        name=book.name,
        form=book.form,
        sheets=sheets,
        sheet=draft.table.sheet.name,
        header=draft.table.header,
        columns=shown,
        rows=tuple(read),
        decided=whole,
        checks=tuple(checks_of(read, reading.totals, context.figures)) if purpose is FIGURES else (),
        around=tuple(draft.table.above + draft.table.below),
        shape=hashlib.sha256("\n".join(headers).encode()).hexdigest()[:32],  # without numbers and days
        notes=tuple(_notes(book, draft, shown, purpose)),
    )
    others = [each for each in drafts if each is not draft and _worth(each, purpose) >= 0.8 * _worth(draft, purpose)]
    return replace(proposal, unsure=tuple(_doubts(proposal, draft, others, decided, purpose)))


def _notes(book: Book, draft: Draft, shown: Sequence[Column], purpose: Purpose) -> Iterator[Saying]:
    yield from map(saying, book.notes)
    if draft.table.turned:
        yield saying(_TURNED)
    numbered = [each.letter for each in draft.found if taking.is_order(each)]
    left = [each for each in shown if each.role == IGNORE and each.samples and each.letter not in numbered]
    if purpose.of_persons and left:
        headers = ", ".join(f"{each.letter} “{each.header[:40]}”" for each in left)
        yield saying(N_("not taken: {columns}"), columns=headers)


def _column(draft: Draft, at: int) -> Column:
    each, taken = draft.found[at], draft.taken[at]
    shown = [cell.text for cell in each.column.cells.values() if cell.text][:_SAMPLES]
    role = taken.choices[0] if taken.role == OTHER or taken.role not in taken.choices else taken.role
    counted = ALL_ROLES.get(role) in rows.FIGURES_HELD
    day = draft.header_days.get(each.column.number) if counted else None
    return Column(each.letter, each.column.header, role, taken.why, taken.probability, tuple(shown), day, taken.choices)


# --- what the program would ask first ------------------------------------------------------------------------------


def _doubts(
    proposal: Proposal, draft: Draft, others: Sequence[Draft], decided: Decisions, purpose: Purpose
) -> Iterator[Doubt]:
    """Yield the doubts about a proposal, what matters most first."""
    stored, filled = len(proposal.stored), len([row for row in proposal.rows if row.values])
    if proposal.rows and (stored * 2 < filled or not stored):
        text = saying(N_("most rows would be left out: {left} of {count}"),
                      left=len(proposal.rows) - len(proposal.stored), count=len(proposal.rows))  # fmt: skip
        yield Doubt("table", "", text)
    if others and decided.sheet is None:
        names = [proposal.sheet, *(each.table.sheet.name for each in others)]
        yield Doubt("sheet", proposal.sheet, saying(N_("which sheet is it?")), tuple(names[:_CHOICES]))
    if "day" in purpose.takes and decided.day is None and not draft.having("day") and not draft.main.sure:
        yield Doubt("day", "", saying(N_("of which day are the figures?")), tuple(map(str, draft.main.choices)))
    texts = [*(text for _, text in draft.table.above), *(text for each in draft.found for text in each.column.path)]
    # pupils or staff may be counted, though the rows are places
    groups = any(topic.name == "groups" for text in texts for topic in lexicon.topics_in(text))
    groups = groups and any(row.unit for row in proposal.stored)
    some = {column.letter for column in proposal.columns if groups and column.role == "installs"}
    asked: set[str] = set()
    for column in sorted(proposal.columns, key=lambda column: (column.letter not in some, column.probability)):
        like = taking.kin(column.header) if column.day else column.letter
        numbers = {Holds.COUNT, Holds.PERCENT} & {ALL_ROLES[role] for role in column.choices if role != IGNORE}
        beside = column.role == IGNORE and not numbers  # texts that nobody would miss
        unsure = column.letter in some or (column.probability < _SURE and not beside)
        if unsure and column.letter not in decided.roles and like not in asked:
            asked.add(like)
            holds = N_("what does column {column} (“{header}”) hold?")
            if column.letter in some:
                holds = N_("does column {column} (“{header}”) count everybody, not some people only?")
            text = saying(holds, column=column.letter, header=column.header[:80])
            yield Doubt("column", column.letter, text, column.choices[:_CHOICES])
    for row in sorted(proposal.rows, key=lambda row: row.probability):
        settled = row.line in decided.units or row.line in decided.left_out
        known = row.unit is not None or lexicon.is_total(row.written) or not row.values
        unknown = row.left_out is not None and not known and row.candidates
        if (unknown or (row.left_out is None and row.probability < _SURE)) and not settled:
            text = saying(N_("which unit is “{written}” (line {line})?"), written=row.written[:60], line=row.line)
            yield Doubt("line", str(row.line), text, tuple(each.code for each in row.candidates[:_CHOICES]))
