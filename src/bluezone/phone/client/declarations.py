"""Send what the owner declared by a form; correct, confirm and withdraw it by its receipt.

What waits is in the store before it is sent, and each leaves once. One whose answer was lost is sent again as it was,
under the same id: the authority stores an id once and gives the same answer. A correction of one that may have arrived
waits for its receipt, and goes after it. Without a network all of it waits for the next check. `after_tap`: the owner
has just declared, and it leaves some seconds later. Raises ConnectionFailedError where the authority cannot be
reached or is busy: then call again.
"""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from bluezone.phone.client.sender import Sender
from bluezone.phone.clock import Clock
from bluezone.phone.stores.declaration_store import (
    WRONG_CODE,
    Answer,
    HealthDeclarationStore,
    Next,
    StoredDeclaration,
)
from bluezone.phone.stores.phone_stores import Stores
from bluezone.phone.stores.records import Stage
from bluezone.protocol.health_declarations import (
    HEALTH_DECLARATION_BODY_BYTES,
    HEALTH_DECLARATIONS_PATH,
    HealthAnswer,
    HealthDeclaration,
    HealthDeclarationRefusal,
)


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


def confirmed(row: StoredDeclaration, draw: str, code: str) -> StoredDeclaration:
    """Return a declaration whose number is to be confirmed by a code, or for which another code is asked for (none)."""
    return replace(row, next=Next.CONFIRM, next_draw=draw, code=code)


def _content(row: StoredDeclaration) -> dict[str, Any]:
    return {
        "form": row.form,
        "version": row.version,
        "day": row.day,
        "other": row.other,
        "answers": dict(row.answers),
        "link": row.link,
    }


def send_declarations(sender: Sender, stores: Stores, clock: Clock, *, after_tap: bool = False) -> int:  # noqa: ARG001
    """Send the declarations by a form that wait, the oldest first; return how many messages arrived. What is refused
    waits no longer, and says why."""
    store, count = stores.declarations, 0
    waiting = [each for each in reversed(store.declarations()) if each.stage is Stage.WAITING or each.next]
    for at, row in enumerate(waiting):
        sender.after_tap(after_tap or at > 0)  # declared one after the other, and sent so
        if row.stage is Stage.WAITING:
            row = _send_first(sender, store, row)
            count += 1
        if row.next and row.stage is Stage.SENT:
            _send_next(sender, store, row)
            count += 1
    return count


def _send_first(sender: Sender, store: HealthDeclarationStore, row: StoredDeclaration) -> StoredDeclaration:
    row = store.change(row, tried=True)
    content = json.loads(row.sent_text) if row.sent_text else _content(row)
    answer = _send(sender, _message(row.draw, content))
    if answer.code:
        return store.change(row, stage=Stage.REFUSED, refusal=answer.code, next=Next.NOTHING, sent_text="")
    if row.link and answer.since and answer.until and (kept := store.link()) and kept.code == row.link:
        store.keep_link(replace(kept, since=answer.since.isoformat(), until=answer.until.isoformat()))
    taken = {"receipt": answer.receipt, "level": answer.level, "pass_text": answer.pass_text}
    return store.change(row, stage=Stage.SENT, refusal="", sent_text="", confirm=answer.confirm, **taken)


def _send_next(sender: Sender, store: HealthDeclarationStore, row: StoredDeclaration) -> None:
    drawn = bytes.fromhex(row.next_draw)
    if row.next is Next.WITHDRAW:
        answer = _send(sender, HealthDeclaration(declaration=drawn, receipt=row.receipt, withdraw=True))
        if not answer.code or answer.code == HealthDeclarationRefusal.RECEIPT_UNKNOWN:  # it is not there any more
            store.forget(row.number)
            return
    elif row.next is Next.CONFIRM:
        asked = HealthDeclaration(declaration=drawn, receipt=row.receipt, confirm=True, code=row.code)
        answer = _send(sender, asked)
        if answer.code == HealthDeclarationRefusal.CODE_WRONG:
            store.change(row, next=Next.NOTHING, code="", confirm=WRONG_CODE)
            return
    else:
        answer = _send(sender, _message(row.next_draw, _content(row), row.receipt))
    if answer.code:
        store.change(row, next=Next.NOTHING, refusal=answer.code)
    else:
        level = answer.level or row.level
        taken = {"level": level, "pass_text": answer.pass_text, "confirm": answer.confirm}
        store.change(row, next=Next.NOTHING, refusal="", code="", **taken)


def _send(sender: Sender, message: HealthDeclaration) -> HealthAnswer:
    return sender.send(HEALTH_DECLARATIONS_PATH, message.to_json, HEALTH_DECLARATION_BODY_BYTES, HealthAnswer.from_json)


def _message(draw: str, content: dict[str, Any], receipt: str = "") -> HealthDeclaration:
    answers = {name: each if isinstance(each, str) else tuple(each) for name, each in content["answers"].items()}
    return HealthDeclaration(
        declaration=bytes.fromhex(draw),
        form=content["form"],
        version=content["version"],
        day=dt.date.fromisoformat(content["day"]),
        other=content["other"],
        answers=answers,
        link=content["link"],
        receipt=receipt,
    )
