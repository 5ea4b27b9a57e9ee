"""Store the owner's telephone number while its code is awaited, then only its receipt and last digits."""

from __future__ import annotations

from dataclasses import dataclass

from bluezone.phone.stores.database import Database
from bluezone.phone.stores.retention import Bounds

SCHEMA = """
CREATE TABLE number (
    one INTEGER PRIMARY KEY CHECK (one = 1),
    request BLOB NOT NULL, number TEXT NOT NULL, language TEXT NOT NULL, commune TEXT NOT NULL,
    receipt TEXT NOT NULL, asked_at_s REAL NOT NULL, running_s REAL NOT NULL DEFAULT 0
)
"""
_REQUEST, _NUMBER, _RECEIPT = "number.request", "number.number", "number.receipt"
ENCRYPTED = (_REQUEST, _NUMBER, _RECEIPT)
_PENDING_LIFE_S = 86_400.0
_SHOWN_DIGITS = 3


@dataclass(frozen=True, slots=True)
class PhoneNumber:
    """Hold a number under way (`receipt` empty), or one that was confirmed (`number` is then its last digits)."""

    request: bytes
    number: str
    language: str
    commune: str
    receipt: str
    asked_at_s: float

    @property
    def is_confirmed(self) -> bool:
        """Tell whether the code came and was right."""
        return bool(self.receipt)

    @property
    def ending(self) -> str:
        """Return the digits that may be shown."""
        return self.number[-_SHOWN_DIGITS:]


class PhoneNumberStore:
    """Keep one number at most in phone.sqlite3; request, number and receipt are encrypted."""

    def __init__(self, database: Database) -> None:
        self.database = database

    def read(self) -> PhoneNumber | None:
        """Return the number, or None."""
        rows = self.database.rows("SELECT request, number, language, commune, receipt, asked_at_s FROM number")
        if not rows:
            return None
        request, number, language, commune, receipt, asked_at_s = rows[0]
        return PhoneNumber(
            request=self.database.decrypt(request, _REQUEST),
            number=self.database.decrypt_text(number, _NUMBER),
            language=language,
            commune=commune,
            receipt=self.database.decrypt_text(receipt, _RECEIPT),
            asked_at_s=asked_at_s,
        )

    def write(self, one: PhoneNumber) -> PhoneNumber:
        """Replace the number."""
        self.database.write(
            "INSERT OR REPLACE INTO number VALUES (1, ?, ?, ?, ?, ?, ?, ?)",
            (
                self.database.encrypt(one.request, _REQUEST),
                self.database.encrypt_text(one.number, _NUMBER),
                one.language,
                one.commune,
                self.database.encrypt_text(one.receipt, _RECEIPT) if one.receipt else "",
                one.asked_at_s,
                self.database.running_s(),
            ),
        )
        return one

    def clear(self) -> None:
        """Forget the number."""
        self.database.write("DELETE FROM number")
        self.database.shrink_log()

    def purge(self, bounds: Bounds) -> int:
        """Forget a number whose code never came; return how many."""
        condition, values = bounds.over("asked_at_s", _PENDING_LIFE_S)
        return self.database.write(f"DELETE FROM number WHERE receipt = '' AND {condition}", values)  # noqa: S608
