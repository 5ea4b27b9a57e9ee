"""Show Prometheus what is measured of an installation, on a port of its own.

One process answers, beside the workers of `serve`: what stands in the database and on the disk is measured when it is
asked (`facts`, as `bluezone authority check` does), requests are summed from the files in which each worker counts.
"""

from __future__ import annotations

import datetime as dt
import multiprocessing
import os
import shutil
import signal
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING
from wsgiref.simple_server import WSGIRequestHandler, make_server

from django.db import connections

from bluezone.authority.project import facts, health
from bluezone.authority.project.edge.counting import FOLDER
from bluezone.authority.project.health import Facts
from bluezone.authority.project.processes import end_with_parent
from bluezone.authority.site import clock

if TYPE_CHECKING:
    from prometheus_client.core import GaugeMetricFamily

#: who asks and then says nothing keeps the one process for so long
_PATIENCE_S = 5
#: of a metric: its help, the name of its label, and from the facts the values by that label (empty: it has none)
_Values = Mapping[str, float | None]
_GAUGES: Mapping[str, tuple[str, str, Callable[[Facts], _Values]]] = {
    "part_level": (
        "What `bluezone authority check` finds of a part: 0 well, 1 warning, 2 critical",
        "part",
        lambda found: {name: each.level for name, each in health.judge(found, facts.shallow()).items()},
    ),
    "last_batch_timestamp_seconds": ("End of the last batch of keys", "", lambda found: _at(found.last_batch_end)),
    "batches_late": ("Batches that are due and not out", "", lambda found: {"": found.batches_late}),
    "keys_waiting": ("Keys that no batch has yet", "", lambda found: {"": found.keys_waiting}),
    "probe_published_timestamp_seconds": (
        "When a made-up case was published last", "", lambda found: _at(found.probe_published_at),
    ),
    "probe_seen_timestamp_seconds": (
        "When one was last found in a file, as phones look", "", lambda found: _at(found.probe_seen_at),
    ),
    "job_success_timestamp_seconds": (
        "When a job last did what it is for",
        "job_name",
        lambda found: {name: _seconds(run.succeeded_at) for name, run in found.runs.items()},
    ),
    "queue_waiting": (
        "What waits for the worker", "queue", lambda found: {name: each.waiting for name, each in found.queues.items()},
    ),
    "queue_oldest_seconds": (
        "For how long the oldest has been due",
        "queue",
        lambda found: {
            name: (found.at - each.oldest_at).total_seconds() if each.oldest_at else 0.0
            for name, each in found.queues.items()
        },
    ),
    "database_bytes": ("Size of the database", "", lambda found: {"": found.database_bytes}),
    "disk_free_bytes": ("What is free of the disk", "", lambda found: {"": found.free_bytes}),
    "disk_free_files": ("How many more files fit (inodes)", "", lambda found: {"": found.free_files}),
    "certificate_end_timestamp_seconds": (
        "End of the certificate of the public address", "", lambda found: _at(found.tls_ends_at),
    ),
    "sms_failures_today": (
        "Text messages that the gateway did not take today", "code", lambda found: found.gateway_failures or {},
    ),
}  # fmt: skip


def _seconds(moment: dt.datetime | None) -> float | None:
    return None if moment is None else moment.timestamp()


def _at(moment: dt.datetime | None) -> _Values:
    return {"": _seconds(moment)}


def gauges(found: Facts) -> Iterator[GaugeMetricFamily]:
    """Return what was measured, as metrics; what is not known has no value."""
    from prometheus_client.core import GaugeMetricFamily

    for name, (text, label, values) in _GAUGES.items():
        family = GaugeMetricFamily(f"bluezone_{name}", text, labels=[label] if label else None)
        for key, value in values(found).items():
            if value is not None:
                family.add_metric([key] if label else [], value)
        yield family


#: other servers than ours are asked so seldom, not at every scrape, and nobody waits for them
_ELSEWHERE_S = 600.0
_elsewhere = {name: facts.Lately(facts.LOOKS[name], _ELSEWHERE_S, behind=True) for name in ("tls", "gateway")}


class _Measured:
    """Measure whenever metrics are asked for."""

    def collect(self) -> Iterator[GaugeMetricFamily]:
        looks = {name: lambda _now, held=held: held.get() for name, held in _elsewhere.items()}
        try:
            yield from gauges(facts.gather(clock.now(), facts.shallow(), looks))
        finally:
            connections.close_all()  # asked every half minute: none waits in between


def text() -> bytes:
    """Return all metrics in Prometheus' own format."""
    from prometheus_client import CollectorRegistry, generate_latest
    from prometheus_client.multiprocess import MultiProcessCollector

    registry = CollectorRegistry()
    registry.register(_Measured())
    if os.environ.get(FOLDER):
        MultiProcessCollector(registry)  # type: ignore[no-untyped-call]
    return bytes(generate_latest(registry))


def _application(environ: Mapping[str, str], start: Callable[..., object]) -> list[bytes]:
    if environ["PATH_INFO"] != "/metrics":
        start("404 Not Found", [("Content-Type", "text/plain")])
        return [b"only /metrics is here\n"]
    start("200 OK", [("Content-Type", "text/plain; version=0.0.4; charset=utf-8"), ("Cache-Control", "no-store")])
    return [text()]


class _Handler(WSGIRequestHandler):
    timeout = _PATIENCE_S

    def log_message(self, *_: object) -> None:
        """Log no request."""


def prepare(folder: Path) -> None:
    """Name the folder in which workers count, empty. Call it before they are forked."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True, mode=0o700)
    os.environ[FOLDER] = str(folder)


def start(host: str, port: int) -> str:
    """Start the process that answers, which ends with this one, and return its address. Raises OSError where the port
    is taken."""
    server = make_server(host, port, _application, handler_class=_Handler)
    context = multiprocessing.get_context("fork")
    context.Process(target=_answer, args=(server, os.getpid()), name="metrics", daemon=True).start()
    address = f"http://{f'[{host}]' if ':' in host else host}:{server.server_port}/metrics"
    server.socket.close()
    return address


def _answer(server: object, parent: int) -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    end_with_parent(parent)
    server.serve_forever()  # type: ignore[attr-defined]
