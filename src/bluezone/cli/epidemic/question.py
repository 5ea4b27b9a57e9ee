"""Turn the options of a simulation into its place and its plan, checked before any time goes into it."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from typing import Any

from bluezone.cli.errors import CommandError
from bluezone.epidemic import presets, words
from bluezone.epidemic.calibration import rate_for
from bluezone.epidemic.demography import VIETNAM
from bluezone.epidemic.disease import strain
from bluezone.epidemic.ensembles import Plan
from bluezone.epidemic.executors import cores
from bluezone.epidemic.interventions import Vaccination
from bluezone.epidemic.places import Place, place_of
from bluezone.epidemic.scenario import Scenario
from bluezone.i18n import Language


def place_and_plan(uptakes: tuple[float, ...], asked: dict[str, Any], language: Language) -> tuple[Place, Plan]:
    """Return the place asked for and the plan of its runs. Raises CommandError or EpidemicError where it cannot be."""
    place = _place(asked["place"], asked["people"], asked["on"], language)
    if asked["seeds"] < 1:
        raise CommandError(f"{asked['seeds']} seeds are no runs; ask for 1, and for 5 or more to get an interval")
    scenario = replace(
        presets.vietnam_2020(),
        days=asked["days"],
        initial_infections=asked["initial_infections"],
        disease=strain(asked["strain"]),
        lockdowns=tuple(asked["lockdowns"]),
        vaccination=Vaccination(tuple(asked["doses"])),
    )
    scenario = presets.changed(scenario, asked["changes"])
    first = asked["first_seed"]
    plan = Plan(
        place.name if asked["place"] else "",
        place.people,
        scenario,
        uptakes,
        tuple(range(first, first + asked["seeds"])),
        VIETNAM,
    )
    plan.check(1 if asked["dask"] else workers(asked))
    if asked["r0"] is not None:
        plan = replace(plan, scenario=_with_r0(scenario, asked["r0"]))
    return place, plan


def workers(asked: dict[str, Any]) -> int:
    """Return how many processes may work: all cores where nothing is asked."""
    return cores() if asked["workers"] is None else int(asked["workers"])


def _with_r0(scenario: Scenario, r0: float) -> Scenario:
    return replace(scenario, disease=scenario.disease.with_rate(rate_for(VIETNAM, scenario.disease, r0)))


def _place(name: str | None, people: int | None, on: dt.datetime | None, language: Language) -> Place:
    if name is None:
        if people is None:
            raise CommandError("say where: --place 'Hậu Giang', or how many: --people 733017")
        return Place(words.unnamed(people, language), people, "")
    if people is not None:
        return Place(name, people, "")
    return place_of(name, on.date() if on else None)
