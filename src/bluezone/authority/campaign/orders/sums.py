"""Sum the figures of the organisations of each sector under an order, day by day: one statement, for they may be many.

The statement chooses each organisation's series as `rollout.series` does, and sums what `rollout.suppression` discloses
of it, in SQL that those modules write; tests hold both against them. The same on SQLite and PostgreSQL.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from django.db import connection
from django.db.models import Q

from bluezone.authority.campaign.figures import reader
from bluezone.authority.campaign.orders.models import Directive, Target
from bluezone.authority.units.models import Organisation
from bluezone.geography.units import UnitCode
from bluezone.rollout import suppression
from bluezone.rollout.cascade import people_meant_sql
from bluezone.rollout.counts import Count, OrganisationCode
from bluezone.rollout.series import SUM, Series
from bluezone.rollout.suppression import Extent

# Each day's change is summed; adding the changes up carries those who say nothing on a day.
_SUMS = """
    WITH mine AS (
        SELECT t.parent_id AS parent, o.code AS code,
            {people} AS people
        FROM {targets} t JOIN {organisations} o ON o.id = t.organisation_id
        WHERE t.directive_id = %s AND t.left_on IS NULL
            AND NOT EXISTS (SELECT 1 FROM {organisations} c WHERE c.parent_id = o.id AND c.closed_on IS NULL)
            AND NOT EXISTS (SELECT 1 FROM {organisations} g WHERE g.merged_into_id = o.id AND g.people_brought > 0)
    ), {series}, judged AS (
        SELECT parent, code, date, {suppressed} AS suppressed, {at_least} AS installs FROM series
    ), changes AS (
        SELECT parent, date,
            installs - COALESCE(LAG(installs) OVER w, 0) AS installs,
            suppressed - COALESCE(LAG(suppressed) OVER w, 0) AS suppressed
        FROM judged WINDOW w AS (PARTITION BY code ORDER BY date)
    )
    SELECT parent, date, SUM(installs), SUM(suppressed) FROM changes GROUP BY parent, date ORDER BY date
"""


@dataclass(frozen=True, slots=True)
class Sum:
    """Hold a sector's total over time; `at_least` where some of its organisations are not disclosed exactly today."""

    series: Series
    at_least: bool


def by_sector(directive: Directive, as_of: dt.date) -> dict[int, Sum]:
    """Return the sum of each of an order's sector targets that has a figure, by the target's key."""
    series, values = reader.series_sql("mine", as_of)
    statement = _SUMS.format(
        targets=Target._meta.db_table,
        organisations=Organisation._meta.db_table,
        people=people_meant_sql("o.headcount", "o.with_families"),
        series=series,
        suppressed=suppression.suppressed_sql("number", "people"),
        at_least=suppression.at_least_sql("number", "people"),
    )
    with connection.cursor() as cursor:
        cursor.execute(statement, [directive.pk, *values])
        rows = cursor.fetchall()
    changes: dict[int, dict[dt.date, list[int]]] = defaultdict(lambda: defaultdict(lambda: [0, 0]))
    for parent, date, installs, suppressed in (*rows, *_changes_of_holders(directive, as_of)):
        change = changes[parent][dt.date.fromisoformat(str(date))]
        change[0] += int(installs)
        change[1] += int(suppressed)
    within = UnitCode.parse(directive.scope)
    return {parent: _added_up(by_day, within, as_of) for parent, by_day in changes.items()}


def _added_up(changes: Mapping[dt.date, Sequence[int]], within: UnitCode, as_of: dt.date) -> Sum:
    installs = suppressed = 0
    counts = []
    for date in sorted(changes):
        installs += changes[date][0]
        suppressed += changes[date][1]
        counts.append(Count(within, date, installs=installs, source=SUM))
    return Sum(Series(as_of, counts=tuple(counts)), suppressed > 0)


def _changes_of_holders(directive: Directive, as_of: dt.date) -> Iterator[tuple[int | None, dt.date, int, int]]:
    """Yield what the statement yields, of the organisations that hold others or took others in: whose figure is a sum
    is decided in Python (`rollout.unit_trees`, `rollout.mergers`)."""
    holders = Organisation.objects.filter(closed_on=None, parent__isnull=False).values("parent")
    takers = Organisation.objects.filter(merged_into__isnull=False, people_brought__gt=0).values("merged_into")
    made_of_others = Q(organisation__in=holders) | Q(organisation__in=takers)
    targets = {
        OrganisationCode(each.key): each
        for each in directive.targets.filter(made_of_others, left_on=None).select_related("organisation")
    }
    for code, series in reader.series_of(targets, as_of).items():
        target = targets[OrganisationCode(str(code))]
        people = target.organisation.people if target.organisation is not None else None
        shown, before = reader.disclosed(series, people), 0
        for date, number in shown.totals():
            yield target.parent_id, date, number - before, 0
            before = number
        if shown.figure is not None and reader.disclosure(series, people).extent is not Extent.EXACT:
            yield target.parent_id, shown.figure.date, 0, 1
