"""Publish the rule by which phones warn of a risky place: the policy `places`, signed, apart from that of Bluetooth.

    GET /v1/places/{region}.json

A signed document (`protocol.signed`) whose text, under the name `places`, is a JSON object: `region`, `area` (always
empty: the country), `serial`, `issued_at`, `valid_until`, `version` (of the rule's form), `min_overlap_min`: how long
somebody must have been at a place while it was risky, and `watch_days`: for how long after it to watch one's health. A
phone that has no document, or only one that has run out, goes by the default.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from bluezone.protocol.area_documents import (
    COUNTRY,
    AreaDocument,
    heading_from,
    served_at,
    verified_document,
    whole_from,
)
from bluezone.protocol.exports import ExportSigner, TrustedKey
from bluezone.protocol.signed import DocumentError, DocumentKind, sign_text
from bluezone.protocol.text import json_object

VERSION = 1
DEFAULT_OVERLAP_MIN = 10
DEFAULT_WATCH_DAYS = 14
_KIND = DocumentKind("policy of places", "places", b"Bluezone policy of places v1\n", 16_384)


class PlacePolicyError(DocumentError):
    """Report a policy of places that is not taken; `fault` says why in one word."""


@dataclass(frozen=True, slots=True)
class PlacePolicy(AreaDocument):
    """Hold the rule as issued at `issued_at_s`."""

    min_overlap_min: int = DEFAULT_OVERLAP_MIN
    watch_days: int = DEFAULT_WATCH_DAYS

    def __post_init__(self) -> None:
        self.check_heading(_KIND.what, PlacePolicyError, has_provinces=False)
        if not 1 <= self.min_overlap_min <= 24 * 60 or not 1 <= self.watch_days <= 60:
            raise PlacePolicyError("policy of places: an overlap of 1 to 1440 minutes and 1 to 60 days are meant")


def path_of(region: str, area: str = COUNTRY) -> str:  # noqa: ARG001 (as of every kind of document)
    """Return the path of a region's document."""
    return served_at("places", region)


def sign_place_policy(policy: PlacePolicy, signers: Sequence[ExportSigner]) -> bytes:
    """Make the document, signed by each of `signers`."""
    body = {
        **policy.heading(),
        "version": VERSION,
        "min_overlap_min": policy.min_overlap_min,
        "watch_days": policy.watch_days,
    }
    return sign_text(json.dumps(body, sort_keys=True), _KIND, signers)


def verify_place_policy(
    data: bytes, trusted_keys: Iterable[TrustedKey], region: str, area: str, now_s: float | None, newer_than: int = 0
) -> PlacePolicy:
    """Read a document that one of `trusted_keys` signed for `region`, valid at `now_s` and newer than the serial
    `newer_than`. `now_s` None: one kept from before, at any time. Raises PlacePolicyError on all else."""
    return verified_document(data, _KIND, _policy, trusted_keys, region, area, now_s, newer_than, PlacePolicyError)


def _policy(text: str) -> PlacePolicy:
    body = json_object(text, "policy of places")
    if body.get("version") != VERSION:
        raise PlacePolicyError("policy of places: a version that this program does not know")
    return PlacePolicy(
        *heading_from(body, _KIND.what, PlacePolicyError),
        whole_from(body, "min_overlap_min", _KIND.what, PlacePolicyError),
        whole_from(body, "watch_days", _KIND.what, PlacePolicyError),
    )
