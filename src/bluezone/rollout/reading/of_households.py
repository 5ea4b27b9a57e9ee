"""Tell whether a bare `Đã cài` beside `Tổng số hộ` counts households. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from bluezone.errors import N_
from bluezone.rollout.reading import terms
from bluezone.rollout.reading import vocabulary as words
from bluezone.rollout.reading.drafts import Draft
from bluezone.rollout.reading.results import Notice, saying
from bluezone.rollout.reading.roles import BY_HEADER, Role, exceeds
from bluezone.rollout.reading.settling import pairs_of_share

COUNTS_HOUSEHOLDS = N_("a share beside it is this number divided by the households: it counts households")
TRADING = N_("column {column} (“{header}”) counts households that trade: they were taken for traders")
PERHAPS = N_("column {column} (“{header}”) stands beside households only, and may count households: it was taken for"
             " people")  # fmt: skip


def _bare_installs(roles: Sequence[Role]) -> tuple[list[Role], list[Role]]:
    """Return the installations of nobody named that stand beside households only, which they exceed in no row, and
    these; both empty where any other whole is given."""
    households = [role for role in roles if role.kind == words.HOUSEHOLDS and role.amounts.by_line]
    wholes = {words.POPULATION, words.HEADCOUNT, words.SMARTPHONES, words.TOTAL, words.SOME}
    if not households or any(role.kind in wholes and role.amounts.by_line for role in roles):
        return [], []
    found = [role for role in roles if role.kind == words.INSTALLS and not role.of and role.amounts.by_line
             and role.why.template == BY_HEADER and len(role.column.path) == 1
             and words.key_of(role.column.path[0]) in terms.BARE_INSTALLED
             and not any(exceeds(role, each) for each in households)]  # fmt: skip
    return found, households


def leave_out(roles: Sequence[Role], lines: Sequence[int]) -> None:
    """Leave out installations that a share beside them divides by the households."""
    bare, households = _bare_installs(roles)
    shares = [role for role in roles if role.is_share]
    for role in bare:
        if any(pairs_of_share(share, [role], households, lines) for share in shares):
            role.leave_out(saying(COUNTS_HOUSEHOLDS))


def say_perhaps(draft: Draft) -> Iterator[Notice]:
    """Yield that a column may count households, where nothing tells, and that one counts those of traders."""
    for role in draft.with_numbers(words.HEADCOUNT, words.INSTALLS):
        if role.of == "traders" and words.key_of(role.column.header).startswith(("so ho ", "tong so ho ", "ho ")):
            text = saying(TRADING, column=role.letters, header=role.column.header)
            yield Notice(draft.block.sheet.name, 0, "column", text)
    for role in _bare_installs(draft.roles)[0]:
        text = saying(PERHAPS, column=role.letters, header=role.column.header)
        yield Notice(draft.block.sheet.name, 0, "column", text)
