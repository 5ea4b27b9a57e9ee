"""The loop that runs the repeating jobs."""

from __future__ import annotations

import datetime as dt
import threading

import pytest

from bluezone.authority.errors import JobBusyError
from bluezone.authority.project import worker
from bluezone.authority.project.worker import run_due
from bluezone.authority.site import registries
from bluezone.authority.site.registries import Job

pytestmark = pytest.mark.django_db
MINUTE = dt.timedelta(minutes=1)


@pytest.fixture(autouse=True)
def keep_connections(monkeypatch):
    monkeypatch.setattr(worker, "close_old_connections", lambda: None)


def test_each_job_runs_when_its_time_has_come(now):
    runs, due = [], {}
    jobs = (
        Job("often", MINUTE, lambda at: runs.append("often")),
        Job("rarely", 5 * MINUTE, lambda at: runs.append("rarely")),
    )
    for minute in range(6):
        run_due(jobs, due, now + minute * MINUTE)
    assert runs.count("often") == 6
    assert runs.count("rarely") == 2


@pytest.mark.parametrize("error", [JobBusyError("busy"), RuntimeError("broken")])
def test_a_job_that_fails_stops_no_other_and_is_tried_again(now, error):
    runs = []

    def fail(at: dt.datetime) -> None:
        runs.append("bad")
        raise error

    jobs = (Job("bad", MINUTE, fail), Job("good", MINUTE, lambda at: runs.append("good")))
    due: dict[str, dt.datetime] = {}
    run_due(jobs, due, now)
    run_due(jobs, due, now + MINUTE)
    assert runs == ["bad", "good"] * 2


def test_the_loop_ends_when_it_is_stopped(set_clock, monkeypatch):
    stop, runs = threading.Event(), []

    def last(at: dt.datetime) -> None:
        runs.append(at)
        stop.set()

    monkeypatch.setattr(registries, "jobs", (Job("last", MINUTE, last),))
    worker.work(stop, tick_s=0)
    assert runs == [set_clock.now]


def test_a_job_that_lacks_an_extra_says_so_in_one_line(now, caplog):
    def draw(at: dt.datetime) -> None:
        raise ModuleNotFoundError("No module named 'typst'", name="typst._typst")

    run_due((Job("curves", MINUTE, draw),), {}, now)
    (record,) = caplog.records
    assert record.exc_info is None
    assert "the job curves needs the package typst, which the extra `rollout` brings" in record.getMessage()
