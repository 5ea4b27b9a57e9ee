"""Measure health declarations: how many a server stores with their triage, and the officers' queue over many of them.

    python benchmarks/bench_declarations.py                                  # small, on SQLite
    DATABASE_URL=postgres://... python benchmarks/bench_declarations.py --declarations 20000 --rows 1000000

Storing: the server as `bluezone authority serve` starts it, without the mark at which answers leave (it would hide what
is measured), and a generator beside it (a process of its own, `serverload`) that sends declarations of different people
by the form of the whole population, made ahead and padded as phones pad them, on connections that are kept. Said are
declarations a second, the time of an answer (median, 99th percentile), and CPU time by server, database and generator:
on one machine they share what there is. Give the database a PostgreSQL that nobody else asks, with `fsync` on.

The queue: rows spread over 34 provinces, one in twenty waits for a call; whole requests through Django, as in
`bench_tracing.py`. Give it an empty database of its own.
"""

from __future__ import annotations

import argparse
import contextlib
import datetime as dt
import functools
import os
import secrets
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from rich.console import Console

from bench_tracing import far_on, measure, set_up
from bluezone.forms import shipped
from bluezone.protocol.health_declarations import (
    HEALTH_DECLARATION_BODY_BYTES,
    HealthDeclaration,
)
from national.cluster import machine_busy_s
from rows import store
from serverload import generator
from serverload.generator import Order
from serverload.messages import write_lines
from serverload.sites import Site

COMMUNES = ("34:31471", "34:31321", "34:31411", "34:00004", "34:26740")
PROVINCE = "/34:92/"
SIGNS = (("none",), ("none",), ("none",), ("cough",), ("fever", "cough"), ("breathless",))
console = Console(width=160)


def message(number: int, day: dt.date) -> bytes:
    """Return the message of a person's declaration, padded as phones pad theirs."""
    answers = {
        "full_name": "Nguyễn Thị Lan", "birth_year": "1950", "gender": "female", "nationality": "VN",
        "commune": COMMUNES[number % len(COMMUNES)], "address": f"{number} Trần Hưng Đạo",
        "telephone": f"+849{number % 10**8:08d}", "signs": SIGNS[number % len(SIGNS)],
        "near_case": "yes" if number % 7 == 0 else "no", "near_abroad": "no", "near_sick": "no",
    }  # fmt: skip
    version = next(each.version for each in shipped.forms() if each.form == "population")
    sent = HealthDeclaration(
        declaration=secrets.token_bytes(16), form="population", version=version, day=day, answers=answers
    )
    return sent.to_json("x" * (HEALTH_DECLARATION_BODY_BYTES - len(sent.to_json())))


def measure_storing(count: int, connections: int, workers: int, rate: float) -> None:
    """Start a server, send, show what it cost."""
    url = os.environ.get("DATABASE_URL", "")
    today = dt.datetime.now(dt.UTC).date()
    with tempfile.TemporaryDirectory(prefix="bluezone-bench-") as folder:
        site = Site("ours", Path(folder) / "var", url)
        site.run("install")
        lines = Path(folder) / "lines"
        with site.serving(workers) as server:
            for first, many in ((10**7, 400), (0, count)):  # the first warm it up
                write_lines(lines, (message(first + number, today) for number in range(many)))
                order = Order(server.url, "declaration", str(lines), 600.0, connections, rate if first == 0 else 0.0)
                before, busy = server.cpu_s(), machine_busy_s()
                facts = generator.send(order)
                after, busy = server.cpu_s(), machine_busy_s() - busy
    if facts["statuses"] != {"/v1/declarations 200": count}:
        raise RuntimeError(f"not all were taken: {facts['statuses']} {facts['first_failure']}")
    in_server, in_database = (end - begin for begin, end in zip(before, after, strict=True))
    own = facts["cpu_s"]
    others = max(0.0, busy - in_server - in_database - own) / facts["seconds"]
    console.print(
        f"stored {count:,} in {facts['seconds']} s: {facts['per_s']:.0f} a second"
        + (f" of {rate:.0f} asked" if rate else "")
        + f", median {facts['p50_ms']:.0f} ms, 99th {facts['p99_ms']:.0f} ms; "
        + f"CPU ms each: server {in_server / count * 1000:.2f}, database {in_database / count * 1000:.2f}, "
        + f"generator {own / count * 1000:.2f}; {connections} connections, {workers} workers, "
        + f"others had {others:.1f} cores, {'PostgreSQL' if url else 'SQLite'}"
    )


def fill(count: int, now: dt.datetime) -> None:
    """Store declarations over thirty days and all provinces, a third of them in one: of the length of real ones, but
    bytes that mean nothing, for no page of these opens one. PostgreSQL makes its own, in a tenth of the time."""
    from django.db import connection

    from bluezone.authority.declarations.models import HealthDeclaration as Row
    from bluezone.authority.officers.jurisdiction import place_of
    from bluezone.geography import catalogue
    from bluezone.geography.units import Level

    every = [place_of(unit.code) for unit in catalogue.all_units().of_level(Level.COMMUNE, now.date())]
    own = [place for place in every if place.startswith(PROVINCE)]
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor, without_indexes(cursor, Row._meta.db_table):
            cursor.execute(_FILL, {"count": count, "now": now, "every": every, "own": own})
        return

    def rows() -> Iterator[Row]:
        for number in range(count):
            places = own if number % 3 == 0 else every
            waits = number % 20 == 0
            level = number // 20 % 2 + 1 if waits else number // 3 % 3
            at = now - dt.timedelta(minutes=number % 43_000)
            yield Row(
                place=places[number % len(places)],
                id_digest=f"{number:064x}",
                receipt_digest=f"{number:064x}",
                receipt=b"r" * 44,
                form="population",
                version=1,
                day=at.date(),
                received_at=at,
                way="phone",
                level=level,
                state="new" if waits else "done" if level else "quiet",
                answered_at=None if waits or not level else at + dt.timedelta(minutes=number % 600),
                identity=b"i" * 300,
                answers=b"a" * 200,
                telephone_digest=f"{number:064x}",
                expires_on=at.date() + dt.timedelta(days=30),
            )

    store(Row, rows())


@contextlib.contextmanager
def without_indexes(cursor: Any, table: str) -> Iterator[None]:
    """Build the indexes of a table once after the block: entering each row of a million in each of them takes longer
    by far, on a disk that others use for many minutes."""
    cursor.execute(
        "SELECT conname, pg_get_constraintdef(oid) FROM pg_constraint WHERE conrelid = %s::regclass AND contype = 'u'",
        [table],
    )
    constraints = cursor.fetchall()
    for name, _ in constraints:
        cursor.execute(f'ALTER TABLE {table} DROP CONSTRAINT "{name}"')
    cursor.execute(
        "SELECT indexname, indexdef FROM pg_indexes WHERE tablename = %s AND indexname NOT LIKE '%%\\_pkey'", [table]
    )
    indexes = cursor.fetchall()
    for name, _ in indexes:
        cursor.execute(f'DROP INDEX "{name}"')
    yield
    for _, definition in indexes:
        cursor.execute(definition)
    for name, definition in constraints:
        cursor.execute(f'ALTER TABLE {table} ADD CONSTRAINT "{name}" {definition}')


#: the same rows, their digests as scattered as real ones
_FILL = """
    INSERT INTO declarations_healthdeclaration (
        place, id_digest, receipt_digest, receipt, form, version, day, received_at, way, other, level, state,
        answered_at, result, identity, answers, telephone_digest, telephone_confirmed, journey_digest, expires_on
    )
    SELECT
        place, id, encode(sha256(decode(id, 'hex')), 'hex'), sha256(decode(id, 'hex')), 'population', 1, at::date, at,
        'phone', FALSE, level, CASE WHEN waits THEN 'new' WHEN level > 0 THEN 'done' ELSE 'quiet' END,
        CASE WHEN level > 0 AND NOT waits THEN at + number %% 600 * interval '1 minute' END, '',
        decode(repeat(md5(id), 18), 'hex'), decode(repeat(md5(id), 12), 'hex'),
        encode(sha256(('number ' || number)::bytea), 'hex'), FALSE, '', at::date + 30
    FROM (
        SELECT number, waits,
            CASE WHEN number %% 3 = 0 THEN (%(own)s::text[])[1 + number %% cardinality(%(own)s::text[])]
                ELSE (%(every)s::text[])[1 + number %% cardinality(%(every)s::text[])] END AS place,
            encode(sha256(number::text::bytea), 'hex') AS id,
            CASE WHEN waits THEN number / 20 %% 2 + 1 ELSE number / 3 %% 3 END AS level,
            %(now)s - number %% 43000 * interval '1 minute' AS at
        FROM (SELECT number, number %% 20 = 0 AS waits FROM generate_series(0, %(count)s - 1) AS number) AS numbers
    ) AS rows
"""


def measure_queue(count: int, runs: int) -> None:
    """Fill a database and ask for the officers' pages."""
    now = dt.datetime(2026, 11, 20, 5, tzinfo=dt.UTC)
    with tempfile.TemporaryDirectory(prefix="bluezone-bench-") as var:
        set_up(Path(var))
        from django.db import connection
        from django.test import Client

        from bluezone.authority.declarations.models import HealthDeclaration as Row
        from bluezone.authority.officers.models import User
        from bluezone.authority.site import clock

        clock.now = lambda: now
        if not Row.objects.exists():
            fill(count, now)
        if connection.vendor == "postgresql":
            with connection.cursor() as cursor:
                cursor.execute("VACUUM ANALYZE")
                cursor.execute("SET max_parallel_workers_per_gather = 0")
        commune = Row.objects.filter(place__startswith=PROVINCE).values_list("place", flat=True)[0]
        console.print(f"{Row.objects.count():,} declarations, {connection.vendor}; load {os.getloadavg()[0]:.1f}")
        for place, role in ((PROVINCE, "province"), (commune, "commune")):
            client = Client(HTTP_HOST="localhost")
            facts = {"role": role, "place": place, "may_read_health": True}
            officer, _ = User.objects.get_or_create(username=place.replace("/", "."), defaults=facts)
            client.force_login(officer, "django.contrib.auth.backends.ModelBackend")
            pages = [("the queue", "/officer/declarations/"), ("all that came", "/officer/declarations/?state=all")]
            pages += [("response times", "/officer/declarations/times")]
            for name, path in pages:
                show(f"{role}: {name}", measure(functools.partial(client.get, path, secure=True), runs))
            if role == "province":
                address = far_on(client, "/officer/declarations/", min(50, count // 5_000))
                show(
                    f"{role}: the queue, further on", measure(functools.partial(client.get, address, secure=True), runs)
                )


def show(name: str, found: Any) -> None:
    """Print what a page cost."""
    wall = f"median {found.median_s * 1000:.0f} ms, 95th {found.tail_s * 1000:.0f} ms"
    cpu = f"CPU {found.cpu_s * 1000:.0f} ms and {found.database_cpu_s * 1000:.0f} ms of the database"
    console.print(f"{name}: {wall}, {cpu}, {found.size // 1024} KiB")


def main() -> None:
    """Run both, or one."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--declarations", type=int, default=500, help="to be stored; 0: not measured")
    parser.add_argument("--connections", type=int, default=16)
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--rate", type=float, default=0.0, help="to be sent in a second; 0: as fast as they are taken")
    parser.add_argument("--rows", type=int, default=5_000, help="in the queue's database; 0: not measured")
    parser.add_argument("--runs", type=int, default=20, help="requests of each page")
    asked = parser.parse_args()
    if asked.declarations:
        measure_storing(asked.declarations, asked.connections, asked.workers, asked.rate)
    if asked.rows:
        measure_queue(asked.rows, asked.runs)


if __name__ == "__main__":
    main()
