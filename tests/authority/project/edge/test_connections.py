"""How many connections fit, and which are cut off: who takes too little for too long, not who reads slowly."""

from __future__ import annotations

import os
import resource
import socket
from collections.abc import Iterator
from pathlib import Path

import pytest

from bluezone.authority.errors import AuthorityError
from bluezone.authority.project.edge import connections
from bluezone.authority.project.edge.connections import (
    LEAST_BYTES,
    Reading,
    Watcher,
    connections_within,
    judged,
    unsent,
)

LIST = """\
  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode
   0: 0100007F:1F40 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 11 1 0 100 0 0 10 0
   1: 0100007F:1F40 0100007F:A3C2 01 00000000:00000000 00:00000000 00000000     0        0 12 1 0 20 4 30 10 -1
   2: 0100007F:1F40 0100007F:A3C4 01 0009C400:00000000 04:00000000 00000000     0        0 13 2 0 20 4 30 10 -1
   3: 0100007F:1F40 0100007F:A3C6 04 0009C400:00000000 04:00000000 00000000     0        0 0 2 0 20 4 30 10 -1
   4: 0100007F:A3C8 0100007F:1F40 01 0009C400:00000000 04:00000000 00000000     0        0 15 2 0 20 4 30 10 -1
""".splitlines()


def test_only_connections_of_the_port_with_something_unsent_are_looked_at():
    assert unsent(LIST, 8_000) == {13}
    assert unsent(LIST, 8_001) == set()


@pytest.mark.parametrize(
    ("before", "acked", "after"),
    [
        (None, 7, Reading(7, 50.0)),
        (Reading(7, 40.0), 7, Reading(7, 40.0)),
        (Reading(7, 40.0), 7 + LEAST_BYTES - 1, Reading(7, 40.0)),
        (Reading(7, 40.0), 7 + LEAST_BYTES, Reading(7 + LEAST_BYTES, 50.0)),
    ],
)
def test_a_reader_that_takes_enough_begins_a_new_time(before, acked, after):
    assert judged(before, acked, 50.0) == after


@pytest.fixture
def pair() -> Iterator[tuple[socket.socket, socket.socket]]:
    """A connection with more in it than its reader takes: the server's end, and the reader's."""
    with socket.create_server(("127.0.0.1", 0)) as listening, socket.socket() as reader:
        reader.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4_096)
        reader.connect(listening.getsockname())
        server, _ = listening.accept()
        with server:
            server.setblocking(False)
            try:
                while server.send(bytes(65_536)):
                    pass
            except BlockingIOError:
                pass
            yield server, reader


def test_a_reader_that_takes_nothing_is_cut_off_when_its_time_is_over(pair):
    server, _ = pair
    watcher = Watcher(server.getsockname()[1], patience_s=20)
    assert [watcher.look(now_s) for now_s in (100.0, 110.0, 120.0)] == [0, 0, 0]
    assert watcher.look(120.1) == 1
    with pytest.raises(BrokenPipeError):
        server.send(b"more")
    assert watcher.look(200.0) == 0


def test_a_reader_that_takes_some_now_and_then_is_not(pair):
    server, reader = pair
    watcher = Watcher(server.getsockname()[1], patience_s=20)
    for now_s in range(100, 300, 10):
        taken = 0
        while taken < 3 * LEAST_BYTES:
            taken += len(reader.recv(65_536))
        assert watcher.look(float(now_s)) == 0


def open_files() -> int:
    return len(list(Path("/proc/self/fd").iterdir()))


def test_looking_leaves_no_file_open(pair):
    server, _ = pair
    watcher = Watcher(server.getsockname()[1], patience_s=2)
    before = open_files()
    with socket.socket(fileno=os.dup(server.fileno())):  # a socket that has two numbers is looked at once
        for now_s in range(5):
            watcher.look(float(now_s))
    assert open_files() == before


def test_another_port_is_none_of_ours(pair):
    watcher = Watcher(1, patience_s=20)
    assert [watcher.look(now_s) for now_s in (100.0, 1_000.0)] == [0, 0]


def test_connections_stop_before_the_limit_of_open_files():
    assert connections_within(1_024) == 768
    assert connections_within(10_000) == 9_744
    assert connections_within(10**6) == connections.MOST_CONNECTIONS


def test_too_few_open_files_are_said_in_one_sentence():
    with pytest.raises(AuthorityError, match=r"may open 512 files and needs 1024; raise the limit \(`ulimit -n`"):
        connections_within(512)


@pytest.mark.parametrize(
    ("limits", "raised"),
    [
        ((1_024, 4_096), 4_096),
        ((1_024, 10**6), 20_256),
        ((1_024, resource.RLIM_INFINITY), 20_256),
        ((65_536, 10**6), 65_536),
    ],
)
def test_the_limit_of_open_files_is_raised_as_far_as_allowed(monkeypatch, limits, raised):
    asked = []
    monkeypatch.setattr(resource, "getrlimit", lambda _what: limits)
    monkeypatch.setattr(resource, "setrlimit", lambda _what, to: asked.append(to))
    assert connections.raise_limit() == raised
    assert asked == ([(raised, limits[1])] if raised > limits[0] else [])
