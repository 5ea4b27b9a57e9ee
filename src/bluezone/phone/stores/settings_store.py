"""Store the authority's signed settings of a region."""

from __future__ import annotations

from collections.abc import Sequence

from bluezone.phone.stores.database import Database
from bluezone.phone.stores.document_store import DocumentStore, schema_of
from bluezone.protocol.area_documents import COUNTRY
from bluezone.protocol.exports import TrustedKey
from bluezone.protocol.settings import Settings, verify_settings

SCHEMA = schema_of("settings")


class SettingsStore(DocumentStore[Settings]):
    """Keep the document in phone.sqlite3."""

    def __init__(self, database: Database) -> None:
        super().__init__(database, "settings", verify_settings)

    def second_order(self, region: str, trusted_keys: Sequence[TrustedKey], now_s: float) -> bool:
        """Return whether contacts may warn others: off without a document, and once it has run out."""
        kept = self.kept(COUNTRY, region, trusted_keys)
        return kept is not None and kept.second_order and now_s < kept.valid_until_s
