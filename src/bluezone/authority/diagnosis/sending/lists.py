"""Judge the rows of a list of people who are to get a code: a telephone number and the days of each. Pure."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass

from django.utils.translation import gettext_noop

from bluezone.authority.diagnosis import rules as diagnosis_rules
from bluezone.authority.diagnosis.sending.rules import SendingError, Why
from bluezone.authority.persons.from_rows import LONGEST_FILE_NUMBER, Reader, RowError
from bluezone.rollout.problems import Problem, Severity
from bluezone.spreadsheets import lexicon
from bluezone.spreadsheets.results import Proposal, Row

MOST_ROWS = 1_000
_DIGITS_OF_A_TELEPHONE = 9
_WHY = {
    "telephone": Why.NUMBER,
    "tested": Why.DATES,
    "onset": Why.DATES,
    "language": Why.LANGUAGE,
    "file_number": Why.FILE_NUMBER,
}


@dataclass(frozen=True, slots=True)
class Draft:
    """Hold a row as it would be sent. `number`: E.164."""

    line: int
    number: str
    onset_date: dt.date | None
    test_date: dt.date | None
    language: str
    file_number: str
    change: str = "new"


@dataclass(frozen=True, slots=True)
class Preview:
    """Hold a list as read. A row with an error is not among the rows; `file_numbers` has every line's. `left`: how many
    codes its officer may issue today."""

    rows: tuple[Draft, ...]
    problems: tuple[Problem, ...]
    file_numbers: Mapping[int, str]
    left: int


@dataclass(frozen=True, slots=True)
class Register:
    """Hold what is asked while a list is read: `number` gives E.164 for what was typed (raises SendingError), `known`
    those of some numbers that have a code already."""

    number: Callable[[str], str]
    known: Callable[[Collection[str]], Collection[str]]


def why_of(problem: Problem) -> Why:
    """Return why a row with a problem gets no code."""
    return Why.NUMBER_TWICE if problem.severity is Severity.DOUBT else _WHY[problem.kind]


def preview(proposal: Proposal, register: Register, today: dt.date, language: str, left: int) -> Preview:
    """Judge every row. `language`: of rows that do not say. No sentence repeats a number."""
    reader = Reader(proposal.columns, today)
    read = [_read(reader, row, register, language) for row in proposal.stored]
    drafts = [draft for draft in read if draft is not None]
    known, seen = set(register.known({draft.number for draft in drafts})), dict[str, int]()
    for draft in drafts:
        if (other := seen.setdefault(draft.number, draft.line)) != draft.line:
            text = gettext_noop(
                "the number stands in line {other} already: a household may share a telephone; take the row if it is "
                "another person"
            )
            reader.add(draft.line, "telephone", Severity.DOUBT, text, other=other)
        if draft.number in known:
            text = gettext_noop("a message with a code is on its way to this number, or was sent and may still be used")
            reader.add(draft.line, "telephone", Severity.DOUBT, text)
    return Preview(tuple(drafts), reader.in_order(), {row.line: _file_number(row) for row in proposal.stored}, left)


def _read(reader: Reader, row: Row, register: Register, language: str) -> Draft | None:
    """Return a row as it would be sent; None where something is wrong with it."""
    number = ""
    try:
        number = register.number(row.texts.get("telephone", ""))
    except SendingError as error:
        reader.fail(row.line, "telephone", error)
    tested, onset = reader.day(row, "tested"), reader.day(row, "onset")
    if row.line not in reader.failed and (wrong := diagnosis_rules.date_problem(onset, tested, reader.today)):
        role = "onset" if wrong[1] == "onset_date" and onset else "tested"
        reader.fail(row.line, role, RowError(wrong[0].value))
    text = row.texts.get("language", "")
    spoken = lexicon.meant("language", text) if text else language
    if spoken is None:
        reader.fail(row.line, "language", RowError(gettext_noop("write vi or en, or leave it empty")))
    file_number = reader.file_number(row)
    if row.line not in reader.failed and file_number != _file_number(row):
        reader.fail(row.line, "file_number", RowError(gettext_noop("this looks like a telephone number")))
    if row.line in reader.failed:
        return None
    return Draft(row.line, number, onset, tested, spoken or language, file_number)


def _file_number(row: Row) -> str:
    """Return a row's file number; nothing where it cannot be one: it is kept, and comes back in a file."""
    text = row.texts.get("file_number", "")
    digits = sum(sign.isdigit() for sign in text)
    is_telephone = digits >= _DIGITS_OF_A_TELEPHONE and not any(sign.isalpha() for sign in text)
    return "" if len(text) > LONGEST_FILE_NUMBER or is_telephone else text
