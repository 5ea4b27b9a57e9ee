from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest

from bluezone.epidemic import scenario as scenarios
from bluezone.epidemic.demography import society_of
from bluezone.epidemic.disease import STRAINS, TIMINGS, Delay, infectious_by_day, strain, tables
from bluezone.epidemic.errors import EpidemicError
from bluezone.epidemic.interventions import (
    DISTANT_ENCOUNTERS_PER_CONTACT,
    App,
    Diagnosis,
    Imports,
    Isolation,
    Lockdown,
    ManualTracing,
    Vaccination,
    VaccineDose,
    Venues,
)
from bluezone.epidemic.presets import assumptions, with_assumption
from bluezone.epidemic.scenario import Scenario, available_bytes, check_request
from bluezone.operating_point import operating_points

VIETNAM = society_of("vietnam")


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: Scenario(days=0), "0 days cannot be served: ask for 1"),
        (lambda: Scenario(days=5000), "ask for 1000"),
        (lambda: Scenario(initial_infections=-1), "ask for 0"),
        (lambda: Scenario(prior_immunity=1.5), "ask for a share, 1"),
        (lambda: Scenario(lockdowns=(Lockdown(9), Lockdown(3))), "in order"),
        (lambda: App(uptake=-0.1), "app: uptake is -0.1, but it must be between 0 and 1; ask for 0"),
        (lambda: App(uptake=30), "ask for 1"),
        (lambda: App(upload_delay_days=-1), "app: upload delay days is -1, but it must be 0 or more; ask for 0"),
        (lambda: App(detection=float("nan")), "detection"),
        (lambda: App(household_clustering=0.7, unit_clustering=0.6), "sum to more than 1"),
        (lambda: Diagnosis(result_delay_days=-2), "result delay days is -2"),
        (lambda: Diagnosis(sensitivity=1.2), "sensitivity is 1.2"),
        (lambda: Isolation(contact_daily_dropout=-0.5), "dropout"),
        (lambda: ManualTracing(recall_unit=2), "recall unit"),
        (lambda: Venues(size=1), "venues: size is 1"),
        (lambda: Lockdown(0, work=1.5), "work is 1.5"),
        (lambda: Lockdown(-3), "from day is -3"),
        (lambda: VaccineDose(3, 0.5, from_age=6, to_age=4), "to age is 4"),
        (lambda: Vaccination(infection_efficacy=2), "infection efficacy"),
        (lambda: Imports(-1.0), "mean per day"),
        (lambda: Imports(0.0, ((-1, 5),)), "day of a cluster"),
        (lambda: Delay(0.0, 1.0).days(), "above 0"),
        (lambda: strain("omega"), "choose one of 2020, delta, omicron"),
        (lambda: STRAINS["2020"].with_rate(-1.0), "must not be negative"),
    ],
)
def test_a_request_without_meaning_is_refused_with_the_nearest_that_has_one(
    make: Callable[[], object], message: str
) -> None:
    with pytest.raises(EpidemicError, match=message):
        make()


def test_uptake_beyond_the_owners_of_phones_is_refused_before_the_run() -> None:
    with pytest.raises(EpidemicError, match=r"80.0% is more than the 68.4% .* ask for 0.683 or less"):
        check_request(Scenario(app=App(uptake=0.8)), 1000, VIETNAM, bytes_per_person=110)


def test_memory_that_will_not_suffice_is_refused_before_the_run(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(scenarios, "available_bytes", lambda: 1_000_000_000)
    check_request(Scenario(), 1_000_000, VIETNAM, bytes_per_person=110)
    with pytest.raises(EpidemicError, match=r"97,000,000 people need 16\.5 GB, and 1\.0 GB are free; ask for 5,"):
        check_request(Scenario(), 97_000_000, VIETNAM, bytes_per_person=110)
    with pytest.raises(EpidemicError, match=r"for 8 runs at once.*fewer workers"):
        check_request(Scenario(), 1_000_000, VIETNAM, bytes_per_person=110, at_once=8)


def test_free_memory_is_known_here() -> None:
    free = available_bytes()
    assert free is not None
    assert free > 2**20


@pytest.mark.parametrize("name", list(STRAINS))
def test_the_courses_of_every_age_are_a_distribution(name: str) -> None:
    bounds = tables(STRAINS[name]).course_bounds
    assert bounds.shape == (9, 6)
    assert bounds[:, -1] == pytest.approx(1)
    assert (bounds[:, 1:] >= bounds[:, :-1]).all()


def test_infection_fatality_by_age_is_that_of_odriscoll() -> None:
    published = (0.00002, 0.00002, 0.00010, 0.00032, 0.00098, 0.00265, 0.00766, 0.02439, 0.0908)
    strain_2020 = STRAINS["2020"]
    parts = zip(strain_2020.symptomatic, strain_2020.severe, strain_2020.critical, strain_2020.fatal, strict=True)
    assert tuple(a * b * c * d for a, b, c, d in parts) == pytest.approx(published, rel=0.02, abs=2e-6)


@pytest.mark.parametrize("timing", TIMINGS)
@pytest.mark.parametrize("name", STRAINS)
def test_a_profile_ends_within_the_table(name: str, timing: str) -> None:
    by_day = infectious_by_day(replace(STRAINS[name], timing=timing))
    assert np.all(by_day[:, -1] == 1)
    assert np.all(np.diff(by_day) >= 0)
    assert by_day[:27, -5].min() > 0.999  # of incubations that are drawn


@pytest.mark.parametrize(
    ("timing", "before", "earlier"),  # of transmissions: before the onset of symptoms; by more than two days
    [("ferretti-2020", 0.51, 0.19), ("hart-2021", 0.64, 0.18), ("apart", 0.50, 0.27)],
)
def test_transmission_goes_with_the_onset_of_symptoms(timing: str, before: float, earlier: float) -> None:
    disease = replace(STRAINS["2020"], timing=timing)
    by_day, onset = infectious_by_day(disease), disease.incubation.days()
    assert np.mean(by_day[onset, onset - 1]) == pytest.approx(before, abs=0.01)
    assert np.mean([by_day[k, k - 3] if k > 2 else 0.0 for k in onset]) == pytest.approx(earlier, abs=0.01)


def test_the_profile_of_ferretti_has_the_shares_of_its_abstract() -> None:
    """41 % (31 to 50) before the day of onset, 35 % (26 to 45) on it and the next, three quarters within 2 to 3 "
    "days."""
    days = np.arange(-60.0, 60.0, 0.01)
    density = TIMINGS["ferretti-2020"][0](days, 5.42)
    share = [density[(low <= days) & (days < high)].sum() / density.sum() for low, high in
             ((-60, -0.5), (-0.5, 1.5), (-2.5, 2.5))]  # fmt: skip
    assert share == pytest.approx([0.41, 0.35, 0.75], abs=0.05)


def test_a_timing_there_is_not_is_refused() -> None:
    with pytest.raises(EpidemicError, match="choose one of ferretti-2020"):
        replace(STRAINS["2020"], timing="hourly")
    assert with_assumption(Scenario(), "disease.timing", "hart-2021").disease.timing == "hart-2021"


def test_each_run_has_an_app_that_tells_contacts_as_one_of_the_campaigns_that_might_be() -> None:
    known = operating_points().of()
    for number in (0, 1, 401):
        missed, false_alarms = known.pair(number)
        app = App(uptake=0.3).in_campaign(number)
        assert app.detection == pytest.approx(1 - missed)
        assert app.bystanders == pytest.approx(false_alarms * DISTANT_ENCOUNTERS_PER_CONTACT)
    assert App().in_campaign(1) != App().in_campaign(2)


def test_what_is_set_of_the_app_is_not_drawn() -> None:
    app = App(detection=0.9)
    assert {app.in_campaign(number).detection for number in range(5)} == {0.9}
    assert len({app.in_campaign(number).bystanders for number in range(5)}) == 5
    assert App(detection=0.0, bystanders=0.0).in_campaign(3) == App(detection=0.0, bystanders=0.0)


def test_an_assumption_that_is_drawn_shows_its_median_and_can_be_set() -> None:
    known = assumptions(Scenario())
    missed = sorted(operating_points().of().missed_share)
    assert 1 - missed[-1] < known["app.detection"] < 1 - missed[0]
    set_to = with_assumption(Scenario(), "app.detection", str(known["app.detection"]))
    assert set_to.app.detection == known["app.detection"]
    assert set_to.app.bystanders is None
    with pytest.raises(EpidemicError, match=r"app\.bystanders must be a number"):
        with_assumption(Scenario(), "app.bystanders", "few")
