"""Send health declarations by a form, each once; correct and withdraw them by their receipts.

What waits is in the store before it is sent. One whose answer was lost is sent again as it was, under the same id: the
authority stores an id once and gives the same answer. A correction of one that may have arrived waits for its receipt,
and goes after it. Without a network all of it waits for the next check.
"""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import httpx

from bluezone.phone.client import http
from bluezone.phone.client.pace import Pace
from bluezone.phone.client.publishing import MAX_ANSWER_BYTES, BusyError, Endpoint, headers_of, padded
from bluezone.phone.stores.health_declaration_store import (
    Answer,
    HealthDeclarationStore,
    Next,
    Stage,
    StoredDeclaration,
)
from bluezone.protocol.errors import ProtocolError
from bluezone.protocol.health_declarations import (
    HEALTH_DECLARATION_BODY_BYTES,
    HEALTH_DECLARATIONS_PATH,
    HealthAnswer,
    HealthDeclaration,
    HealthDeclarationRefusal,
)
from bluezone.protocol.schemes import Entropy

_LATER = (HealthDeclarationRefusal.INTERNAL, "too_many_requests")


def corrected(
    row: StoredDeclaration, draw: str, version: int, day: str, answers: Mapping[str, Answer]
) -> StoredDeclaration:
    """Return a declaration with other answers, which are to be sent under the id `draw` (hex) where the first ones may
    have arrived already."""
    changed = replace(row, version=version, day=day, answers=answers, refusal="")
    if row.stage is Stage.REFUSED:
        return replace(changed, draw=draw, stage=Stage.WAITING, tried=False)
    if row.stage is Stage.WAITING and not row.tried:
        return changed
    sent_text = row.sent_text
    if row.stage is Stage.WAITING and not sent_text:
        sent_text = json.dumps(_content(row), ensure_ascii=False)
    return replace(changed, next=Next.CORRECT, next_draw=draw, sent_text=sent_text)


def withdrawn(row: StoredDeclaration, draw: str) -> StoredDeclaration | None:
    """Return a declaration that is to be withdrawn by a message with the id `draw`; None where it never left the phone,
    or was not taken: then there is nothing to withdraw."""
    if row.stage is Stage.REFUSED or (row.stage is Stage.WAITING and not row.tried):
        return None
    return replace(row, next=Next.WITHDRAW, next_draw=draw)


def _content(row: StoredDeclaration) -> dict[str, Any]:
    return {
        "form": row.form,
        "version": row.version,
        "day": row.day,
        "other": row.other,
        "answers": dict(row.answers),
    }


class HealthDeclarer:
    """Send what waits in the store of declarations."""

    def __init__(
        self,
        client: httpx.Client,
        store: HealthDeclarationStore,
        endpoint: Endpoint,
        entropy: Entropy,
        pace: Pace | None = None,
    ) -> None:
        """`pace`: when requests leave that follow a tap; at once without it, in a rehearsal."""
        self._client, self._store, self._endpoint, self._entropy = client, store, endpoint, entropy
        self._pace = pace
        self._base_url = http.checked_base_url(endpoint.base_url)

    def send_waiting(self, *, after_tap: bool = False) -> int:
        """Send all that waits, the oldest first; return how many messages arrived. What is refused waits no longer, and
        says why. `after_tap`: the owner has just declared, and it leaves some seconds later. Raises
        ConnectionFailedError where the authority cannot be reached or is busy: then call again."""
        waiting = [each for each in reversed(self._store.declarations()) if each.stage is Stage.WAITING or each.next]
        if waiting and after_tap and self._pace is not None:
            self._pace.after_tap()
        count = 0
        for at, row in enumerate(waiting):
            if at and self._pace is not None:  # declared one after the other, and sent so
                self._pace.after_tap()
            if row.stage is Stage.WAITING:
                row = self._send_first(row)
                count += 1
            if row.next and row.stage is Stage.SENT:
                self._send_next(row)
                count += 1
        return count

    def _send_first(self, row: StoredDeclaration) -> StoredDeclaration:
        row = self._store.change(row, tried=True)
        content = json.loads(row.sent_text) if row.sent_text else _content(row)
        answer = self._post(_message(row.draw, content))
        if answer.code:
            return self._store.change(row, stage=Stage.REFUSED, refusal=answer.code, next=Next.NOTHING, sent_text="")
        taken = {"receipt": answer.receipt, "level": answer.level, "pass_text": answer.pass_text}
        return self._store.change(row, stage=Stage.SENT, refusal="", sent_text="", **taken)

    def _send_next(self, row: StoredDeclaration) -> None:
        drawn = bytes.fromhex(row.next_draw)
        if row.next is Next.WITHDRAW:
            answer = self._post(HealthDeclaration(declaration=drawn, receipt=row.receipt, withdraw=True))
            if not answer.code or answer.code == HealthDeclarationRefusal.RECEIPT_UNKNOWN:  # it is not there any more
                self._store.forget(row.number)
                return
        else:
            answer = self._post(_message(row.next_draw, _content(row), row.receipt))
        if answer.code:
            self._store.change(row, next=Next.NOTHING, refusal=answer.code)
        else:
            level = answer.level or row.level
            self._store.change(row, next=Next.NOTHING, refusal="", level=level, pass_text=answer.pass_text)

    def _post(self, message: HealthDeclaration) -> HealthAnswer:
        body = padded(message.to_json, HEALTH_DECLARATION_BODY_BYTES, self._entropy)
        address = self._base_url + HEALTH_DECLARATIONS_PATH
        content = http.post(
            self._client, address, body, MAX_ANSWER_BYTES, headers_of(self._endpoint), says_why_later=True
        )
        try:
            answer = HealthAnswer.from_json(content)
        except ProtocolError as error:
            text = f"{HEALTH_DECLARATIONS_PATH}: the authority's answer cannot be read ({error})"
            raise http.ConnectionFailedError(text) from error
        if answer.code in _LATER:
            raise BusyError(f"the authority cannot do this now ({answer.code})", answer.code)
        return answer


def _message(draw: str, content: dict[str, Any], receipt: str = "") -> HealthDeclaration:
    answers = {name: each if isinstance(each, str) else tuple(each) for name, each in content["answers"].items()}
    return HealthDeclaration(
        declaration=bytes.fromhex(draw),
        form=content["form"],
        version=content["version"],
        day=dt.date.fromisoformat(content["day"]),
        other=content["other"],
        answers=answers,
        receipt=receipt,
    )
