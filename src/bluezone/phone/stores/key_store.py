"""Store the phone's own temporary exposure keys, for 14 days. They leave it only when their owner publishes them."""

from __future__ import annotations

import datetime as dt
import logging
import sqlite3
from collections.abc import Collection, Iterable, Sequence

from bluezone.phone.stores.database import Database, StorageError
from bluezone.phone.stores.records import RETENTION_S, Bounds, SqlTables
from bluezone.protocol.intervals import DAY_S, interval_number, interval_start_s
from bluezone.protocol.keys import DailyKey
from bluezone.protocol.schemes import Entropy, IdentifierScheme

_SCHEMA = """
CREATE TABLE daily_key (
    key BLOB PRIMARY KEY, start_s INTEGER NOT NULL, end_s INTEGER NOT NULL CHECK (start_s < end_s),
    published INTEGER NOT NULL DEFAULT 0, running_s REAL NOT NULL DEFAULT 0
);
CREATE INDEX daily_key_start ON daily_key (start_s);
CREATE TABLE about (scheme TEXT NOT NULL)
"""
_KEY = "daily_key.key"
TABLES = (SqlTables(_SCHEMA, (_KEY,)),)

_log = logging.getLogger(__name__)


def utc_date(start_s: float) -> dt.date:
    """Return the day (UTC) of a key that begins at a moment."""
    return dt.datetime.fromtimestamp(start_s, dt.UTC).date()


class KeyStore:
    """Keep daily keys in phone.sqlite3. Raises StorageError where it holds keys of another scheme."""

    def __init__(self, database: Database, scheme: IdentifierScheme, entropy: Entropy) -> None:
        self.database = database
        self._scheme, self._entropy = scheme, entropy
        self._unstored: DailyKey | None = None  # made while there was no room
        self.trouble = ""
        with self.database.transaction() as db:
            about = db.execute("SELECT scheme FROM about").fetchone()
            if about is None:
                db.execute("INSERT INTO about VALUES (?)", (scheme.name,))
        if about is not None and about[0] != scheme.name:
            raise StorageError(f"{database.path}: holds keys of the scheme {about[0]}, not {scheme.name}")

    def key_at(self, now_s: float) -> DailyKey:
        """Return the key in use at `now_s`; made, and safely stored before anyone can hear of it, where there is none.

        A disk that is full must not silence the phone: then the key made is held in memory, `trouble` says so, and the
        next call tries to store it. What is not stored when the program ends cannot be published any more.
        """
        try:
            key = self._stored_key_at(now_s)
        except StorageError as error:
            self.trouble = str(error)
            if self._unstored is None or not self._unstored.start_s <= now_s < self._unstored.end_s:
                self._unstored = self._make(now_s, [self._unstored] if self._unstored else [])
                _log.error("today's key could not be stored and is held in memory: %s", error)
            return self._unstored
        self.trouble, self._unstored = "", None
        return key

    def _stored_key_at(self, now_s: float) -> DailyKey:
        with self.database.transaction() as db:
            if self._unstored is not None:
                self._insert(db, self._unstored)
            rows = db.execute("SELECT key, start_s, end_s, published FROM daily_key ORDER BY start_s DESC").fetchall()
            published = {(row[1], row[2]) for row in rows if row[3]}
            held = self._daily_keys(row[:3] for row in rows)
            for key in held:
                if key.start_s <= now_s < key.end_s and (key.start_s, key.end_s) not in published:
                    return key
            made = self._make(now_s, held)
            self._insert(db, made)
            return made

    def _make(self, now_s: float, held: Sequence[DailyKey]) -> DailyKey:
        """Make a new key for `now_s`, for as much of its day as no other key has: two keys must not overlap.

        Beside a published key (its last ten minutes run, or its time has come again, for the clock was put back) it
        does: whoever downloaded that one would know this phone by its identifiers.
        """
        # A scheme goes on with a key whose time has not ended: here that one is published, and must not be sent again.
        before = (key for key in held if not key.start_s <= now_s < key.end_s)
        latest = max(before, key=lambda key: key.start_s, default=None)
        made = self._scheme.next_key(latest, now_s, self._entropy)
        starts = [key.end_s for key in held if made.start_s < key.end_s <= now_s]
        starts += [interval_start_s(interval_number(now_s)) for key in held if key.start_s <= now_s < key.end_s]
        ends = [key.start_s for key in held if now_s < key.start_s < made.end_s]
        return DailyKey(made.key, max([made.start_s, *starts]), min([made.end_s, *ends]))

    def _insert(self, db: sqlite3.Connection, key: DailyKey) -> None:
        db.execute(
            "INSERT INTO daily_key (key, start_s, end_s, running_s) VALUES (?, ?, ?, ?)",
            (self.database.encrypt(key.key, _KEY), key.start_s, key.end_s, self.database.running_s()),
        )

    def end_key_at(self, now_s: float) -> None:
        """Let the key in use end with the present ten-minute interval, so that it can be published today: the rest of
        the day gets a key of its own, of which the published one says nothing."""
        end_s = interval_start_s(interval_number(now_s) + 1)
        self.database.write("UPDATE daily_key SET end_s = ? WHERE start_s <= ? AND ? < end_s", (end_s, now_s, end_s))

    def recent(self, now_s: float) -> list[DailyKey]:
        """Return the keys on the air within the last 14 days, oldest first."""
        rows = self.database.rows(
            "SELECT key, start_s, end_s FROM daily_key WHERE end_s > ? AND start_s <= ? ORDER BY start_s",
            (now_s - RETENTION_S, now_s),
        )
        return self._daily_keys(rows)

    def publishable(self, now_s: float, left_out: Collection[dt.date] = ()) -> list[DailyKey]:
        """Return the keys of the last 14 days that can be published: all but those made beside a published one, for
        the authority takes no two keys of one time, and those of days (UTC) that the owner leaves out. What was
        published before is known: it cannot be left out."""
        published = self._published_spans()
        return [
            key
            for key in self.recent(now_s)
            if (key.start_s, key.end_s) in published
            or (
                utc_date(key.start_s) not in left_out
                and not any(start_s < key.end_s and key.start_s < end_s for start_s, end_s in published)
            )
        ]

    def publishable_days(self, now_s: float) -> dict[dt.date, bool]:
        """Return the days (UTC) of the keys that can be published, oldest first, each with whether one of its keys is
        published already."""
        published, days = self._published_spans(), dict[dt.date, bool]()
        for key in self.publishable(now_s):
            day = utc_date(key.start_s)
            days[day] = days.get(day, False) or (key.start_s, key.end_s) in published
        return days

    def _published_spans(self) -> set[tuple[int, int]]:
        return set(self.database.rows("SELECT start_s, end_s FROM daily_key WHERE published"))

    def mark_published(self, keys: Iterable[bytes]) -> None:
        """Note that these are, or may be, known to everybody: they are sent no more, even where their time comes
        again."""
        known = frozenset(keys)
        rows = self.database.rows("SELECT rowid, key FROM daily_key WHERE NOT published")
        for row_id, key in rows:
            if self.database.decrypt_or_none(key, _KEY) in known:
                self.database.write("UPDATE daily_key SET published = 1 WHERE rowid = ?", (row_id,))

    def forget_published(self) -> None:
        """Delete the keys that were published: they are revoked, and warn nobody any more."""
        self.database.write("DELETE FROM daily_key WHERE published")
        self.database.shrink_log()

    def all_keys(self) -> frozenset[bytes]:
        """Return every key held: what a check must not take for somebody else's."""
        held = [] if self._unstored is None else [self._unstored.key]
        keys = (self.database.decrypt_or_none(row[0], _KEY) for row in self.database.rows("SELECT key FROM daily_key"))
        return frozenset([*held, *filter(None, keys)])

    def _daily_keys(self, rows: Iterable[tuple[bytes, int, int]]) -> list[DailyKey]:
        """Decrypt keys; those that were damaged are left out."""
        opened = ((self.database.decrypt_or_none(key, _KEY), start_s, end_s) for key, start_s, end_s in rows)
        return [DailyKey(key, start_s, end_s) for key, start_s, end_s in opened if key]

    def counted_s(self) -> float:
        """Return the running time when the last key was made, 0 where there is none."""
        return float(self.database.rows("SELECT coalesce(max(running_s), 0) FROM daily_key")[0][0])

    def purge(self, bounds: Bounds) -> int:
        """Delete keys that ended 14 days ago; returns how many. By the running time a key ends a day after it was
        made."""
        rows = self.database.rows("SELECT rowid, end_s, running_s FROM daily_key")
        over = [row_id for row_id, end_s, running_s in rows if bounds.is_over(end_s - 1, running_s + DAY_S)]
        gone = sum(self.database.write("DELETE FROM daily_key WHERE rowid = ?", (row_id,)) for row_id in over)
        if gone:
            self.database.shrink_log()
        return gone
