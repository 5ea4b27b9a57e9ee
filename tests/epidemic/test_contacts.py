"""How long contacts last: one number drives infection and detection; who lives together; who does what is asked."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from bluezone.epidemic.candidates import exponential
from bluezone.epidemic.closeness import EXPONENTIAL, hours_quantiles
from bluezone.epidemic.demography import RANDOM_HOURS, UNIT_HOURS, Hours, Mixing, Society, society_of
from bluezone.epidemic.disease import STRAIN_2020
from bluezone.epidemic.engine import rules_of, run, simulate, word_of
from bluezone.epidemic.errors import EpidemicError
from bluezone.epidemic.interventions import App, Isolation
from bluezone.epidemic.meetings import hours_at_home, hours_of_strangers, housemate, trait
from bluezone.epidemic.population import Population, build_population
from bluezone.epidemic.records import AT_RANDOM, HOURS_STEPS, IN_UNIT, TIE_KINDS
from bluezone.epidemic.scenario import Scenario
from epidemic_validation.britain import ENGLAND

VIETNAM = society_of("vietnam")


def rules(town: Population, **app: float):
    return rules_of(town, Scenario(app=App(bystanders=0.0, **app)), word_of(1, 2))


@pytest.mark.parametrize("hours", [Hours(), UNIT_HOURS, RANDOM_HOURS])
def test_hours_rise_and_stay_within_their_bounds(hours: Hours) -> None:
    table = hours_quantiles(hours)
    assert np.all(np.diff(table) >= 0)
    assert hours.shortest <= table[0]
    assert table[-1] <= hours.longest
    assert np.median(table) == pytest.approx(hours.median, rel=0.02)


@pytest.mark.parametrize("wrong", [{"median": 0.0}, {"median": 30.0}, {"shortest": 2.0}, {"spread": -1.0}])
def test_hours_that_mean_nothing_are_refused(wrong: dict[str, float]) -> None:
    with pytest.raises(EpidemicError, match="hours together"):
        Hours(**wrong)


def test_two_people_agree_on_their_hours(town: Population) -> None:
    known = rules(town, detection=0.7)
    persons = town.persons
    for a, b in ((3, 900), (17, 18), (5_000, 4)):
        assert hours_at_home(persons, known, a, b) == hours_at_home(persons, known, b, a)
        assert hours_of_strangers(known, a, b, 4) == hours_of_strangers(known, b, a, 4)


def test_both_ends_of_a_tie_know_its_hours_and_each_others_age(town: Population) -> None:
    persons, ties = town.persons, town.ties
    source = np.repeat(np.arange(town.people), persons["tie_number"])
    hours = town.tie_marks % HOURS_STEPS
    forth = np.lexsort((hours, ties, source))  # two may be tied twice
    back = np.lexsort((hours, source, ties))
    assert np.array_equal(source[forth], ties[back])
    assert np.array_equal(hours[forth], hours[back])
    names = town.tie_marks // TIE_KINDS
    assert np.array_equal(names[forth], names[back])
    assert len(np.unique(names)) > 0.9 * len(names) / 2
    assert np.array_equal(town.tie_marks % TIE_KINDS // HOURS_STEPS, persons["age"][ties])
    share = np.bincount(hours, minlength=HOURS_STEPS) / len(hours)
    assert np.all(np.abs(share * HOURS_STEPS - 1) < 0.25)


@pytest.mark.parametrize("detection", [0.05, 0.5, 0.69, 0.95])
def test_detection_is_the_share_of_contacts_outside_the_home_that_make_an_alert(
    town: Population, detection: float
) -> None:
    known = rules(town, detection=detection)
    ties, stubs = town.persons["tie_number"].sum() * 0.5, len(town.stubs)
    shares = known["noticed"].mean(axis=1)
    assert (shares[IN_UNIT] * ties + shares[AT_RANDOM] * stubs) / (ties + stubs) == pytest.approx(detection, abs=1e-6)


def test_long_contacts_are_noticed_more_surely_than_short_ones(town: Population) -> None:
    known = rules(town, detection=0.69)
    order = np.argsort(known["hours"].ravel())
    assert np.all(np.diff(known["noticed"].ravel()[order]) >= 0)
    assert known["noticed"][known["hours"] < 0.3].max() < 0.69 < known["noticed"][known["hours"] > 3.0].min()


@pytest.mark.parametrize(("detection", "share"), [(0.0, 0.0), (1.0, 1.0)])
def test_phones_may_notice_all_or_nothing(town: Population, detection: float, share: float) -> None:
    assert np.all(rules(town, detection=detection)["noticed"] == share)


@pytest.mark.parametrize("u", [0.0, 1e-9, 0.1, 0.5, 0.9, 0.984, 0.9844, 0.99, 0.999999])
def test_the_table_of_logarithms_is_close_to_them(u: float) -> None:
    assert exponential(EXPONENTIAL, u) == pytest.approx(-np.log1p(-u), rel=2e-4, abs=1e-6)


def test_every_housemate_has_one_rank(town: Population) -> None:
    persons = town.persons
    for i in range(600):
        size, first = int(persons["home_size"][i]), int(persons["home"][i])
        found = [housemate(persons, i, rank) for rank in range(size - 1)]
        assert sorted(found) == [j for j in range(first, first + size) if j != i]
        keys = [int(persons["key"][j]) for j in found]
        assert keys == sorted(keys)
        assert housemate(persons, i, size - 1) == -1


def test_longer_contacts_infect_more(town: Population) -> None:
    """Return the people with ties three times as long, at an unchanged danger an hour."""
    mixing = VIETNAM.mixing
    longer = replace(mixing, unit_hours=Hours(2.4, 1.0, 0.75, 12.0))
    one = run(town, Scenario(days=40, initial_infections=50), 1).infections
    other = run(
        build_population(town.people, 1, society=Society(VIETNAM.demography, longer)),
        Scenario(days=40, initial_infections=50),
        1,
    ).infections
    assert other > 1.05 * one


def test_who_complies_is_a_trait(town: Population) -> None:
    """Those who do what 40 % do are among those who do what 80 % do, whatever is asked and whenever."""
    known = rules(town, detection=0.7)
    traits = np.array([trait(known, np.uint64(key)) for key in range(2_000)])
    assert 0.37 < (traits < 0.4).mean() < 0.43
    assert 0.77 < (traits < 0.8).mean() < 0.83
    assert [trait(known, np.uint64(7)) for _ in range(3)] == [traits[7]] * 3


def test_whoever_never_complies_is_never_isolated(town: Population) -> None:
    scenario = Scenario(
        days=60,
        initial_infections=60,
        isolation=Isolation(
            symptomatic_share=0.3, contact_compliance=0.5, household_compliance=0.5, case_compliance=0.5
        ),
        app=App(uptake=0.6),
    )
    done = simulate(town, scenario, 1)
    word = word_of(1, 0xB1EC0DE)
    known = rules_of(town, replace(scenario, app=done.app), word)
    isolated = done.world.states["isolated_until"] > 0
    traits = np.array([trait(known, np.uint64(key)) for key in town.persons["key"]])
    assert isolated.sum() > 500
    assert traits[isolated].max() < 0.5


def test_households_are_infected_as_the_reviews_say() -> None:
    """Hold homes to Madewell et al. 2020 and Koh et al. 2020: see docs/measurements/epidemic.md. Half a point is added
    for chance."""
    from epidemic_validation.households import attack_at_home

    found = attack_at_home(VIETNAM, STRAIN_2020, 100_000, 3)
    assert 0.14 < found.overall < 0.193
    assert 0.142 < found.symptomatic < 0.221 + 0.005
    assert 0 < found.asymptomatic < 0.049 + 0.005
    assert found.symptomatic > 3 * found.asymptomatic
    assert 0.317 - 0.005 < found.by_size[2] < 0.517
    assert 0.136 - 0.005 < found.three_and_more < 0.335
    assert found.adults == pytest.approx(0.186, abs=0.01)  # a miss: 0.202 to 0.371 was found
    assert found.children == pytest.approx(0.101, abs=0.01)  # a miss: 0.123 to 0.217
    sizes = [found.by_size[n] for n in range(2, 7)]
    assert sizes == sorted(sizes, reverse=True)


def test_long_contacts_transmit_and_short_ones_are_many() -> None:
    """Hold hours to Ferretti et al. 2023: medians of 0.7 hours of all contacts and of 6 of those that transmit, 40 % of
    these at home; where so few contacts are left that the reproduction number is near 1.2."""
    from bluezone.epidemic.interventions import Lockdown
    from epidemic_validation.britain import UNITED_KINGDOM
    from epidemic_validation.households import durations

    disease = ENGLAND.scenario().disease
    found = durations(UNITED_KINGDOM, disease, Lockdown(0, school=0.25, work=0.25, random=0.25))
    assert 0.5 < found.all_hours[1] < 0.9
    assert 4.5 < found.transmitting_hours[1] < 7.5
    assert found.transmitting_hours[0] < 2.5
    assert found.transmitting_hours[2] > 15
    assert 0.25 < found.home_share_of_transmissions < 0.40


def test_a_mixing_with_impossible_weights_is_refused() -> None:
    with pytest.raises(EpidemicError, match="what they weigh"):
        Mixing((1, 1, 1), (1, 1, 1), (1, 1, 1), home_weight=-1.0)
