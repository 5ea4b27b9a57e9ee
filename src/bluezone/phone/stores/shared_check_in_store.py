"""Store which check-ins of the diary their owner gave after publishing keys, and the request until it has arrived.

A publication of a patient begins it: from then on check-ins from the first infectious day on can be given. It is
forgotten when the keys are taken back, and 14 days after it was last written.
"""

from __future__ import annotations

import datetime as dt
import json
from dataclasses import asdict, dataclass

from bluezone.phone.stores.database import Database
from bluezone.phone.stores.report_store import Stage
from bluezone.phone.stores.retention import Bounds

SCHEMA = """
CREATE TABLE shared_check_ins (
    one INTEGER PRIMARY KEY CHECK (one = 1), body TEXT NOT NULL, written_at_s REAL NOT NULL,
    running_s REAL NOT NULL DEFAULT 0
)
"""
_BODY = "shared_check_ins.body"
ENCRYPTED = (_BODY,)


@dataclass(frozen=True, slots=True)
class SharedCheckIns:
    """Hold from which day on (ISO) check-ins can be given, which visits of the diary were, and how far the last request
    has come. `message`: its body, empty once it arrived; `stage` is None before anything was given."""

    first_day: str
    written_at_s: float
    visits: tuple[int, ...] = ()
    message: str = ""
    stage: Stage | None = None


class SharedCheckInStore:
    """Keep it in phone.sqlite3, encrypted."""

    def __init__(self, database: Database) -> None:
        self.database = database

    def read(self) -> SharedCheckIns | None:
        """Return what can be and was given; None where no patient's keys are published."""
        rows = self.database.rows("SELECT body FROM shared_check_ins")
        if not rows:
            return None
        fields = json.loads(self.database.decrypt_text(rows[0][0], _BODY))
        stage = Stage(fields["stage"]) if fields["stage"] else None
        return SharedCheckIns(**fields | {"visits": tuple(fields["visits"]), "stage": stage})

    def begin(self, first_day: dt.date, now_s: float) -> None:
        """Note that keys of a patient are published; what was given before stays noted."""
        before = self.read()
        self.keep(
            SharedCheckIns(first_day.isoformat(), now_s, before.visits, before.message, before.stage)
            if before is not None
            else SharedCheckIns(first_day.isoformat(), now_s)
        )

    def keep(self, shared: SharedCheckIns) -> None:
        """Replace what is stored."""
        body = self.database.encrypt_text(json.dumps(asdict(shared)), _BODY)
        self.database.write(
            "INSERT OR REPLACE INTO shared_check_ins VALUES (1, ?, ?, ?)",
            (body, shared.written_at_s, self.database.running_s()),
        )
        self.database.shrink_log()

    def forget(self) -> None:
        """Forget all of it."""
        self.database.write("DELETE FROM shared_check_ins")
        self.database.shrink_log()

    def purge(self, bounds: Bounds) -> int:
        """Forget what is older than 14 days; return how many rows."""
        condition, values = bounds.over("written_at_s")
        return self.database.write(f"DELETE FROM shared_check_ins WHERE {condition}", values)  # noqa: S608
