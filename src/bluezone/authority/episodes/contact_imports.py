"""Judge the rows of a list of contacts: who each row is, whether the office knows the person, and every problem. Pure.

A row that cannot be read is named and left out. One that may be somebody whom the office knows, or another person of
the household, is left out unless an officer takes it as another person or names the pseudonym.
"""

from __future__ import annotations

import datetime as dt
import enum
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Generic, TypeVar

from django.utils.translation import gettext_noop

from bluezone.authority.episodes.rules import ContactError
from bluezone.authority.episodes.words import Setting
from bluezone.authority.persons.from_rows import Maker, Reader, RowError
from bluezone.authority.persons.rules import Identity, read_pseudonym
from bluezone.geography.names import plain_key
from bluezone.rollout.problems import Problem, Severity
from bluezone.spreadsheets import lexicon
from bluezone.spreadsheets.results import Proposal, Row

K = TypeVar("K")
#: letters that are kept of what somebody is to the case, and of the symptoms
LONGEST_RELATION, LONGEST_SYMPTOMS = 40, 200
_NOBODY = gettext_noop("nobody of your office has this pseudonym")


class Same(enum.Enum):
    """Name whether two descriptions are one person."""

    YES = "yes"
    NO = "no"
    ASK = "ask"


@dataclass(frozen=True, slots=True)
class Source:
    """Hold a case whose contacts rows are: what the officer knows it by; `check_day` refuses a day on which nobody
    could be infected (raises ContactError)."""

    key: str
    name: str
    check_day: Callable[[dt.date], None]


@dataclass(frozen=True, slots=True)
class Draft:
    """Hold a row as it would be stored. `days`: those that are not stored yet, of the case `source`; `relation` and
    `symptoms` as they were written; `place`: the code of the commune where the person lives, empty where it is not
    known. `change`: new, or unchanged for what is stored already. `known`: the pseudonym of somebody whom the office
    knows; `same_as`: the line above that is the same person."""

    line: int
    identity: Identity
    setting: Setting
    days: tuple[dt.date, ...]
    source: str
    relation: str = ""
    symptoms: str = ""
    place: str = ""
    known: str = ""
    same_as: int | None = None
    change: str = "new"


@dataclass(frozen=True, slots=True)
class Known:
    """Hold somebody whom the office knows, on which days which cases were met, and of which they are the person."""

    pseudonym: str
    identity: Identity
    met: Collection[tuple[str, dt.date]] = ()
    cases: Collection[str] = ()


@dataclass(frozen=True, slots=True)
class Register:
    """Hold what is asked of the server while a file is read.

    `identity` makes an identity of its fields; `known` gives the people of the office who share a number with some of
    these, or have one of the pseudonyms; `source` the case that a row names, or that of the list for nothing (raises
    RowError).
    """

    identity: Maker
    known: Callable[[Sequence[Identity], Collection[str]], Sequence[Known]]
    source: Callable[[str], Source]


@dataclass(frozen=True, slots=True)
class Preview:
    """Hold a file as read. `of`: what the officer knows the list's case by."""

    rows: tuple[Draft, ...]
    problems: tuple[Problem, ...]
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


class _Index(Generic[K]):
    """Find who may be the same person without a look at everybody: by document, telephone or name."""

    def __init__(self) -> None:
        self._kept: dict[tuple[str, str], list[tuple[Identity, K]]] = defaultdict(list)

    def add(self, identity: Identity, kept: K) -> None:
        """Keep something of a person."""
        for key in self._keys(identity):
            self._kept[key].append((identity, kept))

    def alike(self, identity: Identity, *, one_writer: bool) -> tuple[K | None, K | None]:
        """Return what was kept of the same person, and of one who may be the same; a document decides before a
        telephone number does."""
        found: dict[Same, K] = {}
        for key in self._keys(identity):
            for other, kept in self._kept.get(key, ()):
                found.setdefault(is_same(identity, other, one_writer=one_writer), kept)
        return found.get(Same.YES), found.get(Same.ASK)

    @staticmethod
    def _keys(identity: Identity) -> Iterable[tuple[str, str]]:
        texts = (identity.document, identity.telephone, plain_key(identity.name))
        return [key for key in zip(("document", "telephone", "name"), texts, strict=True) if key[1]]


def preview(proposal: Proposal, register: Register, today: dt.date, otherwise: Setting) -> Preview:
    """Judge every row. `otherwise`: where people met of whom the row does not say it. A row without a day is of the day
    that the officer chose for the sheet."""
    reader = Reader(proposal.columns, today, register.identity)
    day = proposal.decided.day
    drafts = [draft for row in proposal.stored if (draft := _read(reader, row, register, otherwise, day)) is not None]
    return Preview(tuple(_compared(reader, drafts, register)), reader.in_order(), register.source("").name)


def _read(reader: Reader, row: Row, register: Register, otherwise: Setting, day: dt.date | None) -> Draft | None:
    """Return a row as it would be stored, None where something is wrong with it."""
    line, texts = row.line, row.texts
    days = reader.days(row, "met") or ((day,) if day is not None else ())
    source = None
    try:
        source = register.source(texts.get("index", ""))
        for each in days:
            source.check_day(each)
    except RowError as error:
        reader.fail(line, "index", error)
    except ContactError as error:
        reader.fail(line, "met", error)
    if not days and line not in reader.failed:
        reader.fail(line, "met", RowError(gettext_noop("give the last day on which this person was near the case")))
    identity, pseudonym = Identity(), ""
    if written := texts.get("pseudonym", ""):
        pseudonym = read_pseudonym(written) or ""
        if not pseudonym:
            reader.fail(line, "pseudonym", RowError(_NOBODY))
    else:
        identity = reader.identity(row) or identity
    if identity == Identity() and not pseudonym and line not in reader.failed:
        template = gettext_noop("give a name, a telephone number or a document number")
        reader.fail(line, "name", RowError(template))
    if line in reader.failed or source is None:
        return None
    return Draft(
        line,
        identity,
        _setting(reader, row, otherwise),
        days,
        source.key,
        _cut(reader, row, "relation", LONGEST_RELATION),
        _cut(reader, row, "symptoms", LONGEST_SYMPTOMS),
        str(row.unit.code) if row.unit is not None else "",
        pseudonym,
    )


def _setting(reader: Reader, row: Row, otherwise: Setting) -> Setting:
    """Return where people met by its own column, else by what the person is to the case."""
    text = row.texts.get("setting", "")
    found = lexicon.meant("setting", text or row.texts.get("relation", ""), inside=True)
    if found is None and text:
        template = gettext_noop("“{text}” is no kind of contact that is known here: it counts as elsewhere")
        reader.add(row.line, "setting", Severity.NOTE, template, text=text[:LONGEST_RELATION])
        return Setting.OTHER
    return Setting(found) if found else otherwise


def _cut(reader: Reader, row: Row, role: str, longest: int) -> str:
    text = row.texts.get(role, "")
    if len(text) > longest:
        template = gettext_noop("only the first {longest} letters of this are kept")
        reader.add(row.line, role, Severity.NOTE, template, longest=longest)
    return text[:longest]


def _compared(reader: Reader, drafts: Sequence[Draft], register: Register) -> list[Draft]:
    """Find whom the office knows, and who stands in the file twice."""
    named = {draft.known for draft in drafts if draft.known}
    people, above = _Index[Known](), _Index[Draft]()
    by_pseudonym = {}
    for each in register.known([draft.identity for draft in drafts], named):
        people.add(each.identity, each)
        by_pseudonym[each.pseudonym] = each
    met: set[tuple[object, str, dt.date]] = set()
    result = []
    for draft in drafts:
        same, asked = people.alike(draft.identity, one_writer=False)
        if draft.known:
            same = by_pseudonym.get(draft.known)
            if same is None:
                reader.fail(draft.line, "pseudonym", RowError(_NOBODY))
                continue
        if same is not None and draft.source in same.cases:
            template = gettext_noop("this is the case itself: nobody is a contact of their own")
            reader.fail(draft.line, "name", RowError(template))
            continue
        if same is not None:
            found = replace(draft, known=same.pseudonym)
            met.update((same.pseudonym, *each) for each in same.met)
            template = gettext_noop("{person} of your office: known, and not entered twice")
            reader.add(draft.line, "name", Severity.NOTE, template, person=same.pseudonym)
        else:
            found = _of_file(reader, draft, above, asked)
        who: object = found.known or found.same_as or found.line
        new = tuple(day for day in found.days if (who, found.source, day) not in met)
        met.update((who, found.source, day) for day in new)
        result.append(replace(found, days=new or found.days, change="new" if new else "unchanged"))
    return result


def _of_file(reader: Reader, draft: Draft, above: _Index[Draft], known: Known | None) -> Draft:
    """Return somebody whom the office does not know, as one of the rows above or as a new person."""
    if known is not None:
        template = gettext_noop(
            "{person} of your office has the same telephone number or name: take it if this is another person; if it "
            "is the same, write {person} in a column “pseudonym”"
        )
        reader.add(draft.line, _compared_by(draft.identity), Severity.DOUBT, template, person=known.pseudonym)
    same, asked = above.alike(draft.identity, one_writer=True)
    if same is not None:
        draft = replace(draft, same_as=same.same_as or same.line)
    elif asked is not None:
        template = gettext_noop("line {other} has the same telephone number or name: take it if this is another person")
        reader.add(draft.line, _compared_by(draft.identity), Severity.DOUBT, template, other=asked.line)
    above.add(draft.identity, draft)
    return draft


def _compared_by(identity: Identity) -> str:
    return "telephone" if identity.telephone else "name"
