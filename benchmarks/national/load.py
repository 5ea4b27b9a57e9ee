"""A load generator that costs little: keep-alive connections, each of which asks, waits for the answer, asks again.

It runs as a process of its own (`python -m national.load`), so that its CPU time is told from the server's.
"""

from __future__ import annotations

import argparse
import asyncio
import base64
import json
import sys
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from urllib.parse import urlsplit

import numpy as np

from national.generator import installation_id


@dataclass(frozen=True, slots=True)
class Order:
    """What to send: `kind` is activity (of phones that are there) or registration (of new ones)."""

    url: str
    kind: str
    seconds: float
    connections: int
    phones: int
    seed: int
    #: of a registration
    communes: tuple[str, ...]
    #: another number for another run, so that its phones are others
    run: int = 0


@dataclass(slots=True)
class Result:
    """What came of it: latencies in ms, and how often each status came."""

    seconds: float = 0.0
    statuses: Counter[int] = field(default_factory=Counter)
    latencies_ms: list[float] = field(default_factory=list)

    def facts(self) -> dict[str, object]:
        good = sum(count for status, count in self.statuses.items() if status in (200, 201))
        p50, p99 = np.percentile(self.latencies_ms, [50, 99]) if self.latencies_ms else (0.0, 0.0)
        return {
            "per_s": round(good / self.seconds),
            "good": good,
            "statuses": {str(status): count for status, count in sorted(self.statuses.items())},
            "p50_ms": round(float(p50), 1),
            "p99_ms": round(float(p99), 1),
        }


def requests(order: Order) -> Iterator[bytes]:
    """Request after request, as bytes for the wire. No phone twice."""
    address = urlsplit(order.url)
    path = "/v1/activity" if order.kind == "activity" else "/v1/installations"
    head = f"POST {path} HTTP/1.1\r\nHost: {address.netloc}\r\nContent-Type: application/json\r\nContent-Length: "
    random = np.random.default_rng([order.seed, order.run])
    if order.kind == "activity":
        # a prime step visits every phone once, in no order the database knows
        start = int(random.integers(order.phones))
        for place in range(order.phones):
            phone = (start + place * 7_368_787) % order.phones
            yield _request(head, {"installation": _text(installation_id(order.seed, phone))})
    while True:
        body = {
            "installation": _text(random.bytes(16)),
            "platform": "android",
            "version": "1.0",
            "commune": order.communes[int(random.integers(len(order.communes)))],
        }
        yield _request(head, body)


def _text(raw: bytes) -> str:
    return base64.b64encode(raw).decode("ascii")


def _request(head: str, body: dict[str, str]) -> bytes:
    text = json.dumps(body)
    return f"{head}{len(text)}\r\n\r\n{text}".encode("ascii")


class _Phone(asyncio.Protocol):
    """One connection. Answers are short: a head with a length, and a body."""

    def __init__(self, source: Iterator[bytes], result: Result, until: float) -> None:
        self._source, self._result, self._until = source, result, until
        self._received = b""
        self.done: asyncio.Future[None] = asyncio.get_running_loop().create_future()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport: asyncio.Transport = transport  # type: ignore[assignment]
        self._send()

    def _send(self) -> None:
        self._sent_at = time.perf_counter()
        self._transport.write(next(self._source))

    def data_received(self, data: bytes) -> None:
        self._received += data
        head, found, body = self._received.partition(b"\r\n\r\n")
        if not found:
            return
        lower = head.lower()
        at = lower.index(b"content-length:") + 15
        if len(body) < int(lower[at : lower.find(b"\r\n", at) if b"\r\n" in lower[at:] else None]):
            return
        now = time.perf_counter()
        self._result.statuses[int(head[9:12])] += 1
        self._result.latencies_ms.append((now - self._sent_at) * 1_000)
        self._received = b""
        if now < self._until:
            self._send()
        else:
            self._transport.close()

    def connection_lost(self, error: Exception | None) -> None:  # noqa: ARG002
        if not self.done.done():
            self.done.set_result(None)


async def run(order: Order) -> Result:
    """Send for as long as ordered."""
    address = urlsplit(order.url)
    result, loop = Result(), asyncio.get_running_loop()
    begin = time.perf_counter()
    source = requests(order)
    phones = [
        (
            await loop.create_connection(
                lambda: _Phone(source, result, begin + order.seconds), address.hostname, address.port
            )
        )[1]
        for _ in range(order.connections)
    ]
    await asyncio.gather(*(phone.done for phone in phones))
    result.seconds = time.perf_counter() - begin
    return result


def main() -> None:
    """The order as JSON on standard input, the result as JSON on standard output."""
    argparse.ArgumentParser(description=__doc__).parse_args()
    fields = json.load(sys.stdin)
    order = Order(**fields | {"communes": tuple(fields["communes"])})
    result = asyncio.run(run(order))
    json.dump(result.facts() | {"cpu_s": time.process_time()}, sys.stdout)


if __name__ == "__main__":
    main()
