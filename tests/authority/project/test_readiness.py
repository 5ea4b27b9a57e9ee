"""What `/readyz` says, part by part, and that a server that cannot sign does not start."""

from __future__ import annotations

import datetime as dt
import os
import shutil
from types import SimpleNamespace

import pytest
from django.db import DatabaseError, connection

from bluezone.authority.errors import AuthorityError
from bluezone.authority.keys.models import ExportBatch
from bluezone.authority.project import readiness, server, whole
from bluezone.authority.project.readiness import batch_problem, disk_problem, worker_problem
from bluezone.authority.signing import services as signing
from bluezone.authority.site import job_runs
from bluezone.authority.site.models import Installation, JobRun

NOON = dt.datetime(2020, 8, 18, 12, tzinfo=dt.UTC)
PERIOD_S = 4 * 3_600


@pytest.fixture(autouse=True)
def nothing_found_before():
    readiness.last.forget()
    yield
    readiness.last.forget()


@pytest.fixture
def installed(db, set_clock, environment):
    """An installation with its keys, whose worker has just run."""
    conf = environment()
    signing.ensure(set_clock.now)
    whole.note(whole.SECRETS, Installation())
    job_runs.note("publish", set_clock.now, None, succeeded=True)
    return conf


@pytest.mark.parametrize(
    ("free", "files", "can_write", "said"),
    [
        (10**12, None, True, None),
        (500_000_000, 10_000, True, None),
        (499_999_999, None, True, "499 MB are free"),
        (10**12, 9_999, True, "9999 more files fit"),
        (10**12, None, False, "the disk is read-only"),
    ],
)
def test_a_disk_that_is_almost_full_or_read_only_is_a_problem(free, files, can_write, said):
    problem = disk_problem(free, files, can_write=can_write)
    assert problem is None if said is None else problem.startswith(said)


@pytest.mark.parametrize(
    ("last_end", "now", "late"),
    [
        (None, NOON, False),
        (NOON, NOON, False),
        (NOON - dt.timedelta(hours=4), NOON, False),  # the batch of noon is being written
        (NOON - dt.timedelta(hours=4), NOON + dt.timedelta(minutes=9), False),
        (NOON - dt.timedelta(hours=4), NOON + dt.timedelta(minutes=10), True),
        (NOON - dt.timedelta(days=3), NOON, True),
        (NOON + dt.timedelta(days=400), NOON, False),  # healed by the worker
    ],
)
def test_a_batch_is_late_ten_minutes_after_its_time(last_end, now, late):
    assert (batch_problem(last_end, now, PERIOD_S) is not None) is late


@pytest.mark.parametrize(
    ("ended_ago_s", "succeeded_ago_s", "said"),
    [
        (None, None, "no worker has run yet"),
        (60, 60, None),
        (300, 300, None),
        (301, 301, "the last sign of a worker is of 2020-08-18T11:54:59Z"),
        (-400, -400, "the last sign of a worker is of 2020-08-18T12:06:40Z"),  # the clock was put back since
        (60, 301, "`publish` runs and fails; it last succeeded: 2020-08-18T11:54:59Z"),
        (60, None, "`publish` runs and fails; it last succeeded: never"),
    ],
)
def test_a_worker_that_is_silent_or_fails_is_a_problem(ended_ago_s, succeeded_ago_s, said):
    ended, succeeded = (
        None if ago_s is None else NOON - dt.timedelta(seconds=ago_s) for ago_s in (ended_ago_s, succeeded_ago_s)
    )
    last = JobRun(name="publish", ended_at=ended, succeeded_at=succeeded) if ended else None
    assert worker_problem(last, NOON) == said


def test_a_server_whose_worker_died_is_not_ready_but_can_still_serve(installed, client, set_clock):
    set_clock.forward(minutes=6)
    answer = client.get("/readyz")
    assert (answer.status_code, answer.json()["parts"]["worker"][:24]) == (503, "the last sign of a worke")
    assert client.get("/readyz?part=database&part=keys&part=disk").status_code == 200


def test_an_installation_with_everything_is_ready(installed, client):
    answer = client.get("/readyz")
    assert answer.json() == {"status": "ready", "parts": dict.fromkeys(answer.json()["parts"], "ok")}
    assert (answer.status_code, answer.headers["Cache-Control"]) == (200, "no-store")


@pytest.mark.parametrize("purpose", ["export", "certificate"])
def test_a_private_key_that_is_gone_fails_and_its_path_is_told_to_the_log_alone(installed, client, caplog, purpose):
    (installed.secrets_folder / f"{purpose}-v1.pem").unlink()
    answer = client.get("/readyz")
    assert (answer.status_code, answer.json()["status"]) == (503, "failing")
    assert answer.json()["parts"]["keys"].startswith("a private signing key is missing")
    assert f"{purpose}-v1.pem" in caplog.text
    assert "pem" not in answer.content.decode()


def test_a_private_key_of_another_or_none_at_all_fails(installed, client):
    shutil.copy(installed.secrets_folder / "export-v1.pem", installed.secrets_folder / "certificate-v1.pem")
    assert client.get("/readyz").status_code == 503
    readiness.last.forget()
    (installed.secrets_folder / "certificate-v1.pem").write_text("no key")
    assert client.get("/readyz?part=keys").status_code == 503


def test_a_batch_that_is_late_fails(installed, client, set_clock):
    ExportBatch.objects.create(
        region=installed.region, start_at=NOON - dt.timedelta(days=2), end_at=NOON - dt.timedelta(days=1), state="done"
    )
    assert client.get("/readyz").json()["parts"]["batch"] == (
        "the last batch of keys ended at 2020-08-17T12:00Z; one that ended at 2020-08-18T11:45Z is due"
    )


def test_a_full_disk_fails(installed, client, monkeypatch):
    disk = SimpleNamespace(f_bavail=1_000, f_frsize=1_000, f_files=0, f_favail=0)
    monkeypatch.setattr(os, "statvfs", lambda _path: disk)
    assert client.get("/readyz").json()["parts"]["disk"].startswith("1 MB are free")


def test_a_database_that_does_not_answer_fails_and_the_rest_is_still_said(installed, client, monkeypatch):
    def refuse(*_: object, **__: object) -> None:
        raise DatabaseError

    with monkeypatch.context() as broken:
        broken.setattr(connection, "cursor", refuse)
        parts = client.get("/readyz").json()["parts"]
    assert parts["database"] == parts["worker"] == parts["batch"] == "not known: the database cannot be used"
    assert parts["disk"] == "ok"


def test_parts_can_be_asked_for_by_name(installed, client):
    assert client.get("/readyz?part=keys&part=database").json()["parts"] == {"database": "ok", "keys": "ok"}
    answer = client.get("/readyz?part=moon")
    assert (answer.status_code, "there is no part 'moon'; there are: database" in answer.json()["error"]) == (400, True)


def test_however_often_it_is_asked_it_looks_every_two_seconds(installed, client, monkeypatch):
    looked = []
    monkeypatch.setattr(readiness, "look", lambda now: looked.append(now) or readiness.Readiness({}))
    for _ in range(5):
        assert client.get("/readyz").status_code == 200
    assert len(looked) == 1


@pytest.mark.parametrize("purpose", ["export", "certificate"])
def test_a_server_does_not_start_without_its_private_keys(installed, monkeypatch, purpose):
    monkeypatch.setattr(server, "check_migrated", lambda: None)
    server.check_ready()
    (installed.secrets_folder / f"{purpose}-v1.pem").unlink()
    with pytest.raises(AuthorityError, match=f"{purpose}-v1.pem: the private half .* cannot be read"):
        server.check_ready()
