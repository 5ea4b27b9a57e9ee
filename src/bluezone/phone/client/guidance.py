"""Fetch the authority's guidance for who was warned."""

from __future__ import annotations

from collections.abc import Sequence

import httpx

from bluezone.phone.client.documents import DocumentsReport, Kind, fetch_documents
from bluezone.phone.stores.guidance_store import GuidanceStore
from bluezone.protocol.exports import TrustedKey
from bluezone.protocol.guidance import MAX_DOCUMENT_BYTES, path_of, verify_guidance

_KIND = Kind(path_of, MAX_DOCUMENT_BYTES, verify_guidance)


def fetch_guidance(
    client: httpx.Client,
    store: GuidanceStore,
    base_url: str,
    region: str,
    areas: Sequence[str],
    trusted_keys: Sequence[TrustedKey],
    now_s: float,
) -> DocumentsReport:
    """Ask for the guidance of `areas`; see `fetch_documents`."""
    return fetch_documents(client, store, base_url, region, areas, trusted_keys, now_s, _KIND)
