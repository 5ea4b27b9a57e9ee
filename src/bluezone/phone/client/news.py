"""Fetch the authority's news, verify them, and keep those that are good and newer."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from http import HTTPStatus

import httpx

from bluezone.phone.client import http
from bluezone.phone.stores.news_store import NewsStore
from bluezone.protocol.exports import TrustedKey
from bluezone.protocol.news import MAX_DOCUMENT_BYTES, NewsError, path_of, verify_news
from bluezone.protocol.signed import Fault

#: the area of news for everybody
COUNTRY = ""


@dataclass(frozen=True, slots=True)
class NewsReport:
    """Report what a fetch did: the areas with something new, and those refused with the reason."""

    changed: tuple[str, ...] = ()
    refused: tuple[tuple[str, str], ...] = ()


def fetch_news(
    client: httpx.Client,
    store: NewsStore,
    base_url: str,
    region: str,
    areas: Sequence[str],
    trusted_keys: Sequence[TrustedKey],
    now_s: float,
) -> NewsReport:
    """Ask for the documents of `areas` and keep those that are good and newer; others of before are dropped.

    Raises ConnectionFailedError where there is no answer; a bad answer is reported and noted, and what was kept stays.
    """
    store.begin_fetch(areas)
    changed, refused = [], []
    for area in areas:
        fault = ""
        try:
            if _fetch_area(client, store, base_url, region, area, trusted_keys, now_s):
                changed.append(area)
        except NewsError as error:
            fault, text = error.fault, str(error)
        except http.TooLargeError as error:
            fault, text = Fault.TOO_LARGE, str(error)
        except http.RefusedError as error:
            if error.status == HTTPStatus.NOT_FOUND:  # nothing was ever published for this area
                continue
            fault, text = Fault.MALFORMED, str(error)
        if fault:
            refused.append((area, text))
            store.refuse(area, str(fault))
    return NewsReport(tuple(changed), tuple(refused))


def _fetch_area(
    client: httpx.Client,
    store: NewsStore,
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
    news = verify_news(data, trusted_keys, region, area, now_s, newer_than=kept.serial if kept else 0)
    store.keep(news, data, now_s)
    return True
