"""The clock, secrets, files, locks."""

from __future__ import annotations

import datetime as dt
import os
import subprocess
import sys

import pytest
from django.db import connection

from bluezone.authority.errors import ConfigurationError, JobBusyError
from bluezone.authority.site import clock, files, locks, secrets


def test_the_real_clock_is_utc_and_aware(settings):
    assert clock.now().tzinfo is dt.UTC
    assert not clock.rehearsing()


def test_a_rehearsal_reads_its_file(environment, tmp_path):
    environment(rehearsal_clock=tmp_path / "clock")
    for text in ("1597752000", "1597752000.5\n"):
        (tmp_path / "clock").write_text(text)
        assert clock.now().timestamp() == float(text)


@pytest.mark.parametrize("text", ["", "noon", "-5", "nan", "1e300", None])
def test_a_bad_clock_file_is_named(environment, tmp_path, text):
    environment(rehearsal_clock=tmp_path / "clock")
    if text is not None:
        (tmp_path / "clock").write_text(text)
    with pytest.raises(ConfigurationError, match="BLUEZONE_REHEARSAL_CLOCK"):
        clock.now()


def test_each_purpose_has_a_key_of_its_own():
    assert secrets.key("a") != secrets.key("b")
    assert secrets.digest("a", "x") != secrets.digest("b", "x")
    assert secrets.digest("a", "x") == secrets.digest("a", b"x")


def test_a_private_file_is_made_once_and_is_ours_alone(tmp_path):
    path = tmp_path / "inner" / "secret"
    assert files.private_file(path, b"first") == b"first"
    assert files.private_file(path, b"second") == b"first"
    assert path.stat().st_mode & 0o777 == 0o600
    assert [one.name for one in path.parent.iterdir()] == ["secret"]


def test_a_file_is_replaced_whole(tmp_path):
    path = tmp_path / "inner" / "index.txt"
    files.write_atomically(path, b"old")
    files.write_atomically(path, b"new")
    assert path.read_bytes() == b"new"
    assert [one.name for one in path.parent.iterdir()] == ["index.txt"]


@pytest.mark.django_db
@pytest.mark.skipif(connection.vendor != "sqlite", reason="PostgreSQL keeps its locks itself: see test_flow.py")
def test_a_lock_dies_with_its_holder(environment, tmp_path):
    code = (
        "import fcntl, os, sys; fd = os.open(sys.argv[1], os.O_RDWR | os.O_CREAT);"
        "fcntl.flock(fd, fcntl.LOCK_EX); print('held', flush=True); sys.stdin.read()"
    )
    environment()
    path = tmp_path / "locks" / "job.lock"
    path.parent.mkdir()
    with subprocess.Popen(
        [sys.executable, "-c", code, str(path)], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as holder:
        holder.stdout.readline()
        with pytest.raises(JobBusyError), locks.job_lock("job"):
            pass
        holder.kill()
        holder.wait()
    with locks.job_lock("job"):
        assert os.path.exists(path)  # noqa: PTH110


@pytest.mark.django_db
def test_who_holds_a_lock_does_not_get_it_twice(environment):
    environment()
    with locks.job_lock("job"):
        with pytest.raises(JobBusyError), locks.job_lock("job"):
            pass
        with locks.job_lock("another"):
            pass
    with locks.job_lock("job"):
        pass
