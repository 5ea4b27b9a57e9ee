"""Declare what a simulation is asked, and make its place and its plan of it, checked before any time goes into it."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Annotated, Any

import click

from bluezone.cli.errors import CommandError
from bluezone.cli.options import Opt
from bluezone.epidemic import presets, words
from bluezone.epidemic.calibration import rate_for
from bluezone.epidemic.demography import VIETNAM
from bluezone.epidemic.disease import STRAINS, strain
from bluezone.epidemic.ensembles import Plan
from bluezone.epidemic.executors import cores
from bluezone.epidemic.interventions import Lockdown, Vaccination, VaccineDose
from bluezone.epidemic.places import Place, place_of
from bluezone.epidemic.scenario import Scenario
from bluezone.i18n import Language


def shares(text: str) -> tuple[float, ...]:
    """Read shares of people, as `0.0754,0.15` or `7.54%,15%`."""
    return tuple(_share(part.strip()) for part in text.split(","))


def _share(text: str) -> float:
    try:
        share = float(text.removesuffix("%")) / (100 if text.endswith("%") else 1)
    except ValueError:
        raise ValueError(f"{text!r} is not a share; write 0.30 or 30%") from None
    if not 0 <= share <= 1:
        percent = text.endswith("%") or share < 0 or share > 100
        hint = "it lies between 0 and 1" if percent else f"write {text}% if that is meant"
        raise ValueError(f"{text} is not a share of people: {hint}")
    return share


def _level(text: str) -> Lockdown:
    """Read a level of lockdown, as `20:school=0,work=0.5,random=0.4,home=1.2`."""
    day, _, rest = text.partition(":")
    try:
        parts = dict(part.split("=", 1) for part in rest.split(",") if part)
        kept: dict[str, Any] = {name: float(share) for name, share in parts.items()}
        return Lockdown(int(day), **kept)
    except (ValueError, TypeError):
        raise ValueError(f"{text!r} is not DAY:school=SHARE,work=SHARE,random=SHARE,home=FACTOR") from None


def _dose(text: str) -> VaccineDose:
    """Read a part of a vaccine's roll-out, as `30:0.2` or `30:0.8:60` (from day 30, 80 % of those of 60 and over)."""
    try:
        day, share, *age = text.split(":")
        return VaccineDose(int(day), float(share), from_age=min(8, int(age[0]) // 10) if age else 0)
    except (ValueError, IndexError):
        raise ValueError(f"{text!r} is not DAY:SHARE or DAY:SHARE:AGE") from None


StrainName = Annotated[str, Opt("Of the virus.", choices=list(STRAINS))]
R0 = Annotated[float | None, Opt("Reproduction number if nobody did anything. [default: the strain's]")]
Changes = Annotated[tuple[str, ...], Opt("Any assumption; `assumptions` lists them.", "--set", metavar="NAME=VALUE")]
ShowProgress = Annotated[
    str,
    Opt(
        "On standard error (off a terminal: sentences); `lines` for programs: DONE TOTAL.",
        choices=["bar", "lines", "none"],
    ),
]


@dataclass(frozen=True)
class Question:
    """Hold what `run` and `sensitivity` are asked of a place."""

    place: Annotated[str | None, Opt("A place with a census, as 'Hậu Giang'.")] = None
    people: Annotated[int | None, Opt("A number of people instead of, or other than, the place's.")] = None
    on: Annotated[dt.date | None, Opt("Date on which the place is meant. [default: 2020-08-13]")] = None
    days: Annotated[int, Opt("How long.")] = 150
    seeds: Annotated[int, Opt("Runs of each, by chance different.")] = 20
    first_seed: Annotated[int, Opt("Number of the first run.", limits=(0,))] = 1
    strain: StrainName = "2020"
    r0: R0 = None
    initial_infections: Annotated[int, Opt("People infected at the start.")] = 20
    lockdowns: Annotated[
        tuple[Lockdown, ...], Opt("DAY:school=0,work=0.5,random=0.4,home=1.2", "--lockdown", read=_level)
    ] = ()
    doses: Annotated[tuple[VaccineDose, ...], Opt("DAY:SHARE or DAY:SHARE:AGE", "--vaccine", read=_dose)] = ()
    changes: Changes = ()


@dataclass(frozen=True)
class Means:
    """Hold on what `run` and `sensitivity` work, what they keep, and how they speak."""

    workers: Annotated[int | None, Opt("Processes. [default: all cores]")] = None
    dask: Annotated[str | None, Opt("A Dask scheduler to work on, as tcp://host:8786.", metavar="ADDRESS")] = None
    out: Annotated[
        Path | None,
        Opt(
            "Folder for results; what it already holds is not run again.",
            type=click.Path(file_okay=False, path_type=Path),
        ),
    ] = None
    restart: Annotated[bool, Opt("Forget what --out holds.")] = False
    language: Annotated[Language, Opt("Of sentences and figures.")] = Language.ENGLISH
    progress: ShowProgress = "bar"


def place_and_plan(uptakes: tuple[float, ...], asked: Question, means: Means) -> tuple[Place, Plan]:
    """Return the place asked for and the plan of its runs. Raises CommandError or EpidemicError where it cannot be."""
    place = _place(asked.place, asked.people, asked.on, means.language)
    if asked.seeds < 1:
        raise CommandError(f"{asked.seeds} seeds are no runs; ask for 1, and for 5 or more to get an interval")
    scenario = replace(
        presets.vietnam_2020(),
        days=asked.days,
        initial_infections=asked.initial_infections,
        disease=strain(asked.strain),
        lockdowns=asked.lockdowns,
        vaccination=Vaccination(asked.doses),
    )
    scenario = presets.changed(scenario, asked.changes)
    seeds = tuple(range(asked.first_seed, asked.first_seed + asked.seeds))
    plan = Plan(place.name if asked.place else "", place.people, scenario, uptakes, seeds, VIETNAM)
    plan.check(1 if means.dask else cores() if means.workers is None else means.workers)
    return place, replace(plan, scenario=with_r0(scenario, asked.r0))


def with_r0(scenario: Scenario, r0: float | None) -> Scenario:
    """Return a scenario whose disease has a reproduction number, or its strain's where none is given."""
    if r0 is None:
        return scenario
    return replace(scenario, disease=scenario.disease.with_rate(rate_for(VIETNAM, scenario.disease, r0)))


def _place(name: str | None, people: int | None, on: dt.date | None, language: Language) -> Place:
    if name is None:
        if people is None:
            raise CommandError("say where: --place 'Hậu Giang', or how many: --people 733017")
        return Place(words.unnamed(people, words.translator(language)), people, "")
    if people is not None:
        return Place(name, people, "")
    return place_of(name, on)
