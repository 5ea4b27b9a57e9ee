"""Run the repeating jobs of all packages (registries.jobs), each run in a process of its own.

So a job that hangs (a text-message gateway that does not answer, a disk) delays no other, and one that is killed takes
nothing with it. A process is a fork of this one, which has loaded everything and holds no connection: it starts within
milliseconds and shares its memory. This one only counts time, by the monotonic clock, and never asks the database.

Any scheduler can run `bluezone authority publish` etc. instead.
"""

from __future__ import annotations

import contextlib
import datetime as dt
import gc
import logging
import multiprocessing
import os
import signal
import sys
import threading
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from multiprocessing.process import BaseProcess

from django.db import Error, connections

from bluezone import extras
from bluezone.authority.errors import JobBusyError
from bluezone.authority.privacy import ending
from bluezone.authority.project.processes import end_group_with
from bluezone.authority.project.schedule import BUSY_STATUS, Schedule
from bluezone.authority.site import clock, clock_guard, registries
from bluezone.authority.site.models import JobRun
from bluezone.authority.site.registries import Job, Trust
from bluezone.geography import catalogue

log = logging.getLogger(__name__)

#: between the request to end and the end
_PATIENCE_S = 5.0
#: how long jobs under way may go on when the worker ends
_STOP_PATIENCE_S = 10.0
#: a job that runs more often notes only what it did: a row every two seconds would wear out a flash card
_NOTES_EVERY = dt.timedelta(seconds=10)


# --- one run ----------------------------------------------------------------------------------------------------------


def run_job(job: Job, now: dt.datetime) -> bool:
    """Run a job, log what it says and note that it ran; return whether it had its turn (False: another is at it).

    What fails is logged; it is tried again next time. A job that publishes or deletes runs only by a clock that is
    believed.
    """
    report: object = None
    succeeded = False
    try:
        if job.trust is not Trust.NONE and job.name not in ending.JOBS_AFTER and ending.is_over(now):
            return True  # the service has ended: nothing new is made
        clock_guard.require(now, job.trust)
        if (report := job.run(now)) is not None:
            log.info("%s: %s", job.name, report)
        succeeded = True
    except JobBusyError:
        log.info("%s: another process is at it", job.name)
        return False  # which notes its own run
    except (clock_guard.ClockError, clock_guard.UnsettledClockError) as error:
        report = error
        log.error("%s: %s", job.name, error)  # noqa: TRY400 (no bug: what to do is said)
    except ModuleNotFoundError as error:
        report = error
        found = extras.missing(error, "authority")
        if found is None:
            log.exception("%s failed", job.name)
        else:
            log.error("%s", found.sentence(f"the job {job.name}"))  # noqa: TRY400 (no bug: how to mend it is said)
    except Exception as error:
        report = error
        log.exception("%s failed", job.name)
    if report is not None or job.every >= _NOTES_EVERY:
        with contextlib.suppress(Error):
            JobRun.note(job.name, now, report, succeeded=succeeded)
    return True


def _run_in_process(job: Job, worker: int) -> None:
    """Run a job in a process of its own, in a group of its own: what it starts can be ended with it."""
    os.setsid()
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(128 + signal.SIGTERM))  # cleans up: locks, sub-processes
    end_group_with(worker)
    had_its_turn = run_job(job, clock.now())
    connections.close_all()
    if not had_its_turn:
        sys.exit(BUSY_STATUS)


# --- the loop ---------------------------------------------------------------------------------------------------------


@dataclass
class _Run:
    """Hold the process of a job under way. `asked_at_s`: when it was asked to end."""

    process: BaseProcess
    asked_at_s: float | None = None


@dataclass
class Supervisor:
    """Start jobs when they are due and end those past their deadline. `clock_s` counts seconds whatever the clock."""

    jobs: Iterable[Job]
    clock_s: Callable[[], float] = time.monotonic
    runs: dict[str, _Run] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.schedule = Schedule(tuple(self.jobs))

    def step(self) -> None:
        """Take note of what has ended, end what takes too long, start what is due."""
        now_s = self.clock_s()
        self._reap(now_s)
        for name in self.schedule.overdue(now_s):
            self._end(name, now_s)
        for job in self.schedule.due(now_s):
            self._start(job, now_s)

    def _start(self, job: Job, now_s: float) -> None:
        context = multiprocessing.get_context("fork")
        process = context.Process(target=_run_in_process, args=(job, os.getpid()), name=job.name)
        process.start()
        self.runs[job.name] = _Run(process)
        self.schedule.started(job.name, now_s)

    def _reap(self, now_s: float) -> None:
        for name, run in list(self.runs.items()):
            if run.process.is_alive():
                continue
            status = run.process.exitcode
            if status not in {0, BUSY_STATUS} and run.asked_at_s is None:
                log.error("%s: its process ended with status %s; it runs again when it is due", name, status)
            run.process.close()
            del self.runs[name]
            self.schedule.ended(name, now_s, status, overran=run.asked_at_s is not None)

    def _end(self, name: str, now_s: float) -> None:
        """Ask a job's process to end; where that was asked before and time enough has passed, kill its group."""
        run = self.runs[name]
        if run.asked_at_s is None:
            log.error("%s: it takes longer than its deadline and is ended", name)
            self._ask(run, now_s)
        elif now_s - run.asked_at_s >= _PATIENCE_S:
            _kill(run.process)

    @staticmethod
    def _ask(run: _Run, now_s: float) -> None:
        run.asked_at_s = now_s
        run.process.terminate()

    def stop(self) -> None:
        """Let jobs under way finish for a while, then ask them to end, then kill them."""
        for patience_s, act in ((_STOP_PATIENCE_S, self._ask_all), (_PATIENCE_S, self._kill_all), (_PATIENCE_S, None)):
            until_s = self.clock_s() + patience_s
            while self.runs and self.clock_s() < until_s:
                self._reap(self.clock_s())
                time.sleep(0.05)
            if act is not None:
                act()

    def _ask_all(self) -> None:
        for run in self.runs.values():
            self._ask(run, self.clock_s())

    def _kill_all(self) -> None:
        for run in self.runs.values():
            _kill(run.process)


def _kill(process: BaseProcess) -> None:
    with contextlib.suppress(ProcessLookupError):
        process.kill()  # also one that has no group of its own yet
        os.killpg(process.pid or 0, signal.SIGKILL)


def work(stop: threading.Event, tick_s: float = 0.5) -> None:
    """Run jobs until `stop` is set; those under way may finish for ten seconds. One that is killed is finished by its
    next run."""
    catalogue.all_units()  # read once, before the forks
    gc.collect()
    gc.freeze()  # or the collector's marks would copy every page into every process
    connections.close_all()
    supervisor = Supervisor(registries.jobs)
    while not stop.is_set():
        supervisor.step()
        stop.wait(tick_s)
    supervisor.stop()
