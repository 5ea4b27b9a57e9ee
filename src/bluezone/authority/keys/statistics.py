"""Note publish requests, sum them up by the hour, and decide when a day's counts may be read.

Field for field the statistics of the reference key server (`POST /v1/stats`; `StatsDay` in its pkg/api/v1). A day with
few requests is held back: who knows one patient of a small place could read that patient's onset off it.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, fields
from typing import Any, Self

from django.db import transaction

from bluezone.authority.device_api.callers import Platform
from bluezone.authority.keys.models import PublishHour, PublishNote
from bluezone.authority.site.locks import job_lock

#: of each distribution the last place holds all that are older
OLDEST_DAYS, ONSET_DAYS = 15, 29
#: requests from which on a day is read as soon as its hours are over
FEWEST_REQUESTS = 10
#: from the end of a day with fewer
EMBARGO = dt.timedelta(hours=48)
#: as long as the reference server shows
KEPT = dt.timedelta(days=90)
_AT_ONCE = 10_000


@dataclass
class Counts:
    """Hold counts that are added to others, and stored as JSON: numbers, and lists of numbers."""

    def merge(self, other: Self) -> None:
        """Add the counts of others."""
        for each in fields(self):
            mine, theirs = getattr(self, each.name), getattr(other, each.name)
            both = [a + b for a, b in zip(mine, theirs, strict=True)] if isinstance(mine, list) else mine + theirs
            setattr(self, each.name, both)

    def to_json(self) -> dict[str, Any]:
        """Return the counts as they are stored."""
        return {each.name: getattr(self, each.name) for each in fields(self)}

    @classmethod
    def from_json(cls, stored: Mapping[str, Any]) -> Self:
        return cls(**stored)


@dataclass
class Sums(Counts):
    """Hold the sums of some requests: of an hour, of a day."""

    platforms: list[int] = field(default_factory=lambda: [0] * len(Platform))
    keys: int = 0
    revisions: int = 0
    missing_onset: int = 0
    oldest_days: list[int] = field(default_factory=lambda: [0] * (OLDEST_DAYS + 1))
    onset_days: list[int] = field(default_factory=lambda: [0] * (ONSET_DAYS + 1))

    @property
    def requests(self) -> int:
        return sum(self.platforms)

    def add(self, request: PublishNote) -> None:
        """Count a request. Of a revision only that it came: its keys were counted when they were new."""
        self.platforms[request.platform] += 1
        self.keys += request.keys
        if request.revision:
            self.revisions += 1
            return
        self.oldest_days[min(request.oldest_days, OLDEST_DAYS)] += 1
        if request.onset_days is None:
            self.missing_onset += 1
        else:
            self.onset_days[min(request.onset_days, ONSET_DAYS)] += 1


def by_day(hours: Iterable[tuple[dt.datetime, Sums]], now: dt.datetime) -> dict[dt.date, Sums]:
    """Return the sums of each UTC day that may be read now, by day, oldest first.

    Nothing of the current hour; a day with fewer than ten requests only 48 hours after its end.
    """
    this_hour = now.replace(minute=0, second=0, microsecond=0)
    days: dict[dt.date, Sums] = {}
    for hour, sums in hours:
        if hour < this_hour:
            days.setdefault(hour.date(), Sums()).merge(sums)
    return {day: days[day] for day in sorted(days) if _is_released(day, days[day], now)}


def _is_released(day: dt.date, sums: Sums, now: dt.datetime) -> bool:
    end = dt.datetime.combine(day, dt.time(), dt.UTC) + dt.timedelta(days=1)
    return sums.requests >= FEWEST_REQUESTS or now > end + EMBARGO


def published(day: dt.date, sums: Sums) -> dict[str, Any]:
    """Return a day's sums in the words of the API (`StatsDay`)."""
    return {
        "day": f"{day.isoformat()}T00:00:00Z",
        "publish_requests": {each.name.lower(): sums.platforms[each] for each in Platform},
        "total_teks_published": sums.keys,
        "requests_with_revisions": sums.revisions,
        "tek_age_distribution": sums.oldest_days,
        "onset_to_upload_distribution": sums.onset_days,
        "requests_missing_onset_date": sums.missing_onset,
    }


# --- what is stored ---------------------------------------------------------------------------------------------------


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
    return by_day(((hour, Sums.from_json(sums)) for hour, sums in rows), now)


def purge(now: dt.datetime) -> dict[str, int]:
    """Delete sums past their time."""
    return {"publish_hours": PublishHour.objects.filter(hour__lt=now - KEPT).delete()[0]}


def hour_of(now: dt.datetime) -> dt.datetime:
    """Return the hour under which a request is noted."""
    return now.astimezone(dt.UTC).replace(minute=0, second=0, microsecond=0)
