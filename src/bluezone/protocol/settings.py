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

from bluezone.protocol.area_documents import COUNTRY, AreaDocument, heading_from, served_at, verified_document
from bluezone.protocol.exports import ExportSigner, TrustedKey
from bluezone.protocol.signed import DocumentError, DocumentKind, sign_text
from bluezone.protocol.text import json_object

MAX_DOCUMENT_BYTES = 16_384
_KIND = DocumentKind("settings", "settings", b"Bluezone settings document v1\n", MAX_DOCUMENT_BYTES)


class SettingsError(DocumentError):
    """Report settings that are not taken; `fault` says why in one word."""


@dataclass(frozen=True, slots=True)
class Settings(AreaDocument):
    """Hold the settings of a region as issued at `issued_at_s`."""

    second_order: bool

    def __post_init__(self) -> None:
        self.check_heading(_KIND.what, SettingsError, has_provinces=False)


def path_of(region: str, area: str = COUNTRY) -> str:  # noqa: ARG001 (as of every kind of document)
    """Return the path of a region's document."""
    return served_at("settings", region)


def second_order_region(region: str) -> str:
    """Return the region of the keys of contacts who warn others: readers of `region` never meet their report type."""
    return f"{region}-f2"


def sign_settings(settings: Settings, signers: Sequence[ExportSigner]) -> bytes:
    """Make the document, signed by each of `signers`."""
    body = {
        **settings.heading(),
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
    second_order = body.get("second_order")
    if not isinstance(second_order, bool):
        raise SettingsError("settings: a yes or no `second_order` is meant")
    return Settings(*heading_from(body, _KIND.what, SettingsError), second_order)
