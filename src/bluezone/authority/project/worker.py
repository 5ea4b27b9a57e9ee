"""Run the repeating jobs of all packages in a loop (registries.jobs).

Any scheduler can run `bluezone authority publish` etc. instead.
"""

from __future__ import annotations

import contextlib
import datetime as dt
import logging
import threading
from collections.abc import Iterable

from django.db import DatabaseError, close_old_connections

from bluezone import extras
from bluezone.authority.errors import JobBusyError
from bluezone.authority.site import clock, clock_guard, job_runs, registries
from bluezone.authority.site.registries import Job

log = logging.getLogger(__name__)


def run_job(job: Job, now: dt.datetime) -> None:
    """Run a job, log what it says and note that it ran. What fails is logged; it is tried again next time.

    A job that publishes or deletes runs only by a clock that is believed.
    """
    report: object = None
    succeeded = False
    try:
        clock_guard.require(now, job.trust)
        if (report := job.run(now)) is not None:
            log.info("%s: %s", job.name, report)
        succeeded = True
    except JobBusyError:
        log.info("%s: another worker is at it", job.name)
        return  # which notes its own run
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
    with contextlib.suppress(DatabaseError):
        job_runs.note(job.name, now, report, succeeded=succeeded)


def run_due(jobs: Iterable[Job], due: dict[str, dt.datetime], now: dt.datetime) -> None:
    """Run each job whose time has come (`due`: when each is next) and set its next time."""
    for job in jobs:
        if now < due.get(job.name, now):
            continue
        due[job.name] = now + job.every
        close_old_connections()
        run_job(job, now)


def work(stop: threading.Event, tick_s: float = 1.0) -> None:
    """Run jobs until `stop` is set. A job under way is finished first; killed, it is finished by the next run."""
    due: dict[str, dt.datetime] = {}
    while not stop.is_set():
        run_due(registries.jobs, due, clock.now())
        stop.wait(tick_s)
    for job in registries.jobs:
        job.stop()
