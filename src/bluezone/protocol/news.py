"""Write and read news and advice of a health authority, the content of a signed document (`documents`).

A list of items, the newest first, each an object with `id`, `kind` (`news` or `advice`), `published_at`, `valid_until`
(Unix seconds), `places` (codes such as `34:92`, a province, or `34:31471`, a commune; none: for everybody), `title` and
`text` (objects with `vi` and perhaps `en`, plain text). Each phone picks by itself what is for its commune.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from bluezone.protocol.documents import LAST_SECOND, SOON, DocumentError, Kind, whole_from
from bluezone.protocol.text import is_text

LANGUAGES = ("vi", "en")
KINDS = ("news", "advice")
MAX_TITLE, MAX_TEXT, MAX_PLACES = 120, 1_200, 40
#: with all of them at their longest a document stays below its bound
MAX_ITEMS = 40
_MAX_BYTES = 1_024_000
_ID = re.compile(r"[0-9A-Za-z-]{1,36}", re.ASCII)
_PLACE = re.compile(r"(63|34):([0-9]{2}|[0-9]{3}|[0-9]{5})", re.ASCII)


@dataclass(frozen=True, slots=True)
class NewsItem:
    """Hold one piece of news or advice; `title` and `text` by language. Raises DocumentError for what cannot be."""

    id: str
    kind: str
    published_at_s: int
    valid_until_s: int
    places: tuple[str, ...]
    title: Mapping[str, str]
    text: Mapping[str, str]

    def __post_init__(self) -> None:
        if not _ID.fullmatch(self.id):
            raise DocumentError(f"news: id {ascii(self.id)[:40]} is not 1 to 36 letters, digits or -")
        if self.kind not in KINDS:
            raise DocumentError(f"news {self.id}: kind is none of {', '.join(KINDS)}")
        if not 0 <= self.published_at_s < self.valid_until_s <= LAST_SECOND:
            raise DocumentError(f"news {self.id}: published at {self.published_at_s}, valid until {self.valid_until_s}")
        if len(self.places) > MAX_PLACES or not all(_PLACE.fullmatch(place) for place in self.places):
            raise DocumentError(f"news {self.id}: places are not up to {MAX_PLACES} codes such as 34:92")
        for name, texts, longest in (("title", self.title, MAX_TITLE), ("text", self.text, MAX_TEXT)):
            if not all(is_text(one, longest) for one in texts.values()):
                raise DocumentError(f"news {self.id}: {name} is not 1 to {longest} characters in each language")
            if "vi" not in texts or set(texts) - set(LANGUAGES) or set(texts) != set(self.title):
                raise DocumentError(f"news {self.id}: title and text are in vi, or in vi and en")

    def is_for(self, places: Iterable[str]) -> bool:
        """Return whether it is for a person of these places (commune and what it lies in)."""
        return not self.places or not set(self.places).isdisjoint(places)


def _read(items: Any) -> tuple[NewsItem, ...]:
    if not isinstance(items, list) or len(items) > MAX_ITEMS:
        raise DocumentError(f"news: a list of up to {MAX_ITEMS} items is meant")
    return tuple(_item(item) for item in items)


def _write(items: Sequence[NewsItem]) -> list[dict[str, Any]]:
    return [
        {
            "id": item.id,
            "kind": item.kind,
            "published_at": item.published_at_s,
            "valid_until": item.valid_until_s,
            "places": list(item.places),
            "title": dict(item.title),
            "text": dict(item.text),
        }
        for item in items
    ]


def _item(fields: Any) -> NewsItem:
    if not isinstance(fields, dict) or not all(isinstance(fields.get(name), str) for name in ("id", "kind")):
        raise DocumentError("news: an item has the texts id and kind")
    places, title, text = (fields.get(name) for name in ("places", "title", "text"))
    if not isinstance(places, list) or not all(isinstance(place, str) for place in places):
        raise DocumentError("news: the places of an item are a list of texts")
    if not isinstance(title, dict) or not isinstance(text, dict):
        raise DocumentError("news: title and text of an item are objects with vi and en")
    return NewsItem(
        id=fields["id"],
        kind=fields["kind"],
        published_at_s=whole_from(fields.get("published_at"), "news", "published_at"),
        valid_until_s=whole_from(fields.get("valid_until"), "news", "valid_until"),
        places=tuple(places),
        title=title,
        text=text,
    )


NEWS: Kind[tuple[NewsItem, ...]] = Kind("news", _MAX_BYTES, _read, _write, has_provinces=True, empty=(), every=SOON)
