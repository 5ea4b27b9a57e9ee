"""Count yesterday's installations by each organisation's poster, as part of the daily roll-up."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict

from django.db.models import Count as CountRows
from django.db.models import Q, QuerySet

from bluezone.authority.campaign.figures import reader
from bluezone.authority.campaign.installations.models import Installation
from bluezone.authority.units.models import line_of
from bluezone.authority.units.posters import places_of_posters
from bluezone.rollout.counts import DEVICES, Count, OrganisationCode, Origin


def counts_of_organisations(day: dt.date, installations: QuerySet[Installation], in_use: Q) -> list[Count]:
    """Return the count of `day` of every open organisation whose poster has counted somebody.

    What the poster of a class has counted counts for the school, too: a phone has the code of one poster, so nobody is
    in it twice. `installations` are those that count on that day, `in_use` is the condition for one seen on it. One
    that counted the day before and has nobody left gets a 0.
    """
    rows = (
        installations.exclude(unit_code="")
        .values_list("unit_code")
        .annotate(installs=CountRows("digest"), active=CountRows("digest", filter=in_use))
        .order_by()
    )
    figures = {code: (installs, active) for code, installs, active in rows}
    figures = dict.fromkeys(reader.organisations_counted_on(day - dt.timedelta(days=1)), (0, 0)) | figures
    places = places_of_posters()
    sums: dict[str, list[int]] = defaultdict(lambda: [0, 0])
    for code, (installs, active) in figures.items():
        for each in line_of(places.get(code, "")):
            sums[each][0] += installs
            sums[each][1] += active
    return [
        Count(OrganisationCode(code), day, installs=installs, active=active, source=DEVICES, origin=Origin.COUNTED)
        for code, (installs, active) in sums.items()
    ]
