"""Hold a block while it is brought from its header to figures, its rows sorted and its columns guessed. Pure."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from bluezone.geography.units import Unit
from bluezone.rollout.reading import app_rows, columns, estimates, over_rows, previous, shifts, terms, titles
from bluezone.rollout.reading import vocabulary as words
from bluezone.rollout.reading.apps import Apps, apps_of
from bluezone.rollout.reading.cells import column_name
from bluezone.rollout.reading.context import is_office
from bluezone.rollout.reading.dating import Dating, date_of, stem
from bluezone.rollout.reading.day_columns import ROWS_OWN, is_stamp
from bluezone.rollout.reading.days import Said, days_in
from bluezone.rollout.reading.footnotes import explain_headers
from bluezone.rollout.reading.groups import say_of_whom
from bluezone.rollout.reading.headings import Heading, days_below, headings_of
from bluezone.rollout.reading.layout import Block
from bluezone.rollout.reading.places import Placed
from bluezone.rollout.reading.pledges import aim_day, leave_promises_out
from bluezone.rollout.reading.relatives import take_for_families
from bluezone.rollout.reading.results import Notice
from bluezone.rollout.reading.roles import Role
from bluezone.rollout.reading.row_parts import leave_parts_out
from bluezone.rollout.reading.rows import Line, Lines, Sort, lines_of
from bluezone.rollout.reading.subtitles import note_of_whom
from bluezone.rollout.reading.turning import folded, say_left_out, turned
from bluezone.rollout.reading.vocabulary import Guess
from bluezone.rollout.reading.whom import Whom, whom_of
from bluezone.rollout.reading.widening import widened


@dataclass(slots=True)
class Draft:
    """Hold a block while it is understood. `key` names it in questions: the sheet, and its number on it."""

    block: Block
    key: str
    lines: Lines
    roles: list[Role]
    dating: Dating = field(default_factory=Dating)
    placed: Placed = field(default_factory=Placed)
    hints: list[Unit] = field(default_factory=list)
    date: dt.date | None = None
    #: all rows are of one unit, which titles name, if they do: `single`
    one_unit: bool = False
    #: days of rows are written month first; day and month of stored dates are exchanged
    month_first: bool = False
    exchange: bool = False
    single: Unit | None = None
    #: the school, company or hotel that titles name, of which a whole table is
    institution: str = ""
    #: the health centre or the like that titles name, whose own people may be counted, or those of its place
    service: str = ""
    #: the rows are groups of people of one unit
    by_group: bool = False
    #: the unit outside the sender's place whose parts all rows are named like
    foreign: Unit | None = None
    #: the heading that says that rows which are called like places may be others: to be asked
    called: str = ""
    #: the office that the block's own title names
    office: str = ""
    #: of whom titles say that the block counts
    whom: Whom | None = None
    #: what titles say of which app is counted
    apps: Apps = field(default_factory=Apps)
    #: the headings between the rows that give those below them a day
    said_between: list[tuple[Heading, dt.date]] = field(default_factory=list)
    #: what is said of footnotes at headers, of numbers over several rows and of shifts that were added up
    moved: list[Notice] = field(default_factory=list)

    @property
    def units(self) -> list[Line]:
        """Return the rows that name a unit and hold figures."""
        return self.lines.of(Sort.UNIT)

    def stands_beside(self, other: Draft) -> bool:
        """Return whether two blocks share the rows of a header."""
        mine, its = self.block, other.block
        return mine.sheet is its.sheet and mine.first == its.first and mine.beside != its.beside

    def goes_on_as(self, other: Draft) -> bool:
        """Return whether another block of the sheet goes on with this one below its header, written again."""
        mine, its = self.block, other.block
        headers = [[column.path for column in block.columns] for block in (mine, its)]
        return mine.sheet is its.sheet and mine.last < its.first and headers[0] == headers[1]

    def is_of_nobody(self, role: Role) -> bool:
        """Return whether a column counts those of places who had the app or declined, and does not say of whom: what
        was found at a round is no figure of the place."""
        return role.kind in {words.HAD, words.REFUSED} and not role.of and bool(self.placed.units)

    def day(self) -> dt.date | None:
        """Return the day of figures to which neither their column nor their row gives one: that of the block, else the
        last of its columns; None where nothing names one."""
        named = [role.date for role in self.roles if role.date and role.kind != words.TARGET]
        return self.date or self.dating.date or max(named, default=None)

    def with_numbers(self, *kinds: str) -> list[Role]:
        """Return the columns of some kinds that hold numbers in the rows of units."""
        return [role for role in self.roles if role.kind in kinds and role.amounts.by_line]


def draft_of(
    block: Block,
    key: str,
    answers: Mapping[str, str],
    years: set[int],
    today: dt.date,
    file_name: str,
    known: Callable[[str], bool],
    above: Sequence[str] = (),
    *,
    initials: Callable[[str, Sequence[str]], bool] = lambda _mark, _rows: False,
    beside_results: bool = False,
) -> Draft:
    """Return a block with its rows sorted and its columns guessed, the days it may be of beside; `above` are the titles
    of the first block of its sheet; `initials` tells whether a sheet is called after the unit that some rows lie in,
    `beside_results` whether another sheet is called after results."""
    mapped = mapped_columns(answers, block.sheet.name)
    explained = list(explain_headers(block))
    lines = lines_of(block, mapped, known)
    said: list[tuple[Heading, dt.date]] = []
    if (anew := folded(block, lines, known)) is not None:
        block, lines = anew, lines_of(anew, mapped)
    elif (changed := turned(block, lines, known)) is not None:
        explained += say_left_out(block, lines, known)
        block = changed
        lines = lines_of(block, mapped)
        for line in lines.all:
            line.dates = (line.name,) if days_in(line.name, Said.TITLE) else ()
    else:
        block, lines, said = _said_between_rows(block, lines, mapped, years, today, known)
    dating = date_of(block, file_name, years, today, [line.name for line in lines.of(Sort.UNIT)])
    previous.date_headers(block, dating.date, years, today)
    stamps = _stamps(block, lines, dating, answers)
    if stamps:
        lines = lines_of(block, mapped | dict.fromkeys(map(column_name, stamps), words.DATE), known)
    if not block.turned:
        leave_parts_out(lines, known)
    of_apps = app_rows.say_of_app(block, lines)
    by_shift = shifts.groups_of(block, lines)
    numbers = [line.number for line in lines.of(Sort.UNIT)]
    by_group = say_of_whom(block, lines)
    texts = [text for _, text in reversed(block.titles)]
    measure = titles.measure_of([*texts, *reversed(above), block.sheet.name, stem(file_name)])
    measured = answers.get(f"measure:{block.sheet.name}") or answers.get("measure", "")
    others = [text for text in reversed(above) if not _MARKED.match(text)]
    mark = "" if initials(block.sheet.name, [line.name for line in lines.of(Sort.UNIT)]) else block.sheet.name
    names = [mark, stem(file_name)]
    roles = columns.roles_of(block, numbers, mapped, years, today, measure, measured, names, [*lines.days, *stamps])
    app_rows.leave_out(roles, of_apps)
    moved = [*explained, *over_rows.leave_out(block, lines, roles), *shifts.add_up(block, by_shift, roles)]
    take_for_families(roles, [*texts, *above, *names, *(line.name for line in lines.all)])
    estimates.leave_out(roles)
    leave_promises_out(roles, [*texts, *others], names, measured, above, sure_name=beside_results)
    for role in roles:
        if role.kind == words.TARGET and role.date is None:
            role.date = aim_day([*texts, *others], years, today)
        if role.column.number in lines.perhaps_dates:
            role.kind, role.guess = words.UNKNOWN, Guess(words.UNKNOWN)
        if role.column.number == lines.unit and role.kind not in words.UNIT_KINDS:
            of_persons = role.guess.kind in {words.CONTACT, words.HEAD}
            role.kind, role.guess = words.UNIT, Guess(words.UNIT) if of_persons else role.guess
    _date_days_before(roles, dating)
    notes = [note for _, text in block.ends if (note := note_of_whom(text))]
    whom, apps = _of_whom([*notes, *texts, *others], names, known), apps_of([*texts, *others], names)
    return Draft(block, key, lines, roles, dating, by_group=by_group, office=_office(block), whom=whom, apps=apps,
                 said_between=said, moved=moved)  # fmt: skip


def _stamps(block: Block, lines: Lines, dating: Dating, answers: Mapping[str, str]) -> list[int]:
    """Return the column of the moments at which a form's answers came in, where nothing else says of which day they
    are: an answer is of the day it was given. Empty otherwise."""
    told = dating.date or dating.choices or lines.date or any(key.startswith("date") for key in answers)
    found = [column.number for column in block.columns
             if column.number in lines.perhaps_dates and is_stamp(column.header)]  # fmt: skip
    return found if len(found) == 1 and not told else []


def _of_whom(texts: Sequence[str], names: Sequence[str], known: Callable[[str], bool]) -> Whom | None:
    """Return of whom titles and names say that a table counts; a place that is called like people, `Gia Viễn`, is
    nobody."""
    while (found := whom_of(texts, names)) is not None and found.of not in terms.GROUPS and known(found.of):
        texts, names = ([text for text in each if text != found.title] for each in (texts, names))
    return found


def _date_days_before(roles: Sequence[Role], dating: Dating) -> None:
    """Give `Hôm qua` the day before that of the block, and the column beside it the day itself; leave it out where the
    day is not known, for two numbers of one unit have no day in common."""
    before = [role for role in roles if role.days_before and role.date is None]
    for role in before:
        if dating.date is None:
            role.kind, role.guess = words.UNKNOWN, Guess(words.UNKNOWN)
        else:
            role.date = dating.date - dt.timedelta(days=role.days_before)
    for role in roles if before and dating.date is not None else ():
        if role.date is None and role.unsure and not role.days_before:
            role.date = dating.date


def _said_between_rows(
    block: Block, lines: Lines, mapped: dict[str, str], years: set[int], today: dt.date, known: Callable[[str], bool]
) -> tuple[Block, Lines, list[tuple[Heading, dt.date]]]:
    """Return a block and its rows as headings between them and a column of what they count say: the days that headings
    give, those headings with their day, and a column for each thing counted."""
    headings = headings_of(block, known)
    days: dict[int, dt.date] = {}
    said = []
    if not lines.date:
        for heading, day, below in days_below(block, headings, years, today):
            days |= dict.fromkeys(below, day)
            said.append((heading, day))
    if (wide := widened(block, lines, headings, days)) is not None:
        block, lines = wide, lines_of(wide, mapped)
    for line in lines.all:
        if line.number in days:
            line.dates = (days[line.number],)
    return block, lines, said


#: the heading of a block, which says nothing of the next one: `I. Người dân`
_MARKED = re.compile(r"\s*(?:[IVX]{1,4}|[A-ZĐ]|\d{1,2})\s*[.)/:-]\s*\D")


def mapped_columns(answers: Mapping[str, str], sheet: str) -> dict[str, str]:
    """Return the columns that an officer mapped by hand, and the one said to give each row its day: letters -> kind."""
    mapped = {}
    for key, value in answers.items():
        if key.startswith("column:"):
            name = key.removeprefix("column:")
            where, _, letters = name.rpartition("!")
            if not where or where == sheet:
                mapped[letters.upper()] = value
    day = answers.get(f"date:{sheet}") or answers.get("date", "")
    if day.startswith(ROWS_OWN):
        mapped[day.removeprefix(ROWS_OWN).upper()] = words.DATE
    return mapped


def _office(block: Block) -> str:
    """Return the office that the line nearest above a block names, empty where it names none."""
    for _, text in reversed(block.titles[-2:]):
        if len(text) <= _LONGEST_NAME and is_office(text) and not days_in(text):
            return text.strip(" .:-")
    return ""


_LONGEST_NAME = 60


#: days that are those of the letter below the last table, not of its figures
_OF_THE_LETTER = {Said.SIGNED, Said.LETTER}


def inherit_titles(found: Sequence[Draft]) -> None:
    """Give a later block of a sheet the day of the first where its own lines name none."""
    for draft in found[1:]:
        first = found[0].dating
        only_signed = first.date is not None and all(
            said in _OF_THE_LETTER and date >= first.date for date, said, _ in draft.dating.choices
        )
        if draft.dating.date is None and (not draft.dating.choices or only_signed):
            draft.dating = first
        draft.block.titles = (
            [*found[0].block.titles, *draft.block.titles]
            if found[0].block.titles != draft.block.titles
            else draft.block.titles
        )
