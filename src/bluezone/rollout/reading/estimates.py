"""Leave out columns whose header says that their numbers are estimated: `Khách được tuyên truyền (ước)`. Pure."""

from __future__ import annotations

from collections.abc import Sequence

from bluezone.errors import N_
from bluezone.rollout.reading import terms
from bluezone.rollout.reading import vocabulary as words
from bluezone.rollout.reading.results import saying
from bluezone.rollout.reading.roles import SAID_SO, Role
from bluezone.rollout.reading.vocabulary import Guess, key_of

ESTIMATED = N_("its numbers are estimated")


def leave_out(roles: Sequence[Role]) -> None:
    """Leave out columns of estimated numbers, whatever they count, but for those that an officer mapped."""
    for role in roles:
        figures = role.is_count or role.is_share or (role.kind == words.UNKNOWN and role.left_out is None)
        if figures and role.amounts.by_line and role.why.template != SAID_SO and is_estimated(role.column.path):
            role.guess = Guess(words.UNKNOWN)
            role.leave_out(saying(ESTIMATED))


def is_estimated(path: Sequence[str]) -> bool:
    """Return whether one of the texts above a column says that its numbers are estimated."""
    return any(terms.ESTIMATED.search(key_of(text)) for text in path)
