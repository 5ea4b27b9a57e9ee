"""Which errors say that the database is lost, and that a log has one line a minute of them."""

from __future__ import annotations

import logging
import sqlite3

import pytest
from django.db import DataError, IntegrityError, InterfaceError, InternalError, OperationalError, ProgrammingError

from bluezone.authority.site.lost_database import OneLineAMinute, is_lost


class _CauseError(Exception):
    def __init__(self, **facts: object) -> None:
        self.__dict__ |= facts


def _caused(error: Exception, **facts: object) -> Exception:
    error.__cause__ = _CauseError(**facts)
    return error


@pytest.mark.parametrize(
    ("error", "lost"),
    [
        (_caused(OperationalError("refused"), sqlstate=None), True),
        (_caused(OperationalError("terminating connection"), sqlstate="57P01"), True),
        (_caused(OperationalError("starting up"), sqlstate="57P03"), True),
        (_caused(OperationalError("disk full"), sqlstate="53100"), True),
        (_caused(OperationalError("too many clients"), sqlstate="53300"), True),
        (_caused(InternalError("read-only transaction"), sqlstate="25006"), True),
        (InterfaceError("the connection is closed"), True),
        (_caused(OperationalError("disk I/O error"), sqlite_errorcode=sqlite3.SQLITE_IOERR), True),
        (_caused(OperationalError("readonly database"), sqlite_errorcode=sqlite3.SQLITE_READONLY), True),
        (_caused(OperationalError("no such table"), sqlite_errorcode=sqlite3.SQLITE_ERROR), False),
        (_caused(OperationalError("statement timeout"), sqlstate="57014"), False),
        (_caused(OperationalError("deadlock"), sqlstate="40P01"), False),
        (_caused(ProgrammingError("no such column"), sqlstate="42703"), False),
        (_caused(IntegrityError("twice"), sqlstate="23505"), False),
        (DataError("too long"), False),
        (ValueError("no database at all"), False),
        (None, False),
    ],
)
def test_what_cannot_be_reached_or_written_is_lost_and_a_mistake_is_not(error, lost):
    assert is_lost(error) is lost


def _record(error: Exception) -> logging.LogRecord:
    return logging.LogRecord("bluezone", logging.ERROR, "", 1, "%s failed", ("publish",), (type(error), error, None))


@pytest.mark.parametrize("disk", ["as it is", "read-only"])
def test_one_line_a_minute_is_logged_whichever_process_meets_it(environment, monkeypatch, disk):
    now_s = [1_000.0]
    monkeypatch.setattr("bluezone.authority.site.lost_database.time.monotonic", lambda: now_s[0])
    (environment().var / "locks").mkdir()
    if disk == "read-only":
        (environment().var / "locks" / "database.said").mkdir()
    lost, other = OperationalError("connection refused\n  Is it running?"), OneLineAMinute()
    filters = [OneLineAMinute(), OneLineAMinute()] if disk == "as it is" else [other, other]
    first = _record(lost)
    assert filters[0].filter(first)
    assert first.getMessage().startswith("the database cannot be used: connection refused Is it running?; ")
    assert first.exc_info is None
    assert [each.filter(_record(lost)) for each in filters] == [False, False]
    now_s[0] += 60
    assert [each.filter(_record(lost)) for each in filters] == [True, False]
    now_s[0] = 5.0  # the machine was started anew
    assert disk == "read-only" or filters[0].filter(_record(lost))


def test_what_else_fails_is_logged_as_it_is():
    record = _record(ValueError("a bug"))
    assert OneLineAMinute().filter(record)
    assert record.getMessage() == "publish failed"
    assert record.exc_info
