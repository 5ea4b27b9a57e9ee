"""A batch of many keys, published by the command, and what that took."""

from __future__ import annotations

import datetime as dt
import json
import os
import secrets
import sqlite3
import subprocess
import time
from collections.abc import Iterator
from contextlib import closing
from typing import Any

import psycopg

from bluezone.protocol.intervals import INTERVALS_PER_DAY, interval_number
from national.cluster import cpu_s, postmaster
from serverload.sites import Site

_COLUMNS = (
    "key", "rolling_start_interval", "rolling_period", "transmission_risk", "report_type", "days_since_onset",
    "made_up", "region", "traveler", "embargoed_until", "upload_digest",
)  # fmt: skip


def _rows(count: int, embargoed_until: object) -> Iterator[tuple[object, ...]]:
    today = interval_number(time.time()) // INTERVALS_PER_DAY * INTERVALS_PER_DAY
    for number in range(count):
        day = number % 14
        yield (
            secrets.token_bytes(16), today - (day + 1) * INTERVALS_PER_DAY, INTERVALS_PER_DAY, 2, 1, 5 - day,
            False, "452", False, embargoed_until, secrets.token_hex(32),
        )  # fmt: skip


def fill(site: Site, count: int) -> None:
    """Store so many keys of patients, whose embargo ended yesterday."""
    yesterday = dt.datetime.now(dt.UTC).replace(minute=0, second=0, microsecond=0) - dt.timedelta(days=1)
    names = ", ".join(_COLUMNS)
    if site.url:
        with (
            psycopg.connect(site.url) as connection,
            connection.cursor() as cursor,
            cursor.copy(f"COPY keys_publishedkey ({names}) FROM STDIN") as copy,
        ):
            for row in _rows(count, yesterday):
                copy.write_row(row)
        with psycopg.connect(site.url, autocommit=True) as connection:
            connection.execute("ANALYZE keys_publishedkey")
        return
    with closing(sqlite3.connect(site.var / "db.sqlite3")) as database, database:
        marks = ", ".join("?" * len(_COLUMNS))
        text = yesterday.strftime("%Y-%m-%d %H:%M:%S")
        database.executemany(f"INSERT INTO keys_publishedkey ({names}) VALUES ({marks})", _rows(count, text))


def measure(site: Site, count: int) -> dict[str, Any]:
    """Publish `count` keys in a process of its own and return what it took."""
    fill(site, count)
    database = postmaster(site.url) if site.url else None
    in_database, begin = cpu_s(database) if database else 0.0, time.perf_counter()
    process = subprocess.Popen(site.command("publish", "--json"), env=site.environment, stdout=subprocess.PIPE)
    assert process.stdout is not None
    report = json.loads(process.stdout.read())
    _, status, used = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode or report["keys"] != count:
        raise RuntimeError(f"publish ended with {process.returncode} and {report}")
    files = list((site.var / "exports").glob("*/*.zip"))
    return {
        "database": "PostgreSQL" if site.url else "SQLite",
        "keys": count,
        "files": report["files"],
        "megabytes": round(sum(path.stat().st_size for path in files) / 1e6, 1),
        "seconds": round(time.perf_counter() - begin, 1),
        "process_cpu_s": round(used.ru_utime + used.ru_stime, 1),
        "database_cpu_s": round(cpu_s(database) - in_database, 1) if database else 0.0,
        "peak_mb": round(used.ru_maxrss / 1024),
    }
