"""Store the authority's guidance for who was warned.

As with news, what is kept is the signed document itself, verified again whenever it is read; a document that was
refused leaves the last good one in its place. One that has run out is kept too: its entries have days of their own.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence

from bluezone.phone.stores.database import Database
from bluezone.protocol.exports import TrustedKey
from bluezone.protocol.guidance import Entry, Guidance, GuidanceError, verify_guidance
from bluezone.protocol.signed import Fault

SCHEMA = """
CREATE TABLE guidance_document (
    area TEXT PRIMARY KEY, serial INTEGER NOT NULL, document BLOB NOT NULL, stored_at_s REAL NOT NULL
) WITHOUT ROWID;
CREATE TABLE guidance_refused (area TEXT PRIMARY KEY, fault TEXT NOT NULL) WITHOUT ROWID
"""


class GuidanceStore:
    """Keep one document an area in phone.sqlite3."""

    def __init__(self, database: Database) -> None:
        self.database = database
        self._verified: dict[tuple[str, bytes], Guidance | None] = {}  # a page asks every few seconds

    def entries(self, region: str, trusted_keys: Sequence[TrustedKey]) -> tuple[Entry, ...]:
        """Return the entries of every document that can be trusted."""
        kept = (self.kept(area, region, trusted_keys) for area in self._areas())
        return tuple(entry for document in kept if document is not None for entry in document.entries)

    def fault(self, region: str, trusted_keys: Sequence[TrustedKey], now_s: float) -> str:
        """Say why there may be newer guidance than this phone has: one of `Fault`, or "" where all is well."""
        refused = self.database.rows("SELECT fault FROM guidance_refused ORDER BY area")
        if refused:
            return str(refused[0][0])
        documents = [self.kept(area, region, trusted_keys) for area in self._areas()]
        if any(document is None for document in documents):
            return Fault.UNTRUSTED
        old = any(document is not None and now_s >= document.valid_until_s for document in documents)
        return Fault.STALE if old else ""

    def kept(self, area: str, region: str, trusted_keys: Sequence[TrustedKey]) -> Guidance | None:
        """Return the document of an area; None where there is none, or none that can still be trusted."""
        data = self.data(area)
        if data is None:
            return None
        if (area, data) not in self._verified:
            try:
                self._verified[area, data] = verify_guidance(data, trusted_keys, region, area, now_s=None)
            except GuidanceError:
                self._verified[area, data] = None
        return self._verified[area, data]

    def data(self, area: str) -> bytes | None:
        """Return the bytes kept for an area, trusted or not."""
        rows = self.database.rows("SELECT document FROM guidance_document WHERE area = ?", (area,))
        return bytes(rows[0][0]) if rows else None

    def keep(self, guidance: Guidance, data: bytes, now_s: float) -> None:
        """Replace the document of an area by one that was verified."""
        values = (guidance.area, guidance.serial, data, now_s)
        self.database.write("INSERT OR REPLACE INTO guidance_document VALUES (?, ?, ?, ?)", values)
        self._verified.clear()

    def begin_fetch(self, areas: Collection[str]) -> None:
        """Drop the documents of other areas, and what was refused before."""
        with self.database.transaction() as db:
            for area in set(self._areas()) - set(areas):
                db.execute("DELETE FROM guidance_document WHERE area = ?", (area,))
            db.execute("DELETE FROM guidance_refused")

    def refuse(self, area: str, fault: str) -> None:
        """Note that an area's document was refused."""
        self.database.write("INSERT OR REPLACE INTO guidance_refused VALUES (?, ?)", (area, fault))

    def _areas(self) -> list[str]:
        return [row[0] for row in self.database.rows("SELECT area FROM guidance_document ORDER BY area")]
