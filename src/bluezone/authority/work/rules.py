"""Decide which tasks a cause makes, keeps and closes, and in which order they are done. Pure: `now` is an argument.

A cause (a contact who waits for a call, a declaration, a hand-over) says at each change which tasks it wants;
`difference` compares that with the tasks that are open. So a task never outlives its cause, and none is made twice.
"""

from __future__ import annotations

import datetime as dt
import enum
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field


class Kind(enum.StrEnum):
    """Name what is to be done."""

    CALL = "call"
    DECIDE = "decide"
    ORDER = "order"
    CHECK = "check"
    ALARM = "alarm"
    TEST = "test"
    RELEASE = "release"
    HANDOVER = "handover"
    RESULT = "result"
    PLACE = "place"
    REPORT = "report"
    REQUEST = "request"
    ROLLOUT = "rollout"
    BREACH = "breach"


class Urgency(enum.IntEnum):
    """Order tasks by danger."""

    CALM = 0
    SOON = 1
    NOW = 2


@dataclass(frozen=True, slots=True)
class Wanted:
    """Describe a task that a cause wants to be open. `place`: whose officers do it; `person`: key of the person it is
    about; `subject`: what else it is about, as an organisation's code; `detail`: a word of the kind, never on health;
    `opens_at`: from when on it is listed."""

    kind: Kind
    place: str
    due_at: dt.datetime
    urgency: Urgency = Urgency.CALM
    person: int | None = None
    subject: str = ""
    detail: str = ""
    opens_at: dt.datetime | None = None
    #: key of the officer whose task it is from the beginning
    officer: int | None = field(default=None, compare=False)


@dataclass(frozen=True, slots=True)
class Difference:
    """Hold what is to be changed: tasks to open, open ones that say something else now, kinds to close."""

    opened: Sequence[Wanted]
    changed: Sequence[Wanted]
    closed: Sequence[Kind]


def difference(held: Mapping[Kind, Wanted], wanted: Iterable[Wanted]) -> Difference:
    """Compare the open tasks of a cause, by kind, with those that it wants now: one of a kind."""
    by_kind = {each.kind: each for each in wanted}
    return Difference(
        opened=[each for kind, each in by_kind.items() if kind not in held],
        changed=[each for kind, each in by_kind.items() if kind in held and held[kind] != each],
        closed=[kind for kind in held if kind not in by_kind],
    )


def is_overdue(due_at: dt.datetime, now: dt.datetime) -> bool:
    """Decide whether a task should have been done by now."""
    return due_at < now


class Group(enum.Enum):
    """Name the headings under which the list shows tasks, in its order."""

    NOW = "needs help now"
    SOON = "soon"
    OVERDUE = "overdue"
    MORNING = "before noon"
    TODAY = "today"
    LATER = "later"


def group_of(urgency: Urgency, due_at: dt.datetime, now: dt.datetime) -> Group:
    """Decide under which heading a task stands: by danger, then by hour. `now` in the zone of the officers, whose noon
    and midnight part a day."""
    if urgency is not Urgency.CALM:
        return Group.NOW if urgency is Urgency.NOW else Group.SOON
    if is_overdue(due_at, now):
        return Group.OVERDUE
    noon = now.replace(hour=12, minute=0, second=0, microsecond=0)
    midnight = now.replace(hour=0, minute=0, second=0, microsecond=0) + dt.timedelta(days=1)
    if due_at <= noon:
        return Group.MORNING
    return Group.TODAY if due_at < midnight else Group.LATER
