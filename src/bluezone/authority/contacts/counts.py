"""Count verdicts by day: how many, never whose."""

from __future__ import annotations

import datetime as dt

from django.db.models import F

from bluezone.authority.contacts.models import VerdictDay
from bluezone.authority.contacts.rules import Judgement
from bluezone.authority.site import clock

KEPT = dt.timedelta(days=90)


def add(judged: Judgement, now: dt.datetime) -> None:
    """Count one verdict. Call it in the transaction that stores what was judged."""
    row, _ = VerdictDay.objects.get_or_create(
        day=clock.date_of(now), verdict=judged.verdict.value, reason=judged.reason.value, defaults={"count": 0}
    )
    VerdictDay.objects.filter(pk=row.pk).update(count=F("count") + 1)


def move(before: Judgement, after: Judgement, judged_on: dt.date, now: dt.datetime) -> None:
    """Count that a report which was judged on a day has another verdict now."""
    VerdictDay.objects.filter(
        day=judged_on, verdict=before.verdict.value, reason=before.reason.value, count__gt=0
    ).update(count=F("count") - 1)
    add(after, now)


def purge(now: dt.datetime) -> dict[str, int]:
    """Delete counts past their time."""
    return {"verdict_days": VerdictDay.objects.filter(day__lt=clock.date_of(now - KEPT)).delete()[0]}
