"""Read tallies of families, visits of households and tasks of unions: of units, of trees of units, of a place."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import Count as CountRows
from django.db.models import Exists, OuterRef, Q, QuerySet, Sum

from bluezone.authority.outreach.models import FamilyTally as StoredTally
from bluezone.authority.outreach.models import Hamlet, HouseholdVisit, UnionTask, VisitDay, VisitTeam
from bluezone.authority.outreach.rules import SHOWN_BEFORE_DAYS
from bluezone.authority.units.models import Organisation
from bluezone.authority.units.trees import below
from bluezone.rollout.counts import OrganisationCode
from bluezone.rollout.families import FIELDS, FamilyTally, TreeTally, of_unit
from bluezone.rollout.households import Outcome, Team, Visit, parse_numbers

_CHUNK = 500
#: columns of `Hamlet` and `VisitDay`, and fields of the form of visits, by outcome
COLUMNS = {outcome: outcome.value.replace("-", "_") for outcome in Outcome}


# --- families ---------------------------------------------------------------------------------------------------------


def own_tally(organisation: Organisation, day: dt.date) -> FamilyTally | None:
    """Return a unit's own tally as it was on a day."""
    row = StoredTally.objects.filter(organisation=organisation, date__lte=day).order_by("-date").first()
    return FamilyTally(**{name: getattr(row, name) for name in FIELDS}) if row is not None else None


def tally_day(organisation: Organisation, day: dt.date) -> dt.date | None:
    """Return the day of a unit's newest own tally."""
    rows = StoredTally.objects.filter(organisation=organisation, date__lte=day).order_by("-date")
    return rows.values_list("date", flat=True).first()


def tallies(organisations: Sequence[Organisation], day: dt.date) -> dict[str, TreeTally]:
    """Return the tally of each unit on a day, by code: its own, or the sum over those in it."""
    roots = [OrganisationCode(each.code) for each in organisations]
    tree = below(roots)
    own: dict[str, FamilyTally] = {}
    codes = sorted({*roots, *tree.codes})
    newer = StoredTally.objects.filter(organisation=OuterRef("organisation"), date__gt=OuterRef("date"), date__lte=day)
    for at in range(0, len(codes), _CHUNK):
        rows = StoredTally.objects.filter(organisation__code__in=codes[at : at + _CHUNK], date__lte=day)
        for code, *numbers in rows.filter(~Exists(newer)).values_list("organisation__code", *FIELDS):
            own[code] = FamilyTally(*numbers)
    inside: dict[str, list[str]] = {}
    for code, holder in tree.parents.items():
        inside.setdefault(holder, []).append(code)

    def made(code: str) -> TreeTally:
        return of_unit(own.get(code), [made(each) for each in inside.get(code, ())])

    return {code: made(code) for code in roots}


# --- households -------------------------------------------------------------------------------------------------------


def households_of(organisation: Organisation) -> int | None:
    """Return how many households a hamlet has; None where nobody has said."""
    return Hamlet.objects.filter(organisation=organisation).values_list("households", flat=True).first()


def visits_of(organisation: Organisation) -> list[Visit]:
    """Return the visits of a hamlet's households that are kept."""
    rows = HouseholdVisit.objects.filter(organisation=organisation).values_list("number", "date", "outcome")
    return [Visit(number, date, Outcome(outcome)) for number, date, outcome in rows]


def teams_of(organisation: Organisation) -> list[tuple[VisitTeam, Team]]:
    """Return who goes from house to house in a hamlet, as stored and by rule."""
    rows = VisitTeam.objects.filter(organisation=organisation).order_by("name")
    return [(row, Team(row.name, parse_numbers(row.numbers))) for row in rows]


def days_of(organisation: Organisation) -> list[VisitDay]:
    """Return the days on which households were visited, the newest first."""
    return list(VisitDay.objects.filter(organisation=organisation).order_by("-date"))


def hamlets(organisations: QuerySet[Organisation]) -> QuerySet[Organisation]:
    """Return the units that have households: hamlets, and whoever has given a number of them."""
    rows = organisations.filter(Q(sector="neighbourhoods") | Q(hamlet__isnull=False), closed_on=None)
    return rows.select_related("hamlet").order_by("name", "pk")


# --- unions -----------------------------------------------------------------------------------------------------------


def tasks_of(union: Organisation) -> QuerySet[UnionTask]:
    """Return a union's tasks: those open by day due, then those done."""
    return UnionTask.objects.filter(organisation=union).select_related("at").order_by("done_on", "due", "pk")


def tasks_at(organisation: Organisation) -> QuerySet[UnionTask]:
    """Return what unions do at a unit."""
    rows = UnionTask.objects.filter(at=organisation).select_related("organisation")
    return rows.order_by("done_on", "due", "pk")


def tasks_in(organisations: QuerySet[Organisation]) -> QuerySet[UnionTask]:
    """Return the tasks of the unions among some units."""
    rows = UnionTask.objects.filter(organisation__in=organisations).select_related("organisation", "at")
    return rows.order_by("done_on", "due", "pk")


def open_tasks(tasks: QuerySet[UnionTask], day: dt.date) -> QuerySet[UnionTask]:
    """Return those that are due by a day or soon, and not done."""
    return tasks.filter(done_on=None, due__lte=day + dt.timedelta(days=SHOWN_BEFORE_DAYS)).order_by("due", "pk")


@dataclass(frozen=True, slots=True)
class TaskTotals:
    """Count the tasks of some unions: done, not done in time, still to come; and whom they reached."""

    done: int
    overdue: int
    coming: int
    asked: int
    helped: int


def task_totals(tasks: QuerySet[UnionTask], day: dt.date) -> TaskTotals:
    """Return the totals of some tasks on a day."""
    is_done = Q(done_on__lte=day)
    found = tasks.order_by().aggregate(
        done=CountRows("pk", filter=is_done),
        overdue=CountRows("pk", filter=Q(done_on=None, due__lt=day)),
        coming=CountRows("pk", filter=Q(done_on=None, due__gte=day)),
        asked=Sum("asked", filter=is_done),
        helped=Sum("helped", filter=is_done),
    )
    return TaskTotals(found["done"], found["overdue"], found["coming"], found["asked"] or 0, found["helped"] or 0)


def unions(organisations: QuerySet[Organisation]) -> QuerySet[Organisation]:
    """Return the open unions and associations among some units."""
    return organisations.filter(sector="unions", closed_on=None).order_by("name", "pk")


def with_families(organisations: QuerySet[Organisation]) -> QuerySet[Organisation]:
    """Return the open units whose orders mean families, or that hold such units, and which lie in no other: a zone is
    the sum of its companies."""
    inside = organisations.filter(with_families=True, closed_on=None, parent__isnull=False)
    holders = {line.split("/")[1] for line in inside.values_list("line", flat=True)}
    asked = Q(with_families=True) | Q(sector="schools") | Q(code__in=holders)
    return organisations.filter(asked, closed_on=None, parent=None)
