"""Store the authority's signed documents of one kind, an area each: news, guidance.

What is kept is the document itself, verified again whenever it is read: a phone believes no row that anybody could have
written. One that was refused leaves the last good one in its place, and why is kept too: a person shall know that
something is missing.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from typing import Generic, Protocol, TypeVar

from bluezone.phone.stores.database import Database
from bluezone.protocol.area_documents import AreaDocument
from bluezone.protocol.exports import TrustedKey
from bluezone.protocol.signed import DocumentError, Fault

D = TypeVar("D", bound=AreaDocument)
D_co = TypeVar("D_co", bound=AreaDocument, covariant=True)


def schema_of(kind: str) -> str:
    """Return the tables of a kind of document."""
    return f"""
CREATE TABLE {kind}_document (
    area TEXT PRIMARY KEY, serial INTEGER NOT NULL, document BLOB NOT NULL, stored_at_s REAL NOT NULL
) WITHOUT ROWID;
CREATE TABLE {kind}_refused (area TEXT PRIMARY KEY, fault TEXT NOT NULL) WITHOUT ROWID
"""


class Verify(Protocol[D_co]):
    """Describe how a kind of document is verified; `now_s` None: one that was good when it was taken."""

    def __call__(
        self, data: bytes, trusted_keys: Sequence[TrustedKey], region: str, area: str, now_s: float | None
    ) -> D_co: ...


class DocumentStore(Generic[D]):
    """Keep one document an area in phone.sqlite3, in the tables of `schema_of(kind)`."""

    def __init__(self, database: Database, kind: str, verify: Verify[D]) -> None:
        self.database = database
        self._kind, self._verify = kind, verify
        self._verified: dict[tuple[str, bytes], D | None] = {}  # a page asks every few seconds

    def fault(self, region: str, trusted_keys: Sequence[TrustedKey], now_s: float) -> str:
        """Say why there may be newer documents than this phone has: one of `Fault`, or "" where all is well."""
        refused = self.database.rows(self._sql("SELECT fault FROM {}_refused ORDER BY area"))
        if refused:
            return str(refused[0][0])
        documents = [self.kept(area, region, trusted_keys) for area in self.areas()]
        if any(document is None for document in documents):
            return Fault.UNTRUSTED
        old = any(document is not None and now_s >= document.valid_until_s for document in documents)
        return Fault.STALE if old else ""

    def mark(self) -> tuple[tuple[str, int], ...]:
        """Return what changes whenever another document is kept."""
        rows = self.database.rows(self._sql("SELECT area, serial FROM {}_document ORDER BY area"))
        return tuple((str(area), int(serial)) for area, serial in rows)

    def documents(self, region: str, trusted_keys: Sequence[TrustedKey]) -> Iterator[D]:
        """Yield the documents of all areas that can still be trusted."""
        for area in self.areas():
            if (document := self.kept(area, region, trusted_keys)) is not None:
                yield document

    def kept(self, area: str, region: str, trusted_keys: Sequence[TrustedKey]) -> D | None:
        """Return the document of an area; None where there is none, or none that can still be trusted."""
        data = self.data(area)
        if data is None:
            return None
        if (area, data) not in self._verified:
            try:
                self._verified[area, data] = self._verify(data, trusted_keys, region, area, now_s=None)
            except DocumentError:
                self._verified[area, data] = None
        return self._verified[area, data]

    def data(self, area: str) -> bytes | None:
        """Return the bytes kept for an area, trusted or not."""
        rows = self.database.rows(self._sql("SELECT document FROM {}_document WHERE area = ?"), (area,))
        return bytes(rows[0][0]) if rows else None

    def keep(self, document: D, data: bytes, now_s: float) -> None:
        """Replace the document of an area by one that was verified."""
        values = (document.area, document.serial, data, now_s)
        self.database.write(self._sql("INSERT OR REPLACE INTO {}_document VALUES (?, ?, ?, ?)"), values)
        self._verified.clear()

    def begin_fetch(self, areas: Collection[str]) -> None:
        """Drop the documents of other areas, and what was refused before."""
        with self.database.transaction() as db:
            for area in set(self.areas()) - set(areas):
                db.execute(self._sql("DELETE FROM {}_document WHERE area = ?"), (area,))
            db.execute(self._sql("DELETE FROM {}_refused"))

    def refuse(self, area: str, fault: str) -> None:
        """Note that an area's document was refused."""
        self.database.write(self._sql("INSERT OR REPLACE INTO {}_refused VALUES (?, ?)"), (area, fault))

    def areas(self) -> list[str]:
        """Return the areas of which a document is kept."""
        return [row[0] for row in self.database.rows(self._sql("SELECT area FROM {}_document ORDER BY area"))]

    def _sql(self, statement: str) -> str:
        """Name the kind's tables; it is a constant of this program."""
        return statement.format(self._kind)
