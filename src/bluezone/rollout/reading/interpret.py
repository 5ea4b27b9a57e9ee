"""Read a file whole: open it, find its tables, decide on columns, days and units, ask one question at most. Pure.

The same function serves the command and every upload. It never guesses: what the file does not say is a question, and
while one is open there are no figures.
"""

from __future__ import annotations

import datetime as dt
import functools
from collections.abc import Iterator, Sequence

from bluezone.errors import N_
from bluezone.geography.figures import Measure
from bluezone.geography.gazetteer import Gazetteer
from bluezone.geography.units import Level, Unit
from bluezone.rollout.counts import FIRST_DAY
from bluezone.rollout.numbers import NumberError, parse_date
from bluezone.rollout.reading import (
    asking,
    attributing,
    heads,
    offices,
    questions,
    refusals,
    scales,
    settling,
    titles,
    whereabouts,
)
from bluezone.rollout.reading import vocabulary as words
from bluezone.rollout.reading.cells import Book, Sheet, column_name
from bluezone.rollout.reading.columns import SAID_SO, Role
from bluezone.rollout.reading.context import OF_PEOPLE, OLDEST, TAKEN, Context, is_office
from bluezone.rollout.reading.dating import stem, years_of
from bluezone.rollout.reading.days import Said, days_in, resolve
from bluezone.rollout.reading.describing import describe
from bluezone.rollout.reading.drafts import Draft, draft_of
from bluezone.rollout.reading.errors import TableError
from bluezone.rollout.reading.gathering import figures_of, once
from bluezone.rollout.reading.layout import blocks_of
from bluezone.rollout.reading.names import Names
from bluezone.rollout.reading.opening import open_book
from bluezone.rollout.reading.pairs import PAIRS_SAID
from bluezone.rollout.reading.results import Ignored, Notice, Question, Reading, saying
from bluezone.rollout.reading.sites import sites_of
from bluezone.rollout.reading.tables import text_rows


@functools.lru_cache(maxsize=4)
def names_on(gazetteer: Gazetteer, on: dt.date) -> Names:
    """Return the names of all units in force on a day, kept for the next file."""
    return Names(gazetteer, on)


def read_file(data: bytes, name: str, context: Context) -> Reading:
    """Read a file. Raises TableError, with a sentence, for one that is refused."""
    return read_book(open_book(data, name), context)


def read_book(book: Book, context: Context) -> Reading:
    """Read a file that is open. Raises TableError where it holds no table."""
    reading = Reading(book.name, answered=dict(context.answers))
    reading.notices += [Notice("", 0, "file", saying(note)) for note in book.notes]
    years = years_of(_texts(book))
    drafts = _drafts(book, context, years, reading)
    refusals.refuse_persons(drafts)
    drafts = refusals.without_examples(drafts, reading)
    names = names_on(context.gazetteer, _lookup_day(drafts, context))
    for draft in drafts:
        whereabouts.put_in_places(draft, names, context.within, context.answers, book.name)
        heads.leave_out(draft)
    for draft in drafts:
        attributing.attribute(draft, _said_of_whom(draft, context))
    offices.part_by_office(drafts)
    refusals.refuse_another_place(drafts, names)
    reading.form = _form(drafts)
    reading.shape = _shape(drafts)
    optional = None
    for draft in drafts:
        question = _column_question(draft, drafts, context, book.name)
        question = question or _date_question(draft, drafts, context) or _unit_question(draft, names, context)
        if question:
            reading.question = question
            break
        if not context.answers:
            optional = optional or asking.ask_doings(draft) or asking.ask_one_of(draft, {})
            optional = optional or asking.ask_optional(draft, {})
        if context.answers:
            asking.ask_one_of(draft, context.answers)
            asking.ask_optional(draft, context.answers)
    reading.question = reading.question or optional
    for draft in drafts:
        describe(draft, reading)
    if reading.question is None:
        for draft in drafts:
            others = [each for each in drafts if each is not draft and each.stands_beside(draft)]
            reading.figures += figures_of(draft, names, context, reading, others)
            reading.rows += text_rows(draft, context)
        once(reading, context)
    return reading


def _texts(book: Book) -> Iterator[str]:
    yield stem(book.name)
    for sheet in book.sheets:
        yield sheet.name
        for cell in sheet.cells.values():
            if cell.date is not None or (cell.number is None and len(cell.text) < 300):
                yield cell.text


def _drafts(book: Book, context: Context, years: set[int], reading: Reading) -> list[Draft]:
    drafts: list[Draft] = []
    unread: list[Draft] = []
    names = names_on(context.gazetteer, _lookup_day((), context))

    def known(text: str) -> bool:
        return bool(names.matches(text)) if 1 < len(text) < 60 else False

    for written in book.sheets:
        if not written.cells:
            continue
        sheet = _seen(written, reading)
        if sheet.hidden:
            reading.ignored.append(Ignored(sheet.name, "", sheet.name, saying(N_("the sheet is hidden"))))
            continue
        blocks = blocks_of(sheet, known)
        found = []
        for number, block in enumerate(blocks, start=1):
            key = f"{sheet.name}#{number}"
            above = [text for _, text in blocks[0].titles] if number > 1 else []
            draft = draft_of(block, key, context.answers, years, context.today, book.name, known, above)
            if draft.units and any(map(_holds_figures, draft.roles)):
                found.append(draft)
            else:
                unread.append(draft)
        if not found:
            reading.ignored.append(Ignored(sheet.name, "", sheet.name, saying(N_("no table was found on the sheet"))))
        _inherit_titles(found)
        drafts += found
    if not drafts:
        header = any(blocks_of(sheet, known) for sheet in book.sheets if not sheet.hidden)
        raise _no_table(unread, header=header)
    return drafts


def _no_table(unread: Sequence[Draft], *, header: bool) -> TableError:
    """Return why a file holds no table: `unread` are blocks without a number; `header`: it has a header. Raises
    TableError for a list of persons."""
    refusals.refuse_persons(unread)
    cells = [text for draft in unread for role in draft.roles if role.is_count and draft.units
             for text in role.amounts.bad.values()]  # fmt: skip
    if cells:
        return TableError(N_("no cell below the header holds a number that can be read: {cells}, …"),
                          cells=", ".join(f"“{text[:30]}”" for text in cells[:3]))  # fmt: skip
    if header:
        return TableError(N_("the table has a header, but no row below it"))
    return TableError(
        N_("no table was found: a table has a header such as unit and installations (đơn vị, số lượt cài đặt)")
    )


def _holds_figures(role: Role) -> bool:
    if role.left_out == PAIRS_SAID:
        return True
    if role.kind == words.RANK and role.why.template in {titles.BY_TITLE, SAID_SO}:
        return bool(role.amounts.by_line)
    return bool(role.amounts.by_line) and (role.is_count or role.is_share or role.kind == words.UNKNOWN)


def _seen(sheet: Sheet, reading: Reading) -> Sheet:
    """Return what a person sees of a sheet that is not hidden itself, and say what is hidden on it."""
    if sheet.hidden or not (sheet.hidden_rows or sheet.hidden_columns):
        return sheet
    reading.notices += _hidden(sheet)
    return sheet.visible()


def _hidden(sheet: Sheet) -> Iterator[Notice]:
    """Yield what is said of rows and columns that nobody sees, where they hold anything."""
    rows = sorted({row for row, _ in sheet.cells} & sheet.hidden_rows)
    hidden = sorted({column for _, column in sheet.cells} & sheet.hidden_columns)
    if rows:
        text = saying(N_("hidden rows are left out: {rows}"), rows=_listed([str(row) for row in rows]))
        yield Notice(sheet.name, 0, "hidden", text)
    if hidden:
        text = saying(N_("hidden columns are left out: {columns}"), columns=_listed(list(map(column_name, hidden))))
        yield Notice(sheet.name, 0, "hidden", text)


def _listed(each: Sequence[str], most: int = 20) -> str:
    return ", ".join(each[:most]) + (", …" if len(each) > most else "")


def _inherit_titles(found: Sequence[Draft]) -> None:
    """Give a later block of a sheet the day of the first where its own lines name none."""
    for draft in found[1:]:
        if draft.dating.date is None and not draft.dating.choices:
            draft.dating = found[0].dating
        draft.block.titles = (
            [*found[0].block.titles, *draft.block.titles]
            if found[0].block.titles != draft.block.titles
            else draft.block.titles
        )


def _lookup_day(drafts: Sequence[Draft], context: Context) -> dt.date:
    for draft in drafts:
        if draft.dating.date:
            return min(draft.dating.date, context.today)
    return context.default_date or min(
        context.today, dt.date(2020, 12, 31) if context.today.year <= 2021 else context.today
    )


def _form(drafts: Sequence[Draft]) -> str:
    placed = sum(len(draft.placed.units) for draft in drafts)
    unknown = sum(len(draft.placed.unknown) for draft in drafts)
    if placed < unknown or not (placed or any(_is_of_places(draft) for draft in drafts)):
        return "organisations"
    kinds = {role.kind for draft in drafts for role in draft.with_numbers(*words.COUNTS)}
    return "populations" if kinds and kinds <= {words.POPULATION, words.SMARTPHONES, words.HOUSEHOLDS} else "figures"


_MOST_PARTS = 100


def _is_of_places(draft: Draft) -> bool:
    placed = draft.placed
    return (draft.one_unit and not draft.institution) or bool(placed.outside or placed.several or placed.parents)


def _shape(drafts: Sequence[Draft]) -> str:
    return words.shape_of([" / ".join(column.path) for draft in drafts[:5] for column in draft.block.columns])


# --- questions ------------------------------------------------------------------------------------


def _said_of_whom(draft: Draft, context: Context) -> str | None:
    return context.answers.get(f"whom:{draft.block.sheet.name}") or context.answers.get("whom")


def _column_question(draft: Draft, drafts: Sequence[Draft], context: Context, file_name: str) -> Question | None:
    of_places = len(draft.placed.units) >= len(draft.placed.unknown)
    question = asking.ask_measure(draft, drafts) or attributing.ask_whom(draft, drafts, context.answers)
    question = question or scales.ask_scale(draft, context.answers)
    if question:
        return question
    asking.settle_columns(draft, file_name, of_places=of_places)
    _settle_by_census(draft, context)
    return (
        attributing.ask_app(draft, drafts, context.answers)
        or attributing.ask_dwarfed(draft, context)
        or asking.ask_pairs(draft, context.answers, file_name)
        or asking.ask_thousands(draft, context.answers)
        or asking.ask_flow(draft, context.answers)
        or asking.ask_sum(draft, context.answers)
        or asking.ask_installs(draft, context.answers, file_name)
    )


def _settle_by_census(draft: Draft, context: Context) -> None:
    """Say that a share is one of the people, where the people who are known make nearly that share of most rows."""
    if context.figures is None:
        return
    day = draft.dating.date or context.today
    known = {line: figure.value for line, unit in draft.placed.units.items()
             if (figure := context.figures.on(unit, Measure.POPULATION, day)) is not None}  # fmt: skip
    for share in draft.with_numbers(words.PERCENT):
        for count in draft.with_numbers(words.INSTALLS, words.WITH_PHONE):
            if count.date != share.date or count.of:
                continue
            settling.settle_by_people(share, count, known)


def _date_question(draft: Draft, drafts: Sequence[Draft], context: Context) -> Question | None:
    """Settle the day of a block's figures, or ask; not where every column or every row has its own."""
    draft.month_first = draft.lines.month_first is True
    if draft.lines.month_first is None and draft.lines.date:
        answer = context.answers.get("date-order")
        if answer is None:
            return questions.of_order([str(line.dates[0]) for line in draft.units if line.dates])
        draft.exchange = answer == "exchanged"
        draft.month_first = answer == "month"
    if draft.lines.date or not _undated(draft):
        draft.date = draft.dating.date
        return None
    draft.date = draft.dating.date
    answer = context.answers.get("date") or context.answers.get(f"date:{draft.block.sheet.name}")
    if answer is not None:
        draft.date = _parsed(answer, context.today) or draft.date
        if draft.date is not None:
            return None
    if (draft.date is None and not draft.dating.choices) or (
        draft.date is None and context.default_date in [date for date, _, _ in draft.dating.choices]
    ):
        draft.date = context.default_date
    first = FIRST_DAY if draft.with_numbers(*(set(TAKEN) - OF_PEOPLE)) else OLDEST
    if draft.date is not None and first <= draft.date <= context.today:
        return None
    if not draft.dating.choices:  # days over single columns
        named = {role.date: role for role in draft.roles if role.date is not None and role.kind != words.TARGET}
        draft.dating.choices = [(date, Said.TITLE, role.column.header) for date, role in sorted(named.items())]
    others = {tuple(other.dating.choices) for other in drafts if other.dating.date is None and _undated(other)}
    key, sheet = ("date", "") if len(others) <= 1 else (f"date:{draft.block.sheet.name}", draft.block.sheet.name)
    return questions.of_date(draft.dating.choices, key, sheet)


def _undated(draft: Draft) -> bool:
    """Return whether a block has figures for which no column names the day."""
    counted = draft.with_numbers(*(set(TAKEN) - OF_PEOPLE - {words.TARGET, words.RANK}), words.TOTAL)
    dated = any(role.date for role in counted)
    # what was added, ranks and shares beside counts of named days are of the last of those days
    main = [role for role in counted if role.date or role.kind not in {words.INCREASE, *words.SHARES} or not dated]
    if not main:
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


def _unit_question(draft: Draft, names: Names, context: Context) -> Question | None:
    placed = draft.placed
    if draft.one_unit and not placed.units and not draft.institution:
        inside = names.units.get(context.within) if context.within else None
        return questions.of_sender([inside] if inside else [], names)
    figured = {line.number: line for line in draft.units}
    if placed.parents:
        example = next(line.name for line in draft.units)
        return questions.of_parent(placed.parents, names, example)
    for line, units in placed.several.items():
        if line in figured:
            return questions.of_unit(figured[line].name, units, names)
    if _is_of_unnamed_places(draft, context):
        return questions.of_parent([], names, draft.units[0].name)
    if outside := _outside_by_chance(draft, names, context):
        return outside
    if len(placed.units) <= len(placed.unknown):
        return None
    sites = sites_of(draft)
    unknown = [each for each in placed.unknown
               if each.line in figured and each.line not in sites and not is_office(each.text)]  # fmt: skip
    if unknown and _is_of_one_level(draft) and placed.parent is not None and len(unknown) * 4 <= len(figured):
        return questions.of_unit(unknown[0].text, _left(draft, names, unknown[0].text), names)
    return None


def _left(draft: Draft, names: Names, text: str) -> list[Unit]:
    """Return the units of a block's place that no row has named, those first that are called most like a text."""
    parent = draft.placed.parent
    taken = {unit.code for unit in draft.placed.units.values()}
    left = [unit for unit in names.children[parent.code] if unit.code not in taken] if parent else []
    return sorted(left, key=lambda unit: (-_likeness(unit, text), unit.code))


def _outside_by_chance(draft: Draft, names: Names, context: Context) -> Question | None:
    """Ask which unit a bare name means that only units elsewhere bear, where units of the place still have no row."""
    placed = draft.placed
    if context.within is None or placed.parent is None or not _is_of_one_level(draft):
        return None
    for line in draft.units:
        found = placed.outside.get(line.number)
        if not found or len(placed.outside) * 4 > len(draft.units):
            continue
        said = any(each.said or each.grade == 0 for each in names.matches(line.name))
        left = _left(draft, names, line.name)
        if left and (not said or _likeness(left[0], line.name) >= _ALIKE):
            return questions.of_unit(line.name, left, names)
    return None


#: names that differ by a letter or two
_ALIKE = 0.8


def _is_of_unnamed_places(draft: Draft, context: Context) -> bool:
    """Return whether no row names a unit, though people who live there are counted: places, under names that nobody
    knows, not organisations."""
    if draft.placed.units or draft.one_unit or "parent" in context.answers or draft.lines.level == words.HAMLET:
        return False
    if context.within is not None and context.within.level >= Level.COMMUNE:
        return False
    counted = draft.with_numbers(words.POPULATION, words.PERCENT_POPULATION)
    said = draft.lines.level in {words.COMMUNE, words.DISTRICT, words.PROVINCE}
    return bool((counted or said) and draft.placed.unknown) and not any(
        is_office(each.text) for each in draft.placed.unknown
    )


def _is_of_one_level(draft: Draft) -> bool:
    """Return whether a block lists the units of one unit, few enough to look for the one that a name means."""
    placed = draft.placed
    parent = placed.parent.code if placed.parent else None
    inside = sum(unit.parent == parent for unit in placed.units.values())
    return not placed.groups and len(placed.units) <= _MOST_PARTS and inside * 2 > len(placed.units)


def _likeness(unit: Unit, text: str) -> float:
    import difflib

    from bluezone.geography.names import unit_key

    return difflib.SequenceMatcher(None, unit_key(unit.name), unit_key(text)).ratio()
