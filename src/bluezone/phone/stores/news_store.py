"""Store the authority's news.

As with the policy, what is kept is the signed document itself, verified again whenever it is read. What was refused,
and why, is kept too: a person shall know that news are missing.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass

from bluezone.phone.stores.database import Database
from bluezone.phone.stores.retention import Bounds
from bluezone.protocol.exports import TrustedKey
from bluezone.protocol.news import News, NewsError, NewsItem, verify_news
from bluezone.protocol.signed import Fault

SCHEMA = """
CREATE TABLE news_document (
    area TEXT PRIMARY KEY, serial INTEGER NOT NULL, document BLOB NOT NULL, stored_at_s REAL NOT NULL
) WITHOUT ROWID;
CREATE TABLE news_received (
    id TEXT PRIMARY KEY, first_at_s REAL NOT NULL, running_s REAL NOT NULL DEFAULT 0
) WITHOUT ROWID;
CREATE TABLE news_refused (area TEXT PRIMARY KEY, fault TEXT NOT NULL) WITHOUT ROWID
"""
_LONGEST_LIFE_S = 90 * 86_400.0


@dataclass(frozen=True, slots=True)
class Received:
    """Hold an item, and when this phone had it first."""

    item: NewsItem
    first_at_s: float


class NewsStore:
    """Keep one document an area in phone.sqlite3."""

    def __init__(self, database: Database) -> None:
        self.database = database
        self._verified: dict[tuple[str, bytes], News | None] = {}  # a page asks every few seconds

    def items(
        self, region: str, trusted_keys: Sequence[TrustedKey], places: Iterable[str], now_s: float
    ) -> tuple[Received, ...]:
        """Return what is for a person of `places` and has not run out, the newest first."""
        mine = set(places)
        first = {row[0]: row[1] for row in self.database.rows("SELECT id, first_at_s FROM news_received")}
        items = [
            Received(item, first.get(item.id, now_s))
            for area in self._areas()
            for item in self._items_of(area, region, trusted_keys)
            if item.valid_until_s > now_s and item.is_for(mine)
        ]
        return tuple(sorted(items, key=lambda each: -each.item.published_at_s))

    def fault(self, region: str, trusted_keys: Sequence[TrustedKey], now_s: float) -> str:
        """Say why there may be news that this phone does not show: one of `Fault`, or "" where all is well."""
        refused = self.database.rows("SELECT fault FROM news_refused ORDER BY area")
        if refused:
            return str(refused[0][0])
        documents = [self.kept(area, region, trusted_keys) for area in self._areas()]
        if any(document is None for document in documents):
            return Fault.UNTRUSTED
        old = any(document is not None and now_s >= document.valid_until_s for document in documents)
        return Fault.STALE if old else ""

    def mark(self) -> tuple[tuple[str, int], ...]:
        """Return what changes whenever another document is kept."""
        return tuple(tuple(row) for row in self.database.rows("SELECT area, serial FROM news_document ORDER BY area"))

    def kept(self, area: str, region: str, trusted_keys: Sequence[TrustedKey]) -> News | None:
        """Return the document of an area; None where there is none, or none that can still be trusted."""
        data = self.data(area)
        if data is None:
            return None
        if (area, data) not in self._verified:
            try:
                self._verified[area, data] = verify_news(data, trusted_keys, region, area, now_s=None)
            except NewsError:
                self._verified[area, data] = None
        return self._verified[area, data]

    def data(self, area: str) -> bytes | None:
        """Return the bytes kept for an area, trusted or not."""
        rows = self.database.rows("SELECT document FROM news_document WHERE area = ?", (area,))
        return bytes(rows[0][0]) if rows else None

    def keep(self, news: News, data: bytes, now_s: float) -> None:
        """Replace the document of an area by one that was verified, and note when its items came first."""
        running_s = self.database.running_s()
        with self.database.transaction() as db:
            db.execute(
                "INSERT OR REPLACE INTO news_document VALUES (?, ?, ?, ?)", (news.area, news.serial, data, now_s)
            )
            received = [(item.id, now_s, running_s) for item in news.items]
            db.executemany("INSERT OR IGNORE INTO news_received VALUES (?, ?, ?)", received)
        self._verified.clear()

    def begin_fetch(self, areas: Collection[str]) -> None:
        """Drop the documents of other areas, and what was refused before."""
        with self.database.transaction() as db:
            for area in set(self._areas()) - set(areas):
                db.execute("DELETE FROM news_document WHERE area = ?", (area,))
            db.execute("DELETE FROM news_refused")

    def refuse(self, area: str, fault: str) -> None:
        """Note that an area's document was refused."""
        self.database.write("INSERT OR REPLACE INTO news_refused VALUES (?, ?)", (area, fault))

    def _items_of(self, area: str, region: str, trusted_keys: Sequence[TrustedKey]) -> tuple[NewsItem, ...]:
        news = self.kept(area, region, trusted_keys)
        return news.items if news is not None else ()

    def _areas(self) -> list[str]:
        return [row[0] for row in self.database.rows("SELECT area FROM news_document ORDER BY area")]

    def purge(self, bounds: Bounds) -> int:
        """Forget when items came that have run out since; return how many."""
        condition, values = bounds.over("first_at_s", _LONGEST_LIFE_S)
        return self.database.write(f"DELETE FROM news_received WHERE {condition}", values)  # noqa: S608
