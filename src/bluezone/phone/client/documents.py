"""Fetch the authority's signed documents, verify them, and keep those that are good and newer."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any

import httpx

from bluezone.phone.client import http
from bluezone.phone.stores.documents import DocumentStore
from bluezone.protocol.documents import COUNTRY, Document, DocumentError, Fault, Kind, verify


@dataclass(frozen=True, slots=True)
class DocumentsReport:
    """Report what a fetch did: the documents that are new, and the areas whose was refused with the reason."""

    changed: tuple[Document[Any], ...] = ()
    refused: tuple[tuple[str, str], ...] = ()


def fetch_documents(
    client: httpx.Client,
    store: DocumentStore,
    base_url: str,
    kind: Kind[Any],
    now_s: float,
    areas: Sequence[str] = (COUNTRY,),
) -> DocumentsReport:
    """Ask for the documents of `areas` and keep those that are good and newer; others of before are dropped.

    Raises ConnectionFailedError where there is no answer; a bad answer is reported and noted, and what was kept stays.
    """
    store.begin_fetch(kind, areas)
    changed, refused = [], []
    for area in areas:
        kept = store.kept(kind, area)
        try:
            url = http.checked_base_url(base_url) + kind.address(store.region, area)
            data = http.get(client, url, kind.max_bytes)
            if kept is not None and data == store.data(kind, area):
                continue
            newer_than = kept.serial if kept else 0
            document = verify(data, kind, store.trusted_keys, store.region, area, now_s, newer_than)
        except (DocumentError, http.RefusedError) as error:
            if kept is None and isinstance(error, http.RefusedError) and error.status == HTTPStatus.NOT_FOUND:
                continue  # nothing was ever published for this area
            store.refuse(kind, area, _fault(error))
            refused.append((area, str(error)))
        else:
            store.keep(document, data, now_s)
            changed.append(document)
    return DocumentsReport(tuple(changed), tuple(refused))


def _fault(error: DocumentError | http.RefusedError) -> Fault:
    if isinstance(error, DocumentError):
        return error.fault
    return Fault.TOO_LARGE if isinstance(error, http.TooLargeError) else Fault.MALFORMED
