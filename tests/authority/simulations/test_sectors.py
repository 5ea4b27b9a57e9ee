"""Courses of an order by sector, from what units report."""

from __future__ import annotations

import pytest

from bluezone.authority.simulations.sectors import FORECAST, MET, NOT_GIVEN, SIMULATED, SIZES, Reported, by_sector
from bluezone.epidemic.adoption import sectors_of
from bluezone.epidemic.engine import word_of
from bluezone.epidemic.interventions import SECTORS, App
from bluezone.epidemic.population import build_population
from bluezone.rollout.sectors import BUILT_IN

OWN = {MET: [(0, 0.1), (10, 0.3)], FORECAST: [(0, 0.1), (5, 0.12), (10, 0.15)], NOT_GIVEN: [(0, 0.1)]}
EVERYBODY = [{"installed": whole, "of_everybody": True} for whole in OWN.values()]


def test_sectors_are_those_of_both_sides():
    assert SIMULATED.keys() <= BUILT_IN.keys()
    assert set(SIMULATED.values()) == SIZES.keys() == set(SECTORS) - {"guests"}
    town, app = build_population(50_000, 1), App()
    found = sectors_of(word_of(1, 1), town.persons, app.officials_share, app.workers_share, app.guests_share)
    for sector, size in SIZES.items():
        assert (found == SECTORS.index(sector)).mean() == pytest.approx(size, abs=0.01)


@pytest.mark.parametrize(
    ("reported", "met", "forecast", "not_given"),
    [
        ([Reported("schools", 100, 20)], [0.2, 0.6], [0.2, 0.24, 0.3], [0.2]),
        ([Reported("schools", 100, 20, asked=0.5)], [0.2, 0.5], [0.2, 0.24, 0.3], [0.2]),
        ([Reported("schools", 100, 20, asked=0.1)], [0.2, 0.2], [0.2, 0.24, 0.3], [0.2]),  # nobody uninstalls
        ([Reported("schools", 100, 130)], [1, 1], [1, 1, 1], [1]),  # travellers at a poster: full
        ([Reported("schools", 100, 80)], [0.8, 1], [0.8, 0.96, 1], [0.8]),
        ([Reported("schools", 100, 0)], [0, 0], [0, 0, 0], [0]),
        (  # two sectors of the register are one of the simulator, by their people
            [Reported("state-agencies", 300, 60, asked=0.6), Reported("hospitals", 100, 10)],
            [0.175, 0.525], [0.175, 0.21, 0.2625], [0.175],
        ),
    ],
)  # fmt: skip
def test_a_sector_whose_units_all_report_starts_where_they_stand(reported, met, forecast, not_given):
    courses = by_sector(reported, 200, OWN)
    for (name, (group, everybody)), shares, total in zip(
        courses.items(), (met, forecast, not_given), EVERYBODY, strict=True
    ):
        assert group["sector"] == SIMULATED[reported[0].sector]
        assert group["installed"] == [(day, share) for (day, _), share in zip(OWN[name], shares, strict=True)]
        assert everybody == total


@pytest.mark.parametrize(
    ("reported", "now", "met"),
    [  # of 10,000 people 1,000 have installed; 3,700 are pupils
        ([Reported("schools", 1850, 740)], 0.5 * 0.4 + 0.5 * 260 / 8150, 3 * (0.5 * 0.4 + 0.5 * 260 / 8150)),
        ([Reported("schools", 1850, 740, asked=0.9)], 0.5 * 0.4 + 0.5 * 260 / 8150, 0.9),
        ([Reported("schools", 1850, 0)], 0.5 * 1000 / 8150, 1.5 * 1000 / 8150),
        ([Reported("schools", 1850, 1850)], 0.5, 1.0),  # more than all installs: others have none
        ([Reported("schools", 1850, 740), Reported("companies", 300, 260)], 0.2, 0.6),
        ([Reported("schools", 3700, 370), Reported("neighbourhoods", 6300, 630)], 0.1, 0.3),  # everybody reports
    ],
)
def test_who_reports_nothing_has_the_rest(reported, now, met):
    group = by_sector(reported, 10_000, OWN)[MET][0]
    assert [share for _, share in group["installed"]] == pytest.approx([now, met], abs=1e-5)


@pytest.mark.parametrize("reported", [[], [Reported("unions", 50, 5)], [Reported("schools", 0, 0)]])
def test_without_figures_of_a_sector_the_place_is_whole(reported):
    assert by_sector(reported, 200, OWN) == {name: [each] for name, each in zip(OWN, EVERYBODY, strict=True)}


def test_a_share_too_small_to_write_stays():
    courses = by_sector([Reported("schools", 100, 20)], 200, {MET: [(0, 0.0), (10, 0.3)]})
    assert courses[MET][0]["installed"] == [(0, 0.2), (10, 0.2)]
