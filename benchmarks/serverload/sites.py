"""The servers that are measured: ours on a database, and the reference key server beside it."""

from __future__ import annotations

import contextlib
import json
import os
import signal
import socket
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

import psycopg

from national.cluster import cpu_s, postmaster
from serverload.messages import Authority

ROOT = Path(__file__).resolve().parents[2]
#: starts the reference; of the folder where the tests look for its programs too
PEER = Path(os.environ.get("BLUEZONE_REFERENCE_TOOLS", "")) / "peer"
#: as the peer's seed has it
_PEER_NAMES = {"key_id": "1", "issuer": "iss-test", "audience": "aud-test"}
_PEER_APP = "com.example.android.app"
_NO_LIMIT = "1000000000"


@dataclass
class Server:
    """A server that answers: where, who signs its certificates, and the processes whose CPU time is its own."""

    name: str
    url: str
    process: int
    database: int | None
    authority: Authority

    def cpu_s(self) -> tuple[float, float]:
        """CPU seconds so far, of the server and of its database (0 where that is in the server)."""
        return cpu_s(self.process), cpu_s(self.database) if self.database else 0.0


@dataclass
class Site:
    """Our authority in a folder, on PostgreSQL (`url`) or SQLite (none)."""

    name: str
    var: Path
    url: str = ""
    settings: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.var.mkdir(exist_ok=True, parents=True)
        kept = {name: text for name, text in os.environ.items() if not name.startswith(("BLUEZONE_", "DATABASE_URL"))}
        self.environment = {
            **kept,
            "PYTHONPATH": os.pathsep.join((str(ROOT / "src"), str(ROOT / "benchmarks"))),
            "DJANGO_SETTINGS_MODULE": "bluezone.authority.project.settings",
            "BLUEZONE_VAR": str(self.var),
            "BLUEZONE_SECRETS": str(self.var / "secrets"),
            # few addresses speak for a country here
            "BLUEZONE_RATE_LIMIT": _NO_LIMIT,
            "BLUEZONE_COUNTING_RATE_LIMIT": _NO_LIMIT,
            # what an answer costs is measured, not the wait for the fixed mark after a request's arrival
            "BLUEZONE_ANSWER_AT_MS": "0",
            **({"DATABASE_URL": self.url} if self.url else {}),
            **self.settings,
        }

    def command(self, *arguments: str) -> list[str]:
        return [sys.executable, "-m", "bluezone", "authority", *arguments]

    def run(self, *arguments: str) -> str:
        done = subprocess.run(
            self.command(*arguments), env=self.environment, check=True, stdout=subprocess.PIPE, text=True
        )
        return done.stdout

    def python(self, *arguments: str) -> str:
        done = subprocess.run(
            [sys.executable, *arguments], env=self.environment, check=True, stdout=subprocess.PIPE, text=True
        )
        return done.stdout

    def codes(self, count: int) -> list[str]:
        """Open so many cases and return their codes."""
        found: list[str] = json.loads(self.python("-m", "serverload.cases", str(count)))
        return found

    def a_day_passes(self) -> None:
        """Let the phones that registered have been in use yesterday."""
        set_back = "UPDATE campaign_installation SET last_active_on = %s"
        if self.url:
            with psycopg.connect(self.url, autocommit=True) as connection:
                connection.execute(set_back % "last_active_on - 1 WHERE last_active_on = current_date")
                connection.execute("VACUUM ANALYZE campaign_installation")
            return
        with contextlib.closing(sqlite3.connect(self.var / "db.sqlite3", timeout=60)) as database, database:
            database.execute(set_back % "date(last_active_on, '-1 day')")

    @contextlib.contextmanager
    def serving(self, workers: int) -> Iterator[Server]:
        process = subprocess.Popen(
            self.command("serve", "--port", "0", "--json", "--workers", str(workers)),
            env=self.environment, stdout=subprocess.PIPE, stderr=(self.var / "serve.log").open("ab"), text=True,
        )  # fmt: skip
        assert process.stdout is not None
        try:
            url = json.loads(process.stdout.readline())["url"]
            yield Server(
                self.name,
                url,
                process.pid,
                postmaster(self.url) if self.url else None,
                Authority.of(
                    self.var / "secrets" / "certificate-v1.pem", "v1", "vn.bluezone.verification", "vn.bluezone.keys",
                    "vn.bluezone",
                ),
            )  # fmt: skip
        finally:
            process.terminate()
            process.wait()


@contextlib.contextmanager
def reference(folder: Path, url: str) -> Iterator[Server]:
    """Start the reference key server on the PostgreSQL at `url` and give it; stopped at the end."""
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute("CREATE ROLE postgres SUPERUSER LOGIN")
    port, database_port = _free_port(), urlsplit(url).port
    done = subprocess.run(
        [str(PEER), "start", str(folder), str(database_port), str(port)], check=True, capture_output=True, text=True
    )
    process = int(done.stdout.split()[-1])
    try:
        _wait(port)
        key = subprocess.run([str(PEER), "key", str(folder)], check=True, stdout=subprocess.PIPE, text=True)
        authority = Authority.of(Path(key.stdout.split()[0]), health_authority=_PEER_APP, **_PEER_NAMES)
        yield Server("reference", f"http://127.0.0.1:{port}", process, postmaster(url), authority)
    finally:
        with contextlib.suppress(ProcessLookupError):
            os.kill(process, signal.SIGTERM)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def _wait(port: int) -> None:
    for _ in range(100):
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=1):
            return
        time.sleep(0.1)
    raise TimeoutError("the reference server does not answer")
