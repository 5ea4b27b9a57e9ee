"""Find rows by the beginning of a text with an index on SQLite, too: everything of a place is filed by such a prefix.

SQLite's LIKE ignores case and reads every row. PostgreSQL has an index for it (`varchar_pattern_ops`).
"""

from __future__ import annotations

from typing import Any

from django.db.models import CharField
from django.db.models.lookups import StartsWith
from django.db.models.sql.compiler import SQLCompiler


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
