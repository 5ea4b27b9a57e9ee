"""Say how long tasks are kept."""

from __future__ import annotations

import datetime as dt

from django.utils.translation import gettext_noop

from bluezone.authority.site.registries import RetentionRule
from bluezone.authority.work.models import Task

KEPT_DAYS = 90


def purge_done(now: dt.datetime) -> dict[str, int]:
    """Delete tasks that were done long ago."""
    before = now - dt.timedelta(days=KEPT_DAYS)
    return {"tasks": Task.objects.filter(state=Task.State.DONE, closed_at__lt=before).delete()[0]}


RULES = (
    RetentionRule(
        gettext_noop("tasks that are done"),
        gettext_noop("90 days after they were done"),
        "an office looks back at a season's work; what was done itself stands with the person or the unit",
        purge_done,
    ),
)
