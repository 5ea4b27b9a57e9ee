"""Store exposure reports that the owner made, and what the phone gave of what it heard, until they have arrived.

Each is written down before it is sent, so that a retry sends the same once more and nothing else. Once it has arrived
only its id is kept, by which it can be taken back, its day, and when it was sent. All of it goes after 14 days.
"""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, replace
from enum import StrEnum

from bluezone.phone.stores.database import Database
from bluezone.phone.stores.retention import Bounds

SCHEMA = """
CREATE TABLE exposure_report (
    id INTEGER PRIMARY KEY, body TEXT NOT NULL, written_at_s REAL NOT NULL, running_s REAL NOT NULL DEFAULT 0
);
CREATE TABLE heard_list (
    one INTEGER PRIMARY KEY CHECK (one = 1), body TEXT NOT NULL, written_at_s REAL NOT NULL,
    running_s REAL NOT NULL DEFAULT 0
)
"""
_REPORT, _HEARD = "exposure_report.body", "heard_list.body"
ENCRYPTED = (_REPORT, _HEARD)


class Stage(StrEnum):
    """Name how far a report or a list has come. `GOING_BACK`: its owner takes it back, and the authority does not know
    it yet."""

    WAITING = "waiting"
    SENT = "sent"
    REFUSED = "refused"
    GOING_BACK = "going back"


@dataclass(frozen=True, slots=True)
class StoredReport:
    """Hold a report of a day (its midnight UTC). `report`: its id (hex); `message`: its body, empty once it arrived;
    `refusal`: the authority's word for why not."""

    day_start_s: int
    report: str
    message: str
    stage: Stage
    written_at_s: float
    sent_at_s: float | None = None
    refusal: str = ""
    row: int = 0


@dataclass(frozen=True, slots=True)
class StoredHeard:
    """Hold a heard list (hex) under the revision token it goes with; both empty once it arrived."""

    heard: str
    token: str
    stage: Stage
    written_at_s: float
    refusal: str = ""


class ReportStore:
    """Keep reports and one heard list in phone.sqlite3, encrypted."""

    def __init__(self, database: Database) -> None:
        self.database = database

    def reports(self) -> list[StoredReport]:
        """Return the reports, newest first."""
        rows = self.database.rows("SELECT id, body FROM exposure_report ORDER BY id DESC")
        return [_report(row, self.database.decrypt_text(body, _REPORT)) for row, body in rows]

    def of_day(self, day_start_s: int) -> StoredReport | None:
        """Return the report of a day that is not being taken back."""
        of_day = (one for one in self.reports() if one.day_start_s == day_start_s and one.stage is not Stage.GOING_BACK)
        return next(of_day, None)

    def add(self, report: StoredReport) -> None:
        """Write a report down, before it is sent."""
        body = self.database.encrypt_text(_text(report), _REPORT)
        self.database.write(
            "INSERT INTO exposure_report (body, written_at_s, running_s) VALUES (?, ?, ?)",
            (body, report.written_at_s, self.database.running_s()),
        )

    def change(self, report: StoredReport, **values: object) -> None:
        """Replace fields of a report."""
        body = self.database.encrypt_text(_text(replace(report, **values)), _REPORT)  # type: ignore[arg-type]
        self.database.write("UPDATE exposure_report SET body = ? WHERE id = ?", (body, report.row))
        self.database.shrink_log()

    def remove(self, report: StoredReport) -> None:
        """Forget a report."""
        self.database.write("DELETE FROM exposure_report WHERE id = ?", (report.row,))
        self.database.shrink_log()

    def heard(self) -> StoredHeard | None:
        """Return the heard list that was given, or None."""
        rows = self.database.rows("SELECT body FROM heard_list")
        if not rows:
            return None
        fields = json.loads(self.database.decrypt_text(rows[0][0], _HEARD))
        return StoredHeard(**fields | {"stage": Stage(fields["stage"])})

    def keep_heard(self, heard: StoredHeard) -> None:
        """Replace the heard list."""
        body = self.database.encrypt_text(json.dumps(asdict(heard)), _HEARD)
        self.database.write(
            "INSERT OR REPLACE INTO heard_list VALUES (1, ?, ?, ?)",
            (body, heard.written_at_s, self.database.running_s()),
        )
        self.database.shrink_log()

    def purge(self, bounds: Bounds) -> int:
        """Forget what is older than 14 days; return how many."""
        condition, values = bounds.over("written_at_s")
        return sum(
            self.database.write(f"DELETE FROM {table} WHERE {condition}", values)  # noqa: S608
            for table in ("exposure_report", "heard_list")
        )


def _text(report: StoredReport) -> str:
    fields = asdict(report)
    del fields["row"]
    return json.dumps(fields)


def _report(row: int, text: str) -> StoredReport:
    fields = json.loads(text)
    return StoredReport(**fields | {"stage": Stage(fields["stage"]), "row": row})
