"""Populations and diseases the epidemic room's tests share."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bluezone.epidemic.demography import VIETNAM, Demography, Mixing, Society
from bluezone.epidemic.disease import STRAIN_2020, Delay, Disease
from bluezone.epidemic.population import Population, build_population


@pytest.fixture(scope="session")
def town() -> Population:
    """20,000 people of Việt Nam."""
    return build_population(20_000, 1, society=VIETNAM, place="Town")


@pytest.fixture(scope="session")
def plain_disease() -> Disease:
    """Everybody alike: one infectiousness, one susceptibility, nobody in hospital, nobody recovers early."""
    return replace(
        STRAIN_2020,
        symptomatic=(1.0,) * 9,
        moderate=(1.0,) * 9,
        severe=(0.0,) * 9,
        susceptibility=(1.0,) * 9,
        superspreading_sd=0.0,
        household_factor=1.0,
        mild_recovery=Delay(60.0, 1.0),
    )


@pytest.fixture(scope="session")
def homes_of_five() -> Society:
    """Everybody lives with four others and meets nobody else."""
    people = Demography("fives", (0, 0, 0, 1, 0, 0, 0, 0, 0), (0, 0, 0, 0, 1), (1.0,) * 9, source="test")
    return Society(people, Mixing((0, 0, 0), (0, 0, 0), (0, 0, 0)))


@pytest.fixture(scope="session")
def strangers() -> Society:
    """Everybody lives alone and meets 40 strangers a day."""
    people = Demography("singles", (0, 0, 0, 1, 0, 0, 0, 0, 0), (1.0,), (1.0,) * 9, source="test")
    return Society(people, Mixing((0, 0, 0), (40, 40, 40), (0, 0, 0)))
