"""Do what an officer does about a declaration: open who it is, note a call, hand over."""

from __future__ import annotations

import datetime as dt

from django.db import transaction

from bluezone.authority.declarations import private, rules, services
from bluezone.authority.declarations.models import HealthDeclaration
from bluezone.authority.declarations.rules import Result, State
from bluezone.authority.officers import audit_log
from bluezone.authority.officers.confirming import Issuer
from bluezone.authority.passes import services as passes
from bluezone.authority.passes.rules import Reason
from bluezone.authority.persons.rules import check_reason
from bluezone.forms.conditions import Answer


@transaction.atomic
def open_identity(row: HealthDeclaration, by: Issuer, reason: str) -> dict[str, Answer]:
    """Return who declared and where, and note in the audit log who opened it and why. Raises IdentityError without a
    reason."""
    reason = check_reason(reason)
    audit_log.note(row, by, {}, typed={"opened": reason})
    return private.unseal_identity(row.identity, row.id_digest)


@transaction.atomic
def note_call(row: HealthDeclaration, result: Result, by: Issuer, now: dt.datetime) -> None:
    """Note what came of a call. Whoever was spoken to has the number; who was not reached goes on waiting."""
    row = HealthDeclaration.objects.select_for_update().get(pk=row.pk)
    if row.state == State.WITHDRAWN:
        return
    row.state = rules.state_after_call(State(row.state), result).value
    row.result = result.value
    row.telephone_confirmed = row.telephone_confirmed or rules.confirms_number(result)
    if row.answered_at is None and result is not Result.NOT_REACHED:
        row.answered_at = now
    row.save(update_fields=["state", "result", "answered_at", "telephone_confirmed"])
    services.settle(row, now, by.officer)
    audit_log.note(row, by, {"outcome": ["None", result.value]})
    if result in rules.ENDS_PASS:
        passes.revoke_of(row.id_digest, Reason.CALLED, now)


@transaction.atomic
def hand_over(row: HealthDeclaration, place: str, by: Issuer, now: dt.datetime) -> None:
    """Give a declaration to the health station of another place, where it waits as before."""
    audit_log.note(row, by, {"handed over": [row.place, place]})
    row.place = place
    row.save(update_fields=["place"])
    services.settle(row, now, by.officer)
