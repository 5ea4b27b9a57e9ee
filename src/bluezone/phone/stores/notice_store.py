"""Store what the owner was given notice of and has opened: one encrypted document, since it says who was warned."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

from bluezone.phone.stores.database import Database

SCHEMA = "CREATE TABLE notice (one INTEGER PRIMARY KEY CHECK (one = 1), body TEXT NOT NULL)"
_BODY = "notice.body"
ENCRYPTED = (_BODY,)


class NoticeStore:
    """Keep it in phone.sqlite3: a notice must not be given twice, and a warning that was opened rings no more."""

    def __init__(self, database: Database) -> None:
        self.database = database

    def read(self) -> dict[str, Any]:
        """Return the document; empty where there is none, or where it was damaged."""
        rows = self.database.rows("SELECT body FROM notice")
        if not rows:
            return {}
        stored = rows[0][0]
        text = stored if isinstance(stored, str) else (self.database.decrypt_or_none(stored, _BODY) or b"").decode()
        document = json.loads(text or "{}")
        return document if isinstance(document, dict) else {}

    def change(self, change: Callable[[dict[str, Any]], dict[str, Any]]) -> dict[str, Any]:
        """Replace the document by what `change` makes of it, in one transaction; return the new one."""
        with self.database.transaction() as db:
            before = self.read()
            after = change(before)
            if after != before:
                body = self.database.encrypt_text(json.dumps(after), _BODY)
                db.execute("INSERT OR REPLACE INTO notice VALUES (1, ?)", (body,))
        return after
