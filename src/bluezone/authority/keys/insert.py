"""Store new keys by one statement: all of them, or none where one is there already."""

from __future__ import annotations

import contextlib
import datetime as dt
from collections.abc import Sequence
from functools import lru_cache
from typing import Any, NamedTuple

from django.db import connection, transaction

from bluezone.authority.keys.models import PublishedKey, PublishNote
from bluezone.authority.site import statements
from bluezone.authority.site.locks import writing

_TABLE = PublishedKey._meta.db_table


class NewKey(NamedTuple):
    """Hold what is stored of a new key, named as in `PublishedKey`."""

    key: bytes
    rolling_start_interval: int
    rolling_period: int
    transmission_risk: int
    report_type: int
    days_since_onset: int | None
    embargoed_until: dt.datetime
    upload_digest: str


#: what is the same for all keys of an upload
_COMMON = ("region", "traveler", "made_up")
COLUMNS = (*_COMMON, *NewKey._fields)


def insert_if_all_new(keys: Sequence[NewKey], region: str, traveler: bool, note: PublishNote | None = None) -> bool:
    """Store the keys of an upload, made by nobody but a phone, and the note of it. False, and nothing is stored, where
    one of the keys is there.

    Raises IntegrityError, and nothing is stored, where another request is storing one at this moment.
    """
    # In one order for all: two requests with the same keys then wait for one another, never each for the other.
    ordered = sorted(keys)
    insert = _insert_on_postgresql if connection.vendor == "postgresql" else _insert_on_sqlite
    return insert(ordered, region, traveler, note)


def _insert_on_postgresql(keys: Sequence[NewKey], region: str, traveler: bool, note: PublishNote | None) -> bool:
    columns: list[list[Any]] = [list(column) for column in zip(*keys, strict=True)]
    until = NewKey._fields.index("embargoed_until")
    columns[until] = [int(moment.timestamp()) for moment in columns[until]]
    values = [region, traveler, *columns, columns[0]]
    if note is None:
        return statements.run(_KEYS, values).count == len(keys)
    values += [int(note.hour.timestamp()), note.platform, note.keys, note.revision, note.oldest_days, note.onset_days]
    return statements.run(_KEYS_AND_NOTE, values).count == 1


def _insert_on_sqlite(keys: Sequence[NewKey], region: str, traveler: bool, note: PublishNote | None) -> bool:
    stored: dict[Any, Any] = {
        row.embargoed_until: connection.ops.adapt_datetimefield_value(row.embargoed_until) for row in keys
    }
    values = [stored.get(value, value) for row in keys for value in (region, traveler, False, *row)]
    with writing(), transaction.atomic() if note else contextlib.nullcontext():
        done = statements.run(_sqlite(len(keys)), [*values, *(row.key for row in keys)]).count == len(keys)
        if done and note:
            facts = (note.platform, note.keys, note.revision, note.oldest_days, note.onset_days)
            statements.run(_NOTE, [statements.stored_moment(note.hour), *facts])
    return done


# Whoever sent one of the keys before is asked to prove it (`receive`): so one that is there stops them all. The unique
# index alone would do, but PostgreSQL writes each conflict into its log, with the key. They are looked up one by one:
# planned for a new table, a search for all of them together would read the whole table each time, and go on so when it
# is full.
_KEYS = f"""
    INSERT INTO {_TABLE} ({", ".join(COLUMNS)})
    SELECT %s, %s, FALSE, key, start, period, risk, report, days, to_timestamp(until), digest
    FROM unnest(
        %b::bytea[], %b::integer[], %b::smallint[], %b::smallint[], %b::smallint[], %b::smallint[], %b::bigint[],
        %b::text[]
    ) AS sent (key, start, period, risk, report, days, until, digest)
    WHERE NOT EXISTS (
        SELECT FROM unnest(%b::bytea[]) AS asked (key)
        WHERE (SELECT TRUE FROM {_TABLE} AS stored WHERE stored.key = asked.key)
    )
"""  # noqa: S608 (the names are ours)
_INSERT_NOTE = f"INSERT INTO {PublishNote._meta.db_table} (hour, platform, keys, revision, oldest_days, onset_days)"
_KEYS_AND_NOTE = f"""
    WITH stored AS ({_KEYS} RETURNING 1)
    {_INSERT_NOTE}
    SELECT to_timestamp(%s::bigint), %s::smallint, %s::smallint, %s::boolean, %s::smallint, %s::smallint
    WHERE EXISTS (SELECT FROM stored)
"""  # noqa: S608 (the names are ours)


_NOTE = f"{_INSERT_NOTE} VALUES (%s, %s, %s, %s, %s, %s)"


@lru_cache(maxsize=64)
def _sqlite(count: int) -> str:
    """Return the statement for so many keys: SQLite has no arrays."""
    row = f"({', '.join(['%s'] * len(COLUMNS))})"
    return f"""
        INSERT INTO {_TABLE} ({", ".join(COLUMNS)})
        SELECT * FROM (VALUES {", ".join([row] * count)})
        WHERE NOT EXISTS (SELECT 1 FROM {_TABLE} WHERE key IN ({", ".join(["%s"] * count)}))
    """  # noqa: S608
