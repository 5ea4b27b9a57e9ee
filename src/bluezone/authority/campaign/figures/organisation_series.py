"""The figures of organisations over time, as they may be told, ready for the roll-out's rules."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence

from django.db.models import Max, Q

from bluezone.authority.campaign.figures.models import OrganisationCount
from bluezone.authority.units.models import Organisation
from bluezone.authority.units.rules import told
from bluezone.geography.units import UnitCode
from bluezone.rollout.counts import Count

#: what paces of a week and days of silence are taken from
WINDOW = dt.timedelta(days=31)


def raw_of(organisations: Iterable[Organisation], as_of: dt.date) -> dict[str, dict[dt.date, int]]:
    """Installs by code and day, of the weeks up to a day, or where it was silent in them, the newest before. Of a day
    with several sources the largest: posters and reports count the same people."""
    by_key = {each.pk: each.code for each in organisations}
    rows = list(
        OrganisationCount.objects.filter(organisation__in=by_key, date__lte=as_of, date__gt=as_of - WINDOW).values_list(
            "organisation", "date", "installs"
        )
    )
    silent = by_key.keys() - {key for key, _, _ in rows}
    newest = (
        OrganisationCount.objects.filter(organisation__in=silent, date__lte=as_of)
        .values("organisation")
        .annotate(day=Max("date"))
        .values_list("organisation", "day")
    )
    wanted = [Q(organisation=key, date=day) for key, day in newest]
    for start in range(0, len(wanted), 200):
        condition = Q(pk__in=[])
        for each in wanted[start : start + 200]:
            condition |= each
        rows += OrganisationCount.objects.filter(condition).values_list("organisation", "date", "installs")
    found: dict[str, dict[dt.date, int]] = defaultdict(dict)
    for key, day, installs in rows:
        code = by_key[key]
        found[code][day] = max(installs, found[code].get(day, 0))
    return dict(found)


def of_organisations(organisations: Iterable[Organisation], as_of: dt.date) -> dict[str, list[Count]]:
    """The same by code as counts in order of date, each as it may be told among the organisation's people."""
    organisations = list(organisations)
    raw = raw_of(organisations, as_of)
    return {each.code: told_counts(each, raw[each.code]) for each in organisations if each.code in raw}


def told_counts(organisation: Organisation, installs_by_day: Mapping[dt.date, int]) -> list[Count]:
    """An organisation's figures in order of date, each as it may be told among its people."""
    within = UnitCode.parse(organisation.within)
    return [
        Count(within, day, installs=told(installs, organisation.people).installs)
        for day, installs in sorted(installs_by_day.items())
    ]


def total(series: Iterable[Sequence[Count]], within: UnitCode) -> list[Count]:
    """The sum over organisations, day by day; one that says nothing on a day stands where it stood."""
    changes: dict[dt.date, int] = defaultdict(int)
    for counts in series:
        before = 0
        for count in sorted(counts, key=lambda each: each.date):
            changes[count.date] += (count.installs or 0) - before
            before = count.installs or 0
    sums, standing = [], 0
    for day in sorted(changes):
        standing += changes[day]
        sums.append(Count(within, day, installs=standing))
    return sums
