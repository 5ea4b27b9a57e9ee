"""Declare what a telephone at a door sends: its link's secret, its clock, and the taps that wait on it.

Nothing in it is looked up: no secret is wrong here.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from typing import Annotated, Any

from bluezone.authority.door.rules import ANSWERS, App, Kind, Post, Shift
from bluezone.protocol.errors import ProtocolError
from bluezone.protocol.fields import Codec, Message, matches, size, within

#: 128 bits in URL-safe base 64, of which the last letter has four spare bits
SECRET_BYTES = 16
#: made by the telephone, so that what is sent twice is stored once
ID = matches(r"[0-9a-f]{32}", "an id")
MOST_TAPS = 50
#: 1697 to 2242: a clock is believed only in its differences, but is to be a number
_EARLIEST_S, _LATEST_S = -(2**33), 2**33


def _seconds(value: Any, place: str) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float) or not _EARLIEST_S < value < _LATEST_S:
        raise ProtocolError(f"{place} is no moment")
    return float(value)


_MOMENT = Codec(_seconds)


def digest_of(secret: str) -> str:
    """Return what is stored of a link's secret. It has 128 random bits: a plain hash cannot be searched, and stays
    valid when the installation's own secret is changed."""
    return hashlib.sha256(f"bluezone door {secret}".encode("ascii")).hexdigest()


@dataclass(frozen=True, slots=True)
class SentTap(Message):
    """Hold one tap as sent. `at_s`: Unix seconds by the telephone's clock; `undone`: what an undo takes back."""

    what = "tap"
    key: Annotated[str, "id", ID]
    at_s: Annotated[float, "at", _MOMENT]
    kind: Kind
    app: App | None = None
    undone: Annotated[str, "of", ID] = ""
    post: Post = Post.OTHER
    shift: Shift | None = None

    def check(self) -> None:
        if (self.kind in ANSWERS) != (self.app is not None) or (self.kind is Kind.UNDO) != bool(self.undone):
            raise ProtocolError("tap: an answer is of an app, an undo of a tap")


@dataclass(frozen=True, slots=True)
class OfLink(Message):
    """Hold a request that comes by a link."""

    what = "sending"
    secret: Annotated[str, "link", matches(r"[A-Za-z0-9_-]{22}", "one of ours")] = field(repr=False)

    @property
    def link(self) -> str:
        """Return the digest of the link's secret."""
        return digest_of(self.secret)


@dataclass(frozen=True, slots=True)
class Sending(OfLink):
    """Hold the taps that waited, and when they were sent by the telephone's clock."""

    max_bytes = 16 * 1024
    sent_at_s: Annotated[float, "sent_at", _MOMENT]
    taps: Annotated[tuple[SentTap, ...], size(1, MOST_TAPS)]
    v: Annotated[int, within(1, 1)]
