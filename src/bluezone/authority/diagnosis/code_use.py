"""Keep how many codes of each office were used, day by day, and see where the share drops.

Codes that go to nobody are the sign of a stolen account or key: they are issued, and no phone ever sends them. The
share is taken of codes whose fate is known, used, stopped or run out: a morning's codes that wait for their patients
raise no alarm. Rows are kept when the codes themselves are gone (`retention`).
"""

from __future__ import annotations

import datetime as dt
import logging
from collections import defaultdict
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import transaction
from django.db.models import Count, Q

from bluezone.authority.diagnosis import quota_rules
from bluezone.authority.diagnosis.models import CodeUse, OneTimeCode
from bluezone.authority.diagnosis.quota_rules import Drop, Use
from bluezone.authority.officers.jurisdiction import NATION
from bluezone.authority.site import clock

log = logging.getLogger(__name__)
_DAY = dt.timedelta(days=1)


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
