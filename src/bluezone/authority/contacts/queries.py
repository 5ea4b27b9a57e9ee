"""Read exposure reports in the order in which people are called."""

from __future__ import annotations

from django.db.models import QuerySet

from bluezone.authority.contacts.models import Report


def in_order(rows: QuerySet[Report]) -> QuerySet[Report]:
    """Order reports by verdict, then by risk, then by age: the oldest first."""
    return rows.order_by("rank", "-risk", "received_at", "id")
