"""Tell a database that cannot be used now from a mistake of ours, and log it once a minute, not once a request.

The answer is then 503 with Retry-After: phones and proxies try again, and each request looks for the database anew.
"""

from __future__ import annotations

import fcntl
import logging
import sqlite3
import time

from django.conf import settings
from django.db import Error, InterfaceError, OperationalError

#: after so long a caller may try again
RETRY_AFTER_S = 10
_EVERY_S = 60.0
#: classes of SQLSTATE: connection, resources (a full disk, too many connections), input and output
_LOST_CLASSES = ("08", "53", "58")
#: shut down, crashed, not yet up; read-only, as a standby is
_LOST_STATES = ("57P01", "57P02", "57P03", "25006")


def is_lost(error: BaseException | None) -> bool:
    """Decide whether an error says that the database cannot be used: no connection, a full or read-only disk, a lock.

    PostgreSQL says so by SQLSTATE, and by none where there is no connection. SQLite uses OperationalError for mistakes
    in a query, too, under one code.
    """
    if isinstance(error, InterfaceError):  # the connection was closed under us
        return True
    cause = error.__cause__ if isinstance(error, Error) else None
    state = getattr(cause, "sqlstate", None)
    if state is not None:
        return state.startswith(_LOST_CLASSES) or state in _LOST_STATES
    return isinstance(error, OperationalError) and getattr(cause, "sqlite_errorcode", None) != sqlite3.SQLITE_ERROR


def one_line(error: BaseException) -> str:
    """Return what an operator is told of a database that cannot be used."""
    return f"the database cannot be used: {' '.join(str(error).split())}"


class OneLineAMinute(logging.Filter):
    """Let one record a minute pass of those that a lost database causes, as one line, whichever processes of this
    machine cause them. Anything else passes as it is."""

    _said_s = float("-inf")

    def filter(self, record: logging.LogRecord) -> bool:
        error = record.exc_info[1] if record.exc_info else None
        if error is None or not is_lost(error):
            return True
        record.msg, record.args = (
            f"{one_line(error)}; callers are asked to try again, and this is said once a minute",
            (),
        )
        record.exc_info = record.exc_text = None
        return self._is_first(time.monotonic())  # the same for all processes since the machine's start

    def _is_first(self, now_s: float) -> bool:
        try:
            path = settings.BLUEZONE.var / "locks" / "database.said"
            path.parent.mkdir(exist_ok=True)
            with path.open("a+") as said:
                fcntl.flock(said, fcntl.LOCK_EX)
                said.seek(0)
                last_s = float(said.read() or "-inf")
                if last_s <= now_s < last_s + _EVERY_S:
                    return False
                said.truncate(0)
                said.write(f"{now_s}")
        except (OSError, ValueError):  # a full or read-only disk: each process counts for itself
            if now_s < self._said_s + _EVERY_S:
                return False
        self._said_s = now_s
        return True
