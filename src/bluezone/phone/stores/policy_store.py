"""Store the authority's last good policy.

What is kept is the signed document itself, and it is verified again whenever it is read: a file that was changed, or
whose signing key is no longer pinned, is as good as none. A document that has run out is kept until a newer one comes:
a phone must never be without a policy, and the one it has served well until yesterday.
"""

from __future__ import annotations

from collections.abc import Sequence

from bluezone.exposure.errors import PolicyDocumentError
from bluezone.exposure.policies.document import PolicyDocument, verify_document
from bluezone.phone.stores.database import Database
from bluezone.protocol.exports import TrustedKey

SCHEMA = """
CREATE TABLE policy (
    region TEXT PRIMARY KEY, serial INTEGER NOT NULL, document BLOB NOT NULL, stored_at_s REAL NOT NULL
) WITHOUT ROWID
"""


class PolicyStore:
    """Keep one document a region in phone.sqlite3: it comes rarely and cannot be made again."""

    def __init__(self, database: Database) -> None:
        self.database = database

    def kept(self, region: str, trusted_keys: Sequence[TrustedKey]) -> PolicyDocument | None:
        """Return the last good document of a region; None where there is none, or none that can still be trusted."""
        data = self.data(region)
        if data is None:
            return None
        try:
            return verify_document(data, trusted_keys, region, now_s=None)
        except PolicyDocumentError:
            return None

    def data(self, region: str) -> bytes | None:
        """Return the bytes kept for a region, trusted or not."""
        rows = self.database.rows("SELECT document FROM policy WHERE region = ?", (region,))
        return bytes(rows[0][0]) if rows else None

    def keep(self, region: str, serial: int, data: bytes, now_s: float) -> None:
        """Replace the document of a region by one that was verified."""
        self.database.write("INSERT OR REPLACE INTO policy VALUES (?, ?, ?, ?)", (region, serial, data, now_s))
