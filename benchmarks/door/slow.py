"""Hold a server's connections as those do who want to stop it: as slow as can be, and opened anew when closed."""

from __future__ import annotations

import contextlib
import random
import selectors
import socket
import threading
import time
from collections import Counter
from dataclasses import dataclass, field
from enum import Enum


class Slow(Enum):
    """Ways of being slow."""

    BODY = "a byte of the body a second"
    HEAD = "a byte of the head a second"
    HALF_HEAD = "half a head, then nothing"
    SILENT = "connected, then nothing"
    IDLE = "one request, then nothing"
    READER = "asks for a large file and does not read"


_HEAD = b"POST /v1/publish HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
_FIRST = {
    Slow.BODY: _HEAD + b"Content-Length: 60000\r\n\r\n{",
    Slow.HEAD: _HEAD + b"X-Slow: ",
    Slow.HALF_HEAD: _HEAD + b"X-Slow: yes",
    Slow.SILENT: b"",
    Slow.IDLE: b"GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n",
}
_DRIPPING = (Slow.BODY, Slow.HEAD)


@dataclass
class Connection:
    """One connection of the attack."""

    kind: Slow
    socket: socket.socket | None = None
    opened_at: float = 0.0


@dataclass
class Attack(threading.Thread):
    """Keep `count` slow connections open, of the kinds in turn, from as many addresses of 127.0.0.0/8 as there are
    in `sources`. Use as a context."""

    address: tuple[str, int]
    count: int
    kinds: tuple[Slow, ...] = (Slow.BODY, Slow.HEAD, Slow.HALF_HEAD, Slow.SILENT, Slow.IDLE)
    sources: tuple[str, ...] = ("127.0.0.1",)
    #: what a reader asks for
    large: str = "/"
    opens_per_s: int = 2_000
    #: how often the server closed one, and the longest that one of a kind stayed open
    closed: Counter[Slow] = field(default_factory=Counter)
    longest_s: dict[Slow, float] = field(default_factory=dict)
    refused: int = 0

    def __post_init__(self) -> None:
        super().__init__(daemon=True)
        self._stop_asked = threading.Event()
        self._selector = selectors.DefaultSelector()
        self._connections = [Connection(self.kinds[number % len(self.kinds)]) for number in range(self.count)]
        self._chance = random.Random(1)

    def __hash__(self) -> int:
        return id(self)

    def __enter__(self) -> Attack:
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stop_asked.set()
        self.join()

    @property
    def open(self) -> int:
        """How many connections stand."""
        return sum(each.socket is not None for each in self._connections)

    def wait(self, share: float = 0.99, timeout_s: float = 60.0) -> None:
        """Wait until most connections stand."""
        deadline = time.monotonic() + timeout_s
        while self.open < share * self.count and time.monotonic() < deadline:
            time.sleep(0.1)

    def run(self) -> None:
        """Open, drip, and open again what was closed, until the end."""
        dripped_at = time.monotonic()
        while not self._stop_asked.is_set():
            self._open_some()
            for key, _ in self._selector.select(0.02):
                self._read(key.data)
            if time.monotonic() - dripped_at >= 1:
                dripped_at = time.monotonic()
                for each in self._connections:
                    if each.socket is not None and each.kind in _DRIPPING:
                        self._send(each, b"a")
        for each in self._connections:
            self._close(each, counted=False)
        self._selector.close()

    def _open_some(self) -> None:
        closed = [each for each in self._connections if each.socket is None]
        for each in closed[: max(1, self.opens_per_s // 50)]:
            opened = socket.socket()
            opened.setblocking(False)
            try:
                if each.kind is Slow.READER:
                    opened.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4_096)
                opened.bind((self._chance.choice(self.sources), 0))
                opened.connect(self.address)
            except BlockingIOError:
                pass
            except OSError:
                self.refused += 1
                opened.close()
                continue
            each.socket, each.opened_at = opened, time.monotonic()
            if each.kind is not Slow.READER:
                self._selector.register(opened, selectors.EVENT_READ, each)
            first = _FIRST.get(each.kind) or f"GET {self.large} HTTP/1.1\r\nHost: localhost\r\n\r\n".encode()
            if each.kind is not Slow.SILENT:
                # The loopback connects at once; where it does not, the connection is one more that is silent.
                self._send(each, first)

    def _send(self, each: Connection, data: bytes) -> None:
        assert each.socket is not None
        try:
            each.socket.send(data)
        except BlockingIOError:
            pass
        except OSError:
            self._close(each)

    def _read(self, each: Connection) -> None:
        if each.socket is None:
            return
        try:
            if each.socket.recv(65_536):
                return
        except BlockingIOError:
            return
        except OSError:
            pass
        self._close(each)

    def _close(self, each: Connection, *, counted: bool = True) -> None:
        if each.socket is None:
            return
        with contextlib.suppress(KeyError, ValueError):
            self._selector.unregister(each.socket)
        each.socket.close()
        each.socket = None
        if counted:
            self.closed[each.kind] += 1
            stood_s = time.monotonic() - each.opened_at
            self.longest_s[each.kind] = max(stood_s, self.longest_s.get(each.kind, 0.0))


def many_sources(count: int) -> tuple[str, ...]:
    """Addresses of 127.0.0.0/8, spread over networks."""
    return tuple(f"127.{1 + number // 250 % 250}.{number % 250}.{1 + number % 200}" for number in range(count))
