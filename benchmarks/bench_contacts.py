"""Measure how long a report takes to be judged, with the heard lists of many patients stored.

    python benchmarks/bench_contacts.py                     # 100,000 lists, SQLite
    python benchmarks/bench_contacts.py --lists 10000
    DATABASE_URL=postgresql://... python benchmarks/bench_contacts.py     # an empty database of its own

Each list has its 2,048 entries and stands for 14 published keys, so 1.4 million RPIKs are public, which a report that
would be corroborated is held against; deriving them is done once and said apart. Said are wall time and CPU time of a
whole run of the job for one report of each kind, and how many lists it opened: those of the named keys and no other.
"""

from __future__ import annotations

import argparse
import datetime as dt
import os
import secrets
import tempfile
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.progress import track
from rich.table import Table

from rows import store

_NAMED = 3
_RUNS = 9


def set_up(var: Path) -> None:
    """Make a fresh authority: a folder, a database."""
    os.environ |= {
        "BLUEZONE_VAR": str(var),
        "BLUEZONE_SECRET_KEY": secrets.token_urlsafe(48),
        "BLUEZONE_PERSONS_KEY": secrets.token_urlsafe(48),
        "DJANGO_SETTINGS_MODULE": "bluezone.authority.project.settings",
    }
    import django
    from django.core.management import call_command

    django.setup()
    call_command("migrate", verbosity=0)


def fill(count: int, now: dt.datetime) -> list[list[bytes]]:
    """Store lists, and the published keys they are of; give the keys of each."""
    from bluezone.authority.keys.models import ExportBatch, PublishedKey
    from bluezone.authority.reports import lists
    from bluezone.authority.reports.models import HeardList, HeardListOf
    from bluezone.authority.reports.receiving import KEY
    from bluezone.authority.site import secrets as keyed
    from bluezone.protocol.heard import LIST_BYTES
    from bluezone.protocol.reports import day_interval

    batch = ExportBatch.objects.create(region="452", start_at=now, end_at=now, state=ExportBatch.State.DONE)
    days = [lists.key_of((now - dt.timedelta(days=back)).date())[0] for back in range(14)]
    starts = [day_interval((now - dt.timedelta(days=back)).date()) for back in range(1, 15)]
    stored = [[secrets.token_bytes(16) for _ in starts] for _ in range(count)]
    store(
        HeardList,
        (
            HeardList(id=number + 1, key=days[number % 14], entries=os.urandom(LIST_BYTES))
            for number in track(range(count), description="lists")
        ),
    )
    store(
        HeardListOf,
        (
            HeardListOf(list_id=number + 1, key_digest=keyed.digest(KEY, key))
            for number, keys in enumerate(stored)
            for key in keys
        ),
    )
    store(
        PublishedKey,
        (
            PublishedKey(
                key=key,
                rolling_start_interval=start,
                rolling_period=144,
                transmission_risk=2,
                report_type=1,
                region="452",
                embargoed_until=now - dt.timedelta(hours=1),
                batch=batch,
            )
            for keys in stored
            for start, key in zip(starts, keys, strict=True)
        ),
    )
    return stored


def reports(stored: list[list[bytes]], now: dt.datetime) -> Iterator[tuple[str, Any]]:
    """Give a report of each kind, as it comes from a phone."""
    from bluezone.authority.reports import lists
    from bluezone.authority.reports.models import HeardList, HeardListOf
    from bluezone.authority.reports.receiving import KEY
    from bluezone.authority.site import secrets as keyed
    from bluezone.protocol.heard import OpenedKey
    from bluezone.protocol.reports import Certainty, ExposureReport, day_interval

    day = (now - dt.timedelta(days=2)).date()
    names = tuple(keys[1] for keys in stored[:_NAMED])
    opened = OpenedKey(secrets.token_bytes(16), day_interval(day))
    row = HeardListOf.objects.select_related("list__key").get(key_digest=keyed.digest(KEY, names[-1])).list
    entry = lists.keyed_entry(opened.entries()[80], lists.decrypted(row.key))
    HeardList.objects.filter(pk=row.pk).update(entries=bytes(row.entries)[:-8] + entry)
    good = ExposureReport(
        report=bytes(16),
        receipt="r" * 64,
        commune="34:31471",
        day=day,
        keys=names,
        quarters=2,
        near_minutes=25,
        certainty=Certainty.LIKELY,
        policy="bluezone",
        policy_version="3",
        opened=(opened,),
    )
    yield "corroborated", good
    yield "consistent: another key", replace(good, opened=(OpenedKey(secrets.token_bytes(16), day_interval(day)),))
    yield "consistent: nothing opened", replace(good, opened=())
    yield "refused: a key that is nobody's", replace(good, keys=(*names, secrets.token_bytes(16)))


def measure(report: Any, now: dt.datetime) -> tuple[float, float, int, str]:
    """Judge a report; return wall time and CPU time (the smallest of some runs, s), lists opened, verdict."""
    from bluezone.authority.reports import judging, lists, receiving
    from bluezone.authority.reports.models import Report

    opened: list[int] = []
    walls, cpus, decrypted = [], [], lists.decrypted

    def counted(row: Any) -> bytes:
        opened.append(1)
        return decrypted(row)

    lists.decrypted = counted
    try:
        for _ in range(_RUNS):
            receiving.receive(replace(report, report=secrets.token_bytes(16)), now, number=secrets.token_hex(8))
            opened.clear()
            wall, cpu = time.perf_counter(), time.process_time()
            assert judging.judge_waiting(now) == 1
            walls.append(time.perf_counter() - wall)
            cpus.append(time.process_time() - cpu)
    finally:
        lists.decrypted = decrypted
    return max(walls), min(cpus), len(opened), Report.objects.order_by("-id")[0].verdict


def main() -> None:
    """Run the benchmark."""
    from bluezone.authority.reports import lists

    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--lists", type=int, default=100_000)
    asked = parser.parse_args()
    now = dt.datetime(2020, 8, 18, 12, tzinfo=dt.UTC)
    with tempfile.TemporaryDirectory(prefix="bluezone-bench-") as var:
        set_up(Path(var))
        from django.db import connection

        stored = fill(asked.lists, now)
        if connection.vendor == "postgresql":
            with connection.cursor() as cursor:
                cursor.execute("VACUUM ANALYZE")
        began = time.process_time()
        lists.note_new()
        noted_s = time.process_time() - began
        table = Table("report", "verdict", "worst wall", "least CPU", "lists opened")
        for name, report in reports(stored, now):
            wall, cpu, opened, verdict = measure(report, now)
            table.add_row(name, verdict, f"{wall * 1000:.0f} ms", f"{cpu * 1000:.0f} ms", str(opened))
        Console().print(f"{asked.lists:,} heard lists stored, {asked.lists * 14:,} published keys", table)
        Console().print(f"load {os.getloadavg()[0]:.1f}")
        Console().print(f"deriving their RPIKs, once: {noted_s:.0f} s of CPU")


if __name__ == "__main__":
    main()
