"""Who is silent, who is to be reminded, which figure makes one ask: tables of cases."""

from __future__ import annotations

import datetime as dt

import pytest

from bluezone.authority.campaign.figures.report_rules import Neighbours, State, questions, reminder_due, reporting

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


@pytest.mark.parametrize(
    ("values", "fields"),
    [
        ({}, []),
        ({"date": DAY + dt.timedelta(days=1)}, ["date"]),
        ({"date": dt.date(2019, 1, 1)}, ["date"]),
        ({"active": 31}, ["active"]),
        ({"active": 30}, []),
        ({"people": 29}, ["installs"]),
        ({"people": 30}, []),
        ({"near": Neighbours(before=(days_ago(1), 31))}, ["installs"]),
        ({"near": Neighbours(before=(days_ago(1), 30))}, []),
        ({"near": Neighbours(after=(DAY, 29)), "date": days_ago(1)}, ["installs"]),
    ],
)
def test_a_figure_that_cannot_be_is_refused_and_an_odd_one_asked_about(values, fields):
    settings = {
        "date": DAY,
        "installs": 30,
        "active": None,
        "today": DAY,
        "people": None,
        "near": Neighbours(),
    } | values
    date, installs, active = (settings.pop(name) for name in ("date", "installs", "active"))
    found = questions(date, installs, active, **settings)
    assert [each.field for each in found] == fields
    assert all(each.final == (each.field == "date") for each in found)
    assert all(each.template.format(**each.values) for each in found)
