"""Find the shares that rows have in the sum of a column, `Tỷ trọng (%)`: no figure is kept of them. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from bluezone.errors import N_
from bluezone.rollout.reading import amounts as read
from bluezone.rollout.reading import vocabulary as words
from bluezone.rollout.reading.columns import MOST
from bluezone.rollout.reading.results import saying
from bluezone.rollout.reading.roles import Role

#: two rows that are alike prove nothing
_FEWEST_ROWS = 3


def take_portion(share: Role, roles: Sequence[Role], lines: Sequence[int]) -> bool:
    """Take a share whose values are those of a column divided by its sum for one of something else.

    `lines`: the rows of units, without sums. Returns whether it was one.
    """
    portions = share.amounts.by_line
    for count in roles:
        values = count.amounts.by_line
        both = [line for line in lines if line in portions and line in values]
        total = sum((values[line].value for line in both), Decimal(0))
        if count.is_share or len(both) < _FEWEST_ROWS or total <= 0:
            continue
        if sum(read.fits(portions[line], values[line].value, total) for line in both) < MOST * len(both):
            continue
        share.kind, share.amounts.fractions_open = words.PERCENT_OTHER, False
        share.why = saying(N_("column {count} divided by its sum"), count=count.letters)
        return True
    return False
