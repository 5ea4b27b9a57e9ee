"""Saying that the server answers, from a thread beside which workers are forked."""

from __future__ import annotations

import contextlib
import os
import signal
import socket
import ssl
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from bluezone.authority.project import server


@contextlib.contextmanager
def answering(answer: bytes) -> Iterator[tuple[tuple[str, int], list[bytes]]]:
    """A server that answers one caller at a time so; and what it was asked."""
    asked: list[bytes] = []
    with socket.create_server(("127.0.0.1", 0)) as listening:

        def serve() -> None:
            with contextlib.suppress(OSError):
                while True:
                    caller, _ = listening.accept()
                    with caller:
                        asked.append(caller.recv(1_000))
                        caller.sendall(answer)

        threading.Thread(target=serve, daemon=True).start()
        yield listening.getsockname(), asked
        listening.shutdown(socket.SHUT_RDWR)


def test_the_address_is_announced_once_a_worker_answers_whatever_it_answers(settings):
    announced = []
    with answering(b"HTTP/1.0 503 Service Unavailable\r\n\r\n") as (address, asked):
        server._announce(socket.AF_INET, address, lambda: announced.append(True))
    assert announced == [True]
    assert asked == [f"GET /healthz HTTP/1.0\r\nHost: {settings.ALLOWED_HOSTS[0]}\r\n\r\n".encode()]


def test_what_is_no_web_server_is_no_answer(monkeypatch):
    monkeypatch.setattr(server, "_START_TIMEOUT_S", 0.2)
    with answering(b"220 mail.example ESMTP\r\n") as (address, asked):
        server._announce(socket.AF_INET, address, lambda: None)
    assert len(asked) == 4


def test_asking_takes_no_lock_that_a_forked_worker_would_find_shut(monkeypatch):
    """OpenSSL has locks, and so has looking up names."""

    def taken(*_: object, **__: object) -> None:
        pytest.fail("a lock would be taken")

    for module, name in ((ssl, "create_default_context"), (ssl, "SSLContext"), (socket, "getaddrinfo")):
        monkeypatch.setattr(module, name, taken)
    with answering(b"HTTP/1.0 200 OK\r\n\r\n") as (address, asked):
        server._announce(socket.AF_INET, address, lambda: None)
    assert len(asked) == 1


def test_a_server_outlives_workers_that_die_as_soon_as_they_begin(on_sqlite):
    on_sqlite.start()
    try:
        pid = on_sqlite.server.pid
        children, killed = Path(f"/proc/{pid}/task/{pid}/children"), set()
        deadline_s = time.monotonic() + 60
        while len(killed) < 6 and time.monotonic() < deadline_s:
            for child in set(map(int, children.read_text().split())) - killed:
                with contextlib.suppress(ProcessLookupError):
                    os.kill(child, signal.SIGKILL)
                killed.add(child)
            time.sleep(0.05)
        assert len(killed) >= 6
        with on_sqlite.client() as client:
            for _ in range(100):
                with contextlib.suppress(httpx.TransportError):
                    assert client.get("/readyz?part=database").status_code == 200
                    break
                time.sleep(0.1)
            else:
                pytest.fail("nobody answers")
    finally:
        assert on_sqlite.stop() == 0
