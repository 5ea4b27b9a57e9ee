"""Take published keys back, because their owner wishes it: no code is needed, and no reason.

    POST /v1/withdraw  {"revisionToken": "..."}  -> 200 {}

The token is the one that the publication returned; only its phone has it, and it names the keys. Answers have one size
and are those of `reports` (`ReportAnswer`).
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Annotated

from bluezone.protocol.fields import TOKEN, Message

WITHDRAW_PATH = "/v1/withdraw"


@dataclass(frozen=True, slots=True)
class Withdrawal(Message):
    """Ask for the keys of a revision token to be revoked. Raises ProtocolError for what can be no token."""

    what = "withdrawal"
    revision_token: Annotated[str, TOKEN] = field(repr=False)
