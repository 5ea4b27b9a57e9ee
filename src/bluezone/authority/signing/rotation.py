"""Decide when a new key of passes is made and begins to sign, and how long passes of an old one are trusted. Pure."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from bluezone.protocol.passes import MAX_VALID_S

#: how long a key signs passes
SIGNS = dt.timedelta(days=90)
#: a key's public half is fetched by checkpoints so long before it signs: one without a network for days knows it
KNOWN_BEFORE = dt.timedelta(days=7)
#: the last pass of a key has run out after as long
TRUSTED_AFTER = dt.timedelta(seconds=MAX_VALID_S)


def next_from(begins: Sequence[dt.datetime], now: dt.datetime) -> dt.datetime | None:
    """Return when the next key is to begin, given when those there are do; None while it is not due. Without any key it
    begins now; late, after a server stood still, it is known before it signs all the same."""
    if not begins:
        return now
    ends = max(begins) + SIGNS
    return None if now < ends - KNOWN_BEFORE else max(ends, now + KNOWN_BEFORE)


def is_trusted(thru_at: dt.datetime | None, now: dt.datetime) -> bool:
    """Decide whether passes that a key signed until `thru_at` may still be good."""
    return thru_at is None or now < thru_at + TRUSTED_AFTER
