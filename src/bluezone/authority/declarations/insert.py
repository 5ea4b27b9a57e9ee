"""Store a new declaration together with its pass: both, or nothing where it is known or too many came of its number.

On PostgreSQL by one statement, which is its own transaction: eight rounds to the database were two thirds of what a
declaration cost (docs/measurements/declarations.md).
"""

from __future__ import annotations

import datetime as dt
from enum import Enum
from functools import lru_cache
from typing import Any

from django.db import connection, models, transaction

from bluezone.authority.declarations import rules
from bluezone.authority.declarations.models import HealthDeclaration
from bluezone.authority.passes.models import IssuedPass
from bluezone.authority.site import locks, statements

#: Below so many of a number, declarations of it that come at the same moment need not wait for one another, for even
#: all of these together are below the limit.
_WITHOUT_A_TURN = rules.MOST_OF_A_NUMBER // 2


class Outcome(Enum):
    """Name what became of a declaration: nothing of it is stored but in the first case."""

    STORED = "stored"
    #: one of this id is there
    KNOWN = "known"
    TOO_MANY = "too many of its number"
    #: another pass has the pseudonym
    PSEUDONYM_TAKEN = "pseudonym taken"


def insert(row: HealthDeclaration, pass_: IssuedPass | None, now: dt.datetime) -> Outcome:
    """Store a declaration, and the pass that comes of it where one does."""
    if connection.vendor != "postgresql":
        with locks.writing(), transaction.atomic():
            return _insert_alone(row, pass_, now)
    found = _insert(row, pass_, now, _WITHOUT_A_TURN)
    if found is not None:
        return found
    with transaction.atomic():
        locks.take_turns(_turn(row))
        found = _insert(row, pass_, now, rules.MOST_OF_A_NUMBER)
    return found or Outcome.TOO_MANY


def _turn(row: HealthDeclaration) -> str:
    return f"declarations of {row.telephone_digest}"


def _is_known(row: HealthDeclaration) -> bool:
    return HealthDeclaration.objects.filter(id_digest=row.id_digest).exists()


# --- PostgreSQL -------------------------------------------------------------------------------------------------------


def _names(model: type[models.Model]) -> list[str]:
    return [str(each.column) for each in model._meta.concrete_fields if not each.primary_key]


_ROW, _PASS = _names(HealthDeclaration), _names(IssuedPass)
_BYTES = {each.column for model in (HealthDeclaration, IssuedPass) for each in model._meta.concrete_fields
          if isinstance(each, models.BinaryField)}  # fmt: skip


def _values(prefix: str, names: list[str]) -> str:
    return ", ".join(f"%({prefix}{name}){'b' if name in _BYTES else 's'}" for name in names)


@lru_cache(maxsize=2)
def _statement(*, with_pass: bool) -> str:
    """Return the statement. The lock is of the number, and only tried: who holds it may be storing one more, which this
    statement would not count."""
    table, passes = HealthDeclaration._meta.db_table, IssuedPass._meta.db_table
    free = f"NOT EXISTS (SELECT FROM {passes} WHERE pseudonym = %(pass_pseudonym)s::text)" if with_pass else "TRUE"
    pass_ = f", passed AS (INSERT INTO {passes} ({', '.join(_PASS)}) SELECT {_values('pass_', _PASS)} FROM stored)"  # noqa: S608
    return f"""
        WITH facts AS MATERIALIZED (
            SELECT
                CASE WHEN %(telephone_digest)s::text = '' THEN TRUE ELSE
                    pg_try_advisory_xact_lock(%(turn)s::bigint) AND (
                        SELECT count(*) FROM (
                            SELECT FROM {table}
                            WHERE telephone_digest = %(telephone_digest)s::text AND received_at > %(since)s
                            LIMIT %(most)s::bigint
                        ) AS sent
                    ) < %(most)s::bigint
                END AS few,
                {free} AS free
        ), stored AS (
            INSERT INTO {table} ({", ".join(_ROW)}) SELECT {_values("", _ROW)} FROM facts WHERE few AND free
            ON CONFLICT (id_digest) DO NOTHING RETURNING 1
        ) {pass_ if with_pass else ""}
        SELECT free, (SELECT count(*) FROM stored) FROM facts
    """  # noqa: S608 (the names are ours)


def _insert(row: HealthDeclaration, pass_: IssuedPass | None, now: dt.datetime, most: int) -> Outcome | None:
    """Store by one statement; None, and nothing is stored, where `most` or more of the number are there, or somebody
    else stores one at this moment."""
    values: dict[str, Any] = {name: getattr(row, name) for name in _ROW}
    values |= {"since": now - rules.SPAN_OF_A_NUMBER, "most": most, "turn": locks.number_of(_turn(row))}
    if pass_ is not None:
        values |= {f"pass_{name}": getattr(pass_, name) for name in _PASS}
    free, stored = statements.run(_statement(with_pass=pass_ is not None), values).rows[0]
    if stored:
        return Outcome.STORED
    if _is_known(row):
        return Outcome.KNOWN
    return None if free else Outcome.PSEUDONYM_TAKEN


# --- SQLite -----------------------------------------------------------------------------------------------------------


def _insert_alone(row: HealthDeclaration, pass_: IssuedPass | None, now: dt.datetime) -> Outcome:
    """Store in a transaction that is alone with the database."""
    if _is_known(row):
        return Outcome.KNOWN
    sent = HealthDeclaration.objects.filter(
        telephone_digest=row.telephone_digest, received_at__gt=now - rules.SPAN_OF_A_NUMBER
    )
    if row.telephone_digest and sent.count() >= rules.MOST_OF_A_NUMBER:
        return Outcome.TOO_MANY
    if pass_ is not None and IssuedPass.objects.filter(pseudonym=pass_.pseudonym).exists():
        return Outcome.PSEUDONYM_TAKEN
    HealthDeclaration.objects.bulk_create([row])  # no line in the audit log: that is of what officers do
    if pass_ is not None:
        IssuedPass.objects.bulk_create([pass_])
    return Outcome.STORED
