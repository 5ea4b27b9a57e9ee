"""The parameter set `openabm` is what its sources say."""

from __future__ import annotations

import csv
from collections import Counter
from pathlib import Path

import pytest

from bluezone.epidemic import openabm
from bluezone.epidemic.engine import run
from bluezone.epidemic.population import build_population


def test_its_rate_is_divided_by_the_contacts_of_its_society() -> None:
    persons = build_population(100_000, 20, society=openabm.SOCIETY).persons
    contacts = 2 * (persons["home_size"] - 1.0) + 0.5 * persons["tie_number"] + persons["stub_number"]
    assert contacts.mean() == pytest.approx(openabm.CONTACTS_A_DAY, rel=0.01)


def test_every_set_of_switches_has_its_own_runs_at_every_uptake() -> None:
    runs = Path(__file__).resolve().parents[2] / "tools" / "epidemic_validation" / "openabm_runs.csv"
    with runs.open(encoding="utf-8", newline="") as lines:
        cells = Counter((row["switches"], row["uptake"]) for row in csv.DictReader(lines))
    assert {name for name, _ in cells} == {switches.name for switches in openabm.SWITCHES}
    assert len(cells) == 6 * 7
    assert {number for (name, _), number in cells.items() if name != "with households on both"} == {4}
    assert {number for (name, _), number in cells.items() if name == "with households on both"} == {3}


@pytest.mark.slow
def test_the_attack_rate_of_each_set_is_that_of_the_program() -> None:
    """Its own runs, 20,000 people and 150 days: tools/epidemic_validation/openabm_runs.csv.

    The goal is one point; how far each set is from it, and why, is told in docs/measurements/epidemic.md. Here half a
    point is added for chance in three runs each.
    """
    theirs_by_set = (0.858, 0.740, 0.759, 0.659, 0.632, 0.628)
    apart_by_set = (0.015, 0.020, 0.020, 0.025, 0.020, 0.040)
    for switches, theirs, apart in zip(openabm.SWITCHES, theirs_by_set, apart_by_set, strict=True):
        ours = []
        for seed in range(3):
            population = build_population(20_000, seed, society=openabm.SOCIETY)
            ours.append(run(population, openabm.scenario(switches), seed).attack_rate)
        assert sum(ours) / 3 == pytest.approx(theirs, abs=apart), switches.name
