"""Store exports, matched keys, alerts and what this phone learned of its own readings.

Of published keys only those that were heard are kept. Matched keys and alerts are encrypted, whole rows of them. The
exposure windows are not kept: each check makes them anew from contacts and matched keys, so that they cannot disagree.
"""

from __future__ import annotations

import json
import math
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass, replace

from bluezone.exposure.policies import Evidence
from bluezone.phone.stores.corrections import Correction, Drift, OwnLog
from bluezone.phone.stores.database import Database
from bluezone.phone.stores.retention import RETENTION_S, Bounds
from bluezone.protocol.keys import ReportType, TemporaryExposureKey

SCHEMA = """
CREATE TABLE export (
    name TEXT PRIMARY KEY, content BLOB, stored_at_s REAL NOT NULL, checked_at_s REAL, keys INTEGER,
    running_s REAL NOT NULL DEFAULT 0
) WITHOUT ROWID;
CREATE TABLE bad_export (
    name TEXT PRIMARY KEY, tries INTEGER NOT NULL, retry_at_s REAL NOT NULL, error TEXT NOT NULL,
    running_s REAL NOT NULL DEFAULT 0
) WITHOUT ROWID;
CREATE TABLE matched_key (id INTEGER PRIMARY KEY, body TEXT NOT NULL, running_s REAL NOT NULL DEFAULT 0);
CREATE TABLE alert (id INTEGER PRIMARY KEY, body TEXT NOT NULL, running_s REAL NOT NULL DEFAULT 0);
CREATE TABLE drift (one INTEGER PRIMARY KEY CHECK (one = 1), body TEXT NOT NULL);
CREATE TABLE own_log (one INTEGER PRIMARY KEY CHECK (one = 1), body TEXT NOT NULL)
"""
_KEY, _ALERT, _DRIFT, _LOG = "matched_key.body", "alert.body", "drift.body", "own_log.body"
ENCRYPTED = (_KEY, _ALERT, _DRIFT, _LOG)

_FIRST_RETRY_S = 3_600.0
_LAST_RETRY_S = 86_400.0


@dataclass(frozen=True, slots=True)
class Alert:
    """Describe a day (its midnight UTC) of which the phone's owner is warned, the policy that decided so, and on what:
    enough for `exposure.policies.explain` to say why, long after the sightings are gone. `near_minutes`: within 2 m,
    with the ends of the 80 % range; `watched_s`: how long the phone listened on that day; `met_at_s`: the full hour in
    which half of the time heard was over, by which screens name the owner's day; `correction`: of its readings.
    `second_order`: near contacts of a case (F1) who warned others, not near a case."""

    day_start_s: int
    policy: str
    policy_version: str
    score: float
    threshold: float
    evidence: Evidence
    created_at_s: float
    near_minutes: tuple[float, float, float]
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


class ExposureStore:
    """Keep exports, matched keys and alerts in phone.sqlite3: one that was shown must not be forgotten, nor shown
    twice."""

    def __init__(self, database: Database) -> None:
        self.database = database

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
        first, later, running_s = list(matched), list(revised), self.database.running_s()
        with self.database.transaction() as db:
            held = {entry.key.key: row_id for row_id, entry in self._matched() if entry.second_order == second_order}
            for key in later:
                if key.key in held:
                    db.execute("DELETE FROM matched_key WHERE id = ?", (held.pop(key.key),))
            new = {key.key: MatchedKey(key, None, second_order) for key in reversed(first) if key.key not in held}
            new |= {key.key: MatchedKey(key, now_s, second_order) for key in later}
            rows = [(self._encrypted_key(new[k]), running_s) for k in new]
            db.executemany("INSERT INTO matched_key (body, running_s) VALUES (?, ?)", rows)
            db.execute(
                "UPDATE export SET checked_at_s = ?, keys = ?, content = NULL WHERE name = ?", (now_s, key_count, name)
            )

    def matched_keys(self, now_s: float | None = None, *, second_order: bool = False) -> list[MatchedKey]:
        """Return the keys heard of patients, or of contacts, in a fixed order; with `now_s`, none that ended more than
        14 days before."""
        oldest_s = -math.inf if now_s is None else now_s - RETENTION_S
        of_them = [entry for _, entry in self._matched() if entry.second_order == second_order]
        found = [entry for entry in of_them if entry.key.daily().end_s >= oldest_s]
        return sorted(found, key=lambda entry: (entry.key.rolling_start_interval, entry.key.key))

    def _matched(self) -> list[tuple[int, MatchedKey]]:
        rows = self.database.rows("SELECT id, body FROM matched_key")
        return [(row_id, _matched_from_text(text)) for row_id, text in self._texts(rows, _KEY)]

    def _encrypted_key(self, entry: MatchedKey) -> str | bytes:
        return self.database.encrypt_text(json.dumps([*_row(entry.key), entry.revised_at_s, entry.second_order]), _KEY)

    # --- what the phone learned of its own readings -----------------------------------------------

    def drift(self) -> Drift | None:
        """Return what the phone learned last of its own readings."""
        rows = self.database.rows("SELECT body FROM drift")
        return Drift(**json.loads(self.database.decrypt_text(rows[0][0], _DRIFT))) if rows else None

    def keep_drift(self, drift: Drift) -> None:
        """Replace the drift."""
        body = self.database.encrypt_text(json.dumps(asdict(drift)), _DRIFT)
        self.database.write("INSERT OR REPLACE INTO drift VALUES (1, ?)", (body,))

    def own_log(self) -> OwnLog | None:
        """Return what is kept of the phone's own meetings."""
        rows = self.database.rows("SELECT body FROM own_log")
        return OwnLog(**json.loads(self.database.decrypt_text(rows[0][0], _LOG))) if rows else None

    def keep_own_log(self, log: OwnLog) -> None:
        """Replace what is kept of the phone's own meetings."""
        body = self.database.encrypt_text(json.dumps(asdict(log)), _LOG)
        self.database.write("INSERT OR REPLACE INTO own_log VALUES (1, ?)", (body,))

    # --- alerts -----------------------------------------------------------------------------------

    def alerts(self, now_s: float | None = None, *, withdrawn: bool = False, second_order: bool = False) -> list[Alert]:
        """Return the alerts of having been near a case (by `second_order`: near a contact) by day; with `withdrawn`,
        those taken back too; with `now_s`, none of what has outlived 14 days
        by then and only waits for its deletion."""
        oldest_s = -math.inf if now_s is None else now_s - RETENTION_S
        of_them = [alert for _, alert in self._alerts() if alert.second_order == second_order]
        alerts = [alert for alert in of_them if alert.created_at_s >= oldest_s]
        alerts.sort(key=lambda alert: alert.day_start_s)
        return [alert for alert in alerts if withdrawn or alert.withdrawn_at_s is None]

    def watch_alerts(self, now_s: float | None = None) -> list[Alert]:
        """Return the alerts of having been near a contact that count, by day: none while one of having been near a case
        stands, which asks for more."""
        return [] if self.alerts(now_s) else self.alerts(now_s, second_order=True)

    def forget_second_order(self, region: str) -> None:
        """Forget all that came from the region of contacts: contacts warn nobody any more."""
        files = self.database.rows("SELECT 1 FROM export WHERE name LIKE ? LIMIT 1", (f"{region}/%",))
        if (
            not files
            and not self.alerts(withdrawn=True, second_order=True)
            and not self.matched_keys(second_order=True)
        ):
            return
        with self.database.transaction() as db:
            db.execute("DELETE FROM export WHERE name LIKE ?", (f"{region}/%",))
            db.execute("DELETE FROM bad_export WHERE name LIKE ?", (f"{region}/%",))
            for row_id in [row_id for row_id, entry in self._matched() if entry.second_order]:
                db.execute("DELETE FROM matched_key WHERE id = ?", (row_id,))
            for row_id in [row_id for row_id, alert in self._alerts() if alert.second_order]:
                db.execute("DELETE FROM alert WHERE id = ?", (row_id,))

    def _alerts(self) -> list[tuple[int, Alert]]:
        rows = self.database.rows("SELECT id, body FROM alert ORDER BY id")
        return [(row_id, _alert_from_text(text)) for row_id, text in self._texts(rows, _ALERT)]

    def _texts(self, rows: Iterable[tuple[int, str | bytes]], place: str) -> Iterator[tuple[int, str]]:
        for row_id, body in rows:
            text = body if isinstance(body, str) else (self.database.decrypt_or_none(body, place) or b"").decode()
            if text:
                yield row_id, text

    def change_alerts(
        self, new: Iterable[Alert], withdrawn_days: Iterable[int], now_s: float, *, second_order: bool = False
    ) -> list[Alert]:
        """Add alerts for days that have none of their kind, and take back those of `withdrawn_days`, in one commit.
        Returns those that are truly new."""
        taken_back, added, running_s = frozenset(withdrawn_days), [], self.database.running_s()
        with self.database.transaction() as db:
            of_them = [(row_id, alert) for row_id, alert in self._alerts() if alert.second_order == second_order]
            current = {a.day_start_s: (row_id, a) for row_id, a in of_them if a.withdrawn_at_s is None}
            for day in taken_back & current.keys():
                row_id, alert = current.pop(day)
                body = self._encrypted_alert(replace(alert, withdrawn_at_s=now_s))
                db.execute("UPDATE alert SET body = ? WHERE id = ?", (body, row_id))
            for alert in new:
                if alert.day_start_s not in current:
                    current[alert.day_start_s] = (0, alert)
                    row = self._encrypted_alert(alert), running_s
                    db.execute("INSERT INTO alert (body, running_s) VALUES (?, ?)", row)
                    added.append(alert)
        return added

    def _encrypted_alert(self, alert: Alert) -> str | bytes:
        return self.database.encrypt_text(json.dumps(asdict(alert)), _ALERT)

    # --- retention --------------------------------------------------------------------------------

    def purge(self, bounds: Bounds) -> int:
        """Delete what is older than 14 days; returns how many rows."""
        export, bad_export = bounds.over("stored_at_s"), bounds.over("retry_at_s")
        gone = self.database.write(f"DELETE FROM export WHERE {export[0]}", export[1])  # noqa: S608
        gone += self.database.write(f"DELETE FROM bad_export WHERE {bad_export[0]}", bad_export[1])  # noqa: S608
        written = dict(self.database.rows("SELECT id, running_s FROM alert"))
        old_alerts = [row_id for row_id, alert in self._alerts() if bounds.is_over(alert.created_at_s, written[row_id])]
        # the date of a matched key is the authority's
        certain = replace(bounds, unsure=())
        written = dict(self.database.rows("SELECT id, running_s FROM matched_key"))
        old_keys = [
            row_id for row_id, entry in self._matched() if certain.is_over(entry.key.daily().end_s, written[row_id])
        ]
        for row_id in old_alerts:
            gone += self.database.write("DELETE FROM alert WHERE id = ?", (row_id,))
        for row_id in old_keys:
            gone += self.database.write("DELETE FROM matched_key WHERE id = ?", (row_id,))
        if gone:
            self.database.shrink_log()
        return gone


def _alert_from_text(text: str) -> Alert:
    body = json.loads(text)
    return Alert(
        **body
        | {
            "evidence": Evidence.from_body(body["evidence"]),
            "correction": Correction(**body["correction"]) if body["correction"] else None,
            "near_minutes": tuple(body["near_minutes"]),
        }
    )


def _matched_from_text(text: str) -> MatchedKey:
    key, start, period, risk, report_type, onset, revised_at_s, second_order = json.loads(text)
    published = TemporaryExposureKey(bytes.fromhex(key), start, period, risk, ReportType(report_type), onset)
    return MatchedKey(published, revised_at_s, second_order)


def _row(key: TemporaryExposureKey) -> tuple[str, int, int, int, int, int | None]:
    return (
        key.key.hex(),
        key.rolling_start_interval,
        key.rolling_period,
        key.transmission_risk,
        int(key.report_type),
        key.days_since_onset,
    )
