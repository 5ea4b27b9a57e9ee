"""Read the cases of an officer's jurisdiction."""

from __future__ import annotations

from django.db.models import Exists, Q, QuerySet

from bluezone.authority.diagnosis.models import Case
from bluezone.authority.officers import scope
from bluezone.authority.officers.jurisdiction import NATION, Role
from bluezone.authority.officers.models import User
from bluezone.authority.persons.rules import read_pseudonym

#: what people reported by themselves: no office opened it, and none answers for it
_OF_NOBODY = Q(report_type=Case.ReportType.SELF, created_by=None, created_with=None)


def visible_cases(officer: User) -> QuerySet[Case]:
    """Return the cases an officer may see: those of the jurisdiction, for who may confirm cases.

    An account without a role works in the ministry's office: it has the cases of that office, not of the country.
    """
    return _of_office(officer) if not officer.role else _held(scope.visible(Case.objects.all(), officer), officer)


def editable_cases(officer: User) -> QuerySet[Case]:
    """Return the cases an officer may change. Those of a former unit that was merged into the own one are to be seen
    only, until they are handed over."""
    return _of_office(officer) if not officer.role else _held(scope.editable(Case.objects.all(), officer), officer)


def found(cases: QuerySet[Case], text: str) -> QuerySet[Case]:
    """Filter cases by a pseudonym, however it was typed, or by a word of their file number; nothing for all."""
    if not text:
        return cases
    pseudonym = read_pseudonym(text)
    return cases.filter(person__pseudonym=pseudonym) if pseudonym else cases.filter(file_number__icontains=text)


def _of_office(officer: User) -> QuerySet[Case]:
    return _held(Case.objects.filter(place=NATION), officer)


def _held(cases: QuerySet[Case], officer: User) -> QuerySet[Case]:
    """Leave nothing to an officer whose right was taken, even in this very moment."""
    holds = User.objects.filter(pk=officer.pk, is_active=True, may_confirm=True).exclude(role=Role.UNIT_HEAD)
    return cases.filter(Exists(holds)).exclude(_OF_NOBODY)
