"""Decide what the signed documents of areas have in common: the area of a place, and when a document is signed anew."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from bluezone.authority.officers.jurisdiction import codes_of

#: a document is signed anew after a day, and believed for two weeks: a phone that gets nothing newer knows of it
SIGN_ANEW = dt.timedelta(days=1)
DOCUMENT_LIFE = dt.timedelta(days=14)


def area_of(place: str) -> str:
    """Return the area whose document holds what is written for a place: a province's code, or empty for the
    country's."""
    return codes_of(place)[0] if codes_of(place) else ""


def must_sign(
    issued_at: dt.datetime | None, held: Sequence[object], wanted: Sequence[object], now: dt.datetime
) -> bool:
    """Decide whether an area needs a new document: it has none and something is written, it holds others than it
    should (ids of what was written), or it is old."""
    if issued_at is None:
        return bool(wanted)
    return list(held) != list(wanted) or now - issued_at >= SIGN_ANEW
