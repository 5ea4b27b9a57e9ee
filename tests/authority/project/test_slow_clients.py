"""Attacks on the running server by being slow, from one address and from many, with honest phones beside them.

`benchmarks/bench_slow_clients.py` is the same with 5,000 connections, and measures.
"""

from __future__ import annotations

import importlib
import secrets
import shutil
import socket
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from tests.tiers import first

sys.path.append(str(Path(__file__).resolve().parents[3] / "benchmarks"))
honest: Any = importlib.import_module("door.honest")
slow: Any = importlib.import_module("door.slow")

NOON = 1_597_752_000
CONNECTIONS = 400
HEAD_S, BODY_S = 3, 4
#: a machine with others on it is late itself
LATE_S = 6.0


@pytest.fixture(scope="module")
def running(on_sqlite, tmp_path_factory, installation_at) -> Iterator[Any]:
    """A server that waits for seconds, not for a quarter of a minute, and takes 2 MB of unfinished bodies."""
    var = tmp_path_factory.mktemp("slow")
    shutil.copytree(on_sqlite.var, var, dirs_exist_ok=True)
    installation = installation_at(var)
    installation.settings = {
        "BLUEZONE_RATE_LIMIT": "1000000",
        "BLUEZONE_HEADER_TIMEOUT_S": str(HEAD_S),
        "BLUEZONE_BODY_TIMEOUT_S": str(BODY_S),
        "BLUEZONE_BODY_MEMORY_MB": "1",
    }
    installation.start()
    yield installation
    installation.stop()


@pytest.fixture(scope="module")
def address(running) -> tuple[str, int]:
    host, port = running.url.removeprefix("http://").split(":")
    return host, int(port)


@pytest.mark.parametrize("addresses", first(1, [1, 1_000]))
def test_hundreds_of_slow_connections_hold_up_nobody(running, address, addresses):
    sources = ("127.0.0.1",) if addresses == 1 else slow.many_sources(addresses)
    kinds = (slow.Slow.BODY, slow.Slow.HEAD, slow.Slow.HALF_HEAD, slow.Slow.SILENT, slow.Slow.IDLE)
    bodies = [honest.Publisher(running.var, NOON).request() for _ in range(30)]
    with slow.Attack(address, CONNECTIONS, kinds, sources) as attack, honest.Probe(address) as probe:
        attack.wait()
        assert attack.open > 0.9 * CONNECTIONS
        taken, _, wrong = honest.publish_all(address, bodies)
        time.sleep(BODY_S + LATE_S)
    assert (taken, wrong, probe.wrong) == (30, [], [])
    assert set(attack.closed) == set(kinds)
    bounds_s = {kind: (BODY_S if kind is slow.Slow.BODY else HEAD_S) + LATE_S for kind in kinds}
    assert {kind: stood_s for kind, stood_s in attack.longest_s.items() if stood_s > bounds_s[kind]} == {}


def test_more_bodies_than_memory_holds_hold_up_nobody(running, address):
    """Each sends 50 kB of a body of 60 kB: 10 MB in all, of which two workers keep 1 MB each."""
    half = b"POST /v1/publish HTTP/1.1\r\nHost: localhost\r\nContent-Length: 60000\r\n\r\n" + b"a" * 50_000
    senders = []
    for _ in range(200):
        sender = socket.create_connection(address)
        sender.setblocking(False)
        try:
            sender.send(half)
        except OSError:
            pytest.fail("a sender was not even heard")
        senders.append(sender)
    bodies = [honest.Publisher(running.var, NOON).request() for _ in range(8)]
    assert honest.publish_all(address, bodies)[0] == 8
    for sender in senders:
        sender.close()


def raw(address: tuple[str, int], sent: bytes, *, then: bytes = b"", after_s: float = 0.0) -> bytes:
    """What a server answers until it closes the connection."""
    with socket.create_connection(address, timeout=30) as connection:
        connection.sendall(sent)
        if then:
            time.sleep(after_s)
            connection.sendall(then)
        answer = b""
        while chunk := connection.recv(65_536):
            answer += chunk
        return answer


def test_a_body_that_does_not_come_is_told_so_and_the_connection_closed(address):
    answer = raw(address, b"POST /v1/activity HTTP/1.1\r\nHost: localhost\r\nContent-Length: 9\r\n\r\n{")
    assert answer.startswith(b"HTTP/1.1 408 ")
    assert b"\r\n\r\nthe request did not come in time\n" in answer


@pytest.mark.parametrize(
    ("sent", "then"),
    [
        (b"POST /v1/activity HTTP/1.1\r\nHost: h\r\nConnection: close\r\nContent-Length: 7\r\n\r\n", b'{"a":1}'),
        (b"POST /v1/activity HTTP/1.1\r\nHost: h\r\nConnection: close\r\nTransfer-Encoding: chunked\r\n\r\n7\r\n",
         b'{"a":1}\r\n0\r\n\r\n'),
        (b"POST /v1/activity HTTP/1.0\r\nContent-Length: 7\r\n\r\n", b'{"a":1}'),
    ],
    ids=["announced", "in pieces", "of the first version"],
)  # fmt: skip
def test_a_body_that_comes_late_but_in_time_is_read(address, sent, then):
    answer = raw(address, sent, then=then, after_s=0.5)
    assert b" 400 " in answer.split(b"\r\n", 1)[0]
    assert b"installation is missing" in answer


def test_half_a_body_in_pieces_is_no_request(address):
    """Else what is cut short could pass for whole."""
    with socket.create_connection(address, timeout=30) as connection:
        head = b"POST /v1/activity HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n"
        connection.sendall(head + b'7\r\n{"a":1}\r\n')
        connection.shutdown(socket.SHUT_WR)
        assert b"installation is missing" not in connection.recv(65_536)


def test_too_much_is_told_so_in_the_form_of_the_api(address):
    status, content = honest.ask(address, "POST", "/v1/publish", b"a" * 200_000)
    assert (status, b"request body too large" in content) == (413, True)


def test_a_head_is_bounded(address):
    # The server stops reading and closes: who still sends may find that out before the answer.
    try:
        answer = raw(address, b"GET /healthz HTTP/1.1\r\nHost: h\r\nX-Long: " + b"a" * 300_000)
    except ConnectionError:
        return
    assert answer.startswith(b"HTTP/1.1 431 ")


def test_many_requests_on_one_connection_are_answered_in_their_order(address):
    """Without waiting for the answers (HTTP pipelining)."""
    first = b"POST /v1/activity HTTP/1.1\r\nHost: h\r\nContent-Length: 2\r\n\r\n{}"
    last = b"GET /healthz HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n"
    answer = raw(address, first + first + last)

    assert answer.count(b"HTTP/1.1 400 ") == 2
    assert answer.rindex(b"HTTP/1.1 200 ") > answer.rindex(b"HTTP/1.1 400 ")


def test_head_is_answered_with_the_length_of_get_and_nothing_more(address):
    for path in ("/healthz", "/", "/static/missing"):
        head = raw(address, f"HEAD {path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n".encode())
        got = raw(address, f"GET {path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n".encode())
        assert head.endswith(b"\r\n\r\n")
        lengths = [answer.lower().partition(b"content-length: ")[2].split(b"\r\n")[0] for answer in (head, got)]
        assert lengths[0] == lengths[1] != b""


@pytest.fixture(scope="module")
def large(running) -> bytes:
    """A file of 20 MB among the exports: more than the system keeps for a reader."""
    content = secrets.token_bytes(1_000_000) * 20
    (running.var / "exports" / "452" / "0-3600-00001.zip").write_bytes(content)
    return content


PATH = "/exports/452/0-3600-00001.zip"


def test_who_asks_for_a_file_and_does_not_read_it_is_cut_off(address, large):
    readers = []
    for _ in range(20):
        reader = socket.socket()
        reader.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4_096)
        reader.connect(address)
        reader.sendall(f"GET {PATH} HTTP/1.1\r\nHost: localhost\r\n\r\n".encode())
        readers.append(reader)
    assert honest.ask(address, "GET", PATH) == (200, large)
    time.sleep(BODY_S + LATE_S)
    for reader in readers:
        received = 0
        reader.settimeout(10)
        try:
            while chunk := reader.recv(65_536):
                received += len(chunk)
        except ConnectionError:
            pass
        assert received < len(large)
        reader.close()


def test_a_part_of_a_large_file_is_that_part(address, large):
    status, part = honest.ask(address, "GET", PATH, headers="Range: bytes=1000000-1999999\r\n")
    assert (status, part == large[1_000_000:2_000_000]) == (206, True)
    assert honest.ask(address, "GET", PATH, headers="Range: bytes=99999999-\r\n")[0] == 416
