"""Make a task of each request that a person sends about their own data."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence

from django.urls import reverse
from django.utils.translation import gettext as _

from bluezone.authority.officers.models import User
from bluezone.authority.persons.models import DataRequest
from bluezone.authority.work import services
from bluezone.authority.work.kinds import Line, Reader, Source
from bluezone.authority.work.models import Task
from bluezone.authority.work.rules import Kind, Urgency, Wanted


def changed(row: DataRequest, now: dt.datetime, by: User | None, **_signal: object) -> None:
    """Open the task of a request that waits, close that of one that was answered (a signal's receiver)."""
    waits = row.state == DataRequest.State.WAITING
    task = Wanted(Kind.REQUEST, row.place, row.due_at, Urgency.SOON, row.person_id, detail=row.kind)
    services.settle(SOURCE.name, row.pk, [task] if waits else [], now, by)


def lines(tasks: Sequence[Task], _reader: Reader) -> Mapping[int, Line]:
    """Return what rows say of requests, by the task's key."""
    kinds = dict(DataRequest.Kind.choices)
    last = _("The law gives until then to answer.")
    return {
        each.pk: Line(
            _("Own data: %(what)s") % {"what": kinds[each.detail]},
            reverse("persons:data-request", args=[each.source_key]),
            _("Answer"),
            "form",
            last=last,
        )
        for each in tasks
    }


SOURCE = Source("data request", lines)
