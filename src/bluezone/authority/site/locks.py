"""Allow one writer at a time, over all processes and machines of an installation.

The lock lives where the data lives and dies with its holder, so a killed job never blocks the next and no lease has to
run out: on PostgreSQL an advisory lock of a transaction on a connection of its own, on SQLite, whose database is a file
of this machine, an flock beside that file (the kernel drops it with the process).

Of a transaction, not of a session: a pooler (PgBouncer, pooling transactions) gives a session's connection to somebody
else between two transactions, and the lock with it. A transaction keeps its connection to its end. It reads and writes
nothing, so it holds back no vacuum. Where the connection is lost the lock goes before its job does; therefore nothing
depends on it alone: what two publishers must not both do, constraints of the database refuse.
"""

from __future__ import annotations

import contextlib
import fcntl
import hashlib
import os
from collections.abc import Iterator

from django.conf import settings
from django.db import connection

from bluezone.authority.errors import JobBusyError


@contextlib.contextmanager
def job_lock(name: str) -> Iterator[None]:
    """Hold the lock `name` for the block. Raises JobBusyError at once where another process holds it."""
    holder = _postgresql_lock if connection.vendor == "postgresql" else _file_lock
    with holder(name) as got_it:
        if not got_it:
            raise JobBusyError(f"another process is already at `{name}`; it will finish what there is to do")
        yield


@contextlib.contextmanager
def _postgresql_lock(name: str) -> Iterator[bool]:
    holder = connection.copy()  # the job's own connection commits and rolls back; this one only holds
    try:
        holder.set_autocommit(False)
        with holder.cursor() as cursor:
            cursor.execute("SET LOCAL idle_in_transaction_session_timeout = 0")
            cursor.execute("SELECT pg_try_advisory_xact_lock(%s)", [number_of(name)])
            got_it = cursor.fetchone()[0]
        yield got_it
    finally:
        holder.close()


def number_of(name: str) -> int:
    """Return by what PostgreSQL knows the lock `name`."""
    return int.from_bytes(hashlib.sha256(f"bluezone {name}".encode()).digest()[:8], "big", signed=True)


@contextlib.contextmanager
def writing() -> Iterator[None]:
    """Wait on SQLite until no other request of a phone writes, and write alone in the block.

    SQLite lets one write at a time, and who finds it busy sleeps and looks again, up to 100 ms later, whoever else has
    come meanwhile. Here the kernel wakes the next at once. Nobody else is kept from writing, and nothing depends on it.
    """
    if connection.vendor == "postgresql" or connection.in_atomic_block:
        yield
        return
    descriptor = _open("phones")
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
    finally:
        os.close(descriptor)


def take_turns(name: str) -> None:
    """Wait until no other transaction holds the turn `name`, and hold it until this transaction ends.

    On SQLite a transaction that writes is alone anyway (settings: IMMEDIATE).
    """
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [number_of(name)])


@contextlib.contextmanager
def _file_lock(name: str) -> Iterator[bool]:
    descriptor = _open(name)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        os.close(descriptor)
        yield False
        return
    try:
        yield True
    finally:
        os.close(descriptor)


def _open(name: str) -> int:
    """Open the file of a lock. Locked are openings, not files: each holder has one of its own."""
    path = settings.BLUEZONE.var / "locks" / f"{name}.lock"
    try:
        return os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    except FileNotFoundError:
        path.parent.mkdir(parents=True, exist_ok=True)
        return os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
