"""Read the cases of an officer's jurisdiction."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import TypeVar

from django.contrib.auth.models import AnonymousUser
from django.db.models import Exists, Model, Q, QuerySet

from bluezone.authority.diagnosis import case_rules
from bluezone.authority.diagnosis.case_rules import CaseFacts, Likeness
from bluezone.authority.diagnosis.models import Case
from bluezone.authority.officers import scope
from bluezone.authority.officers.jurisdiction import NATION, Role
from bluezone.authority.officers.models import User
from bluezone.authority.persons import services as persons
from bluezone.authority.persons.rules import read_pseudonym
from bluezone.authority.site.configuration import disease

_Row = TypeVar("_Row", bound=Model)
_MOST_COMPARED = 20
#: what people reported by themselves: no office opened it, and none answers for it
_OF_NOBODY = Q(report_type=Case.ReportType.SELF, created_by=None, created_with=None)


def visible(rows: QuerySet[Case], user: User | AnonymousUser, _field: str = "") -> QuerySet[Case]:
    """Filter cases by those an officer may see: of the jurisdiction, for who may confirm cases.

    An account without a role works in the ministry's office: it has the cases of that office, not of the country.
    """
    return _reached(rows, scope.officer(user), scope.visible)


def editable(rows: QuerySet[Case], user: User | AnonymousUser, _field: str = "") -> QuerySet[Case]:
    """Filter cases by those an officer may change. Those of a former unit that was merged into the own one are to be
    seen only, until they are handed over."""
    return _reached(rows, scope.officer(user), scope.editable)


def visible_cases(officer: User) -> QuerySet[Case]:
    """Return the cases an officer may see."""
    return visible(Case.objects.all(), officer)


def editable_cases(officer: User) -> QuerySet[Case]:
    """Return the cases an officer may change."""
    return editable(Case.objects.all(), officer)


def _reached(rows: QuerySet[Case], officer: User, reach: Callable[..., QuerySet[Case]]) -> QuerySet[Case]:
    mine = reach(rows, officer) if officer.role else rows.filter(place=NATION)
    return held(mine, officer).exclude(_OF_NOBODY)


def likely_duplicates(case: Case, within: QuerySet[Case]) -> list[tuple[Case, Likeness]]:
    """Return the cases among `within` that may be the same as a case, each with the reason, the newest first."""
    facts = facts_of(case)
    if case.person is not None:
        digests = persons.all_digests(case.person)
        facts = replace(facts, telephone_digests=digests.telephone, document_digests=digests.document)
    same: list[dict[str, str]] = []
    if case.file_number:
        same.append({"file_number__iexact": case.file_number, "place": case.place})
    same += [{"person__telephone_digest": digest} for digest in sorted(facts.telephone_digests)]
    same += [{"person__document_digest": digest} for digest in sorted(facts.document_digests)]
    rows = within.filter(merged_into=None).exclude(pk=case.pk).select_related("person").order_by("-created_at")
    # One question each, by its own index: with "or" between them every case would be read.
    alike = {other.pk: other for fields in same for other in rows.filter(**fields)[:_MOST_COMPARED]}
    newest = sorted(alike.values(), key=lambda other: other.created_at, reverse=True)[:_MOST_COMPARED]
    span = disease().windows.same_illness.span
    found = ((other, case_rules.likeness(facts, facts_of(other), span)) for other in newest)
    return [(other, why) for other, why in found if why is not None]


def facts_of(case: Case) -> CaseFacts:
    """Return what a case is compared with others by, as it is stored."""
    day = case.onset_date or case.test_date
    assert day is not None  # a constraint of the table
    digests = persons.stored_digests(case.person) if case.person is not None else persons.Digests()
    return CaseFacts(case.place, day, case.file_number, digests.telephone, digests.document)


def found(cases: QuerySet[Case], text: str) -> QuerySet[Case]:
    """Filter cases by a pseudonym, however it was typed, by the beginning of their id, or by a word of their file
    number; nothing for all."""
    if not text:
        return cases
    if pseudonym := read_pseudonym(text):
        return cases.filter(person__pseudonym=pseudonym)
    ids = case_rules.ids_of(text)
    by_number = Q(file_number__icontains=text)
    return cases.filter(by_number if ids is None else by_number | Q(pk__range=ids))


def held(rows: QuerySet[_Row], officer: User) -> QuerySet[_Row]:
    """Leave nothing of cases or contacts to an officer whose right was taken, even in this very moment."""
    holds = User.objects.filter(pk=officer.pk, is_active=True, may_confirm=True).exclude(role=Role.UNIT_HEAD)
    return rows.filter(Exists(holds))
