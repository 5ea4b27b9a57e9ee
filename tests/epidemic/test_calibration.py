from __future__ import annotations

import pytest
from tests.tiers import first

from bluezone.epidemic.calibration import rate_for, reproduction_number
from bluezone.epidemic.demography import society_of
from bluezone.epidemic.disease import DELTA, OMICRON, STRAIN_2020, Disease
from bluezone.epidemic.errors import EpidemicError
from bluezone.epidemic.sensitivity import LEVERS
from epidemic_validation.britain import UNITED_KINGDOM

VIETNAM = society_of("vietnam")


@pytest.mark.parametrize(("disease", "r0"), first(1, [(STRAIN_2020, 2.87), (DELTA, 5.08), (OMICRON, 9.5)]))
def test_each_strain_has_its_published_reproduction_number_in_viet_nam(disease: Disease, r0: float) -> None:
    assert reproduction_number(VIETNAM, disease) == pytest.approx(r0, rel=0.03)


def test_the_levers_of_the_tornado_are_the_reproduction_numbers_they_say() -> None:
    lever = next(each for each in LEVERS if each.name == "disease.transmission_rate")
    for side, value in (("low", lever.low), ("high", lever.high)):
        found = reproduction_number(VIETNAM, STRAIN_2020.with_rate(float(value)))
        assert found == pytest.approx(float(lever.label(side)), rel=0.05)


def test_a_wanted_reproduction_number_is_reached_in_another_society() -> None:
    rate = rate_for(UNITED_KINGDOM, STRAIN_2020, 2.6)
    assert reproduction_number(UNITED_KINGDOM, STRAIN_2020.with_rate(rate)) == pytest.approx(2.6, rel=0.015)


def test_without_transmission_nobody_is_infected() -> None:
    assert reproduction_number(VIETNAM, STRAIN_2020.with_rate(0.0)) == 0


@pytest.mark.parametrize("r0", [0.0, -1.0, 25.0, float("nan")])
def test_a_reproduction_number_out_of_reach_is_refused(r0: float) -> None:
    with pytest.raises(EpidemicError, match="ask for one between"):
        rate_for(VIETNAM, STRAIN_2020, r0)
