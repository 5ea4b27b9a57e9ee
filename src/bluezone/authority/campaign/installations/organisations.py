"""Count yesterday's installations by each organisation's poster, as part of the daily roll-up."""

from __future__ import annotations

import datetime as dt

from django.db.models import Count as CountRows
from django.db.models import Q, QuerySet

from bluezone.authority.campaign.figures import reader
from bluezone.authority.campaign.installations.models import Installation
from bluezone.authority.units.models import Organisation
from bluezone.rollout.counts import DEVICES, Count, OrganisationCode, Origin


def counts_of_organisations(day: dt.date, installations: QuerySet[Installation], in_use: Q) -> list[Count]:
    """Return the count of `day` of every open organisation whose poster has counted somebody.

    `installations` are those that count on that day, `in_use` is the condition for one seen on it. One that counted
    the day before and has nobody left gets a 0.
    """
    rows = (
        installations.exclude(unit_code="")
        .values_list("unit_code")
        .annotate(installs=CountRows("digest"), active=CountRows("digest", filter=in_use))
        .order_by()
    )
    figures = {code: (installs, active) for code, installs, active in rows}
    figures = dict.fromkeys(reader.organisations_counted_on(day - dt.timedelta(days=1)), (0, 0)) | figures
    open_ones = set(Organisation.objects.filter(closed_on=None).values_list("code", flat=True))
    return [
        Count(OrganisationCode(code), day, installs=installs, active=active, source=DEVICES, origin=Origin.COUNTED)
        for code, (installs, active) in figures.items()
        if code in open_ones
    ]
