"""Read what a telephone at a door sends: its link's secret, its clock, and the taps that wait on it."""

from __future__ import annotations

import hashlib
import json
import re
from dataclasses import dataclass
from typing import Any, TypeVar

from bluezone.authority.door.rules import ANSWERS, App, Kind, Post, Shift

_Name = TypeVar("_Name", App, Kind, Post, Shift)

#: 128 bits in URL-safe base 64, of which the last letter has four spare bits
SECRET_BYTES = 16
_SECRET = re.compile(r"[A-Za-z0-9_-]{22}", re.ASCII)
_ID = re.compile(r"[0-9a-f]{32}", re.ASCII)
MOST_TAPS = 50
MOST_BYTES = 16 * 1024
#: 2001 to 2096: a clock is believed only in its differences, but is to be a number
_EARLIEST_S, _LATEST_S = -(2**33), 2**33


class SendingError(ValueError):
    """Report a body that no page of ours sends. Its text is for the log and tests; the answer says nothing more."""


@dataclass(frozen=True, slots=True)
class SentTap:
    """Hold one tap as sent. `at_s`: Unix seconds by the telephone's clock; `of`: the tap that an undo takes back."""

    key: str
    at_s: float
    kind: Kind
    app: App | None
    of: str
    post: Post
    shift: Shift | None


@dataclass(frozen=True, slots=True)
class Sending:
    """Hold a request: the digest of the link's secret, when it was sent by the telephone's clock, the taps."""

    link: str
    sent_at_s: float
    taps: tuple[SentTap, ...]


def digest_of(secret: str) -> str:
    """Return what is stored of a link's secret. It has 128 random bits: a plain hash cannot be searched, and stays
    valid when the installation's own secret is changed."""
    return hashlib.sha256(f"bluezone door {secret}".encode("ascii")).hexdigest()


def read_sending(body: bytes) -> Sending:
    """Read a request's body. Raises SendingError. Nothing in it is looked up: no secret is wrong here."""
    if len(body) > MOST_BYTES:
        raise SendingError("too long")
    try:
        data = json.loads(body)
    except (ValueError, RecursionError) as error:
        raise SendingError("no JSON") from error
    if not isinstance(data, dict) or data.get("v") != 1:
        raise SendingError("another version")
    secret, taps = data.get("link"), data.get("taps")
    if not isinstance(secret, str) or not _SECRET.fullmatch(secret):
        raise SendingError("link")
    if not isinstance(taps, list) or not 0 < len(taps) <= MOST_TAPS:
        raise SendingError("taps")
    return Sending(digest_of(secret), _seconds(data, "sent_at"), tuple(_tap(each) for each in taps))


def _tap(data: Any) -> SentTap:
    if not isinstance(data, dict):
        raise SendingError("tap")
    kind = _member(Kind, data.get("kind"))
    needs_app = kind in ANSWERS
    of = data.get("of", "")
    if kind is Kind.UNDO and not (isinstance(of, str) and _ID.fullmatch(of)):
        raise SendingError("of")
    key = data.get("id")
    if not isinstance(key, str) or not _ID.fullmatch(key):
        raise SendingError("id")
    return SentTap(
        key=key,
        at_s=_seconds(data, "at"),
        kind=kind,
        app=_member(App, data.get("app")) if needs_app else None,
        of=of if kind is Kind.UNDO else "",
        post=_member(Post, data.get("post", Post.OTHER.value)),
        shift=_member(Shift, data["shift"]) if data.get("shift") else None,
    )


def _seconds(data: dict[str, Any], name: str) -> float:
    value = data.get(name)
    if isinstance(value, bool) or not isinstance(value, int | float) or not _EARLIEST_S < value < _LATEST_S:
        raise SendingError(name)
    return float(value)


def _member(names: type[_Name], value: Any) -> _Name:
    try:
        return names(value)
    except ValueError as error:
        raise SendingError(names.__name__.lower()) from error
