"""Sum the figures of the organisations of each sector under an order, day by day: one statement, for they may be many.

The statement chooses each organisation's series as `rollout.series` does, and sums what `rollout.suppression` discloses
of it, in SQL that those modules write; tests hold both against them. The same on SQLite and PostgreSQL.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from dataclasses import dataclass

from django.db import connection

from bluezone.authority.campaign.figures import reader
from bluezone.authority.campaign.orders.models import Directive, Target
from bluezone.authority.units.models import Organisation
from bluezone.geography.units import UnitCode
from bluezone.rollout import suppression
from bluezone.rollout.cascade import people_meant_sql
from bluezone.rollout.counts import Count
from bluezone.rollout.series import SUM, Series

# Each day's change is summed; adding the changes up carries those who say nothing on a day.
_SUMS = """
    WITH mine AS (
        SELECT t.parent_id AS parent, o.code AS code,
            {people} AS people
        FROM {targets} t JOIN {organisations} o ON o.id = t.organisation_id
        WHERE t.directive_id = %s
    ), {series}, judged AS (
        SELECT m.parent, m.code, s.date, {suppressed} AS suppressed, {at_least} AS installs
        FROM mine m JOIN series s ON s.code = m.code
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
        suppressed=suppression.suppressed_sql("s.number", "m.people"),
        at_least=suppression.at_least_sql("s.number", "m.people"),
    )
    with connection.cursor() as cursor:
        cursor.execute(statement, [directive.pk, *values])
        rows = cursor.fetchall()
    within = UnitCode.parse(directive.scope)
    reached: dict[int, list[int]] = defaultdict(lambda: [0, 0])
    counts: dict[int, list[Count]] = defaultdict(list)
    for parent, date, installs, suppressed in rows:
        sums = reached[parent]
        sums[0] += int(installs)
        sums[1] += int(suppressed)
        counts[parent].append(Count(within, dt.date.fromisoformat(str(date)), installs=sums[0], source=SUM))
    return {parent: Sum(Series(as_of, counts=tuple(made)), reached[parent][1] > 0) for parent, made in counts.items()}
