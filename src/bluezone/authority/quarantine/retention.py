"""Delete the rows of rosters after 14 days, and their counts after 400."""

from __future__ import annotations

import datetime as dt

from bluezone.authority.quarantine.models import Roster, Row
from bluezone.authority.quarantine.rules import COUNT_LIFE, ROW_LIFE
from bluezone.authority.site import clock
from bluezone.authority.site.registries import RetentionRule


def _rows(now: dt.datetime) -> dict[str, int]:
    old = Row.objects.filter(roster__day__lt=clock.date_of(now) - ROW_LIFE)
    return {"quarantine_rows": old.delete()[0]}


def _counts(now: dt.datetime) -> dict[str, int]:
    old = Roster.objects.filter(day__lt=clock.date_of(now) - COUNT_LIFE)
    return {"quarantine_counts": old.delete()[0]}


RULES = (
    RetentionRule(
        "people in quarantine: beds and houses (no names)",
        "14 days after their day",
        "a quarantine is over by then; the counts stay",
        _rows,
    ),
    RetentionRule(
        "people in quarantine: a place's counts of a day",
        "400 days",
        "orders and bulletins of a year lean on them",
        _counts,
    ),
)
