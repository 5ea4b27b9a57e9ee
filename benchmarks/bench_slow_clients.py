"""Measure whether slow senders can stop the server: thousands of connections that send a byte a second, or nothing.

    python benchmarks/bench_slow_clients.py                   # 5,000 connections, from one address and from 1,000
    python benchmarks/bench_slow_clients.py --connections 500 --publishes 200

The server as `bluezone authority serve` starts it, on SQLite, with nothing before it; attack, honest phones and the
watcher of /healthz on the same machine, all from 127.0.0.1 (or, in the second run, the attack from 1,000 addresses).
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from rich.console import Console

from bluezone.authority.project.edge.connections import raise_limit
from door.honest import Probe, Publisher, publish_all
from door.slow import Attack, Slow, many_sources

ROOT = Path(__file__).resolve().parents[1]
GOAL_P99_MS = 200


def percentile(values: list[float], share: float) -> float:
    """The value below which this share lies."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))]


def memory_mb(pid: int) -> float:
    """Resident memory of a process and its children."""
    total = 0
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            status = dict(line.split(":", 1) for line in (folder / "status").read_text().splitlines())
        except (OSError, ValueError):
            continue
        if pid in (int(status["Pid"]), int(status["PPid"])):
            total += int(status.get("VmRSS", "0").split()[0])
    return total / 1_024


class Server:
    """A server on a database of its own."""

    def __init__(self, var: Path, **settings: str) -> None:
        self._environment = {
            **{name: value for name, value in os.environ.items() if not name.startswith(("BLUEZONE_", "DATABASE_URL"))},
            "PYTHONPATH": str(ROOT / "src"), "BLUEZONE_VAR": str(var),
            "BLUEZONE_SECRETS": str(var / "secrets"), "BLUEZONE_RATE_LIMIT": "1000000000", **settings,
        }  # fmt: skip
        self._command = [sys.executable, "-m", "bluezone", "authority"]
        subprocess.run([*self._command, "install"], env=self._environment, check=True, stdout=subprocess.DEVNULL)

    def __enter__(self) -> Server:
        command = [*self._command, "serve", "--port", "0", "--json"]
        self._process = subprocess.Popen(
            command, env=self._environment, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
        )
        assert self._process.stdout is not None
        self.address = ("127.0.0.1", int(json.loads(self._process.stdout.readline())["port"]))
        self.pid = self._process.pid
        return self

    def __exit__(self, *_: object) -> None:
        self._process.terminate()
        self._process.wait(30)


def measure(server: Server, var: Path, options: argparse.Namespace, sources: tuple[str, ...]) -> dict[str, Any]:
    """One attack."""
    bodies = [Publisher(var, time.time()).request() for _ in range(options.publishes)]
    before_mb = memory_mb(server.pid)
    kinds = (Slow.BODY, Slow.HEAD, Slow.HALF_HEAD, Slow.SILENT, Slow.IDLE)
    with Attack(server.address, options.connections, kinds, sources) as attack:
        attack.wait()
        with Probe(server.address) as probe:
            begin = time.perf_counter()
            taken, took, wrong = publish_all(server.address, bodies)
            seconds = time.perf_counter() - begin
            time.sleep(max(0.0, options.seconds - seconds))
            held = attack.open
        after_mb = memory_mb(server.pid)
    return {
        "connections": options.connections, "addresses": len(sources), "held_at_the_end": held,
        "closed_by_the_server": {kind.value: attack.closed[kind] for kind in kinds},
        "longest_s": {kind.value: round(seconds, 1) for kind, seconds in attack.longest_s.items()},
        "healthz_asked": len(probe.took_s), "healthz_wrong": probe.wrong[:5],
        "healthz_p50_ms": round(statistics.median(probe.took_s) * 1_000, 1),
        "healthz_p99_ms": round(percentile(probe.took_s, 0.99) * 1_000, 1),
        "healthz_max_ms": round(max(probe.took_s) * 1_000, 1),
        "publishes": len(bodies), "taken": taken, "wrong": wrong[:5],
        "publishes_per_s": round(len(bodies) / seconds, 1),
        "publish_p99_ms": round(percentile(took, 0.99) * 1_000, 1) if took else None,
        "memory_mb_before": round(before_mb), "memory_mb_during": round(after_mb),
        "load_average": round(os.getloadavg()[0], 1), "cores": os.cpu_count(),
    }  # fmt: skip


def main() -> None:
    """Run both attacks and show what came of them."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--connections", type=int, default=5_000)
    parser.add_argument("--publishes", type=int, default=2_000)
    parser.add_argument("--seconds", type=float, default=40.0, help="of each attack, at least")
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    raise_limit()
    with tempfile.TemporaryDirectory(prefix="bluezone-bench-") as folder:
        var = Path(folder)
        with Server(var) as server:
            results = [measure(server, var, options, each) for each in (("127.0.0.1",), many_sources(1_000))]
    if options.json:
        print(json.dumps(results, indent=1))
        return
    console = Console()
    for result in results:
        for name, value in result.items():
            console.print(f"{name.replace('_', ' ')}: {value}")
        met = result["healthz_p99_ms"] < GOAL_P99_MS and result["taken"] == result["publishes"]
        console.print(
            f"goal (/healthz p99 below {GOAL_P99_MS} ms, every publish taken): {'met' if met else 'NOT met'}\n"
        )


if __name__ == "__main__":
    main()
