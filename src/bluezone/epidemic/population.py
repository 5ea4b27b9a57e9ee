"""Build a population: people in households, units (schools, workplaces) and stubs of random contacts, as flat arrays.

Members of a household are contiguous. Ties of the unit network are rows of a compressed table (int32 CSR). Random
contacts are never stored: each person owns a few *stubs*, stubs lie shuffled on circles (pools), and on day d the stub
at position x of a circle of S meets the one at (c_d - x) mod S. That is symmetric, costs one subtraction, and can be
asked again about any day when tracing looks back.

Every draw is keyed by a person's `key`, not by the place in the arrays, so relabelling people changes nothing.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from bluezone.epidemic import population_kernels
from bluezone.epidemic.demography import (
    AGE_GROUPS,
    CLASS_OF_AGE,
    OCCUPATION_OF_AGE,
    OCCUPATIONS,
    Mixing,
    Society,
    own_society,
)
from bluezone.epidemic.errors import EpidemicError
from bluezone.epidemic.hashing import word_of
from bluezone.epidemic.quantiles import negative_binomial_quantiles
from bluezone.epidemic.records import I32, PERSON, U8, U16, U32, Records
from bluezone.epidemic.scenario import MIN_PEOPLE

#: int32 indices, and about 20 ends of ties a person, bound the size of one process.
MAX_PEOPLE = 100_000_000

#: Weight of sitting in a household whose first member is of decade `row`, for someone of decade `column`: a spouse of
#: about one's age, children two or three decades younger, parents two or three older. Approximation (the census
#: publishes no table of compositions); age and size totals are met exactly whatever these weights are.
_COMPANIONS = np.array([1.0, 1.5, 1.5, 2.6, 2.2, 0.25, 1.0, 0.25, 0.35, 0.5, 0.25, 0.05, 0.02], dtype=np.float64)
_HEADS = np.array([0.0, 0.02, 0.6, 1.0, 1.0, 1.0, 1.2, 1.4, 1.4], dtype=np.float64)


@dataclass(frozen=True, slots=True)
class Population:
    """Hold N people. Arrays are read, never written, once built.

    persons (N): `records.PERSON`; members of a household are contiguous. part_of (N; empty where there are none): each
    person's part of the place. ties: rows of the unit network, person after
    person. tie_marks: of each tie its name for draws, who is at the other end and for how long they meet
    (`records.TIE_KINDS`), so that most of what is asked about ties needs no look at that person. stubs: positions on
    the circles, person after person; owners: the person at each position; circles: bounds of the circles (of each
    part people visit, one for everybody and one a decade of age).
    """

    place: str
    seed: int
    society: Society
    persons: Records
    ties: I32
    tie_marks: U32
    stubs: I32
    owners: I32
    circles: I32
    part_of: U16

    def part_named(self, name: str) -> int:
        """Return the number of a part. Raises EpidemicError if there is none of that name."""
        names = () if self.society.parts is None else self.society.parts.names
        if name not in names:
            raise EpidemicError(f"there is no part {name!r} of this place; it has {', '.join(names) or 'none'}")
        return names.index(name)

    @property
    def people(self) -> int:
        """Return the number of people."""
        return len(self.persons)

    @property
    def bytes_per_person(self) -> float:
        """Return the memory of all arrays over the number of people."""
        arrays = (self.persons, self.ties, self.tie_marks, self.stubs, self.owners, self.circles, self.part_of)
        return sum(array.nbytes for array in arrays) / self.people


def expected_bytes_per_person(society: Society) -> float:
    """Return the memory that a population will take over its number of people (`Population.bytes_per_person`), to a few
    percent."""
    demography, mixing = society.demography, society.mixing
    degrees = mixing.unit_degrees()
    ties = sum(share * degrees[OCCUPATION_OF_AGE[age]] for age, share in enumerate(demography.age_shares))
    strangers = sum(
        share * mixing.random_contacts[CLASS_OF_AGE[age]] for age, share in enumerate(demography.age_shares)
    )
    return PERSON.itemsize + 8.0 * (ties + strangers)  # two int32 for each end of a tie and for each stub


def build_population(people: int, seed: int, *, society: Society | None = None, place: str = "") -> Population:
    """Make up a population of a given size: of a society, or of this process's country. The same arguments give the
    same population.

    Raises EpidemicError if the number cannot be served.
    """
    if not MIN_PEOPLE <= people <= MAX_PEOPLE:
        nearest = min(max(people, MIN_PEOPLE), MAX_PEOPLE)
        raise EpidemicError(
            f"a population of {people:,} cannot be simulated: it must have {MIN_PEOPLE} to {MAX_PEOPLE:,} people; "
            f"ask for {nearest:,}"
        )
    if seed < 0:
        raise EpidemicError(f"the seed is {seed}, but it must be 0 or more; ask for {-seed}")
    society = society or own_society()
    demography, mixing = society.demography, society.mixing
    word = word_of(seed, 1)
    household_start = population_kernels.household_bounds(
        word, people, np.cumsum(np.asarray(demography.household_size_shares, dtype=np.float64))
    )
    age = population_kernels.seat_ages(
        word,
        household_start,
        _exact_counts(demography.age_shares, people),
        _companions(),
        _HEADS,
        np.array(demography.ages_by_home or [[1.0] * AGE_GROUPS]),
    )
    occupation = population_kernels.assign_occupations(
        word, age, np.array(OCCUPATION_OF_AGE, dtype=np.uint8), mixing.staff_ratio
    )
    persons = population_kernels.persons_of(household_start, age, occupation, np.empty(people, dtype=PERSON))
    part_of = _parts_of(society, household_start)
    moves = np.ones((1, 1)) if society.parts is None else np.cumsum(society.parts.moves(), axis=1)
    del household_start
    ties, tie_marks = _unit_network(word, persons, occupation, mixing, part_of, moves)
    stubs, owners, circles = _stubs(word, persons, mixing, part_of, moves)
    return Population(place, seed, society, persons, ties, tie_marks, stubs, owners, circles, part_of)


def _parts_of(society: Society, household_start: I32) -> U16:
    """Give the households to the parts of the place, one part after the other, in proportion to their people."""
    if society.parts is None:
        return np.empty(0, dtype=np.uint16)
    bounds = np.cumsum(society.parts.people) / sum(society.parts.people)
    part = np.searchsorted(bounds, household_start[:-1] / household_start[-1], side="right")
    return np.repeat(np.minimum(part, len(bounds) - 1).astype(np.uint16), np.diff(household_start))


def _companions() -> NDArray[np.float64]:
    """The 9 by 9 table of `_COMPANIONS` by the two decades themselves."""
    span = len(_COMPANIONS) // 2
    table = np.full((AGE_GROUPS, AGE_GROUPS), 0.02)
    for head in range(AGE_GROUPS):
        for other in range(AGE_GROUPS):
            if abs(other - head) <= span:
                table[head, other] = _COMPANIONS[other - head + span]
    return table


def _exact_counts(shares: tuple[float, ...], total: int) -> NDArray[np.int64]:
    """Return whole numbers that sum to the total, in proportion to the shares (largest remainders)."""
    exact = np.asarray(shares, dtype=np.float64) / sum(shares) * total
    counts = np.floor(exact).astype(np.int64)
    by_remainder = np.argsort(counts - exact, kind="stable")
    counts[by_remainder[: total - int(counts.sum())]] += 1
    return counts


def _unit_network(
    word: np.uint64, persons: Records, occupation: U8, mixing: Mixing, part_of: U16, moves: NDArray[np.float64]
) -> tuple[I32, U32]:
    order, ring_start = population_kernels.shuffle_into_rings(word, occupation, OCCUPATIONS)
    if len(part_of):  # who goes to school or works in one part are neighbours on the ring
        at = population_kernels.where_by_day(word, part_of, occupation, moves)
        order = order[np.lexsort((at[order], occupation[order]))]
    population_kernels.number_units(persons, order, ring_start, mixing.unit_size)
    degrees = np.array(mixing.unit_degrees(), dtype=np.int64)
    number = population_kernels.count_ties(word, persons, order, ring_start, degrees, mixing.rewired)
    ties, marks = np.empty(number, dtype=np.int32), np.empty(number, dtype=np.uint32)
    population_kernels.fill_ties(word, persons, ties, marks, order, ring_start, degrees, mixing.rewired)
    return ties, marks


def _stubs(
    word: np.uint64, persons: Records, mixing: Mixing, part_of: U16, moves: NDArray[np.float64]
) -> tuple[I32, I32, I32]:
    tables = np.stack(
        [negative_binomial_quantiles(m, s) for m, s in zip(mixing.random_contacts, mixing.random_sd, strict=True)]
    )
    total = population_kernels.number_stubs(word, persons, np.array(CLASS_OF_AGE, dtype=np.uint8), tables)
    owners = np.empty(total, dtype=np.int32)
    circles = population_kernels.lay_stubs(word, persons, owners, part_of, moves, mixing.assortativity, AGE_GROUPS)
    stubs = np.empty(total, dtype=np.int32)
    population_kernels.positions_by_owner(persons, owners, stubs)
    return stubs, owners, circles
