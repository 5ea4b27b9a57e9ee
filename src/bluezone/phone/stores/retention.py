"""Bound what is kept to 14 days, by clocks that can be wrong: see `believed_time` for what the bounds stand on.

A row has two dates: the time as the phone took it, and the device's running time (`Database.running_s`). It is deleted
when it is 14 days old by the earliest time it can be now, or by the running time, whichever comes first. Its date
counts only where a signed document agreed with the wall clock between the same start and end of the device: another
date may have been any. So a wrong date deletes nothing, and a phone that nobody tells the time still forgets.
"""

from __future__ import annotations

from dataclasses import dataclass

RETENTION_S = 14 * 86_400.0


@dataclass(frozen=True, slots=True)
class Bounds:
    """Bound what stays. `earliest_s`: the earliest that the time can be, None where no signed document has said it.
    `running_s`: the running time. `unsure`: spans (from, until] of the running time in which dates were not agreed."""

    earliest_s: float | None
    running_s: float = 0.0
    unsure: tuple[tuple[float, float], ...] = ()

    def is_over(self, ended_s: float, running_s: float, life_s: float = RETENTION_S) -> bool:
        """Tell whether what ended at `ended_s`, and was written at `running_s`, has outlived `life_s`."""
        if running_s < self.running_s - life_s:
            return True
        if self.earliest_s is None or ended_s >= self.earliest_s - life_s:
            return False
        return not any(start_s < running_s <= end_s for start_s, end_s in self.unsure)

    def over(self, ended: str, life_s: float = RETENTION_S) -> tuple[str, tuple[float, ...]]:
        """Return `is_over` as a condition of SQL and its values. `ended`: the column with the date, or an expression;
        the running time is in the column `running_s`."""
        condition, values = "running_s < ?", (self.running_s - life_s,)
        if self.earliest_s is None:
            return condition, values
        spans = "".join(" AND NOT (running_s > ? AND running_s <= ?)" for _ in self.unsure)
        sure = (self.earliest_s - life_s, *(moment_s for span in self.unsure for moment_s in span))
        return f"({condition} OR ({ended} < ?{spans}))", values + sure
