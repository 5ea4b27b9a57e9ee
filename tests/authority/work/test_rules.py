from __future__ import annotations

import datetime as dt
from dataclasses import replace

import pytest

from bluezone.authority.work.rules import Group, Kind, Urgency, Wanted, difference, group_of, is_overdue

MOMENT = dt.timedelta(microseconds=1)
NOON = dt.datetime(2020, 8, 20, 5, tzinfo=dt.UTC)
CALL = Wanted(Kind.CALL, "/63:93/64:936/", NOON, person=1)
CHECK = Wanted(Kind.CHECK, "/63:93/64:936/", NOON, person=1)
RISEN = replace(CALL, urgency=Urgency.NOW)


@pytest.mark.parametrize(
    ("held", "wanted", "opened", "changed", "closed"),
    [
        ([], [CALL], [CALL], [], []),
        ([CALL], [CALL], [], [], []),
        ([CALL], [RISEN], [], [RISEN], []),
        ([CALL], [], [], [], [Kind.CALL]),
        ([CALL], [CHECK], [CHECK], [], [Kind.CALL]),
        ([CALL, CHECK], [CHECK], [], [], [Kind.CALL]),
        # of a kind one: what is said last counts
        ([], [CALL, RISEN], [RISEN], [], []),
    ],
)
def test_a_cause_keeps_the_tasks_that_it_wants(
    held: list[Wanted], wanted: list[Wanted], opened: list[Wanted], changed: list[Wanted], closed: list[Kind]
) -> None:
    found = difference({each.kind: each for each in held}, wanted)
    assert (found.opened, found.changed, found.closed) == (opened, changed, closed)


def test_a_task_is_overdue_after_its_moment() -> None:
    assert [is_overdue(NOON, NOON + dt.timedelta(seconds=s)) for s in (-1, 0, 1)] == [False, False, True]


@pytest.mark.parametrize(
    ("urgency", "due", "group"),
    [
        (Urgency.NOW, dt.timedelta(days=2), Group.NOW),
        (Urgency.SOON, dt.timedelta(days=2), Group.SOON),
        (Urgency.CALM, -dt.timedelta(hours=3, minutes=1), Group.OVERDUE),
        (Urgency.CALM, dt.timedelta(0), Group.MORNING),
        (Urgency.CALM, MOMENT, Group.TODAY),
        (Urgency.CALM, dt.timedelta(hours=12) - MOMENT, Group.TODAY),
        (Urgency.CALM, dt.timedelta(hours=12), Group.LATER),
    ],
)
def test_a_task_stands_under_its_danger_else_under_its_hour(urgency: Urgency, due: dt.timedelta, group: Group) -> None:
    morning = dt.datetime(2020, 8, 20, 9, 1, 2, 3, dt.timezone(dt.timedelta(hours=7)))
    assert group_of(urgency, NOON + due, morning) is group
