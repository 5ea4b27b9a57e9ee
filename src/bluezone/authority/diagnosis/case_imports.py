"""Judge the rows of a list of cases that an office kept elsewhere: what each would open, and every problem. Pure.

A row that cannot be read is named and left out; one that looks like a case that is stored, or like another row, is
left out unless an officer takes it.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Generic, TypeVar

from django.utils.translation import gettext_noop

from bluezone.authority.diagnosis import case_rules, rules
from bluezone.authority.diagnosis.case_rules import CaseFacts, Likeness
from bluezone.authority.persons.from_rows import Maker, Reader, RowError
from bluezone.authority.persons.rules import Identity
from bluezone.rollout.problems import Problem, Severity
from bluezone.spreadsheets import lexicon
from bluezone.spreadsheets.results import Proposal, Row

K = TypeVar("K")
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
    file number or a digest with one of some facts; `identity` makes an identity of its fields; cases further apart than
    `same_illness` are two.
    """

    facts: Callable[[Draft], CaseFacts]
    known: Callable[[Sequence[CaseFacts]], Sequence[Known]]
    identity: Maker
    same_illness: dt.timedelta


@dataclass(frozen=True, slots=True)
class Preview:
    """Hold a file as read."""

    rows: tuple[Draft, ...]
    problems: tuple[Problem, ...]


def preview(proposal: Proposal, register: Register, today: dt.date, otherwise: str) -> Preview:
    """Judge every row. `otherwise` is what a diagnosis stands on where the row does not say."""
    reader = Reader(proposal.columns, today, register.identity)
    drafts = [draft for row in proposal.stored if (draft := _read(reader, row, otherwise)) is not None]
    facts = {draft.line: register.facts(draft) for draft in drafts}
    stored, above = _Index[Known](register.same_illness), _Index[Draft](register.same_illness)
    for known in register.known(list(facts.values())):
        stored.add(known.facts, known)
    rows = []
    for draft in drafts:  # compared with stored cases, and with the rows above it
        own = facts[draft.line]
        alike = stored.alike(own)
        same = next((known for _why, known in alike if _is_same(draft, known)), None)
        if same is None:
            for why, known in alike[:1]:
                reader.add(draft.line, why.name.lower(), Severity.DOUBT, _ALIKE[why], name=known.name)
            for why, other in above.alike(own)[:1]:
                reader.add(draft.line, why.name.lower(), Severity.DOUBT, _ALIKE_IN_FILE[why], other=other.line)
        above.add(own, draft)
        rows.append(draft if same is None else replace(draft, change="unchanged"))
    return Preview(tuple(rows), reader.in_order())


def _read(reader: Reader, row: Row, otherwise: str) -> Draft | None:
    """Return a row as it would be stored, None where something is wrong with it."""
    text = row.texts.get("result", "")
    report_type = lexicon.meant("result", text) if text else otherwise
    if report_type == "negative":
        reader.fail(row.line, "result", RowError(gettext_noop("“{text}” is no case: leave it out"), text=text[:40]))
    elif report_type is None:
        template = gettext_noop("“{text}” is no result that is known here: write confirmed, suspected or clinical")
        reader.fail(row.line, "result", RowError(template, text=text[:40]))
    onset, tested = reader.day(row, "onset"), reader.day(row, "tested")
    if row.line not in reader.failed and (wrong := rules.date_problem(onset, tested, reader.today)) is not None:
        reader.fail(row.line, "onset" if wrong[1] == "onset_date" else "tested", RowError(wrong[0].value))
    file_number, identity = reader.file_number(row), reader.identity(row)
    if not (file_number or (identity and (identity.telephone or identity.document)) or row.line in reader.failed):
        template = gettext_noop("give a file number, a telephone number or a document number to know the case by")
        reader.fail(row.line, "file_number", RowError(template))
    if report_type is None or row.line in reader.failed:
        return None
    return Draft(row.line, report_type, onset, tested, file_number, identity)


class _Index(Generic[K]):
    """Find what shares a number with a case, the strongest likeness first."""

    def __init__(self, same_illness: dt.timedelta) -> None:
        self._same_illness = same_illness
        self._kept: dict[tuple[str, str], list[tuple[CaseFacts, K]]] = defaultdict(list)

    def add(self, facts: CaseFacts, kept: K) -> None:
        """Keep something under the numbers of a case."""
        for key in _numbers(facts):
            self._kept[key].append((facts, kept))

    def alike(self, facts: CaseFacts) -> list[tuple[Likeness, K]]:
        """Return what looks like the same case, and why."""
        order = list(Likeness)
        found = {id(kept): (why, kept) for key in _numbers(facts) for other, kept in self._kept[key]
                 if (why := case_rules.likeness(facts, other, self._same_illness)) is not None}  # fmt: skip
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
