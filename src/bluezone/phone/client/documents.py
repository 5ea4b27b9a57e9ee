"""Fetch the authority's signed documents of one kind, an area each, verify them, and keep those that are good and
newer."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from http import HTTPStatus
from typing import Generic, TypeVar

import httpx

from bluezone.phone.client import http
from bluezone.phone.stores.document_store import DocumentStore
from bluezone.protocol.area_documents import AreaDocument
from bluezone.protocol.exports import TrustedKey
from bluezone.protocol.signed import DocumentError, Fault

D = TypeVar("D", bound=AreaDocument)


@dataclass(frozen=True, slots=True)
class Kind(Generic[D]):
    """Say of a kind where a document of an area lies, how long it may be, and how it is verified: by `protocol`."""

    path_of: Callable[[str, str], str]
    max_bytes: int
    verify: Callable[[bytes, Sequence[TrustedKey], str, str, float, int], D]


@dataclass(frozen=True, slots=True)
class DocumentsReport:
    """Report what a fetch did: the areas with something new, and those refused with the reason."""

    changed: tuple[str, ...] = ()
    refused: tuple[tuple[str, str], ...] = ()


def fetch_documents(
    client: httpx.Client,
    store: DocumentStore[D],
    base_url: str,
    region: str,
    areas: Sequence[str],
    trusted_keys: Sequence[TrustedKey],
    now_s: float,
    kind: Kind[D],
) -> DocumentsReport:
    """Ask for the documents of `areas` and keep those that are good and newer; others of before are dropped.

    Raises ConnectionFailedError where there is no answer; a bad answer is reported and noted, and what was kept stays.
    """
    store.begin_fetch(areas)
    changed, refused = [], []
    for area in areas:
        fault = ""
        kept = store.kept(area, region, trusted_keys)
        try:
            data = http.get(client, http.checked_base_url(base_url) + kind.path_of(region, area), kind.max_bytes)
            if kept is None or data != store.data(area):
                document = kind.verify(data, trusted_keys, region, area, now_s, kept.serial if kept else 0)
                store.keep(document, data, now_s)
                changed.append(area)
        except DocumentError as error:
            fault, text = error.fault, str(error)
        except http.TooLargeError as error:
            fault, text = Fault.TOO_LARGE, str(error)
        except http.RefusedError as error:
            if error.status == HTTPStatus.NOT_FOUND:  # nothing was ever published for this area
                continue
            fault, text = Fault.MALFORMED, str(error)
        if fault:
            refused.append((area, text))
            store.refuse(area, str(fault))
    return DocumentsReport(tuple(changed), tuple(refused))
