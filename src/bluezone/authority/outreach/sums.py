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

#: units of a place that its overview lists and adds up
MOST_UNITS = 3_000
_CHUNK = 500


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
    return _family_sums(list(queries.with_families(rows).order_by("name", "pk")[:MOST_UNITS]), day)


def told_families_of(rows: QuerySet[Organisation], day: dt.date) -> FamilySums:
    """Return what `families_of` does, of those units only that have told anything, however many: for a document that
    lists none of them."""
    told = StoredTally.objects.filter(date__lte=day, organisation__in=rows).values_list("organisation__line", flat=True)
    codes = sorted({line.split("/")[1] for line in told.distinct()})  # of the units in which none of them lies
    some = (codes[at : at + _CHUNK] for at in range(0, len(codes), _CHUNK))
    return _family_sums([unit for each in some for unit in queries.with_families(rows).filter(code__in=each)], day)


def _family_sums(units: Sequence[Organisation], day: dt.date) -> FamilySums:
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
    fields = ("households", "visited", "has", "helped", "refused", "absent")
    stored = list(every.order_by().values_list(*(f"hamlet__{name}" for name in fields)))

    def shown(number: int, people: int | None) -> int:
        return number if exactly else disclose(number, people).at_least

    return HouseholdSums(
        counted=len(stored),
        households=sum(households or 0 for households, *_ in stored),
        visited=sum(visited for _, visited, *_ in stored),
        with_app=sum(shown(has + helped, households) for households, _, has, helped, *_ in stored),
        refused=sum(shown(refused, households) for households, *_, refused, _ in stored),
        absent=sum(absent for *_, absent in stored),
    )
