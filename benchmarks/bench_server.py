"""The server that phones ask, under load: publish, activity, registration, whole sequences of patients, a large export.

    python benchmarks/bench_server.py                      # a few minutes; without --export-keys 1400000 a small export
    python benchmarks/bench_server.py --seconds 10 --rounds 3 --export-keys 1400000 --write docs/measurements/server.md
    python benchmarks/bench_server.py --only publish       # one kind, with the reference beside it

One load generator asks ours on PostgreSQL, ours on SQLite, and (publish) the reference key server of Google's
exposure-notifications-server on the same PostgreSQL, in turn, several rounds in one run: a machine's neighbours then
slow all alike. The reference is the program `peer` of the folder that BLUEZONE_REFERENCE_TOOLS names; without it only
ours is measured. What counts is work for a second of CPU time of server and database together: wall-clock figures are
the machine's and its neighbours'. The generator's own CPU time is counted apart, and in neither.
"""

from __future__ import annotations

import argparse
import contextlib
import datetime as dt
import json
import os
import statistics
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
from rich.console import Console

from bluezone.geography import catalogue
from bluezone.geography.units import Level
from national.cluster import MissingPostgresError, cluster, machine_busy_s
from serverload import exporting, generator, messages
from serverload.generator import Order
from serverload.sites import PEER, Server, Site, reference

KINDS = ("publish", "activity", "registration", "sequence")
#: a second, on two cores with the generator beside; p99 at these rates under 100 ms
GOALS = {"publish": 600, "activity": 2_500, "registration": 2_000, "sequence": 250}
#: more requests a second than any of them answers: lines made ahead for each second of a load
_AHEAD = {"publish": 1_500, "activity": 5_000, "registration": 5_000, "sequence": 500}


@dataclass
class Bench:
    """Hold what a run needs: options, a folder, a random generator, and the phones registered at each server."""

    options: argparse.Namespace
    folder: Path
    communes: list[str]
    random: np.random.Generator = field(default_factory=np.random.default_rng)
    registered: dict[str, list[bytes]] = field(default_factory=dict)

    def lines(self, kind: str, server: Server, site: Site | None, count: int) -> Path:
        """Write the lines of a load and return the file."""
        path = self.folder / f"{kind}.lines"
        if kind == "publish":
            made: Iterator[bytes] = messages.uploads(server.authority, count, self.random)
        elif kind == "registration":
            bodies = list(messages.registrations(self.communes, count, self.random))
            self.registered[server.name] = bodies
            made = iter(bodies)
        elif kind == "activity":
            made = messages.activities(self.registered[server.name])
        else:
            assert site is not None
            made = messages.sequences(site.codes(count), server.authority.health_authority, self.random)
        messages.write_lines(path, made)
        return path

    def register(self, server: Server, site: Site | None, count: int) -> None:
        """Make so many phones known, unmeasured, a day before they say that they are in use: nobody is asked twice."""
        assert site is not None
        self.send("registration", server, self.lines("registration", server, site, count), 600.0)
        site.a_day_passes()

    def send(self, kind: str, server: Server, lines: Path, seconds: float, rate: float = 0.0) -> dict[str, Any]:
        """Send the lines and return what came of it and what it cost."""
        order = Order(server.url, kind, str(lines), seconds, self.options.connections, rate)
        before = (*server.cpu_s(), machine_busy_s(), time.perf_counter())
        facts = generator.send(order)
        after = (*server.cpu_s(), machine_busy_s(), time.perf_counter())
        in_server, in_database, busy, wall = (b - a for a, b in zip(before, after, strict=True))
        good = max(facts["done"], 1)
        return {
            "kind": kind,
            "server": server.name,
            "rate": rate,
            **facts,
            "per_cpu_s": round(facts["done"] / max(in_server + in_database, 0.01), 1),
            "server_cpu_ms": round(in_server / good * 1_000, 3),
            "database_cpu_ms": round(in_database / good * 1_000, 3),
            "load_cpu_ms": round(facts.pop("cpu_s") / good * 1_000, 3),
            "others_cores": round(max(0.0, busy - in_server - in_database - facts.get("cpu_s", 0.0)) / wall, 2),
        }


def measure(bench: Bench, servers: list[tuple[Server, Site | None]], console: Console) -> list[dict[str, Any]]:
    """All loads on all servers: rounds of as fast as they can, in turn, then one at each goal's rate."""
    options, found = bench.options, []
    kinds = [kind for kind in KINDS if not options.only or kind in options.only]
    for kind in kinds:
        able = [(server, site) for server, site in servers if site is not None or kind == "publish"]
        for number in range(options.rounds + 1):
            for server, site in able:
                warming = number == 0
                seconds = 1.0 if warming else options.seconds
                count = int(_AHEAD[kind] * seconds) + 1
                if kind == "activity":
                    bench.register(server, site, count)
                lines = bench.lines(kind, server, site, count)
                row = bench.send(kind, server, lines, seconds)
                if not warming:
                    found.append(row)
                    _say(row, console)
        for server, site in able:
            if site is not None and options.goal_seconds:
                count = int(GOALS[kind] * options.goal_seconds) + 1
                if kind == "activity":
                    bench.register(server, site, count)
                lines = bench.lines(kind, server, site, count)
                row = bench.send(kind, server, lines, options.goal_seconds, GOALS[kind])
                found.append(row)
                _say(row, console)
    return found


def _say(row: dict[str, Any], console: Console) -> None:
    console.print(
        f"{row['kind']:12} {row['server']:16} {row['per_s']:>7}/s  {row['per_cpu_s']:>7} a CPU s  "
        f"server {row['server_cpu_ms']} + database {row['database_cpu_ms']} ms  p50 {row['p50_ms']} p99 {row['p99_ms']}"
        + (f" at {row['rate']}/s" if row["rate"] else "")
        + f"  others {row['others_cores']} cores"
    )
    bad = {name: count for name, count in row["statuses"].items() if name[-3:] not in ("200", "201")}
    if bad or (not row["lines_left"] and not row["rate"]):
        console.print(f"    [bold]{bad} {row['first_failure']} lines left: {row['lines_left']}")


# --- the page ---------------------------------------------------------------------------------------------------------


def _median(rows: list[dict[str, Any]], name: str) -> float:
    return statistics.median(float(row[name]) for row in rows)


def markdown(result: dict[str, Any]) -> str:
    """The result for a page of docs/: medians of the rounds."""
    lines = [
        (
            f"{result['cores']} cores, load average {result['load_average']:.0f} when it began ({os.uname().machine}, "
            f"{dt.datetime.now(dt.UTC):%Y-%m-%d}), {result['connections']} connections, {result['rounds']} rounds of "
            f"{result['seconds']:g} s each, medians."
        ),
        "",
        (
            "| requests | server | a second | a CPU second | CPU ms server | database | load generator | p50 ms "
            "| p99 ms | others had |"
        ),
        "|---|---|---|---|---|---|---|---|---|---|",
    ]
    by_name: dict[tuple[str, str], list[dict[str, Any]]] = {}
    for row in result["loads"]:
        if not row["rate"]:
            by_name.setdefault((row["kind"], row["server"]), []).append(row)
    for (kind, server), rows in by_name.items():
        told = " | ".join(
            f"{_median(rows, name):,.{places}f}"
            for name, places in (
                ("per_s", 0), ("per_cpu_s", 0), ("server_cpu_ms", 2), ("database_cpu_ms", 2), ("load_cpu_ms", 2),
                ("p50_ms", 1), ("p99_ms", 1), ("others_cores", 1),
            )
        )  # fmt: skip
        lines.append(f"| {kind} | {server} | {told} cores |")
    theirs = by_name.get(("publish", "reference"))
    for (kind, server), rows in by_name.items():
        if theirs and kind == "publish" and server != "reference":
            ratios = [a["per_cpu_s"] / max(b["per_cpu_s"], 0.1) for a, b in zip(rows, theirs, strict=True)]
            each = ", ".join(f"{ratio:.2f}" for ratio in ratios)
            lines += [
                "",
                (
                    f"Publish a CPU second, {server} against the reference, round by round: "
                    f"**{statistics.median(ratios):.2f}** ({each})."
                ),
            ]
    if result["exports"]:
        lines += ["", "| export | keys | files | MB | seconds | CPU s process | CPU s database | peak memory MB |"]
        lines += ["|---|---|---|---|---|---|---|---|"]
        lines += [
            f"| {row['database']} | {row['keys']:,} | {row['files']} | {row['megabytes']} | {row['seconds']} "
            f"| {row['process_cpu_s']} | {row['database_cpu_s']} | {row['peak_mb']} |"
            for row in result["exports"]
        ]
    return "\n".join(lines) + "\n"


def write(path: Path, text: str) -> None:
    """Put a text between the marks of a page."""
    head, begin, rest = path.read_text(encoding="utf-8").partition("<!-- server: start -->\n")
    _, end, tail = rest.partition("<!-- server: end -->")
    path.write_text(f"{head}{begin}{text}{end}{tail}", encoding="utf-8")


# --- the run ----------------------------------------------------------------------------------------------------------


def run(options: argparse.Namespace, console: Console) -> dict[str, Any]:
    """Start what is measured, measure, stop it."""
    day = dt.datetime.now(dt.UTC).date()
    communes = [str(unit.code) for unit in catalogue.all_units().of_level(Level.COMMUNE, day)]
    result: dict[str, Any] = {
        "cores": os.cpu_count(), "load_average": os.getloadavg()[0], "connections": options.connections,
        "rounds": options.rounds, "seconds": options.seconds, "loads": [], "exports": [],
    }  # fmt: skip
    with contextlib.ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="bluezone-bench-")))
        bench = Bench(options, folder, communes)
        settings = dict(each.split("=", 1) for each in options.setting)
        url = stack.enter_context(cluster(options.directory, {"max_wal_size": "4GB"} | settings))
        sites = [Site("ours, PostgreSQL", folder / "postgresql", url), Site("ours, SQLite", folder / "sqlite")]
        sites = [site for site in sites if not options.database or site.name.endswith(options.database)]
        for site in sites:
            site.run("install")
        if not options.only or set(options.only) & set(KINDS):
            with contextlib.ExitStack() as running:
                servers: list[tuple[Server, Site | None]] = [
                    (running.enter_context(site.serving(options.workers)), site) for site in sites
                ]
                if not PEER.is_file():
                    console.print(f"the reference is not measured: there is no {PEER} (BLUEZONE_REFERENCE_TOOLS)")
                elif not options.only or "publish" in options.only:
                    servers.insert(1, (running.enter_context(reference(folder / "peer", url)), None))
                result["loads"] = measure(bench, servers, console)
        if options.export_keys and (not options.only or "export" in options.only):
            for site in sites:
                fresh = Site(site.name, folder / f"export-{site.var.name}", _fresh(site.url))
                fresh.run("install")
                row = exporting.measure(fresh, options.export_keys)
                result["exports"].append(row)
                console.print(row)
    return result


def _fresh(url: str) -> str:
    """Make an empty database beside the one at `url`, and return its URL."""
    if not url:
        return ""
    import psycopg

    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute("CREATE DATABASE exports")
    return url.rpartition("/")[0] + "/exports"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seconds", type=float, default=5.0, help="of each load")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--connections", type=int, default=16)
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--goal-seconds", type=float, default=5.0, help="of each load at the goal's rate; 0: none")
    parser.add_argument("--export-keys", type=int, default=100_000, help="keys of the large export; 0: none")
    parser.add_argument("--only", action="append", choices=(*KINDS, "export"), default=[], help="repeat for several")
    parser.add_argument("--database", choices=("PostgreSQL", "SQLite"), help="ours on this one alone")
    parser.add_argument("--directory", type=Path, help="where the throw-away PostgreSQL lives")
    parser.add_argument("--setting", action="append", default=[], help="of PostgreSQL: shared_buffers=1GB")
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--write", type=Path, help="put the result into this page of docs/")
    options = parser.parse_args()
    console = Console(stderr=options.json, width=200)
    try:
        result = run(options, console)
    except MissingPostgresError as missing:
        console.print(f"not measured: {missing}")
        return
    if options.write:
        write(options.write, markdown(result))
    if options.json:
        print(json.dumps(result, default=str, indent=1))
    elif not options.write:
        console.print(markdown(result))


if __name__ == "__main__":
    main()
