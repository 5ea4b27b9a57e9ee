"""Back up a country, verify the backup and restore it onto an empty machine: CPU time, memory, size.

    python benchmarks/bench_backup.py                      # 1.4 million keys, 20,000 cases, 60,000 contacts: minutes
    python benchmarks/bench_backup.py --keys 100000 --cases 1000 --contacts 3000 --database SQLite

The keys are published first, so the export files are in the backup; identities are encrypted, as they are stored. The
process is the command with the client programs of PostgreSQL that it runs; the database is counted beside it.
"""

from __future__ import annotations

import argparse
import contextlib
import json
import os
import subprocess
import tempfile
import time
from pathlib import Path
from typing import Any

from rich.console import Console

from national.cluster import cluster, cpu_s, postmaster
from serverload import exporting
from serverload.sites import Site

#: seconds, on two cores
GOAL_S = 600
#: a folder of cases who infected each other and of contacts, of the last 26 days
_FILL = """
import datetime as dt, sys
import django; django.setup()
import bench_epidemiology
from bluezone.authority.officers.jurisdiction import place_of
from bluezone.authority.site import clock
from bluezone.geography import catalogue
from bluezone.geography.units import Level
now = clock.now()
places = [place_of(unit.code) for unit in catalogue.provinces().of_level(Level.PROVINCE, now.date())]
bench_epidemiology.fill(int(sys.argv[1]), int(sys.argv[2]), places, 26, now)
"""


def database_of(url: str, name: str) -> str:
    """Make an empty database beside the one at `url` (empty: SQLite) and return its URL."""
    if not url:
        return ""
    import psycopg

    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name}")
    return f"{url.rpartition('/')[0]}/{name}"


def measured(site: Site, *arguments: str) -> dict[str, Any]:
    """Run a command of the authority and return what it took. Raises RuntimeError where it fails."""
    database = postmaster(site.url) if site.url else None
    before, begin = cpu_s(database) if database else 0.0, time.perf_counter()
    process = subprocess.Popen(site.command(*arguments), env=site.environment, stdout=subprocess.DEVNULL)
    _, status, used = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise RuntimeError(f"{arguments[0]} ended with {process.returncode}")
    return {
        "command": arguments[0],
        "database": "PostgreSQL" if site.url else "SQLite",
        "seconds": round(time.perf_counter() - begin, 1),
        "process_cpu_s": round(used.ru_utime + used.ru_stime, 1),
        "database_cpu_s": round(cpu_s(database) - before, 1) if database else 0.0,
        "peak_mb": round(used.ru_maxrss / 1024),
    }


def measure(folder: Path, url: str, options: argparse.Namespace, console: Console) -> list[dict[str, Any]]:
    """Fill an authority, and return what each command took on this kind of database."""
    name = "postgresql" if url else "sqlite"
    site = Site(name, folder / name, database_of(url, "country"))
    site.run("install")
    exporting.fill(site, options.keys)
    site.run("publish")
    site.python("-c", _FILL, str(options.cases), str(options.contacts))
    key, file = folder / f"{name}.key", folder / f"{name}.bluezone.age"
    public = site.run("backup-key", str(key)).strip().splitlines()[-1]
    empty = Site(name, folder / f"{name}-restored", database_of(url, "restored"))
    found = [
        measured(site, "backup", str(file), "--to", public),
        measured(site, "verify-backup", str(file), "--key", str(key)),
        measured(empty, "restore", str(file), "--key", str(key)),
    ]
    for row in found:
        row["megabytes"] = round(file.stat().st_size / 1e6, 1)
        console.print(row)
    return found


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--keys", type=int, default=1_400_000)
    parser.add_argument("--cases", type=int, default=20_000)
    parser.add_argument("--contacts", type=int, default=60_000)
    parser.add_argument("--database", choices=("PostgreSQL", "SQLite"), help="this one alone")
    parser.add_argument("--directory", type=Path, help="where the throw-away PostgreSQL and the data live")
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    console, found = Console(stderr=options.json, width=200), []
    with contextlib.ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(dir=options.directory, prefix="bluezone-bench-")))
        if options.database != "SQLite":
            url = stack.enter_context(cluster(options.directory, {"max_wal_size": "4GB"}))
            found += measure(folder, url, options, console)
        if options.database != "PostgreSQL":
            found += measure(folder, "", options, console)
    if options.json:
        print(json.dumps({"load_average": os.getloadavg()[0], "goal_s": GOAL_S, "rows": found}, indent=1))


if __name__ == "__main__":
    main()
