"""The authority's news on the phone: fetched, verified, kept, and shown to whom they are for.

As with the policy, what is kept is the signed document itself, verified again whenever it is read; a newer one must
have a higher serial. What was refused, and why, is kept too: a person shall know that news are missing.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from http import HTTPStatus
from pathlib import Path

import httpx

from bluezone.phone.client import http
from bluezone.phone.stores.database import Durability, Store
from bluezone.protocol.exports import TrustedKey
from bluezone.protocol.news import MAX_DOCUMENT_BYTES, Fault, News, NewsError, NewsItem, path_of, verify_news

_SCHEMA = """
CREATE TABLE document (
    area TEXT PRIMARY KEY, serial INTEGER NOT NULL, document BLOB NOT NULL, stored_at_s REAL NOT NULL
) WITHOUT ROWID;
CREATE TABLE seen (id TEXT PRIMARY KEY, first_at_s REAL NOT NULL) WITHOUT ROWID;
CREATE TABLE refused (area TEXT PRIMARY KEY, fault TEXT NOT NULL) WITHOUT ROWID
"""
_VERSION = 1
COUNTRY = ""
_LONGEST_LIFE_S = 90 * 86_400.0


@dataclass(frozen=True, slots=True)
class Received:
    """An item, and when this phone had it first."""

    item: NewsItem
    first_at_s: float


@dataclass(frozen=True, slots=True)
class NewsReport:
    """What a fetch did: the areas with something new, and those refused with the reason."""

    changed: tuple[str, ...] = ()
    refused: tuple[tuple[str, str], ...] = ()


class NewsStore:
    """Holds one document an area. `Durability.PROCESS`: it can be fetched again."""

    def __init__(self, path: Path) -> None:
        self._store = Store(path, _SCHEMA, _VERSION, Durability.PROCESS)
        self._read: dict[tuple[str, bytes], News | None] = {}  # verified before; a page asks every few seconds

    def items(
        self, region: str, trusted_keys: Sequence[TrustedKey], places: Iterable[str], now_s: float
    ) -> tuple[Received, ...]:
        """What is for a person of `places` and has not run out, the newest first."""
        mine = set(places)
        first = {row[0]: row[1] for row in self._store.rows("SELECT id, first_at_s FROM seen")}
        found = [
            Received(item, first.get(item.id, now_s))
            for area in self._areas()
            for item in self._items_of(area, region, trusted_keys)
            if item.valid_until_s > now_s and item.is_for(mine)
        ]
        return tuple(sorted(found, key=lambda each: -each.item.published_at_s))

    def fault(self, region: str, trusted_keys: Sequence[TrustedKey], now_s: float) -> str:
        """Why there may be news that this phone does not show: one of `Fault`, or "" where all is well."""
        refused = self._store.rows("SELECT fault FROM refused ORDER BY area")
        if refused:
            return str(refused[0][0])
        documents = [self._kept(area, region, trusted_keys) for area in self._areas()]
        if any(document is None for document in documents):
            return Fault.UNTRUSTED
        old = any(document is not None and now_s >= document.valid_until_s for document in documents)
        return Fault.STALE if old else ""

    def mark(self) -> tuple[tuple[str, int], ...]:
        """Changes whenever another document is kept."""
        return tuple(tuple(row) for row in self._store.rows("SELECT area, serial FROM document ORDER BY area"))

    def fetch(
        self,
        client: httpx.Client,
        base_url: str,
        region: str,
        areas: Sequence[str],
        trusted_keys: Sequence[TrustedKey],
        now_s: float,
    ) -> NewsReport:
        """Ask for the documents of `areas` and keep those that are good and newer; others of before are dropped.

        Raises ConnectionFailedError where there is no answer; a bad answer is reported and noted, and what was kept
        stays.
        """
        for gone in set(self._areas()) - set(areas):
            self._store.write("DELETE FROM document WHERE area = ?", (gone,))
        self._store.write("DELETE FROM refused")
        changed, refused = [], []
        for area in areas:
            fault = ""
            try:
                if self._fetch(client, base_url, region, area, trusted_keys, now_s):
                    changed.append(area)
            except NewsError as error:
                fault, text = error.fault, str(error)
            except http.TooLargeError as error:
                fault, text = Fault.TOO_LARGE, str(error)
            except http.RefusedError as error:
                if error.status == HTTPStatus.NOT_FOUND:  # nothing was ever published for this area
                    continue
                fault, text = Fault.MALFORMED, str(error)
            if fault:
                refused.append((area, text))
                self._store.write("INSERT OR REPLACE INTO refused VALUES (?, ?)", (area, str(fault)))
        return NewsReport(tuple(changed), tuple(refused))

    def _fetch(
        self,
        client: httpx.Client,
        base_url: str,
        region: str,
        area: str,
        trusted_keys: Sequence[TrustedKey],
        now_s: float,
    ) -> bool:
        kept = self._kept(area, region, trusted_keys)
        data = http.get(client, http.checked_base_url(base_url) + path_of(region, area), MAX_DOCUMENT_BYTES)
        if kept is not None and data == self._data(area):
            return False
        news = verify_news(data, trusted_keys, region, area, now_s, newer_than=kept.serial if kept else 0)
        with self._store.transaction() as db:
            db.execute("INSERT OR REPLACE INTO document VALUES (?, ?, ?, ?)", (area, news.serial, data, now_s))
            db.executemany("INSERT OR IGNORE INTO seen VALUES (?, ?)", [(item.id, now_s) for item in news.items])
        self._read.clear()
        return True

    def _items_of(self, area: str, region: str, trusted_keys: Sequence[TrustedKey]) -> tuple[NewsItem, ...]:
        news = self._kept(area, region, trusted_keys)
        return news.items if news is not None else ()

    def _kept(self, area: str, region: str, trusted_keys: Sequence[TrustedKey]) -> News | None:
        data = self._data(area)
        if data is None:
            return None
        if (area, data) not in self._read:
            try:
                self._read[area, data] = verify_news(data, trusted_keys, region, area, now_s=None)
            except NewsError:
                self._read[area, data] = None
        return self._read[area, data]

    def _areas(self) -> list[str]:
        return [row[0] for row in self._store.rows("SELECT area FROM document ORDER BY area")]

    def _data(self, area: str) -> bytes | None:
        rows = self._store.rows("SELECT document FROM document WHERE area = ?", (area,))
        return bytes(rows[0][0]) if rows else None

    def purge(self, now_s: float) -> int:
        """Forget when items came that have run out since."""
        return self._store.write("DELETE FROM seen WHERE first_at_s < ?", (now_s - _LONGEST_LIFE_S,))

    def close(self) -> None:
        self._store.close()
