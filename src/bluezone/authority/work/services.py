"""Keep the tasks of a cause as it wants them, and assign them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable

from django.db import transaction

from bluezone.authority.officers.models import User
from bluezone.authority.work.models import Task
from bluezone.authority.work.rules import Kind, Urgency, Wanted, difference


@transaction.atomic
def settle(source: str, key: object, wanted: Iterable[Wanted], now: dt.datetime, by: User | None = None) -> None:
    """Open, change and close the tasks of a cause, until they are those that it wants: of each kind one. `by`: who did
    what is closed; None: nobody, its cause went or a machine did it."""
    rows = {
        Kind(row.kind): row
        for row in Task.objects.select_for_update().filter(source=source, source_key=str(key), state=Task.State.OPEN)
    }
    change = difference({kind: _wanted(row) for kind, row in rows.items()}, wanted)
    for each in change.closed:
        row = rows[each]
        row.state, row.closed_at, row.closed_by = Task.State.DONE, now, by
        row.save(update_fields=["state", "closed_at", "closed_by"])
    for want in change.changed:
        row = rows[want.kind]
        _set(row, want, row.opened_at)
        row.save()
    for want in change.opened:
        row = Task(source=source, source_key=str(key), kind=want.kind.value, opened_at=now)
        _set(row, want, now)
        row.save()


def _wanted(row: Task) -> Wanted:
    opens_at = row.opens_at if row.opens_at != row.opened_at else None
    return Wanted(
        Kind(row.kind),
        row.place,
        row.due_at,
        Urgency(row.urgency),
        row.person_id,
        row.subject,
        row.detail,
        opens_at,
    )


def _set(row: Task, want: Wanted, opened_at: dt.datetime) -> None:
    if row.place != want.place:
        row.officer = None  # of another office now
    row.place, row.due_at, row.urgency = want.place, want.due_at, want.urgency.value
    row.person_id, row.subject, row.detail = want.person, want.subject, want.detail
    row.opens_at = want.opens_at or opened_at
