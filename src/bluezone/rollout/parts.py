"""Compare a unit's own figure with the sum over its parts: where both are reported, they need not agree."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from bluezone.rollout.ranking import Ranking


@dataclass(frozen=True, slots=True)
class Parts:
    """Hold the sum of a unit's parts beside its own figure: `whole` of the day `date`, `total` over the `known` of
    `units` parts, whose figures are of the days from `first` to `last`."""

    whole: int
    date: dt.date
    total: int
    known: int
    units: int
    first: dt.date
    last: dt.date

    @property
    def difference(self) -> int | None:
        """Return by how much the parts exceed the whole; None where a part is not known, for then nothing follows."""
        return self.total - self.whole if self.known == self.units else None


def parts_of_whole(whole: int, date: dt.date, ranking: Ranking) -> Parts | None:
    """Return how the units of a ranking compare with the figure of the unit they are the parts of; None without any."""
    known = [(row.count, row.figure_date) for row in ranking.rows if row.count is not None and not row.silent]
    dates = [day for _, day in known if day is not None]
    if not dates:
        return None
    total = sum(count for count, _ in known)
    return Parts(whole, date, total, len(known), len(ranking.rows), min(dates), max(dates))
