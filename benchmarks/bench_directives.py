"""An order over all units of the country: giving it, and its pages as the ministry and a province see them.

    python benchmarks/bench_directives.py [--units 106000] [--json]     # --units: about as many, over all communes

A PostgreSQL of its own; the pages are asked in this process: their CPU time is this process's and the database's.
"""

from __future__ import annotations

import argparse
import datetime as dt
import json
import os
import sys
import tempfile
import time
from collections.abc import Callable
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np
from rich.console import Console
from rich.table import Table

from national.cluster import MissingPostgresError, cluster, cpu_s, postmaster, server_environment

NOW = dt.datetime(2020, 8, 26, 5, tzinfo=dt.UTC)
TODAY = dt.date(2020, 8, 26)
FIGURES = 8


def set_up(url: str, var: Path) -> None:
    """Django on that database, with its clock at noon of 26 August 2020."""
    os.environ |= server_environment(url, var, NOW) | {"BLUEZONE_SECOND_FACTOR": "off"}
    import django

    django.setup()
    from django.core.management import call_command

    call_command("migrate", verbosity=0)
    call_command("collectstatic", verbosity=0, interactive=False)


def fill(units: int, in_communes: int | None = None) -> int:
    """Units of every sector in every commune, or in so many of them, with a week of figures; how many."""
    from bluezone.authority.campaign.figures.store import store
    from bluezone.authority.officers.jurisdiction import place_of
    from bluezone.authority.units.models import Organisation
    from bluezone.geography import catalogue
    from bluezone.geography.units import Level
    from bluezone.rollout.counts import Count, OrganisationCode
    from bluezone.rollout.sectors import BUILT_IN, ENTROPY_BYTES, make_code

    rng = np.random.default_rng(1)
    communes = catalogue.all_units().of_level(Level.COMMUNE, TODAY)[:in_communes]
    each, sectors = max(1, round(units / len(communes))), list(BUILT_IN)
    rows = []
    for commune in communes:
        for number in range(each):
            code = make_code(rng.bytes(ENTROPY_BYTES))
            rows.append(
                Organisation(
                    code=code, name=f"Unit {number}", sector=sectors[number % len(sectors)], within=str(commune.code),
                    line=f"/{code}/",
                    place=f"{place_of(commune.code)}{code}/", headcount=int(rng.integers(5, 900)),
                    created_on=TODAY - dt.timedelta(days=30), headed_by="-",
                )
            )  # fmt: skip
    Organisation.objects.bulk_create(rows, batch_size=5_000)
    counts = (
        Count(OrganisationCode(row.code), TODAY - dt.timedelta(days=FIGURES - day),
              installs=int((row.headcount or 0) * 0.05 * (day + 1)), source="report")
        for row in rows for day in range(FIGURES)
    )  # fmt: skip
    store(counts)
    return len(rows)


def give() -> int:
    """Everybody in the units of every sector by 30 August; the order's key."""
    from bluezone.authority.campaign.orders import services, tree
    from bluezone.authority.campaign.orders.rules import plan
    from bluezone.geography.units import NATION_63
    from bluezone.rollout.cascade import Split
    from bluezone.rollout.directives import Base, Letter
    from bluezone.rollout.sectors import BUILT_IN

    root, _ = tree.sectors(NATION_63, list(BUILT_IN), TODAY)
    letter = Letter(
        "1/BM", TODAY - dt.timedelta(days=12), "-", NATION_63, Base.HEADCOUNT, Fraction(3, 10),
        dt.date(2020, 8, 30), "-",
    )  # fmt: skip
    made = services.give(letter, plan(root, letter.target, Split.EQUALISE), TODAY, how=Split.EQUALISE)
    return int(made.pk)


def timed(measure: str, work: Callable[[], Any], database: int, repeats: int = 1) -> dict[str, Any]:
    """The quickest of some runs: seconds, and CPU seconds of this process and of the database."""
    best: dict[str, Any] = {}
    for _ in range(repeats):
        begin, own, theirs = time.perf_counter(), time.process_time(), cpu_s(database)
        result = work()
        row = {
            "measure": measure,
            "seconds": round(time.perf_counter() - begin, 2),
            "python_cpu_s": round(time.process_time() - own, 2),
            "database_cpu_s": round(cpu_s(database) - theirs, 2),
            "result": result,
        }
        best = row if not best or row["seconds"] < best["seconds"] else best
    return best


def pages(key: int, database: int) -> list[dict[str, Any]]:
    """The order as the ministry and a province see it."""
    from django.test import Client

    from bluezone.authority.campaign.orders.models import Kind, Target
    from bluezone.authority.officers.models import User

    def get(officer: Client, path: str) -> int:
        answer = officer.get(path)
        assert answer.status_code == 200, (path, answer.status_code)
        return len(answer.content)

    def officer_of(name: str, role: str, place: str) -> Client:
        client = Client(headers={"host": "127.0.0.1"})
        client.force_login(User.objects.create_user(name, full_name=name, role=role, place=place),
                           "django.contrib.auth.backends.ModelBackend")  # fmt: skip
        return client

    sector = Target.objects.filter(directive=key, kind=Kind.SECTOR).order_by("pk").first()
    assert sector is not None
    ministry, province = officer_of("m", "ministry", "/"), officer_of("p", "province", "/63:93/")
    asked = {
        "the ministry's page of the order": (ministry, f"/officer/directives/{key}"),
        "the ministry's list of orders": (ministry, "/officer/directives/"),
        "the ministry's page of one sector": (ministry, f"/officer/directives/{key}?at={sector.pk}"),
        "a province's page of the order": (province, f"/officer/directives/{key}"),
        "a province's list of orders": (province, "/officer/directives/"),
    }
    return [
        timed(name, lambda officer=officer, path=path: get(officer, path), database, repeats=3)
        for name, (officer, path) in asked.items()
    ]


def measure(units: int) -> list[dict[str, Any]]:
    with tempfile.TemporaryDirectory(prefix="bluezone-bench-") as folder, cluster(None, {}) as url:
        set_up(url, Path(folder))
        from django.db import connection

        filled = fill(units)
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE")
        database = postmaster(url)
        given: list[int] = []
        found = [timed(f"giving an order to {filled:,} units", lambda: given.append(give()), database)]
        found += pages(given[0], database)
        connection.close()
    return found


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--units", type=int, default=106_000)
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    try:
        found = measure(options.units)
    except MissingPostgresError as error:
        print(error, file=sys.stderr)
        return 2
    if options.json:
        print(json.dumps(found))
        return 0
    table = Table("", "seconds", "CPU s Python", "CPU s database")
    for row in found:
        table.add_row(row["measure"], *(str(row[name]) for name in ("seconds", "python_cpu_s", "database_cpu_s")))
    Console().print(table)
    return 0


if __name__ == "__main__":
    sys.exit(main())
