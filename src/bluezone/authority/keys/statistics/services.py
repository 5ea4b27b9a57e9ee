"""Note publish requests, sum them up by the hour, and read what may be read."""

from __future__ import annotations

import datetime as dt

from django.db import transaction

from bluezone.authority.keys.statistics import rules
from bluezone.authority.keys.statistics.models import PublishHour, PublishNote
from bluezone.authority.keys.statistics.rules import Sums
from bluezone.authority.site.locks import job_lock

#: as long as the reference server shows
KEPT = dt.timedelta(days=90)
_AT_ONCE = 10_000


def sum_up(now: dt.datetime) -> str | None:
    """Turn the notes of hours that are over into sums; the worker runs it."""
    done = 0
    with job_lock("publish-statistics"):
        while count := _sum_some(hour_of(now)):
            done += count
    return f"{done} publish requests counted" if done else None


@transaction.atomic
def _sum_some(before: dt.datetime) -> int:
    notes = list(PublishNote.objects.filter(hour__lt=before).order_by("id")[:_AT_ONCE])
    hours: dict[dt.datetime, Sums] = {}
    for each in notes:
        hours.setdefault(each.hour, Sums()).add(each)
    for hour, sums in hours.items():
        row = PublishHour.objects.filter(hour=hour).first()
        if row is not None:
            sums.merge(Sums.from_json(row.sums))
        PublishHour.objects.update_or_create(hour=hour, defaults={"sums": sums.to_json()})
    PublishNote.objects.filter(id__in=[each.id for each in notes]).delete()
    return len(notes)


def days(now: dt.datetime) -> dict[dt.date, Sums]:
    """Return the sums of each day that may be read now."""
    rows = PublishHour.objects.filter(hour__gte=now - KEPT).values_list("hour", "sums")
    return rules.by_day(((hour, Sums.from_json(sums)) for hour, sums in rows), now)


def purge(now: dt.datetime) -> dict[str, int]:
    """Delete sums past their time."""
    return {"publish_hours": PublishHour.objects.filter(hour__lt=now - KEPT).delete()[0]}


def hour_of(now: dt.datetime) -> dt.datetime:
    """Return the hour under which a request is noted."""
    return now.astimezone(dt.UTC).replace(minute=0, second=0, microsecond=0)
