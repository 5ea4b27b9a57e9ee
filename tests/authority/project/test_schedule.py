"""Which jobs start and which are ended, by seconds that only go forward."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import pytest
from tests.tiers import also

from bluezone.authority.project.schedule import BUSY_STATUS, RETRY_S, Schedule
from bluezone.authority.site import registries
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


# --- keys are out within 60 s of their time, although a run hangs -----------------------------------------------------

TICK_S, PATIENCE_S, WORK_S = 0.5, 5.0, 5.0


def out_at(hangs: str, from_s: float, due_s: float) -> float:
    """When keys whose time is `due_s` are out, where the run of `hangs` that begins at or after `from_s` never ends by
    itself. As the worker does: ticks of half a second, five seconds between the request to end and the end; publish and
    purge hold one lock."""
    jobs = [each for each in registries.jobs if each.name in ("publish", "purge")]
    schedule = Schedule(tuple(jobs))
    until: dict[str, float] = {}
    asked: dict[str, float] = {}
    hung = ""
    began: dict[str, float] = {}
    now_s = 0.0
    while now_s < due_s + 3_600:
        for name in list(until):
            if now_s >= until[name] or (name in asked and now_s - asked[name] >= PATIENCE_S):
                overran, begun = name in asked, began[name]
                schedule.ended(name, now_s, BUSY_STATUS if until[name] == begun else 0, overran=overran)
                if name == "publish" and not overran and until[name] > begun >= due_s:
                    return now_s
                del until[name]
                asked.pop(name, None)
        for name in schedule.overdue(now_s):
            asked.setdefault(name, now_s)
        for each in schedule.due(now_s):
            schedule.started(each.name, now_s)
            began[each.name] = now_s
            held = any(until[name] > began[name] for name in until)
            if held:
                until[each.name] = now_s
            elif each.name == hangs and now_s >= from_s and not hung:
                hung, until[each.name] = each.name, float("inf")
            else:
                until[each.name] = now_s + (WORK_S if each.name == "publish" else 0.5)
        now_s += TICK_S
    return now_s


@pytest.mark.parametrize("hangs", ["publish", "purge"])
@pytest.mark.parametrize("phase_s", [*range(0, 60, 10), *also(*(at for at in range(60) if at % 10))])
def test_keys_are_out_within_60_seconds_of_their_time_although_a_run_hangs(hangs, phase_s):
    due_s = 3_600.0 + phase_s
    worst = max(out_at(hangs, due_s - back, due_s) - due_s for back in (0.0, 5.0, 14.0, 25.0, phase_s + 0.5))
    assert worst <= 60


def test_a_run_that_needs_longer_gets_twice_the_time_at_once_up_to_the_jobs_own_deadline():
    schedule = Schedule((replace(job("publish", 15), first_deadline=dt.timedelta(seconds=20)),))
    now_s, spans = 0.0, []
    for _ in range(7):
        assert names(schedule.due(now_s)) == ["publish"]
        schedule.started("publish", now_s)
        began, now_s = now_s, now_s + 1
        while not schedule.overdue(now_s):
            now_s += 1
        spans.append(now_s - began)
        schedule.ended("publish", now_s, -15, overran=True)
    assert spans == [20, 40, 80, 160, 320, 600, 600]
    schedule.started("publish", now_s)
    schedule.ended("publish", now_s + 1, 0)
    schedule.started("publish", now_s + 2)
    assert schedule.overdue(now_s + 22) == ["publish"], "one that came to its end begins anew"


def test_a_job_without_a_first_deadline_waits_for_its_turn_after_one_that_hung():
    schedule = Schedule((job("letters", 60, deadline_s=10),))
    schedule.started("letters", 0.0)
    schedule.ended("letters", 10.0, -15, overran=True)
    assert names(schedule.due(59.0)) == []
    assert names(schedule.due(60.0)) == ["letters"]
