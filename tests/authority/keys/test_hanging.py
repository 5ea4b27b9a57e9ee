"""A disk or a bucket that hangs in the middle of publishing: the run is ended, and the next one brings the keys out."""

from __future__ import annotations

import contextlib
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from bluezone.authority.site.registries import FIRST_DEADLINE
from bluezone.protocol.exports import index_from_text, read_export
from bluezone.protocol.keys import TemporaryExposureKey
from bluezone.protocol.messages import (
    CertificateRequest,
    CertificateResponse,
    PublishRequest,
    VerifyRequest,
    VerifyResponse,
)
from bluezone.protocol.verification import tek_mac

#: the worker as it is, but for its deadlines, and a disk whose next write never ends while a pipe is in its place
_WORKER = """
import datetime as dt, signal, threading
import django; django.setup()
from dataclasses import replace
from django.conf import settings
from bluezone.authority.keys.export_store import FolderStore
from bluezone.authority.project import worker
from bluezone.authority.site import registries

real = FolderStore.put

def put(self, name, data):
    pipe = settings.BLUEZONE.var / "hangs"
    if pipe.exists():
        pipe.rename(pipe.with_name("hung"))
        open(pipe.with_name("hung"), "rb")  # nobody ever writes into it
    real(self, name, data)

FolderStore.put = put
second = dt.timedelta(seconds=1)
registries.jobs = [
    replace(job, every=second, first_deadline=2 * second if job.first_deadline else None)
    for job in registries.jobs if job.name in ("publish", "purge")
]
worker.catalogue.all_units = lambda: None
stop = threading.Event()
signal.signal(signal.SIGTERM, lambda *_: stop.set())
worker.work(stop, tick_s=0.05)
"""


@contextlib.contextmanager
def working(installation: Any) -> Iterator[None]:
    environment = installation.environment() | {"DJANGO_SETTINGS_MODULE": "bluezone.authority.project.settings"}
    with (installation.var / "worker.log").open("ab") as log:
        process = subprocess.Popen([sys.executable, "-c", _WORKER], env=environment, stderr=log)
    try:
        yield
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(timeout=30)


def uploaded(installation: Any) -> list[bytes]:
    """Upload a patient's keys, and return them."""
    now_s = float((installation.var / "clock").read_text())
    today = int(now_s // 86_400) * 144
    keys = tuple(TemporaryExposureKey(os.urandom(16), today - 144 * back) for back in range(1, 4))
    with installation.client() as client:
        code = installation.code(client)
        token = VerifyResponse.from_json(
            client.post("/api/verify", content=VerifyRequest(code).to_json()).content
        ).token
        asked = CertificateRequest(token, tek_mac(keys, bytes(16))).to_json()
        certificate = CertificateResponse.from_json(client.post("/api/certificate", content=asked).content).certificate
        body = PublishRequest(keys, "vn.bluezone", certificate, bytes(16)).to_json("x" * 1_000)
        assert client.post("/v1/publish", content=body).status_code == 200
    return [key.key for key in keys]


def published(var: Path) -> set[bytes]:
    index = var / "exports" / "452" / "index.txt"
    names = index_from_text(index.read_text("ascii"), "452/") if index.exists() else []
    return {key.key for name in names for key in read_export((var / "exports" / name).read_bytes()).export.keys}


@pytest.mark.thorough
def test_keys_come_out_although_a_write_never_ends(on_sqlite, installation_at, tmp_path):
    installation = installation_at(shutil.copytree(on_sqlite.var, tmp_path / "var"))
    installation.token = on_sqlite.token
    installation.set_clock(float((on_sqlite.var / "clock").read_text()))
    installation.start()
    try:
        with working(installation):
            keys = uploaded(installation)
            os.mkfifo(installation.var / "hangs")
            installation.set_clock(float((installation.var / "clock").read_text()) + 86_400 + 5 * 3_600)
            until_s = time.monotonic() + 60
            while not set(keys) <= published(installation.var):
                assert time.monotonic() < until_s, (installation.var / "worker.log").read_text()[-2_000:]
                time.sleep(0.1)
    finally:
        installation.stop(signal.SIGKILL)
    assert (installation.var / "hung").exists(), "a write did hang"
    assert "publish: it takes longer than its deadline" in (installation.var / "worker.log").read_text()


# --- a bucket ---------------------------------------------------------------------------------------------------------


@pytest.fixture
def storage(monkeypatch) -> Iterator[Any]:
    """A bucket that takes connections and never answers."""
    pytest.importorskip("storages")
    from bluezone.authority.keys.bucket import ExportBucket

    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "x")
    with socket.create_server(("127.0.0.1", 0)) as server:
        url = f"http://127.0.0.1:{server.getsockname()[1]}"
        yield lambda: ExportBucket(bucket_name="exports", endpoint_url=url, region_name="x", file_overwrite=True)


def test_a_bucket_that_does_not_answer_is_given_up_before_the_run_is_ended(storage):
    config = storage().client_config
    longest_s = config.retries["total_max_attempts"] * max(config.connect_timeout, config.read_timeout)
    assert longest_s < FIRST_DEADLINE.total_seconds()


def test_a_bucket_that_does_not_answer_is_an_error_and_no_wait(storage, monkeypatch):
    from botocore.exceptions import BotoCoreError

    from bluezone.authority.keys import bucket

    monkeypatch.setattr(bucket, "TIMEOUTS", bucket.TIMEOUTS | {"read_timeout": 0.2})
    began_s = time.monotonic()
    with pytest.raises(BotoCoreError):
        storage().exists("452/index.txt")
    assert time.monotonic() - began_s < 20
