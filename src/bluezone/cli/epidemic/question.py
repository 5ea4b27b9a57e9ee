"""Declare what a simulation is asked, and make its place and its plan of it, checked before any time goes into it."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Annotated, Any

from bluezone.cli.disease import strain_of
from bluezone.cli.errors import CommandError
from bluezone.cli.options import Opt
from bluezone.cli.parameters import NEW_FOLDER
from bluezone.disease.reading import read
from bluezone.disease.shipped import chosen
from bluezone.epidemic import presets, words
from bluezone.epidemic.calibration import rate_for
from bluezone.epidemic.demography import own_society
from bluezone.epidemic.disease import STRAINS, Disease, strain
from bluezone.epidemic.ensembles import Plan
from bluezone.epidemic.executors import cores
from bluezone.epidemic.interventions import Lockdown, Vaccination, VaccineDose
from bluezone.epidemic.places import Place, parts_of, place_of
from bluezone.epidemic.recorded import RECORDS, Record
from bluezone.epidemic.scenario import Scenario
from bluezone.i18n import Language
from bluezone.packages import files_of


def shares(text: str) -> tuple[float, ...]:
    """Read shares of people, as `0.0754,0.15` or `7.54%,15%`."""
    return tuple(share(part.strip()) for part in text.split(","))


def share(text: str) -> float:
    """Read a share of people."""
    try:
        found = float(text.removesuffix("%")) / (100 if text.endswith("%") else 1)
    except ValueError:
        raise ValueError(f"{text!r} is not a share; write 0.30 or 30%") from None
    if not 0 <= found <= 1:
        percent = text.endswith("%") or found < 0 or found > 100
        hint = "it lies between 0 and 1" if percent else f"write {text}% if that is meant"
        raise ValueError(f"{text} is not a share of people: {hint}")
    return found


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
    """Hold what `run` and `order` are asked of a place."""

    place: Annotated[str | None, Opt("A place with a census, as 'Hậu Giang'.")] = None
    people: Annotated[int | None, Opt("A number of people instead of, or other than, the place's.")] = None
    on: Annotated[dt.date | None, Opt("Date on which the place is meant. [default: 2020-08-13]")] = None
    communes: Annotated[bool, Opt("Divide the place into its communes, between which people move.")] = False
    as_it_was: Annotated[
        bool | None,
        Opt(
            "Play the weeks fitted to the place's recorded cases. [default: where there are some, and neither days, "
            "strain, R0, start, lockdown nor other people are given]",
            "--as-it-was/--unhindered",
        ),
    ] = None
    days: Annotated[int | None, Opt("How long. [default: 150]")] = None
    seeds: Annotated[int, Opt("Runs of each, by chance different.")] = 20
    first_seed: Annotated[int, Opt("Number of the first run.", limits=(0,))] = 1
    strain: Annotated[str | None, Opt("Of the virus. [default: 2020]", choices=list(STRAINS))] = None
    r0: R0 = None
    initial_infections: Annotated[int | None, Opt("People infected at the start. [default: 20]")] = None
    lockdowns: Annotated[
        tuple[Lockdown, ...], Opt("DAY:school=0,work=0.5,random=0.4,home=1.2", "--lockdown", read=_level)
    ] = ()
    doses: Annotated[tuple[VaccineDose, ...], Opt("DAY:SHARE or DAY:SHARE:AGE", "--vaccine", read=_dose)] = ()
    changes: Changes = ()


@dataclass(frozen=True)
class Means:
    """Hold on what a simulation works, what it keeps, and how it speaks."""

    workers: Annotated[int | None, Opt("Processes. [default: all cores]", limits=(1,))] = None
    out: Annotated[Path | None, Opt("Folder for the answer and figures.", type=NEW_FOLDER)] = None
    language: Annotated[Language, Opt("Of sentences and figures.")] = Language.ENGLISH
    progress: ShowProgress = "bar"
    dask: str | None = None


@dataclass(frozen=True)
class ManyRuns(Means):
    """Hold the same of runs that Dask can share out, and that go on where they were stopped."""

    dask: Annotated[str | None, Opt("A Dask scheduler to work on, as tcp://host:8786.", metavar="ADDRESS")] = None
    out: Annotated[
        Path | None,
        Opt(
            "Folder for results; what it already holds is not run again.",
            type=NEW_FOLDER,
        ),
    ] = None


def place_and_plan(
    uptakes: tuple[float, ...], asked: Question, means: ManyRuns, disease: str | None = None
) -> tuple[Place, Plan]:
    """Return the place asked for and the plan of its runs, of the package of a `disease` where one is given. Raises
    CommandError or EpidemicError where it cannot be."""
    place = _place(asked.place, asked.people, asked.on, means.language)
    if asked.seeds < 1:
        raise CommandError(f"{asked.seeds} seeds are no runs; ask for 1, and for 5 or more to get an interval")
    society = own_society()
    if asked.communes:
        if asked.place is None:
            raise CommandError("communes are those of a named place; give --place 'Hậu Giang'")
        society = replace(society, parts=parts_of(asked.place, asked.on))
    fitted = _fitted(asked, place) if disease is None else None
    if fitted is not None:
        place = replace(place, people=fitted.simulated_people)
    scenario = replace(
        presets.vietnam_2020(),
        days=150 if asked.days is None else asked.days,
        initial_infections=20 if asked.initial_infections is None else asked.initial_infections,
        disease=_disease(asked, disease),
        lockdowns=asked.lockdowns,
    ) if fitted is None else fitted.as_it_was()  # fmt: skip
    scenario = presets.changed(replace(scenario, vaccination=Vaccination(asked.doses)), asked.changes)
    seeds = tuple(range(asked.first_seed, asked.first_seed + asked.seeds))
    plan = Plan(
        place.name if asked.place else "",
        place.people,
        scenario,
        uptakes,
        seeds,
        society,
        fitted="" if fitted is None else fitted.key,
    )
    plan.check(1 if means.dask else cores() if means.workers is None else means.workers)
    return place, replace(plan, scenario=with_r0(scenario, asked.r0))


def _disease(asked: Question, package: str | None) -> Disease:
    """Return the simulator's parameters of a strain, or of a package."""
    if package is None:
        return strain(asked.strain or "2020")
    if asked.strain is not None:
        raise CommandError("--strain and --disease both say what spreads: give one of them")
    return strain_of(read(files_of(chosen(package))))


def _fitted(asked: Question, place: Place) -> Record | None:
    """Return the record whose weeks are played: the place's own, unless another outbreak is asked for."""
    of_place = (each for each in RECORDS.values() if place.name.endswith(each.name) and place.people == each.people)
    own = next(of_place, None) if asked.place else None
    other = (asked.days, asked.strain, asked.r0, asked.initial_infections)
    if asked.as_it_was and (own is None or any(each is not None for each in other) or asked.lockdowns):
        why = (
            f"there are none of {place.name}, {place.people:,} people"
            if own is None
            else "they have their own days, strain and start"
        )
        raise CommandError(f"the weeks that were recorded cannot be played: {why}")
    if asked.as_it_was is False or any(each is not None for each in other) or asked.lockdowns:
        return None
    return own


def with_r0(scenario: Scenario, r0: float | None) -> Scenario:
    """Return a scenario whose disease has a reproduction number, or its strain's where none is given."""
    if r0 is None:
        return scenario
    return replace(scenario, disease=scenario.disease.with_rate(rate_for(own_society(), scenario.disease, r0)))


def _place(name: str | None, people: int | None, on: dt.date | None, language: Language) -> Place:
    if name is None:
        if people is None:
            raise CommandError("say where: --place 'Hậu Giang', or how many: --people 733017")
        return Place(words.unnamed(people, words.translator(language)), people, "")
    if people is not None:
        return Place(name, people, "")
    return place_of(name, on)
