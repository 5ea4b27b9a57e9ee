"""Decide by when a breach is recorded and notified, and whether the service has ended. Pure: `now` is an argument."""

from __future__ import annotations

import datetime as dt
import enum
from dataclasses import dataclass

#: to the specialised authority, counted from the finding of the violation: Article 23(1) of Law 91/2025/QH15
NOTIFY = dt.timedelta(hours=72)
#: no hour was found in the law for these two: a house rule, so that they are not forgotten behind the first
TELL = dt.timedelta(hours=72)
#: a breach is kept so long after it was closed, for an inspection
BREACH_LIFE = dt.timedelta(days=1_825)
#: the assessments are looked at again so often: Article 22
REVIEW_DAYS = 182
#: from the first processing, or the first transfer abroad: Articles 20 and 21
DOSSIER_DAYS = 60


class Duty(enum.Enum):
    """Name what is to be done about a breach, by the field of the register that says when it was."""

    RECORD = "recorded_at"
    NOTIFY = "notified_at"
    TELL = "people_told_at"


class State(enum.Enum):
    """Name how far a duty is."""

    DONE = "done"
    DONE_LATE = "done late"
    OPEN = "open"
    LATE = "late"


@dataclass(frozen=True, slots=True)
class Step:
    """Hold a duty, until when it is to be done, and when it was."""

    duty: Duty
    due_at: dt.datetime
    done_at: dt.datetime | None

    def state(self, now: dt.datetime) -> State:
        """Return how far it is; on the very end it is still in time."""
        if self.done_at is not None:
            return State.DONE if self.done_at <= self.due_at else State.DONE_LATE
        return State.OPEN if now <= self.due_at else State.LATE


def steps(
    found_at: dt.datetime,
    may_harm: bool,
    recorded_at: dt.datetime | None,
    notified_at: dt.datetime | None,
    told_at: dt.datetime | None,
) -> list[Step]:
    """Return the duties of a breach in their order. A violation is recorded and notified whether or not it may harm
    (Article 23(2) and (3)); people are told where it may."""
    found = [
        Step(Duty.RECORD, found_at + NOTIFY, recorded_at),
        Step(Duty.NOTIFY, found_at + NOTIFY, notified_at),
    ]
    return [*found, Step(Duty.TELL, found_at + TELL, told_at)] if may_harm else found


def next_due(found: list[Step]) -> dt.datetime | None:
    """Return the first end of a duty that is not done; None where all are."""
    return min((each.due_at for each in found if each.done_at is None), default=None)


def has_ended(ends_at: dt.datetime | None, now: dt.datetime) -> bool:
    """Decide whether new data are refused."""
    return ends_at is not None and now >= ends_at
