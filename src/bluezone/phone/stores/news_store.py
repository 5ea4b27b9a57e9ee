"""Store the authority's news, and when each piece came first."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from bluezone.phone.stores.database import Database
from bluezone.phone.stores.document_store import DocumentStore, schema_of
from bluezone.phone.stores.retention import Bounds
from bluezone.protocol.exports import TrustedKey
from bluezone.protocol.news import News, NewsItem, verify_news

SCHEMA = f"""{schema_of("news").rstrip()};
CREATE TABLE news_received (
    id TEXT PRIMARY KEY, first_at_s REAL NOT NULL, running_s REAL NOT NULL DEFAULT 0
) WITHOUT ROWID
"""
_LONGEST_LIFE_S = 90 * 86_400.0


@dataclass(frozen=True, slots=True)
class Received:
    """Hold an item, and when this phone had it first."""

    item: NewsItem
    first_at_s: float


class NewsStore(DocumentStore[News]):
    """Keep one document an area in phone.sqlite3."""

    def __init__(self, database: Database) -> None:
        super().__init__(database, "news", verify_news)

    def items(
        self, region: str, trusted_keys: Sequence[TrustedKey], places: Iterable[str], now_s: float
    ) -> tuple[Received, ...]:
        """Return what is for a person of `places` and has not run out, the newest first."""
        mine = set(places)
        first = {row[0]: row[1] for row in self.database.rows("SELECT id, first_at_s FROM news_received")}
        items = [
            Received(item, first.get(item.id, now_s))
            for document in self.documents(region, trusted_keys)
            for item in document.items
            if item.valid_until_s > now_s and item.is_for(mine)
        ]
        return tuple(sorted(items, key=lambda each: -each.item.published_at_s))

    def keep(self, document: News, data: bytes, now_s: float) -> None:
        """Replace the document of an area by one that was verified, and note when its items came first."""
        running_s = self.database.running_s()
        received = [(item.id, now_s, running_s) for item in document.items]
        with self.database.transaction() as db:
            super().keep(document, data, now_s)
            db.executemany("INSERT OR IGNORE INTO news_received VALUES (?, ?, ?)", received)

    def purge(self, bounds: Bounds) -> int:
        """Forget when items came that have run out since; return how many."""
        condition, values = bounds.over("first_at_s", _LONGEST_LIFE_S)
        return self.database.write(f"DELETE FROM news_received WHERE {condition}", values)  # noqa: S608
