"""Read a list of units (organisations, how many people units have) from any form, as lines below one header. Pure.

The header comes out in the words that the list's own checks know; rows of totals, headings, notes and signatures are
left out and named.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from bluezone.errors import N_
from bluezone.geography.names import plain_key
from bluezone.rollout.reading import questions
from bluezone.rollout.reading import vocabulary as words
from bluezone.rollout.reading.cells import Book, column_name
from bluezone.rollout.reading.drafts import mapped_columns
from bluezone.rollout.reading.errors import TableError
from bluezone.rollout.reading.headers import guess
from bluezone.rollout.reading.layout import Block, Column, blocks_of
from bluezone.rollout.reading.meanings import MEANINGS
from bluezone.rollout.reading.results import Ignored, Notice, Reading, TakenColumn, saying
from bluezone.rollout.reading.roles import Role
from bluezone.rollout.reading.rows import Line, Sort, lines_of
from bluezone.rollout.reading.vocabulary import Guess

#: the number of a line in the file, and its cells
ListLines = list[tuple[int, list[str]]]


@dataclass(frozen=True, slots=True)
class Wanted:
    """Say what a list holds: `words` of headers by field, as plain keys; `kinds` of the vocabulary by field, where no
    word is known; the field each row is named by, and those of which a list has one column only."""

    words: Mapping[str, Sequence[str]]
    kinds: Mapping[str, Sequence[str]]
    named_by: Sequence[str]
    single: Sequence[str]
    #: rows of totals, and of units without anything beside them, are given too
    whole: bool = False


def read_list(book: Book, wanted: Wanted, answers: Mapping[str, str]) -> tuple[Reading, ListLines]:
    """Return what a list says: its columns as taken, the question it leaves open, and its lines, the header first.

    Raises TableError where there is no such list.
    """
    kinds = dict.fromkeys(kinds[0] for kinds in wanted.kinds.values() if kinds)
    reading = Reading(book.name, "list", kinds=(*kinds, words.UNKNOWN))
    lines: ListLines = []
    fields: list[str] = []
    headers: dict[str, str] = {}
    found = []
    for sheet in book.sheets:
        if sheet.hidden or not sheet.cells:
            continue
        for block in blocks_of(sheet):
            taken = _fields(block, wanted, answers)
            if any(field in taken.values() for field in wanted.named_by) and len(set(taken.values())) > 1:
                found.append((block, taken))
    if not found:
        raise TableError(N_("no header row was found: the list needs a column of names and one of what is listed"))
    for block, taken in found:
        taken = _one_of_each(block, taken, wanted, answers, reading)
        for number, field in taken.items():
            headers.setdefault(field, _header(block, number, field, wanted))
        fields += [field for field in dict.fromkeys(taken.values()) if field not in fields]
        _describe(block, taken, reading)
    for block, taken in found:
        lines += _rows(
            block, _one_of_each(block, taken, wanted, answers, Reading("")), fields, reading, whole=wanted.whole
        )
    reading.shape = words.shape_of([column.header for column in reading.columns])
    first = found[0][0].last
    return reading, [(first, [headers[field] for field in fields]), *lines]


def _fields(block: Block, wanted: Wanted, answers: Mapping[str, str]) -> dict[int, str]:
    """Return the field of each column that has one: as an officer mapped it, by a word of the list, by its kind."""
    mapped = mapped_columns(answers, block.sheet.name)
    by_word, by_kind = {}, {}
    for column in block.columns:
        if not column.path and column_name(column.number) not in mapped:
            continue
        kind = mapped.get(column_name(column.number))
        keys = {plain_key(column.path[-1]), plain_key(" ".join(column.path))} if column.path else set()
        exact = None if kind else next((name for name, known in wanted.words.items() if keys & set(known)), None)
        guessed = _field_of_kind(guess(column.path).kind, wanted)
        if len(column.path) > 1 and guessed is not None:
            exact = None  # `Chỉ tiêu` over `Số người` is no number of people
        if exact is not None:
            by_word[column.number] = exact
            continue
        kind = kind or guess(column.path).kind
        field = _field_of_kind(kind, wanted)
        if field is not None:
            by_kind[column.number] = field
    known = set(by_word.values())
    return by_word | {number: field for number, field in by_kind.items() if field not in known}


def _field_of_kind(kind: str, wanted: Wanted) -> str | None:
    return next((name for name, known in wanted.kinds.items() if kind in known), None)


def _one_of_each(
    block: Block, taken: Mapping[int, str], wanted: Wanted, answers: Mapping[str, str], reading: Reading
) -> dict[int, str]:
    """Return the columns with one for each field; ask where several may be the one of which a list has only one."""
    result: dict[int, str] = {}
    for field in dict.fromkeys(taken.values()):
        numbers = [number for number, each in taken.items() if each == field]
        if len(numbers) > 1 and field in wanted.single:
            answer = answers.get(field, "").upper()
            chosen = [number for number in numbers if column_name(number) == answer]
            if not chosen and answer != questions.LEAVE_OUT.upper():
                roles = [Role(_column(block, number), Guess(words.TOTAL), words.TOTAL) for number in numbers]
                reading.question = reading.question or questions.of_people(roles, field)
            numbers = chosen
        for number in numbers[:1]:
            result[number] = field
    return result


def _column(block: Block, number: int) -> Column:
    return next(column for column in block.columns if column.number == number)


def _header(block: Block, number: int, field: str, wanted: Wanted) -> str:
    """Return a header as the list's own checks know it: as written where they do, else their first word for it."""
    path = _column(block, number).path
    written = path[-1] if path else ""
    return written if plain_key(written) in wanted.words[field] else wanted.words[field][0]


def _describe(block: Block, taken: Mapping[int, str], reading: Reading) -> None:
    for column in block.columns:
        values = [cell.text for row in block.rows[:20] if (cell := block.sheet.seen(row, column.number)).text][:3]
        if not values and not column.path:
            continue
        kind = guess(column.path).kind if column.number in taken else ""
        if not kind and guess(column.path).kind == words.CONTACT:
            values = []  # names and telephones stay unsaid
        meaning = saying(_MEANINGS.get(taken.get(column.number, ""), MEANINGS[words.UNKNOWN]))
        why, name = saying(N_("its header")), column_name(column.number)
        field = taken.get(column.number, "")
        reading.columns.append(
            TakenColumn(block.sheet.name, name, column.header, kind, meaning, tuple(values), why, field=field)
        )


_MEANINGS = {
    "name": N_("the names of the units"),
    "unit": N_("the names of the units"),
    "sector": N_("the sector"),
    "within": N_("where the unit lies"),
    "commune": N_("communes"),
    "district": N_("districts"),
    "province": N_("provinces"),
    "headcount": N_("people of the unit"),
    "people": N_("how many people there are"),
    "families": N_("whether families are counted"),
    "parent": N_("the unit that holds it"),
    "head": N_("who heads the unit"),
    "measure": N_("what is counted"),
    "as_of": N_("the day"),
    "source": N_("the source"),
    "target": N_("the target"),
    "share": N_("the target, as a share of the people"),
    "responsible": N_("who answers for it"),
}


def _rows(block: Block, taken: Mapping[int, str], fields: Sequence[str], reading: Reading, *, whole: bool) -> ListLines:
    last = max(block.rows, default=block.last)
    for number in dict.fromkeys(number for number, _ in block.ends):
        if number == last + 1:  # what follows without a gap is no signature
            block.rows.append(number)
            last = number
    sorted_lines = lines_of(block)
    lines: ListLines = []
    for line in sorted_lines.all:
        cells = {field: block.sheet.seen(line.number, number) for number, field in taken.items()}
        filled = sum(bool(cell) for cell in cells.values())
        left_out = {Sort.NUMBERING, Sort.HEADER} if whole else {Sort.TOTAL, Sort.NUMBERING, Sort.HEADER}
        if line.sort in left_out or filled < (1 if whole else 2):
            _leave_out(block, line, reading)
            continue
        for field, cell in cells.items():
            if cell.missing:
                text = saying(N_("a formula without its value stands in line {line}: save the file and bring it again"),
                              line=line.number)  # fmt: skip
                reading.notices.append(Notice(block.sheet.name, line.number, field, text))
        lines.append((line.number, [cells[field].text if field in cells else "" for field in fields]))
    return lines


def _leave_out(block: Block, line: Line, reading: Reading) -> None:
    why = {
        Sort.TOTAL: saying(N_("a row of totals: it was held against the rows it sums, not taken")),
        Sort.NUMBERING: saying(N_("it numbers the columns")),
        Sort.HEADER: saying(N_("the header again")),
    }.get(line.sort, saying(N_("a heading or a note")))
    text = line.name or next((cell.text for column in block.columns
                              if (cell := block.sheet.own(line.number, column.number))), "")  # fmt: skip
    reading.ignored.append(Ignored(block.sheet.name, str(line.number), text, why))
