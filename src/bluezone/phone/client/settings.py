"""Fetch the authority's signed settings."""

from __future__ import annotations

from collections.abc import Sequence

import httpx

from bluezone.phone.client.documents import DocumentsReport, Kind, fetch_documents
from bluezone.phone.stores.settings_store import SettingsStore
from bluezone.protocol.area_documents import COUNTRY
from bluezone.protocol.exports import TrustedKey
from bluezone.protocol.settings import MAX_DOCUMENT_BYTES, path_of, verify_settings

_KIND = Kind(path_of, MAX_DOCUMENT_BYTES, verify_settings)


def fetch_settings(
    client: httpx.Client,
    store: SettingsStore,
    base_url: str,
    region: str,
    trusted_keys: Sequence[TrustedKey],
    now_s: float,
) -> DocumentsReport:
    """Ask for the settings of a region; see `fetch_documents`."""
    return fetch_documents(client, store, base_url, region, (COUNTRY,), trusted_keys, now_s, _KIND)
