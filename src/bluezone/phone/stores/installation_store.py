"""Store the random id under which the authority counts this phone, and what was reported to it."""

from __future__ import annotations

from dataclasses import dataclass

from bluezone.phone.stores.database import Database
from bluezone.protocol.installations import ID_BYTES
from bluezone.protocol.schemes import Entropy

SCHEMA = """
CREATE TABLE installation (
    one INTEGER PRIMARY KEY CHECK (one = 1),
    id BLOB NOT NULL, replaces BLOB NOT NULL, registered TEXT NOT NULL, active_day INTEGER NOT NULL
)
"""


@dataclass(frozen=True, slots=True)
class Installation:
    """Hold the id. `replaces`: the id of before, where the phone was restored from a copy. `registered`: what was
    reported to the authority, as it was sent; "" before it was. `active_day`: the last day it heard of this phone."""

    id: bytes
    replaces: bytes = b""
    registered: str = ""
    active_day: int = -1


class InstallationStore:
    """Keep the installation in phone.sqlite3. Not encrypted: who restores a copy shall be counted once, under the new
    id."""

    def __init__(self, database: Database) -> None:
        self.database = database

    def read(self) -> Installation | None:
        """Return the installation; None before the first count."""
        rows = self.database.rows("SELECT id, replaces, registered, active_day FROM installation")
        return Installation(*rows[0]) if rows else None

    def write(self, installation: Installation) -> Installation:
        """Replace the installation."""
        self.database.write(
            "INSERT OR REPLACE INTO installation VALUES (1, ?, ?, ?, ?)",
            (installation.id, installation.replaces, installation.registered, installation.active_day),
        )
        return installation

    def renew(self, entropy: Entropy) -> None:
        """Take a new id: the phone was restored from a copy, and another may still use the old one."""
        before = self.read()
        if before is not None:
            replaces = before.id if before.registered else before.replaces
            self.write(Installation(entropy(ID_BYTES), replaces))
