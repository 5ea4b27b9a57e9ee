"""Run an authority on one machine or more and phones that publish, and kill -9 its processes; kill suites share it."""

from __future__ import annotations

import contextlib
import datetime as dt
import json
import os
import secrets
import shutil
import signal
import socket
import subprocess
import threading
import time
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import httpx
import numpy as np
from tests.authority import forked

from bluezone.protocol.exports import index_from_text, read_export
from bluezone.protocol.keys import TemporaryExposureKey
from bluezone.protocol.messages import (
    CertificateRequest,
    CertificateResponse,
    PublishRequest,
    PublishResponse,
    VerifyRequest,
    VerifyResponse,
)
from bluezone.protocol.verification import tek_mac

PERIOD_S, DAY_S = 4 * 3_600, 86_400

#: the worker as it is, but with jobs due all the time, and a disk that is full while a file says so
_WORKER = """
import datetime as dt, errno, signal, threading
import django; django.setup()
from django.conf import settings
from bluezone.authority.keys.export_store import FolderStore
from bluezone.authority.project import worker
from bluezone.authority.site import registries
from dataclasses import replace

real = FolderStore.put

def put(self, name, data):
    if (settings.BLUEZONE.var / "full").exists():
        path = self.root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.with_name(f".{path.name}.partial").write_bytes(data[: len(data) // 2])
        raise OSError(errno.ENOSPC, "No space left on device")
    real(self, name, data)

FolderStore.put = put
wanted = {"publish": 0.4, "purge": 2.5}
registries.jobs = [
    replace(job, every=dt.timedelta(seconds=wanted[job.name])) for job in registries.jobs if job.name in wanted
]
worker._NOTES_EVERY = dt.timedelta()
worker.catalogue.all_units = lambda: None
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

    @property
    def url(self) -> str:
        return f"postgres://bluezone@127.0.0.1:{self.port}/postgres"

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


class Reader:
    """Reads the exports folder all the time, as a web server before it would, and checks what it finds."""

    def __init__(self, scene: Scene) -> None:
        self.scene, self.folder = scene, scene.installation.var / "exports"
        self.files: dict[str, list[TemporaryExposureKey]] = {}
        self.wrong: list[str] = []
        self.stop = threading.Event()
        self.thread = threading.Thread(target=self._loop)
        self.thread.start()

    def _loop(self) -> None:
        while not self.stop.wait(0.05):
            try:
                self.look()
            except Exception as error:  # noqa: BLE001 (told by the test)
                self.wrong.append(repr(error))
                return

    def look(self) -> None:
        index = self.folder / "452" / "index.txt"
        for name in index_from_text(index.read_text("ascii"), "452/"):
            if name in self.files:
                continue
            path = self.folder / name
            if not path.exists() and name not in index.read_text("ascii"):
                continue  # purged since
            self.files[name] = list(read_export(path.read_bytes()).export.keys)
            now_s = self.scene.now_s
            early = [key for key in self.files[name] if (key.end_interval * 600 + 7_200) > now_s]
            self.wrong += [f"{key.key.hex()} in {name} at {now_s}" for key in early]


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

    def end(self) -> None:
        if self.worker is not None:
            self.worker.send_signal(signal.SIGTERM)
            self.worker.wait(timeout=30)
        self.kill_server()


class Scene:
    """An authority on one machine or several, phones that publish, and what strikes them."""

    def __init__(self, installations: Sequence[Any], cluster: Cluster | None, seed: int):
        self.installation, self.cluster = installations[0], cluster
        self.chance = np.random.default_rng(seed)
        self.now_s = float((self.installation.var / "clock").read_text())
        self.accepted: list[bytes] = []
        self.struck: Counter[str] = Counter()
        self.machines = [Machine(each) for each in installations]
        self.reader = Reader(self)

    def one_machine(self) -> Machine:
        """The one that is struck; a machine that is down already is struck no more."""
        up = [each for each in self.machines if each.installation.server and each.worker]
        return up[int(self.chance.integers(len(up)))] if len(up) > 1 else up[0]

    def passes(self, seconds: float) -> None:
        self.installation.set_clock(self.now_s + seconds)
        self.now_s += seconds

    # --- a phone ------------------------------------------------------------------------------------------------------

    def upload(self) -> None:
        """Publish a patient's keys, today's among them; try again, as a phone does, until that is answered."""
        today = int(self.now_s // DAY_S) * 144
        keys = tuple(TemporaryExposureKey(secrets.token_bytes(16), today - 144 * back) for back in range(4))
        hmac_key = secrets.token_bytes(16)
        token = self._until(self._token)
        asked = CertificateRequest(token, tek_mac(keys, hmac_key)).to_json()
        certificate = CertificateResponse.from_json(self._until(lambda: self._post("/api/certificate", asked)))
        body = PublishRequest(keys, "vn.bluezone", certificate.certificate, hmac_key).to_json("x" * 1_024)
        answer = PublishResponse.from_json(self._until(lambda: self._post("/v1/publish", body)))
        assert answer.code == "", answer
        self.accepted += [key.key for key in keys]

    def _case(self) -> bytes:
        day = dt.datetime.fromtimestamp(self.now_s, dt.UTC).date()
        return json.dumps({"report_type": "confirmed", "test_date": day.isoformat()}).encode()

    def _token(self) -> str:
        """Ask for a code and trade it for a token; a code whose answer was lost is not tried again, a new one is."""
        code = json.loads(self._post("/officer/api/cases", self._case(), officer=True))["code"]
        return VerifyResponse.from_json(self._post("/api/verify", VerifyRequest(code).to_json())).token

    def _post(self, path: str, body: bytes, *, officer: bool = False) -> bytes:
        headers = {"Content-Type": "application/json"}
        if officer:
            headers["Authorization"] = f"Bearer {self.installation.token}"
        machine = secrets.choice(self.machines).installation  # as a load balancer that has not heard of the dead yet
        answer = httpx.post(machine.url + path, content=body, headers=headers, timeout=30)
        if answer.status_code >= 500:
            raise httpx.TransportError(f"{path}: {answer.status_code}")
        assert answer.status_code < 300, f"{path}: {answer.status_code} {answer.text[:300]} {dict(self.struck)}"
        return answer.content

    def _until(self, ask: Any) -> Any:
        for _ in range(300):
            try:
                return ask()
            except httpx.TransportError:
                time.sleep(0.1)
        raise AssertionError("no answer in 30 s")

    # --- what strikes -------------------------------------------------------------------------------------------------

    def strike(self, blow: str) -> None:
        self.struck[blow] += 1
        getattr(self, f"_strike_{blow}")()

    def _strike_server(self) -> None:
        machine = self.one_machine()
        machine.kill_server()
        machine.start()

    def _strike_worker(self) -> None:
        machine = self.one_machine()
        machine.kill_worker()
        machine.start()

    def _strike_machine(self) -> None:
        """Kill all of a machine; it stays down while the phone goes on with the other, until the next round."""
        machine = self.one_machine()
        machine.kill_worker()
        machine.kill_server()

    def _strike_job(self) -> None:
        """Kill the process of the first job that is seen at work."""
        worker = self.one_machine().worker
        assert worker is not None
        path = Path(f"/proc/{worker.pid}/task/{worker.pid}/children")
        for _ in range(200):
            children = path.read_text().split()
            if children:
                time.sleep(float(self.chance.uniform(0, 0.1)))
                with contextlib.suppress(ProcessLookupError):
                    os.kill(int(self.chance.choice(children)), signal.SIGKILL)
                return
            time.sleep(0.01)

    def _strike_database(self) -> None:
        assert self.cluster is not None
        self.cluster.crash()
        self.cluster.start()

    def _strike_disk(self) -> None:
        signs = [each.installation.var / "full" for each in self.machines]
        for full in signs:
            full.touch()
        time.sleep(float(self.chance.uniform(0.1, 0.6)))
        for full in signs:
            full.unlink()

    def round(self, blow: str) -> None:
        """Let a period pass and a phone publish, and strike meanwhile."""
        failed: list[BaseException] = []

        def upload() -> None:
            try:
                self.upload()
            except BaseException as error:  # noqa: BLE001 (raised below)
                failed.append(error)

        for machine in self.machines:
            machine.start()
        self.passes(PERIOD_S)  # before the phone begins: codes and certificates are short-lived
        phone = threading.Thread(target=upload)
        phone.start()
        time.sleep(float(self.chance.uniform(0, 0.8)))
        self.strike(blow)
        phone.join()
        if failed:
            raise failed[0]

    def settle(self) -> None:
        """Let all embargoes end, and wait until everything that was accepted is out."""
        for machine in self.machines:
            machine.start()
        self.passes(2 * DAY_S)
        for _ in range(300):
            if set(self.accepted) <= set(self.published()):
                return
            time.sleep(0.1)
        missing = set(self.accepted) - set(self.published())
        log = "".join((each.installation.var / "worker.log").read_text()[-2_000:] for each in self.machines)
        raise AssertionError(f"{len(missing)} accepted keys were not published in 30 s: {log}")

    def published(self) -> Counter[bytes]:
        return Counter(key.key for keys in list(self.reader.files.values()) for key in keys)

    def end(self) -> None:
        self.reader.stop.set()
        self.reader.thread.join()
        for machine in self.machines:
            machine.end()
