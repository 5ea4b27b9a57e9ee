"""Take published keys back, because their owner wishes it: no code is needed, and no reason.

    POST /v1/withdraw  {"revisionToken": "..."}  -> 200 {}

The token is the one that the publication returned; only its phone has it, and it names the keys. Answers have one size
and are those of `reports` (`ReportAnswer`).
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field

from bluezone.protocol.errors import ProtocolError
from bluezone.protocol.text import is_clean, json_object

WITHDRAW_PATH = "/v1/withdraw"
_MAX_TOKEN = 8_192


@dataclass(frozen=True, slots=True)
class Withdrawal:
    """Ask for the keys of a revision token to be revoked. Raises ProtocolError for what can be no token."""

    revision_token: str = field(repr=False)

    def __post_init__(self) -> None:
        if not is_clean(self.revision_token) or not 1 <= len(self.revision_token) <= _MAX_TOKEN:
            raise ProtocolError("revisionToken is missing or too long")

    @classmethod
    def from_json(cls, body: bytes) -> Withdrawal:
        """Read the request's body. Raises ProtocolError."""
        return cls(json_object(body, "withdrawal").get("revisionToken") or "")

    def to_json(self, padding: str = "") -> bytes:
        """Write the request's body."""
        return json.dumps({"revisionToken": self.revision_token, "padding": padding}).encode("ascii")
