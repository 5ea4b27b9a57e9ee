"""The authority's policy on the phone: fetched, verified, tried, and the last good one kept.

What is kept is the signed document itself, and it is verified again whenever it is read: a file that was changed, or
whose signing key is no longer pinned, is as good as none. A newer document must have a higher serial, so an old one
cannot be played back. A document that has run out is kept until a newer one comes: a phone must never be without a
policy, and the one it has served well until yesterday.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from http import HTTPStatus
from pathlib import Path

import httpx

from bluezone.exposure.errors import PolicyDocumentError
from bluezone.exposure.policies.document import MAX_DOCUMENT_BYTES, PolicyDocument, verify_document
from bluezone.phone.client import http
from bluezone.phone.stores.database import Durability, Store
from bluezone.protocol.exports import TrustedKey

_SCHEMA = """
CREATE TABLE policy (
    region TEXT PRIMARY KEY, serial INTEGER NOT NULL, document BLOB NOT NULL, stored_at_s REAL NOT NULL
) WITHOUT ROWID
"""
_VERSION = 1


@dataclass(frozen=True, slots=True)
class PolicyReport:
    """What a fetch did. `serial`: of the document kept afterwards, None where there is none. `changed`: whether it is a
    new one. `refused`: why what came was not taken ("" where it was, or where nothing new came)."""

    serial: int | None
    changed: bool = False
    refused: str = ""


class PolicyStore:
    """Holds one document a region. `Durability.POWER`: it comes rarely and cannot be made again."""

    def __init__(self, path: Path) -> None:
        self._store = Store(path, _SCHEMA, _VERSION, Durability.POWER)

    def kept(self, region: str, trusted_keys: Sequence[TrustedKey]) -> PolicyDocument | None:
        """The last good document of a region; None where there is none, or none that can still be trusted."""
        data = self._data(region)
        if data is None:
            return None
        try:
            return verify_document(data, trusted_keys, region, now_s=None)
        except PolicyDocumentError:
            return None

    def fetch(
        self, client: httpx.Client, base_url: str, region: str, trusted_keys: Sequence[TrustedKey], now_s: float
    ) -> PolicyReport:
        """Ask the authority for its policy and keep it if it is good and newer.

        Raises ConnectionFailedError where there is no answer; a bad answer is reported, and the policy kept stays.
        """
        kept = self.kept(region, trusted_keys)
        serial = kept.serial if kept else None
        url = f"{http.checked_base_url(base_url)}/policies/{region}.json"
        try:
            data = http.get(client, url, MAX_DOCUMENT_BYTES)
            if kept and data == self._data(region):
                return PolicyReport(serial)
            document = verify_document(data, trusted_keys, region, now_s, newer_than=serial or 0)
        except http.RefusedError as error:
            none_published = error.status == HTTPStatus.NOT_FOUND and kept is None
            return PolicyReport(serial, refused="" if none_published else str(error))
        except PolicyDocumentError as error:
            return PolicyReport(serial, refused=str(error))
        self._store.write("INSERT OR REPLACE INTO policy VALUES (?, ?, ?, ?)", (region, document.serial, data, now_s))
        return PolicyReport(document.serial, changed=True)

    def _data(self, region: str) -> bytes | None:
        rows = self._store.rows("SELECT document FROM policy WHERE region = ?", (region,))
        return bytes(rows[0][0]) if rows else None

    def purge(self, now_s: float) -> int:  # noqa: ARG002 (nothing in it grows old: it says nothing of anyone)
        return 0

    def close(self) -> None:
        self._store.close()
