"""(b) Households and durations: secondary attack rates at home, home's share, how long contacts last."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from bluezone.epidemic.calibration import nothing_done, rate_for
from bluezone.epidemic.candidates import infectivity
from bluezone.epidemic.demography import Society, society_of
from bluezone.epidemic.disease import ONSET_DAYS, STRAIN_2020, Disease, tables
from bluezone.epidemic.engine import rules_of, simulate
from bluezone.epidemic.hashing import word_of
from bluezone.epidemic.interventions import App, Lockdown
from bluezone.epidemic.meetings import (
    across,
    circle_of,
    hours_at_home,
    hours_of_strangers,
    hours_of_tie,
    stubs_met,
    tie_met,
)
from bluezone.epidemic.population import build_population
from bluezone.epidemic.records import AT_HOME, AT_RANDOM, HOME_SIZES, IN_UNIT, Record, World
from epidemic_validation.britain import UNITED_KINGDOM
from epidemic_validation.measuring import pct

VIETNAM = society_of("vietnam")

#: The last decade of age that counts as a child here (0-19 years; the reviews: below 18).
_LAST_CHILD = 1
#: Reproduction number of the weeks in which England's app told of the contacts that were looked at: near 1.2.
_LIMITED_R = 1.2


@dataclass(frozen=True)
class AttackAtHome:
    """Hold shares of housemates infected, by whom the first case was, who they are, and how many live there."""

    overall: float
    symptomatic: float
    asymptomatic: float
    adults: float
    children: float
    by_size: dict[int, float]
    three_and_more: float


def attack_at_home(society: Society, disease: Disease, people: int = 150_000, seeds: int = 2) -> AttackAtHome:
    """Return the secondary attack rates of households that one member brings the infection to, and nobody else.

    Nobody meets anyone outside. First cases count by how likely they are to catch it (susceptibility by age).
    Housemates infected later in the same household count, as in the studies.
    """
    alone = replace(society.mixing, unit_contacts=(0, 0, 0), random_contacts=(0, 0, 0), random_sd=(0, 0, 0))
    population = build_population(people, 1, society=Society(society.demography, alone))
    persons = population.persons
    totals: dict[str, NDArray[np.float64]] = {}
    for seed in range(seeds):
        world = simulate(population, nothing_done(disease, 80, people // 12), seed).world
        infected = world.states["infected_day"] >= 0
        brought = infected & (world.courses["generation"] == 0)
        home = persons["home"]
        single = np.bincount(home[brought], minlength=people)[home] == 1
        first = np.zeros(people, dtype=np.int64)
        first[home[brought]] = np.flatnonzero(brought)
        index = first[home]
        mates = single & ~brought
        weight = np.asarray(disease.susceptibility)[persons["age"][index]] * mates
        ill = world.courses["course"][index] > 0
        adult = persons["age"] > _LAST_CHILD
        size = persons["home_size"]
        groups = {"overall": mates, "symptomatic": ill, "asymptomatic": ~ill, "adults": adult, "children": ~adult,
                  "many": size >= 4, **{f"size {n}": size == n for n in range(2, 9)}}  # fmt: skip
        for name, who in groups.items():
            sums = np.array([(weight * who * infected).sum(), (weight * who).sum()])
            totals[name] = totals.get(name, np.zeros(2)) + sums
    rate = {name: float(hit / all_) if all_ else float("nan") for name, (hit, all_) in totals.items()}
    sizes = {n: rate[f"size {n}"] for n in range(2, 9) if rate[f"size {n}"] == rate[f"size {n}"]}
    return AttackAtHome(rate["overall"], rate["symptomatic"], rate["asymptomatic"], rate["adults"], rate["children"],
                        sizes, rate["many"])  # fmt: skip


@dataclass(frozen=True)
class Durations:
    """Hold hours that pairs spent near each other in the days an app would tell of: quartiles of all pairs and of those
    that transmitted; the share of pairs, and of transmissions, at home."""

    all_hours: tuple[float, float, float]
    transmitting_hours: tuple[float, float, float]
    home_share_of_contacts: float
    home_share_of_transmissions: float


def durations(society: Society, disease: Disease, opened: Lockdown, sources: int = 400) -> Durations:
    """Return how long contacts of people with symptoms last, and those that transmit, with contacts as in `opened`.

    Counted are the days from two before the onset to three after it (a result isolates about then), summed for each
    pair. A pair weighs as a transmission what its hours make it likely to transmit.
    """
    population = build_population(40_000, 5, society=society)
    scenario = replace(
        nothing_done(disease, 40, 4 * sources), lockdowns=(opened,), app=App(detection=1.0, bystanders=0.0)
    )
    word = word_of(3, 0xB1EC0DE)
    world = simulate(population, scenario, 3, generations=0).world
    rules = rules_of(population, scenario, word)
    by_onset = np.diff(tables(disease).infectiousness, prepend=0.0)
    ill = np.flatnonzero((world.states["infected_day"] == 0) & (world.courses["course"] > 0))[:sources]
    rows = [pair for i in ill.tolist() for pair in _pairs(world, rules, by_onset, i)]
    hours, hazard, home = (np.array(column, dtype=np.float64) for column in zip(*rows, strict=True))
    transmits = -np.expm1(-hazard)
    return Durations(
        _quartiles(hours, np.ones(len(hours))),
        _quartiles(hours, transmits),
        float(home.mean()),
        float(transmits[home > 0].sum() / transmits.sum()),
    )


def _pairs(world: World, rules: Record, by_onset: NDArray[np.float64], i: int) -> list[tuple[float, float, bool]]:
    """Return (hours, hazard, at home) of each pair that someone makes in the days counted."""
    onset = int(world.courses["onset_day"][i])
    days = range(max(1, onset - 2), onset + 4)
    by_age = by_onset[min(onset - 1, ONSET_DAYS - 1)]
    per_hour = infectivity(world.courses, rules, np.uint64(world.persons["key"][i]), i) * by_age
    found: dict[int, list[float]] = {}
    meetings = [*_home(world, rules, i, days), *_unit(world, rules, i, days), *_random(world, rules, i, days)]
    for j, day, hours, weight in meetings:
        row = found.setdefault(j, [0.0, 0.0])
        susceptible = float(rules["acceptance"][world.persons["age"][j]])
        row[0] += hours
        row[1] += hours * weight * per_hour[min(day - 1, len(by_age) - 1)] * susceptible
    home = world.persons["home"]
    return [(hours, hazard, bool(home[j] == home[i])) for j, (hours, hazard) in found.items()]


#: Who is met on which day, for how many hours, and what an hour of it weighs.
Meetings = Iterator[tuple[int, int, float, float]]


def _home(world: World, rules: Record, i: int, days: range) -> Meetings:
    persons, me = world.persons, world.persons[i]
    size = int(me["home_size"])
    weight = float(rules["hour_at_home"][min(size, HOME_SIZES - 1)])
    for j in range(int(me["home"]), int(me["home"]) + size):
        for day in days if j != i else ():
            yield j, day, float(rules["hours"][AT_HOME, hours_at_home(persons, rules, i, j)]), weight


def _unit(world: World, rules: Record, i: int, days: range) -> Meetings:
    persons, me = world.persons, world.persons[i]
    for t in range(int(me["tie_start"]), int(me["tie_start"]) + int(me["tie_number"])):
        j = int(world.ties[t])
        mark = int(world.tie_marks[t])
        hours = float(rules["hours"][IN_UNIT, hours_of_tie(mark)])
        for day in days:
            if tie_met(persons, world.by_day, rules, i, mark, day):
                yield j, day, hours, 1.0


def _random(world: World, rules: Record, i: int, days: range) -> Meetings:
    me = world.persons[i]
    for position in world.stubs[me["stub_start"] : me["stub_start"] + me["stub_number"]].tolist():
        for day in days:
            other = across(world.circles, world.centre, circle_of(world.circles, position), position, day)
            j = int(world.owners[other])
            if j != i and stubs_met(world.by_day, rules, position, other, day):
                yield j, day, float(rules["hours"][AT_RANDOM, hours_of_strangers(rules, position, other, day)]), 1.0


def _quartiles(values: NDArray[np.float64], weights: NDArray[np.float64]) -> tuple[float, float, float]:
    order = np.argsort(values)
    share = np.cumsum(weights[order]) / weights.sum()
    low, middle, high = (float(values[order][np.searchsorted(share, at)]) for at in (0.25, 0.5, 0.75))
    return low, middle, high


def level_for(society: Society, disease: Disease, wanted: float) -> Lockdown:
    """Return the level of contacts outside the home at which a reproduction number is a wanted one, to 2 %."""
    population = build_population(200_000, 20, society=society)
    low, high = 0.0, 1.0
    for _ in range(12):
        share = (low + high) / 2
        level = Lockdown(0, school=share, work=share, random=share)
        sizes = np.zeros(4, dtype=np.int64)
        for seed in range(4):
            scenario = replace(nothing_done(disease, 60, 400), lockdowns=(level,))
            world = simulate(population, scenario, seed, generations=3).world
            infected = world.states["infected_day"] >= 0
            sizes += np.bincount(world.courses["generation"][infected], minlength=4)[:4]
        reached = float(sizes[3] / sizes[2])
        if abs(reached / wanted - 1) < 0.02:
            break
        low, high = (share, high) if reached < wanted else (low, share)
    return level


def households(people: int) -> str:
    """Write both tables of the page."""
    british = STRAIN_2020.with_rate(rate_for(UNITED_KINGDOM, STRAIN_2020, 2.87))
    vietnam, britain = (
        attack_at_home(society, disease, people, seeds=6)
        for society, disease in ((VIETNAM, STRAIN_2020), (UNITED_KINGDOM, british))
    )
    lines = [
        "| housemates infected | published | ours, Việt Nam | ours, Britain |",
        "|---|--:|--:|--:|",
    ]
    for what, published, ours in (
        ("all", "16.6 % (14.0-19.3); 18.1 (15.7-20.6); 21.1 (17.4-24.8)", lambda home: home.overall),
        ("adults", "28.3 % (20.2-37.1)", lambda home: home.adults),
        ("children", "16.8 % (12.3-21.7)", lambda home: home.children),
        ("where two live", "41.5 % (31.7-51.7)", lambda home: home.by_size[2]),
        ("of three and more housemates", "22.8 % (13.6-33.5)", lambda home: home.three_and_more),
        ("of a first case with symptoms", "18.0 % (14.2-22.1)", lambda home: home.symptomatic),
        ("of one without", "0.7 % (0.0-4.9)", lambda home: home.asymptomatic),
    ):
        lines.append(f"| {what} | {published} | {pct(ours(vietnam))} | {pct(ours(britain))} |")
    disease = british
    lines += [
        "",
        "| contacts of people with symptoms in Britain | England's app | ours, R 1.2 | ours, nothing done |",
        "|---|--:|--:|--:|",
    ]
    limited, free = (
        durations(UNITED_KINGDOM, disease, level)
        for level in (level_for(UNITED_KINGDOM, disease, _LIMITED_R), Lockdown(0))
    )
    for what, published, of in (
        ("hours of a contact: median (quartiles)", "0.7 (0.4-1.6)", lambda d: _hours(d.all_hours)),
        ("hours of one that transmitted", "6 (1.4-28)", lambda d: _hours(d.transmitting_hours)),
        ("contacts at home", "6 %", lambda d: pct(d.home_share_of_contacts, 0)),
        ("transmissions at home", "40 %", lambda d: pct(d.home_share_of_transmissions, 0)),
    ):
        lines.append(f"| {what} | {published} | {of(limited)} | {of(free)} |")
    return "\n".join(lines)


def _hours(quartiles: tuple[float, float, float]) -> str:
    low, middle, high = quartiles
    return f"{middle:.1f} ({low:.1f}-{high:.1f})"
