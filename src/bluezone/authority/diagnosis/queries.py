"""Read the cases that an officer answers for."""

from __future__ import annotations

from django.db.models import Exists, Q, QuerySet

from bluezone.authority.diagnosis.models import Case
from bluezone.authority.officers.confirming import Issuer
from bluezone.authority.officers.models import User


def cases_of(officer: User) -> QuerySet[Case]:
    """Return the cases an officer opened, and those that machines opened with a key of the officer's office.

    A key has no page of its own: its cases belong to its office, as its right and its quota do, and whoever may confirm
    cases there issues a new code or notes the result of a test. None for an officer without the right.
    """
    holds = Exists(User.objects.filter(pk=officer.pk, is_active=True, may_confirm=True))
    of_machines = Q(created_with__isnull=False, place=Issuer(officer=officer).place)
    return Case.objects.filter(Q(created_by=officer) | of_machines).filter(holds)


def has_machines(cases: QuerySet[Case]) -> bool:
    """Return whether a machine opened one of these."""
    return cases.filter(created_with__isnull=False).exists()
