"""Send what the owner declared in isolation, each once.

What waits is in the store before it is sent. One whose answer was lost is sent again as it is: the authority knows its
id. Without a network it waits for the next check.
"""

from __future__ import annotations

import httpx

from bluezone.phone.client import http
from bluezone.phone.client.pace import Pace
from bluezone.phone.client.publishing import MAX_ANSWER_BYTES, BusyError, Endpoint, padded
from bluezone.phone.stores.isolation_store import IsolationStore, Stage, StoredDeclaration
from bluezone.protocol.declarations import (
    DECLARATION_BODY_BYTES,
    DECLARATIONS_PATH,
    DeclarationRefusal,
    IsolationDeclaration,
)
from bluezone.protocol.errors import ProtocolError
from bluezone.protocol.reports import ReportAnswer
from bluezone.protocol.schemes import Entropy

_LATER = (DeclarationRefusal.INTERNAL, "too_many_requests")


class Declarer:
    """Send what waits in the store of the isolation."""

    def __init__(
        self,
        client: httpx.Client,
        store: IsolationStore,
        endpoint: Endpoint,
        entropy: Entropy,
        pace: Pace | None = None,
    ) -> None:
        """`pace`: when requests leave that follow a tap; at once without it, in a rehearsal."""
        self._client, self._store, self._endpoint, self._entropy = client, store, endpoint, entropy
        self._pace = pace
        self._base_url = http.checked_base_url(endpoint.base_url)

    def send_waiting(self, *, after_tap: bool = False) -> int:
        """Send all that waits, the oldest first; return how many arrived. What is refused waits no longer, and says
        why. `after_tap`: the owner has just declared, and it leaves some seconds later. Raises ConnectionFailedError
        where the authority cannot be reached or is busy: then call again."""
        if after_tap and self._pace is not None:
            self._pace.after_tap()
        waiting = [each for each in reversed(self._store.declarations()) if each.stage is Stage.WAITING]
        for declaration in waiting:
            self._send(declaration)
        return len(waiting)

    def _send(self, declaration: StoredDeclaration) -> None:
        message = IsolationDeclaration.from_json(declaration.message.encode("ascii"))
        headers = {"X-API-Key": self._endpoint.api_key} if self._endpoint.api_key else {}
        body = padded(message.to_json, DECLARATION_BODY_BYTES, self._entropy)
        address = self._base_url + DECLARATIONS_PATH
        content = http.post(self._client, address, body, MAX_ANSWER_BYTES, headers, says_why_later=True)
        try:
            answer = ReportAnswer.from_json(content)
        except ProtocolError as error:
            text = f"{DECLARATIONS_PATH}: the authority's answer cannot be read ({error})"
            raise http.ConnectionFailedError(text) from error
        if answer.code in _LATER:
            raise BusyError(f"the authority cannot do this now ({answer.code})", answer.code)
        self._store.arrived(declaration, Stage.REFUSED if answer.code else Stage.SENT, answer.code)
