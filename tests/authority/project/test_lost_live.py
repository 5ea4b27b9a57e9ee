"""A database that stops, and a disk that is full or read-only, under a server that runs: callers are asked to come
again, the log says it once, and it goes on by itself."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import httpx
import pytest
from tests.authority import forked
from tests.authority.machines import own_cluster

from bluezone.protocol.messages import VerifyRequest

pytestmark = pytest.mark.thorough  # servers, a cluster, a disk


@contextmanager
def serving(installation: Any, log: Path) -> Iterator[str]:
    """Serve with a log; give the address. One server, to the end."""
    mine, theirs = os.pipe()
    with log.open("wb") as said, Path(os.devnull).open("rb") as nothing:
        command = ["authority", "serve", "--port", "0", "--json"]
        server = forked.start(command, installation.environment(), nothing.fileno(), theirs, said.fileno())
    os.close(theirs)
    try:
        with os.fdopen(mine) as told:
            yield json.loads(told.readline())["url"]
    finally:
        server.send_signal(signal.SIGTERM)
        code = server.wait(30)
    assert code == 0


def asked(url: str) -> list[httpx.Response]:
    """Ask for what reads, and for what writes."""
    code = VerifyRequest("123456789012", nonce=b"n" * 16).to_json("x" * 1_000)
    with httpx.Client(base_url=url, timeout=30) as client:
        return [
            client.get("/officer/login"),
            client.get("/officer/cases/", headers={"Cookie": "sessionid=nobodys"}),
            client.post("/api/verify", content=code, headers={"Content-Type": "application/json"}),
        ]


def soon(holds: Callable[[], bool]) -> bool:
    until_s = time.monotonic() + 30
    while time.monotonic() < until_s:
        with suppress(httpx.TransportError):
            if holds():
                return True
        time.sleep(0.3)
    return False


def test_a_database_that_stops_is_asked_for_again_said_once_and_found_again(tmp_path, installation_at):
    with own_cluster() as cluster:
        if cluster is None:
            pytest.skip("PostgreSQL's programs are not here")
        (tmp_path / "var").mkdir()
        installation = installation_at(tmp_path / "var", cluster.url())
        installation.set_up()
        log = tmp_path / "log"
        with serving(installation, log) as url:
            usual = [each.status_code for each in asked(url)]
            assert 503 not in usual
            cluster.crash()
            for _ in range(10):
                answers = asked(url)
                lost = [each for each in answers if each.status_code == 503]
                assert answers[2] in lost
                assert {each.headers["Retry-After"] for each in lost} == {"10"}
                assert httpx.get(f"{url}/healthz").status_code == 200
            assert httpx.get(f"{url}/readyz").status_code == 503
            said = log.read_text()
            assert said.count("the database cannot be used") == 1, said
            assert "Traceback" not in said
            cluster.start()
            assert soon(lambda: [each.status_code for each in asked(url)] == usual)


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[Path]:
    """A small disk of the test's own."""
    folder = tmp_path / "disk"
    folder.mkdir()
    done = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=64m", "tmpfs", folder], check=False, capture_output=True)
    if done.returncode:
        pytest.skip("only root may mount a disk")
    yield folder
    subprocess.run(["umount", "--lazy", folder], check=True)


def test_a_full_disk_is_said_before_it_hurts_and_is_forgiven(disk, tmp_path, on_sqlite, installation_at):
    installation = installation_at(Path(shutil.copytree(on_sqlite.var, disk / "var")))
    with serving(installation, tmp_path / "log") as url:
        usual = [each.status_code for each in asked(url)]
        parts = json.loads(installation.run("check", "--json").stdout)["parts"]
        assert "MB are free" in parts["disk"]
        filler = disk / "filler"
        with suppress(OSError), filler.open("wb", buffering=0) as full:
            while True:
                full.write(bytes(1 << 16))
        answers = asked(url)
        assert {each.status_code for each in answers} <= {*usual, 503}
        assert answers[2].status_code == 503
        assert "Retry-After" in answers[2].headers
        assert httpx.get(f"{url}/exports/452/index.txt").status_code == 200
        assert installation.run("check").returncode == 2
        assert "Traceback" not in (tmp_path / "log").read_text()
        filler.unlink()
        assert soon(lambda: [each.status_code for each in asked(url)] == usual)


def test_a_read_only_disk_is_named(disk, on_sqlite, installation_at):
    installation = installation_at(Path(shutil.copytree(on_sqlite.var, disk / "var")))
    subprocess.run(["mount", "-o", "remount,ro", disk], check=True)
    done = installation.run("check", "--json")
    subprocess.run(["mount", "-o", "remount,rw", disk], check=True)
    assert done.returncode == 2, done.stderr
    assert "read-only" in done.stdout + done.stderr
