"""Store and revise keys that another authority published.

Keys are only inserted, never changed by who sends them once more: the first to publish a key is the only one to speak
for it. So a source can revise what came from it, and neither what our own phones published nor what came from another.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from django.db import connection

from bluezone.authority.keys import rules
from bluezone.authority.keys.models import REVISED, PublishedKey
from bluezone.authority.site import statements
from bluezone.protocol.keys import ReportType, TemporaryExposureKey

_TABLE = PublishedKey._meta.db_table
_COMMON = ("region", "traveler", "source", "made_up", "upload_digest")
_OF_EACH = (
    "key", "rolling_start_interval", "rolling_period", "transmission_risk", "report_type", "days_since_onset",
    "embargoed_until",
)  # fmt: skip
_COLUMNS = ", ".join((*_COMMON, *_OF_EACH))

# The conflict with a key that is there is no error, which PostgreSQL would write into its log with the key.
_ON_POSTGRESQL = f"""
    INSERT INTO {_TABLE} ({_COLUMNS})
    SELECT %s, %s, %s, FALSE, '', key, start, period, risk, report, days, to_timestamp(until)
    FROM unnest(
        %b::bytea[], %b::integer[], %b::smallint[], %b::smallint[], %b::smallint[], %b::smallint[], %b::bigint[]
    ) AS sent (key, start, period, risk, report, days, until)
    ON CONFLICT (key, region) DO NOTHING
"""  # noqa: S608 (the names are ours)
_ON_SQLITE = f"""
    INSERT INTO {_TABLE} ({_COLUMNS}) VALUES (%s, %s, %s, FALSE, '', {", ".join(["%s"] * len(_OF_EACH))})
    ON CONFLICT (key, region) DO NOTHING
"""  # noqa: S608


def insert(
    keys: Sequence[TemporaryExposureKey], *, source: int, traveler: bool, region: str, window_s: int, now: dt.datetime
) -> int:
    """Store those of these keys that are not there yet, as of a source, and return how many. They go out to our phones
    under the same embargo as keys of our own."""
    until: dict[int, dt.datetime] = {}
    rows = []
    # In one order for all, as uploads of phones are (`insert`), so that neither waits for the other for ever.
    for tek in sorted(keys, key=lambda each: each.key):
        at = until.get(tek.end_interval)
        if at is None:
            at = until[tek.end_interval] = rules.embargoed_until(tek, now, window_s)
        facts = (tek.rolling_start_interval, tek.rolling_period, tek.transmission_risk, int(tek.report_type))
        rows.append((tek.key, *facts, tek.days_since_onset, at))
    if not rows:
        return 0
    common = (region, traveler, source)
    if connection.vendor == "postgresql":
        *columns, moments = (list(column) for column in zip(*rows, strict=True))
        return statements.run(_ON_POSTGRESQL, [*common, *columns, [int(at.timestamp()) for at in moments]]).count
    stored = {at: statements.stored_moment(at) for at in until.values()}
    with connection.cursor() as cursor:
        cursor.executemany(_ON_SQLITE, [(*common, *row[:-1], stored[row[-1]]) for row in rows])
        return int(cursor.rowcount)


def revise(keys: Sequence[TemporaryExposureKey], *, source: int, window_s: int, now: dt.datetime) -> int:
    """Revise those of these keys that came from a source, as far as the rules let a key be revised, and return how
    many. To be called in a transaction."""
    sent = {tek.key: tek for tek in keys}
    rows = PublishedKey.objects.select_for_update().filter(source=source, key__in=list(sent))
    revised = [row for row in rows if _is_revision(row, sent[bytes(row.key)])]
    for row in revised:
        row.revise(sent[bytes(row.key)], rules.floor(now, window_s))
    PublishedKey.objects.bulk_update(revised, REVISED, batch_size=500)
    return len(revised)


def _is_revision(row: PublishedKey, tek: TemporaryExposureKey) -> bool:
    if (row.rolling_start_interval, row.rolling_period) != (tek.rolling_start_interval, tek.rolling_period):
        return False
    before = None if row.revised_report_type is None else ReportType(row.revised_report_type)
    try:
        return rules.is_revision_of(ReportType(row.report_type), before, tek.report_type)
    except rules.PublishRefusedError:
        return False


def withdraw(source: int, now: dt.datetime) -> int:
    """Take back what came from a source: keys that wait are deleted, those that phones have are revoked. Return how
    many keys no longer count."""
    rows = PublishedKey.objects.filter(source=source)
    waiting, _ = rows.filter(batch=None).delete()
    out = rows.exclude(revised_report_type=ReportType.REVOKED).exclude(report_type=ReportType.REVOKED)
    return waiting + out.revoke(now)
