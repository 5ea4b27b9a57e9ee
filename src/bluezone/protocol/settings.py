"""Publish the settings by which all phones of a region go: whether warnings of second order are on.

    GET /v1/settings/{region}.json

A signed document (`protocol.signed`) whose text, under the name `settings`, is a JSON object: `region`, `area` (always
empty: the country), `serial` (rises with each document: an old one cannot be played back), `issued_at`, `valid_until`
(Unix seconds; the authority signs anew well before), and `second_order`: whether contacts (F1) may warn others, whose
keys then lie in a region of their own (`second_order_region`). A phone that has no document, or only one that has run
out, takes it to be off.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from bluezone.protocol.exports import ExportSigner, TrustedKey
from bluezone.protocol.signed import DocumentError, DocumentKind, sign_text, verified_document
from bluezone.protocol.text import is_clean, is_whole, json_object

MAX_DOCUMENT_BYTES = 16_384
#: the area of the one document there is
COUNTRY = ""
_LAST_SECOND = 2**53
_MAX_SERIAL = 2**31
_KIND = DocumentKind("settings", "settings", b"Bluezone settings document v1\n", MAX_DOCUMENT_BYTES)


class SettingsError(DocumentError):
    """Report settings that are not taken; `fault` says why in one word."""


@dataclass(frozen=True, slots=True)
class Settings:
    """Hold the settings of a region as issued at `issued_at_s`."""

    region: str
    area: str
    serial: int
    issued_at_s: int
    valid_until_s: int
    second_order: bool

    def __post_init__(self) -> None:
        if not self.region or len(self.region) > 100 or not is_clean(self.region):
            raise SettingsError(f"settings: region {ascii(self.region)[:80]} is not a short text")
        if self.area != COUNTRY:
            raise SettingsError(f"settings: area {ascii(self.area)[:40]} where none is meant")
        if not 1 <= self.serial <= _MAX_SERIAL:
            raise SettingsError(f"settings: serial {self.serial} is not a number from 1 on")
        if not 0 <= self.issued_at_s < self.valid_until_s <= _LAST_SECOND:
            raise SettingsError(f"settings: issued at {self.issued_at_s}, valid until {self.valid_until_s}")


def path_of(region: str, area: str = COUNTRY) -> str:  # noqa: ARG001 (as of every kind of document)
    """Return the path of a region's document."""
    return f"/v1/settings/{region}.json"


def second_order_region(region: str) -> str:
    """Return the region of the keys of contacts who warn others: readers of `region` never meet their report type."""
    return f"{region}-f2"


def sign_settings(settings: Settings, signers: Sequence[ExportSigner]) -> bytes:
    """Make the document, signed by each of `signers`."""
    body = {
        "region": settings.region,
        "area": settings.area,
        "serial": settings.serial,
        "issued_at": settings.issued_at_s,
        "valid_until": settings.valid_until_s,
        "second_order": settings.second_order,
    }
    return sign_text(json.dumps(body, sort_keys=True), _KIND, signers)


def verify_settings(
    data: bytes,
    trusted_keys: Iterable[TrustedKey],
    region: str,
    area: str,
    now_s: float | None,
    newer_than: int = 0,
) -> Settings:
    """Read a document that one of `trusted_keys` signed for `region`, valid at `now_s` and newer than the serial
    `newer_than`. `now_s` None: a document kept from before, at any time. Raises SettingsError on all else."""
    return verified_document(data, _KIND, _settings, trusted_keys, region, area, now_s, newer_than, SettingsError)


def _settings(text: str) -> Settings:
    body = json_object(text, "settings")
    region, area, second_order = body.get("region"), body.get("area"), body.get("second_order")
    numbers = [body.get(name) for name in ("serial", "issued_at", "valid_until")]
    if not isinstance(region, str) or not isinstance(area, str) or not isinstance(second_order, bool):
        raise SettingsError("settings: texts `region` and `area` and a yes or no `second_order` are meant")
    if not all(is_whole(number, 0, _LAST_SECOND) for number in numbers):
        raise SettingsError("settings: numbers `serial`, `issued_at` and `valid_until` are meant")
    serial, issued_at_s, valid_until_s = numbers
    return Settings(region, area, int(serial), int(issued_at_s), int(valid_until_s), second_order)  # type: ignore[arg-type]
