"""What the phone has fetched, checked, found and said: exports, matched keys, alerts.

Of a published key only those that were heard are kept. The exposure windows are not: the logbook has them, and each
check makes them anew from logbook and matched keys, so that they cannot disagree.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from pathlib import Path

from bluezone.exposure.policies import Evidence
from bluezone.phone import retention
from bluezone.phone.storage import Durability, Store
from bluezone.protocol.intervals import interval_start_s
from bluezone.protocol.keys import ReportType, TemporaryExposureKey

_SCHEMA = f"""
CREATE TABLE export (
    name TEXT PRIMARY KEY, content BLOB, stored_at_s REAL NOT NULL,
    checked_at_s REAL, keys INTEGER, matched INTEGER
) WITHOUT ROWID;
CREATE TABLE bad_export (
    name TEXT PRIMARY KEY, tries INTEGER NOT NULL, retry_at_s REAL NOT NULL, error TEXT NOT NULL
) WITHOUT ROWID;
CREATE TABLE matched_key (
    key BLOB PRIMARY KEY, start_interval INTEGER NOT NULL, period INTEGER NOT NULL, transmission_risk INTEGER NOT NULL,
    report_type INTEGER NOT NULL, days_since_onset INTEGER, revised_at_s REAL
) WITHOUT ROWID;
CREATE TABLE alert (
    id INTEGER PRIMARY KEY, day_start_s INTEGER NOT NULL, policy TEXT NOT NULL, policy_version TEXT NOT NULL,
    score REAL NOT NULL, threshold REAL NOT NULL, evidence TEXT NOT NULL,
    created_at_s REAL NOT NULL, withdrawn_at_s REAL
);
CREATE UNIQUE INDEX alert_once ON alert (day_start_s) WHERE withdrawn_at_s IS NULL;
{retention.SCHEMA}
"""
_VERSION = 1

_FIRST_RETRY_S = 3_600.0
_LAST_RETRY_S = 86_400.0


@dataclass(frozen=True, slots=True)
class Alert:
    """A day (its midnight UTC) of which the phone's owner is warned, the policy that decided so, and on what: enough
    for `exposure.policies.explain` to say why, long after the sightings are gone."""

    day_start_s: int
    policy: str
    policy_version: str
    score: float
    threshold: float
    evidence: Evidence | None
    created_at_s: float
    withdrawn_at_s: float | None = None


@dataclass(frozen=True, slots=True)
class MatchedKey:
    """A published key that was heard; `revised_at_s`: when the phone learnt that its report type changed."""

    key: TemporaryExposureKey
    revised_at_s: float | None


class Ledger:
    """`Durability.POWER`: an alert that was shown must not be forgotten, nor shown twice."""

    def __init__(self, path: Path) -> None:
        self._store = Store(path, _SCHEMA, _VERSION, Durability.POWER)

    # --- exports ----------------------------------------------------------------------------------

    def known_exports(self) -> frozenset[str]:
        """Names of the exports that need not be fetched again."""
        return frozenset(row[0] for row in self._store.rows("SELECT name FROM export"))

    def store_export(self, name: str, content: bytes, now_s: float) -> None:
        """Keep a verified export until it is checked: file and mark in one commit."""
        with self._store.transaction() as db:
            db.execute(
                "INSERT OR IGNORE INTO export (name, content, stored_at_s) VALUES (?, ?, ?)", (name, content, now_s)
            )
            db.execute("DELETE FROM bad_export WHERE name = ?", (name,))

    def unchecked_exports(self) -> list[str]:
        """Names of exports still to be checked, oldest first (names start with the time they cover)."""
        rows = self._store.rows("SELECT name FROM export WHERE checked_at_s IS NULL ORDER BY name")
        return [row[0] for row in rows]

    def export_content(self, name: str) -> bytes:
        content: bytes = self._store.rows("SELECT content FROM export WHERE name = ?", (name,))[0][0]
        return content

    def mark_bad(self, name: str, now_s: float, error: str) -> None:
        """A file that could not be trusted: to be tried again after an hour, then two, four, at most a day."""
        with self._store.transaction() as db:
            row = db.execute("SELECT tries FROM bad_export WHERE name = ?", (name,)).fetchone()
            tries = row[0] + 1 if row else 1
            wait_s = min(_FIRST_RETRY_S * 2 ** min(tries - 1, 10), _LAST_RETRY_S)
            db.execute("DELETE FROM export WHERE name = ?", (name,))
            db.execute("INSERT OR REPLACE INTO bad_export VALUES (?, ?, ?, ?)", (name, tries, now_s + wait_s, error))

    def resting_exports(self, now_s: float) -> dict[str, str]:
        """Bad files whose next try is still to come, each with what was wrong. A wait longer than any we set means that
        the clock was put back: no reason to wait longer."""
        rows = self._store.rows(
            "SELECT name, error FROM bad_export WHERE ? < retry_at_s AND retry_at_s <= ?",
            (now_s, now_s + _LAST_RETRY_S),
        )
        return dict(rows)

    # --- checks -----------------------------------------------------------------------------------

    def mark_checked(
        self,
        name: str,
        now_s: float,
        key_count: int,
        matched: Iterable[TemporaryExposureKey],
        revised: Iterable[TemporaryExposureKey],
    ) -> None:
        """Keep what an export's check found, and let go of the file: all in one commit.

        A revision stands over the first report of the key, in whichever order the two come.
        """
        first, later = list(matched), list(revised)
        with self._store.transaction() as db:
            db.executemany("INSERT OR IGNORE INTO matched_key VALUES (?, ?, ?, ?, ?, ?, NULL)", map(_row, first))
            db.executemany(
                "INSERT OR REPLACE INTO matched_key VALUES (?, ?, ?, ?, ?, ?, ?)",
                [(*_row(key), now_s) for key in later],
            )
            db.execute(
                "UPDATE export SET checked_at_s = ?, keys = ?, matched = ?, content = NULL WHERE name = ?",
                (now_s, key_count, len(first) + len(later), name),
            )

    def matched_keys(self) -> list[MatchedKey]:
        """Keys heard, in a fixed order."""
        return [
            MatchedKey(TemporaryExposureKey(row[0], row[1], row[2], row[3], ReportType(row[4]), row[5]), row[6])
            for row in self._store.rows("SELECT * FROM matched_key ORDER BY start_interval, key")
        ]

    # --- alerts -----------------------------------------------------------------------------------

    def alerts(self, *, withdrawn: bool = False) -> list[Alert]:
        """Standing alerts by day; with `withdrawn`, those taken back too."""
        rows = self._store.rows(
            "SELECT day_start_s, policy, policy_version, score, threshold, evidence, created_at_s, withdrawn_at_s"
            " FROM alert ORDER BY day_start_s, id"
        )
        alerts = [_alert(*row) for row in rows]
        return [alert for alert in alerts if withdrawn or alert.withdrawn_at_s is None]

    def change_alerts(self, new: Iterable[Alert], withdrawn_days: Iterable[int], now_s: float) -> list[Alert]:
        """Add alerts for days that have none, and take back those of `withdrawn_days`, in one commit. Returns those
        that are truly new."""
        added = []
        with self._store.transaction() as db:
            db.executemany(
                "UPDATE alert SET withdrawn_at_s = ? WHERE day_start_s = ? AND withdrawn_at_s IS NULL",
                [(now_s, day) for day in withdrawn_days],
            )
            for alert in new:
                inserted = db.execute(
                    "INSERT OR IGNORE INTO alert (day_start_s, policy, policy_version, score, threshold, evidence,"
                    " created_at_s) VALUES (?, ?, ?, ?, ?, ?, ?)",
                    (
                        alert.day_start_s,
                        alert.policy,
                        alert.policy_version,
                        alert.score,
                        alert.threshold,
                        json.dumps(asdict(alert.evidence) if alert.evidence else None),
                        alert.created_at_s,
                    ),
                )
                if inserted.rowcount:
                    added.append(alert)
        return added

    # --- retention --------------------------------------------------------------------------------

    def purge(self, now_s: float) -> int:
        """Delete what is older than 14 days; returns how many rows."""
        oldest_s = retention.look_at_clock(self._store, now_s).oldest_s
        if oldest_s is None:
            return 0
        gone = self._store.write("DELETE FROM export WHERE stored_at_s < ?", (oldest_s,))
        gone += self._store.write("DELETE FROM bad_export WHERE retry_at_s < ?", (oldest_s,))
        gone += self._store.write("DELETE FROM alert WHERE created_at_s < ?", (oldest_s,))
        gone += self._store.write(
            "DELETE FROM matched_key WHERE (start_interval + period) * ? < ?", (interval_start_s(1), oldest_s)
        )
        if gone:
            self._store.shrink_log()
        return gone

    def close(self) -> None:
        self._store.close()


def _alert(
    day_start_s: int,
    policy: str,
    version: str,
    score: float,
    threshold: float,
    evidence: str,
    created_at_s: float,
    withdrawn_at_s: float | None,
) -> Alert:
    facts = json.loads(evidence)
    if facts is not None and facts["probability_range"] is not None:
        facts["probability_range"] = tuple(facts["probability_range"])
    stands_on = Evidence(**facts) if facts is not None else None
    return Alert(day_start_s, policy, version, score, threshold, stands_on, created_at_s, withdrawn_at_s)


def _row(key: TemporaryExposureKey) -> tuple[bytes, int, int, int, int, int | None]:
    return (
        key.key,
        key.rolling_start_interval,
        key.rolling_period,
        key.transmission_risk,
        int(key.report_type),
        key.days_since_onset,
    )
