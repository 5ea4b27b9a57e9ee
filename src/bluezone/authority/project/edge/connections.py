"""Bound the connections of a worker: how many it may hold, each an open file, and how long who does not read keeps one.

The server would hold what is unsent for ever; granian has no such limit. So each worker process looks every few seconds
which of its connections have something unsent (Linux lists that), and how much the other side has acknowledged since;
one that took too little in its time is shut down, and its next write fails. Phones go on where they were (Range).
"""

from __future__ import annotations

import contextlib
import logging
import os
import resource
import socket
import struct
import threading
import time
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from bluezone.authority.errors import AuthorityError

log = logging.getLogger(__name__)
#: of a process, for the database, files, Python itself
RESERVED = 256
#: fewer open files than this serve nobody
_LEAST = 1_024
#: connections of a worker: more would only take memory (some 10 kB each)
MOST_CONNECTIONS = 20_000
#: set by `bluezone authority serve` for its workers
SERVER_PORT = "BLUEZONE_SERVER_PORT"
#: what has to be taken in the time there is
LEAST_BYTES = 5_000
_LOOK_EVERY_S = 2.0
_LISTS = (Path("/proc/net/tcp"), Path("/proc/net/tcp6"))
_OWN_FILES = Path("/proc/self/fd")
_ESTABLISHED = "01"
#: `tcpi_bytes_acked` in the kernel's `struct tcp_info` (linux/tcp.h)
_ACKED_AT, _INFO_BYTES = 120, 128


def connections_within(open_files: int) -> int:
    """Return how many connections a worker may hold that may open so many files.

    Raises AuthorityError where they are too few to serve. At the limit itself a server cannot even refuse: so it stops
    taking connections before.
    """
    if open_files < _LEAST:
        raise AuthorityError(
            f"this process may open {open_files} files and needs {_LEAST}; raise the limit (`ulimit -n`, or "
            "LimitNOFILE= of systemd), then start again"
        )
    return min(open_files - RESERVED, MOST_CONNECTIONS)


def raise_limit() -> int:
    """Raise this process's limit of open files, and that of those it starts, as far as allowed; return it."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = MOST_CONNECTIONS + RESERVED if hard == resource.RLIM_INFINITY else min(hard, MOST_CONNECTIONS + RESERVED)
    if soft != resource.RLIM_INFINITY and soft < wanted:
        resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))
        return wanted
    return wanted if soft == resource.RLIM_INFINITY else soft


@dataclass(frozen=True, slots=True)
class Reading:
    """Note how much a reader had taken when it had last taken enough, and when that was."""

    acked_bytes: int
    since_s: float


def judged(before: Reading | None, acked_bytes: int, now_s: float) -> Reading:
    """Return the new note: a reader that took enough since the last begins a new time."""
    if before is None or acked_bytes - before.acked_bytes >= LEAST_BYTES:
        return Reading(acked_bytes, now_s)
    return before


def unsent(lines: Iterable[str], port: int) -> set[int]:
    """Return the inodes of established connections of this port with something unsent; `lines` are of /proc/net/tcp."""
    ending, found = f":{port:04X}", set()
    for line in lines:
        fields = line.split()
        if len(fields) > 9 and fields[1].endswith(ending) and fields[3] == _ESTABLISHED:
            waiting, _, _ = fields[4].partition(":")
            if int(waiting, 16):
                found.add(int(fields[9]))
    return found


class Watcher:
    """Watch the connections of this process."""

    def __init__(self, port: int, patience_s: float) -> None:
        self._port, self._patience_s = port, patience_s
        self._readings: dict[int, Reading] = {}

    def look(self, now_s: float) -> int:
        """Look once; return how many readers were cut off."""
        waiting: set[int] = set()
        for path in _LISTS:
            if path.exists():
                with path.open(encoding="ascii") as lines:
                    waiting |= unsent(lines, self._port)
        readings, cut = {}, 0
        for inode, own in (_own_sockets(waiting) if waiting else {}).items():
            with socket.socket(fileno=own) as connection:
                info = connection.getsockopt(socket.IPPROTO_TCP, socket.TCP_INFO, _INFO_BYTES)
                (acked_bytes,) = struct.unpack_from("=Q", info, _ACKED_AT)
                reading = judged(self._readings.get(inode), acked_bytes, now_s)
                if now_s - reading.since_s > self._patience_s:
                    with contextlib.suppress(OSError):
                        connection.shutdown(socket.SHUT_RDWR)
                    cut += 1
                else:
                    readings[inode] = reading
        self._readings = readings
        return cut


def _own_sockets(inodes: set[int]) -> dict[int, int]:
    """Return open files of our own for those of this process's sockets, by inode."""
    found = {}
    for entry in list(_OWN_FILES.iterdir()):  # first the list: what is opened below would come up in it
        with contextlib.suppress(OSError, ValueError):
            inode = int(str(entry.readlink()).removeprefix("socket:[").rstrip("]"))
            if inode in inodes and inode not in found:
                own = os.dup(int(entry.name))
                if os.fstat(own).st_ino == inode:  # its number may be another's by now
                    found[inode] = own
                else:
                    os.close(own)
    return found


def watch(patience_s: float) -> None:
    """Watch this worker's connections from now on, where the system lists them and `serve` has named the port."""
    port = os.environ.get(SERVER_PORT)
    if port and _LISTS[0].exists():
        watcher = Watcher(int(port), patience_s)
        threading.Thread(target=_keep_looking, args=(watcher,), name="slow readers", daemon=True).start()


def _keep_looking(watcher: Watcher) -> None:
    while True:
        time.sleep(_LOOK_EVERY_S)
        try:
            watcher.look(time.monotonic())
        except Exception:
            log.exception("connections could not be looked at")
