"""Store exports, matched keys, alerts and what this phone learned of its own readings.

Of published keys only those that were heard are kept. The exposure windows are not kept: each check makes them anew
from contacts and matched keys, so that they cannot disagree.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass, replace

from bluezone.exposure.policies import Evidence
from bluezone.phone.stores.database import Database
from bluezone.phone.stores.records import RETENTION_S, Bounds, Records, SqlTables, Table
from bluezone.protocol.keys import TemporaryExposureKey

_EXPORTS = SqlTables("""
CREATE TABLE export (
    name TEXT PRIMARY KEY, content BLOB, stored_at_s REAL NOT NULL, checked_at_s REAL, keys INTEGER,
    running_s REAL NOT NULL DEFAULT 0
) WITHOUT ROWID;
CREATE TABLE bad_export (
    name TEXT PRIMARY KEY, tries INTEGER NOT NULL, retry_at_s REAL NOT NULL, error TEXT NOT NULL,
    running_s REAL NOT NULL DEFAULT 0
) WITHOUT ROWID
""")
_FIRST_RETRY_S = 3_600.0
_LAST_RETRY_S = 86_400.0


@dataclass(frozen=True, slots=True)
class Receiver:
    """Say what turns this phone's readings into attenuation: its calibration, and what to take for the sender's
    transmit power where the scheme does not send it."""

    rx_correction_db: float = 0.0
    assumed_tx_power_dbm: int = -20


@dataclass(frozen=True, slots=True)
class Correction:
    """Say what was added to this phone's readings, and why. `table`: version of the authority's table of models, ""
    where this phone's model is not in one; `drift_db`: by how much, as the phone learned of itself from so many
    meetings, its attenuations are too high: the policy takes it off. An alert keeps it, to say by what it was
    judged."""

    rx_db: float = 0.0
    table: str = ""
    table_db: float = 0.0
    drift_db: float = 0.0
    drift_meetings: int = 0


@dataclass(frozen=True, slots=True)
class OwnLog:
    """Hold what the phone keeps of its own meetings for a policy that learns its scale (`policies.base.Log`).

    `level_db`: as if every sender sent with 0 dBm and nothing were corrected, so that it outlives another table of
    models; `policy`: name and version of the policy that made it; `learned_at_s`.
    """

    meetings: int
    level_db: float
    policy: str
    learned_at_s: float


@dataclass(frozen=True, slots=True)
class Alert:
    """Describe a day (its midnight) of which the phone's owner is warned, the policy that decided so, and on what:
    enough for `exposure.policies.explain` to say why, long after the sightings are gone. `watched_s`: how long the
    phone listened on that day; `met_at_s`: the full hour in which half of the time heard was over, by which screens
    name the owner's day; `correction`: of its readings.
    `second_order`: near contacts of a case (F1) who warned others, not near a case."""

    day_start_s: int
    policy: str
    policy_version: str
    score: float
    threshold: float
    evidence: Evidence
    created_at_s: float
    watched_s: float
    met_at_s: float
    withdrawn_at_s: float | None = None
    correction: Correction | None = None
    second_order: bool = False


@dataclass(frozen=True, slots=True)
class MatchedKey:
    """Hold a published key that was heard; `revised_at_s`: when the phone learnt that its report type changed.
    `second_order`: it came among the keys of contacts. A key can be there as a contact's and as a patient's."""

    key: TemporaryExposureKey
    revised_at_s: float | None
    second_order: bool = False

    @property
    def ends_s(self) -> float:
        """Return when its time ended."""
        return self.key.daily().end_s


_KEYS = Table("matched_key", MatchedKey, "ends_s")
_ALERTS = Table("alert", Alert, "created_at_s")
_LOG = Table("own_log", OwnLog)
TABLES = (_EXPORTS, _KEYS, _ALERTS, _LOG)


class ExposureStore:
    """Keep exports, matched keys and alerts in phone.sqlite3: one that was shown must not be forgotten, nor shown
    twice."""

    def __init__(self, database: Database) -> None:
        self.database = database
        self._keys, self._alerts = Records(database, _KEYS), Records(database, _ALERTS)
        #: what the phone keeps of its own meetings
        self.own_log = Records(database, _LOG)

    # --- exports ----------------------------------------------------------------------------------

    def known_exports(self) -> frozenset[str]:
        """Return the names of the exports that need not be fetched again."""
        return frozenset(row[0] for row in self.database.rows("SELECT name FROM export"))

    def store_export(self, name: str, content: bytes, now_s: float) -> None:
        """Keep a verified export until it is checked: file and mark in one commit."""
        running_s = self.database.running_s()
        with self.database.transaction() as db:
            db.execute(
                "INSERT OR IGNORE INTO export (name, content, stored_at_s, running_s) VALUES (?, ?, ?, ?)",
                (name, content, now_s, running_s),
            )
            db.execute("DELETE FROM bad_export WHERE name = ?", (name,))

    def unchecked_exports(self) -> list[str]:
        """Return the names of exports still to be checked, oldest first (names start with the time they cover)."""
        rows = self.database.rows("SELECT name FROM export WHERE checked_at_s IS NULL ORDER BY name")
        return [row[0] for row in rows]

    def export_content(self, name: str) -> bytes:
        """Return the file of an export that is not yet checked."""
        content: bytes = self.database.rows("SELECT content FROM export WHERE name = ?", (name,))[0][0]
        return content

    def mark_bad(self, name: str, now_s: float, error: str) -> None:
        """Note a file that could not be trusted: to be tried again after an hour, then two, four, at most a day."""
        running_s = self.database.running_s()
        with self.database.transaction() as db:
            row = db.execute("SELECT tries FROM bad_export WHERE name = ?", (name,)).fetchone()
            tries = row[0] + 1 if row else 1
            wait_s = min(_FIRST_RETRY_S * 2 ** min(tries - 1, 10), _LAST_RETRY_S)
            db.execute("DELETE FROM export WHERE name = ?", (name,))
            db.execute(
                "INSERT OR REPLACE INTO bad_export VALUES (?, ?, ?, ?, ?)",
                (name, tries, now_s + wait_s, error, running_s),
            )

    def resting_exports(self, now_s: float) -> dict[str, str]:
        """Return bad files whose next try is still to come, each with what was wrong. A wait longer than any we set
        means that the clock was put back: no reason to wait longer."""
        rows = self.database.rows(
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
        *,
        second_order: bool = False,
    ) -> None:
        """Keep what an export's check found, and let go of the file: all in one commit.

        A revision stands over the first report of the key, in whichever order the two come. `second_order`: the file
        is of contacts; keys of patients are another matter.
        """
        first, later = list(matched), list(revised)
        with self.database.transaction() as db:
            held = {entry.key.key: row for row, entry in self._keys.numbered().items() if _is(entry, second_order)}
            self._keys.remove(*(held.pop(key.key) for key in later if key.key in held))
            new = {key.key: MatchedKey(key, None, second_order) for key in reversed(first) if key.key not in held}
            new |= {key.key: MatchedKey(key, now_s, second_order) for key in later}
            for entry in new.values():
                self._keys.add(entry)
            db.execute(
                "UPDATE export SET checked_at_s = ?, keys = ?, content = NULL WHERE name = ?", (now_s, key_count, name)
            )

    def matched_keys(self, now_s: float | None = None, *, second_order: bool = False) -> list[MatchedKey]:
        """Return the keys heard of patients, or of contacts, in a fixed order; with `now_s`, none that ended more than
        14 days before."""
        oldest_s = -math.inf if now_s is None else now_s - RETENTION_S
        found = [each for each in self._keys.all() if _is(each, second_order) and each.ends_s >= oldest_s]
        return sorted(found, key=lambda entry: (entry.key.rolling_start_interval, entry.key.key))

    # --- alerts -----------------------------------------------------------------------------------

    def alerts(self, now_s: float | None = None, *, withdrawn: bool = False, second_order: bool = False) -> list[Alert]:
        """Return the alerts of having been near a case (by `second_order`: near a contact) by day; with `withdrawn`,
        those taken back too; with `now_s`, none of what has outlived 14 days
        by then and only waits for its deletion."""
        oldest_s = -math.inf if now_s is None else now_s - RETENTION_S
        alerts = [each for each in self._alerts.all() if _is(each, second_order) and each.created_at_s >= oldest_s]
        alerts.sort(key=lambda alert: alert.day_start_s)
        return [alert for alert in alerts if withdrawn or alert.withdrawn_at_s is None]

    def watch_alerts(self, now_s: float | None = None) -> list[Alert]:
        """Return the alerts of having been near a contact that count, by day: none while one of having been near a case
        stands, which asks for more."""
        return [] if self.alerts(now_s) else self.alerts(now_s, second_order=True)

    def forget_second_order(self, region: str) -> None:
        """Forget all that came from the region of contacts: contacts warn nobody any more."""
        keys = [row for row, each in self._keys.numbered().items() if each.second_order]
        alerts = [row for row, each in self._alerts.numbered().items() if each.second_order]
        files = self.database.rows("SELECT 1 FROM export WHERE name LIKE ? LIMIT 1", (f"{region}/%",))
        if not (files or keys or alerts):
            return
        with self.database.transaction() as db:
            db.execute("DELETE FROM export WHERE name LIKE ?", (f"{region}/%",))
            db.execute("DELETE FROM bad_export WHERE name LIKE ?", (f"{region}/%",))
            self._keys.remove(*keys)
            self._alerts.remove(*alerts)

    def change_alerts(
        self, new: Iterable[Alert], withdrawn_days: Iterable[int], now_s: float, *, second_order: bool = False
    ) -> list[Alert]:
        """Add alerts for days that have none of their kind, and take back those of `withdrawn_days`, in one commit.
        Returns those that are truly new."""
        taken_back, added = frozenset(withdrawn_days), []
        with self.database.transaction():
            of_them = {row: each for row, each in self._alerts.numbered().items() if _is(each, second_order)}
            current = {each.day_start_s: row for row, each in of_them.items() if each.withdrawn_at_s is None}
            for day in taken_back & current.keys():
                self._alerts.change(current.pop(day), withdrawn_at_s=now_s)
            for alert in new:
                if alert.day_start_s not in current:
                    current[alert.day_start_s] = self._alerts.add(alert)
                    added.append(alert)
        return added

    # --- retention --------------------------------------------------------------------------------

    def purge(self, bounds: Bounds) -> int:
        """Delete what is older than 14 days; returns how many rows."""
        export, bad_export = bounds.over("stored_at_s"), bounds.over("retry_at_s")
        gone = self.database.write(f"DELETE FROM export WHERE {export[0]}", export[1])  # noqa: S608
        gone += self.database.write(f"DELETE FROM bad_export WHERE {bad_export[0]}", bad_export[1])  # noqa: S608
        # the date of a matched key is the authority's
        gone += self._keys.purge(replace(bounds, unsure=())) + self._alerts.purge(bounds)
        if gone:
            self.database.shrink_log()
        return gone


def _is(each: Alert | MatchedKey, second_order: bool) -> bool:
    return each.second_order == second_order
