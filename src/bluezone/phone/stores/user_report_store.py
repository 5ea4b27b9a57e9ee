"""Store the nonce of a code that was asked for by text message: the code is good only with it.

The telephone number is not stored: it goes into the request, and is let go.
"""

from __future__ import annotations

from bluezone.phone.stores.database import Database
from bluezone.phone.stores.retention import Bounds

SCHEMA = """
CREATE TABLE user_report (
    one INTEGER PRIMARY KEY CHECK (one = 1), nonce BLOB NOT NULL, asked_at_s REAL NOT NULL,
    running_s REAL NOT NULL DEFAULT 0
)
"""
_NONCE = "user_report.nonce"
ENCRYPTED = (_NONCE,)
#: a code lives an hour, and its message may be late; until then the authority sends no second one to the number
LIFE_S = 90 * 60.0


class UserReportStore:
    """Keep the nonce of one request at most in phone.sqlite3, encrypted."""

    def __init__(self, database: Database) -> None:
        self.database = database

    def begin(self, nonce: bytes, now_s: float) -> bytes:
        """Return the nonce to ask with: the one of a request under way, or the one given, which is written down.

        The authority sends no second message while the first one's code may be used, so a code that is under way
        must stay good however often its owner asks.
        """
        nonce = self.pending(now_s) or nonce
        self.database.write(
            "INSERT OR REPLACE INTO user_report VALUES (1, ?, ?, ?)",
            (self.database.encrypt(nonce, _NONCE), now_s, self.database.running_s()),
        )
        return nonce

    def pending(self, now_s: float) -> bytes:
        """Return the nonce that a code of now may need; nothing where none was asked for."""
        rows = self.database.rows("SELECT nonce FROM user_report WHERE abs(asked_at_s - ?) < ?", (now_s, LIFE_S))
        return self.database.decrypt(rows[0][0], _NONCE) if rows else b""

    def clear(self) -> None:
        """Forget the nonce: its code was used, or no message was sent."""
        self.database.write("DELETE FROM user_report")

    def purge(self, bounds: Bounds) -> int:
        """Forget the nonce of a code that has run out; return how many."""
        condition, values = bounds.over("asked_at_s", LIFE_S)
        return self.database.write(f"DELETE FROM user_report WHERE {condition}", values)  # noqa: S608
