"""Tell by what stands beside them that columns of installations count all up to their day, not those added. Pure."""

from __future__ import annotations

import itertools
from collections.abc import Sequence

from bluezone.rollout.reading import flows, settling, wholes
from bluezone.rollout.reading import vocabulary as words
from bluezone.rollout.reading.drafts import Draft
from bluezone.rollout.reading.roles import Role, by_day


def grow_by_gains(open_roles: Sequence[Role], draft: Draft) -> bool:
    """Return whether columns of a block of which it is open are totals, for they grow by what others say was added."""
    added = draft.with_numbers(words.INCREASE)
    return _grow_by(open_roles, added) or _exceed_before_by(open_roles, draft.with_numbers(words.UNKNOWN), added)


def are_told(open_roles: Sequence[Role], draft: Draft, drafts: Sequence[Draft]) -> bool:
    """Return whether columns of a block of which it is open are totals, for a share of all people is one of them, or
    another block of the file counts all up to the day beside what was added; not where their headers speak of a period,
    or where a later day has fewer."""
    plain = all(map(flows.says_no_period, open_roles)) and not _fall(open_roles)
    return plain and (_have_a_share(open_roles, draft) or _told_beside(draft, drafts))


def _exceed_before_by(roles: Sequence[Role], others: Sequence[Role], added: Sequence[Role]) -> bool:
    """Return whether a count is, in every row, one of the others and what was added together: it is the total, and that
    one the total before, `Hôm nay | Hôm qua | Chênh lệch`."""
    return any(wholes.is_difference(gain, before, after)
               for after, before, gain in itertools.product(roles, others, added))  # fmt: skip


def _grow_by(roles: Sequence[Role], added: Sequence[Role]) -> bool:
    """Return whether the counts of two days differ in every row by what a column beside them says was added."""
    return any(wholes.is_difference(gain, before, after)
               for (before, after), gain in itertools.product(itertools.pairwise(by_day(roles)), added))  # fmt: skip


def _fall(roles: Sequence[Role]) -> bool:
    """Return whether a count of a later day is smaller than that of an earlier one in any row."""
    return any(
        line in before.amounts.by_line and amount.value < before.amounts.by_line[line].value
        for before, after in itertools.pairwise(by_day(roles))
        for line, amount in after.amounts.by_line.items()
    )


_PEOPLE = (words.POPULATION, words.SMARTPHONES, words.HEADCOUNT)


def _have_a_share(roles: Sequence[Role], draft: Draft) -> bool:
    """Return whether a share in the block is, in most rows, one of the columns divided by a number of people: what was
    added is given none where nothing says that it was."""
    lines = [line.number for line in draft.units]
    shares, people = draft.with_numbers(*words.SHARES), draft.with_numbers(*_PEOPLE)
    return any(settling.pairs_of_share(share, roles, people, lines) for share in shares)


def _told_beside(draft: Draft, drafts: Sequence[Draft]) -> bool:
    """Return whether another block of the file counts all up to its day, as its header says, beside what was added, and
    the titles of this one speak of no period but that of both."""
    for other in drafts:
        if other is draft or not other.with_numbers(words.INCREASE):
            continue
        shared = {text for _, text in other.block.titles}
        own = [text for _, text in draft.block.titles if text not in shared]
        said = any(flows.says_all(role.column.header) for role in other.with_numbers(words.INSTALLS))
        if said and flows.is_of_no_period(" ".join(own)):
            return True
    return False
