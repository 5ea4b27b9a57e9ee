"""Say how long households and tasks of unions are kept, and delete them then."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping

from django.utils.translation import gettext_noop

from bluezone.authority.outreach.models import Hamlet, HouseholdVisit, UnionTask
from bluezone.authority.outreach.rules import KEPT_DAYS
from bluezone.authority.site import clock
from bluezone.authority.site.registries import RetentionRule

TASK_DAYS = 400


def _households(now: dt.datetime) -> Mapping[str, int]:
    """Delete the visits of hamlets that were not visited for KEPT_DAYS; their counts stay."""
    last = clock.date_of(now) - dt.timedelta(days=KEPT_DAYS)
    silent = Hamlet.objects.filter(last_visit_on__lt=last).values("organisation")
    deleted, _ = HouseholdVisit.objects.filter(organisation__in=silent).delete()
    return {"visits of households": deleted}


def _tasks(now: dt.datetime) -> Mapping[str, int]:
    last = clock.date_of(now) - dt.timedelta(days=TASK_DAYS)
    deleted, _ = UnionTask.objects.filter(due__lt=last).delete()
    return {"tasks of unions": deleted}


RULES = (
    RetentionRule(
        gettext_noop("which household of a hamlet was visited, and what was found (its number; no name)"),
        gettext_noop("60 days after the hamlet's last visit; how many there were stays"),
        "whoever goes from house to house needs to know where to go again, and nobody else",
        _households,
    ),
    RetentionRule(
        gettext_noop("tasks of unions"),
        gettext_noop("400 days after they were due"),
        "they say what a union did",
        _tasks,
    ),
)
