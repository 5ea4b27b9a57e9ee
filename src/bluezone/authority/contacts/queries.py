"""Read exposure reports in the order in which people are called, of an officer's jurisdiction alone."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from django.db.models import Count, Q, QuerySet

from bluezone.authority.contacts.models import Report
from bluezone.authority.contacts.rules import CALL_WITHIN, Outcome, Verdict
from bluezone.authority.officers import scope
from bluezone.authority.officers.models import User


@dataclass(frozen=True, slots=True)
class Waiting:
    """Count who waits for a call: in all, longer than a day, and the reports that were refused."""

    waiting: int
    late: int
    refused: int


#: in which people are called: by verdict, then by risk, then by age, the oldest first
ORDER = ("rank", "-risk", "received_at", "id")
_TO_CALL = {"outcome": "", "verdict__in": [Verdict.CORROBORATED.value, Verdict.CONSISTENT.value]}


def judged(user: User) -> QuerySet[Report]:
    """Return the reports that an officer may decide of: of the communes in the jurisdiction, judged, not refused."""
    rows = scope.editable(Report.objects.all(), user)
    return rows.filter(verdict__in=[Verdict.CORROBORATED.value, Verdict.CONSISTENT.value])


def to_call_again(rows: QuerySet[Report], now: dt.datetime) -> QuerySet[Report]:
    """Return the reports whose owners agreed to be called again by now, and of whom the office has not decided that
    they are no contacts."""
    return rows.filter(call_again_at__lte=now, outcome__in=["", Outcome.F1.value])


def waiting(user: User, now: dt.datetime) -> Waiting:
    """Count who waits in an officer's jurisdiction."""
    rows = scope.editable(Report.objects.all(), user)
    # Each reads an index of just these rows: one count of all reports would read each of them.
    open_ones = rows.filter(**_TO_CALL).aggregate(
        waiting=Count("*"), late=Count("received_at", filter=Q(received_at__lt=now - CALL_WITHIN))
    )
    return Waiting(**open_ones, refused=rows.filter(verdict=Verdict.REFUSED.value).count())
