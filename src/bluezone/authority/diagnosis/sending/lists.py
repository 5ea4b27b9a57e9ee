"""Read a list of people who are to get a code: a telephone number and the days of each, row by row. Pure."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass

from django.utils.translation import gettext_noop

from bluezone.authority.diagnosis import rules as diagnosis_rules
from bluezone.authority.diagnosis.sending.rules import SendingError, Why
from bluezone.authority.site.uploads.lists import Lines, cells_of, date_in, find_header
from bluezone.geography.names import plain_key
from bluezone.rollout.errors import RolloutError
from bluezone.rollout.problems import Problem, Severity

MOST_ROWS = 1_000
_LONGEST_FILE_NUMBER, _DIGITS_OF_A_TELEPHONE = 40, 9
#: field -> headers that mean it, as plain keys
HEADERS: dict[str, tuple[str, ...]] = {
    "number": (
        *("telephone", "phone", "phone number", "telephone number", "mobile", "number"),
        *("dien thoai", "so dien thoai", "sdt", "so dt", "dt", "di dong", "so di dong"),
    ),
    "test_date": (
        *("test date", "day of the test", "test day", "test", "sample date", "sampled on"),
        *("ngay xet nghiem", "ngay lay mau", "xet nghiem", "lay mau"),
    ),
    "onset_date": (
        *("onset date", "onset", "first symptoms", "symptom date", "symptom onset"),
        *("ngay khoi phat", "khoi phat", "ngay co trieu chung", "trieu chung dau tien"),
    ),
    "file_number": (
        *("file number", "file", "case", "case number", "case code"),
        *("so ho so", "ma ca benh", "ma ca", "ma so", "ho so"),
    ),
    "language": ("language", "ngon ngu", "tieng"),
}
_LANGUAGES = {
    "vi": ("vi", "vn", "viet", "tieng viet", "vietnamese"),
    "en": ("en", "anh", "tieng anh", "english"),
}
_DATE_PROBLEMS = {
    diagnosis_rules.DateProblem.NONE_GIVEN: gettext_noop("a day of the test or of the first symptoms is needed"),
    diagnosis_rules.DateProblem.IN_FUTURE: gettext_noop("this day has not come yet"),
    diagnosis_rules.DateProblem.TOO_OLD: gettext_noop("this is more than 28 days ago: nobody can be warned any more"),
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


def check_header(lines: Lines) -> tuple[list[str], dict[str, int], Lines]:
    """Return the header, the column of each field, and the rows below. Raises UploadError."""
    return find_header(
        lines,
        lambda cell: next((name for name, words in HEADERS.items() if plain_key(cell) in words), None),
        lambda fields: "number" in fields and ("test_date" in fields or "onset_date" in fields),
        most=MOST_ROWS,
        missing=gettext_noop(
            "no header row was found: the list needs a column of telephone numbers and one of days (số điện thoại, "
            "ngày xét nghiệm, ngày khởi phát)"
        ),
    )


def preview(lines: Lines, register: Register, today: dt.date, language: str, left: int) -> Preview:
    """Read every row and find every problem. `language`: of rows that do not say. Raises UploadError for what is no
    such list."""
    header, fields, rows = check_header(lines)
    reader = _Reader(register, {field: header[at] for field, at in fields.items()}, today, language)
    cells = {line: cells_of(row, fields) for line, row in rows}
    read = [reader.read(line, row) for line, row in cells.items()]
    drafts = [draft for draft in read if draft is not None]
    known = set(register.known({draft.number for draft in drafts}))
    for draft in drafts:
        if draft.number in known:
            text = gettext_noop("a message with a code is on its way to this number, or was sent and may still be used")
            reader.add(draft.line, "number", Why.NUMBER_TWICE, text, Severity.DOUBT)
    problems = tuple(sorted(reader.problems, key=lambda each: each.line))
    return Preview(tuple(drafts), problems, {line: reader.file_number(row) for line, row in cells.items()}, left)


class _Reader:
    """Read rows one after the other and collect what is wrong with them."""

    def __init__(self, register: Register, headers: Mapping[str, str], today: dt.date, language: str) -> None:
        self._register, self._headers, self._today, self._language = register, headers, today, language
        self._seen: dict[str, int] = {}
        self.problems: list[Problem] = []

    def add(
        self,
        line: int,
        field: str,
        why: Why,
        template: str,
        severity: Severity = Severity.ERROR,
        values: Mapping[str, object] | None = None,
    ) -> None:
        """Note what is wrong with a column of a row. No sentence repeats a number."""
        self.problems.append(
            Problem(line, self._headers.get(field, field), why.value, severity, template, values or {})
        )

    def read(self, line: int, cells: Mapping[str, str]) -> Draft | None:
        """Return a row as it would be sent; None where something is wrong with it."""
        before = len(self.problems)
        number = self._number(line, cells)
        test, onset = (self._day(line, cells, field) for field in ("test_date", "onset_date"))
        if len(self.problems) == before and (problem := diagnosis_rules.date_problem(onset, test, self._today)):
            self.add(line, problem[1], Why.DATES, _DATE_PROBLEMS[problem[0]])
        language = self._language_of(line, cells)
        file_number = cells.get("file_number", "")
        if file_number != self.file_number(cells):
            text = gettext_noop("this is longer than 40 letters, or looks like a telephone number")
            self.add(line, "file_number", Why.FILE_NUMBER, text)
        if len(self.problems) > before:
            return None
        if number in self._seen:
            text = gettext_noop(
                "the number stands in line {other} already: a household may share a telephone; take the row if it is "
                "another person"
            )
            self.add(line, "number", Why.NUMBER_TWICE, text, Severity.DOUBT, {"other": self._seen[number]})
        self._seen.setdefault(number, line)
        return Draft(line, number, onset, test, language, file_number)

    def file_number(self, cells: Mapping[str, str]) -> str:
        """Return a row's file number; nothing where it cannot be one: it is kept, and comes back in a file."""
        text = cells.get("file_number", "")
        digits = sum(sign.isdigit() for sign in text)
        is_telephone = digits >= _DIGITS_OF_A_TELEPHONE and not any(sign.isalpha() for sign in text)
        return "" if len(text) > _LONGEST_FILE_NUMBER or is_telephone else text

    def _number(self, line: int, cells: Mapping[str, str]) -> str:
        try:
            return self._register.number(cells.get("number", ""))
        except SendingError as error:
            self.add(line, "number", Why.NUMBER, error.template, values=error.values)
            return ""

    def _day(self, line: int, cells: Mapping[str, str], field: str) -> dt.date | None:
        text = cells.get(field, "")
        if not text:
            return None
        try:
            return date_in(text)
        except RolloutError as error:
            self.add(line, field, Why.DATES, error.template, values=error.values)
            return None

    def _language_of(self, line: int, cells: Mapping[str, str]) -> str:
        key = plain_key(cells.get("language", ""))
        if not key:
            return self._language
        found = next((code for code, words in _LANGUAGES.items() if key in words), "")
        if not found:
            self.add(line, "language", Why.LANGUAGE, gettext_noop("write vi or en, or leave it empty"))
        return found
