"""What `/readyz` says, part by part, and that a server that cannot sign does not start."""

from __future__ import annotations

import datetime as dt
import os
import shutil
from types import SimpleNamespace

import pytest
from django.db import InterfaceError, connection

from bluezone.authority.errors import AuthorityError
from bluezone.authority.keys import batches
from bluezone.authority.keys.models import ExportBatch, PublishedKey
from bluezone.authority.project import facts, health, server, status, whole
from bluezone.authority.signing import services as signing
from bluezone.authority.site.models import Installation, JobRun

NOON = dt.datetime(2020, 8, 18, 12, tzinfo=dt.UTC)


@pytest.fixture(autouse=True)
def nothing_found_before():
    status.ready.forget()
    yield
    status.ready.forget()


@pytest.fixture
def installed(db, set_clock, environment):
    """An installation with its keys, whose worker has just run."""
    conf = environment()
    signing.ensure(set_clock.now)
    whole.note(whole.SECRETS, Installation())
    JobRun.note("publish", set_clock.now, None, succeeded=True)
    return conf


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
    status.ready.forget()
    (installed.secrets_folder / "certificate-v1.pem").write_text("no key")
    assert client.get("/readyz?part=keys").status_code == 503


def test_a_batch_that_is_late_fails(installed, client, set_clock):
    ExportBatch.objects.create(
        region=installed.region, start_at=NOON - dt.timedelta(days=2), end_at=NOON - dt.timedelta(days=1), state="done"
    )
    assert client.get("/readyz").json()["parts"]["batch"] == (
        "the last batch of keys ended at 2020-08-17T12:00Z; one that ended at 2020-08-18T11:45Z is due: "
        "`bluezone authority publish` says why"
    )


def test_a_full_disk_fails(installed, client, monkeypatch):
    disk = SimpleNamespace(f_bavail=1_000, f_frsize=1_000, f_files=0, f_favail=0)
    monkeypatch.setattr(os, "statvfs", lambda _path: disk)
    assert client.get("/readyz").json()["parts"]["disk"].startswith("1 MB are free")


def test_a_database_that_does_not_answer_fails_and_the_rest_is_still_said(installed, client, monkeypatch):
    def refuse(*_: object, **__: object) -> None:
        raise InterfaceError("connection to db.intranet, port 5432, was closed")

    with monkeypatch.context() as broken:
        broken.setattr(connection, "cursor", refuse)
        parts = client.get("/readyz").json()["parts"]
    assert parts.pop("disk") == "ok"
    assert set(parts.values()) == {"not known: the database cannot be used"}, "no host and no port is named"


def test_a_server_whose_database_was_moved_away_says_so_though_its_connection_works(installed, client, monkeypatch):
    monkeypatch.setitem(connection.settings_dict, "NAME", str(installed.var / "db.sqlite3"))
    parts = client.get("/readyz").json()["parts"]
    assert parts["database"].startswith("its file is gone")
    assert (parts["worker"], parts["disk"]) == ("not known: the database cannot be used", "ok")
    assert not (installed.var / "db.sqlite3").exists()


def test_parts_can_be_asked_for_by_name(installed, client):
    assert client.get("/readyz?part=keys&part=database").json()["parts"] == {"database": "ok", "keys": "ok"}
    answer = client.get("/readyz?part=moon")
    assert (answer.status_code, "there is no part 'moon'; there are: database" in answer.json()["error"]) == (400, True)


def test_however_often_it_is_asked_it_looks_every_two_seconds(installed, client, monkeypatch):
    looked = []
    monkeypatch.setattr(
        facts, "gather", lambda now, _parts: looked.append(now) or health.Facts(at=now, free_bytes=10**9)
    )
    for _ in range(5):
        assert client.get("/readyz").status_code == 503
    assert len(looked) == 1


@pytest.mark.parametrize("purpose", ["export", "certificate"])
def test_a_server_does_not_start_without_its_private_keys(installed, monkeypatch, purpose):
    monkeypatch.setattr(server, "check_migrated", lambda: None)
    server.check_ready()
    (installed.secrets_folder / f"{purpose}-v1.pem").unlink()
    with pytest.raises(AuthorityError, match=f"{purpose}-v1.pem: the private half .* cannot be read"):
        server.check_ready()


def test_every_part_is_measured_also_by_reading_all_that_is_stored(installed, set_clock, monkeypatch, tmp_path):
    monkeypatch.setattr(facts, "_PROCESSES", tmp_path / "proc")
    key = {"key": bytes(16), "rolling_start_interval": 2_664_432, "rolling_period": 144}
    embargo = {"embargoed_until": NOON - dt.timedelta(hours=1), "region": installed.region}
    PublishedKey.objects.create(**key, **embargo, transmission_risk=2, report_type=1)
    assert facts.gather(set_clock.now).queues["keys of patients"].waiting == 1
    batches.publish(set_clock.now)
    found = health.judge(facts.gather(set_clock.now), health.RULES)
    wrong = {name for name, each in found.items() if each.level}
    assert wrong == {"backup", "clock"}  # none was made; files are written by the machine's clock
    measured = facts.gather(set_clock.now)
    assert (measured.unknown, measured.broken_files, measured.keys_waiting) == ({}, (), 0)
    assert measured.database_bytes > 100_000
    (file,) = (installed.exports / "452").glob("*.zip")
    file.write_bytes(file.read_bytes()[:-9])
    assert facts.gather(set_clock.now, ["files"]).broken_files == (f"452/{file.name}",)


def test_the_limit_of_open_files_is_read_of_each_process_that_serves(monkeypatch, tmp_path):
    for number, line, limit in ((1, b"python\0bluezone\0authority\0serve\0--port\08000\0", 1024), (2, b"bash\0", 99)):
        (tmp_path / str(number)).mkdir()
        (tmp_path / str(number) / "cmdline").write_bytes(line)
        text = f"Limit  Soft Limit  Hard Limit  Units\nMax open files            {limit}      524288     files\n"
        (tmp_path / str(number) / "limits").write_text(text)
    monkeypatch.setattr(facts, "_PROCESSES", tmp_path)
    assert facts.gather(NOON, ["open_files"]).open_files == (1024,)


def test_a_certificate_that_is_refused_or_out_of_reach_is_told_apart(environment, monkeypatch):
    environment(public_url="https://127.0.0.1:1/")
    found = facts.gather(NOON, ["tls"])
    assert (found.tls_problem, found.tls_is_reached) == ("cannot be reached from here (ConnectionRefusedError)", False)
