"""Give SQLite what PostgreSQL has: quantiles, and an index for the beginning of a text.

Quantiles are computed in the database, for of a million rows a page needs two numbers (`percentile_disc`); SQLite is
taught them when a connection is made. Everything of a place is filed by a prefix, for which PostgreSQL has an index
(`varchar_pattern_ops`); SQLite's LIKE ignores case and reads every row.
"""

from __future__ import annotations

import math
import sqlite3
from collections.abc import Sequence
from typing import Any

from django.db.models import Aggregate, CharField
from django.db.models.lookups import StartsWith
from django.db.models.sql.compiler import SQLCompiler

_NAME = "bluezone_quantile"


class Quantile(Aggregate):
    """Compute the smallest value of a group that a `share` of it does not exceed (nearest rank, `percentile_disc`)."""

    name = "Quantile"
    arity = 1
    template = "percentile_disc(%(share)s) WITHIN GROUP (ORDER BY %(expressions)s)"

    def __init__(self, expression: Any, share: float, **extra: Any) -> None:
        super().__init__(expression, share=float(share), **extra)

    def _resolve_output_field(self) -> Any:
        return self.get_source_expressions()[0].output_field

    def as_sqlite(self, compiler: SQLCompiler, connection: Any, **extra: Any) -> Any:
        """Write it for SQLite."""
        return super().as_sql(compiler, connection, template=f"{_NAME}(%(expressions)s, %(share)s)", **extra)


def nearest_rank(ordered: Sequence[Any], share: float) -> Any:
    """Return the smallest of sorted values that so large a share of them does not exceed; None of none."""
    return ordered[max(0, math.ceil(share * len(ordered)) - 1)] if ordered else None


class _OnSqlite:
    """Collect a group's values and choose one; what is NULL is left out."""

    def __init__(self) -> None:
        self._values: list[Any] = []
        self._share = 0.0

    def step(self, value: Any, share: float) -> None:
        if value is not None:
            self._values.append(value)
        self._share = share

    def finalize(self) -> Any:
        return nearest_rank(sorted(self._values), self._share)


def teach(connection: Any, **_: Any) -> None:
    """Give a new connection to SQLite the function."""
    if connection.vendor == "sqlite":
        raw: sqlite3.Connection = connection.connection
        raw.create_aggregate(_NAME, 2, _OnSqlite)  # type: ignore[arg-type]


def text_after(prefix: str) -> str:
    """Return the first text, by code points, that comes after all that begin so; nothing where none does."""
    kept = prefix.rstrip(chr(0x10FFFF))
    if not kept:
        return ""
    last = ord(kept[-1]) + 1
    return kept[:-1] + chr(last if last != 0xD800 else 0xE000)  # in between lies nothing that can be stored


@CharField.register_lookup
class Beginning(StartsWith):
    """Compare with the first and the last text that begin so, on SQLite."""

    def as_sqlite(self, compiler: SQLCompiler, connection: Any) -> Any:
        """Write it for SQLite; what is compared with another column stays Django's."""
        after = text_after(self.rhs) if isinstance(self.rhs, str) else ""
        if not after:
            return super().as_sql(compiler, connection)
        column, params = self.process_lhs(compiler, connection)
        return f"({column} >= %s AND {column} < %s)", [*params, self.rhs, *params, after]
