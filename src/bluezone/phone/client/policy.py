"""Fetch the authority's policy, and keep it where it is good and newer.

A newer document must have a higher serial, so an old one cannot be played back.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from http import HTTPStatus

import httpx

from bluezone.exposure.errors import PolicyDocumentError
from bluezone.exposure.policies.document import MAX_DOCUMENT_BYTES, verify_document
from bluezone.phone.client import http
from bluezone.phone.stores.policy_store import PolicyStore
from bluezone.protocol.exports import TrustedKey


@dataclass(frozen=True, slots=True)
class PolicyReport:
    """Report what a fetch did. `serial`: of the document kept afterwards, None where there is none. `changed`: it is a
    new one. `refused`: why what came was not taken ("" where it was, or where nothing new came)."""

    serial: int | None
    changed: bool = False
    refused: str = ""


def fetch_policy(
    client: httpx.Client,
    store: PolicyStore,
    base_url: str,
    region: str,
    trusted_keys: Sequence[TrustedKey],
    now_s: float,
) -> PolicyReport:
    """Ask the authority for its policy and keep it if it is good and newer.

    Raises ConnectionFailedError where there is no answer; a bad answer is reported, and the policy kept stays.
    """
    kept = store.kept(region, trusted_keys)
    serial = kept.serial if kept else None
    url = f"{http.checked_base_url(base_url)}/policies/{region}.json"
    try:
        data = http.get(client, url, MAX_DOCUMENT_BYTES)
        if kept and data == store.data(region):
            return PolicyReport(serial)
        document = verify_document(data, trusted_keys, region, now_s, newer_than=serial or 0)
    except http.RefusedError as error:
        none_published = error.status == HTTPStatus.NOT_FOUND and kept is None
        return PolicyReport(serial, refused="" if none_published else str(error))
    except PolicyDocumentError as error:
        return PolicyReport(serial, refused=str(error))
    store.keep(region, document.serial, data, now_s)
    return PolicyReport(document.serial, changed=True)
