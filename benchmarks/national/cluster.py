"""A PostgreSQL of our own for a measurement, an authority on it, and how much CPU time it took."""

from __future__ import annotations

import contextlib
import datetime as dt
import os
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Iterator, Mapping
from pathlib import Path

import psycopg

_TICKS_PER_S = os.sysconf("SC_CLK_TCK")


class MissingPostgresError(Exception):
    """No PostgreSQL server is installed here."""


@contextlib.contextmanager
def cluster(directory: Path | None, settings: Mapping[str, str]) -> Iterator[str]:
    """Start a throw-away PostgreSQL in `directory` (a temporary one without) and give its URL; stopped at the end.

    Durable as PostgreSQL comes (fsync on): a figure measured without would be none. Root may not run a server: then
    the user `postgres` does.
    """
    binaries = sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda path: int(path.parent.name))
    if not binaries:
        raise MissingPostgresError("PostgreSQL is not installed: `apt-get install postgresql` brings it")
    home = Path(tempfile.mkdtemp(prefix="bluezone-bench-postgres-", dir=directory))
    if os.getuid() == 0:
        shutil.chown(home, "postgres")
    data, port = home / "data", _free_port()
    try:
        _run(binaries[-1] / "initdb", "--pgdata", data, "--username", "bluezone", "--auth", "trust", "--no-sync")
        options = f"-p {port} -k {home} -c listen_addresses=127.0.0.1 " + " ".join(
            f"-c {name}={value}" for name, value in settings.items()
        )
        control = (binaries[-1] / "pg_ctl", "--pgdata", data)
        _run(*control, "--log", home / "log", "--wait", "--options", options, "start")
        try:
            yield f"postgres://bluezone@127.0.0.1:{port}/postgres"
        finally:
            _run(*control, "--mode", "immediate", "stop")
    finally:
        shutil.rmtree(home, ignore_errors=True)


def _run(*command: object) -> None:
    words = [str(word) for word in command]
    if os.getuid() == 0:
        words = ["runuser", "-u", "postgres", "--", *words]
    subprocess.run(words, check=True, stdout=subprocess.DEVNULL, cwd="/")


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def server_environment(url: str, var: Path, now: dt.datetime) -> dict[str, str]:
    """What an authority on that database needs to know; its clock, a file in `var`, stands at `now`."""
    (var / "clock").write_text(str(now.timestamp()))
    return {
        "BLUEZONE_SECRETS": str(var / "secrets"),
        "BLUEZONE_SECRET_KEY": "a benchmark's secret, the same each time",
        "BLUEZONE_PERSONS_KEY": "a benchmark's key of identities, the same each time",
        "DATABASE_URL": url,
        "BLUEZONE_VAR": str(var),
        "BLUEZONE_REHEARSAL_CLOCK": str(var / "clock"),
        "DJANGO_SETTINGS_MODULE": "bluezone.authority.project.settings",
    }


def postmaster(url: str) -> int:
    """The process of a PostgreSQL server of this machine."""
    with psycopg.connect(url) as connection:
        row = connection.execute("SELECT pg_backend_pid()").fetchone()
        assert row is not None
        return int(Path(f"/proc/{row[0]}/stat").read_text().rpartition(")")[2].split()[1])


def cpu_s(root: int) -> float:
    """CPU seconds so far of a process and all below it, those that ended included."""
    children: dict[int, list[int]] = {}
    spent: dict[int, int] = {}
    for path in Path("/proc").glob("[0-9]*/stat"):
        with contextlib.suppress(OSError):
            fields = path.read_text().rpartition(")")[2].split()
            pid = int(path.parent.name)
            children.setdefault(int(fields[1]), []).append(pid)
            spent[pid] = sum(int(value) for value in fields[11:15])
    total, waiting = 0, [root]
    while waiting:
        pid = waiting.pop()
        total += spent.get(pid, 0)
        waiting += children.get(pid, ())
    return total / _TICKS_PER_S


def machine_busy_s() -> float:
    """CPU seconds that all processes of the machine have taken since it started."""
    fields = [int(value) for value in Path("/proc/stat").read_text().split("\n", 1)[0].split()[1:]]
    idle = fields[3] + fields[4]
    return (sum(fields[:8]) - idle) / _TICKS_PER_S
