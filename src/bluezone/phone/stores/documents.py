"""Store the authority's signed documents, one of each kind and area.

What is kept is the document itself, verified again whenever it is read: a phone believes no row that anybody could have
written. One that was refused leaves the last good one in its place, and why is kept too: a person shall know that
something is missing. A document that has run out is kept until a newer one comes; whether it is still used says its
kind.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, TypeVar

from bluezone.disease.shipped import shipped as shipped_disease
from bluezone.forms import shipped
from bluezone.forms.definition import Form
from bluezone.forms.errors import FormError
from bluezone.forms.reading import read_form
from bluezone.phone.stores.database import Database
from bluezone.phone.stores.records import Bounds, SqlTables
from bluezone.protocol.documents import COUNTRY, Document, DocumentError, Fault, Kind, verify
from bluezone.protocol.exports import TrustedKey
from bluezone.protocol.kinds import DISEASE, FORMS, DiseaseFacts
from bluezone.protocol.news import NEWS, NewsItem

TABLES = (
    SqlTables("""
CREATE TABLE document (
    kind TEXT NOT NULL, area TEXT NOT NULL, serial INTEGER NOT NULL, document BLOB NOT NULL, stored_at_s REAL NOT NULL,
    PRIMARY KEY (kind, area)
) WITHOUT ROWID;
CREATE TABLE refused_document (
    kind TEXT NOT NULL, area TEXT NOT NULL, fault TEXT NOT NULL, PRIMARY KEY (kind, area)
) WITHOUT ROWID;
CREATE TABLE news_received (
    id TEXT PRIMARY KEY, first_at_s REAL NOT NULL, running_s REAL NOT NULL DEFAULT 0
) WITHOUT ROWID
"""),
)
_NEWS_REMEMBERED_S = 90 * 86_400.0

C = TypeVar("C")


@lru_cache(maxsize=1)
def shipped_facts() -> DiseaseFacts:
    """Return what a phone says of the disease that it comes with."""
    of = shipped_disease()
    return DiseaseFacts(of.code, of.names, of.texts["watch_for"], of.windows.follow_up.days, of.windows.days_before)


@dataclass(frozen=True, slots=True)
class Received:
    """Hold an item of news, and when this phone had it first."""

    item: NewsItem
    first_at_s: float


@dataclass(frozen=True, slots=True)
class FormText:
    """Hold a form, and its document."""

    form: Form
    text: str


class DocumentStore:
    """Keep documents in phone.sqlite3. Until it is told whom to `trust`, it has none."""

    def __init__(self, database: Database) -> None:
        self.database = database
        self.region = ""
        self.trusted_keys: Sequence[TrustedKey] = ()
        self._verified: dict[tuple[str, str, bytes], Document[Any] | None] = {}  # a page asks every few seconds

    def trust(self, region: str, trusted_keys: Sequence[TrustedKey]) -> None:
        """Read the documents of a region that one of these keys signed, and no others."""
        self.region, self.trusted_keys = region, tuple(trusted_keys)
        self._verified.clear()

    # --- reading ----------------------------------------------------------------------------------

    def content(self, kind: Kind[C], now_s: float) -> C | None:
        """Return what the country's document says that a phone may go by now; None where there is none."""
        document = self.kept(kind)
        if document is None or (kind.ends and now_s >= document.valid_until_s):
            return None
        return document.content

    def kept(self, kind: Kind[C], area: str = COUNTRY) -> Document[C] | None:
        """Return the document of an area; None where there is none, or none that can still be trusted."""
        data = self.data(kind, area)
        if data is None:
            return None
        key = (kind.name, area, data)
        if key not in self._verified:
            try:
                self._verified[key] = verify(data, kind, self.trusted_keys, self.region, area, now_s=None)
            except DocumentError:
                self._verified[key] = None
        return self._verified[key]

    def data(self, kind: Kind[Any], area: str = COUNTRY) -> bytes | None:
        """Return the bytes kept for an area, trusted or not."""
        query = "SELECT document FROM document WHERE kind = ? AND area = ?"
        rows = self.database.rows(query, (kind.name, area))
        return bytes(rows[0][0]) if rows else None

    def disease(self, now_s: float) -> DiseaseFacts:
        """Return what a phone goes by of the disease: as the authority's document has it, else as it comes with."""
        return self.content(DISEASE, now_s) or shipped_facts()

    def contents(self, kind: Kind[C]) -> Iterator[C]:
        """Yield the contents of all areas that can still be trusted."""
        documents = (self.kept(kind, area) for area in self.areas(kind))
        return (document.content for document in documents if document is not None)

    def areas(self, kind: Kind[Any]) -> list[str]:
        """Return the areas of which a document is kept."""
        query = "SELECT area FROM document WHERE kind = ? ORDER BY area"
        return [row[0] for row in self.database.rows(query, (kind.name,))]

    def fault(self, kind: Kind[Any], now_s: float) -> str:
        """Say why there may be newer documents than this phone has: one of `Fault`, or "" where all is well."""
        query = "SELECT fault FROM refused_document WHERE kind = ? ORDER BY area"
        refused = self.database.rows(query, (kind.name,))
        if refused:
            return str(refused[0][0])
        documents = [self.kept(kind, area) for area in self.areas(kind)]
        if any(document is None for document in documents):
            return Fault.UNTRUSTED
        old = any(document is not None and now_s >= document.valid_until_s for document in documents)
        return Fault.STALE if old else ""

    def mark(self, kind: Kind[Any]) -> tuple[tuple[str, int], ...]:
        """Return what changes whenever another document is kept."""
        rows = self.database.rows("SELECT area, serial FROM document WHERE kind = ? ORDER BY area", (kind.name,))
        return tuple((str(area), int(serial)) for area, serial in rows)

    def news(self, places: Iterable[str], now_s: float) -> tuple[Received, ...]:
        """Return the news for a person of `places` that have not run out, the newest first."""
        mine = set(places)
        first = {row[0]: row[1] for row in self.database.rows("SELECT id, first_at_s FROM news_received")}
        items = [
            Received(item, first.get(item.id, now_s))
            for content in self.contents(NEWS)
            for item in content
            if item.valid_until_s > now_s and item.is_for(mine)
        ]
        return tuple(sorted(items, key=lambda each: -each.item.published_at_s))

    def forms(self) -> tuple[FormText, ...]:
        """Return every form. Until the country's document has come, those that ship with the program stand in: a phone
        is asked to declare on its first day, and without a network."""
        texts = [text for content in self.contents(FORMS) for text in content]
        if self.kept(FORMS) is None:
            texts = [*map(shipped.document, shipped.NAMES), *texts]
        read = ((text, read_or_none(text)) for text in texts)
        return tuple(FormText(form, text) for text, form in read if form is not None)

    # --- writing ----------------------------------------------------------------------------------

    def keep(self, document: Document[Any], data: bytes, now_s: float) -> None:
        """Replace the document of an area by one that was verified; of news, note when each came first."""
        values = (document.kind.name, document.area, document.serial, data, now_s)
        items = document.content if document.kind is NEWS else ()
        received = [(item.id, now_s, self.database.running_s()) for item in items]
        with self.database.transaction() as db:
            db.execute("INSERT OR REPLACE INTO document VALUES (?, ?, ?, ?, ?)", values)
            db.executemany("INSERT OR IGNORE INTO news_received VALUES (?, ?, ?)", received)
        self._verified.clear()

    def begin_fetch(self, kind: Kind[Any], areas: Collection[str]) -> None:
        """Drop the documents of other areas, and what was refused before."""
        others = [(kind.name, area) for area in self.areas(kind) if area not in areas]
        with self.database.transaction() as db:
            db.executemany("DELETE FROM document WHERE kind = ? AND area = ?", others)
            db.execute("DELETE FROM refused_document WHERE kind = ?", (kind.name,))

    def refuse(self, kind: Kind[Any], area: str, fault: str) -> None:
        """Note that an area's document was refused."""
        self.database.write("INSERT OR REPLACE INTO refused_document VALUES (?, ?, ?)", (kind.name, area, fault))

    def purge(self, bounds: Bounds) -> int:
        """Forget when news came that have run out since; return how many."""
        condition, values = bounds.over("first_at_s", _NEWS_REMEMBERED_S)
        return self.database.write(f"DELETE FROM news_received WHERE {condition}", values)  # noqa: S608


@lru_cache(maxsize=64)
def read_or_none(text: str) -> Form | None:
    """Return the form of a text; None for one that this program cannot read: it is of a later one."""
    try:
        return read_form(text)
    except FormError:
        return None
