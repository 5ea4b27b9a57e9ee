"""What posters counted: yesterday's installations of each organisation, as part of the daily roll-up."""

from __future__ import annotations

import datetime as dt

from django.db.models import Count, QuerySet

from bluezone.authority.campaign.figures.models import OWN_COUNT, OrganisationCount
from bluezone.authority.units.models import Organisation


def count_organisations(day: dt.date, installations: QuerySet, in_use: object) -> int:  # type: ignore[type-arg]
    """Write the figure of `day` of every open organisation whose poster has counted somebody; how many were written.

    `installations` are those that count on that day, `in_use` is the condition for one seen on it. One that counted
    the day before and has nobody left gets a 0. Run again, it writes the same.
    """
    open_ones = dict(Organisation.objects.filter(closed_on=None).values_list("code", "pk"))
    rows = (
        installations.exclude(unit_code="")
        .values_list("unit_code")
        .annotate(installs=Count("digest"), active=Count("digest", filter=in_use))
        .order_by()
    )
    figures = {open_ones[code]: (installs, active) for code, installs, active in rows if code in open_ones}
    before = OrganisationCount.objects.filter(
        date=day - dt.timedelta(days=1), source=OWN_COUNT, organisation__closed_on=None
    ).values_list("organisation", flat=True)
    figures = dict.fromkeys(before, (0, 0)) | figures
    OrganisationCount.objects.bulk_create(
        [
            OrganisationCount(organisation_id=key, date=day, installs=installs, active=active, source=OWN_COUNT)
            for key, (installs, active) in figures.items()
        ],
        batch_size=1_000,
        update_conflicts=True,
        unique_fields=["organisation", "date", "source"],
        update_fields=["installs", "active"],
    )
    return len(figures)
