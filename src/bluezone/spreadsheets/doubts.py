"""Say what the program would ask first, with the likeliest answers in order: the table, the sheet, the day, columns,
then lines. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from bluezone.errors import N_
from bluezone.spreadsheets import lexicon
from bluezone.spreadsheets.columns import kin
from bluezone.spreadsheets.mapping import Mapping as Decisions
from bluezone.spreadsheets.results import Doubt, Proposal, saying
from bluezone.spreadsheets.roles import ALL_ROLES, IGNORE, Holds, Purpose

if TYPE_CHECKING:
    from bluezone.spreadsheets.propose import Draft

#: below this a column or a row is asked about
_SURE = 0.9
#: as many choices are given
_CHOICES = 4


def of(
    proposal: Proposal, draft: Draft, others: Sequence[Draft], decided: Decisions, purpose: Purpose
) -> Iterator[Doubt]:
    """Yield the doubts about a proposal, what matters most first."""
    stored, filled = len(proposal.stored), len([row for row in proposal.rows if row.values])
    if proposal.rows and (stored * 2 < filled or not stored):
        text = saying(N_("most rows would be left out: {left} of {count}"),
                      left=len(proposal.rows) - len(proposal.stored), count=len(proposal.rows))  # fmt: skip
        yield Doubt("table", "", text)
    if others and decided.sheet is None:
        names = [proposal.sheet, *(each.table.sheet.name for each in others)]
        yield Doubt("sheet", proposal.sheet, saying(N_("which sheet is it?")), tuple(names[:_CHOICES]))
    if "day" in purpose.takes and decided.day is None and not draft.having("day") and not draft.main.sure:
        yield Doubt("day", "", saying(N_("of which day are the figures?")), tuple(map(str, draft.main.choices)))
    texts = [*(text for _, text in draft.table.above), *(text for each in draft.found for text in each.column.path)]
    # pupils or staff may be counted, though the rows are places
    groups = any(topic.name == "groups" for text in texts for topic in lexicon.topics_in(text))
    groups = groups and any(row.unit for row in proposal.stored)
    some = {column.letter for column in proposal.columns if groups and column.role == "installs"}
    asked: set[str] = set()
    for column in sorted(proposal.columns, key=lambda column: (column.letter not in some, column.probability)):
        like = kin(column.header) if column.day else column.letter
        numbers = {Holds.COUNT, Holds.PERCENT} & {ALL_ROLES[role] for role in column.choices if role != IGNORE}
        beside = column.role == IGNORE and not numbers  # texts that nobody would miss
        unsure = column.letter in some or (column.probability < _SURE and not beside)
        if unsure and column.letter not in decided.roles and like not in asked:
            asked.add(like)
            holds = N_("what does column {column} (“{header}”) hold?")
            if column.letter in some:
                holds = N_("does column {column} (“{header}”) count everybody, not some people only?")
            text = saying(holds, column=column.letter, header=column.header[:80])
            yield Doubt("column", column.letter, text, column.choices[:_CHOICES])
    for row in sorted(proposal.rows, key=lambda row: row.probability):
        settled = row.line in decided.units or row.line in decided.left_out
        known = row.unit is not None or lexicon.is_total(row.written) or not row.values
        unknown = row.left_out is not None and not known and row.candidates
        if (unknown or (row.left_out is None and row.probability < _SURE)) and not settled:
            text = saying(N_("which unit is “{written}” (line {line})?"), written=row.written[:60], line=row.line)
            yield Doubt("line", str(row.line), text, tuple(each.code for each in row.candidates[:_CHOICES]))
