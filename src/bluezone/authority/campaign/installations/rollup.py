"""Roll up each day: yesterday's installations and active phones of every commune, added up to the country.

Only yesterday can be counted: of a phone's days in use the last two are kept, no more.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from dataclasses import dataclass

from django.db import connection, transaction
from django.db.models import Count as CountRows
from django.db.models import Q, QuerySet

from bluezone.authority.campaign.figures import reader
from bluezone.authority.campaign.figures.store import store
from bluezone.authority.campaign.installations.models import Installation
from bluezone.authority.site import clock
from bluezone.authority.site.locks import job_lock
from bluezone.authority.units.models import line_of
from bluezone.authority.units.posters import places_of_posters
from bluezone.geography import catalogue
from bluezone.geography.units import UnitCode, nation_on
from bluezone.rollout.counts import DEVICES, Count, OrganisationCode, Origin

#: A phone that was not seen for so long is no installation any more: lost, sold, or the app was removed.
SILENT_AFTER = dt.timedelta(days=60)
#: ... and for so long, its row is of no use.
FORGOTTEN_AFTER = dt.timedelta(days=365)
#: Rows are forgotten with this day's roll-up: to find them is to read the whole table once more (see models.py).
_SUNDAY = 6


@dataclass(frozen=True, slots=True)
class RollUp:
    """Report what a roll-up did: units written (0 where the day was counted before)."""

    date: dt.date
    units: int
    installs: int


def roll_up(now: dt.datetime) -> RollUp:
    """Count yesterday, if it has not been counted. Raises JobBusyError where another process is at it."""
    day = clock.date_of(now) - dt.timedelta(days=1)
    nation = nation_on(day).code
    with job_lock("roll-up"):
        done = reader.counted_on(nation, day)
        if done is not None:
            return RollUp(day, 0, done.installs or 0)
        if not Installation.objects.exists():  # the app does not count itself here: no zero beside reported figures
            return RollUp(day, 0, 0)
        totals = _totals(day, nation)
        posters = counts_of_organisations(day, _counted_on(day), _in_use(day))
        units = [
            Count(unit, day, installs=n, active=active, source=DEVICES, origin=Origin.COUNTED)
            for unit, (n, active) in totals.items()
        ]
        store([*posters, *units])  # all or none: the nation's figure says that the day is done
        if day.weekday() == _SUNDAY:
            Installation.objects.filter(last_active_on__lt=day - FORGOTTEN_AFTER).delete()
    return RollUp(day, len(totals), totals[nation][0])


def _totals(day: dt.date, nation: UnitCode) -> dict[UnitCode, tuple[int, int]]:
    """Return installs and active phones of each unit: a phone counts where it is now, and in all units above."""
    rows = (
        _counted_on(day)
        .values_list("commune")
        .annotate(installs=CountRows("digest"), active=CountRows("digest", filter=_in_use(day)))
        .order_by()
    )
    sums: dict[UnitCode, list[int]] = defaultdict(lambda: [0, 0])
    sums[nation] = [0, 0]
    with transaction.atomic():
        if connection.vendor == "postgresql":
            with connection.cursor() as cursor:
                cursor.execute("SET LOCAL jit = off")  # compiling one simple sum took a quarter of its time
        found = list(rows)
    gazetteer = catalogue.all_units()
    for commune, installs, active in found:
        units = {nation}
        if commune:
            unit = gazetteer.unit(UnitCode.parse(commune))
            units |= {unit.code, *(each.code for each in gazetteer.ancestors(unit))}
        for code in units:
            sums[code][0] += installs
            sums[code][1] += active
    return {code: (installs, active) for code, (installs, active) in sums.items()}


def _counted_on(day: dt.date) -> QuerySet[Installation]:
    """Return the installations that count on a day."""
    return Installation.objects.filter(registered_on__lte=day, last_active_on__gt=day - SILENT_AFTER)


def _in_use(day: dt.date) -> Q:
    return Q(last_active_on=day) | Q(active_before=day)


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
