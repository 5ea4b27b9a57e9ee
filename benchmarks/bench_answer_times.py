"""Measure whether the time of an answer tells what it was: a real request, a refused one or a decoy.

    python benchmarks/bench_answer_times.py                      # 10,000 requests with the mark of 250 ms
    python benchmarks/bench_answer_times.py --mark-ms 0          # without it, to see that the test can tell

The server as `bluezone authority serve` starts it. An observer sees, on the wire, the time from the last byte of a
request to the first of its answer. For each two kinds: the probability that an answer of the one took longer than one
of the other (0.5: nothing is told), with the z-score of the Mann-Whitney test. On a machine with others on it some
answers miss the mark and leave at the next multiple; their share is said for each kind.
"""

from __future__ import annotations

import argparse
import asyncio
import itertools
import json
import math
import random
import statistics
import tempfile
import time
from pathlib import Path
from typing import Any

import numpy as np
from rich.console import Console
from rich.table import Table
from scipy.stats import mannwhitneyu

from bench_slow_clients import Server
from bluezone.protocol.messages import VerifyRequest
from door.honest import Publisher

#: beyond it a difference is one: 15 pairs, 1 false alarm in 1,000 runs
LOUDEST_Z = 4.0


def request(path: str, body: bytes, headers: str = "", method: str = "POST") -> bytes:
    """The bytes of a request."""
    head = f"{method} {path} HTTP/1.1\r\nHost: localhost\r\nContent-Length: {len(body)}\r\n{headers}\r\n"
    return head.encode() + body


def swapped(one: bytes, other: bytes) -> bytes:
    """A publish request with the certificate of another: refused for its HMAC, after the signature was checked."""
    return json.dumps(json.loads(one) | {"verificationPayload": json.loads(other)["verificationPayload"]}).encode()


def kinds(var: Path, count: int) -> dict[str, list[bytes]]:
    """Requests of each kind, as many of each."""
    publisher = Publisher(var, time.time())
    taken = [publisher.request() for _ in range(count)]
    refused = [swapped(publisher.request(), publisher.request()) for _ in range(20)]
    wrong_code = VerifyRequest("12345678").to_json("x" * 1_024)
    return {
        "publish, taken": [request("/v1/publish", body) for body in taken],
        "publish, refused": [request("/v1/publish", refused[number % 20]) for number in range(count)],
        "publish, decoy": [request("/v1/publish", taken[0], "X-Chaff: 1\r\n")] * count,
        "publish, too large": [request("/v1/publish", b"a" * 70_000)] * count,
        "verify, refused": [request("/api/verify", wrong_code)] * count,
        "verify, decoy": [request("/api/verify", wrong_code, "X-Chaff: 1\r\n")] * count,
    }


#: what each kind has to be answered, or it is not what it is called
STATUS = {"taken": (200,), "refused": (400, 401, 429), "decoy": (200,), "too large": (413,)}
#: its size is seen on the wire, and takes time to be sent
SEEN_ANYWAY = "too large"


async def observe(address: tuple[str, int], asked: list[tuple[str, bytes]], connections: int) -> dict[str, list[float]]:
    """Send all, on connections that are kept; give the times to the first byte of the answer, in ms, by kind."""
    took: dict[str, list[float]] = {}
    waiting = iter(asked)

    async def one() -> None:
        reader, writer = await asyncio.open_connection(*address)
        for kind, sent in waiting:
            writer.write(sent)
            await writer.drain()
            begin = time.perf_counter()
            first = await reader.readexactly(1)
            took.setdefault(kind, []).append((time.perf_counter() - begin) * 1_000)
            head = first + await reader.readuntil(b"\r\n\r\n")
            status = int(head.split(maxsplit=2)[1])
            if status not in STATUS[kind.partition(", ")[2]]:
                raise RuntimeError(f"{kind} was answered {status}")
            fields = dict(line.split(b": ", 1) for line in head.lower().split(b"\r\n")[1:] if line)
            await reader.readexactly(int(fields[b"content-length"]))
            if fields.get(b"connection") == b"close" or status == 413:
                writer.close()
                reader, writer = await asyncio.open_connection(*address)
        writer.close()

    await asyncio.gather(*(one() for _ in range(connections)))
    return took


def told(one: list[float], other: list[float]) -> tuple[float, float]:
    """How well the time tells two kinds apart: probability of being the longer, and its z-score."""
    probability = float(mannwhitneyu(one, other).statistic) / (len(one) * len(other))
    spread = math.sqrt((len(one) + len(other) + 1) / (12 * len(one) * len(other)))
    return probability, (probability - 0.5) / spread


def main() -> None:
    """Observe, compare, show."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--tries", type=int, default=10_000)
    parser.add_argument("--connections", type=int, default=8)
    parser.add_argument("--mark-ms", type=int, default=250)
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="bluezone-bench-") as folder:
        var = Path(folder)
        with Server(var, BLUEZONE_ANSWER_AT_MS=str(options.mark_ms)) as server:
            of_kind = kinds(var, options.tries // 6 + 1)
            asked = [(kind, each) for kind, sent in of_kind.items() for each in sent][: options.tries]
            random.Random(1).shuffle(asked)
            took = asyncio.run(observe(server.address, asked, options.connections))
    result: dict[str, Any] = {"mark_ms": options.mark_ms, "tries": len(asked), "kinds": {}, "pairs": {}}
    for kind, times in took.items():
        late = sum(each > 1.5 * options.mark_ms for each in times) / len(times) if options.mark_ms else None
        spread = [round(float(np.percentile(times, share)), 2) for share in (1, 99)]
        result["kinds"][kind] = {"median_ms": round(statistics.median(times), 2), "p1_p99_ms": spread, "late": late}
    for one, other in itertools.combinations(sorted(took), 2):
        probability, z = told(took[one], took[other])
        result["pairs"][f"{one} | {other}"] = {"longer": round(probability, 4), "z": round(z, 2)}
    if options.json:
        print(json.dumps(result, indent=1))
        return
    console, table = Console(), Table("kind", "median ms", "1 % to 99 % ms", "missed the mark")
    for kind, facts in result["kinds"].items():
        late = "-" if facts["late"] is None else f"{facts['late']:.2%}"
        table.add_row(kind, str(facts["median_ms"]), " to ".join(map(str, facts["p1_p99_ms"])), late)
    console.print(table)
    pairs = Table("two kinds", "the first takes longer", "z")
    for names, facts in result["pairs"].items():
        pairs.add_row(names, str(facts["longer"]), str(facts["z"]))
    console.print(pairs)
    loud = [
        names for names, facts in result["pairs"].items() if abs(facts["z"]) > LOUDEST_Z and SEEN_ANYWAY not in names
    ]
    console.print(f"told apart by time ({SEEN_ANYWAY} aside, which its size tells): {'; '.join(loud) or 'none'}")


if __name__ == "__main__":
    main()
