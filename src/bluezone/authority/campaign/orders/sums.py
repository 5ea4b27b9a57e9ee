"""What the organisations of each sector come to under an order, day by day: one statement, for they may be many.

Only what may be told of each organisation is summed, by the rule of `organisations.rules.told` in the words of SQL (the
same on SQLite and PostgreSQL; a test holds the two against each other).
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from dataclasses import dataclass

from django.db import connection

from bluezone.authority.campaign.figures.models import OrganisationCount
from bluezone.authority.campaign.figures.organisation_series import WINDOW
from bluezone.authority.campaign.orders.models import Directive, Target
from bluezone.authority.units.models import Organisation
from bluezone.geography.units import UnitCode
from bluezone.rollout.counts import Count

# Of a day with several sources the largest counts. An organisation that is silent for longer than the window stands
# where it stood. Each day's change is summed; adding the changes up carries those who say nothing on a day.
_SUMS = f"""
    WITH mine AS (
        SELECT t.parent_id AS parent, t.organisation_id AS organisation,
            CASE WHEN o.with_families THEN (o.headcount * 36 + 5) / 10 ELSE o.headcount END AS people,
            (SELECT MAX(c.date) FROM {OrganisationCount._meta.db_table} c
             WHERE c.organisation_id = t.organisation_id AND c.date <= %s) AS last
        FROM {Target._meta.db_table} t JOIN {Organisation._meta.db_table} o ON o.id = t.organisation_id
        WHERE t.directive_id = %s
    ), counted AS (
        SELECT m.parent, m.organisation, m.people, c.date AS date, MAX(c.installs) AS installs
        FROM mine m JOIN {OrganisationCount._meta.db_table} c ON c.organisation_id = m.organisation
            AND c.date <= %s AND c.date >= CASE WHEN m.last < %s THEN m.last ELSE %s END
        GROUP BY m.parent, m.organisation, m.people, c.date
    ), judged AS (
        SELECT counted.*,
            CASE WHEN people >= 1000 THEN 0 WHEN installs < 5 THEN 1 WHEN people IS NULL THEN 0
                WHEN people - installs BETWEEN 0 AND 4 THEN 1 ELSE 0 END AS telling
        FROM counted
    ), told AS (
        SELECT parent, organisation, date, telling,
            CASE WHEN telling = 0 THEN installs WHEN installs < 5 OR people < 10 THEN 0 ELSE people - 4 END AS installs
        FROM judged
    ), changes AS (
        SELECT parent, date,
            installs - COALESCE(LAG(installs) OVER w, 0) AS installs,
            telling - COALESCE(LAG(telling) OVER w, 0) AS telling
        FROM told WINDOW w AS (PARTITION BY organisation ORDER BY date)
    )
    SELECT parent, date, SUM(installs), SUM(telling) FROM changes GROUP BY parent, date ORDER BY date
"""  # noqa: S608 (the tables' names are ours)


@dataclass(frozen=True, slots=True)
class Sum:
    """A sector's total over time; `at_least` where some of its organisations may not be told exactly today."""

    counts: list[Count]
    at_least: bool


def by_sector(directive: Directive, as_of: dt.date) -> dict[int, Sum]:
    """The sum of each of an order's sector targets, by the target's key; without those nobody has a figure of."""
    start = as_of - WINDOW + dt.timedelta(days=1)
    day, first = (connection.ops.adapt_datefield_value(each) for each in (as_of, start))
    with connection.cursor() as cursor:
        cursor.execute(_SUMS, [day, directive.pk, day, first, first])
        rows = cursor.fetchall()
    within = UnitCode.parse(directive.scope)
    standing: dict[int, list[int]] = defaultdict(lambda: [0, 0])
    counts: dict[int, list[Count]] = defaultdict(list)
    for parent, date, installs, telling in rows:
        sums = standing[parent]
        sums[0] += int(installs)
        sums[1] += int(telling)
        counts[parent].append(Count(within, dt.date.fromisoformat(str(date)), installs=sums[0]))
    return {parent: Sum(made, standing[parent][1] > 0) for parent, made in counts.items()}
