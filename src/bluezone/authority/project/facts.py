"""Measure an installation: what `health` judges, `/metrics` counts and operators ask at night.

Each look stands for itself: what cannot be looked at is not known, and the rest is measured all the same.
"""

from __future__ import annotations

import datetime as dt
import logging
import os
import re
import socket
import ssl
import threading
import time
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Any, Generic, TypeVar
from urllib.parse import urlsplit

from django.conf import settings
from django.db import Error, connection
from django.db.migrations.executor import MigrationExecutor
from django.db.models import Max, Sum

from bluezone.authority.errors import AuthorityError, ConfigurationError
from bluezone.authority.keys import editions, healing
from bluezone.authority.keys.export_store import INDEX, export_store
from bluezone.authority.keys.models import ExportBatch, Probe
from bluezone.authority.messages.models import SendingFailure
from bluezone.authority.project import database, whole
from bluezone.authority.project.health import BATCH_GRACE, DEEP, RULES, Facts, Queue, Run, batch_due
from bluezone.authority.signing import services as signing
from bluezone.authority.signing.models import SigningKey
from bluezone.authority.site import clock, clock_guard, registries
from bluezone.authority.site.environment import Environment
from bluezone.authority.site.models import JobRun
from bluezone.protocol.errors import ProtocolError
from bluezone.protocol.exports import index_from_text, verify_export

log = logging.getLogger(__name__)
#: to reach a public address, a gateway
_PATIENCE_S = 5.0
_PROCESSES = Path("/proc")
_SERVES = re.compile(rb"\0authority\0serve(\0|$)")
_OPEN_FILES = re.compile(r"Max open files +(\d+)", re.ASCII)

_UNUSABLE = "not known: the database cannot be used"
_GONE = (
    "its file is gone, and nothing that is stored now can be read again: stop the server, and put the file back or "
    "restore the backup"
)

_T = TypeVar("_T")
#: the facts of a part, and what measures them
_Found = Mapping[str, Any]
Look = Callable[[dt.datetime], _Found]


def gather(now: dt.datetime, parts: Iterable[str] = RULES, instead: Mapping[str, Look] = MappingProxyType({})) -> Facts:
    """Measure what these parts are judged by; `instead`: other looks at some of them."""
    found: dict[str, Any] = {}
    problems: dict[Look, str] = {}
    looks = {name: instead.get(name) or LOOKS[name] for name in parts}
    unknown: dict[str, str] = {}
    if database.is_gone():
        unknown = dict.fromkeys(looks.keys() - _OF_THE_MACHINE, _UNUSABLE) | {"database": _GONE}
        looks = {name: look for name, look in looks.items() if name in _OF_THE_MACHINE}
    for look in dict.fromkeys(looks.values()):  # several parts are judged by one
        try:
            found |= look(now)
        except Error:
            problems[look] = _UNUSABLE
        except Exception:
            log.exception("a part could not be looked at")
            problems[look] = "not known: looking failed; the server's log says why"
    unknown |= {name: problems[look] for name, look in looks.items() if look in problems}
    return Facts(at=now, unknown=unknown, **found)


class Lately(Generic[_T]):
    """Hold what was found last: anybody may ask, and however often they do, it is looked every few seconds alone.

    `behind`: who asks gets what was found before, and a thread looks anew; only the first one waits.
    """

    def __init__(self, look: Callable[[dt.datetime], _T], every_s: float, *, behind: bool = False) -> None:
        self._look, self._every_s, self._behind = look, every_s, behind
        self._lock = threading.Lock()
        self._found: _T | None = None
        self._at_s = 0.0

    def get(self) -> _T:
        with self._lock:
            found, is_old = self._found, time.monotonic() - self._at_s >= self._every_s
            if found is None or (is_old and not self._behind):
                self._found = found = self._look(clock.now())
                self._at_s = time.monotonic()
            elif is_old:
                self._at_s = time.monotonic()  # one thread at a time
                threading.Thread(target=self._look_behind, daemon=True).start()
            return found

    def _look_behind(self) -> None:
        try:
            self._found = self._look(clock.now())
        except Exception:
            log.exception("could not look anew; what was found before stands")
        finally:
            connection.close()

    def forget(self) -> None:
        self._found = None


def shallow() -> tuple[str, ...]:
    """Return the parts that are looked at without reading all that is stored."""
    return tuple(name for name in RULES if name not in DEEP)


# --- database and secrets ---------------------------------------------------------------------------------------------


def _database(_now: dt.datetime) -> _Found:
    size = "SELECT page_count * page_size FROM pragma_page_count(), pragma_page_size()"
    if connection.vendor == "postgresql":
        size = "SELECT pg_database_size(current_database())"
    with connection.cursor() as cursor:
        cursor.execute(size)
        return {"database_bytes": int(cursor.fetchone()[0])}


def _secrets(_now: dt.datetime) -> _Found:
    try:
        whole.check_secrets()
    except ConfigurationError as error:
        for problem in error.problems:
            log.error("%s", problem)  # noqa: TRY400 (no bug; the path is for the log alone)
        said = "a secret is missing, or is not the one that the database knows; the server's log says what to do"
        return {"secrets": said}
    except AuthorityError as error:
        if isinstance(error.__cause__, Error):
            raise error.__cause__ from error  # its words name the host, the port and the database
        log.error("%s", error)  # noqa: TRY400 (no bug; the path is for the log alone)
        return {"secrets": "no whole installation is here; the server's log says what to do"}
    return {}


def _keys(now: dt.datetime) -> _Found:
    try:
        signing.check_usable(now)
    except AuthorityError as error:
        log.error("%s", error)  # noqa: TRY400 (no bug; the path is for the log alone)
        return {"keys": "a private signing key is missing, or cannot be used; the server's log names it"}
    return {}


def _key_ends(now: dt.datetime) -> _Found:
    ends: dict[str, dt.datetime | None] = {}
    for key in SigningKey.objects.filter(distrusted_at=None).exclude(thru_at__lte=now):
        last = ends.get(key.purpose, key.thru_at)
        ends[key.purpose] = None if None in (last, key.thru_at) else max(filter(None, (last, key.thru_at)))
    return {"keys_end_at": ends}


def _migrations(_now: dt.datetime) -> _Found:
    executor = MigrationExecutor(connection)
    return {"missing_migrations": len(executor.migration_plan(executor.loader.graph.leaf_nodes()))}


def _clock(now: dt.datetime) -> _Found:
    verdict = clock_guard.look(now)
    return {} if verdict.is_believed else {"clock": clock_guard.sentence(verdict)}


# --- the machine ------------------------------------------------------------------------------------------------------


def _disk(_now: dt.datetime) -> _Found:
    var = settings.BLUEZONE.var
    disk = os.statvfs(var)
    return {
        "free_bytes": disk.f_bavail * disk.f_frsize,
        "free_files": disk.f_favail if disk.f_files else None,
        # To root every folder is open, but not one of a disk that is read-only.
        "can_write": os.access(var, os.W_OK),
    }


def _open_files(_now: dt.datetime) -> _Found:
    """Return how many files each process of `serve` may open, as far as this machine and user may see them."""
    limits = []
    for folder in _PROCESSES.glob("[0-9]*"):
        try:
            if _SERVES.search((folder / "cmdline").read_bytes()):
                limit = _OPEN_FILES.search((folder / "limits").read_text("ascii"))
                if limit:
                    limits.append(int(limit[1]))
        except OSError:  # it ended meanwhile, or is somebody else's
            continue
    return {"open_files": tuple(limits)}


# --- work -------------------------------------------------------------------------------------------------------------


def _runs(_now: dt.datetime) -> _Found:
    jobs = {job.name: job for job in registries.jobs}
    runs = {}
    for row in JobRun.objects.all():
        job = jobs.get(row.name)
        every, deadline = (job.every, job.deadline) if job else (None, dt.timedelta())
        runs[row.name] = Run(row.ended_at, row.succeeded_at, every, deadline, row.report)
    return {"runs": runs}


def _batch(now: dt.datetime) -> _Found:
    conf: Environment = settings.BLUEZONE
    done = ExportBatch.objects.filter(region=conf.region, state=ExportBatch.State.DONE)
    last: dt.datetime | None = done.aggregate(last=Max("end_at"))["last"]
    period = dt.timedelta(seconds=conf.export_period_s)
    late = 0 if last is None else max(0, (batch_due(now, conf.export_period_s) - last) // period)
    waiting = sum(healing.waiting(region).count() for region in editions.real_regions(conf))
    return {
        "period_s": conf.export_period_s, "last_batch_end": last, "batches_late": late, "keys_waiting": waiting,
    }  # fmt: skip


def _probe(_now: dt.datetime) -> _Found:
    last = Probe.objects.order_by("begun_at").last()
    times = Probe.objects.aggregate(published=Max("published_at"), seen=Max("seen_at"))
    unseen = Probe.objects.exclude(published_at=None).filter(seen_at=None).order_by("published_at").first()
    return {
        "probe_published_at": times["published"],
        "probe_seen_at": times["seen"],
        "probe_unseen_at": unseen.published_at if unseen else None,
        "probe_problem": last.problem if last else "",
        "period_s": settings.BLUEZONE.export_period_s,
    }


def _queues(now: dt.datetime) -> _Found:
    conf: Environment = settings.BLUEZONE
    queues = {}
    for queue in registries.queues:
        waiting = queue.due(now)
        oldest = waiting.order_by(queue.since).values_list(queue.since, flat=True).first()
        queues[queue.name] = Queue(waiting.count(), oldest, queue.most)
    ready = healing.waiting(conf.region).filter(embargoed_until__lt=now)
    oldest_key = ready.order_by("embargoed_until").values_list("embargoed_until", flat=True).first()
    most = dt.timedelta(seconds=conf.export_period_s) + BATCH_GRACE
    return {"queues": queues | {"keys of patients": Queue(ready.count(), oldest_key, most)}}


def _gateway(now: dt.datetime) -> _Found:
    conf: Environment = settings.BLUEZONE
    if conf.sms == "off":
        return {}
    today = SendingFailure.objects.filter(day=clock.date_of(now)).values_list("code").annotate(count=Sum("count"))
    found: dict[str, Any] = {"gateway_failures": dict(today)}
    if conf.sms.startswith("https://"):
        try:
            found["gateway_answer"] = _certificate(conf.sms)[1]
        except OSError as error:
            found["gateway_answer"] = _out_of_reach(error)
    return found


def _tls(_now: dt.datetime) -> _Found:
    conf: Environment = settings.BLUEZONE
    if not (conf.public_url or "").startswith("https://"):
        return {}
    try:
        ends_at, problem = _certificate(conf.public_url or "")
    except OSError as error:
        return {"tls_problem": _out_of_reach(error), "tls_is_reached": False}
    return {"tls_ends_at": ends_at, "tls_problem": problem}


def _out_of_reach(error: OSError) -> str:
    return f"cannot be reached from here ({type(error).__name__})"


def _certificate(address: str) -> tuple[dt.datetime | None, str]:
    """Return when the certificate at an address ends, or why it is refused. Raises OSError."""
    parts = urlsplit(address)
    host = parts.hostname or ""
    context = ssl.create_default_context()
    try:
        with (
            socket.create_connection((host, parts.port or 443), _PATIENCE_S) as plain,
            context.wrap_socket(plain, server_hostname=host) as wrapped,
        ):
            found = wrapped.getpeercert() or {}
    except ssl.SSLCertVerificationError as error:
        return None, f"its certificate is refused: {error.verify_message}"
    return dt.datetime.fromtimestamp(ssl.cert_time_to_seconds(str(found["notAfter"])), dt.UTC), ""


# --- all that is stored -----------------------------------------------------------------------------------------------


def _files(_now: dt.datetime) -> _Found:
    """Read every file that an index names, and verify its signature."""
    conf: Environment = settings.BLUEZONE
    store = export_store(conf)
    trusted = signing.trusted_export_keys()
    broken = []
    for region in editions.regions(conf):
        index = (store.read(f"{region}/{INDEX}") or b"").decode("ascii")
        for name in index_from_text(index):
            try:
                verify_export(store.read(name) or b"", trusted)
            except ProtocolError:
                broken.append(name)
    return {"broken_files": tuple(broken)}


def _integrity(_now: dt.datetime) -> _Found:
    """Let SQLite look at its file; PostgreSQL does so while it reads (`data_checksums`)."""
    if connection.vendor != "sqlite":
        return {}
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA quick_check(1)")
        said = cursor.fetchone()[0]
    return {} if said == "ok" else {"broken_database": said}


LOOKS: Mapping[str, Look] = {
    "database": _database,
    "secrets": _secrets,
    "keys": _keys,
    "disk": _disk,
    "worker": _runs,
    "batch": _batch,
    "clock": _clock,
    "migrations": _migrations,
    "key_ends": _key_ends,
    "jobs": _runs,
    "probe": _probe,
    "queues": _queues,
    "gateway": _gateway,
    "tls": _tls,
    "backup": _runs,
    "open_files": _open_files,
    "files": _files,
    "integrity": _integrity,
}
#: looked at without the database
_OF_THE_MACHINE = frozenset({"disk", "open_files", "tls"})
