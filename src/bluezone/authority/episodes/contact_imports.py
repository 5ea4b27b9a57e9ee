"""Read a file of a case's contacts: who each row is, whether the office knows the person, and every problem. Pure.

A row that cannot be read is named and left out. One that may be somebody whom the office knows, or another person of
the household, is left out unless an officer takes it as another person or names the pseudonym.
"""

from __future__ import annotations

import datetime as dt
import enum
import re
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace

from django.utils.translation import gettext_noop

from bluezone.authority.episodes.rules import ContactError
from bluezone.authority.episodes.words import Setting
from bluezone.authority.persons import sheets
from bluezone.authority.persons.rules import Identity, IdentityError, read_pseudonym
from bluezone.authority.site.uploads.lists import Lines, cells_of, date_in, find_header
from bluezone.authority.site.uploads.pipeline import UploadError
from bluezone.errors import TranslatableError
from bluezone.geography.names import plain_key
from bluezone.rollout.errors import RolloutError
from bluezone.rollout.problems import Problem, Severity

#: of one case: whoever has more is asked by more than one office
MOST_ROWS = 200
#: field -> headers that mean it, as plain keys; who somebody is, is written as in a list of cases
HEADERS: dict[str, tuple[str, ...]] = {
    **sheets.HEADERS,
    "name": (
        *sheets.HEADERS["name"], "contact", "nguoi tiep xuc", "ten nguoi tiep xuc", "ho ten nguoi tiep xuc",
        "ho va ten nguoi tiep xuc", "ho va ten f1", "ho ten f1", "ten f1", "f1", "ten",
    ),
    "pseudonym": ("pseudonym", "ma", "ma nguoi", "ma nguoi tiep xuc", "ma f1"),
    "setting": (
        "kind", "kind of contact", "setting", "where", "where they met", "loai tiep xuc", "hinh thuc tiep xuc",
        "moi quan he", "quan he", "noi tiep xuc", "hoan canh tiep xuc", "boi canh tiep xuc", "dia diem tiep xuc",
    ),
    "day": (
        "last day near", "day", "last contact", "date of contact", "last day of contact", "day they met last",
        "ngay tiep xuc", "ngay tiep xuc cuoi", "ngay tiep xuc cuoi cung", "ngay tiep xuc gan nhat", "lan tiep xuc cuoi",
        "tiep xuc lan cuoi", "ngay tiep xuc lan cuoi", "ngay gap", "ngay gap cuoi", "ngay gap gan nhat",
        "ngay gap lan cuoi", "ngay tiep xuc sau cung", "lan cuoi tiep xuc", "ngay cuoi tiep xuc",
    ),
}  # fmt: skip
#: what stands behind a header without changing what it means, as plain keys
_TAILS = re.compile(r" (?:voi|cua) (?:ca benh|ca duong tinh|benh nhan|nguoi benh|bn|f0|f1|nguoi tiep xuc)$")
_BRACKETS = re.compile(r"\([^)]*\)")
#: what a cell says of where people met, as plain keys; of several words, it may stand among others
SETTING_WORDS: dict[Setting, tuple[str, ...]] = {
    Setting.HOUSEHOLD: (
        "household", "home", "family", "same household", "ho gia dinh", "gia dinh", "cung nha", "cung ho",
        "nguoi nha", "nha", "o cung nha", "trong nha", "vo", "chong", "con", "bo", "me", "vo chong", "anh", "chi", "em",
        "ong", "ba", "con trai", "con gai", "anh trai", "chi gai", "em trai", "em gai", "bo me", "song chung nha",
    ),
    Setting.WORK: (
        "work", "work or school", "at work or school", "office", "co quan", "cong ty", "noi lam viec", "lam viec",
        "dong nghiep", "cung co quan", "cung cong ty", "cong viec", "noi lam viec truong hoc",
    ),
    Setting.SCHOOL: (
        "school", "at school", "truong", "truong hoc", "lop hoc", "cung lop", "ban hoc", "cung truong", "thay giao",
        "co giao",
    ),
    Setting.OTHER: (
        "other", "elsewhere", "khac", "noi khac", "cong dong", "ban be", "ban", "hang xom", "di cung xe", "xe khach",
        "benh vien", "quan an", "cho", "dam cuoi", "dam tang", "nha hang", "cung chuyen bay",
    ),
}  # fmt: skip
_NOBODY = gettext_noop("nobody of your office has this pseudonym")
_NUMBERING = ("stt", "tt", "so tt", "no")


class Same(enum.Enum):
    """Name whether two descriptions are one person."""

    YES = "yes"
    NO = "no"
    ASK = "ask"


@dataclass(frozen=True, slots=True)
class Draft:
    """Hold a row as it would be stored. `change`: new, or unchanged for a meeting that is stored already. `known`: the
    pseudonym of somebody whom the office knows; `same_as`: the line above that is the same person."""

    line: int
    identity: Identity
    setting: Setting
    day: dt.date
    known: str = ""
    same_as: int | None = None
    change: str = "new"


@dataclass(frozen=True, slots=True)
class Known:
    """Hold somebody whom the office knows, and on which days this case was met. `is_case`: it is the case's person."""

    pseudonym: str
    identity: Identity
    days: Collection[dt.date] = ()
    is_case: bool = False


@dataclass(frozen=True, slots=True)
class Register:
    """Hold what is asked of the server while a file is read.

    `identity` makes an identity of texts (raises IdentityError); `known` gives the people of the office who share a
    number with some of these, or have one of the pseudonyms; `check_day` refuses a day on which nobody could be
    infected (raises ContactError).
    """

    identity: Callable[[Mapping[str, str], int | None], Identity]
    known: Callable[[Sequence[Identity], Collection[str]], Sequence[Known]]
    check_day: Callable[[dt.date], None]


@dataclass(frozen=True, slots=True)
class Preview:
    """Hold a file as read. `ignored`: the headers that say nothing here; `of`: what the officer knows the case by."""

    rows: tuple[Draft, ...]
    problems: tuple[Problem, ...]
    ignored: tuple[str, ...]
    of: str = ""


def is_same(one: Identity, other: Identity, *, one_writer: bool) -> Same:
    """Decide whether two descriptions are one person. A household shares a telephone number, so that alone is asked.

    `one_writer`: both stand in one file, so that two names mean two people; otherwise one may be written in two ways.
    """
    if one.document and one.document == other.document:
        return Same.YES
    names = plain_key(one.name), plain_key(other.name)
    same_name = bool(names[0]) and names[0] == names[1]
    years_differ = len({one.birth_year, other.birth_year} - {None}) > 1
    if not one.telephone or one.telephone != other.telephone:
        # a name alone is one of many, but it may be all that the interview gave
        numberless = not (one.telephone or one.document) or not (other.telephone or other.document)
        return Same.ASK if same_name and numberless and not years_differ else Same.NO
    documents_differ = bool(one.document and other.document)
    if same_name:
        # an old and a new card have two numbers; a father and a son may have one name
        return Same.ASK if documents_differ or years_differ else Same.YES
    if all(names) and (one_writer or documents_differ):
        return Same.NO
    return Same.ASK


def _compared_by(identity: Identity) -> str:
    return "telephone" if identity.telephone else "name"


def setting_of(text: str) -> Setting | None:
    """Return where people met by what a cell says: its word, or words of one kind among others; None for neither."""
    key = plain_key(text)
    exact = next((each for each, words in SETTING_WORDS.items() if key in words), None)
    if exact is not None:
        return exact
    among = {
        each for each, words in SETTING_WORDS.items() for word in words if " " in word and f" {word} " in f" {key} "
    }
    return among.pop() if len(among) == 1 else None


def check_header(lines: Lines) -> tuple[list[str], dict[str, int], Lines]:
    """Return the header, the column of each field, and the rows below. Raises UploadError."""
    return find_header(
        lines,
        _field_of,
        lambda fields: "day" in fields and bool({"name", "telephone", "document", "pseudonym"} & set(fields)),
        most=MOST_ROWS,
        missing=gettext_noop(
            "no header row was found: a list of contacts needs the last day near, and a name, telephone or document "
            "(ngày tiếp xúc cuối; họ tên, điện thoại, CCCD)"
        ),
    )


def _field_of(cell: str) -> str | None:
    key = _TAILS.sub("", plain_key(_BRACKETS.sub(" ", cell)))
    return next((name for name, words in HEADERS.items() if key in words), None)


def preview(lines: Lines, register: Register, otherwise: Setting) -> Preview:
    """Read every row and find every problem. `otherwise`: where people met of whom the row does not say it.

    Raises UploadError for what is no list of contacts.
    """
    header, columns, rows = check_header(lines)
    reader = _Reader(register, {each: header[at] for each, at in columns.items()}, otherwise)
    drafts = [draft for line, row in rows if (draft := reader.read(line, cells_of(row, columns))) is not None]
    drafts = reader.compared(drafts)
    ignored = tuple(
        text
        for at, text in enumerate(header)
        if plain_key(text) not in ("", *_NUMBERING) and at not in columns.values()
    )
    return Preview(tuple(drafts), tuple(sorted(reader.problems, key=lambda each: each.line)), ignored)


@dataclass(slots=True)
class _Reader:
    """Read rows one after the other and collect what is wrong with them."""

    register: Register
    headers: Mapping[str, str]
    otherwise: Setting
    problems: list[Problem] = field(default_factory=list)

    def read(self, line: int, cells: Mapping[str, str]) -> Draft | None:
        """Return a row as it would be stored, None where something is wrong with it."""
        setting, day = self._setting(line, cells.get("setting", "")), self._day(line, cells.get("day", ""))
        pseudonym, identity = self._who(line, cells)
        if day is None or identity is None or pseudonym is None:
            return None
        return Draft(line, identity, setting, day, pseudonym)

    def compared(self, drafts: Sequence[Draft]) -> list[Draft]:
        """Find whom the office knows, and who stands in the file twice."""
        named = {draft.known for draft in drafts if draft.known}
        known = self.register.known([draft.identity for draft in drafts], named)
        result: list[Draft] = []
        for draft in drafts:
            found = self._found(draft, known, result)
            if found is not None:
                result.append(found)
        return result

    def _found(self, draft: Draft, known: Sequence[Known], above: Sequence[Draft]) -> Draft | None:
        if draft.known:
            same = next((each for each in known if each.pseudonym == draft.known), None)
            if same is None:
                self._fail(draft.line, "pseudonym", UploadError(_NOBODY))
                return None
        else:
            verdicts = [(is_same(draft.identity, each.identity, one_writer=False), each) for each in known]
            # a document decides before a telephone number does
            verdicts.sort(key=lambda each: each[1].identity.document != draft.identity.document)
            same = next((each for verdict, each in verdicts if verdict is Same.YES), None)
            asked = next((each for verdict, each in verdicts if verdict is Same.ASK), None)
            if same is None and asked is not None:
                self._ask_known(draft, asked)
        if same is not None:
            return self._of_known(draft, same, above)
        return self._of_file(draft, above)

    def _of_known(self, draft: Draft, same: Known, above: Sequence[Draft]) -> Draft | None:
        if same.is_case:
            template = gettext_noop("this is the case itself: nobody is a contact of their own")
            self._fail(draft.line, "name", UploadError(template))
            return None
        twice = draft.day in same.days or any(row.known == same.pseudonym and row.day == draft.day for row in above)
        return replace(draft, known=same.pseudonym, change="unchanged" if twice else "new")

    def _of_file(self, draft: Draft, above: Sequence[Draft]) -> Draft:
        verdicts = [(is_same(draft.identity, row.identity, one_writer=True), row) for row in above if not row.known]
        same = next((row for verdict, row in verdicts if verdict is Same.YES), None)
        asked = next((row for verdict, row in verdicts if verdict is Same.ASK), None)
        if same is not None:
            first = same.same_as or same.line
            days = {row.day for row in above if first in (row.line, row.same_as)}
            return replace(draft, same_as=first, change="unchanged" if draft.day in days else "new")
        if asked is not None:
            template = gettext_noop(
                "line {other} has the same telephone number or name: take it if this is another person"
            )
            self._add(draft.line, _compared_by(draft.identity), Severity.DOUBT, template, other=asked.line)
        return draft

    def _ask_known(self, draft: Draft, known: Known) -> None:
        template = gettext_noop(
            "{person} of your office has the same telephone number or name: take it if this is another person; if it "
            "is the same, write {person} in a column “pseudonym”"
        )
        self._add(draft.line, _compared_by(draft.identity), Severity.DOUBT, template, person=known.pseudonym)

    def _setting(self, line: int, text: str) -> Setting:
        found = setting_of(text) if text else self.otherwise
        if found is None:
            template = gettext_noop("“{text}” is no kind of contact that is known here: taken, it counts as elsewhere")
            self._add(line, "setting", Severity.DOUBT, template, text=text)
        return found or Setting.OTHER

    def _day(self, line: int, text: str) -> dt.date | None:
        if not text:
            template = gettext_noop("give the last day on which this person was near the case")
            self._fail(line, "day", UploadError(template))
            return None
        try:
            day = date_in(text)
            self.register.check_day(day)
        except (RolloutError, ContactError) as error:
            self._fail(line, "day", error)
            return None
        return day

    def _who(self, line: int, cells: Mapping[str, str]) -> tuple[str | None, Identity | None]:
        """Return the pseudonym that a row names, and who it describes; None for what cannot be read."""
        text = cells.get("pseudonym", "")
        pseudonym = read_pseudonym(text) if text else ""
        if pseudonym is None:
            self._fail(line, "pseudonym", UploadError(_NOBODY))
        if pseudonym:  # who it is, is known
            return pseudonym, Identity()
        try:
            texts, year = sheets.texts_of(cells), sheets.birth_year(cells.get("birth_year", ""))
            return pseudonym, self.register.identity(texts, year)
        except IdentityError as error:
            self._fail(line, error.field or "name", error)
            return pseudonym, None

    def _fail(self, line: int, name: str, error: TranslatableError) -> None:
        self._add(line, name, Severity.ERROR, error.template, **error.values)

    def _add(self, line: int, name: str, severity: Severity, template: str, **values: object) -> None:
        self.problems.append(Problem(line, self.headers.get(name, ""), name, severity, template, values))
