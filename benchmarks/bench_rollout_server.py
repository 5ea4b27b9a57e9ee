"""The roll-out's server at the size of a country: ranking pages, the daily roll-up, phones that are counted.

    python benchmarks/bench_rollout_server.py                      # a size that fits minutes (`make bench`)
    python benchmarks/bench_rollout_server.py --national           # 30 million installations, a year: seven minutes
    python benchmarks/bench_rollout_server.py --database-url URL   # on a database filled before, with --fill

A PostgreSQL of its own, durable as it comes (fsync on); the server as `bluezone authority serve` starts it, with two
granian workers; the load generator on the same machine. Its clock stands at 18 August 2021, for then there were 10,599
communes; as in every rehearsal no page is kept, so that pages are measured as the first reader gets them.

Beside wall-clock figures, which are the machine's and its neighbours', the CPU time of a request is told, of server,
database and load generator apart: cores / (their sum) is what the machine does when it has nothing else to do.
"""

from __future__ import annotations

import argparse
import contextlib
import datetime as dt
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

import httpx
import numpy as np
import psycopg
from rich.console import Console
from rich.table import Table

from national.cluster import MissingPostgresError, cluster, cpu_s, machine_busy_s, postmaster, server_environment
from national.generator import Country, activities, fill
from serverload import generator, messages
from serverload.generator import Order

ROOT = Path(__file__).resolve().parents[1]
#: noon in Viet Nam; figures end and phones were last seen the day before
NOW = dt.datetime(2021, 8, 18, 5, tzinfo=dt.UTC)
DAY = dt.date(2021, 8, 17)
NATIONAL = (30_000_000, 365)
PAGES = {
    "ranking of the 63": "/rollout/",
    "ranking of the 34, half a year ago": "/rollout/?system=34&date=2021-02-18",
    "province (Hà Nội, 30 districts)": "/rollout/63:01",
    "district (Vị Thanh)": "/rollout/63:930",
    "commune": "/rollout/63:31318",
    "curve of a province": "/rollout/63:01/curve.svg",
}
LOADS = ("activity", "registration")
#: more requests a second than it answers: lines made ahead
_AHEAD_PER_S = 5_000
GOALS = {"page_ms": 200, "roll_up_s": 60, "per_s": 1_500}


@dataclass
class Site:
    """A database and the folder, settings and processes of a server on it."""

    url: str
    var: Path
    environment: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.var.mkdir(exist_ok=True)
        self.environment = {
            **os.environ,
            **server_environment(self.url, self.var, NOW),
            "PYTHONPATH": os.pathsep.join((str(ROOT / "src"), str(ROOT / "benchmarks"))),
            # one address speaks for a country here
            "BLUEZONE_COUNTING_RATE_LIMIT": "1000000000",
        }

    def run(self, *arguments: str) -> str:
        command = [sys.executable, "-m", "bluezone", "authority", *arguments]
        done = subprocess.run(command, env=self.environment, check=True, stdout=subprocess.PIPE, text=True)
        return done.stdout

    def digest_key(self) -> bytes:
        """The key under which this server hashes phones' ids."""
        code = (
            "import django; django.setup(); from bluezone.authority.site import secrets;"
            "print(secrets.key('installation').hex())"
        )
        done = subprocess.run(
            [sys.executable, "-c", code], env=self.environment, check=True, stdout=subprocess.PIPE, text=True
        )
        return bytes.fromhex(done.stdout.strip())

    @contextlib.contextmanager
    def serving(self, workers: int) -> Iterator[tuple[str, int]]:
        """The server's address and process."""
        command = [sys.executable, "-m", "bluezone", "authority", "serve", "--port", "0", "--json"]
        server = subprocess.Popen(
            [*command, "--workers", str(workers)], env=self.environment, stdout=subprocess.PIPE, text=True
        )
        assert server.stdout is not None
        try:
            yield json.loads(server.stdout.readline())["url"], server.pid
        finally:
            server.terminate()
            server.wait()


def roll_up(site: Site) -> dict[str, Any]:
    """Count yesterday as if it had not been counted, in a process of its own."""
    with psycopg.connect(site.url, autocommit=True) as connection:
        connection.execute("DELETE FROM campaign_dailycount WHERE date = %s AND source = 'devices'", [DAY])
    database = postmaster(site.url)
    begin, spent = time.perf_counter(), cpu_s(database)
    report = json.loads(site.run("roll-up", "--json"))
    return {
        "seconds": round(time.perf_counter() - begin, 1),
        "database_cpu_s": round(cpu_s(database) - spent, 1),
        "units": report["units"],
        "installs": report["installs"],
    }


def pages(site: Site, url: str, server: int, repeats: int) -> list[dict[str, Any]]:
    """How long pages take, one reader at a time."""
    found, database = [], postmaster(site.url)
    with httpx.Client(base_url=url, timeout=60) as client:
        for name, path in PAGES.items():
            for _ in range(4):  # both workers have seen it
                client.get(path).raise_for_status()
            spent, in_database = cpu_s(server), cpu_s(database)
            times = []
            for _ in range(repeats):
                begin = time.perf_counter()
                client.get(path).raise_for_status()
                times.append((time.perf_counter() - begin) * 1_000)
            found.append(
                {
                    "page": name,
                    "p50_ms": round(statistics.median(times)),
                    "p95_ms": round(statistics.quantiles(times, n=20)[-1]),
                    "server_cpu_ms": round((cpu_s(server) - spent) / repeats * 1_000),
                    "database_cpu_ms": round((cpu_s(database) - in_database) / repeats * 1_000),
                }
            )
    return found


def load(site: Site, server: int, order: Order) -> dict[str, Any]:
    """What the server takes of one kind of request, and what each costs."""
    database = postmaster(site.url)
    before = (cpu_s(server), cpu_s(database), machine_busy_s(), time.perf_counter())
    facts = generator.send(order)
    after = (cpu_s(server), cpu_s(database), machine_busy_s(), time.perf_counter())
    in_server, in_database, busy, wall = (b - a for a, b in zip(before, after, strict=True))
    good = max(facts["done"], 1)
    costs = {
        "server_cpu_ms": in_server / good * 1_000,
        "database_cpu_ms": in_database / good * 1_000,
        "load_cpu_ms": facts.pop("cpu_s") / good * 1_000,
    }
    cores = os.cpu_count() or 1
    return {
        "kind": order.kind,
        **facts,
        **{name: round(cost, 3) for name, cost in costs.items()},
        "possible_per_s": round(cores * 1_000 / sum(costs.values())),
        "others_cores": round(max(0.0, busy - in_server - in_database) / wall, 2),
    }


def measure(site: Site, country: Country, options: argparse.Namespace) -> dict[str, Any]:
    """All figures of one filled database."""
    from bluezone.geography import catalogue
    from bluezone.geography.units import Level

    communes = [str(unit.code) for unit in catalogue.all_units().of_level(Level.COMMUNE, DAY)]
    result: dict[str, Any] = {"country": asdict(country), "cores": os.cpu_count(), "load_average": os.getloadavg()[0]}
    result["roll_up"] = roll_up(site)
    with site.serving(options.workers) as (url, server):
        result["pages"] = pages(site, url, server, options.repeats)
        random = np.random.default_rng()

        def loaded(kind: str, seconds: float) -> dict[str, Any]:
            count = int(_AHEAD_PER_S * seconds)
            made = (
                activities(country, random, count)
                if kind == "activity"
                else messages.registrations(communes, count, random)
            )
            lines = site.var / f"{kind}.lines"
            messages.write_lines(lines, made)
            return load(site, server, Order(url, kind, str(lines), seconds, options.connections))

        for kind in LOADS:  # so that nothing of the first second is measured
            loaded(kind, 1.0)
        result["loads"] = [loaded(kind, options.seconds) for kind in LOADS]
    return result


def show(result: dict[str, Any], console: Console) -> None:
    done = result["roll_up"]
    console.print(
        f"daily roll-up: {done['seconds']} s ({done['database_cpu_s']} s CPU of the database) for "
        f"{done['installs']:,} installations, {done['units']:,} units   [goal: {GOALS['roll_up_s']} s]"
    )
    table = Table("page", "p50 ms", "p95 ms", "server CPU ms", "database CPU ms", title=f"goal: {GOALS['page_ms']} ms")
    for row in result["pages"]:
        table.add_row(*(str(value) for value in row.values()))
    console.print(table)
    table = Table("", "a second", "p50 ms", "p99 ms", "server", "database", "load", "the machine alone", "others",
                  title=f"CPU ms a request   [goal: {GOALS['per_s']:,} a second]")  # fmt: skip
    for row in result["loads"]:
        names = ("kind", "per_s", "p50_ms", "p99_ms", "server_cpu_ms", "database_cpu_ms", "load_cpu_ms")
        alone, others = f"{row['possible_per_s']:,} a second", f"{row['others_cores']} cores"
        table.add_row(*(str(row[name]) for name in names), alone, others)
    console.print(table)


def markdown(result: dict[str, Any]) -> str:
    """The same for a page of docs/."""
    country, done = result["country"], result["roll_up"]
    lines = [
        (
            f"{country['phones']:,} installations, {country['days']} days; {result['cores']} cores, load average "
            f"{result['load_average']:.0f} when it began ({os.uname().machine}, {dt.datetime.now(dt.UTC):%Y-%m-%d})."
        ),
        "",
        (
            f"Daily roll-up: **{done['seconds']} s**, {done['database_cpu_s']} s CPU of the database, for "
            f"{done['units']:,} units."
        ),
        "",
        "| page | p50 ms | p95 ms | CPU ms server | CPU ms database |",
        "|---|---|---|---|---|",
        *(f"| {' | '.join(str(value) for value in row.values())} |" for row in result["pages"]),
        "",
        (
            "| requests | a second | p50 ms | p99 ms | CPU ms server | database | load generator | others had "
            "| cores / CPU |"
        ),
        "|---|---|---|---|---|---|---|---|---|",
    ]
    names = ("kind", "per_s", "p50_ms", "p99_ms", "server_cpu_ms", "database_cpu_ms", "load_cpu_ms")
    for row in result["loads"]:
        told = " | ".join(str(row[name]) for name in names)
        lines.append(f"| {told} | {row['others_cores']} cores | {row['possible_per_s']:,} a second |")
    return "\n".join(lines) + "\n"


def write(path: Path, text: str) -> None:
    """Put a text between the marks of a page."""
    head, begin, rest = path.read_text(encoding="utf-8").partition("<!-- national: start -->\n")
    _, end, tail = rest.partition("<!-- national: end -->")
    path.write_text(f"{head}{begin}{text}{end}{tail}", encoding="utf-8")


@contextlib.contextmanager
def filled(country: Country, options: argparse.Namespace, console: Console) -> Iterator[Site]:
    """A site on a database that is filled: the one named, or a new one."""
    settings = {"max_wal_size": "8GB", "checkpoint_timeout": "15min"} | dict(
        each.split("=", 1) for each in options.setting
    )
    with contextlib.ExitStack() as stack:
        var = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="bluezone-bench-")))
        if options.database_url and not options.fill:
            yield Site(options.database_url, var)
            return
        url = options.database_url or stack.enter_context(cluster(options.directory, settings))
        site = Site(url, var)
        site.run("install")
        begin = time.perf_counter()
        fill(
            url, country, site.digest_key(), lambda text: console.print(f"{time.perf_counter() - begin:4.0f} s {text}")
        )
        yield site


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--national", action="store_true", help="30 million installations, a year of figures")
    parser.add_argument("--installs", type=int, default=300_000)
    parser.add_argument("--days", type=int, default=60, help="of figures")
    parser.add_argument("--seconds", type=float, default=8.0, help="of each load")
    parser.add_argument("--connections", type=int, default=32)
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--repeats", type=int, default=20, help="of each page")
    parser.add_argument("--database-url", help="measure on this database, filled by an earlier run")
    parser.add_argument("--fill", action="store_true", help="fill that database first")
    parser.add_argument("--directory", type=Path, help="where the throw-away PostgreSQL lives (20 GB for --national)")
    parser.add_argument("--setting", action="append", default=[], help="of PostgreSQL: shared_buffers=1GB")
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--write", type=Path, help="put the result into this page of docs/")
    options = parser.parse_args()
    installs, days = NATIONAL if options.national else (options.installs, options.days)
    country, console = Country(installs, days, DAY), Console(stderr=options.json)
    try:
        with filled(country, options, console) as site:
            result = measure(site, country, options)
    except MissingPostgresError as missing:
        console.print(f"not measured: {missing}")
        return
    if options.write:
        write(options.write, markdown(result))
    if options.json:
        print(json.dumps(result, default=str, indent=1))
    else:
        show(result, console)


if __name__ == "__main__":
    main()
