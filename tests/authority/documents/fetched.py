"""Fetch signed documents from the authority as a phone does."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.test import Client

from bluezone.authority.documents import services
from bluezone.authority.signing import services as signing
from bluezone.protocol.documents import Document, Kind, verify
from bluezone.protocol.exports import TrustedKey


def trusted() -> list[TrustedKey]:
    """Return the keys that phones have pinned."""
    keys = signing.SigningKey.objects.filter(purpose=signing.EXPORT)
    return [TrustedKey(signing.public_key(key), "452", key.version) for key in keys]


def fetched(kind: Kind[Any], now: dt.datetime, area: str = "", newer_than: int = 0) -> Document[Any]:
    """Fetch a document and verify it."""
    response = Client().get(kind.address("452", area))
    assert response.status_code == 200
    return verify(response.content, kind, trusted(), "452", area, now.timestamp(), newer_than)


def refreshed(kind: Kind[Any], now: dt.datetime) -> str:
    """Do what the worker does; return the serials of a kind's documents that were signed anew, by area."""
    said = services.refresh(now) or ""
    return " ".join(part for part in said.removeprefix("signed anew: ").split(", ") if part.startswith(kind.name))
