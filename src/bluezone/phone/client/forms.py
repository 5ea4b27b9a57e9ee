"""Fetch the authority's forms of health declarations."""

from __future__ import annotations

from collections.abc import Sequence

import httpx

from bluezone.phone.client.documents import DocumentsReport, Kind, fetch_documents
from bluezone.phone.stores.form_store import FormStore
from bluezone.protocol.exports import TrustedKey
from bluezone.protocol.form_documents import MAX_DOCUMENT_BYTES, path_of, verify_forms

_KIND = Kind(path_of, MAX_DOCUMENT_BYTES, verify_forms)


def fetch_forms(
    client: httpx.Client,
    store: FormStore,
    base_url: str,
    region: str,
    areas: Sequence[str],
    trusted_keys: Sequence[TrustedKey],
    now_s: float,
) -> DocumentsReport:
    """Ask for the forms of `areas`; see `fetch_documents`."""
    return fetch_documents(client, store, base_url, region, areas, trusted_keys, now_s, _KIND)
