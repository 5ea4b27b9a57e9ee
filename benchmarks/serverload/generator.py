"""A load generator that costs little: keep-alive connections, each of which asks, waits for the answer, asks again.

`send` runs it as a process of its own (`python -m serverload.generator`), so that its CPU time is told from the
server's. With
a `rate`, requests are due at fixed moments and a latency is counted from the moment its request was due: a server that
stalls is not asked less, and cannot hide it.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import numpy as np

from serverload.messages import PATHS

_ROOT = Path(__file__).resolve().parents[2]


@dataclass(frozen=True, slots=True)
class Order:
    """Say what to send: the lines of a file, as requests of a `kind`, over so many connections."""

    url: str
    kind: str
    lines: str
    seconds: float
    connections: int
    #: a second, in all; 0: as fast as the answers come
    rate: float = 0.0
    api_key: str = ""


@dataclass(slots=True)
class Result:
    """Hold the outcome of a run: latencies in ms (of a whole sequence, where requests follow one another), and how
    often each status came."""

    seconds: float = 0.0
    done: int = 0
    statuses: Counter[str] = field(default_factory=Counter)
    latencies_ms: list[float] = field(default_factory=list)
    first_failure: str = ""

    def facts(self) -> dict[str, object]:
        p50, p99 = np.percentile(self.latencies_ms, [50, 99]) if self.latencies_ms else (0.0, 0.0)
        return {
            "per_s": round(self.done / self.seconds, 1),
            "done": self.done,
            "seconds": round(self.seconds, 2),
            "statuses": dict(sorted(self.statuses.items())),
            "p50_ms": round(float(p50), 1),
            "p99_ms": round(float(p99), 1),
            "first_failure": self.first_failure,
        }


class _Phone(asyncio.Protocol):
    """One connection. Answers have a head with a length, or come in chunks."""

    def __init__(self, order: Order, source: Iterator[bytes], result: Result, schedule: Iterator[float]) -> None:
        self._order, self._source, self._result, self._schedule = order, source, result, schedule
        self._until = time.perf_counter() + order.seconds
        self._received = b""
        self._paths = PATHS[order.kind]
        self._step = 0
        self._asked: dict[str, str] = {}
        host = urlsplit(order.url).netloc
        key = f"X-API-Key: {order.api_key}\r\n" if order.api_key else ""
        self._heads = [
            f"POST {path} HTTP/1.1\r\nHost: {host}\r\n{key}Content-Type: application/json\r\nContent-Length: "
            for path in self._paths
        ]
        self.done: asyncio.Future[None] = asyncio.get_running_loop().create_future()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport: asyncio.Transport = transport  # type: ignore[assignment]
        self._next()

    def _next(self) -> None:
        """Begin with the next line when it is due, or stop."""
        due = next(self._schedule, None)
        if due is None or due > self._until:
            self._transport.close()
            return
        wait = due - time.perf_counter()
        if wait > 0:
            asyncio.get_running_loop().call_later(wait, self._begin, due)
        else:
            self._begin(due)

    def _begin(self, due: float) -> None:
        line = next(self._source, None)
        if line is None:
            self._transport.close()
            return
        self._begun_at = due or time.perf_counter()
        self._step = 0
        if len(self._paths) > 1:
            self._asked = json.loads(line)
            line = self._asked["verify"].encode()
        self._send(line)

    def _send(self, body: bytes) -> None:
        self._transport.write(f"{self._heads[self._step]}{len(body)}\r\n\r\n".encode("ascii") + body)

    def data_received(self, data: bytes) -> None:
        self._received += data
        head, found, body = self._received.partition(b"\r\n\r\n")
        if not found or not _is_whole(head.lower(), body):
            return
        self._received = b""
        status = head[9:12].decode("ascii")
        self._result.statuses[f"{self._paths[self._step]} {status}"] += 1
        if status not in ("200", "201"):
            self._result.first_failure = self._result.first_failure or body[:300].decode("utf-8", "replace")
            self._after_last(good=False)
        elif self._step + 1 < len(self._paths):
            self._step += 1
            name = ("token", "certificate")[self._step - 1]
            value = json.loads(body)[name]
            self._send(self._asked["certificate" if self._step == 1 else "publish"].replace("%s", value).encode())
        else:
            self._after_last(good=True)

    def _after_last(self, *, good: bool) -> None:
        now = time.perf_counter()
        self._result.done += good
        self._result.latencies_ms.append((now - self._begun_at) * 1_000)
        if now < self._until:
            self._next()
        else:
            self._transport.close()

    def connection_lost(self, error: Exception | None) -> None:  # noqa: ARG002
        if not self.done.done():
            self.done.set_result(None)


def _is_whole(head: bytes, body: bytes) -> bool:
    at = head.find(b"content-length:")
    if at < 0:
        return body.endswith(b"0\r\n\r\n")  # chunks
    end = head.find(b"\r\n", at)
    return len(body) >= int(head[at + 15 : end if end > 0 else None])


def _schedule(rate: float, begin: float) -> Iterator[float]:
    """Return the moments at which requests are due; 0.0 for "at once"."""
    number = 0
    while True:
        yield begin + number / rate if rate else 0.0
        number += 1


async def run(order: Order, lines: list[bytes]) -> Result:
    """Send for as long as ordered, or until the lines are out."""
    address = urlsplit(order.url)
    result, loop = Result(), asyncio.get_running_loop()
    begin = time.perf_counter()
    source, schedule = iter(lines), _schedule(order.rate, begin)
    phones = [
        (
            await loop.create_connection(
                lambda: _Phone(order, source, result, schedule),
                address.hostname,
                address.port,
                # each from an address of its own, as phones are: 127.0.0.0/8 is all ours
                local_addr=(f"127.0.{number // 200 + 1}.{number % 200 + 1}", 0),
            )
        )[1]
        for number in range(order.connections)
    ]
    await asyncio.gather(*(phone.done for phone in phones))
    result.seconds = time.perf_counter() - begin
    return result


def send(order: Order) -> dict[str, Any]:
    """Send what is ordered from a process of its own; return what came of it (`Result.facts`) and its CPU seconds."""
    done = subprocess.run(
        [sys.executable, "-m", "serverload.generator"], input=json.dumps(asdict(order)), check=True, text=True,
        stdout=subprocess.PIPE, env={**os.environ, "PYTHONPATH": f"{_ROOT / 'src'}:{_ROOT / 'benchmarks'}"},
    )  # fmt: skip
    facts: dict[str, Any] = json.loads(done.stdout)
    return facts


def main() -> None:
    """The order as JSON on standard input, the result as JSON on standard output."""
    argparse.ArgumentParser(description=__doc__).parse_args()
    order = Order(**json.load(sys.stdin))
    lines = Path(order.lines).read_bytes().splitlines()
    spent = time.process_time()
    result = asyncio.run(run(order, lines))
    left = len(lines) - len(result.latencies_ms)
    json.dump(result.facts() | {"cpu_s": time.process_time() - spent, "lines_left": left}, sys.stdout)


if __name__ == "__main__":
    main()
