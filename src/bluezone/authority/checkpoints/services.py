"""Take declarations that a checkpoint encrypted: decrypt each, and store it."""

from __future__ import annotations

import datetime as dt

from bluezone.authority.checkpoints.rules import Sent
from bluezone.authority.day_keys import services as day_keys
from bluezone.authority.declarations import services as declarations
from bluezone.authority.declarations.rules import RefusedError, Way
from bluezone.authority.officers.jurisdiction import NATION
from bluezone.authority.site.hpke import SealError
from bluezone.protocol.errors import ProtocolError
from bluezone.protocol.health_declarations import HealthDeclaration

#: of the keys of a day, and in HPKE
PURPOSE = "checkpoint"


def seal_keys(now: dt.datetime) -> list[dict[str, str]]:
    """Return the public keys of today and the next days."""
    return day_keys.published(PURPOSE, NATION, now)


def take(sent: Sent, now: dt.datetime) -> tuple[str, str]:
    """Store a declaration once; return the sentence that says why it cannot be taken, and the text of the pass that
    came of it: one of the two at most."""
    try:
        body = day_keys.unseal(PURPOSE, NATION, sent.key, sent.id.encode("ascii"), sent.sealed)
        taken = declarations.receive(HealthDeclaration.from_json(body), Way.CHECKPOINT, now)
    except (SealError, ProtocolError, RefusedError) as error:
        return str(error), ""
    return "", taken.pass_text if taken else ""
