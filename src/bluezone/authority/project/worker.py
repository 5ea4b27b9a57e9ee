"""Run the repeating jobs of all packages in a loop (registries.jobs).

Any scheduler can run `bluezone authority publish` etc. instead.
"""

from __future__ import annotations

import datetime as dt
import logging
import threading
from collections.abc import Iterable

from django.db import close_old_connections

from bluezone import extras
from bluezone.authority.errors import JobBusyError
from bluezone.authority.site import clock, registries
from bluezone.authority.site.registries import Job

log = logging.getLogger(__name__)


def run_due(jobs: Iterable[Job], due: dict[str, dt.datetime], now: dt.datetime) -> None:
    """Run each job whose time has come (`due`: when each is next) and set its next time.

    A job that fails is logged and tried again next time; it does not stop the others.
    """
    for job in jobs:
        if now < due.get(job.name, now):
            continue
        due[job.name] = now + job.every
        close_old_connections()
        try:
            if (report := job.run(now)) is not None:
                log.info("%s: %s", job.name, report)
        except JobBusyError:
            log.info("%s: another worker is at it", job.name)
        except ModuleNotFoundError as error:
            found = extras.missing(error, "authority")
            if found is None:
                log.exception("%s failed", job.name)
            else:
                log.error("%s", found.sentence(f"the job {job.name}"))  # noqa: TRY400 (no bug: how to mend it is said)
        except Exception:
            log.exception("%s failed", job.name)


def work(stop: threading.Event, tick_s: float = 1.0) -> None:
    """Run jobs until `stop` is set. A job under way is finished first; killed, it is finished by the next run."""
    due: dict[str, dt.datetime] = {}
    while not stop.is_set():
        run_due(registries.jobs, due, clock.now())
        stop.wait(tick_s)
    for job in registries.jobs:
        job.stop()
