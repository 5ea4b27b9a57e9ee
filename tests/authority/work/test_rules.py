from __future__ import annotations

import datetime as dt
from dataclasses import replace

import pytest

from bluezone.authority.work.rules import Kind, Urgency, Wanted, difference, is_overdue

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
