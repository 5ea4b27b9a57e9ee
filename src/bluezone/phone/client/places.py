"""Fetch the policy of places and the packages of place warnings, and compare them with the diary on this phone.

Every phone of a region asks for the same files, whether or not its diary is empty, so being asked says nothing. A
package is compared when it comes, once: what it warns of lies before it, and nobody checks in into the past.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from http import HTTPStatus

import httpx

from bluezone.phone.client import http
from bluezone.phone.client.documents import fetch_documents
from bluezone.phone.matching.places import Stay, risky_stays
from bluezone.phone.stores.diary_store import Visit
from bluezone.phone.stores.phone_stores import Stores
from bluezone.phone.stores.place_store import PlaceAlert
from bluezone.protocol.exports import ExportError, TrustedKey, index_from_text
from bluezone.protocol.kinds import PLACE_POLICY, PlacePolicy
from bluezone.protocol.place_warnings import LIMITS, OpenedPackage, open_package

MAX_INDEX_BYTES = 2**18


@dataclass(frozen=True, slots=True)
class PlacesReport:
    """Report a comparison. `bad`: packages refused now, each with the reason; they are asked for again next time."""

    compared: tuple[str, ...]
    bad: tuple[tuple[str, str], ...]
    new_alerts: int


def fetch_places(client: httpx.Client, stores: Stores, base_url: str, now_s: float) -> PlacesReport:
    """Fetch and compare once. Raises ConnectionFailedError, or ExportError where the index itself is not one."""
    documents, store = stores.documents, stores.places
    region, trusted_keys = documents.region, documents.trusted_keys
    fetch_documents(client, documents, base_url, PLACE_POLICY, now_s)
    base_url = http.checked_base_url(base_url)
    min_overlap_s = 60 * (documents.content(PLACE_POLICY, now_s) or PlacePolicy()).min_overlap_min
    visits = {visit.number: visit for visit in stores.diary.visits()}
    stays = [_stay(visit, now_s) for visit in visits.values() if visit.place.location_id]
    compared: list[str] = []
    bad: list[tuple[str, str]] = []
    new = 0
    for name in _index(client, base_url, region):
        if name in store.known_packages():
            continue
        try:
            data = http.get(client, f"{base_url}/exports/{name}", LIMITS.file_bytes)
            package = _opened(data, name, region, trusted_keys)
        except (ExportError, http.RefusedError) as error:
            bad.append((name, str(error)))
            continue
        found = risky_stays(stays, package, min_overlap_s)
        alerts = [_alert(visits[each.entry], each.overlap_s, now_s) for each in found]
        new += store.keep(name, alerts, now_s)
        compared.append(name)
    return PlacesReport(tuple(compared), tuple(bad), new)


def _opened(data: bytes, name: str, region: str, trusted_keys: Sequence[TrustedKey]) -> OpenedPackage:
    """Verify a package; one of an earlier hour under this name would withhold the new."""
    package = open_package(data, trusted_keys, region)
    if name != f"{region}/places/{package.hour}.zip":
        raise ExportError("place warnings: of another hour than the name says")
    return package


def _stay(visit: Visit, now_s: float) -> Stay:
    location_id = bytes.fromhex(visit.place.location_id)
    return Stay(visit.number, location_id, int(visit.came_at_s), int(visit.end_s(now_s)))


def _alert(visit: Visit, overlap_s: int, now_s: float) -> PlaceAlert:
    place = visit.place
    return PlaceAlert(
        visit.number,
        place.description,
        place.address,
        visit.came_at_s,
        visit.end_s(now_s),
        overlap_s,
        now_s,
        place.kind,
    )


def _index(client: httpx.Client, base_url: str, region: str) -> tuple[str, ...]:
    try:
        content = http.get(client, f"{base_url}/exports/{region}/places/index.txt", MAX_INDEX_BYTES)
        return index_from_text(content.decode("ascii"), prefix=f"{region}/places/")
    except http.RefusedError as error:
        if error.status == HTTPStatus.NOT_FOUND:  # this authority publishes none
            return ()
        raise
    except UnicodeDecodeError as error:
        raise ExportError("index of places: not ASCII text") from error
