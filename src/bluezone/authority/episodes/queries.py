"""Read episodes of an officer's jurisdiction."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from django.contrib.auth.models import AnonymousUser
from django.db.models import Exists, OuterRef, Q, QuerySet

from bluezone.authority.diagnosis import queries as cases
from bluezone.authority.diagnosis.models import Case
from bluezone.authority.episodes.models import Episode, EpisodeTest, Exposure
from bluezone.authority.episodes.rules import Standing
from bluezone.authority.episodes.words import Role
from bluezone.authority.officers import confirming, scope
from bluezone.authority.officers.confirming import Issuer
from bluezone.authority.officers.jurisdiction import NATION
from bluezone.authority.officers.models import User
from bluezone.authority.site.configuration import disease


def visible(officer: User) -> QuerySet[Episode]:
    """Return the episodes an officer may see: as with cases, those of the jurisdiction for who may confirm cases."""
    return cases.held(_within(officer, scope.visible), officer)


def readable(officer: User) -> QuerySet[Episode]:
    """Return the episodes whose health part an officer may read: who may read health data sees no case for it, and
    changes nothing."""
    rows = _within(officer, scope.visible)
    return rows if confirming.may_read_health(Issuer(officer=officer)) else rows.none()


def editable(officer: User) -> QuerySet[Episode]:
    """Return the episodes an officer may change."""
    return cases.held(_within(officer, scope.editable), officer)


def editable_of(rows: QuerySet[Episode], user: User | AnonymousUser, _field: str = "") -> QuerySet[Episode]:
    """Filter episodes by those an officer may change, for the pages of one."""
    return rows.filter(pk__in=editable(scope.officer(user)))


def _within(officer: User, reach: Callable[..., QuerySet[Episode]]) -> QuerySet[Episode]:
    """Return the episodes of an officer's jurisdiction; an account without a role works in the ministry's office."""
    rows = Episode.objects.all()
    return reach(rows, officer) if officer.role else rows.filter(place=NATION)


def case_called(officer: User, text: str) -> Case | None:
    """Return the one case, of those an officer may change, that a text names; None for none, or several."""
    found = list(cases.found(cases.editable_cases(officer).filter(merged_into=None), text)[:2])
    return found[0] if len(found) == 1 else None


#: whether a test was negative
TESTED = Exists(EpisodeTest.objects.filter(episode=OuterRef("pk"), result="negative"))


def standing_of(row: Episode) -> Standing:
    """Return what says for what somebody waits. A list annotates `tested` by `TESTED`."""
    tested = row.__dict__.get("tested")
    return Standing(
        Role(row.role),
        row.decision,
        called=row.called_at is not None,
        isolated=row.isolated_on is not None,
        tested=row.tests.filter(result="negative").exists() if tested is None else tested,
        has_test=disease().has_test,
    )


def exposures_of(rows: Iterable[Episode]) -> QuerySet[Exposure]:
    """Return whom people were near, the newest first."""
    found = Exposure.objects.filter(episode__in=[row.pk for row in rows]).order_by("-day", "-pk")
    return found.select_related("source__person", "source__case__person", "report")


def contacts_of(source: Case | Episode) -> QuerySet[Episode]:
    """Return the contacts of a case, and of the cases that turned out to be it, or of a contact."""
    there = Q(exposures__source=source) if isinstance(source, Episode) else Q()
    if isinstance(source, Case):
        # by their ids: a condition on either table would read all exposures
        merged = [source.pk, *source.merged.values_list("pk", flat=True)]
        there = Q(exposures__source__in=list(Episode.objects.filter(case__in=merged).values_list("pk", flat=True)))
    return Episode.objects.filter(there).distinct().select_related("person", "case").order_by("-contact_since")
