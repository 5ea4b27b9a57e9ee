"""Read a file of cases that an office kept elsewhere: what each row would open, and every problem. Pure.

A row that cannot be read is named and left out; one that looks like a case that is stored, or like another row, is
left out unless an officer takes it.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Generic, TypeVar

from django.utils.translation import gettext_noop

from bluezone.authority.diagnosis import case_rules, rules
from bluezone.authority.diagnosis.case_rules import CaseFacts, Likeness
from bluezone.authority.persons import sheets
from bluezone.authority.persons.rules import Identity, IdentityError
from bluezone.authority.site.uploads.lists import Lines, cells_of, date_in, find_header
from bluezone.authority.site.uploads.pipeline import UploadError
from bluezone.errors import TranslatableError
from bluezone.geography.names import plain_key
from bluezone.rollout.errors import RolloutError
from bluezone.rollout.problems import Problem, Severity

K = TypeVar("K")
MOST_ROWS = 2_000
_FILE_NUMBER_LENGTH = 40
#: field -> headers that mean it, as plain keys
HEADERS: dict[str, tuple[str, ...]] = {
    "file_number": (
        "file number", "case", "case id", "so ho so", "ma ho so", "ma ca benh", "ma ca", "ma benh nhan", "ma bn",
        "so benh nhan", "ma so", "ma so ca benh", "ky hieu benh nhan",
    ),
    "report_type": (
        "status", "result", "diagnosis", "ket qua", "ket qua xet nghiem", "kq xet nghiem", "kq xn", "ket qua xn",
        "phan loai", "phan loai ca benh", "tinh trang", "chan doan", "loai ca", "loai ca benh",
    ),
    "onset_date": (
        "onset", "onset date", "first symptoms", "ngay khoi phat", "khoi phat", "ngay khoi benh",
        "ngay co trieu chung", "ngay xuat hien trieu chung", "ngay khoi phat trieu chung",
    ),
    "test_date": (
        "test date", "day of the test", "sample date", "ngay xet nghiem", "ngay xn", "ngay lay mau",
        "ngay lay mau xet nghiem", "ngay lay mau xn",
    ),
    **sheets.HEADERS,
}  # fmt: skip
#: what a word says that the diagnosis stands on (`models.Case.ReportType`), as plain keys
REPORT_WORDS: dict[str, tuple[str, ...]] = {
    "confirmed": (
        "confirmed", "positive", "xac dinh", "ca xac dinh", "da xac dinh", "duong tinh", "f0", "ca duong tinh",
        "duong tinh sars cov 2", "mac covid 19", "ca benh xac dinh", "pos",
    ),
    "clinical": ("clinical", "clinical diagnosis", "lam sang", "chan doan lam sang", "ca lam sang"),
    "suspected": (
        "suspected", "pending", "awaited", "nghi ngo", "ca nghi ngo", "nghi nhiem", "nghi mac", "cho ket qua",
        "dang cho ket qua", "cho xet nghiem", "chua co ket qua", "ca benh nghi ngo",
    ),
}  # fmt: skip
#: a column that only numbers the rows
_NUMBERING = ("stt", "tt", "so tt", "no")
_NEGATIVE = ("negative", "am tinh", "khong mac", "ket qua am tinh", "neg")
_DATE_PROBLEMS = {
    rules.DateProblem.NONE_GIVEN: gettext_noop("give the day of first symptoms or the day of the test"),
    rules.DateProblem.IN_FUTURE: gettext_noop("this day has not come yet"),
    rules.DateProblem.TOO_OLD: gettext_noop(
        "this is more than 28 days ago: nobody who was near then can still be warned"
    ),
}
_ALIKE = {
    Likeness.DOCUMENT: gettext_noop("the case {name} that is stored already has the same document number"),
    Likeness.TELEPHONE: gettext_noop("the case {name} that is stored already has the same telephone number"),
    Likeness.FILE_NUMBER: gettext_noop("the case {name} that is stored already has other days or another result"),
}
_ALIKE_IN_FILE = {
    Likeness.DOCUMENT: gettext_noop("line {other} has the same document number"),
    Likeness.TELEPHONE: gettext_noop("line {other} has the same telephone number; a household may share one"),
    Likeness.FILE_NUMBER: gettext_noop("the same file number stands in line {other} already"),
}


@dataclass(frozen=True, slots=True)
class Draft:
    """Hold a row as it would be stored. `change`: new, or unchanged for one that is stored already."""

    line: int
    report_type: str
    onset_date: dt.date | None
    test_date: dt.date | None
    file_number: str
    identity: Identity | None
    change: str = "new"


@dataclass(frozen=True, slots=True)
class Known:
    """Hold a stored case that rows are compared with; `name` is what the officer knows it by."""

    facts: CaseFacts
    report_type: str
    onset_date: dt.date | None
    test_date: dt.date | None
    name: str


@dataclass(frozen=True, slots=True)
class Register:
    """Hold what is asked of the server while a file is read.

    `facts` gives what a draft is compared by, with keyed digests; `known` the stored cases of the office that share a
    file number or a digest with one of some facts; `identity` makes an identity of texts (raises IdentityError).
    """

    facts: Callable[[Draft], CaseFacts]
    known: Callable[[Sequence[CaseFacts]], Sequence[Known]]
    identity: Callable[[Mapping[str, str], int | None], Identity]


@dataclass(frozen=True, slots=True)
class Preview:
    """Hold a file as read. `names` has the file number in every line; `ignored` the headers that say nothing here."""

    rows: tuple[Draft, ...]
    problems: tuple[Problem, ...]
    names: Mapping[int, str]
    ignored: tuple[str, ...]


def check_header(lines: Lines) -> tuple[list[str], dict[str, int], Lines]:
    """Return the header, the column of each field, and the rows below. Raises UploadError."""
    return find_header(
        lines,
        lambda cell: next((name for name, words in HEADERS.items() if plain_key(cell) in words), None),
        lambda fields: bool({"onset_date", "test_date"} & set(fields)) and len(set(fields)) > 1,
        most=MOST_ROWS,
        missing=gettext_noop(
            "no header row was found: a list of cases needs columns such as file number, result, first symptoms and "
            "day of the test (mã ca bệnh, kết quả, ngày khởi phát, ngày lấy mẫu)"
        ),
    )


def preview(lines: Lines, register: Register, today: dt.date, otherwise: str) -> Preview:
    """Read every row and find every problem. `otherwise` is what a diagnosis stands on where the row does not say.

    Raises UploadError for what is no list of cases.
    """
    header, columns, rows = check_header(lines)
    reader = _Reader(register, {each: header[at] for each, at in columns.items()}, today, otherwise)
    cells = {line: cells_of(row, columns) for line, row in rows}
    drafts = [draft for line, row in cells.items() if (draft := reader.read(line, row)) is not None]
    drafts = reader.compared(drafts)
    names = {line: row.get("file_number", "")[:_FILE_NUMBER_LENGTH] for line, row in cells.items()}
    ignored = tuple(
        text
        for at, text in enumerate(header)
        if plain_key(text) not in ("", *_NUMBERING) and at not in columns.values()
    )
    return Preview(tuple(drafts), tuple(sorted(reader.problems, key=lambda each: each.line)), names, ignored)


@dataclass(slots=True)
class _Reader:
    """Read rows one after the other and collect what is wrong with them."""

    register: Register
    headers: Mapping[str, str]
    today: dt.date
    otherwise: str
    problems: list[Problem] = field(default_factory=list)

    def read(self, line: int, cells: Mapping[str, str]) -> Draft | None:
        """Return a row as it would be stored, None where something is wrong with it."""
        before = len(self.problems)
        report_type = self._report_type(line, cells.get("report_type", ""))
        onset_date, test_date = self._dates(line, cells)
        file_number = cells.get("file_number", "")
        if len(file_number) > _FILE_NUMBER_LENGTH:
            template = gettext_noop("this is longer than {longest} letters")
            self._add(line, "file_number", UploadError(template, longest=_FILE_NUMBER_LENGTH))
        identity = self._identity(line, cells)
        if not (file_number or (identity and (identity.telephone or identity.document))):
            template = gettext_noop("give a file number, a telephone number or a document number to know the case by")
            self._add(line, "file_number", UploadError(template))
        if any(each.severity is Severity.ERROR for each in self.problems[before:]):
            return None
        return Draft(line, report_type, onset_date, test_date, file_number, identity)

    def compared(self, drafts: Sequence[Draft]) -> list[Draft]:
        """Compare rows with stored cases, and with the rows above them."""
        facts = {draft.line: self.register.facts(draft) for draft in drafts}
        stored, above = _Index[Known](), _Index[Draft]()
        for known in self.register.known(list(facts.values())):
            stored.add(known.facts, known)
        result = []
        for draft in drafts:
            own = facts[draft.line]
            alike = stored.alike(own)
            same = next((known for _why, known in alike if _is_same(draft, known)), None)
            if same is None:
                for why, known in alike[:1]:
                    self._doubt(draft.line, why, _ALIKE[why], name=known.name)
                for why, other in above.alike(own)[:1]:
                    self._doubt(draft.line, why, _ALIKE_IN_FILE[why], other=other.line)
            above.add(own, draft)
            result.append(draft if same is None else replace(draft, change="unchanged"))
        return result

    def _report_type(self, line: int, text: str) -> str:
        key = plain_key(text)
        if not key:
            return self.otherwise
        if key in _NEGATIVE:
            self._add(line, "report_type", UploadError(gettext_noop("“{text}” is no case: leave it out"), text=text))
        found = next((name for name, words in REPORT_WORDS.items() if key in words), "")
        if not found and key not in _NEGATIVE:
            template = gettext_noop("“{text}” is no result that is known here: write confirmed, suspected or clinical")
            self._add(line, "report_type", UploadError(template, text=text))
        return found

    def _dates(self, line: int, cells: Mapping[str, str]) -> tuple[dt.date | None, dt.date | None]:
        found: dict[str, dt.date | None] = {"onset_date": None, "test_date": None}
        wrong = False
        for name in found:
            text = cells.get(name, "")
            try:
                found[name] = date_in(text) if text else None
            except RolloutError as error:
                wrong = True
                self._add(line, name, error)
        if wrong:
            return None, None
        problem = rules.date_problem(found["onset_date"], found["test_date"], self.today)
        if problem is not None:
            what, name = problem
            self._add(line, name if name in self.headers else next(each for each in found if each in self.headers),
                      UploadError(_DATE_PROBLEMS[what]))  # fmt: skip
        return found["onset_date"], found["test_date"]

    def _identity(self, line: int, cells: Mapping[str, str]) -> Identity | None:
        if not any(cells.get(name) for name in sheets.TEXTS):
            return None
        try:
            return self.register.identity(sheets.texts_of(cells), sheets.birth_year(cells.get("birth_year", "")))
        except IdentityError as error:
            self._add(line, error.field or "name", error)
            return None

    def _add(self, line: int, name: str, error: TranslatableError) -> None:
        header = self.headers.get(name, "")
        self.problems.append(Problem(line, header, name, Severity.ERROR, error.template, error.values))

    def _doubt(self, line: int, why: Likeness, template: str, **values: object) -> None:
        name = {Likeness.DOCUMENT: "document", Likeness.TELEPHONE: "telephone"}.get(why, "file_number")
        self.problems.append(Problem(line, self.headers.get(name, ""), name, Severity.DOUBT, template, values))


class _Index(Generic[K]):
    """Find what shares a number with a case, the strongest likeness first."""

    def __init__(self) -> None:
        self._kept: dict[tuple[str, str], list[tuple[CaseFacts, K]]] = defaultdict(list)

    def add(self, facts: CaseFacts, kept: K) -> None:
        """Keep something under the numbers of a case."""
        for key in _numbers(facts):
            self._kept[key].append((facts, kept))

    def alike(self, facts: CaseFacts) -> list[tuple[Likeness, K]]:
        """Return what looks like the same case, and why."""
        order = list(Likeness)
        found = {id(kept): (why, kept) for key in _numbers(facts) for other, kept in self._kept[key]
                 if (why := case_rules.likeness(facts, other)) is not None}  # fmt: skip
        return sorted(found.values(), key=lambda each: order.index(each[0]))


def _numbers(facts: CaseFacts) -> list[tuple[str, str]]:
    found = [("file number", facts.file_number.casefold())] if facts.file_number else []
    found += [("telephone", digest) for digest in sorted(facts.telephone_digests)]
    return [*found, *(("document", digest) for digest in sorted(facts.document_digests))]


def _is_same(draft: Draft, known: Known) -> bool:
    """Return whether a row says what is stored already: the same file number, days and result."""
    return (
        bool(draft.file_number)
        and draft.file_number.casefold() == known.facts.file_number.casefold()
        and (draft.report_type, draft.onset_date, draft.test_date)
        == (known.report_type, known.onset_date, known.test_date)
    )
