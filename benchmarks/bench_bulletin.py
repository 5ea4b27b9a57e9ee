"""The bulletin of the whole country, with what was reached beside installs and without: CPU time of both.

    python benchmarks/bench_bulletin.py [--communes 10599] [--json]     # one unit of each sector in so many communes

A PostgreSQL of its own. Every school has told of families on two days, every hamlet of its households, every union of
a task; every site has a roster of today, and ten doors in a hundred have told.
"""

from __future__ import annotations

import argparse
import datetime as dt
import json
import sys
import tempfile
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any
from unittest import mock

from rich.console import Console
from rich.table import Table

from bench_directives import NOW, TODAY, fill, give, set_up, timed
from national.cluster import MissingPostgresError, cluster, postmaster

#: of a hundred doors so many have told
DOORS = 10


def reach() -> dict[str, int]:
    """What units have told of people reached; how many rows of each kind."""
    from bluezone.authority.door.models import DoorDay
    from bluezone.authority.episodes.models import Roster
    from bluezone.authority.outreach.models import FamilyTally, Hamlet, UnionTask
    from bluezone.authority.units.models import Organisation

    def of(sector: str) -> Iterator[tuple[int, str]]:
        return Organisation.objects.filter(sector=sector).order_by("pk").values_list("pk", "place").iterator()

    rows: dict[Any, Iterable[Any]] = {
        FamilyTally: (
            FamilyTally(organisation_id=key, date=TODAY - dt.timedelta(days=back), told=300, reached=200 - 90 * back,
                        families_with_app=120 - 60 * back, pledged=150)
            for key, _place in of("schools") for back in (0, 1)
        ),
        Hamlet: (
            Hamlet(organisation_id=key, households=400, visited=250, has=60, helped=90, refused=20, absent=80,
                   last_visit_on=TODAY)
            for key, _place in of("neighbourhoods")
        ),
        UnionTask: (
            UnionTask(organisation_id=key, kind="drive", title="-", due=TODAY, done_on=TODAY, asked=80, helped=30)
            for key, _place in of("unions")
        ),
        Roster: (
            Roster(place=place, organisation_id=key, day=TODAY, present=60, with_phone=50, asked=40, has_app=20,
                   helped=9)
            for key, place in of("quarantine")
        ),
        DoorDay: (
            DoorDay(organisation_id=key, day=TODAY, app="bluezone", had=20, helped=5, refused=3)
            for number, (key, _place) in enumerate(of("hospitality")) if number % 100 < DOORS
        ),
    }  # fmt: skip
    return {
        model.__name__: len(model.objects.bulk_create(list(made), batch_size=5_000)) for model, made in rows.items()
    }


def bulletins(database: int) -> list[dict[str, Any]]:
    """The report of the country and of one province, with what was reached and without."""
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    from bluezone.authority.campaign.bulletins import assigned, services
    from bluezone.geography import catalogue
    from bluezone.geography.units import UnitCode
    from bluezone.rollout.bulletin import Wanted
    from bluezone.rollout.reached import Reached

    wanted = Wanted(base_date=TODAY - dt.timedelta(days=7))

    def made(code: str) -> int:
        unit = catalogue.all_units().unit(UnitCode.parse(code), TODAY)
        with CaptureQueriesContext(connection) as asked:
            services.report_of(unit, TODAY, services.with_target(unit.code, TODAY, wanted))
        return len(asked)

    found = []
    for name, code in (("the country", "63:VN"), ("Hà Nội", "63:01")):
        made(code)  # what is read once a process
        found.append(timed(f"{name}, all of it", lambda code=code: made(code), database, repeats=5))
        with mock.patch.object(assigned, "reached_in", return_value=Reached()):
            found.append(timed(f"{name}, without what was reached", lambda code=code: made(code), database, repeats=5))
    return found


def figures() -> None:
    """Eight days of every province."""
    from bluezone.authority.campaign.figures.store import store
    from bluezone.geography import catalogue
    from bluezone.geography.units import Level
    from bluezone.rollout.counts import Count, Origin

    provinces = catalogue.provinces().of_level(Level.PROVINCE, TODAY)
    store(
        Count(unit.code, TODAY - dt.timedelta(days=back), installs=100_000 + 5_000 * at - 900 * back, source="-",
              origin=Origin.MINISTRY)
        for at, unit in enumerate(provinces) for back in range(8)
    )  # fmt: skip


def measure(communes: int) -> list[dict[str, Any]]:
    with tempfile.TemporaryDirectory(prefix="bluezone-bench-") as folder, cluster(None, {}) as url:
        set_up(url, Path(folder))
        from django.db import connection

        from bluezone.rollout.sectors import BUILT_IN

        fill(communes * len(BUILT_IN), communes)
        figures()
        reach()
        give()
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE")
        found = bulletins(postmaster(url))
        connection.close()
    return found


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--communes", type=int, default=10_599)
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    try:
        found = measure(options.communes)
    except MissingPostgresError as error:
        print(error, file=sys.stderr)
        return 2
    if options.json:
        print(json.dumps({"at": NOW.isoformat(), "found": found}))
        return 0
    table = Table("", "seconds", "CPU s Python", "CPU s database", "statements")
    for row in found:
        table.add_row(
            row["measure"], *(str(row[name]) for name in ("seconds", "python_cpu_s", "database_cpu_s", "result"))
        )
    Console().print(table)
    return 0


if __name__ == "__main__":
    sys.exit(main())
