"""Fetch the authority's guidance for who was warned, verify it, and keep what is good and newer."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from http import HTTPStatus

import httpx

from bluezone.phone.client import http
from bluezone.phone.stores.guidance_store import GuidanceStore
from bluezone.protocol.exports import TrustedKey
from bluezone.protocol.guidance import MAX_DOCUMENT_BYTES, GuidanceError, path_of, verify_guidance
from bluezone.protocol.signed import Fault


@dataclass(frozen=True, slots=True)
class GuidanceReport:
    """Report what a fetch did: the areas with something new, and those refused with the reason."""

    changed: tuple[str, ...] = ()
    refused: tuple[tuple[str, str], ...] = ()


def fetch_guidance(
    client: httpx.Client,
    store: GuidanceStore,
    base_url: str,
    region: str,
    areas: Sequence[str],
    trusted_keys: Sequence[TrustedKey],
    now_s: float,
) -> GuidanceReport:
    """Ask for the documents of `areas` and keep those that are good and newer; others of before are dropped.

    Raises ConnectionFailedError where there is no answer; a bad answer is reported and noted, and what was kept stays.
    """
    store.begin_fetch(areas)
    changed, refused = [], []
    for area in areas:
        try:
            if _fetch_area(client, store, base_url, region, area, trusted_keys, now_s):
                changed.append(area)
        except GuidanceError as error:
            refused.append((area, str(error)))
            store.refuse(area, error.fault)
        except http.RefusedError as error:
            if error.status == HTTPStatus.NOT_FOUND:  # nothing was ever published for this area
                continue
            refused.append((area, str(error)))
            store.refuse(area, Fault.TOO_LARGE if isinstance(error, http.TooLargeError) else Fault.MALFORMED)
    return GuidanceReport(tuple(changed), tuple(refused))


def _fetch_area(
    client: httpx.Client,
    store: GuidanceStore,
    base_url: str,
    region: str,
    area: str,
    trusted_keys: Sequence[TrustedKey],
    now_s: float,
) -> bool:
    kept = store.kept(area, region, trusted_keys)
    data = http.get(client, http.checked_base_url(base_url) + path_of(region, area), MAX_DOCUMENT_BYTES)
    if kept is not None and data == store.data(area):
        return False
    guidance = verify_guidance(data, trusted_keys, region, area, now_s, newer_than=kept.serial if kept else 0)
    store.keep(guidance, data, now_s)
    return True
