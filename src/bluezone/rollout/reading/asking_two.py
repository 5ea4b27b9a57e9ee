"""Ask about two numbers that belong together: in one cell, in columns that are to be added, a part and its whole.
Pure."""

from __future__ import annotations

import re
from collections.abc import Mapping

from bluezone.errors import N_
from bluezone.rollout.reading import amounts as read
from bluezone.rollout.reading import pairs, questions, terms
from bluezone.rollout.reading import vocabulary as words
from bluezone.rollout.reading.asking import about_installs
from bluezone.rollout.reading.drafts import Draft
from bluezone.rollout.reading.results import Question, saying
from bluezone.rollout.reading.roles import SAID_SO, Role, exceeds
from bluezone.rollout.reading.settling import pairs_of_share
from bluezone.rollout.reading.vocabulary import Guess


def ask_sum(draft: Draft, answers: Mapping[str, str]) -> Question | None:
    """Ask whether `Đã có` and `Cài mới` together are all installations of units, where no column gives these."""
    had = [role for role in draft.with_numbers(words.HAD) if not role.of]
    added = [role for role in draft.with_numbers(words.INCREASE) if not role.of]
    others = draft.with_numbers(
        words.INSTALLS, words.WITH_PHONE, words.ACTIVE, words.TOTAL, words.ASKED, words.ASKED_NCOVI, words.REFUSED
    )
    if len(had) != 1 or len(added) != 1 or others:
        return None
    answer = answers.get("sum")
    if answer is None:
        return questions.of_sum(had[0], added[0])
    if answer == questions.LEAVE_OUT:
        return None
    had[0].kind = words.INSTALLS
    if answer == "both":
        _add(draft, had[0], added[0])
    return None


def _add(draft: Draft, whole: Role, part: Role) -> None:
    """Add a column's numbers to another's; a row that has only one of the two has no sum."""
    whole.why = saying(N_("column {whole} and column {part} together"), whole=whole.letters, part=part.letters)
    amounts = whole.amounts
    for line in list(amounts.by_line):
        other = part.amounts.by_line.get(line)
        if other is None:
            del amounts.by_line[line]
            amounts.bad[line] = draft.block.sheet.own(line, part.column.number).text or "–"
        else:
            amounts.by_line[line] = read.Amount(amounts.by_line[line].value + other.value)


_OF_UNITS = re.compile(
    r"\b(?:xa|phuong|thi tran|huyen|quan|don vi|co quan|truong|ap|thon|to|lop|khu pho)\b.*"
    r"\b(?:bao cao|bc|da gui|gui|nop|co so lieu)\b"
)


def ask_pairs(draft: Draft, answers: Mapping[str, str], file_name: str) -> Question | None:
    """Ask what the two numbers of a cell are, `45/50`, where the header does not say."""
    for role in [role for role in draft.roles if role.left_out == pairs.PAIRS_SAID]:
        if words.has(words.key_of(role.column.header), *terms.HOUSEHOLDS):
            continue  # households are no figure, and said to be left out
        if _OF_UNITS.search(words.key_of(role.column.header)):
            continue  # `Số xã báo cáo: 9/10` counts units
        answer = answers.get(f"pair:{role.letters}")
        cells = {line.number: cell for line in draft.units
                 if (cell := draft.block.sheet.own(line.number, role.column.number))}  # fmt: skip
        if not cells or (answer is None and role.column.path and not about_installs(draft, file_name)):
            continue
        if answer is None:
            return questions.of_pair(role, next(iter(cells.values())).text)
        if answer in questions.SECONDS:
            whole = Role(role.column, Guess(answer, role.of), answer, role.of, role.date, why=saying(SAID_SO))
            role.kind, role.left_out, role.why = words.INSTALLS, None, saying(SAID_SO)
            role.amounts, whole.amounts = pairs.halves(cells)
            draft.roles.append(whole)
    return None


def ask_whole(draft: Draft) -> Question | None:
    """Ask whether `Tổng số người` of places counts those who live there, where a share beside it is the installations
    divided by it, or those who have a smartphone are fewer in every row, and no other column gives their people."""
    wholes = [role for role in draft.with_numbers(words.TOTAL) if role.why.template != SAID_SO and not role.of]
    counts = [role for role in draft.with_numbers(words.INSTALLS) if not role.of]
    if not draft.placed.units or len(wholes) != 1 or len(counts) != 1:
        return None
    if draft.with_numbers(words.POPULATION, words.HEADCOUNT) or exceeds(counts[0], wholes[0]):
        return None
    phones = draft.with_numbers(words.SMARTPHONES)
    if phones:
        named = words.has(words.key_of(wholes[0].column.header), "nguoi")
        return None if not named or any(exceeds(each, wholes[0]) for each in phones) else _whole_of(draft, wholes[0])
    lines = [line.number for line in draft.units]
    if not any(pairs_of_share(share, counts, wholes, lines) for share in draft.with_numbers(*words.SHARES)):
        return None
    return _whole_of(draft, wholes[0])


def _whole_of(draft: Draft, whole: Role) -> Question:
    return questions.of_whole(whole, draft.block.sheet.name)
