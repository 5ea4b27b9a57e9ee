"""Keep how many codes of each office were used, day by day, and see where the share drops.

Codes that go to nobody are the sign of a stolen account or key: they are issued, and no phone ever sends them. The
share is taken of codes whose fate is known, used, stopped or run out: a morning's codes that wait for their patients
raise no alarm. Rows are kept when the codes themselves are gone (`retention`).
"""

from __future__ import annotations

import datetime as dt
import logging
import statistics
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import transaction
from django.db.models import Count, Q, Sum

from bluezone.authority.diagnosis import quota_rules
from bluezone.authority.diagnosis.models import CodeUse, OneTimeCode
from bluezone.authority.diagnosis.quota_rules import Drop, Use
from bluezone.authority.officers.jurisdiction import NATION
from bluezone.authority.site import clock

log = logging.getLogger(__name__)
_DAY = dt.timedelta(days=1)
#: codes generated and entered from 1 December 2020 to 2 March 2021
SWISSCOVID = Use(44_548, 30_176)
#: the Federal Department of Home Affairs for the National Council's question time of 8 March 2021, as AWP reported it
SWISSCOVID_SOURCE = (
    "https://www.cash.ch/news/politik/swiss-covid-app-bisher-knapp-3-millionen-mal-heruntergeladen-1726496"
)
#: our own days: as many as the alarm compares with
SHARE_DAYS = 30


def job(now: dt.datetime) -> str | None:
    """Bring the counts of yesterday and the day before up to date; log each alarm once. For the worker, every hour."""
    known = {each.place for each in drops(now)}
    today = clock.date_of(now)
    for day in (today - 2 * _DAY, today - _DAY):
        _count(day, now)
    for each in drops(now):
        if each.place not in known:
            log.warning(
                "codes of %s: %d of yesterday's %d were used, %.0f %% where %.0f %% is usual",
                *(each.place, each.drop.yesterday.used, each.drop.yesterday.issued),
                *(100 * each.drop.yesterday.share, 100 * each.drop.usual),
            )
    return None


@transaction.atomic
def _count(day: dt.date, now: dt.datetime) -> None:
    """Count the codes issued on a day whose fate is known. Counts only grow: codes are deleted a day after they end."""
    start = dt.datetime.combine(day, dt.time(), ZoneInfo(settings.TIME_ZONE))
    decided = Q(used_at__isnull=False) | Q(burnt_at__isnull=False) | Q(long_expires_at__lte=now)
    rows = (
        OneTimeCode.objects.filter(decided, case__isnull=False, issued_at__gte=start, issued_at__lt=start + _DAY)
        .values_list("case__place")
        .annotate(issued=Count("id"), used=Count("used_at"))
    )
    for place, issued, used in rows:
        row = CodeUse.objects.filter(place=place, day=day).first() or CodeUse(place=place, day=day, issued=0, used=0)
        row.issued, row.used = max(row.issued, issued), max(row.used, used)
        row.save()


@dataclass(frozen=True, slots=True)
class OfficeDrop:
    """Name an office whose codes of yesterday were used less than usual."""

    place: str
    drop: Drop


def drops(now: dt.datetime, within: str = NATION) -> list[OfficeDrop]:
    """Return the alarms of the offices in a place, the deepest drop first."""
    yesterday = clock.date_of(now) - _DAY
    days: dict[str, list[tuple[dt.date, Use]]] = defaultdict(list)
    rows = CodeUse.objects.filter(place__startswith=within, day__lte=yesterday).order_by("day")
    for place, day, issued, used in rows.values_list("place", "day", "issued", "used"):
        days[place].append((day, Use(issued, used)))
    found = []
    for place, uses in days.items():
        last_day, last = uses[-1]
        drop = quota_rules.drop_of_use(last, [use for _day, use in uses[:-1]]) if last_day == yesterday else None
        if drop is not None:
            found.append(OfficeDrop(place, drop))
    return sorted(found, key=lambda each: each.drop.yesterday.share - each.drop.usual)


# --- beside a campaign that was measured ------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Ours:
    """Hold what became of an area's codes: those of the last 30 days whose fate is known, and the median of the hours
    between issue and publication, of `published` codes that are still there; None without any."""

    use: Use
    published: int
    median_hours: float | None


def median_hours(spans: Sequence[tuple[dt.datetime, dt.datetime]]) -> float | None:
    """Return the median of the whole hours between the hour of issue and that of publication; None for none."""
    hours = [
        (after - before.replace(minute=0, second=0, microsecond=0)) / dt.timedelta(hours=1) for before, after in spans
    ]
    return statistics.median(hours) if hours else None


def share_of(within: str, now: dt.datetime) -> Ours:
    """Return what became of the codes of the offices in a place."""
    since = clock.date_of(now) - dt.timedelta(days=SHARE_DAYS)
    sums = CodeUse.objects.filter(place__startswith=within, day__gte=since).aggregate(Sum("issued"), Sum("used"))
    published = OneTimeCode.objects.filter(case__place__startswith=within, published_at__isnull=False)
    spans = [(issued, at) for issued, at in published.values_list("issued_at", "published_at") if at is not None]
    return Ours(Use(sums["issued__sum"] or 0, sums["used__sum"] or 0), len(spans), median_hours(spans))
