"""Run one outbreak: `run(population, scenario, seed)`. Deterministic; relabelling people changes nothing."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from bluezone.epidemic import records
from bluezone.epidemic.adoption import Adoption, adopt, immune, moved
from bluezone.epidemic.closeness import EXPONENTIAL, at_home, detection_rate, hours_quantiles
from bluezone.epidemic.demography import AGE_GROUPS, OCCUPATIONS
from bluezone.epidemic.disease import tables
from bluezone.epidemic.errors import EpidemicError
from bluezone.epidemic.hashing import CENTRE, draw, word_of
from bluezone.epidemic.interventions import App
from bluezone.epidemic.population import Population
from bluezone.epidemic.records import Record, World
from bluezone.epidemic.results import Outcome, outcome_of
from bluezone.epidemic.scenario import Scenario
from bluezone.epidemic.shards import runner

#: Days a kernel runs before Python looks at the clock, the progress bar and Ctrl-C.
_STRIDE = 5
#: Length of the list of contacts one tracer can note. Contacts beyond it would be dropped; the longest seen is a tenth.
_CONTACTS = 16_384
#: How many times a contact at random is proposed, where people find others for those who stay at home: half of people
#: can, before they find too few.
_HEADROOM = 2.0


@dataclass(frozen=True, slots=True)
class Simulation:
    """Hold a run as the engine leaves it: `world.states` and `world.courses` say of each person what happened; `app`:
    the app as it was in this run (`App.in_campaign`)."""

    world: World
    app: App
    installed: float
    users: int


def run(
    population: Population, scenario: Scenario, seed: int, *, progress: Callable[[int], None] | None = None,
    threads: int = 1,
) -> Outcome:  # fmt: skip
    """Simulate `scenario.days` days and sum up. `progress` is told the days done. The number of threads that work on
    the run changes nothing but the time it takes.

    Raises EpidemicError if the request makes no sense for this population.
    """
    done = simulate(population, scenario, seed, progress=progress, threads=threads)
    played = replace(scenario, app=done.app)
    return outcome_of(population, played, seed, done.world.tally, installed=done.installed, users=done.users)


def simulate(
    population: Population, scenario: Scenario, seed: int, *, progress: Callable[[int], None] | None = None,
    generations: int = 1000, enough: Callable[[World, int], bool] | None = None, threads: int = 1,
) -> Simulation:  # fmt: skip
    """Run one outbreak and keep every person's record.

    generations: those infected in this generation (0: from outside) infect nobody any more. enough: asked every few
    days, with the number of days done, whether to stop. threads: how many work on it (`shards`); they change nothing
    else.
    """
    if seed < 0:
        raise EpidemicError(f"the seed is {seed}, but it must be 0 or more; ask for {-seed}")
    if scenario.initial_infections > population.people:
        raise EpidemicError(
            f"{scenario.initial_infections:,} initial infections among {population.people:,} people; "
            f"ask for {population.people:,} or fewer"
        )
    scenario = replace(scenario, app=scenario.app.in_campaign(seed))
    adopted = adopt(population, scenario.app, _word(seed))
    world, rules, calendar = laid_out(population, scenario, seed, adopted)
    installed, users = adopted.installed, int(np.count_nonzero(adopted.since < records.LAST_DAY))
    del adopted  # the world holds its days too: 0.2 GB of a country's run
    rules["last_generation"] = generations
    with runner(population, world, rules, calendar, threads) as run_until:
        for first in range(0, scenario.days, _STRIDE):
            until = min(first + _STRIDE, scenario.days)
            run_until(until)
            if progress is not None:
                progress(until)
            if enough is not None and enough(world, until):
                break
    return Simulation(world, scenario.app, installed, users)


def laid_out(
    population: Population, scenario: Scenario, seed: int, adopted: Adoption
) -> tuple[World, Record, records.Calendar]:
    """Return what the compiled engine works on, as it is on the morning of day 0. The scenario's app must say how well
    it detects (`App.in_campaign`)."""
    word = _word(seed)
    calendar = records.Calendar(
        *_imports(population, scenario, seed),
        *_ill_by_chance(population, scenario, seed, word),
        *_chosen_for_mass_tests(population, scenario, seed),
    )
    return _world(population, scenario, adopted, word), rules_of(population, scenario, word), calendar


def _word(seed: int) -> np.uint64:
    """Return the number that all random draws of a run start from."""
    return word_of(seed, 0xB1EC0DE)


def _world(population: Population, scenario: Scenario, adopted: Adoption, word: np.uint64) -> World:
    """All arrays on the morning of day 0."""
    states = np.zeros(population.people, dtype=records.STATE)
    states["age"] = population.persons["age"]
    states["flags"] = (adopted.since < records.LAST_DAY) * np.uint8(records.HAS_APP)
    states["infected_day"] = records.SUSCEPTIBLE
    if scenario.prior_immunity > 0:
        states["infected_day"][immune(population, scenario.prior_immunity, word)] = records.IMMUNE
    courses = np.zeros(population.people, dtype=records.COURSE)
    courses["app_from"] = adopted.since
    for name in ("alert_day", "case_day", "traced_day", "watch_until"):
        courses[name] = -1
    return World(
        persons=population.persons,
        states=states,
        courses=courses,
        ties=population.ties,
        tie_marks=population.tie_marks,
        stubs=population.stubs,
        owners=population.owners,
        circles=population.circles,
        centre=_centres(population, scenario.days, word),
        by_day=_openness(population, scenario),
        heads=np.full((records.LISTS, scenario.days + 1), -1, dtype=np.int32),
        links=np.empty((records.LISTS, population.people), dtype=np.int32),
        found=np.empty((2, _CONTACTS), dtype=np.int32),
        tally=np.zeros((records.TALLY_ROWS, max(scenario.days, AGE_GROUPS) + 1), dtype=np.int64),
    )


def _openness(population: Population, scenario: Scenario) -> NDArray[np.float64]:
    """The rows of `World.by_day`."""
    by_day = np.ones((records.BY_DAY_ROWS, scenario.days))
    unit_open = by_day[records.UNIT_OPEN : records.UNIT_OPEN + OCCUPATIONS]
    daily_share = population.society.mixing.unit_daily_share
    unit_open[:] = daily_share
    for level in scenario.lockdowns:
        unit_open[:2, level.from_day :] = daily_share * level.school
        unit_open[2:, level.from_day :] = daily_share * level.work
        by_day[records.RANDOM_OPEN, level.from_day :] = level.random
        by_day[records.HOME_OPEN, level.from_day :] = level.home
    by_day[records.HOME_OPEN] /= _closest_at_home(scenario)
    vaccinated = by_day[records.VACCINATED :]
    vaccinated[:] = 0
    for dose in sorted(scenario.vaccination.doses, key=lambda each: each.day):
        vaccinated[dose.from_age : dose.to_age + 1, dose.day :] = dose.share
    return by_day


def _closest_at_home(scenario: Scenario) -> float:
    """The highest factor on contacts at home over all days of the run (before the first level: 1)."""
    levels = [level for level in scenario.lockdowns if level.from_day < scenario.days]
    from_the_start = bool(levels) and levels[0].from_day <= 0
    return max([level.home for level in levels] + ([] if from_the_start else [1.0])) or 1.0


def rules_of(population: Population, scenario: Scenario, word: np.uint64) -> Record:
    """Return the scenario as one `records.RULES`. Its app must say how well it detects (`App.in_campaign`)."""
    mixing = population.society.mixing
    hours = np.stack([hours_quantiles(each) for each in (mixing.home_hours, mixing.unit_hours, mixing.random_hours)])
    disease, test, stay, app = scenario.disease, scenario.diagnosis, scenario.isolation, scenario.app
    hand, venues = scenario.manual, scenario.venues
    table = tables(disease)
    most = float(table.susceptibility.max()) or 1.0
    acceptance = table.susceptibility / most
    headroom = _HEADROOM if mixing.rematched else 1.0
    # each hour is another chance for the phones, as it is for the infection
    noticed = -np.expm1(-detection_rate(population, hours, app.detection or 0.0) * hours)
    values = {
        **{name: getattr(table, name) for name in table._fields if name != "susceptibility"},
        "seed": word,
        "days": scenario.days,
        "last_generation": 1000,
        "acceptance": acceptance,
        "rate": disease.transmission_rate * most,
        "hours": hours,
        "noticed": noticed,
        "hour_at_home": _closest_at_home(scenario) * at_home(mixing),
        "tie_weight": np.outer(acceptance, hours[records.IN_UNIT]).ravel(),
        "most_at_random": hours[records.AT_RANDOM, -1] * headroom,
        "random_headroom": headroom,
        "exponential": EXPONENTIAL,
        "symptomatic_test": test.symptomatic_share,
        "traced_test": test.traced_share,
        "sensitivity": test.sensitivity,
        "specificity": test.specificity,
        "order_delay": test.order_delay_days,
        "result_delay": test.result_delay_days,
        "insensitive_days": test.insensitive_days,
        "case_days": stay.case_days,
        "contact_days": stay.contact_days,
        "symptomatic_days": stay.symptomatic_days,
        "symptomatic_isolation": stay.symptomatic_share,
        "case_compliance": stay.case_compliance,
        "contact_compliance": stay.contact_compliance,
        "household_compliance": stay.household_compliance,
        "case_dropout": stay.case_daily_dropout,
        "contact_dropout": stay.contact_daily_dropout,
        "symptomatic_dropout": (
            stay.case_daily_dropout if stay.symptomatic_daily_dropout is None else stay.symptomatic_daily_dropout
        ),
        "household_of_case": stay.household_of_case,
        "household_of_symptomatic": stay.household_of_symptomatic,
        "central_cases": stay.central_cases,
        "central_contacts": stay.central_contacts,
        "consent": app.consent,
        "upload_delay": app.upload_delay_days,
        "sync_next_day": app.sync_next_day_share,
        "look_back": app.look_back_days,
        "before_onset": app.days_before_onset,
        "second_order": app.second_order,
        "second_order_share": app.second_order_share,
        "watching": app.watching_share,
        "watch_days": app.watch_days,
        "bystanders": app.bystanders,
        "interviews": hand.interviews_per_day,
        "manual_delay": hand.delay_days,
        "recall_household": hand.recall_household,
        "recall_unit": hand.recall_unit,
        "recall_random": hand.recall_random,
        "manual_look_back": hand.look_back_days,
        "manual_second_order": hand.second_order,
        "venue_size": venues.size,
        "venue_share": venues.participating_share,
        "scan_share": venues.scanning_share,
        "venue_delay": venues.delay_days,
        "venue_look_back": venues.look_back_days,
        "infection_efficacy": scenario.vaccination.infection_efficacy,
        "severe_efficacy": scenario.vaccination.severe_efficacy,
    }
    rules = np.zeros(1, dtype=records.RULES)
    for name in records.RULES.names or ():
        rules[name][0] = values[name]
    return rules[0]


def _centres(population: Population, days: int, word: np.uint64) -> NDArray[np.int32]:
    sizes = np.diff(population.circles)
    centre = np.zeros((days, len(sizes)), dtype=np.int32)
    for pool, size in enumerate(sizes.tolist()):
        for day in range(days if size else 0):
            centre[day, pool] = int(draw(word, np.uint64(pool), CENTRE, day)) % size
    return centre


def _imports(population: Population, scenario: Scenario, seed: int) -> tuple[NDArray[np.int32], NDArray[np.int32]]:
    """Choose who is infected from outside, by day. Chosen by key, so that relabelling changes nothing."""
    generator = np.random.default_rng([seed, 7])
    numbers = np.zeros(scenario.days, dtype=np.int64)
    numbers[0] = scenario.initial_infections
    if scenario.imports.mean_per_day > 0:
        numbers += generator.poisson(scenario.imports.mean_per_day, scenario.days)
    for day, number in scenario.imports.clusters:
        if day < scenario.days:
            numbers[day] += number
    total = min(int(numbers.sum()), population.people)
    keys = generator.choice(population.people, size=total, replace=False)
    start = np.zeros(scenario.days + 1, dtype=np.int32)
    start[1:] = np.minimum(np.cumsum(numbers), total)
    return start, _places_of(population, keys)


def _ill_by_chance(
    population: Population, scenario: Scenario, seed: int, word: np.uint64
) -> tuple[NDArray[np.int32], NDArray[np.int32]]:
    """Choose who has like symptoms from something else and will stay at home or ask for a test, by day."""
    acting = max(scenario.diagnosis.symptomatic_share, scenario.isolation.symptomatic_share)
    share = scenario.diagnosis.background_daily_share
    start = np.zeros(scenario.days + 1, dtype=np.int32)
    if share * acting <= 0:
        return start, np.empty(0, dtype=np.int32)
    generator = np.random.default_rng([seed, 11])
    numbers = generator.binomial(population.people, share, scenario.days)
    keys = generator.integers(population.people, size=int(numbers.sum()))
    act = moved(word, keys, acting)
    start[1:] = np.cumsum(act)[np.cumsum(numbers) - 1] if act.any() else 0
    return start, _places_of(population, keys[act])


def _chosen_for_mass_tests(
    population: Population, scenario: Scenario, seed: int
) -> tuple[NDArray[np.int32], NDArray[np.int32]]:
    """Choose whose turn it is on each day, should there be mass tests by then."""
    start = np.zeros(scenario.days + 1, dtype=np.int32)
    if scenario.diagnosis.mass_daily_share <= 0:
        return start, np.empty(0, dtype=np.int32)
    generator = np.random.default_rng([seed, 13])
    start[1:] = np.cumsum(generator.binomial(population.people, scenario.diagnosis.mass_daily_share, scenario.days))
    return start, _places_of(population, generator.integers(population.people, size=int(start[-1])))


def _places_of(population: Population, keys: NDArray[np.int64]) -> NDArray[np.int32]:
    """Where the people of some keys are in the arrays."""
    if np.array_equal(population.persons["key"][keys], keys):
        return keys.astype(np.int32)
    place = np.empty(population.people, dtype=np.int32)
    place[population.persons["key"]] = np.arange(population.people, dtype=np.int32)
    return place[keys]
