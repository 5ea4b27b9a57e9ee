from __future__ import annotations

import datetime as dt
from dataclasses import replace

import pytest

from bluezone.authority.episodes.stays.rules import TWICE, Severity, StayFacts, TestFacts, tasks_of_stay
from bluezone.authority.episodes.words import Role

ZONE = dt.timezone(dt.timedelta(hours=7))
DAY = dt.date(2020, 8, 20)
COMMUNE = "/63:93/63:930/63:31318/"


def at(hour: int, minute: int = 0, day: dt.date = DAY) -> dt.datetime:
    """A local moment."""
    return dt.datetime.combine(day, dt.time(hour, minute), ZONE)


def days(count: int) -> dt.date:
    return DAY + dt.timedelta(days=count)


#: an F1 on the third of fourteen days, with an order, heard yesterday and not yet today
FACTS = StayFacts(
    COMMUNE, 7, Role.F1, days(-2), days(11), entered_at=at(9, day=days(-2)), ordered=True, heard_at=at(8, day=days(-1))
)


@pytest.mark.parametrize(
    ("changes", "tasks"),
    [
        pytest.param({}, ["check calm 18:00"], id="to be heard today"),
        pytest.param({"heard_at": at(8)}, [], id="heard today"),
        pytest.param({"heard_at": at(8, day=days(-2))}, ["check soon 18:00 silent"], id="not heard yesterday either"),
        pytest.param({"role": Role.F0}, ["check soon 18:00"], id="a case"),
        pytest.param({"role": Role.F0, "heard_at": None}, ["check now 18:00 silent"], id="a silent case"),
        pytest.param({"since": days(1), "until": days(14), "heard_at": None}, [], id="begins tomorrow"),
        pytest.param({"since": DAY, "heard_at": None, "entered_at": at(13)}, [], id="entered this afternoon"),
        pytest.param({"since": DAY, "heard_at": None, "entered_at": at(9)}, ["check calm 18:00"], id="entered today"),
        pytest.param({"rounds": TWICE}, ["check calm 12:00"], id="in the morning, of two"),
        pytest.param({"rounds": TWICE, "heard_at": at(8)}, ["check calm 20:00"], id="then in the evening"),
        pytest.param({"rounds": TWICE, "heard_at": at(14)}, [], id="heard in the afternoon: for both"),
        pytest.param(
            {"rounds": TWICE, "since": DAY, "heard_at": None, "entered_at": at(9)},
            ["check calm 20:00"],
            id="entered after the morning's round",
        ),
        pytest.param({"heard_at": at(8), "ordered": False}, ["order calm 21:00-2"], id="an order to sign"),
        pytest.param({"heard_at": at(8), "tests": [TestFacts(DAY)]}, ["test soon 18:00"], id="a test of today"),
        pytest.param(
            {"heard_at": at(8), "tests": [TestFacts(days(1)), TestFacts(days(-1))]},
            ["test soon 18:00-1"],
            id="a late test",
        ),
        pytest.param({"heard_at": at(8), "tests": [TestFacts(days(1))]}, [], id="a test to come"),
        pytest.param(
            {"heard_at": at(8), "tests": [TestFacts(DAY, DAY)]}, ["result calm 18:00+1"], id="a result awaited"
        ),
        pytest.param({"heard_at": at(8), "tests": [TestFacts(DAY, DAY, "negative")]}, [], id="a result"),
        pytest.param(
            {"heard_at": at(8), "tests": [TestFacts(DAY, DAY, "positive")], "unconfirmed": True},
            ["decide now 18:00 positive"],
            id="positive without a case",
        ),
        pytest.param(
            {"heard_at": at(8), "alarms": [(at(8), Severity.SYMPTOMS)]}, ["alarm soon 12:00 symptoms"], id="symptoms"
        ),
        pytest.param(
            {"heard_at": at(8), "alarms": [(at(8), Severity.SYMPTOMS), (at(9), Severity.EMERGENCY)]},
            ["alarm now 9:15 danger"],
            id="a danger sign",
        ),
        pytest.param({"heard_at": at(8), "until": DAY}, ["release calm 18:00 ends"], id="the last day"),
        pytest.param({"heard_at": at(8), "until": days(-1)}, ["release calm 18:00-1 ends"], id="overdue"),
        pytest.param({"ended_on": DAY, "ordered": False}, [], id="ended"),
        pytest.param({"ended_on": DAY, "awaits_second": True}, ["release soon 18:00 second"], id="a second officer"),
        pytest.param(
            {"ended_on": DAY, "alarms": [(at(8), Severity.EMERGENCY)]}, ["alarm now 8:15 danger"], id="ended unanswered"
        ),
    ],
)
def test_which_tasks_a_stay_wants(changes, tasks):
    found = tasks_of_stay(replace(FACTS, **changes), at(10))
    assert [said(each) for each in found] == tasks
    assert all(each.person == 7 for each in found)


def said(each) -> str:
    """A task in short: kind, urgency, when it is due, detail."""
    late = (each.due_at.date() - DAY).days
    due = f"{each.due_at.hour}:{each.due_at:%M}" + (f"{late:+d}" if late else "")
    return " ".join(filter(None, (each.kind.value, each.urgency.name.lower(), due, each.detail)))


def test_a_check_is_listed_from_noon_on():
    [check] = tasks_of_stay(FACTS, at(10))
    assert (check.opens_at, check.place) == (at(12), COMMUNE)
