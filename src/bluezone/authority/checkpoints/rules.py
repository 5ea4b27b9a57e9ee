"""Decide who opens the page of a checkpoint, and what is read of what it sends. Pure."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Annotated

from bluezone.authority.officers.jurisdiction import Role
from bluezone.protocol.fields import Message, matches, size

#: declarations in one request; each is as large as a phone's
MOST_SENT = 10
#: of an encrypted declaration
MOST_BYTES = 36_000
#: passes are verified by a list that may be so old before the page says so
LIST_OLD_AFTER_S = 2 * 3_600
#: from here on the page says that the telephone's clock is wrong
CLOCK_WRONG_S = 600
#: a shift, after which the page forgets what it scanned, whoever forgot to end it
SHIFT_S = 12 * 3_600
_ID = matches(r"[0-9a-f]{32}", "an id")
_OPEN_TO = frozenset({Role.CHECKPOINT, Role.UNIT_HEAD, Role.COMMUNE, Role.DISTRICT, Role.PROVINCE})


@dataclass(frozen=True, slots=True)
class Sent(Message):
    """Hold an encrypted declaration: the id that its row of the page has, the key it was encrypted to, the bytes."""

    what = "declaration"
    id: Annotated[str, _ID]
    key: Annotated[str, _ID]
    sealed: Annotated[bytes, size(0, MOST_BYTES)] = field(repr=False)


@dataclass(frozen=True, slots=True)
class Sending(Message):
    """Hold what the page sends at once."""

    what = "sending"
    declarations: Annotated[tuple[Sent, ...], size(1, MOST_SENT)]


def stands_at_checkpoint(role: str) -> bool:
    """Decide whether an account of a role opens the page."""
    return role in {each.value for each in _OPEN_TO}
