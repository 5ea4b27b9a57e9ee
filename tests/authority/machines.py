"""Run a PostgreSQL cluster, and an authority's server and worker, to be killed (-9) and started again."""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from tempfile import mkdtemp
from typing import Any

from tests.authority import forked

#: the worker as it is, but with jobs due all the time, and a disk that is full while a file says so
_WORKER = """
import datetime as dt, errno, signal, threading
import django; django.setup()
from django.conf import settings
from bluezone.authority.keys.export_store import FolderStore
from bluezone.authority.project import worker
from bluezone.authority.site import registries
from dataclasses import replace
from types import SimpleNamespace

real = FolderStore.put

def put(self, name, data):
    if (settings.BLUEZONE.var / "full").exists():
        path = self.root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.with_name(f".{path.name}.partial").write_bytes(data[: len(data) // 2])
        raise OSError(errno.ENOSPC, "No space left on device")
    real(self, name, data)

FolderStore.put = put
wanted = {"publish": 0.4, "purge": 2.5, "code messages": 0.4, "roll-up": 1.5}
registries.jobs = [
    replace(job, every=dt.timedelta(seconds=wanted[job.name])) for job in registries.jobs if job.name in wanted
]
worker._NOTES_EVERY = dt.timedelta()
worker.catalogue = SimpleNamespace(all_units=lambda: None)  # not read ahead: no round of these needs all of it
stop = threading.Event()
signal.signal(signal.SIGTERM, lambda *_: stop.set())
worker.work(stop, tick_s=0.05)
"""


class Cluster:
    """A PostgreSQL cluster of the test's own, to be crashed."""

    def __init__(self, folder: Path, programs: Path) -> None:
        self.folder, self.programs = folder, programs
        folder.mkdir()
        self.as_user = ["runuser", "-u", "postgres", "--"] if os.getuid() == 0 else []
        if self.as_user:
            shutil.chown(folder, "postgres")
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]
        self._run("initdb", "--pgdata", str(folder / "data"), "--username", "bluezone", "--auth", "trust", "--no-sync")
        self.start()

    def url(self, database: str = "postgres") -> str:
        return f"postgres://bluezone@127.0.0.1:{self.port}/{database}"

    def _run(self, program: str, *arguments: str) -> None:
        subprocess.run(
            [*self.as_user, str(self.programs / program), *arguments], check=True, capture_output=True, cwd="/"
        )

    def start(self) -> None:
        options = f"-p {self.port} -k {self.folder} -c listen_addresses=127.0.0.1"
        log = str(self.folder / "log")
        data = str(self.folder / "data")
        # its output must not be a pipe of ours: the server keeps it open
        subprocess.run(
            [*self.as_user, str(self.programs / "pg_ctl"), "-D", data, "-l", log, "-w", "-o", options, "start"],
            check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, cwd="/",
        )  # fmt: skip

    def crash(self) -> None:
        """End all its processes at once, without a checkpoint."""
        self._run("pg_ctl", "-D", str(self.folder / "data"), "-m", "immediate", "-w", "stop")

    def run(self, program: str, database: str, *arguments: str) -> None:
        """Run a client's program on a database."""
        subprocess.run([program, f"--dbname={self.url(database)}", *arguments], check=True, capture_output=True)


@contextmanager
def own_cluster() -> Iterator[Cluster | None]:
    """Make a cluster; give None where PostgreSQL's programs are not here."""
    found = shutil.which("initdb")
    if found is None:
        yield None
        return
    folder = Path(mkdtemp(prefix="bluezone-pg-", dir="/tmp"))  # short: it holds a socket
    folder.rmdir()
    cluster = Cluster(folder, Path(found).resolve().parent)
    try:
        yield cluster
    finally:
        with suppress(subprocess.CalledProcessError):
            cluster.crash()
        shutil.rmtree(folder, ignore_errors=True)


class Machine:
    """A server and a worker."""

    def __init__(self, installation: Any) -> None:
        self.installation = installation
        self.worker: forked.Started | None = None
        self.start()

    def start(self) -> None:
        """Start what does not run."""
        if self.installation.server is None:
            self.installation.start()
        if self.worker is None:
            settings = {"DJANGO_SETTINGS_MODULE": "bluezone.authority.project.settings"}
            environment = self.installation.environment() | settings
            with (self.installation.var / "worker.log").open("ab") as log, Path(os.devnull).open("r+b") as nothing:
                self.worker = forked.start(["-c", _WORKER], environment, nothing.fileno(), log.fileno(), log.fileno())

    def kill_server(self) -> None:
        if self.installation.server is not None:
            self.installation.stop(signal.SIGKILL)

    def kill_worker(self) -> None:
        if self.worker is not None:
            self.worker.send_signal(signal.SIGKILL)
            self.worker.wait()
            self.worker = None

    def kill(self) -> None:
        self.kill_worker()
        self.kill_server()
