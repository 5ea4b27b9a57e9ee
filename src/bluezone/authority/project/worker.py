"""The jobs that repeat, and a loop that runs them. Any scheduler can run `bluezone authority publish` etc. instead."""

from __future__ import annotations

import datetime as dt
import logging
import threading
from collections.abc import Callable
from dataclasses import dataclass

from django.db import close_old_connections

from bluezone import extras
from bluezone.authority.campaign.bulletins.services import issue_due
from bluezone.authority.campaign.installations.rollup import roll_up
from bluezone.authority.campaign.public import curves
from bluezone.authority.errors import JobBusyError
from bluezone.authority.keys.batches import publish
from bluezone.authority.keys.purge import purge
from bluezone.authority.messages.news import services as news
from bluezone.authority.messages.news import texting
from bluezone.authority.messages.phone_numbers import services as phone_numbers
from bluezone.authority.simulations.services import Starter
from bluezone.authority.site import clock
from bluezone.authority.site.uploads import pipeline

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Job:
    """Something to do every so often. Its own lock keeps two workers from doing it at once."""

    name: str
    every: dt.timedelta
    run: Callable[[dt.datetime], object]


_simulations = Starter()
JOBS = (
    Job("publish", dt.timedelta(minutes=1), publish),
    Job("purge", dt.timedelta(hours=1), purge),
    Job("news", dt.timedelta(minutes=10), news.refresh),
    Job("text-messages", dt.timedelta(minutes=1), texting.send_due),
    Job("phone-numbers", dt.timedelta(hours=1), phone_numbers.purge),
    Job("bulletins", dt.timedelta(minutes=1), issue_due),
    Job("uploads", dt.timedelta(minutes=10), pipeline.expire),
    Job("roll-up", dt.timedelta(minutes=10), roll_up),
    Job("curves", dt.timedelta(minutes=10), curves.warm),
    Job("simulate", dt.timedelta(seconds=5), _simulations),
)


def run_due(jobs: tuple[Job, ...], due: dict[str, dt.datetime], now: dt.datetime) -> None:
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
        run_due(JOBS, due, clock.now())
        stop.wait(tick_s)
    _simulations.stop()
