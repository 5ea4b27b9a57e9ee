"""Choose who has the app from which day on, and other random shares of people.

People are ranked once, so those who have the app at 15 % are among those who have it at 30 %, and those who have it
early among those who have it late.
"""

from __future__ import annotations

from dataclasses import replace
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from bluezone.epidemic.errors import EpidemicError
from bluezone.epidemic.hashing import ACTIVE, ADOPTS, ADOPTS_AS, COMPLY, IMMUNE, OWNS_PHONE, SECTOR, draw, unit
from bluezone.epidemic.interventions import SECTORS, App, Group
from bluezone.epidemic.jit import kernel
from bluezone.epidemic.population import Population
from bluezone.epidemic.records import B8, F32, F64, I64, LAST_DAY, U8, Records


class Adoption(NamedTuple):
    """Hold from which day on each person's phone uses the app (`LAST_DAY`: never), and the share of people who have
    installed it in the end."""

    since: NDArray[np.int16]
    installed: float


@kernel(makes_arrays=True)
def rank_people(seed: np.uint64, persons: Records, ownership: F64, by_household: float, by_unit: float) -> F32:
    """Return each person's rank in [0, 1) for adoption; 2 for those without a phone.

    Someone takes the household's draw, the unit's, or their own; each is uniform, so ranks are.
    """
    ranks = np.empty(len(persons), dtype=np.float32)
    name = persons[0].key
    for i in range(len(persons)):
        if persons[i].home == i:  # the household is called after the smallest key in it
            name = persons[i].key
            for j in range(i, i + persons[i].home_size):
                name = min(name, persons[j].key)
        me = np.uint64(persons[i].key)
        if unit(draw(seed, me, OWNS_PHONE, 0)) >= ownership[persons[i].age]:
            ranks[i] = 2.0
            continue
        u = unit(draw(seed, me, ADOPTS_AS, 0))
        if u < by_household:
            ranks[i] = unit(draw(seed, np.uint64(name), ADOPTS, 1))
        elif u < by_household + by_unit:
            ranks[i] = unit(draw(seed, np.uint64(persons[i].unit), ADOPTS, 2))
        else:
            ranks[i] = unit(draw(seed, me, ADOPTS, 0))
    return ranks


@kernel(makes_arrays=True)
def sectors_of(seed: np.uint64, persons: Records, officials: float, workers: float, guests: float) -> U8:
    """Return each person's place in `SECTORS`: schools, then working units by lot, then people by lot."""
    found = np.empty(len(persons), dtype=np.uint8)
    for i in range(len(persons)):
        occupation = persons[i].occupation
        u = unit(draw(seed, np.uint64(persons[i].unit), SECTOR, 1)) if occupation == 2 else 1.0
        if occupation < 2:
            found[i] = 0
        elif u < officials:
            found[i] = 1
        elif u < officials + workers:
            found[i] = 2
        else:
            found[i] = 3 if unit(draw(seed, np.uint64(persons[i].key), SECTOR, 0)) < guests else 4
    return found


@kernel(makes_arrays=True)
def choose(seed: np.uint64, persons: Records, purpose: int, share: float) -> U8:
    """Return 1 for a random share of people."""
    chosen = np.zeros(len(persons), dtype=np.uint8)
    for i in range(len(persons)):
        if unit(draw(seed, np.uint64(persons[i].key), purpose, 0)) < share:
            chosen[i] = 1
    return chosen


@kernel(makes_arrays=True)
def moved(seed: np.uint64, keys: I64, share: float) -> B8:
    """Return of each key whether its person is among the share that does what is asked (`meetings.trait`)."""
    acts = np.empty(len(keys), dtype=np.bool_)
    for k in range(len(keys)):
        acts[k] = unit(draw(seed, np.uint64(keys[k]), COMPLY, 0)) < share
    return acts


def adopt(population: Population, app: App, seed: np.uint64) -> Adoption:
    """Return who uses the app from when on. The shares of people who installed meet `app.uptake` and those of
    `app.groups` to within chance.

    Raises EpidemicError if fewer people own a phone than are to install.
    """
    since = np.full(population.people, LAST_DAY, dtype=np.int16)
    if app.uptake <= 0 and not app.groups:
        return Adoption(since, 0.0)
    persons = population.persons
    ownership = np.asarray(population.society.demography.phone_ownership, dtype=np.float64)
    ranks = rank_people(seed, persons, ownership, float(app.household_clustering), float(app.unit_clustering))
    everybody = Group(((app.start_day, app.uptake),))
    if not app.groups:
        since = _days_of(everybody, ranks)
    else:
        sectors = sectors_of(seed, persons, app.officials_share, app.workers_share, app.guests_share)
        of_all = app.groups[-1].of_everybody
        groups = app.groups if of_all else (*app.groups, everybody)
        left, members = np.ones(population.people, dtype=np.bool_), []
        for group in groups:
            members.append(left & _fits(group, population, sectors))
            left &= ~members[-1]
        if of_all:
            groups = _sharing(groups, [ranks[mine] for mine in members])
        for group, mine in zip(groups, members, strict=True):
            since[mine] = _days_of(group, ranks[mine])
    installed = int(np.count_nonzero(since < LAST_DAY)) / population.people
    if app.activity < 1:
        since[choose(seed, persons, ACTIVE, float(app.activity)) == 0] = LAST_DAY
    return Adoption(since, installed)


def _sharing(groups: tuple[Group, ...], ranks: list[F32]) -> tuple[Group, ...]:
    """Return groups, the last of which is of everybody, with the shares of their own people."""
    people = np.array([len(each) for each in ranks], dtype=np.float64)
    owners = np.array([np.count_nonzero(each < 1.5) for each in ranks], dtype=np.float64)
    wanted = np.array([[share for _, share in group.installed] for group in groups], dtype=np.float64)
    total = wanted[-1] * people.sum()
    if total[-1] > owners.sum():
        raise _too_many(wanted[-1, -1], owners.sum() / people.sum(), "all people")
    shares = shared_out(total, wanted[:-1] * people[:-1, None], owners) / np.maximum(people, 1)[:, None]
    return tuple(
        replace(group, installed=tuple((day, float(at)) for (day, _), at in zip(group.installed, row, strict=True)))
        for group, row in zip(groups, shares, strict=True)
    )


def shared_out(
    total: NDArray[np.float64], wanted: NDArray[np.float64], owners: NDArray[np.float64]
) -> NDArray[np.float64]:
    """Return the installs of groups that want so many, and in the last row of everybody else, so that they are `total`
    at each time, never fall, and nobody without a phone installs.

    At each time the groups get the installs they want more, all alike less where there are not so many new ones; who is
    in none gets the others. What they have no phones for goes to the groups, as they have phones left. Installs are in
    people; wanted: by group and time.
    """
    have, made = np.zeros(len(owners)), []
    for at, now in enumerate(total):
        room, new = owners - have, max(now - have.sum(), 0.0)
        more = np.append(np.clip(np.minimum(wanted[:, at], owners[:-1]) - have[:-1], 0.0, None), 0.0)
        if more.sum() > new:
            more *= new / more.sum()
        more[-1] = min(new - more.sum(), room[-1])
        over, free = new - more.sum(), room - more
        if over > 0 and free.sum() > 0:
            more += free * (over / free.sum())
        have = np.minimum(have + np.maximum(more, 0.0), owners)
        made.append(have)
    return np.array(made).T


def _too_many(asked: float, owners: float, whose: str) -> EpidemicError:
    return EpidemicError(
        f"an uptake of {asked:.2%} is more than the {owners:.2%} of {whose} who own a phone; "
        f"ask for {int(owners * 10000) / 10000:.4f} or less"
    )


def _fits(group: Group, population: Population, sectors: U8) -> B8:
    """Return who could belong to a group."""
    age = population.persons["age"]
    fits = (group.from_age <= age) & (age <= group.to_age)
    if group.sector:
        fits &= sectors == SECTORS.index(group.sector)
    if group.part:
        fits &= population.part_of == population.part_named(group.part)
    return np.asarray(fits)


def _days_of(group: Group, ranks: F32) -> NDArray[np.int16]:
    """Return from which day on each of a group's people has the app, by their ranks."""
    day, most = group.installed[-1]
    if most <= 0 or len(ranks) == 0:
        return np.full(len(ranks), LAST_DAY, dtype=np.int16)
    owners = int(np.count_nonzero(ranks < 1.5)) / len(ranks)
    if most > owners:
        raise _too_many(most, owners, ", ".join(filter(None, (group.part, group.sector))) or "these people")
    have = ranks < most / owners
    if len(group.installed) == 1:
        return np.where(have, np.int16(day), np.int16(LAST_DAY))
    days, shares = np.array(group.installed).T
    share = np.minimum(ranks.astype(np.float64) * owners, shares[-1])
    at = np.searchsorted(shares, share)  # the first point that reaches it
    before = np.maximum(at - 1, 0)
    steps = np.maximum(shares[at] - shares[before], 1e-12)
    by_rank = np.ceil(days[before] + (days[at] - days[before]) * np.clip((share - shares[before]) / steps, 0, 1))
    return np.where(have, by_rank, LAST_DAY).astype(np.int16)


def immune(population: Population, share: float, seed: np.uint64) -> NDArray[np.bool_]:
    """Choose a random share of people, by key, who cannot be infected from the start."""
    return choose(seed, population.persons, IMMUNE, share).astype(np.bool_)
