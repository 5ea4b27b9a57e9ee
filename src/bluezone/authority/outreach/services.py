"""Store tallies of families, visits of households and tasks of unions."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Mapping
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_noop

from bluezone.authority.officers.models import User
from bluezone.authority.outreach import queries
from bluezone.authority.outreach.models import FamilyTally, Hamlet, HouseholdVisit, UnionTask, VisitDay, VisitTeam
from bluezone.authority.outreach.rules import OutreachError, TallyError, check_day, check_households, check_task
from bluezone.authority.site.locks import take_turns
from bluezone.authority.units.models import Organisation
from bluezone.rollout import families
from bluezone.rollout.households import Outcome, check_team, format_numbers, parse_numbers, rounds
from bluezone.rollout.households import check_day as check_outcomes

#: whoever reckons a hamlet's counts or a unit's tally
_TURN = "outreach"
#: teams of a hamlet
MOST_TEAMS = 60


@transaction.atomic
def save_tally(organisation: Organisation, date: dt.date, changes: Mapping[str, int | None], today: dt.date) -> None:
    """Store what is known of a unit's families on a day; a field that is not among the changes stays as it was.

    Raises OutreachError or TallyError.
    """
    check_day(date, today)
    take_turns(_TURN)
    before = queries.own_tally(organisation, date) or families.FamilyTally()
    values = {name: getattr(before, name) for name in families.FIELDS} | dict(changes)
    made = families.FamilyTally(**values)
    there = {problem.field for problem in families.problems(before, organisation.headcount)}
    for problem in families.problems(made, organisation.headcount):
        if problem.field in changes or problem.field not in there:  # not for what a smaller headcount made wrong
            raise TallyError(problem)
    row = FamilyTally.objects.filter(organisation=organisation, date=date).first()
    row = row or FamilyTally(organisation=organisation, date=date)
    for name, value in values.items():
        setattr(row, name, value)
    row.save()


def note_split(organisation: Organisation, date: dt.date, members: int, family: int, today: dt.date) -> None:
    """Store how many of a unit's reported people with the app are members and how many their families."""
    save_tally(organisation, date, {"members": members, "family": family}, today)


@transaction.atomic
def set_households(organisation: Organisation, households: int | None) -> None:
    """Store how many households a hamlet has. Raises OutreachError where a higher number was visited."""
    take_turns(_TURN)
    highest = HouseholdVisit.objects.filter(organisation=organisation).order_by("-number").first()
    check_households(households, highest.number if highest else 0)
    row = Hamlet.objects.filter(organisation=organisation).first() or Hamlet(organisation=organisation)
    row.households = households
    row.save()


@transaction.atomic
def save_team(organisation: Organisation, name: str, numbers: str, team: VisitTeam | None = None) -> VisitTeam:
    """Add or change who goes from house to house. Raises OutreachError or HouseholdError."""
    name = " ".join(name.split())
    check_team(name)
    others = VisitTeam.objects.filter(organisation=organisation)
    others = others.exclude(pk=team.pk) if team is not None else others
    if others.filter(name__iexact=name).exists():
        raise OutreachError("name", gettext_noop("“{name}” stands in the list already"), name=name)
    if team is None and others.count() >= MOST_TEAMS:
        raise OutreachError("name", gettext_noop("a hamlet has at most {most} teams"), most=MOST_TEAMS)
    team = team or VisitTeam(organisation=organisation)
    team.name, team.numbers = name, format_numbers(parse_numbers(numbers, queries.households_of(organisation)))
    team.save()
    return team


@transaction.atomic
def record_visits(
    organisation: Organisation, date: dt.date, outcomes: Mapping[Outcome, Collection[int]], today: dt.date
) -> int:
    """Store a day's visits of households; one that was entered for the day already gets the new outcome.

    Return how many. Raises OutreachError or HouseholdError; nothing is stored then.
    """
    check_day(date, today)
    check_outcomes(outcomes)
    rows = [
        HouseholdVisit(organisation=organisation, number=number, date=date, outcome=outcome.value)
        for outcome, numbers in outcomes.items()
        for number in numbers
    ]
    if not rows:
        raise OutreachError("has", gettext_noop("write at least one household"))
    take_turns(_TURN)
    HouseholdVisit.objects.bulk_create(
        rows,
        batch_size=1_000,
        update_conflicts=True,
        unique_fields=["organisation", "number", "date"],
        update_fields=["outcome"],
    )
    _reckon(organisation, date)
    return len(rows)


@transaction.atomic
def take_back_visits(organisation: Organisation, date: dt.date, numbers: Collection[int]) -> int:
    """Delete visits of a day that were entered by mistake; return how many there were."""
    take_turns(_TURN)
    rows = HouseholdVisit.objects.filter(organisation=organisation, date=date, number__in=list(numbers))
    deleted, _ = rows.delete()
    _reckon(organisation, date)
    return deleted


def _reckon(organisation: Organisation, date: dt.date) -> None:
    """Reckon the counts of a hamlet, and of a day of it, from its visits."""
    visits = queries.visits_of(organisation)
    of_day = [each.outcome for each in visits if each.date == date]
    day = VisitDay.objects.filter(organisation=organisation, date=date).first()
    day = day or VisitDay(organisation=organisation, date=date)
    row = Hamlet.objects.filter(organisation=organisation).first() or Hamlet(organisation=organisation)
    state = rounds(visits, row.households)
    for outcome, name in queries.COLUMNS.items():
        setattr(day, name, of_day.count(outcome))
        setattr(row, name, state.counts[outcome])
    row.visited = state.visited
    row.last_visit_on = max((each.date for each in visits), default=None)
    row.save()
    if day.visited:
        day.save()
    elif day.pk:
        day.delete()


@transaction.atomic
def save_task(
    union: Organisation,
    values: Mapping[str, Any],
    officer: User | None,
    *,
    today: dt.date,
    is_given: bool,
    task: UnionTask | None = None,
) -> UnionTask:
    """Add or change a union's task. Raises OutreachError."""
    check_task(values["title"], values.get("asked"), values.get("helped"))
    if (done_on := values.get("done_on")) is not None:
        check_day(done_on, today, "done_on")
    task = task or UnionTask(organisation=union, is_given=is_given, entered_by=officer)
    for name in ("kind", "title", "at", "due", "done_on", "asked", "helped"):
        if name in values:
            setattr(task, name, values[name])
    task.save()
    return task
