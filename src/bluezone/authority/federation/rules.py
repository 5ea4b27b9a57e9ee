"""Decide which addresses are asked, which files are due, and which keys of another authority are taken. Pure.

Source: the import of export files by google/exposure-notifications-server (internal/exportimport): keys are inserted,
revised keys revise what came from the same source, a key without a report type counts as confirmed.
"""

from __future__ import annotations

import datetime as dt
import enum
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from urllib.parse import urlsplit, urlunsplit

from bluezone.authority.errors import AuthorityError
from bluezone.authority.keys.rules import KEY_RULES
from bluezone.protocol.exports import Export
from bluezone.protocol.keys import ReportType, TemporaryExposureKey

#: a file that could not be taken is tried again after so long, for as long as the index names it
RETRY_AFTER = dt.timedelta(hours=6)
#: how far the clock of another authority may be ahead of ours
AHEAD = dt.timedelta(days=1)
#: what became of a file is remembered for so long after the index has stopped naming it: by then no key of it would be
#: taken again
REMEMBERED = dt.timedelta(days=16)
#: the default of `Source.keys_a_day`: what every one of our phones would download, some 35 MB
KEYS_A_DAY = 1_000_000

_LOOPBACK = ("localhost", "127.0.0.1", "::1")


class FederationError(AuthorityError):
    """Report a source that cannot be added or changed as was asked."""


class Trouble(enum.StrEnum):
    """Name why an index or a file could not be taken."""

    UNREACHABLE = "unreachable"
    ANSWER = "answer"
    TOO_LARGE = "too large"
    SIGNATURE = "signature"
    DAMAGED = "damaged"
    REGION = "region"
    FUTURE = "future"
    #: not a fault: more waits than may be taken in a day
    DAY_FULL = "day full"


class Refusal(enum.StrEnum):
    """Name why a key of a file that is believed is not taken."""

    TOO_OLD = "too old"
    NOT_STARTED = "not started"
    WITHDRAWN = "withdrawn"
    SECOND_ORDER = "second order"
    #: a revised key that did not come from this source, or may not change so
    NOT_REVISABLE = "not revisable"


class UnfitError(AuthorityError):
    """Report an index or a file that is not taken. The text is for an engineer; `trouble` for everybody."""

    def __init__(self, trouble: Trouble, text: str) -> None:
        super().__init__(text)
        self.trouble = trouble


# --- addresses --------------------------------------------------------------------------------------------------------


def checked_url(url: str, what: str) -> str:
    """Return an address that may be asked. Raises FederationError unless it is https, or http on this machine: who
    listens on the way learns nothing secret, but could hold files back unseen."""
    try:
        parts = urlsplit(url)
        host, _ = parts.hostname, parts.port
    except ValueError as error:
        raise FederationError(f"{what} {url!r} is not an address ({error})") from error
    if not host or parts.query or parts.fragment or parts.username is not None or not url.isascii() or " " in url:
        raise FederationError(f"{what} {url!r} is not of the form https://host/path")
    if parts.scheme != "https" and not (parts.scheme == "http" and host in _LOOPBACK):
        raise FederationError(f"{what} {url!r} must begin with https:// (http:// only on this machine)")
    return url


def file_url(index_url: str, export_root: str, name: str) -> str:
    """Return where a file of an index lies. Names in an index are paths below the root of the exports, as the
    reference server writes them (`452/1597752000-1597766400-00001.zip` in `.../452/index.txt`).

    Without `export_root` the root follows from the index's own address: the folders of the name must be the last ones
    of it. Raises UnfitError where they are not.
    """
    folders, _, file = name.rpartition("/")
    if export_root:
        return f"{export_root.rstrip('/')}/{name}"
    parts = urlsplit(index_url)
    base = parts.path.rpartition("/")[0]
    if not folders or base == f"/{folders}" or base.endswith(f"/{folders}"):
        path = f"{base}/{file}"
    else:
        text = f"index: {name[:80]} does not lie where the index does; say where with --export-root"
        raise UnfitError(Trouble.ANSWER, text)
    return urlunsplit((parts.scheme, parts.netloc, path, "", ""))


# --- files ------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class KnownFile:
    """Hold what is known of a file: whether all of it was taken, and before when a bad one is left alone."""

    is_read: bool
    retry_at: dt.datetime | None = None


def due(names: Sequence[str], known: Mapping[str, KnownFile], now: dt.datetime) -> list[str]:
    """Return the files of an index to read now, in its order: new ones, those that were not finished, and bad ones
    whose time has come."""

    def is_due(name: str) -> bool:
        file = known.get(name)
        return file is None or not (file.is_read or (file.retry_at is not None and now < file.retry_at))

    return [name for name in names if is_due(name)]


def check_place(head: Export, region: str, now: dt.datetime) -> None:
    """Refuse a genuine file of another region (servers sign several with one key) or of the future. Raises
    UnfitError."""
    if head.region != region:
        raise UnfitError(Trouble.REGION, f"export: of the region {head.region!a} where {region} is meant")
    if head.end_s > (now + AHEAD).timestamp():
        raise UnfitError(Trouble.FUTURE, f"export: it ends in the future ({head.end_s} s)")


# --- keys -------------------------------------------------------------------------------------------------------------

_TOO_OLD, _NOT_STARTED = KEY_RULES


def refusal(key: TemporaryExposureKey, now_s: float) -> Refusal | None:
    """Return why a key that is published for the first time is not taken; None for one that is."""
    if _TOO_OLD.check(key, now_s) is not None:
        return Refusal.TOO_OLD
    if _NOT_STARTED.check(key, now_s) is not None:
        return Refusal.NOT_STARTED
    if key.report_type is ReportType.REVOKED:  # nobody here was told
        return Refusal.WITHDRAWN
    if key.report_type is ReportType.RECURSIVE:  # who reads our region never meets it
        return Refusal.SECOND_ORDER
    return None


def as_taken(key: TemporaryExposureKey) -> TemporaryExposureKey:
    """Return a key as it is stored: one without a report type counts as confirmed by a test."""
    if key.report_type is not ReportType.UNKNOWN:
        return key
    return replace(key, report_type=ReportType.CONFIRMED_TEST)


def sorted_out(
    keys: Iterable[TemporaryExposureKey], now_s: float
) -> tuple[list[TemporaryExposureKey], dict[Refusal, int]]:
    """Return the keys to take, as they are stored, and how many are not, by why."""
    good: list[TemporaryExposureKey] = []
    refused: dict[Refusal, int] = {}
    for key in keys:
        why = refusal(key, now_s)
        if why is None:
            good.append(as_taken(key))
        else:
            refused[why] = refused.get(why, 0) + 1
    return good, refused
