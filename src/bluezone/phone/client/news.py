"""Fetch the authority's news."""

from __future__ import annotations

from collections.abc import Sequence

import httpx

from bluezone.phone.client.documents import DocumentsReport, Kind, fetch_documents
from bluezone.phone.stores.news_store import NewsStore
from bluezone.protocol.exports import TrustedKey
from bluezone.protocol.news import MAX_DOCUMENT_BYTES, path_of, verify_news

_KIND = Kind(path_of, MAX_DOCUMENT_BYTES, verify_news)


def fetch_news(
    client: httpx.Client,
    store: NewsStore,
    base_url: str,
    region: str,
    areas: Sequence[str],
    trusted_keys: Sequence[TrustedKey],
    now_s: float,
) -> DocumentsReport:
    """Ask for the news of `areas`; see `fetch_documents`."""
    return fetch_documents(client, store, base_url, region, areas, trusted_keys, now_s, _KIND)
