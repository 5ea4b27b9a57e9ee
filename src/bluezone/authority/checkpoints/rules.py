"""Decide who opens the page of a checkpoint, and what is read of what it sends. Pure."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, field

from bluezone.authority.errors import AuthorityError
from bluezone.authority.officers.jurisdiction import Role
from bluezone.protocol.errors import ProtocolError
from bluezone.protocol.text import base64_bytes

#: declarations in one request; each is as large as a phone's
MOST_SENT = 10
#: characters of an encrypted declaration in base64
MOST_SIGNS = 48_000
#: passes are verified by a list that may be so old before the page says so
LIST_OLD_AFTER_S = 2 * 3_600
#: from here on the page says that the telephone's clock is wrong
CLOCK_WRONG_S = 600
#: a shift, after which the page forgets what it scanned, whoever forgot to end it
SHIFT_S = 12 * 3_600
_ID = re.compile(r"[0-9a-f]{32}", re.ASCII)
_OPEN_TO = frozenset({Role.CHECKPOINT, Role.UNIT_HEAD, Role.COMMUNE, Role.DISTRICT, Role.PROVINCE})


class SentError(AuthorityError):
    """Report a request that no page of ours sends."""


@dataclass(frozen=True, slots=True)
class Sent:
    """Hold an encrypted declaration: the id that its row of the page has, the key it was encrypted to, the bytes."""

    id: str
    key: str
    sealed: bytes = field(repr=False)


def stands_at_checkpoint(role: str) -> bool:
    """Decide whether an account of a role opens the page."""
    return role in {each.value for each in _OPEN_TO}


def read_sent(body: bytes) -> tuple[Sent, ...]:
    """Read a request's body. Raises SentError."""
    try:
        data = json.loads(body)
    except (ValueError, RecursionError) as error:
        raise SentError("no JSON") from error
    rows = data.get("declarations") if isinstance(data, dict) else None
    if not isinstance(rows, list) or not 0 < len(rows) <= MOST_SENT:
        raise SentError(f"1 to {MOST_SENT} declarations are meant")
    return tuple(_sent(each) for each in rows)


def _sent(data: object) -> Sent:
    texts = [data.get(name) for name in ("id", "key", "sealed")] if isinstance(data, dict) else [None]
    if not all(isinstance(text, str) for text in texts):
        raise SentError("a declaration has the texts id, key and sealed")
    number, key, sealed = (str(text) for text in texts)
    if not _ID.fullmatch(number) or not _ID.fullmatch(key) or len(sealed) > MOST_SIGNS:
        raise SentError("a declaration's id, key or size is none of the page's")
    try:
        return Sent(number, key, base64_bytes(sealed, "sealed"))
    except ProtocolError as error:
        raise SentError(str(error)) from error
