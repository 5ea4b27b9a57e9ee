"""Measure the officers' pages of tracing: work, cases, a case's contacts, the contact graph, the line list.

    python benchmarks/bench_tracing.py                                   # SQLite, which is filled row by row
    DATABASE_URL=postgresql://... python benchmarks/bench_tracing.py     # an empty database of its own, filled by COPY
    ... --cases 100000 --contacts 1000000 --reports 1000000

20,000 cases and 200,000 contacts lie in 62 provinces over 180 days, a third of all in one; another province traces an
outbreak of 500 cases and 5,000 contacts within four weeks, whose graph is drawn. Who waits for a call is a task. Said
are wall time (median, 95th percentile) and CPU time of whole requests through Django, of this process and of the
database's (which computes nothing in helpers meanwhile), and the size of the page.
"""

from __future__ import annotations

import argparse
import datetime as dt
import functools
import html
import math
import os
import re
import secrets
import tempfile
import time
import uuid
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from rich.console import Console

from rows import store

NOW = dt.datetime(2020, 8, 20, 5, tzinfo=dt.UTC)
OUTBREAK, BUSY = "/63:93/", "/63:01/"
_GRAPH_CASES, _GRAPH_CONTACTS = 500, 5_000


def set_up(var: Path) -> None:
    """Make a fresh authority: a folder, a database."""
    os.environ |= {
        "BLUEZONE_VAR": str(var),
        "BLUEZONE_SECRET_KEY": secrets.token_urlsafe(48),
        "BLUEZONE_PERSONS_KEY": secrets.token_urlsafe(48),
        "BLUEZONE_SECOND_FACTOR": "off",  # the throw-away authority has no officer with a telephone
        "DJANGO_SETTINGS_MODULE": "bluezone.authority.project.settings",
    }
    import django
    from django.core.management import call_command

    django.setup()
    call_command("migrate", verbosity=0)
    call_command("collectstatic", verbosity=0, interactive=False)


def fill(cases: int, contacts: int, reports: int) -> None:
    """Store cases, contacts with their exposures and tasks, and reports, spread over provinces and half a year."""
    from bluezone.authority.officers.jurisdiction import place_of
    from bluezone.geography import catalogue
    from bluezone.geography.units import Level

    provinces = catalogue.provinces().of_level(Level.PROVINCE, NOW.date())
    places = [place for place in map(place_of, (unit.code for unit in provinces)) if place != OUTBREAK]
    _store(cases, contacts, lambda number: places[number % len(places)] if number % 3 else BUSY, days=180)
    _store_reports(reports, places)
    _store(_GRAPH_CASES, _GRAPH_CONTACTS, lambda _number: OUTBREAK, days=26)


def _store(cases: int, contacts: int, place: Callable[[int], str], days: int) -> None:
    """Store cases, each with a code, and contacts with their exposures; each a person's."""
    from bluezone.authority.diagnosis.models import Case, OneTimeCode
    from bluezone.authority.episodes.models import Episode, Exposure
    from bluezone.authority.persons import vault
    from bluezone.authority.persons.models import Person
    from bluezone.authority.persons.rules import Identity, draw_pseudonym
    from bluezone.authority.work.models import Task

    def at(number: int) -> dt.datetime:
        return NOW - dt.timedelta(days=number % days, hours=1)

    def who(number: int) -> Identity:
        sex, work = ("female", "male")[number % 2], ("nông dân", "giáo viên", "")[number % 3]
        telephone = f"+8491{number % 10_000_000:07d}"
        return Identity(f"Người {number}", 1930 + number % 90, telephone, sex=sex, occupation=work)

    def persons() -> Iterator[Person]:
        taken = set(Person.objects.values_list("pseudonym", flat=True))
        pseudonyms: set[str] = set()
        while len(pseudonyms) < cases + contacts:
            pseudonyms |= {draw_pseudonym(secrets.randbelow)} - taken
        for number, pseudonym in enumerate(sorted(pseudonyms)):
            yield Person(
                pseudonym=pseudonym,
                place=place(number if number < cases else (number - cases) % cases),
                sealed=vault.seal(who(number), pseudonym),
                telephone_digest=secrets.token_hex(32),
                created_at=NOW,
                expires_on=NOW.date() + dt.timedelta(days=90),
            )

    last = Person.objects.order_by("-pk").first()
    store(Person, persons())
    people = list(Person.objects.filter(pk__gt=last.pk if last else 0).order_by("pk").values_list("pk", flat=True))
    keys = [uuid.uuid4() for _ in range(cases)]

    def case(number: int) -> Case:
        status = "confirmed" if number % 7 else "suspected"
        return Case(
            id=keys[number],
            report_type=status,
            status=status,
            onset_date=at(number).date(),
            created_at=at(number),
            place=place(number),
            file_number=f"HG-{number}",
            person_id=people[number],
        )

    store(Case, map(case, range(cases)))
    store(
        OneTimeCode,
        (
            OneTimeCode(
                case_id=keys[number],
                digest=secrets.token_hex(32),
                long_digest=secrets.token_hex(32),
                issued_at=at(number),
                expires_at=at(number) + dt.timedelta(hours=1),
                long_expires_at=at(number) + dt.timedelta(days=1),
            )
            for number in range(cases)
            if number % 7
        ),
    )
    contact_keys = [uuid.uuid4() for _ in range(contacts)]

    def contact(number: int) -> Episode:
        of_case, role = number % cases, "f2" if number % 5 == 4 else "f1"
        return Episode(
            id=contact_keys[number],
            person_id=people[cases + number],
            place=place(of_case),
            role=role,
            contact_role=role,
            classification="confirmed" if number % 3 else "suspected",
            opened_at=at(of_case),
            contact_since=at(of_case),
            isolated_on=at(of_case).date() if number % 4 == 0 else None,
        )

    of_cases = [uuid.uuid4() for _ in range(cases)]
    store(
        Episode,
        (
            Episode(
                id=of_cases[number],
                person_id=people[number],
                case_id=keys[number],
                place=place(number),
                role="f0",
                classification="confirmed" if number % 7 else "suspected",
                opened_at=at(number),
            )
            for number in range(cases)
        ),
    )
    store(Episode, map(contact, range(contacts)))

    def exposure(number: int) -> Exposure:
        row = Exposure(
            episode_id=contact_keys[number],
            source_id=contact_keys[number - 1] if number % 5 == 4 else of_cases[number % cases],
            day=at(number % cases).date(),
            setting=("household", "work", "school", "other")[number % 4],
            found_by="app" if number % 6 == 0 else "hand",
            site="/63:93/KQ7M-2PXA/" if number % 40 == 0 else "",
        )
        row.seal(("vợ", "đồng nghiệp", "cùng lớp", "")[number % 4])
        return row

    store(Exposure, map(exposure, range(contacts)))

    store(
        Task,
        (
            Task(
                kind="call",
                place=place(number % cases),
                source="episode",
                source_key=str(contact_keys[number]),
                person_id=people[cases + number],
                detail="first",
                urgency=number % 3,
                opened_at=at(number % cases),
                opens_at=at(number % cases),
                due_at=at(number % cases) + dt.timedelta(days=1),
            )
            for number in range(0, contacts, 3)
        ),
    )


def _store_reports(count: int, places: list[str]) -> None:
    from bluezone.authority.reports.models import Report

    def report(number: int) -> Report:
        return Report(
            id_digest=f"{number:064d}",
            place=places[number % len(places)] if number % 3 else BUSY,
            day=NOW.date() - dt.timedelta(days=number % 14),
            quarters=1 + number % 8,
            near_minutes=25,
            certainty="likely",
            policy="bluezone",
            policy_version="3",
            received_at=NOW - dt.timedelta(hours=number % 480),
            number=b"x" * 40,
            number_digest=secrets.token_hex(32),
            evidence=b"",
            verdict="consistent" if number % 10 else "corroborated",
            risk=number % 3,
        )

    store(Report, map(report, range(count)))


def database_cpu_s() -> float:
    """Return the CPU seconds so far of the PostgreSQL process of this connection; 0 for SQLite, which is in ours."""
    from django.db import connection

    if connection.vendor != "postgresql":
        return 0.0
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        fields = Path(f"/proc/{cursor.fetchone()[0]}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


@dataclass(frozen=True)
class Times:
    """Hold what a page cost: median and 95th percentile of the wall time, mean CPU time of this process and of the
    database's (all s), bytes."""

    median_s: float
    tail_s: float
    cpu_s: float
    database_cpu_s: float
    size: int


def measure(get: Callable[[], Any], runs: int) -> Times:
    """Ask for a page some times."""
    answer = get()
    assert answer.status_code == 200, (answer.status_code, answer.headers.get("Location"))
    walls = []
    own, database = time.process_time(), database_cpu_s()
    for _ in range(runs):
        wall = time.perf_counter()
        get()
        walls.append(time.perf_counter() - wall)
    own, database = time.process_time() - own, database_cpu_s() - database
    walls.sort()
    tail = walls[math.ceil(len(walls) * 0.95) - 1]
    return Times(walls[len(walls) // 2], tail, own / runs, database / runs, len(answer.content))


def pages() -> list[tuple[str, str, str]]:
    """Return what is asked for: name, whose officer asks, address."""
    from bluezone.authority.diagnosis.models import Case

    case = Case.objects.filter(place=BUSY).order_by("created_at").last()
    assert case is not None
    return [
        ("work, a province with a third of all", BUSY, "/officer/work/"),
        ("work, the ministry", "/", "/officer/work/"),
        ("graph of a week, a small province", OUTBREAK, "/officer/contacts/graph?from=2020-08-14"),
        ("graph of a week, a province with a third of all", BUSY, "/officer/contacts/graph?from=2020-08-14"),
        ("line list of four weeks, a small province", OUTBREAK, "/officer/contacts/line-list.csv"),
        ("line list of four weeks, a province with a third of all", BUSY, "/officer/contacts/line-list.csv"),
        ("graph, 500 cases and 5,000 contacts", OUTBREAK, "/officer/contacts/graph"),
        ("graph, one level of one day", OUTBREAK, "/officer/contacts/graph?level=1&day=2020-08-12"),
        ("contacts to call, a province with a third of all", BUSY, "/officer/work/?whose=all&kind=call"),
        ("cases, the ministry", "/", "/officer/cases/"),
        ("cases, a province with a third of all", BUSY, "/officer/cases/"),
        ("cases, found by a file number", "/", "/officer/cases/?q=HG-77777"),
        ("a case", BUSY, f"/officer/cases/{case.pk}"),
        ("a case's contacts", BUSY, f"/officer/contacts/of-case/{case.pk}"),
        ("home page, a province with a third of all", BUSY, "/officer/rollout/"),
    ]


def far_on(client: Any, path: str, pages: int) -> str:
    """Return the address of a page so many further on, or of the last, as its links lead there."""
    for _ in range(pages):
        link = re.search(r'<a href="([^"]+)" rel="next">', client.get(path, secure=True).content.decode())
        if link is None:  # a small database has fewer
            break
        path = path.partition("?")[0] + html.unescape(link[1])
    return path


def main() -> None:
    """Run the benchmark."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--cases", type=int, default=20_000)
    parser.add_argument("--contacts", type=int, default=200_000)
    parser.add_argument("--reports", type=int, default=20_000)
    parser.add_argument("--runs", type=int, default=40, help="requests of each page")
    parser.add_argument("--filled", action="store_true", help="the database was filled by a run before")
    parser.add_argument("--only", default="", help="pages whose name has this in it")
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="bluezone-bench-") as var:
        set_up(Path(var))
        from django.db import connection
        from django.test import Client

        from bluezone.authority.officers.models import User
        from bluezone.authority.site import clock

        clock.now = lambda: NOW
        began = time.monotonic()
        if not asked.filled:
            fill(asked.cases, asked.contacts, asked.reports)
        if connection.vendor == "postgresql":
            with connection.cursor() as cursor:
                cursor.execute("VACUUM ANALYZE")
                # what helpers of a query compute would not be seen in the process that is measured
                cursor.execute("SET max_parallel_workers_per_gather = 0")
        clients = {}
        for place, role in ((BUSY, "province"), (OUTBREAK, "province"), ("/", "ministry")):
            clients[place] = Client(HTTP_HOST="localhost")
            officer, _ = User.objects.get_or_create(username=place, role=role, place=place, may_confirm=True)
            clients[place].force_login(officer, "django.contrib.auth.backends.ModelBackend")
        size = f"{asked.cases:,} cases, {asked.contacts:,} contacts, {connection.vendor}"
        filled = f"filled in {time.monotonic() - began:.0f} s; {asked.runs} requests a page"
        Console().print(f"{size}; {filled}; load {os.getloadavg()[0]:.1f}")
        asked_for = [
            *pages(),
            ("cases, 200 pages on", BUSY, "/officer/cases/"),
        ]
        for name, place, path in asked_for:
            if asked.only not in name:
                continue
            address = far_on(clients[place], path, 200) if name.endswith("200 pages on") else path
            found = measure(functools.partial(clients[place].get, address, secure=True), asked.runs)
            wall = f"median {found.median_s * 1000:.0f} ms, 95th {found.tail_s * 1000:.0f} ms"
            cpu = f"CPU {found.cpu_s * 1000:.0f} ms and {found.database_cpu_s * 1000:.0f} ms of the database"
            Console(width=160).print(f"{name}: {wall}, {cpu}, {found.size // 1024} KiB")


if __name__ == "__main__":
    main()
