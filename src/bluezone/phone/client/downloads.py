"""Download what the authority publishes for all phones: key exports, signed documents, packages of place warnings.

Every phone of a region asks for the same index and the same files, so the server learns nothing from being asked. Each
file is verified and stored in one commit; a download that is killed goes on where it was. Connection errors end it and
are raised: whoever calls it knows when there is a network again.

An export that cannot be trusted is reported and left out, and tried again after an hour, then two, four, at most a day,
for as long as the index names it. It is not marked as seen for good: what was wrong may have been the download, a cache
on the way, or a signing key that this phone learns of tomorrow, and a warning that never comes is worse than a few
wasted requests. A package of places is compared with the diary on this phone when it comes, once: what it warns of lies
before it, and nobody checks in into the past.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any

import httpx

from bluezone.phone.client import http
from bluezone.phone.errors import PhoneError
from bluezone.phone.matching.places import Stay, risky_stays
from bluezone.phone.stores.diary_store import PlaceAlert, Visit
from bluezone.phone.stores.documents import DocumentStore
from bluezone.phone.stores.exposure_store import ExposureStore
from bluezone.phone.stores.phone_stores import Stores
from bluezone.protocol.documents import COUNTRY, Document, DocumentError, Fault, Kind, verify
from bluezone.protocol.exports import Export, ExportError, ExportLimits, TrustedKey, index_from_text, open_export
from bluezone.protocol.kinds import PLACE_POLICY, PlacePolicy
from bluezone.protocol.place_warnings import LIMITS, OpenedPackage, open_package

MAX_INDEX_BYTES = 2**20
#: Of an index of 14 days, 50 kB, the last lines are asked for: 28 files, at one a quarter of an hour seven hours.
_INDEX_END_BYTES = 1_024

#: clocks of phone and authority may differ by so much
_FUTURE_S = 86_400

_NAME = re.compile(r"(?P<start>\d{1,12})-(?P<end>\d{1,12})-(?P<batch>\d{1,9})\.zip", re.ASCII)


@dataclass(frozen=True, slots=True)
class DownloadReport:
    """Report what a download did. `bad`: files refused now, each with the reason; `resting`: refused before, to be
    tried later."""

    stored: tuple[str, ...]
    bad: tuple[tuple[str, str], ...]
    resting: tuple[str, ...]
    listed: int


def download_exports(
    client: httpx.Client,
    store: ExposureStore,
    base_url: str,
    region: str,
    trusted_keys: Sequence[TrustedKey],
    now_s: float,
    limits: ExportLimits | None = None,
    heard: Callable[[float], float] | None = None,
    *,
    newest_only: bool = False,
) -> DownloadReport:
    """Download once. Raises ConnectionFailedError, or ExportError where the index itself is not one.

    `heard`: told the time that each file of the region carries, it returns the time of the phone after that.
    `newest_only`: read the end of the index alone.
    """
    limits = limits or ExportLimits()
    base_url = http.checked_base_url(base_url)
    if not trusted_keys:
        raise PhoneError("no key of the authority is pinned: nothing it publishes could be trusted")
    listed = _index(client, base_url, f"{region}/", last=_INDEX_END_BYTES if newest_only else 0)
    known, resting = store.known_exports(), store.resting_exports(now_s)
    stored, bad = [], []
    for name in listed:
        if name in known or name in resting:
            continue
        try:
            content = http.get(client, f"{base_url}/exports/{name}", limits.file_bytes)
            export = verified(content, trusted_keys, limits)
            moment_s = heard(export.end_s) if heard is not None and export.region == region else now_s
            check_place(export, name, region, moment_s)
        except (ExportError, http.RefusedError) as error:
            store.mark_bad(name, now_s, str(error))
            bad.append((name, str(error)))
        else:
            store.store_export(name, content, now_s)
            stored.append(name)
    return DownloadReport(tuple(stored), tuple(bad), tuple(name for name in listed if name in resting), len(listed))


def _index(client: httpx.Client, base_url: str, folder: str, last: int = 0) -> tuple[str, ...]:
    """Return the names of the files that a folder's index lists; with `last`, those in so many bytes of its end."""
    try:
        content = http.get(client, f"{base_url}/exports/{folder}index.txt", MAX_INDEX_BYTES, last=last)
    except http.RefusedError as error:
        if last and error.status == HTTPStatus.REQUESTED_RANGE_NOT_SATISFIABLE:  # an empty file has no end
            return ()
        raise
    try:
        text = content.decode("ascii")
    except UnicodeDecodeError as error:
        raise ExportError("index: not ASCII text") from error
    if last and not text.startswith(folder):  # it begins within a line
        text = text.partition("\n")[2]
    return index_from_text(text, prefix=folder)


def verified(content: bytes, trusted_keys: Sequence[TrustedKey], limits: ExportLimits) -> Export:
    """Return what a file says beside its keys. Raises ExportError where it is not signed by one of the keys, or one of
    its keys cannot be."""
    opened = open_export(content, trusted_keys, limits)
    opened.key_columns()
    opened.revised_columns()
    return opened.head


def check_place(export: Export, name: str, region: str, now_s: float) -> None:
    """Refuse a genuine file in a wrong place: another region's, or an old one under a new name, by which somebody on
    the way could withhold the new."""
    if export.region != region:
        raise ExportError(f"export: of the region {export.region!a} where {region} is meant")
    named = _NAME.fullmatch(name.removeprefix(f"{region}/"))
    if named is None:
        raise ExportError("export: its name is not of the form start-end-batch.zip")
    place = (int(named["start"]), int(named["end"]), int(named["batch"]))
    if place != (export.start_s, export.end_s, export.batch_num):
        raise ExportError("export: its content is of another time or batch than its name says")
    if export.end_s > now_s + _FUTURE_S:
        raise ExportError("export: it ends in the future; is this phone's clock right?")


# --- signed documents ---------------------------------------------------------------------------------


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
            unread = Fault.TOO_LARGE if isinstance(error, http.TooLargeError) else Fault.MALFORMED
            store.refuse(kind, area, error.fault if isinstance(error, DocumentError) else unread)
            refused.append((area, str(error)))
        else:
            store.keep(document, data, now_s)
            changed.append(document)
    return DocumentsReport(tuple(changed), tuple(refused))


# --- places -------------------------------------------------------------------------------------------


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
    stays = [
        Stay(number, bytes.fromhex(visit.place.location_id), int(visit.came_at_s), int(visit.end_s(now_s)))
        for number, visit in visits.items()
        if visit.place.location_id
    ]
    compared: list[str] = []
    bad: list[tuple[str, str]] = []
    new = 0
    for name in _place_index(client, base_url, region):
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


def _place_index(client: httpx.Client, base_url: str, region: str) -> tuple[str, ...]:
    try:
        return _index(client, base_url, f"{region}/places/")
    except http.RefusedError as error:
        if error.status == HTTPStatus.NOT_FOUND:  # this authority publishes none
            return ()
        raise
