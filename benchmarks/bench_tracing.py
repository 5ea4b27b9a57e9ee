"""Measure the officers' pages of tracing: queue of reports, a case, its contacts, the contact graph.

    DATABASE_URL=postgresql://... python benchmarks/bench_tracing.py     # an empty database of its own
    python benchmarks/bench_tracing.py --cases 1000 --contacts 10000     # SQLite is filled row by row: small only

100,000 cases, a million contacts and a million exposure reports lie in 62 provinces, over 180 days; one more province
traces an outbreak of 500 cases and 5,000 contacts within four weeks, whose graph is drawn. Said are wall time (median,
95th percentile) and CPU time of this process for whole requests through Django, and the size of the page.
"""

from __future__ import annotations

import argparse
import datetime as dt
import functools
import math
import os
import secrets
import tempfile
import time
import uuid
from collections.abc import Callable
from pathlib import Path
from typing import Any

from rich.console import Console

NOW = dt.datetime(2020, 8, 20, 5, tzinfo=dt.UTC)
OUTBREAK, BUSY = "/63:93/", "/63:01/"
_CHUNK = 5_000
_GRAPH_CASES, _GRAPH_CONTACTS = 500, 5_000


def set_up(var: Path) -> None:
    """Make a fresh authority: a folder, a database."""
    os.environ |= {
        "BLUEZONE_VAR": str(var),
        "BLUEZONE_SECRET_KEY": secrets.token_urlsafe(48),
        "BLUEZONE_SECOND_FACTOR": "off",  # the throw-away authority has no officer with a telephone
        "DJANGO_SETTINGS_MODULE": "bluezone.authority.project.settings",
    }
    import django
    from django.core.management import call_command

    django.setup()
    call_command("migrate", verbosity=0)
    call_command("collectstatic", verbosity=0, interactive=False)


def fill(cases: int, contacts: int) -> None:
    """Store cases, contacts with their meetings, and reports, spread over provinces and half a year."""
    from bluezone.authority.officers.jurisdiction import place_of
    from bluezone.geography import catalogue
    from bluezone.geography.units import Level

    provinces = catalogue.provinces().of_level(Level.PROVINCE, NOW.date())
    places = [place for place in map(place_of, (unit.code for unit in provinces)) if place != OUTBREAK]
    _store(cases, contacts, lambda number: places[number % len(places)] if number % 3 else BUSY, days=180)
    _store_reports(contacts, places)
    _store(_GRAPH_CASES, _GRAPH_CONTACTS, lambda _number: OUTBREAK, days=26)


def _store(cases: int, contacts: int, place: Callable[[int], str], days: int) -> None:
    from bluezone.authority.contacts.models import Contact, Meeting
    from bluezone.authority.diagnosis.models import Case

    keys = [uuid.uuid4() for _ in range(cases)]

    def at(number: int) -> dt.datetime:
        return NOW - dt.timedelta(days=number % days, hours=1)

    def case(number: int) -> Case:
        status = "confirmed" if number % 7 else "suspected"
        day = at(number).date()
        return Case(id=keys[number], report_type=status, status=status, onset_date=day, created_at=at(number),
                    place=place(number), file_number=f"HG-{number}")  # fmt: skip

    for first in range(0, cases, _CHUNK):
        Case.objects.bulk_create(case(number) for number in range(first, min(first + _CHUNK, cases)))
    people = [uuid.uuid4() for _ in range(contacts)]
    for first in range(0, contacts, _CHUNK):
        numbers = range(first, min(first + _CHUNK, contacts))
        rows = [
            Contact(
                id=people[number],
                place=place(number % cases),
                level=1 + (number % 5 == 4),
                decision="contact" if number % 3 else "waiting",
                entered_at=at(number % cases),
                isolated_on=at(number % cases).date() if number % 4 == 0 else None,
            )
            for number in numbers
        ]
        Contact.objects.bulk_create(rows)
        Meeting.objects.bulk_create(
            Meeting(
                contact=row,
                case_id=keys[number % cases] if row.level == 1 else None,
                near_id=people[number - 1] if row.level == 2 else None,
                day=at(number % cases).date(),
                setting=("household", "work", "other")[number % 3],
                found_by="app" if number % 6 == 0 else "hand",
                site="/63:93/KQ7M-2PXA/" if number % 40 == 0 else "",
            )
            for number, row in zip(numbers, rows, strict=True)
        )


def _store_reports(count: int, places: list[str]) -> None:
    from bluezone.authority.contacts.models import Report

    for first in range(0, count, _CHUNK):
        Report.objects.bulk_create(
            Report(
                id_digest=f"{number:064d}",
                place=places[number % len(places)] if number % 3 else BUSY,
                day=NOW.date() - dt.timedelta(days=number % 14),
                quarters=1 + number % 8,
                nearness="near",
                probability=80,
                policy="bluezone",
                policy_version="3",
                received_at=NOW - dt.timedelta(hours=number % 480),
                number=b"x",
                number_digest=f"{number}",
                evidence=b"",
                verdict="consistent" if number % 10 else "corroborated",
                rank=1 if number % 10 else 0,
                risk=number % 3,
                outcome="" if number % 4 == 0 else "f1",
            )
            for number in range(first, min(first + _CHUNK, count))
        )


def measure(get: Callable[[], Any], runs: int) -> tuple[float, float, float, int]:
    """Ask for a page some times; return median and 95th percentile of the wall time (s), the median of the CPU time
    (s), and the number of bytes."""
    answer = get()
    assert answer.status_code == 200, (answer.status_code, answer.headers.get("Location"))
    walls, cpus = [], []
    for _ in range(runs):
        wall, cpu = time.perf_counter(), time.process_time()
        get()
        walls.append(time.perf_counter() - wall)
        cpus.append(time.process_time() - cpu)
    walls.sort()
    cpus.sort()
    tail = walls[math.ceil(len(walls) * 0.95) - 1]
    return walls[len(walls) // 2], tail, cpus[len(cpus) // 2], len(answer.content)


def main() -> None:
    """Run the benchmark."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--cases", type=int, default=100_000)
    parser.add_argument("--contacts", type=int, default=1_000_000)
    parser.add_argument("--runs", type=int, default=40, help="requests of each page")
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="bluezone-bench-") as var:
        set_up(Path(var))
        from django.db import connection
        from django.test import Client

        from bluezone.authority.diagnosis.models import Case
        from bluezone.authority.officers.models import User
        from bluezone.authority.site import clock

        clock.now = lambda: NOW
        fill(asked.cases, asked.contacts)
        if connection.vendor == "postgresql":
            with connection.cursor() as cursor:
                cursor.execute("VACUUM ANALYZE")
        clients = {}
        for place, role in ((BUSY, "province"), (OUTBREAK, "province"), ("/", "ministry")):
            clients[place] = Client(HTTP_HOST="localhost")
            clients[place].force_login(
                User.objects.create(username=place, role=role, place=place, may_confirm=True),
                "django.contrib.auth.backends.ModelBackend",
            )
        case = Case.objects.filter(place=BUSY).order_by("created_at").last()
        assert case is not None
        pages = [
            ("graph, 500 cases and 5,000 contacts", OUTBREAK, "/officer/contacts/graph"),
            ("graph, one level of one day", OUTBREAK, "/officer/contacts/graph?level=1&day=2020-08-12"),
            ("queue, a province with a third of all", BUSY, "/officer/contacts/"),
            ("queue, the ministry", "/", "/officer/contacts/"),
            ("queue, page 200", BUSY, "/officer/contacts/?page=200"),
            ("cases, the ministry", "/", "/officer/cases/"),
            ("a case", BUSY, f"/officer/cases/{case.pk}"),
            ("a case's contacts", BUSY, f"/officer/contacts/of-case/{case.pk}"),
        ]
        size = f"{asked.cases:,} cases, {asked.contacts:,} contacts, {connection.vendor}"
        Console().print(f"{size}; {asked.runs} requests a page; load {os.getloadavg()[0]:.1f}")
        for name, place, path in pages:
            ask = functools.partial(clients[place].get, path, secure=True)
            median, tail, cpu, length = measure(ask, asked.runs)
            times = f"median {median * 1000:.0f} ms, 95th {tail * 1000:.0f} ms, CPU {cpu * 1000:.0f} ms"
            Console().print(f"{name}: {times}, {length // 1024} KiB")


if __name__ == "__main__":
    main()
