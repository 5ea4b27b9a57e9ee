"""Read a file whole: open it, find its tables, decide on columns, days and units, ask one question at most. Pure.

The same function serves the command and every upload. It never guesses: what the file does not say is a question, and
while one is open there are no figures.
"""

from __future__ import annotations

import datetime as dt
import functools
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace

from bluezone.errors import N_
from bluezone.geography.figures import Measure
from bluezone.geography.gazetteer import Gazetteer
from bluezone.geography.units import REFORM_DATE, System
from bluezone.rollout.reading import (
    abbreviations,
    asking,
    asking_two,
    attributing,
    combining,
    evidence,
    exchanges,
    heads,
    households_with,
    offices,
    refusals,
    remarks,
    scales,
    sentences,
    settling,
    sheet_sums,
    summed_parts,
    titles,
    whereabouts,
)
from bluezone.rollout.reading import vocabulary as words
from bluezone.rollout.reading.asking_days import ask_day, ask_order, with_open_day
from bluezone.rollout.reading.asking_units import ask_unit
from bluezone.rollout.reading.cells import Book, Sheet
from bluezone.rollout.reading.context import Context
from bluezone.rollout.reading.dating import stem, years_of
from bluezone.rollout.reading.describing import describe
from bluezone.rollout.reading.drafts import Draft, draft_of, inherit_titles
from bluezone.rollout.reading.errors import TableError
from bluezone.rollout.reading.gathering import figures_of
from bluezone.rollout.reading.hamlets import tell_apart
from bluezone.rollout.reading.headers import guess
from bluezone.rollout.reading.hiding import to_be_read
from bluezone.rollout.reading.layout import Block, blocks_of
from bluezone.rollout.reading.locating import headers, located, own_key
from bluezone.rollout.reading.messages import in_columns
from bluezone.rollout.reading.names import Names
from bluezone.rollout.reading.opening import open_book
from bluezone.rollout.reading.pairs import PAIRS_SAID
from bluezone.rollout.reading.periods import of_rounds, with_day
from bluezone.rollout.reading.results import Ignored, Notice, Question, Reading, saying
from bluezone.rollout.reading.roles import SAID_SO, Role
from bluezone.rollout.reading.settling_columns import settle_columns
from bluezone.rollout.reading.tables import text_rows
from bluezone.rollout.reading.twice import once


@functools.lru_cache(maxsize=4)
def names_on(gazetteer: Gazetteer, on: dt.date) -> Names:
    """Return the names of all units in force on a day, kept for the next file."""
    return Names(gazetteer, on)


def read_file(data: bytes, name: str, context: Context) -> Reading:
    """Read a file. Raises TableError, with a sentence, for one that is refused."""
    return read_book(open_book(data, name), context)


def read_book(book: Book, context: Context) -> Reading:
    """Read a file that is open. Raises TableError where it holds no table, and for an answer that is no choice."""
    one_by_one = context.answers.get(combining.READINGS) == combining.ONE_BY_ONE
    context = replace(context, answers=combining.expanded(context.answers))
    reading = _read(book, context)
    for key, value in context.answers.items():
        if key.startswith("column:"):
            refusals.refuse_no_kind(value)  # to any kind: nothing need be asked
            continue
        others = {each: answer for each, answer in context.answers.items() if each != key}
        refusals.refuse_no_choice(_read(book, replace(context, answers=others)).question, key, value)

    def read(more: Mapping[str, str]) -> Reading:
        return _read(book, replace(context, answers={**context.answers, **more}))

    if reading.question is not None and not one_by_one:
        reading.question = combining.combined(reading.question, book, context.today, read)
    return reading


def _read(book: Book, context: Context) -> Reading:
    reading = Reading(book.name, answered=dict(context.answers))
    reading.notices += [Notice("", 0, "file", saying(note)) for note in book.notes]
    years = years_of(_texts(book))
    drafts = _drafts(book, context, years, reading)
    refusals.refuse_persons(drafts)
    drafts = refusals.without_examples(drafts, reading)
    refusals.refuse_things(drafts)
    names = names_on(context.gazetteer, _lookup_day(drafts, context))
    for draft in drafts:
        whereabouts.put_in_places(draft, names, context.within, context.answers, book.name)
        attributing.forget_initials(draft, [names.units.get(context.within) if context.within else None,
                                            draft.placed.parent])  # fmt: skip
        reading.notices += summed_parts.leave_out(draft)
        heads.leave_out(draft)
    whereabouts.inherit_institution(drafts, context.answers)
    for draft in drafts:
        attributing.attribute(draft, _said_of_whom(draft, context), drafts)
        households_with.take(draft)
    drafts = sheet_sums.leave_out(drafts)
    offices.part_by_office(drafts)
    refusals.refuse_another_place(drafts, names)
    reading.form = _form(drafts)
    reading.shape = _shape(drafts)
    optional = None
    asked = None
    for draft in drafts:
        question = _question_of(draft, drafts, names, context, book.name, years)
        if question:
            reading.question, asked = question, draft
            break
        open_one = _optional_question(draft, context.answers)
        if optional is None and open_one is not None:
            optional, asked = open_one, draft
    reading.question = reading.question or optional
    if reading.question is not None and asked is not None:
        reading.question = located(reading.question, asked, drafts, with_open_day(drafts))
    for draft in drafts:
        describe(draft, reading)
    if reading.question is None:
        tell_apart(drafts)
        for draft in drafts:
            others = [
                each for each in drafts if each is not draft and (each.stands_beside(draft) or each.goes_on_as(draft))
            ]
            reading.figures += figures_of(draft, names, context, reading, others)
            reading.rows += text_rows(draft, context)
        once(reading, context)
    return reading


def _question_of(
    draft: Draft, drafts: Sequence[Draft], names: Names, context: Context, file_name: str, years: set[int]
) -> Question | None:
    """Return the question that a block leaves open: of its columns, its day, its units."""
    question = ask_order(draft, context, file_name, years) or _column_question(draft, drafts, names, context, file_name)
    if question is not None and question.key.startswith("flow"):
        return with_day(question, draft, drafts, context)
    if question is not None and question.key.startswith("installs"):
        return of_rounds(question, draft, context)
    return question or ask_day(draft, drafts, context) or ask_unit(draft, names, context)


def _optional_question(draft: Draft, answers: Mapping[str, str]) -> Question | None:
    """Return what is asked of a block where nothing else is; shares of what is not said are left out, with a word,
    once anything was answered."""
    doings, one = asking.ask_doings(draft), asking.ask_one_of(draft, answers)
    shares = asking.ask_optional(draft, answers)
    whole = asking_two.ask_whole(draft)
    return doings or one or (None if answers else shares or whole)


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

    def initials(mark: str, rows: Sequence[str]) -> bool:
        others = [sheet.name for sheet in book.sheets if sheet.name != mark and sheet.cells]
        return abbreviations.calls_the_unit(mark, rows, others, names, context.within)

    for written in book.sheets:
        if not written.cells:
            continue
        read, notices = to_be_read(written, known)
        reading.notices += notices
        sheet = in_columns(read, known)
        if sheet.hidden:
            reading.ignored.append(Ignored(sheet.name, "", sheet.name, saying(N_("the sheet is hidden"))))
            continue
        found, others = _drafts_of(sheet, book, context, years, known, initials)
        unread += others
        if not found:
            reading.ignored.append(Ignored(sheet.name, "", sheet.name, saying(N_("no table was found on the sheet"))))
        inherit_titles(found)
        drafts += found
    if not drafts:
        drafts = _of_sentences(book, context, years, known, initials, reading)
    if not drafts:
        shown = [sheet for sheet in book.sheets if not sheet.hidden]
        raise _no_table(unread, shown, [block for sheet in shown for block in blocks_of(sheet, known)])
    return drafts


OF_SENTENCES = N_("a sentence was read as a row: “{text}”")


def _of_sentences(
    book: Book,
    context: Context,
    years: set[int],
    known: Callable[[str], bool],
    initials: Callable[[str, Sequence[str]], bool],
    reading: Reading,
) -> list[Draft]:
    """Return the blocks that the sentences of a letter make, of a file that has no table."""
    drafts: list[Draft] = []
    level = context.within.level if context.within else None
    for sheet in book.sheets:
        if sheet.hidden or not sheet.cells or (made := sentences.table_in(sheet, level)) is None:
            continue
        found, _ = _drafts_of(made[0], book, context, years, known, initials)
        for draft in found:
            draft.block.origins = made[1]
        for at in dict.fromkeys(made[1].values()) if found else ():
            text = saying(OF_SENTENCES, text=sheet.own(*at).text[:120])
            reading.notices.append(Notice(sheet.name, at[0], "note", text))
        drafts += found
    return drafts


def _drafts_of(
    sheet: Sheet,
    book: Book,
    context: Context,
    years: set[int],
    known: Callable[[str], bool],
    initials: Callable[[str, Sequence[str]], bool],
) -> tuple[list[Draft], list[Draft]]:
    """Return the blocks of a sheet that hold figures of rows, and those that do not."""
    found: list[Draft] = []
    unread: list[Draft] = []
    blocks = blocks_of(sheet, known)
    for number, block in enumerate(blocks, start=1):
        key = f"{sheet.name}#{number}"
        above = [text for _, text in blocks[0].titles] if number > 1 else []
        if context.answers.get("date-order") == "month" and exchanges.month_first(exchanges.headers_of(block)):
            exchanges.turn_headers(block)
        draft = draft_of(block, key, context.answers, years, context.today, book.name, known, above,
                         initials=initials, beside_results=_has_results(book))  # fmt: skip
        (found if draft.units and any(map(_holds_figures, draft.roles)) else unread).append(draft)
    return found, unread


def _has_results(book: Book) -> bool:
    """Return whether a sheet is called after what was done, so that `KH` beside it is the plan: `TH`, `Kết quả`."""
    return any(_RESULTS.match(words.key_of(sheet.name)) for sheet in book.sheets if sheet.cells)


_RESULTS = re.compile(r"(?:th|kq|bc|thuc hien|ket qua|bao cao|tien do|da cai)\b")


def _no_table(unread: Sequence[Draft], sheets: Sequence[Sheet], blocks: Sequence[Block]) -> TableError:
    """Return why a file holds no table: `unread` are blocks without a number, `blocks` those of the sheets as they
    stand. Raises TableError for a list of persons."""
    refusals.refuse_persons(unread)
    cells = [text for draft in unread for role in draft.roles if role.is_count and draft.units
             for text in role.amounts.bad.values()]  # fmt: skip
    if cells:
        return TableError(N_("no cell below the header holds a number that can be read: {cells}, …"),
                          cells=", ".join(f"“{text[:30]}”" for text in cells[:3]))  # fmt: skip
    if any(map(refusals.has_a_figure_a_line, sheets)):
        return TableError(N_("each line gives one figure: list the units below each other, with a column per figure"))
    if any(block.last == max(row for row, _ in block.sheet.cells) for block in blocks):
        return TableError(N_("the table has a header, but no row below it"))
    if (nameless := refusals.without_units(unread)) is not None:
        return nameless
    if any(guess(column.path).kind in {*words.COUNTS, *words.SHARES} for block in blocks for column in block.columns):
        return TableError(N_("no row below the header has a number"))
    if any(map(refusals.has_lines_of_text, sheets)):
        return TableError(N_("no table was found, only lines of text: put each unit and its number into columns"))
    return TableError(
        N_("no table was found: a table has a header such as unit and installations (đơn vị, số lượt cài đặt)")
    )


def _holds_figures(role: Role) -> bool:
    if role.left_out == PAIRS_SAID:
        return True
    if role.kind == words.RANK and role.why.template in {titles.BY_TITLE, SAID_SO}:
        return bool(role.amounts.by_line)
    return bool(role.amounts.by_line) and (role.is_count or role.is_share or role.kind == words.UNKNOWN)


def _lookup_day(drafts: Sequence[Draft], context: Context) -> dt.date:
    for draft in drafts:
        if draft.dating.date:
            return max(min(draft.dating.date, context.today), _first_day(context))
    return context.default_date or min(
        context.today, dt.date(2020, 12, 31) if context.today.year <= 2021 else context.today
    )


def _first_day(context: Context) -> dt.date:
    """Return the first day on which the sender's units are in force: an office of today writes its units of today, also
    of a day gone by."""
    new = context.within is not None and context.within.system is System.PROVINCES_34
    return min(context.today, REFORM_DATE) if new else dt.date.min


def _form(drafts: Sequence[Draft]) -> str:
    placed = sum(len(draft.placed.units) for draft in drafts)
    unknown = sum(len(draft.placed.unknown) for draft in drafts)
    if placed < unknown or not (placed or any(_is_of_places(draft) for draft in drafts)):
        return "organisations"
    kinds = {role.kind for draft in drafts for role in draft.with_numbers(*words.COUNTS)}
    return "populations" if kinds and kinds <= {words.POPULATION, words.SMARTPHONES, words.HOUSEHOLDS} else "figures"


def _is_of_places(draft: Draft) -> bool:
    placed = draft.placed
    return (draft.one_unit and not draft.institution) or bool(placed.outside or placed.several or placed.parents)


def _shape(drafts: Sequence[Draft]) -> str:
    return words.shape_of([" / ".join(column.path) for draft in drafts[:5] for column in draft.block.columns])


# --- questions ------------------------------------------------------------------------------------


def _said_of_whom(draft: Draft, context: Context) -> str | None:
    return context.answers.get(f"whom:{draft.block.sheet.name}") or context.answers.get("whom")


def _column_question(
    draft: Draft, drafts: Sequence[Draft], names: Names, context: Context, file_name: str
) -> Question | None:
    of_places = len(draft.placed.units) >= len(draft.placed.unknown)
    question = attributing.ask_app(draft, drafts, context.answers) if draft.apps.other else None
    question = (
        question
        or offices.ask_rows(draft)
        or asking.ask_measure(draft, drafts)
        or attributing.ask_whom(draft, drafts, context.answers)
    )
    question = question or scales.ask_scale(draft, context.answers) or attributing.ask_small(draft, context)
    if question:
        return question
    remarks.leave_undone_out(draft.roles, [text for _, text in draft.block.ends])
    settle_columns(draft, file_name, of_places=of_places)
    _settle_by_census(draft, context)
    return (
        attributing.ask_app(draft, drafts, context.answers)
        or attributing.ask_dwarfed(draft, context)
        or asking_two.ask_pairs(draft, context.answers, file_name)
        or asking.ask_thousands(draft, context.answers)
        or asking.ask_flow(draft, drafts, context.answers, own_key("flow", draft, drafts))
        or asking_two.ask_sum(draft, context.answers)
        or asking.ask_groups(draft, context.answers, file_name)
        or _installs_question(draft, drafts, context, file_name)
        or evidence.ask_against_evidence(draft, names, context)
    )


def _installs_question(draft: Draft, drafts: Sequence[Draft], context: Context, file_name: str) -> Question | None:
    """Ask which column holds the installations; not of a table of other things beside one that gives them for the same
    units."""
    units = set(draft.placed.units.values())
    beside = [each for each in drafts if each.block.sheet is draft.block.sheet and headers(each) != headers(draft)]
    told = [each for each in beside if each.with_numbers(words.INSTALLS)]
    if units and not draft.with_numbers(words.TOTAL, words.INSTALLS) and any(
        units <= set(each.placed.units.values()) for each in told
    ):  # fmt: skip
        return None
    return asking.ask_installs(draft, context.answers, file_name, own_key("installs", draft, drafts))


def _settle_by_census(draft: Draft, context: Context) -> None:
    """Say that a share is one of the people, where the people who are known make nearly that share of most rows."""
    if context.figures is None:
        return
    day = draft.dating.date or context.today
    known = {line: figure.value for line, unit in draft.placed.units.items()
             if (figure := context.figures.on(unit, Measure.POPULATION, day)) is not None}  # fmt: skip
    for share in draft.with_numbers(words.PERCENT):
        for count in draft.with_numbers(words.INSTALLS, words.WITH_PHONE):
            if (share.date is not None and count.date != share.date) or count.of:
                continue
            settling.settle_by_people(share, count, known)
