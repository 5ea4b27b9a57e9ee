"""Read what happened in four weeks, for the page of what tracing achieves."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Iterator

from django.core.cache import cache
from django.db.models import Count, Exists, Min, OuterRef, Q, Sum

from bluezone.authority.diagnosis.models import Case
from bluezone.authority.epidemiology import effect
from bluezone.authority.epidemiology.effect import Period, Shown, Traced
from bluezone.authority.episodes.models import Episode
from bluezone.authority.episodes.words import Classification, FoundBy
from bluezone.authority.issuing.statistics import services as code_statistics
from bluezone.authority.issuing.statistics.rules import WAIT_BOUNDS_S
from bluezone.authority.officers.jurisdiction import NATION
from bluezone.authority.reports import counts
from bluezone.authority.reports.models import VerdictDay
from bluezone.authority.site import clock
from bluezone.protocol.warned import WEEK

_KEEP_S = 86_400


def published(now: dt.datetime) -> dict[dt.date, Shown]:
    """Return what is shown of each period, by its first day, the newest first. It is worked out once a day: the page
    costs nothing, and who asks for it again and again sees nothing move."""
    today = clock.date_of(now)
    key = f"tracing-effect-3-{today.isoformat()}"
    kept: dict[dt.date, Shown] | None = None if clock.rehearsing() else cache.get(key)
    if kept is None:
        kept = {first: effect.shown(period(first, now)) for first in effect.periods(today)}
        cache.set(key, kept, _KEEP_S)
    return kept


def period(first: dt.date, now: dt.datetime) -> Period:
    """Return what happened in the four weeks from a day on."""
    last = first + effect.PERIOD - dt.timedelta(days=1)
    days = [day for day in code_statistics.realm_days(NATION, now) if first <= day.day <= last]
    waits = [sum(each) for each in zip(*(day.sums.ages for day in days), strict=True)]
    verdicts = VerdictDay.objects.filter(day__range=(first, last)).values_list("verdict").annotate(Sum("count"))
    return Period(
        first,
        sum(day.sums.issued for day in days),
        sum(day.sums.claimed for day in days),
        list(zip((*WAIT_BOUNDS_S, math.inf), waits, strict=False)),
        sum(day.published.keys for day in days if day.published is not None),
        dict(verdicts.order_by()),
        list(_traced(first, last)),
        counts.estimate(first + week * WEEK for week in range(effect.PERIOD // WEEK)),
    )


def _traced(first: dt.date, last: dt.date) -> Iterator[Traced]:
    """Give the contacts entered on some days."""
    start, end = clock.beginning_of(first), clock.beginning_of(last + dt.timedelta(days=1))
    confirmed = [Case.Status.CONFIRMED, Case.Status.RECOVERED]
    ill = Case.objects.filter(
        person__isnull=False,
        person=OuterRef("person"),
        merged_into=None,
        status__in=confirmed,
        created_at__gte=OuterRef("contact_since"),
    )
    rows = (
        Episode.objects.filter(contact_since__gte=start, contact_since__lt=end)
        .annotate(
            met=Min("exposures__day"),
            apps=Count("exposures", filter=Q(exposures__found_by=FoundBy.APP.value)),
            hands=Count("exposures", filter=Q(exposures__found_by=FoundBy.HAND.value)),
            ill=Exists(ill),
        )
        .values_list("met", "apps", "hands", "classification", "decided_at", "ill", "warned_at", "isolated_on")
    )
    for met, apps, hands, classification, decided_at, is_ill, warned_at, isolated_on in rows.iterator():
        yield Traced(
            apps > 0,
            hands > 0,
            classification == Classification.CONFIRMED and decided_at is not None,
            is_ill,
            (clock.date_of(warned_at) - met).days if warned_at and met else None,
            (isolated_on - met).days if isolated_on and met else None,
        )
