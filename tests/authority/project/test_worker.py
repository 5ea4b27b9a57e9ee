"""Jobs run in processes of their own: one that hangs, fails or is killed takes no other with it."""

from __future__ import annotations

import datetime as dt
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from bluezone.authority.errors import JobBusyError
from bluezone.authority.project import worker
from bluezone.authority.site.models import JobRun
from bluezone.authority.site.registries import Job

SOURCE = Path(__file__).resolve().parents[3] / "src"
MINUTE = dt.timedelta(minutes=1)

#: a worker with jobs of its own; each run of a job writes a line: name, process, moment
_WORKER = """
import datetime as dt, os, signal, subprocess, sys, threading, time
import django; django.setup()
from bluezone.authority.project import worker
from bluezone.authority.site import registries
from bluezone.authority.site.registries import Job

def says(name, then=lambda: None):
    def run(_now):
        with open(os.environ["SAID"], "a") as said:
            said.write(f"{name} {os.getpid()} {time.monotonic()}\\n")
        then()
    return run

def hangs():
    child = subprocess.Popen(["sleep", "100"])
    says(f"child-of-hangs-{child.pid}")(None)
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    while True:
        time.sleep(100)

def fails():
    raise RuntimeError("broken")

second = dt.timedelta(seconds=0.2)
registries.jobs = (
    Job("hangs", second, says("hangs", hangs), deadline=dt.timedelta(seconds=1)),
    Job("fails", second, says("fails", fails)),
    Job("slow", second, says("slow", lambda: time.sleep(0.4))),
    Job("publish", second, says("publish")),
)
worker._PATIENCE_S = 0.3
worker._STOP_PATIENCE_S = 1.0
worker.catalogue.all_units = lambda: None
stop = threading.Event()
signal.signal(signal.SIGTERM, lambda *_: stop.set())
worker.work(stop, tick_s=0.02)
says("stopped")(None)
"""


class Worker:
    """A worker in a process of its own, and what its jobs have said."""

    def __init__(self, folder: Path) -> None:
        self.said = folder / "said"
        self.said.touch()
        environment = os.environ | {"SAID": str(self.said), "PYTHONPATH": str(SOURCE), "BLUEZONE_VAR": str(folder)}
        self.process = subprocess.Popen([sys.executable, "-c", _WORKER], env=environment)

    def lines(self, name: str) -> list[list[str]]:
        return [line.split() for line in self.said.read_text().splitlines() if line.startswith(name)]

    def wait_for(self, name: str, count: int) -> list[list[str]]:
        for _ in range(600):
            if len(found := self.lines(name)) >= count:
                return found
            time.sleep(0.05)
        pytest.fail(f"{name} did not run {count} times: {self.said.read_text()}")


@pytest.fixture
def worker_process(tmp_path: Path) -> Iterator[Worker]:
    started = Worker(tmp_path)
    yield started
    started.process.kill()
    started.process.wait()


def is_gone(pid: int) -> bool:
    def over() -> bool:
        try:
            return Path(f"/proc/{pid}/stat").read_text("ascii").rpartition(")")[2].split()[0] == "Z"
        except FileNotFoundError:
            return True

    return eventually(over)


def eventually(holds: Callable[[], bool]) -> bool:
    for _ in range(100):
        if holds():
            return True
        time.sleep(0.05)
    return False


def test_a_job_that_hangs_delays_no_other_and_is_ended_with_all_it_started(worker_process):
    (_name, pid, _moment), *_ = worker_process.wait_for("hangs", 1)
    child = int(worker_process.wait_for("child-of-hangs", 1)[0][0].rsplit("-", 1)[1])
    worker_process.wait_for("publish", 10)
    worker_process.wait_for("fails", 5)
    assert len({pid for _name, pid, _at in worker_process.lines("publish")}) >= 10  # a process each
    assert is_gone(int(pid))  # it ignores SIGTERM
    assert is_gone(child)
    worker_process.wait_for("hangs", 2)  # it is tried again
    worker_process.process.send_signal(signal.SIGTERM)
    assert worker_process.process.wait(timeout=20) == 0
    assert len(worker_process.lines("stopped")) == 1
    pids = {int(line.split()[1]) for line in worker_process.said.read_text().splitlines()}
    assert all(is_gone(each) for each in pids)


def test_a_job_killed_runs_again_and_jobs_end_with_a_worker_that_is_killed(worker_process):
    runs = worker_process.wait_for("slow", 1)
    os.kill(int(runs[-1][1]), signal.SIGKILL)
    worker_process.wait_for("slow", 3)
    (_name, pid, _moment) = worker_process.wait_for("hangs", 1)[-1]
    worker_process.process.kill()
    worker_process.process.wait()
    assert is_gone(int(pid))


# --- one run ----------------------------------------------------------------------------------------------------------


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("error", "had_its_turn", "notes"), [(JobBusyError("busy"), False, []), (RuntimeError("broken"), True, ["broken"])]
)
def test_what_fails_is_logged_and_noted(now, caplog, error, had_its_turn, notes):
    def fail(at: dt.datetime) -> None:
        raise error

    assert worker.run_job(Job("bad", MINUTE, fail), now) is had_its_turn
    assert [run.report for run in JobRun.objects.all()] == notes
    assert not JobRun.objects.exclude(succeeded_at=None).exists()


@pytest.mark.django_db
def test_the_last_run_and_the_last_that_succeeded_are_noted(now):
    said: list[object] = ["3 keys", RuntimeError("broken")]

    def run(at: dt.datetime) -> object:
        if isinstance(found := said.pop(0), Exception):
            raise found
        return found

    for minutes in range(2):
        worker.run_job(Job("publish", MINUTE, run), now + minutes * MINUTE)
    noted = JobRun.objects.get()
    assert (noted.succeeded_at, noted.ended_at, noted.report) == (now, now + MINUTE, "broken")


@pytest.mark.django_db
def test_a_job_that_runs_all_the_time_notes_only_what_it_did(now):
    job = Job("read uploads", dt.timedelta(seconds=2), lambda at: None)
    worker.run_job(job, now)
    assert not JobRun.objects.exists()


@pytest.mark.django_db
def test_a_job_that_lacks_an_extra_says_so_in_one_line(now, caplog):
    def draw(at: dt.datetime) -> None:
        raise ModuleNotFoundError("No module named 'typst'", name="typst._typst")

    worker.run_job(Job("curves", MINUTE, draw), now)
    (record,) = caplog.records
    assert record.exc_info is None
    assert "the job curves needs the package typst, which the extra `rollout` brings" in record.getMessage()
