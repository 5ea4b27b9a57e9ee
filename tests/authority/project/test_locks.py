"""Locks of jobs on PostgreSQL: between processes, through a pooler, and gone with their holder."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

SOURCE = Path(__file__).resolve().parents[3] / "src"

#: holds a lock, says so, and ends when its input does
_HOLDER = """
import sys
import django; django.setup()
from django.db import connection
from bluezone.authority.errors import JobBusyError
from bluezone.authority.site.locks import job_lock

try:
    with job_lock("publish"):
        with connection.cursor() as cursor:  # the job's own work, in transactions of its own
            cursor.execute("SELECT 1")
        print("held", flush=True)
        sys.stdin.read()
except JobBusyError:
    print("busy", flush=True)
"""


@pytest.mark.postgres
def test_a_lock_belongs_to_a_transaction_which_a_pooler_leaves_alone_and_dies_with_its_holder(own_database, tmp_path):
    import psycopg

    with own_database() as url, psycopg.connect(url, autocommit=True) as looking:
        environment = os.environ | {"DATABASE_URL": url, "BLUEZONE_VAR": str(tmp_path), "PYTHONPATH": str(SOURCE)}

        def start() -> subprocess.Popen[str]:
            command = [sys.executable, "-c", _HOLDER]
            pipe = subprocess.PIPE
            return subprocess.Popen(command, env=environment, stdin=pipe, stdout=pipe, text=True)

        with start() as holder, start() as other:
            said = {each: each.stdout.readline().strip() for each in (holder, other)}
            assert sorted(said.values()) == ["busy", "held"]
            holding = next(each for each, word in said.items() if word == "held")
            held = looking.execute(
                "SELECT state, backend_xmin FROM pg_locks JOIN pg_stat_activity USING (pid)"
                " WHERE locktype = 'advisory' AND datname = current_database()"
            ).fetchall()
            assert held == [("idle in transaction", None)]  # and holds back no vacuum
            holding.kill()
            holding.wait()
        with start() as heir:
            assert heir.stdout.readline().strip() == "held"
            heir.stdin.close()
