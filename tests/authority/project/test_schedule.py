"""Which jobs start and which are ended, by seconds that only go forward."""

from __future__ import annotations

import datetime as dt

import pytest

from bluezone.authority.project.schedule import BUSY_STATUS, RETRY_S, Schedule
from bluezone.authority.site.registries import Job


def job(name: str, every_s: float, deadline_s: float = 600, lane: str = "") -> Job:
    return Job(name, dt.timedelta(seconds=every_s), print, deadline=dt.timedelta(seconds=deadline_s), lane=lane)


def names(jobs: list[Job]) -> list[str]:
    return [each.name for each in jobs]


def test_each_job_is_due_at_once_and_then_after_its_time():
    schedule = Schedule((job("often", 60), job("rarely", 300)))
    counts = {"often": 0, "rarely": 0}
    for minute in range(6):
        for each in schedule.due(minute * 60.0):
            counts[each.name] += 1
            schedule.started(each.name, minute * 60.0)
            schedule.ended(each.name, minute * 60.0 + 1, 0)
    assert counts == {"often": 6, "rarely": 2}


def test_a_job_that_runs_is_not_started_again_and_delays_no_other():
    schedule = Schedule((job("hangs", 1), job("publish", 15)))
    schedule.started("hangs", 0.0)
    assert names(schedule.due(0.0)) == ["publish"]
    schedule.started("publish", 0.0)
    schedule.ended("publish", 1.0, 0)
    assert names(schedule.due(14.9)) == []
    assert names(schedule.due(15.0)) == ["publish"]


def test_jobs_of_a_lane_run_one_after_another_the_longest_due_first():
    schedule = Schedule((job("curves", 60, lane="figures"), job("orders", 60, lane="figures"), job("news", 60)))
    assert names(schedule.due(0.0)) == ["curves", "news"]
    for name in ("curves", "news"):
        schedule.started(name, 0.0)
    assert names(schedule.due(1.0)) == []
    schedule.ended("curves", 90.0, 0)
    assert "orders" in names(schedule.due(90.0))
    schedule.started("orders", 90.0)
    schedule.ended("orders", 91.0, 0)
    assert names(schedule.due(91.0)) == ["curves"]


@pytest.mark.parametrize(
    ("status", "due_after_s"), [(0, 60.0), (1, 60.0), (-9, 60.0), (None, 60.0), (BUSY_STATUS, 1.0 + RETRY_S)]
)
def test_where_another_is_at_the_job_it_is_tried_again_soon(status, due_after_s):
    schedule = Schedule((job("publish", 60),))
    schedule.started("publish", 0.0)
    schedule.ended("publish", 1.0, status)
    assert schedule.due(due_after_s - 0.1) == []
    assert names(schedule.due(due_after_s)) == ["publish"]


def test_a_job_past_its_own_deadline_is_overdue():
    schedule = Schedule((job("quick", 1, deadline_s=10), job("slow", 1, deadline_s=100)))
    for name in ("quick", "slow"):
        schedule.started(name, 5.0)
    assert schedule.overdue(14.9) == []
    assert schedule.overdue(15.0) == ["quick"]
    assert sorted(schedule.overdue(105.0)) == ["quick", "slow"]
