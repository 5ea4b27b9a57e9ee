"""Answer those who watch the server whether this installation can do its work: sign, store, write files, and whether a
worker does what is due."""

from __future__ import annotations

import datetime as dt
import logging
import os
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from http import HTTPStatus

from django.conf import settings
from django.db import Error, connection
from django.db.models import Max
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_safe

from bluezone.authority.errors import AuthorityError, ConfigurationError
from bluezone.authority.keys import rules as key_rules
from bluezone.authority.keys.models import ExportBatch
from bluezone.authority.project import whole
from bluezone.authority.signing import services as signing
from bluezone.authority.site import clock, job_runs
from bluezone.authority.site.environment import Environment
from bluezone.authority.site.models import JobRun

log = logging.getLogger(__name__)
#: below this an export of a large batch, or a day of SQLite's log, may not fit
LEAST_FREE_BYTES = 500_000_000
#: below this many more files (inodes) exports and caches may be refused
LEAST_FREE_FILES = 10_000
#: without these nothing can be served
VITAL = ("database", "secrets", "keys")
#: a batch is out a minute after its time, and the worker's hourly jobs may take some
BATCH_GRACE = dt.timedelta(minutes=10)
#: the job that runs every minute, and how long nothing may be heard of it: a large batch takes minutes
HEARTBEAT_JOB, HEARTBEAT_GRACE = "publish", dt.timedelta(minutes=5)
_OK = "ok"
#: anybody may ask: so often it is looked, however often it is asked
_LOOK_EVERY_S = 2.0


@dataclass(frozen=True, slots=True)
class Readiness:
    """Hold what was found: a sentence for each part, `ok` where nothing is wrong. No paths, no names."""

    parts: dict[str, str]

    @property
    def is_ready(self) -> bool:
        return all(found == _OK for found in self.parts.values())


def disk_problem(free_bytes: int, free_files: int | None = None, *, can_write: bool = True) -> str | None:
    """Say that the disk is read-only, or that too little is left of it; `free_files`: None where they have no bound."""
    if not can_write:
        return "the disk is read-only, or its folder is somebody else's: nothing can be stored"
    if free_files is not None and free_files < LEAST_FREE_FILES:
        return f"{free_files} more files fit (inodes); below {LEAST_FREE_FILES} files may be refused"
    if free_bytes >= LEAST_FREE_BYTES:
        return None
    return f"{free_bytes // 1_000_000} MB are free; below {LEAST_FREE_BYTES // 1_000_000} MB files may be refused"


def batch_problem(last_end: dt.datetime | None, now: dt.datetime, period_s: int) -> str | None:
    """Say that a batch is late; `last_end` is where the last finished one ended.

    Without any there is nothing to be late: the first run of the worker makes one, and without a worker that is said.
    """
    due = key_rules.floor(now - BATCH_GRACE, period_s)
    if last_end is None or last_end >= due:
        return None
    return f"the last batch of keys ended at {last_end:%Y-%m-%dT%H:%MZ}; one that ended at {due:%Y-%m-%dT%H:%MZ} is due"


def worker_problem(last: JobRun | None, now: dt.datetime) -> str | None:
    """Say that no worker runs, or that what it runs fails; `last` is the last run of `HEARTBEAT_JOB`.

    A run in the future is none: the clock was put back since, and a worker notes a new run within a minute.
    """
    if last is None:
        return "no worker has run yet"
    if abs(now - last.ended_at) > HEARTBEAT_GRACE:
        return f"the last sign of a worker is of {last.ended_at:%Y-%m-%dT%H:%M:%SZ}"
    if last.succeeded_at is None or abs(now - last.succeeded_at) > HEARTBEAT_GRACE:
        succeeded = f"{last.succeeded_at:%Y-%m-%dT%H:%M:%SZ}" if last.succeeded_at else "never"
        return f"`{HEARTBEAT_JOB}` runs and fails; it last succeeded: {succeeded}"
    return None


def look(now: dt.datetime) -> Readiness:
    """Look at every part."""
    checks: dict[str, Callable[[dt.datetime], str | None]] = {
        "database": _database,
        "secrets": _secrets,
        "keys": _keys,
        "disk": _disk,
        "worker": _worker,
        "batch": _batch,
    }
    return Readiness({name: _found(check, now) for name, check in checks.items()})


def _found(check: Callable[[dt.datetime], str | None], now: dt.datetime) -> str:
    try:
        return check(now) or _OK
    except Error:
        return "not known: the database cannot be used"
    except Exception:
        log.exception("a part could not be looked at")
        return "not known: looking failed; the server's log says why"


def _database(now: dt.datetime) -> str | None:  # noqa: ARG001
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
    return None


def _secrets(now: dt.datetime) -> str | None:  # noqa: ARG001
    try:
        whole.check_secrets()
    except ConfigurationError as error:
        for problem in error.problems:
            log.error("%s", problem)  # noqa: TRY400 (no bug; the path is for the log alone)
        return "a secret is missing, or is not the one that the database knows; the server's log says what to do"
    except AuthorityError as error:
        return str(error)
    return None


def _keys(now: dt.datetime) -> str | None:
    try:
        signing.check_usable(now)
    except AuthorityError as error:
        log.error("%s", error)  # noqa: TRY400 (no bug; the path is for the log alone)
        return "a private signing key is missing, or cannot be used; the server's log names it"
    return None


def _disk(now: dt.datetime) -> str | None:  # noqa: ARG001
    var = settings.BLUEZONE.var
    disk = os.statvfs(var)
    free_files = disk.f_favail if disk.f_files else None
    # To root every folder is open, but not one of a disk that is read-only.
    return disk_problem(disk.f_bavail * disk.f_frsize, free_files, can_write=os.access(var, os.W_OK))


def _worker(now: dt.datetime) -> str | None:
    return worker_problem(job_runs.last_run(HEARTBEAT_JOB), now)


def _batch(now: dt.datetime) -> str | None:
    conf: Environment = settings.BLUEZONE
    done = ExportBatch.objects.filter(region=conf.region, state=ExportBatch.State.DONE)
    return batch_problem(done.aggregate(last=Max("end_at"))["last"], now, conf.export_period_s)


class _Last:
    """Hold what was found last."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._found: Readiness | None = None
        self._at_s = float("-inf")

    def get(self) -> Readiness:
        with self._lock:
            if self._found is None or time.monotonic() - self._at_s >= _LOOK_EVERY_S:
                self._found, self._at_s = look(clock.now()), time.monotonic()
            return self._found

    def forget(self) -> None:
        self._found = None


last = _Last()


@csrf_exempt
@require_safe
def readyz(request: HttpRequest) -> HttpResponse:
    """Report each part; 503 where one fails. `?part=` (once or more): of these parts alone."""
    parts = last.get().parts
    wanted = request.GET.getlist("part")
    if unknown := sorted(set(wanted) - set(parts)):
        message = f"there is no part {unknown[0]!a}; there are: {', '.join(parts)}"
        return JsonResponse({"error": message}, status=HTTPStatus.BAD_REQUEST, headers={"Cache-Control": "no-store"})
    shown = Readiness({name: found for name, found in parts.items() if not wanted or name in wanted})
    return JsonResponse(
        {"status": "ready" if shown.is_ready else "failing", "parts": shown.parts},
        status=HTTPStatus.OK if shown.is_ready else HTTPStatus.SERVICE_UNAVAILABLE,
        headers={"Cache-Control": "no-store"},
    )


@csrf_exempt
@require_safe
def healthz(request: HttpRequest) -> HttpResponse:  # noqa: ARG001
    """Report that this process answers. (The edge does it before a request comes here: `edge.application`.)"""
    return JsonResponse({"status": "ok"}, headers={"Cache-Control": "no-store"})
