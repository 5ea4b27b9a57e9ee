"""Count the members of a unit and their families apart: who was told, who has pledged to bring whom, who has the app.

An order to officials "and all members of their families" means 3.6 people for each of them (`cascade`), for nobody
knows their families. Once the members have said how many of their family they will bring, the page shows that beside
it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, fields
from fractions import Fraction

from bluezone.errors import N_
from bluezone.rollout.cascade import PERSONS_PER_HOUSEHOLD
from bluezone.rollout.suppression import Disclosure, Extent, disclose

#: a family of more has not been met with; a mistyped figure is larger
MOST_IN_A_FAMILY = 20


@dataclass(frozen=True, slots=True)
class FamilyTally:
    """Hold what is known of a unit's members and their families up to a day; None what nobody has said.

    `told`: members (pupils) who were told; `reached`: families that were spoken to, by teachers through their pupils;
    `families_with_app`: of these, with the app. `pledging` members have said that they bring `pledged` of their family.
    `members` and `family`: people with the app, as the head reported them.
    """

    told: int | None = None
    reached: int | None = None
    families_with_app: int | None = None
    pledging: int | None = None
    pledged: int | None = None
    members: int | None = None
    family: int | None = None

    @property
    def is_empty(self) -> bool:
        return all(getattr(self, name) is None for name in FIELDS)


FIELDS = tuple(each.name for each in fields(FamilyTally))
#: fields that cannot be more than the members of the unit
_OF_MEMBERS = ("told", "reached", "pledging", "members")


@dataclass(frozen=True, slots=True)
class TallyProblem:
    """Say what cannot be in a field: a msgid and its values."""

    field: str
    template: str
    values: Mapping[str, object]


def problems(tally: FamilyTally, headcount: int | None) -> list[TallyProblem]:
    """Return what cannot be in a tally of a unit with so many members."""
    found = []
    for name in _OF_MEMBERS:
        value = getattr(tally, name)
        if value is not None and headcount is not None and value > headcount:
            template = N_("{value} is more than the {headcount} people of the unit")
            found.append(TallyProblem(name, template, {"value": value, "headcount": headcount}))
    if tally.families_with_app is not None and tally.families_with_app > (tally.reached or 0):
        template = N_("{value} families with the app are more than the {reached} that were reached")
        found.append(
            TallyProblem(
                "families_with_app", template, {"value": tally.families_with_app, "reached": tally.reached or 0}
            )
        )
    for name, of in (("pledged", tally.pledging), ("family", headcount)):
        value = getattr(tally, name)
        if value is not None and of is not None and value > of * MOST_IN_A_FAMILY:
            template = N_("{value} family members of {of} people cannot be: nobody has more than {most}")
            found.append(TallyProblem(name, template, {"value": value, "of": of, "most": MOST_IN_A_FAMILY}))
    if tally.pledged and not tally.pledging:
        template = N_("say how many people have pledged, too")
        found.append(TallyProblem("pledging", template, {}))
    return found


def fallen(before: FamilyTally, after: FamilyTally) -> list[str]:
    """Return the fields of running totals that would be smaller than they were: a slip, unless somebody confirms it."""
    return [
        name
        for name in FIELDS
        if (old := getattr(before, name)) is not None and (new := getattr(after, name)) is not None and new < old
    ]


def summed(tallies: Iterable[FamilyTally]) -> FamilyTally:
    """Return the sum of some tallies; of a field that none has nothing is known."""
    every = list(tallies)
    values = {name: [number for each in every if (number := getattr(each, name)) is not None] for name in FIELDS}
    return FamilyTally(**{name: sum(numbers) if numbers else None for name, numbers in values.items()})


@dataclass(frozen=True, slots=True)
class TreeTally:
    """Hold a unit's tally: of its own, or the sum over `known` of `all` units in it."""

    tally: FamilyTally
    known: int = 0
    all: int = 0

    @property
    def is_sum(self) -> bool:
        return self.known > 0


def of_unit(own: FamilyTally | None, inside: Sequence[TreeTally]) -> TreeTally:
    """Return a unit's tally: the sum over those in it as soon as one has a tally, and then never its own beside it."""
    known = [each for each in inside if not each.tally.is_empty]
    if not known:
        return TreeTally(own or FamilyTally(), 0, len(inside))
    return TreeTally(summed(each.tally for each in known), len(known), len(inside))


def families_meant(headcount: int) -> int:
    """Return how many family members an order means beside the members themselves."""
    return round(headcount * PERSONS_PER_HOUSEHOLD) - headcount


def shown(tally: FamilyTally, headcount: int | None) -> dict[str, Disclosure | None]:
    """Return each number as an officer above reads it; None what is not known.

    Those with the app are suppressed as counts are. Members and family add up to the unit's figure: where one of them
    may not be disclosed, neither is.
    """
    found: dict[str, Disclosure | None] = {
        name: None if (value := getattr(tally, name)) is None else Disclosure(value, Extent.EXACT) for name in FIELDS
    }
    people = {
        "members": headcount,
        "family": families_meant(headcount) if headcount is not None else None,
        "families_with_app": tally.reached,
    }
    for name, of in people.items():
        value = getattr(tally, name)
        if value is not None:
            found[name] = disclose(value, of if of is None or of >= value else None)
    pair = [found["members"], found["family"]]
    if any(each is not None and each.extent is not Extent.EXACT for each in pair):
        found["members"] = found["family"] = Disclosure(0, Extent.SUPPRESSED)
    return found


def share(part: int | None, whole: int | None) -> Fraction | None:
    """Return a share, at most 1; None where one of the two is not known."""
    return None if part is None or not whole else min(Fraction(1), Fraction(part, whole))
