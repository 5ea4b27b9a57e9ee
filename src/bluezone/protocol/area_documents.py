"""Hold what every document for an area of a region begins with: for whom it is, which of several is the newest, and how
long it holds. News, guidance, settings, the policy of places and the list of revoked passes are such documents.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, TypeVar

from bluezone.protocol.errors import ProtocolError
from bluezone.protocol.exports import TrustedKey
from bluezone.protocol.signed import DocumentError, DocumentKind, Fault, UntrustedError, verified_text
from bluezone.protocol.text import MessageTooLargeError, is_clean, is_whole

#: the area of a document for the whole country
COUNTRY = ""
#: how far ahead of a phone's clock a document may have been issued
FUTURE_S = 86_400
#: as far as a time may lie ahead: beyond it, readers in JavaScript lose seconds
LAST_SECOND = 2**53
_LAST_SERIAL = 2**31
_MAX_REGION = 100
_PROVINCE = re.compile(r"(63|34):[0-9]{2}", re.ASCII)


@dataclass(frozen=True, slots=True)
class AreaDocument:
    """Hold what a document was issued with: its region and area (code of a province such as `34:92`, or empty: the
    country), a serial that rises with each, and from when to when it holds in Unix seconds."""

    region: str
    area: str
    serial: int
    issued_at_s: int
    valid_until_s: int

    def check_heading(self, what: str, error: type[DocumentError], *, has_provinces: bool) -> None:
        """Raise `error`, its message beginning with `what`, for a heading that cannot be. Without `has_provinces`
        there is one document, for the country."""
        if not self.region or len(self.region) > _MAX_REGION or not is_clean(self.region):
            raise error(f"{what}: region {ascii(self.region)[:80]} is not a short text")
        if self.area != COUNTRY and not has_provinces:
            raise error(f"{what}: area {ascii(self.area)[:40]} where none is meant")
        if self.area != COUNTRY and not is_province(self.area):
            raise error(f"{what}: area {ascii(self.area)[:40]} is not a province's code")
        if not 1 <= self.serial <= _LAST_SERIAL:
            raise error(f"{what}: serial {self.serial} is not a number from 1 on")
        if not 0 <= self.issued_at_s < self.valid_until_s <= LAST_SECOND:
            raise error(f"{what}: issued at {self.issued_at_s}, valid until {self.valid_until_s}")

    def heading(self) -> dict[str, Any]:
        """Return the fields with which its JSON object begins."""
        return {
            "region": self.region,
            "area": self.area,
            "serial": self.serial,
            "issued_at": self.issued_at_s,
            "valid_until": self.valid_until_s,
        }


D = TypeVar("D", bound=AreaDocument)


def verified_document(
    data: bytes,
    kind: DocumentKind,
    read: Callable[[str], D],
    trusted_keys: Iterable[TrustedKey],
    region: str,
    area: str,
    now_s: float | None,
    newer_than: int,
    error: type[DocumentError],
) -> D:
    """Return what `read` makes of a document that one of `trusted_keys` signed for `region` and `area`, valid at
    `now_s` and newer than the serial `newer_than`. `now_s` None: a document kept from before, at any time.
    Raises `error`."""
    try:
        document = read(verified_text(data, kind, trusted_keys))
    except UntrustedError as untrusted:
        raise error(str(untrusted), Fault.UNTRUSTED) from untrusted
    except MessageTooLargeError as large:
        raise error(str(large), Fault.TOO_LARGE) from large
    except error:
        raise
    except ProtocolError as malformed:
        raise error(str(malformed)) from malformed
    what, serial = kind.what, document.serial
    issued_s, until_s = document.issued_at_s, document.valid_until_s
    if (document.region, document.area) != (region, area):
        raise error(f"{what}: for {document.region!r} {document.area!r}, not for {region!r} {area!r}", Fault.ELSEWHERE)
    if serial <= newer_than:
        raise error(f"{what}: serial {serial} is not newer than {newer_than}", Fault.STALE)
    if now_s is not None and not issued_s - FUTURE_S <= now_s < until_s:
        raise error(f"{what}: issued at {issued_s}, valid until {until_s}, now is {now_s:.0f}", Fault.STALE)
    return document


def heading_from(body: Mapping[str, Any], what: str, error: type[DocumentError]) -> tuple[str, str, int, int, int]:
    """Read region, area, serial, and the seconds of issue and end from a JSON object. Raises `error`."""
    region, area = body.get("region"), body.get("area")
    if not isinstance(region, str) or not isinstance(area, str):
        raise error(f"{what}: region or area is missing or no text")
    serial, issued_at_s, valid_until_s = (
        whole_from(body, name, what, error) for name in ("serial", "issued_at", "valid_until")
    )
    return region, area, serial, issued_at_s, valid_until_s


def whole_from(body: Mapping[str, Any], name: str, what: str, error: type[DocumentError]) -> int:
    """Read a whole number from 0 on. Raises `error`, its message beginning with `what`."""
    value = body.get(name)
    if not is_whole(value, 0, LAST_SECOND):
        raise error(f"{what}: {name} is missing or no whole number")
    return int(value)  # type: ignore[arg-type]


def is_province(area: str) -> bool:
    """Return whether an area is a province, written as a document names it."""
    return _PROVINCE.fullmatch(area) is not None


def served_at(kind: str, region: str, area: str = COUNTRY) -> str:
    """Return the path at which the document of a region and area is served, from the authority's root."""
    return f"/v1/{kind}/{region}/{area.replace(':', '-')}.json" if area else f"/v1/{kind}/{region}.json"
