"""Read the results of laboratories that wait for an officer."""

from __future__ import annotations

from django.db.models import QuerySet

from bluezone.authority.diagnosis import queries
from bluezone.authority.issuing.models import LabResult
from bluezone.authority.officers.models import User


def tasks_of(officer: User) -> QuerySet[LabResult]:
    """Return the results that an officer is to look at, the oldest first."""
    rows = LabResult.objects.filter(is_task=True, case__in=queries.editable_cases(officer))
    return rows.select_related("laboratory", "case", "case__person").prefetch_related("corrections").order_by("pk")
