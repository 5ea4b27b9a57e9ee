"""Define `bluezone epidemic importation`: a few infected people come into a country that has none."""

from __future__ import annotations

import json
from collections.abc import Callable
from contextlib import nullcontext
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

import click
from rich.console import Console
from rich.table import Table

from bluezone.cli.epidemic.documents import finite
from bluezone.cli.epidemic.options import JSON, PROGRESS, Shares
from bluezone.cli.epidemic.question import workers
from bluezone.cli.epidemic.work import Advance, Work
from bluezone.cli.errors import CommandError
from bluezone.cli.languages import LanguageName
from bluezone.epidemic import figures, importation, presets
from bluezone.epidemic import importation_words as words
from bluezone.epidemic.calibration import rate_for
from bluezone.epidemic.demography import VIETNAM
from bluezone.epidemic.disease import STRAINS, strain
from bluezone.epidemic.ensembles import Plan
from bluezone.epidemic.executors import processes
from bluezone.epidemic.importation import LADDER, SPENDINGS, Bought, Cluster, Kind
from bluezone.epidemic.scenario import Scenario, check_uptake
from bluezone.i18n import Language

_WIDTH = 118
#: Under which measures it is asked where to spend: what most provinces could do.
_SPENT_UNDER = "f1"


@click.command("importation")
@click.option("--infected", type=click.IntRange(1, 100), default=3, show_default=True, help="People who come in.")
@click.option("--uptake", type=Shares(), default="0.0754,0.30,0.60", show_default=True, help="Shares of people.")
@click.option(
    "--outbreaks", type=click.IntRange(10, 100_000), default=1000, show_default=True, help="Outbreaks of each kind."
)
@click.option("--days", type=click.IntRange(20, 365), default=120, show_default=True, help="Followed so long.")
@click.option("--strain", type=click.Choice(list(STRAINS)), default="2020", show_default=True, help="Of the virus.")
@click.option("--r0", type=float, help="Reproduction number if nobody did anything. [default: the strain's]")
@click.option("--set", "changes", metavar="NAME=VALUE", multiple=True, help="Any assumption; `assumptions` lists them.")
@click.option(
    "--cost", "costs", metavar="NAME=MILLIONS", multiple=True, help="Of uptake, results or interviewers, in đồng."
)
@click.option("--workers", type=click.IntRange(min=1), help="Processes. [default: all cores]")
@click.option("--out", type=click.Path(file_okay=False, path_type=Path), help="Folder for the answer and figures.")
@click.option("--language", type=LanguageName(), default="en", show_default=True, help="Of sentences and figures.")
@PROGRESS
@JSON
def importation_command(
    infected: int, uptake: tuple[float, ...], outbreaks: int, days: int, out: Path | None, as_json: bool,
    language: Language, costs: tuple[str, ...], **asked: Any,
) -> None:  # fmt: skip
    """Follow many small outbreaks: does it die out, how large does it get, when is it found, who sits in quarantine."""
    base = _scenario(infected, days, asked)
    price = _costs(costs)
    uptakes = tuple(sorted({0.0, *uptake}))
    check_uptake(base.with_uptake(uptakes[-1]), VIETNAM)
    kinds: list[Kind] = [
        (f"{step.name}@{share}", importation.with_measures(base, step.name).with_uptake(share))
        for step in LADDER
        for share in uptakes
    ]
    shown = min(uptakes, key=lambda share: abs(share - 0.0754))
    before = importation.with_measures(base, _SPENT_UNDER).with_uptake(shown)
    kinds += [(each.name, importation.spent_on(before, each.name)) for each in SPENDINGS]
    clusters = _follow(kinds, outbreaks, asked)
    found = {
        (step.name, share): importation.summary(clusters[f"{step.name}@{share}"])
        for step in LADDER
        for share in uptakes
    }
    spent = importation.bought(
        clusters[f"{_SPENT_UNDER}@{shown}"], {each.name: clusters[each.name] for each in SPENDINGS}, price
    )
    sentences = words.answer(found, infected, days, language)
    document = {
        "sentences": [*sentences, words.spending(spent, language)],
        "caveat": words.caveat(outbreaks, language),
        "table": {
            "headings": words.headings(language),
            "rows": [words.row(name, share, each, language) for (name, share), each in found.items()],
        },
        "outbreaks": [{"measures": name, "uptake": share, **asdict(each)} for (name, share), each in found.items()],
        "spending": [asdict(each) for each in spent],
        "spent_at": {"measures": _SPENT_UNDER, "uptake": shown},
        "seeds": {"first": 0, "number": outbreaks},
        "assumptions": _assumptions(base, uptakes),
    }
    if out is not None:
        out.mkdir(parents=True, exist_ok=True)
        (out / "importation.json").write_text(_json(document, indent=1) + "\n", "utf-8")
        for ending in ("svg", "png"):
            figures.save(figures.dying_out(found, sentences[0], language), out / f"importation.{ending}")
            figures.save(figures.pareto(spent, words.spending(spent, language), language), out / f"spending.{ending}")
    if as_json:
        click.echo(_json(document))
        return
    _print(sentences, found, spent, outbreaks, language)
    if out is not None:
        click.echo(f"-> {out}")


def _scenario(infected: int, days: int, asked: dict[str, Any]) -> Scenario:
    scenario = replace(presets.vietnam_2020(), days=days, initial_infections=infected, disease=strain(asked["strain"]))
    if asked["r0"] is not None:
        rate = rate_for(VIETNAM, scenario.disease, asked["r0"])
        scenario = replace(scenario, disease=scenario.disease.with_rate(rate))
    return presets.changed(scenario, asked["changes"])


def _assumptions(base: Scenario, uptakes: tuple[float, ...]) -> dict[str, Any]:
    """All that the answer rests on, before a step of measures adds its own."""
    described = Plan("", importation.PEOPLE, base, uptakes, (0,)).describe()
    return {name: value for name, value in described.items() if name not in ("place", "seeds")}


def _costs(given: tuple[str, ...]) -> dict[str, float]:
    costs = {each.name: each.cost for each in SPENDINGS}
    for text in given:
        name, _, value = text.partition("=")
        try:
            cost = float(value)
        except ValueError:
            cost = float("nan")
        if name not in costs or not cost >= 0:
            raise CommandError(f"--cost {text}: write NAME=MILLIONS, with NAME one of {', '.join(costs)}")
        costs[name] = cost
    return costs


def _follow(kinds: list[Kind], outbreaks: int, asked: dict[str, Any]) -> dict[str, list[Cluster]]:
    """Return the clusters of each kind, in the order of their seeds."""
    number = workers(asked)
    work = Work({**asked, "dask": None}, None, False)
    work.make_ready()
    parts: dict[str, dict[int, list[Cluster]]] = {name: {} for name, _ in kinds}
    with processes(number) if number > 1 else nullcontext() as pool:
        progress: Any = work.progress("following outbreaks", len(kinds) * outbreaks)
        with progress as advance:
            told: Advance | Callable[[int], None] = advance
            for name, first, done in importation.follow_kinds(kinds, outbreaks, pool):
                parts[name][first] = done
                told(len(done))
    return {name: [each for first in sorted(done) for each in done[first]] for name, done in parts.items()}


def _json(document: dict[str, Any], indent: int | None = None) -> str:
    return json.dumps(finite(document), ensure_ascii=False, indent=indent)


def _print(
    sentences: list[str], found: words.Summaries, spent: list[Bought], outbreaks: int, language: Language
) -> None:
    console = Console(width=_WIDTH, highlight=False)
    console.print(sentences[0], style="bold")
    for sentence in [*sentences[1:], words.spending(spent, language)]:
        console.print(sentence)
    console.print()
    table = Table()
    for at, heading in enumerate(words.headings(language)):
        table.add_column(heading, justify="left" if at == 0 else "right")
    for (name, share), each in found.items():
        table.add_row(*words.row(name, share, each, language))
    console.print(table)
    bought = Table()
    for at, heading in enumerate(words.spending_headings(language)):
        bought.add_column(heading, justify="left" if at == 0 else "right")
    for row in spent:
        bought.add_row(*words.spending_row(row, language))
    console.print(bought)
    console.print(words.caveat(outbreaks, language), soft_wrap=True)
