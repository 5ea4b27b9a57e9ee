"""Make a task of each breach whose record, notice to the authority or message to people is not done."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence

from django.urls import reverse
from django.utils.translation import gettext as _

from bluezone.authority.officers.models import User
from bluezone.authority.privacy import rules
from bluezone.authority.privacy.models import Breach
from bluezone.authority.work import services
from bluezone.authority.work.kinds import Line, Reader, Source
from bluezone.authority.work.models import Task
from bluezone.authority.work.rules import Kind, Urgency, Wanted


def settle(row: Breach, now: dt.datetime, by: User | None) -> None:
    """Keep the task of a breach: due with its next duty, closed with the breach."""
    due_at = None if row.closed_at else rules.next_due(row.steps)
    task = [Wanted(Kind.BREACH, row.place, due_at, Urgency.NOW)] if due_at else []
    services.settle(SOURCE.name, row.pk, task, now, by)


def lines(tasks: Sequence[Task], _reader: Reader) -> Mapping[int, Line]:
    """Return what rows say of breaches, by the task's key."""
    names = {str(row.pk): row.title for row in Breach.objects.filter(pk__in=[each.source_key for each in tasks])}
    last = _("The law gives 72 hours from when it was found.")
    return {
        each.pk: Line(
            _("Breach of personal data"),
            reverse("privacy:breach", args=[each.source_key]),
            _("Open"),
            "alert",
            names.get(each.source_key, ""),
            last=last,
        )
        for each in tasks
    }


SOURCE = Source("breach", lines)
