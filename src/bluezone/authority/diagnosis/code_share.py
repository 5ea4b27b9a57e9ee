"""Compare how many of our codes are used, and how soon, with a campaign that was measured: SwissCovid."""

from __future__ import annotations

import datetime as dt
import statistics
from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import Sum

from bluezone.authority.diagnosis.models import CodeUse, OneTimeCode
from bluezone.authority.diagnosis.quota_rules import Use
from bluezone.authority.site import clock

#: codes generated and entered from 1 December 2020 to 2 March 2021
SWISSCOVID = Use(44_548, 30_176)
#: the Federal Department of Home Affairs for the National Council's question time of 8 March 2021, as AWP reported it
SWISSCOVID_SOURCE = (
    "https://www.cash.ch/news/politik/swiss-covid-app-bisher-knapp-3-millionen-mal-heruntergeladen-1726496"
)
#: our own days: as many as the alarm compares with
DAYS = 30


@dataclass(frozen=True, slots=True)
class Ours:
    """Hold what became of an area's codes: those of the last 30 days whose fate is known, and the median of the hours
    between issue and publication, of `published` codes that are still there; None without any."""

    use: Use
    published: int
    median_hours: float | None


def median_hours(spans: Sequence[tuple[dt.datetime, dt.datetime]]) -> float | None:
    """Return the median of the whole hours between the hour of issue and that of publication; None for none."""
    hours = [(after - _hour(before)) / dt.timedelta(hours=1) for before, after in spans]
    return statistics.median(hours) if hours else None


def _hour(moment: dt.datetime) -> dt.datetime:
    return moment.replace(minute=0, second=0, microsecond=0)


def of_place(within: str, now: dt.datetime) -> Ours:
    """Return what became of the codes of the offices in a place."""
    since = clock.date_of(now) - dt.timedelta(days=DAYS)
    sums = CodeUse.objects.filter(place__startswith=within, day__gte=since).aggregate(Sum("issued"), Sum("used"))
    published = OneTimeCode.objects.filter(case__place__startswith=within, published_at__isnull=False)
    spans = [(issued, at) for issued, at in published.values_list("issued_at", "published_at") if at is not None]
    return Ours(Use(sums["issued__sum"] or 0, sums["used__sum"] or 0), len(spans), median_hours(spans))
