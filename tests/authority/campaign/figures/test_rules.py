"""Who is silent and who is to be reminded: tables of cases."""

from __future__ import annotations

import datetime as dt

import pytest

from bluezone.authority.campaign.figures.reports import State, reminder_due, reporting

DAY = dt.date(2020, 8, 18)


def days_ago(days: int | None) -> dt.date | None:
    return None if days is None else DAY - dt.timedelta(days=days)


@pytest.mark.parametrize(
    ("last", "state", "silent", "due"),
    [
        (0, State.RECEIVED, 0, False),
        (1, State.WAITING, 1, False),
        (2, State.SILENT, 2, True),
        (30, State.SILENT, 30, True),
        (None, State.NEVER, None, True),
    ],
)
def test_who_is_silent_for_two_days_is_due_a_reminder(last, state, silent, due):
    seen = reporting(days_ago(last), DAY)
    assert (seen.state, seen.silent_days) == (state, silent)
    assert reminder_due(seen, None, DAY) is due


@pytest.mark.parametrize(("reminded", "due"), [(0, False), (1, True), (5, True)])
def test_nobody_is_reminded_twice_a_day(reminded, due):
    assert reminder_due(reporting(days_ago(4), DAY), days_ago(reminded), DAY) is due
