"""Publish news and advice of a health authority, as signed documents that all phones of a region or province fetch
alike.

    GET /v1/news/{region}.json             what is for the whole country
    GET /v1/news/{region}/34-92.json       what is for a province and the communes in it

A signed document (`protocol.signed`) whose text, under the name `news`, is a JSON object: `region`, `area` (code of a
province, `34:92`, or empty), `serial` (rises with each publication: an old document cannot be played back),
`issued_at`, `valid_until` (Unix seconds; the authority signs anew well before, so who holds back what is new is found
out), and `items`, each with `id`, `kind` (`news` or `advice`), `published_at`, `valid_until`, `places` (codes such as
`34:92`, a province, or `34:31471`, a commune; none: for everybody), `title` and `text` (objects with `vi` and perhaps
`en`, plain text).

Each phone picks by itself what is for its commune: the authority learns at most which province somebody reads of.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from bluezone.protocol.area_documents import (
    LAST_SECOND,
    AreaDocument,
    heading_from,
    served_at,
    verified_document,
    whole_from,
)
from bluezone.protocol.exports import ExportSigner, TrustedKey
from bluezone.protocol.signed import DocumentError, DocumentKind, sign_text
from bluezone.protocol.text import is_text, json_object

LANGUAGES = ("vi", "en")
KINDS = ("news", "advice")
MAX_TITLE, MAX_TEXT, MAX_PLACES = 120, 1_200, 40
#: with all of them at their longest a document stays below its bound
MAX_ITEMS = 40
MAX_DOCUMENT_BYTES = 1_024_000
_KIND = DocumentKind("news", "news", b"Bluezone news document v1\n", MAX_DOCUMENT_BYTES)
_ID = re.compile(r"[0-9A-Za-z-]{1,36}", re.ASCII)
_PLACE = re.compile(r"(63|34):([0-9]{2}|[0-9]{3}|[0-9]{5})", re.ASCII)


class NewsError(DocumentError):
    """Report news that are not taken; `fault` says why in one word."""


@dataclass(frozen=True, slots=True)
class NewsItem:
    """Hold one piece of news or advice; `title` and `text` by language. Raises NewsError for what cannot be."""

    id: str
    kind: str
    published_at_s: int
    valid_until_s: int
    places: tuple[str, ...]
    title: Mapping[str, str]
    text: Mapping[str, str]

    def __post_init__(self) -> None:
        if not _ID.fullmatch(self.id):
            raise NewsError(f"news: id {ascii(self.id)[:40]} is not 1 to 36 letters, digits or -")
        if self.kind not in KINDS:
            raise NewsError(f"news {self.id}: kind is none of {', '.join(KINDS)}")
        if not 0 <= self.published_at_s < self.valid_until_s <= LAST_SECOND:
            raise NewsError(f"news {self.id}: published at {self.published_at_s}, valid until {self.valid_until_s}")
        if len(self.places) > MAX_PLACES or not all(_PLACE.fullmatch(place) for place in self.places):
            raise NewsError(f"news {self.id}: places are not up to {MAX_PLACES} codes such as 34:92")
        for name, texts, longest in (("title", self.title, MAX_TITLE), ("text", self.text, MAX_TEXT)):
            if not all(is_text(one, longest) for one in texts.values()):
                raise NewsError(f"news {self.id}: {name} is not 1 to {longest} characters in each language")
            if "vi" not in texts or set(texts) - set(LANGUAGES) or set(texts) != set(self.title):
                raise NewsError(f"news {self.id}: title and text are in vi, or in vi and en")

    def is_for(self, places: Iterable[str]) -> bool:
        """Return whether it is for a person of these places (commune and what it lies in)."""
        return not self.places or not set(self.places).isdisjoint(places)


@dataclass(frozen=True, slots=True)
class News(AreaDocument):
    """Hold all that an authority has to say at `issued_at_s`, the newest first."""

    items: tuple[NewsItem, ...]

    def __post_init__(self) -> None:
        self.check_heading(_KIND.what, NewsError, has_provinces=True)
        if len(self.items) > MAX_ITEMS:
            raise NewsError(f"news: {len(self.items)} items, more than the {MAX_ITEMS} allowed")


def sign_news(news: News, signers: Sequence[ExportSigner]) -> bytes:
    """Make the document, signed by each of `signers`."""
    text = json.dumps(
        {
            **news.heading(),
            "items": [
                {
                    "id": item.id,
                    "kind": item.kind,
                    "published_at": item.published_at_s,
                    "valid_until": item.valid_until_s,
                    "places": list(item.places),
                    "title": dict(item.title),
                    "text": dict(item.text),
                }
                for item in news.items
            ],
        },
        ensure_ascii=False,
        sort_keys=True,
    )
    return sign_text(text, _KIND, signers)


def verify_news(
    data: bytes,
    trusted_keys: Iterable[TrustedKey],
    region: str,
    area: str,
    now_s: float | None,
    newer_than: int = 0,
) -> News:
    """Read a document that one of `trusted_keys` signed for `region` and `area`, valid at `now_s` and newer than the
    serial `newer_than`. `now_s` None: a document kept from before, at any time. Raises NewsError on anything else."""
    return verified_document(data, _KIND, _news, trusted_keys, region, area, now_s, newer_than, NewsError)


def _news(text: str) -> News:
    body = json_object(text, "news: news", MAX_DOCUMENT_BYTES)
    items = body.get("items")
    if not isinstance(items, list) or len(items) > MAX_ITEMS:
        raise NewsError(f"news: up to {MAX_ITEMS} `items` are meant")
    return News(
        *heading_from(body, _KIND.what, NewsError),
        tuple(_item(item) for item in items),
    )


def _item(fields: Any) -> NewsItem:
    if not isinstance(fields, dict) or not all(isinstance(fields.get(name), str) for name in ("id", "kind")):
        raise NewsError("news: an item has the texts id and kind")
    places, title, text = (fields.get(name) for name in ("places", "title", "text"))
    if not isinstance(places, list) or not all(isinstance(place, str) for place in places):
        raise NewsError("news: the places of an item are a list of texts")
    if not isinstance(title, dict) or not isinstance(text, dict):
        raise NewsError("news: title and text of an item are objects with vi and en")
    return NewsItem(
        id=fields["id"],
        kind=fields["kind"],
        published_at_s=whole_from(fields, "published_at", _KIND.what, NewsError),
        valid_until_s=whole_from(fields, "valid_until", _KIND.what, NewsError),
        places=tuple(places),
        title=title,
        text=text,
    )


def path_of(region: str, area: str) -> str:
    """Return the path at which a document is served, from the authority's root."""
    return served_at("news", region, area)
