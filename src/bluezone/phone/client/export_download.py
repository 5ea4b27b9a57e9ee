"""Download the key exports the phone has not yet, and keep those it can trust.

Every phone of a region asks for the same index and the same files, so the server learns nothing from being asked. Each
file is verified and stored in one commit; a download that is killed goes on where it was. Connection errors end it and
are raised: whoever calls it knows when there is a network again.

A file that cannot be trusted is reported and left out, and tried again after an hour, then two, four, at most a day,
for as long as the index names it. It is not marked as seen for good: what was wrong may have been the download, a cache
on the way, or a signing key that this phone learns of tomorrow, and a warning that never comes is worse than a few
wasted requests.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import httpx

from bluezone.phone.client import http
from bluezone.phone.errors import PhoneError
from bluezone.phone.stores.exposure_store import ExposureStore
from bluezone.protocol.exports import Export, ExportError, ExportLimits, TrustedKey, index_from_text, open_export

MAX_INDEX_BYTES = 2**20

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
) -> DownloadReport:
    """Download once. Raises ConnectionFailedError, or ExportError where the index itself is not one.

    `heard`: told the time that each file of the region carries, it returns the time of the phone after that.
    """
    limits = limits or ExportLimits()
    base_url = http.checked_base_url(base_url)
    if not trusted_keys:
        raise PhoneError("no key of the authority is pinned: nothing it publishes could be trusted")
    listed = _index(client, base_url, region)
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


def _index(client: httpx.Client, base_url: str, region: str) -> tuple[str, ...]:
    content = http.get(client, f"{base_url}/exports/{region}/index.txt", MAX_INDEX_BYTES)
    try:
        text = content.decode("ascii")
    except UnicodeDecodeError as error:
        raise ExportError("index: not ASCII text") from error
    return index_from_text(text, prefix=f"{region}/")


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
