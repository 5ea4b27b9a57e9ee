"""Store the authority's guidance for who was warned. A document that has run out is kept too: its entries have days of
their own."""

from __future__ import annotations

from collections.abc import Sequence

from bluezone.phone.stores.database import Database
from bluezone.phone.stores.document_store import DocumentStore, schema_of
from bluezone.protocol.exports import TrustedKey
from bluezone.protocol.guidance import Entry, Guidance, verify_guidance

SCHEMA = schema_of("guidance")


class GuidanceStore(DocumentStore[Guidance]):
    """Keep one document an area in phone.sqlite3."""

    def __init__(self, database: Database) -> None:
        super().__init__(database, "guidance", verify_guidance)

    def entries(self, region: str, trusted_keys: Sequence[TrustedKey]) -> tuple[Entry, ...]:
        """Return the entries of every document that can be trusted."""
        return tuple(entry for document in self.documents(region, trusted_keys) for entry in document.entries)
