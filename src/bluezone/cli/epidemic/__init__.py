"""`bluezone epidemic`: what adoption of the app buys a place, by simulation."""

from __future__ import annotations

import datetime as dt
import json
import sys
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

import click
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from bluezone.cli.epidemic.options import Shares, common
from bluezone.cli.epidemic.tables import print_bars, print_effects
from bluezone.cli.errors import CommandError
from bluezone.epidemic import figures, presets, warmup, words
from bluezone.epidemic.calibration import rate_for
from bluezone.epidemic.demography import VIETNAM
from bluezone.epidemic.disease import strain
from bluezone.epidemic.effects import Effect, effects
from bluezone.epidemic.ensembles import Plan, Task, pending
from bluezone.epidemic.executors import cores, do_on_cores, do_on_dask
from bluezone.epidemic.interventions import Vaccination
from bluezone.epidemic.places import Place, place_of
from bluezone.epidemic.scenario import Scenario
from bluezone.epidemic.sensitivity import variants
from bluezone.epidemic.sources import SOURCES
from bluezone.epidemic.store import Store

#: The doubt is told from so many people and runs of each at most: 280 runs of a quarter of a second.
_DOUBT_PEOPLE, _DOUBT_SEEDS = 100_000, 4


@click.group(name="epidemic")
def command() -> None:
    """What adoption of the app buys a place: outbreaks simulated person by person."""


@command.command()
@click.option(
    "--uptake", type=Shares(), default="0.0754,0.15,0.30,0.45,0.60", show_default=True, help="Shares of people."
)
@click.option(
    "--doubt/--no-doubt",
    default=None,
    help="Also move each assumption over its range, in a smaller population. [default: yes; no with --json]",
)
@common
def run(
    uptake: tuple[float, ...],
    doubt: bool | None,
    out: Path | None,
    restart: bool,
    as_json: bool,
    language: str,
    **asked: Any,
) -> None:
    """Simulate a place at several uptakes, and say what each averts, what that costs, and how far it is in doubt."""
    place, plan = _plan(uptake, asked, language)
    _make_ready(asked["progress"])
    rows = _do(plan, asked, out, restart)
    found = effects([row for row in rows if row["uptake"] in plan.uptakes and row["seed"] in plan.seeds])
    document = _document(place, plan, found, language)
    in_doubt = None
    if (doubt if doubt is not None else not as_json) and len(found) > 1:
        in_doubt = _doubt(plan, figures.headline(found).uptake, asked, out, restart, language)
        document["doubt"] = _finite(in_doubt)
    if out is not None:
        (out / "answer.json").write_text(json.dumps(document, ensure_ascii=False, indent=1) + "\n", "utf-8")
        for ending in ("svg", "png"):
            figures.save(
                figures.dose_response(found, place.name, plan.scenario.days, language), out / f"dose-response.{ending}"
            )
            figures.save(figures.epidemic_curves(rows, place.name, language), out / f"curves.{ending}")
    if as_json:
        click.echo(json.dumps(document, ensure_ascii=False))
        return
    print_effects(place, plan, found, in_doubt, language)
    if out is not None:
        click.echo(f"-> {out}")


@command.command()
@click.option("--uptake", type=Shares(), default="0.30", show_default=True, help="One share of people.")
@common
def sensitivity(
    uptake: tuple[float, ...], out: Path | None, restart: bool, as_json: bool, language: str, **asked: Any
) -> None:
    """Move one assumption at a time, and say how far the answer moves (a tornado figure)."""
    if len(uptake) != 1:
        raise CommandError(f"{len(uptake)} uptakes at once; ask for one, as --uptake 30%")
    place, plan = _plan(uptake, asked, language)
    _make_ready(asked["progress"])
    middle, bars = _bars(plan, asked, out, restart, language)
    title = words.sensitivity_title(place.name, uptake[0], language)
    if out is not None:
        for ending in ("svg", "png"):
            figures.save(
                figures.tornado(bars, middle["averted"], title, place.name, language), out / f"tornado.{ending}"
            )
    document = {
        "place": asdict(place),
        "plan": plan.describe(),
        "uptake": uptake[0],
        "averted": middle["averted"],
        "levers": bars,
    }
    if as_json:
        click.echo(json.dumps(_finite(document), ensure_ascii=False))
        return
    print_bars(bars, middle, title, language)


def _bars(
    plan: Plan, asked: dict[str, Any], out: Path | None, restart: bool, language: str
) -> tuple[dict[str, Any], list[dict[str, Any]]]:
    """What a plan of one uptake averts as it is, and with each assumption at its low and its high value."""
    translate = words.translator(language)
    bars = []
    plans = [(None, "", "", plan), *variants(plan)]
    with _progress(asked["progress"], len(plans)) as advance:
        for lever, side, setting, variant in plans:
            folder = None if out is None else out / ("middle" if lever is None else f"{lever.name}={setting}")
            rows = _do(variant, {**asked, "progress": "none"}, folder, restart)
            share = effects(rows)[-1].averted_share
            bars.append(
                {
                    "name": translate(lever.title) if lever else "",
                    "assumption": lever.name if lever else None,
                    "side": side,
                    "setting": lever.label(side) if lever else "",
                    "averted": share.mean,
                    "low": share.low,
                    "high": share.high,
                }
            )
            advance(1)
    return bars[0], bars[1:]


def _doubt(
    plan: Plan, uptake: float, asked: dict[str, Any], out: Path | None, restart: bool, language: str
) -> dict[str, Any]:
    """How far the answer for an uptake moves over the ranges of its assumptions, in at most 100,000 people."""
    people = min(plan.people, _DOUBT_PEOPLE)
    smaller = replace(plan, people=people, uptakes=(uptake,), seeds=plan.seeds[:_DOUBT_SEEDS])
    middle, bars = _bars(smaller, asked, None if out is None else out / "doubt", restart, language)
    return {
        "uptake": uptake,
        "people": people,
        "runs": len(smaller.seeds),
        "sentence": words.doubt(bars, middle["averted"], language),
        "averted": middle["averted"],
        "levers": bars,
    }


def _make_ready(progress: str) -> None:
    """Compile before the first run of a version, and tell whoever waits."""
    if warmup.is_ready():
        return
    if progress == "bar":
        said = "preparing the simulator (once for each version, about a minute)"
        with Console(stderr=True).status(said):
            warmup.make_ready()
    else:
        warmup.make_ready()


@command.command()
@click.option("--sources", is_flag=True, help="Instead, where every constant comes from and how that was checked.")
@click.option("--json", "as_json", is_flag=True, help="One JSON document on standard output.")
def assumptions(sources: bool, as_json: bool) -> None:
    """Every assumption `--set` can change, with its value for Việt Nam 2020."""
    if sources:
        if as_json:
            click.echo(json.dumps([asdict(source) for source in SOURCES], ensure_ascii=False))
            return
        for source in SOURCES:
            click.echo(f"{source.what}: {source.value}\n    {source.origin} [{source.checked}]")
        return
    known = presets.assumptions(presets.vietnam_2020())
    if as_json:
        click.echo(json.dumps(known, ensure_ascii=False))
        return
    for name, value in known.items():
        click.echo(f"{name} = {value}")
    click.echo("Where they come from: bluezone epidemic assumptions --sources", err=True)


def _plan(uptakes: tuple[float, ...], asked: dict[str, Any], language: str) -> tuple[Place, Plan]:
    """The question, checked before any time goes into it."""
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
    for change in asked["changes"]:
        name, equals, text = change.partition("=")
        if not equals:
            raise CommandError(f"--set {change}: write NAME=VALUE, as app.detection=0.6")
        scenario = presets.with_assumption(scenario, name.strip(), text.strip())
    first = asked["first_seed"]
    plan = Plan(
        place.name if asked["place"] else "",
        place.people,
        scenario,
        uptakes,
        tuple(range(first, first + asked["seeds"])),
        VIETNAM,
    )
    plan.check(1 if asked["dask"] else _workers(asked))
    if asked["r0"] is not None:
        plan = replace(plan, scenario=_with_r0(scenario, asked["r0"]))
    return place, plan


def _with_r0(scenario: Scenario, r0: float) -> Scenario:
    return replace(scenario, disease=scenario.disease.with_rate(rate_for(VIETNAM, scenario.disease, r0)))


def _place(name: str | None, people: int | None, on: dt.datetime | None, language: str) -> Place:
    if name is None:
        if people is None:
            raise CommandError("say where: --place 'Hậu Giang', or how many: --people 733017")
        return Place(words.unnamed(people, language), people, "")
    if people is not None:
        return Place(name, people, "")
    return place_of(name, on.date() if on else None)


def _workers(asked: dict[str, Any]) -> int:
    return cores() if asked["workers"] is None else int(asked["workers"])


def _do(plan: Plan, asked: dict[str, Any], out: Path | None, restart: bool) -> list[dict[str, Any]]:
    """Run what is not yet done, keeping each result at once."""
    store = None if out is None else Store(out, plan)
    rows = store.open(restart=restart) if store else []
    tasks = list(pending(plan, rows))
    with _progress(asked["progress"], len(tasks)) as advance:
        for row in _results(tasks, asked):
            if store:
                store.add(row)
            rows.append(row)
            advance(1)
    if store:
        store.finish(rows)
    return rows


def _results(tasks: Sequence[Task], asked: dict[str, Any]) -> Iterable[dict[str, Any]]:
    if not tasks:
        return []
    return do_on_dask(tasks, asked["dask"]) if asked["dask"] else do_on_cores(tasks, _workers(asked))


@contextmanager
def _progress(kind: str, total: int) -> Iterator[Any]:
    """Gives a function that is told how many more are done."""
    if kind == "bar" and total:
        columns = (TextColumn("simulating"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
        with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
            task = bar.add_task("simulating", total=total)
            yield lambda number: bar.advance(task, number)
        return
    done = 0

    def tell(number: int) -> None:
        nonlocal done
        done += number
        if kind == "lines":
            print(done, total, file=sys.stderr, flush=True)

    yield tell


def _document(place: Place, plan: Plan, found: Sequence[Effect], language: str) -> dict[str, Any]:
    answers = [words.answer(effect, place.name, plan.scenario.days, language) for effect in found if effect.uptake > 0]
    document: dict[str, Any] = _finite(
        {
            "place": asdict(place),
            "answers": answers,
            "caveat": words.caveat(language),
            "effects": [asdict(effect) for effect in found],
            "assumptions": plan.describe(),
        }
    )
    return document


def _finite(value: Any) -> Any:
    """JSON knows no nan: what is not known is null."""
    if isinstance(value, dict):
        return {name: _finite(inner) for name, inner in value.items()}
    if isinstance(value, list | tuple):
        return [_finite(inner) for inner in value]
    return None if isinstance(value, float) and value != value else value
