"""Hand an order's target down: from a province to its districts and communes, or to sectors and their units.

Two ways of splitting what is still missing:

- `equal share`: everybody brings the same additional share of its people;
- `equalise`: everybody ends at the same share, so those who stand lowest do most; who stands above it does nothing.

Two ways of cutting the target itself, wherever each stands: `by people`, and `by phones` (smartphones). And `given`:
whoever gives the order writes each part's target; `judge` says what does not fit then.

All arithmetic is exact, and what is handed down adds up to what was asked, to the last install.
"""

from __future__ import annotations

import enum
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from bluezone.errors import N_
from bluezone.rollout.errors import TargetError
from bluezone.rollout.pace import check_share, installs_for

#: Persons in a household: census of 1 April 2019 (General Statistics Office). An order to officials "and all members of
#: their families" means about so many people each.
PERSONS_PER_HOUSEHOLD = Fraction("3.6")


class Split(enum.StrEnum):
    """Name the way of splitting."""

    EQUAL_SHARE = "equal share"
    EQUALISE = "equalise"
    BY_PEOPLE = "by people"
    BY_PHONES = "by phones"
    #: not computed: written for each part
    GIVEN = "given"


@dataclass(frozen=True, slots=True)
class Part:
    """Describe one that a target is handed to: its people (or headcount), and its installs so far."""

    key: str
    people: int
    installs: int = 0
    #: its smartphones, where the target is cut by them
    phones: int = 0


@dataclass(frozen=True, slots=True)
class Allocation:
    """Hold what one part is to reach: `target` installs, `needed` more than it has."""

    key: str
    people: int
    installs: int
    target: int

    @property
    def needed(self) -> int:
        """Return installs still missing."""
        return max(0, self.target - self.installs)

    @property
    def share(self) -> float:
        """Return the share the part would end at."""
        return self.target / self.people


def people_meant(headcount: int, *, with_families: bool) -> int:
    """Return how many people an order to a unit's members means, with their families or without."""
    return round(headcount * PERSONS_PER_HOUSEHOLD) if with_families else headcount


def people_meant_sql(headcount: str, with_families: str) -> str:
    """Return an SQL expression for `people_meant`; the arguments are SQL expressions, headcount may be NULL."""
    persons, households = PERSONS_PER_HOUSEHOLD.numerator, PERSONS_PER_HOUSEHOLD.denominator
    whole = f"({headcount} * {2 * persons} + {households}) / {2 * households}"
    return f"CASE WHEN {with_families} THEN {whole} ELSE {headcount} END"


def split(
    share: Fraction, parts: Sequence[Part], how: Split = Split.EQUALISE, *, whole: int | None = None
) -> list[Allocation]:
    """Hand `share` of all people of the parts down to them: of `whole`, where the unit's own population is known and
    differs from the sum of its parts (another vintage). The targets add up to it exactly, unless the parts are already
    past it. Raises TargetError for a part without people or with more installs than people; by phones also for a part
    without any, or where all of them are too few.
    """
    if how is Split.GIVEN:
        raise ValueError("targets that are given are not split")
    check_share(share)
    if not parts:
        raise TargetError(N_("there is nothing below this unit to split the target over"))
    for part in parts:
        if part.people <= 0:
            raise TargetError(N_("{unit} has no population: give it one before splitting the target"), unit=part.key)
        if not 0 <= part.installs <= part.people:
            raise TargetError(
                N_("{unit} has {installs} installs but {people} people: correct one of them first"),
                unit=part.key,
                installs=part.installs,
                people=part.people,
            )
    everybody = sum(part.people for part in parts)
    target = min(installs_for(share, whole if whole is not None else everybody), everybody)
    if how in (Split.BY_PEOPLE, Split.BY_PHONES):
        weights = [part.people if how is Split.BY_PEOPLE else _phones(part) for part in parts]
        if target > sum(weights):
            raise TargetError(
                N_("{target} installs are asked for, and there are {phones} smartphones"),
                target=target,
                phones=sum(weights),
            )
        targets = _whole([Fraction(target * each, sum(weights)) for each in weights], parts, target)
        return [Allocation(part.key, part.people, part.installs, cut) for part, cut in zip(parts, targets, strict=True)]
    missing = target - sum(part.installs for part in parts)
    if missing <= 0:
        return [Allocation(part.key, part.people, part.installs, part.installs) for part in parts]
    wanted = _equalised(parts, target) if how is Split.EQUALISE else _added(parts, missing)
    targets = _whole(wanted, parts, target)
    return [
        Allocation(part.key, part.people, part.installs, reached) for part, reached in zip(parts, targets, strict=True)
    ]


def _phones(part: Part) -> int:
    if part.phones <= 0:
        raise TargetError(
            N_("nobody knows how many smartphones {unit} has: write it, or split the target by people"), unit=part.key
        )
    return min(part.phones, part.people)


def _added(parts: Sequence[Part], missing: int) -> list[Fraction]:
    """Each part brings the same additional share of its people; one that is full hands the rest on."""
    targets = [Fraction(part.installs) for part in parts]
    rest = Fraction(missing)
    while rest > 0:
        open_at = [i for i, part in enumerate(parts) if targets[i] < part.people]
        people = sum(parts[i].people for i in open_at)
        added = min(rest / people, min((parts[i].people - targets[i]) / parts[i].people for i in open_at))
        for i in open_at:
            targets[i] += added * parts[i].people
        rest -= added * people
    return targets


def _equalised(parts: Sequence[Part], target: int) -> list[Fraction]:
    """Fill from the lowest share up until the target is reached: the level at which all that do something end."""
    by_share = sorted(parts, key=lambda part: Fraction(part.installs, part.people))
    installs = sum(part.installs for part in parts)
    people = 0
    for at, part in enumerate(by_share):
        installs -= part.installs
        people += part.people
        level = Fraction(target - installs, people)
        following = by_share[at + 1] if at + 1 < len(by_share) else None
        if following is None or level <= Fraction(following.installs, following.people):
            break
    return [max(Fraction(part.installs), level * part.people) for part in parts]


def _whole(wanted: Sequence[Fraction], parts: Sequence[Part], target: int) -> list[int]:
    """Return whole installs that add up to the target: the largest remainders are rounded up."""
    floors = [int(value) for value in wanted]
    rest = target - sum(floors)
    order = sorted(
        (i for i, part in enumerate(parts) if floors[i] < part.people),
        key=lambda i: (floors[i] - wanted[i], parts[i].key),
    )
    for i in order[:rest]:
        floors[i] += 1
    return floors


class Misfit(enum.StrEnum):
    """Name what does not fit between a target and the parts it was handed to as they were written."""

    #: refused: a part is asked for more people than it has
    OVER_PEOPLE = "over people"
    #: refused: a part has more people than the unit it lies in
    OVER_WHOLE = "over whole"
    #: asked: the parts' targets add up to less than the unit's own
    UNDER = "under"
    #: asked: the parts' people are far from the unit's own, by more than `FAR_APART` of it
    PEOPLE_APART = "people apart"
    #: asked: parts of the unit were given no target
    LEFT_OUT = "left out"

    @property
    def is_refused(self) -> bool:
        """Return whether it cannot be so; what is only asked stands once somebody has confirmed it."""
        return self in (Misfit.OVER_PEOPLE, Misfit.OVER_WHOLE)


#: counts of a unit and of its parts come from different years; beyond this share they speak of something else
FAR_APART = Fraction(1, 10)


@dataclass(frozen=True, slots=True)
class Written:
    """Describe a part as it was written: its people (0: nobody knows), and the target it was given."""

    key: str
    people: int
    target: int


@dataclass(frozen=True, slots=True)
class Finding:
    """Hold a misfit: of one part (`key`), or of all together; `found` against `allowed`."""

    misfit: Misfit
    key: str
    found: int
    allowed: int
    keys: tuple[str, ...] = ()

    @property
    def difference(self) -> int:
        """Return by how much it does not fit."""
        return abs(self.found - self.allowed)


def judge(
    parts: Sequence[Written], *, target: int | None = None, people: int | None = None, expected: Sequence[str] = ()
) -> list[Finding]:
    """Return what does not fit between a unit (its own target and people, None: not known) and its parts as written;
    `expected` are the parts it has. What is refused comes first, part by part; then what is asked of all together.
    """
    found = [
        Finding(Misfit.OVER_PEOPLE, each.key, each.target, each.people)
        for each in parts
        if each.people and each.target > each.people
    ]
    if people:
        found += [Finding(Misfit.OVER_WHOLE, each.key, each.people, people) for each in parts if each.people > people]
    asked, there = sum(each.target for each in parts), sum(each.people for each in parts)
    missing = [key for key in expected if key not in {each.key for each in parts}]
    if parts and missing:
        found.append(Finding(Misfit.LEFT_OUT, "", len(expected) - len(missing), len(expected), tuple(missing)))
    if parts and target is not None and asked < target:
        found.append(Finding(Misfit.UNDER, "", asked, target))
    if (
        parts
        and people
        and not missing
        and all(each.people for each in parts)
        and abs(there - people) > FAR_APART * people
    ):
        found.append(Finding(Misfit.PEOPLE_APART, "", there, people))
    return found
