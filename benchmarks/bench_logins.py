"""Measure whether a storm of logins can stop pages and phones: wrong passwords as fast as they are answered.

    python benchmarks/bench_logins.py                 # 30 s from 2,000 addresses of 127.0.0.0/8, then from one
    python benchmarks/bench_logins.py --seconds 5

Each try has a name that nobody has. Meanwhile somebody opens the login page, and asks /healthz.
"""

from __future__ import annotations

import argparse
import itertools
import statistics
import tempfile
import threading
import time
import urllib.parse
from collections import Counter
from pathlib import Path

from rich.console import Console
from rich.table import Table

from bench_slow_clients import Server, percentile
from door.honest import Probe, ask
from door.slow import many_sources

_TOKEN = "a" * 32
THREADS = 16


def storm(address: tuple[str, int], sources: tuple[str, ...], seconds: float) -> Counter[int]:
    """Try to log in with all threads; count the answers by status."""
    answered: Counter[int] = Counter()
    numbers = itertools.count()
    end = time.monotonic() + seconds

    def go() -> None:
        while time.monotonic() < end:
            number = next(numbers)
            form = {"username": f"nobody{number}", "password": "wrong", "csrfmiddlewaretoken": _TOKEN}
            headers = f"Cookie: csrftoken={_TOKEN}\r\nX-Form: 1\r\n"
            try:
                status, _ = ask(
                    address, "POST", "/officer/login", urllib.parse.urlencode(form).encode(),
                    source=sources[number % len(sources)], headers=headers,
                    content_type="application/x-www-form-urlencoded",
                )  # fmt: skip
            except OSError:
                status = 0
            answered[status] += 1

    threads = [threading.Thread(target=go) for _ in range(THREADS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return answered


def main() -> None:
    """Storm, and show what others noticed."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seconds", type=float, default=30.0)
    options = parser.parse_args()
    table = Table("from", "passwords looked at a second", "told to wait", "server full", "other",
                  "login page p50 ms", "p99 ms", "/healthz p99 ms")  # fmt: skip
    with tempfile.TemporaryDirectory(prefix="bluezone-bench-") as folder, Server(Path(folder)) as server:
        for name, sources in (("one address", ("127.0.0.1",)), ("2,000 addresses", many_sources(2_000))):
            with Probe(server.address, "/officer/login", 0.1) as page, Probe(server.address) as alive:
                answered = storm(server.address, sources, options.seconds)
            other = {status: count for status, count in answered.items() if status not in (200, 429, 503)}
            table.add_row(
                name, f"{answered[200] / options.seconds:.1f}", str(answered[429]), str(answered[503]), str(other or 0),
                f"{statistics.median(page.took_s) * 1_000:.0f}", f"{percentile(page.took_s, 0.99) * 1_000:.0f}",
                f"{percentile(alive.took_s, 0.99) * 1_000:.0f}",
            )  # fmt: skip
    Console().print(table)


if __name__ == "__main__":
    main()
