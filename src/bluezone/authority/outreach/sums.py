"""Add up what units have told of families and households: one sum for the overview of a place and its bulletin."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.db.models import QuerySet

from bluezone.authority.outreach import queries
from bluezone.authority.outreach.models import FamilyTally as StoredTally
from bluezone.authority.units.models import Organisation
from bluezone.rollout.families import FamilyTally, TreeTally, summed
from bluezone.rollout.suppression import disclose

#: units of a place whose tallies are added up
MOST_UNITS = 3_000


@dataclass(frozen=True, slots=True)
class FamilySums:
    """Hold the tallies of a place's schools and offices by code, and their sum over those `known`. `with_app` adds up
    what may be disclosed of each unit, so that no small count follows from the sum."""

    units: Sequence[Organisation]
    tallies: Mapping[str, TreeTally]
    total: FamilyTally
    known: int
    with_app: int


def families_of(rows: QuerySet[Organisation], day: dt.date) -> FamilySums:
    """Return what the units among `rows` have told of families up to a day."""
    units = list(queries.with_families(rows).order_by("name", "pk")[:MOST_UNITS])
    found = queries.tallies(units, day) if StoredTally.objects.filter(date__lte=day).exists() else {}
    found = {each.code: found.get(each.code, TreeTally(FamilyTally())) for each in units}
    known = [each.tally for each in found.values() if not each.tally.is_empty]
    with_app = sum(
        disclose(each.families_with_app, each.reached).at_least for each in known if each.families_with_app is not None
    )
    return FamilySums(units, found, summed(known), len(known), with_app)


@dataclass(frozen=True, slots=True)
class HouseholdSums:
    """Hold the households of hamlets that have told how many there are, and how many of these were visited."""

    counted: int
    households: int
    visited: int
    with_app: int
    refused: int
    absent: int


def households_of(rows: QuerySet[Organisation], day: dt.date, *, exactly: bool = False) -> HouseholdSums:
    """Return what the hamlets among `rows` have told, without those that were visited after a day."""
    every = queries.hamlets(rows).filter(hamlet__households__gt=0).exclude(hamlet__last_visit_on__gt=day)
    stored = [each.hamlet for each in every[:MOST_UNITS]]

    def shown(number: int, people: int | None) -> int:
        return number if exactly else disclose(number, people).at_least

    return HouseholdSums(
        counted=len(stored),
        households=sum(each.households or 0 for each in stored),
        visited=sum(each.visited for each in stored),
        with_app=sum(shown(each.has + each.helped, each.households) for each in stored),
        refused=sum(shown(each.refused, each.households) for each in stored),
        absent=sum(each.absent for each in stored),
    )
