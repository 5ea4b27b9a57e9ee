"""The phone's own daily keys, for 14 days. They leave it only when their owner publishes them."""

from __future__ import annotations

from pathlib import Path

from bluezone.phone import retention
from bluezone.phone.sealing import Sealer
from bluezone.phone.storage import Durability, StorageError, Store
from bluezone.protocol.intervals import interval_number, interval_start_s
from bluezone.protocol.keys import DailyKey
from bluezone.protocol.schemes import Entropy, IdentifierScheme

_SCHEMA = f"""
CREATE TABLE daily_key (
    key BLOB PRIMARY KEY, start_s INTEGER NOT NULL, end_s INTEGER NOT NULL CHECK (start_s < end_s)
);
CREATE INDEX daily_key_start ON daily_key (start_s);
CREATE TABLE about (scheme TEXT NOT NULL);
{retention.SCHEMA}
"""
_VERSION = 1
_KEY = "daily_key.key"


class Keystore:
    """The store of keys. `Durability.POWER`: a key that has been on the air and is lost can never be published, and a
    new one comes once a day."""

    def __init__(self, path: Path, scheme: IdentifierScheme, entropy: Entropy, sealer: Sealer | None = None) -> None:
        self._store = Store(path, _SCHEMA, _VERSION, Durability.POWER, sealer, (_KEY,))
        self._scheme, self._entropy = scheme, entropy
        with self._store.transaction() as db:
            about = db.execute("SELECT scheme FROM about").fetchone()
            if about is None:
                db.execute("INSERT INTO about VALUES (?)", (scheme.name,))
        if about is not None and about[0] != scheme.name:
            self._store.close()
            raise StorageError(f"{path}: holds keys of the scheme {about[0]}, not {scheme.name}")

    def key_at(self, now_s: float) -> DailyKey:
        """The key in use at `now_s`; made, and safely stored before anyone can hear of it, where there is none."""
        with self._store.transaction() as db:
            held = db.execute(
                "SELECT key, start_s, end_s FROM daily_key WHERE start_s <= ? AND ? < end_s ORDER BY start_s DESC",
                (now_s, now_s),
            ).fetchone()
            if held is not None:
                return self._daily_key(held)
            latest = db.execute("SELECT key, start_s, end_s FROM daily_key ORDER BY start_s DESC").fetchone()
            made = self._scheme.next_key(self._daily_key(latest) if latest else None, now_s, self._entropy)
            # A key that was ended early (`end_key_at`) leaves a rest of its day: two keys must not overlap.
            ended = db.execute(
                "SELECT max(end_s) FROM daily_key WHERE ? < end_s AND end_s <= ?", (made.start_s, now_s)
            ).fetchone()[0]
            if ended is not None:
                made = DailyKey(made.key, ended, made.end_s)
            db.execute(
                "INSERT INTO daily_key VALUES (?, ?, ?)", (self._store.seal(made.key, _KEY), made.start_s, made.end_s)
            )
            return made

    def end_key_at(self, now_s: float) -> None:
        """Let the key in use end with the present ten-minute interval, so that it can be published today: the rest of
        the day gets a key of its own, of which the published one says nothing."""
        end_s = interval_start_s(interval_number(now_s) + 1)
        self._store.write("UPDATE daily_key SET end_s = ? WHERE start_s <= ? AND ? < end_s", (end_s, now_s, end_s))

    def recent(self, now_s: float) -> list[DailyKey]:
        """The keys on the air within the last 14 days, oldest first."""
        rows = self._store.rows(
            "SELECT key, start_s, end_s FROM daily_key WHERE end_s > ? AND start_s <= ? ORDER BY start_s",
            (now_s - retention.RETENTION_S, now_s),
        )
        return [self._daily_key(row) for row in rows]

    def all_keys(self) -> frozenset[bytes]:
        """Every key held: what a check must not take for somebody else's."""
        rows = self._store.rows("SELECT key FROM daily_key")
        return frozenset(self._store.unseal(row[0], _KEY) for row in rows)

    def _daily_key(self, row: tuple[bytes, int, int]) -> DailyKey:
        return DailyKey(self._store.unseal(row[0], _KEY), row[1], row[2])

    def purge(self, now_s: float) -> int:
        """Delete keys that ended 14 days ago (see `retention` for clocks that jump); returns how many."""
        bounds = retention.look_at_clock(self._store, now_s)
        gone = 0
        if bounds.oldest_s is not None:
            gone += self._store.write("DELETE FROM daily_key WHERE end_s <= ?", (bounds.oldest_s,))
        if bounds.newest_s is not None:
            gone += self._store.write("DELETE FROM daily_key WHERE start_s > ?", (bounds.newest_s,))
        if gone:
            self._store.shrink_log()
        return gone

    def close(self) -> None:
        self._store.close()
