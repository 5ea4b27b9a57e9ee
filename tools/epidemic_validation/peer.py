"""(c) The simulator beside OpenABM-Covid19: its six sets of switches by six uptakes, both with the same parameters.

openabm_runs.csv holds runs of the public program (commit ee2f2c03, its default parameter file; changed are only the
switches, 20,000 people, 150 days, the seed, and the share of people with the app, ownership by age scaled down). It was
built as published and run beside; none of its code is here.
"""

from __future__ import annotations

import csv
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from bluezone.epidemic import figures
from bluezone.epidemic.engine import run
from bluezone.epidemic.population import build_population
from bluezone.epidemic.words import translator
from bluezone.i18n import Language
from bluezone.vega import Spec, field, layer
from epidemic_validation import openabm
from epidemic_validation.measuring import Floats, pct
from epidemic_validation.openabm import SWITCHES, Switches

ENGLISH = translator(Language.ENGLISH)

UPTAKES = (0.075, 0.15, 0.30, 0.45, 0.60, 0.70)
PEOPLE = 20_000
#: An outbreak of fewer died out by chance: it says nothing of what measures avert, and is left out on both sides.
DIED_OUT = 0.02
RUNS = Path(__file__).with_name("openabm_runs.csv")


@dataclass(frozen=True)
class Cell:
    """Hold both models' shares of people infected at one set of switches and one uptake, outbreaks that grew only."""

    theirs: Floats
    ours: Floats


def peer(seeds: int) -> tuple[str, str, list[dict[str, object]]]:
    """Return (table of attack rates, table of what the app averts, points of the figure for all switches on)."""
    theirs, ours = _theirs(), {}
    for seed in range(seeds):
        population = build_population(PEOPLE, seed, society=openabm.SOCIETY)
        for switches in SWITCHES:
            scenario = openabm.scenario(switches, contacts=openabm.contacts_a_day(population))
            for uptake in (0.0, *UPTAKES):
                attack = run(population, scenario.with_uptake(uptake), seed).attack_rate
                ours.setdefault((switches.name, uptake), []).append(attack)
    cells = {name: Cell(_grown(theirs[name]), _grown(np.array(ours[name]))) for name in ours}
    points: list[dict[str, object]] = []
    for uptake in UPTAKES:
        for model in ("OpenABM-Covid19", "bluezone"):
            averted, _ = _averted(cells, SWITCHES[-1].name, uptake, model)
            points.append({"uptake": uptake, "averted": averted, "model": model})
    return _attack_table(cells), _averted_table(cells), points


def _theirs() -> dict[tuple[str, float], Floats]:
    found: dict[tuple[str, float], list[float]] = {}
    with RUNS.open(encoding="utf-8", newline="") as lines:
        for row in csv.DictReader(lines):
            found.setdefault((row["switches"], float(row["uptake"])), []).append(
                int(row["infected"]) / int(row["people"])
            )
    return {name: np.array(values) for name, values in found.items()}


def _grown(attack: Floats) -> Floats:
    return attack[attack > DIED_OUT]


def _averted(cells: dict[tuple[str, float], Cell], name: str, uptake: float, model: str) -> tuple[float, float]:
    """Share that the app averts, and its standard error (runs with and without the app are independent of each
    other)."""
    side = "theirs" if model == "OpenABM-Covid19" else "ours"
    before, after = (getattr(cells[name, at], side) for at in (0.0, uptake))
    ratio = after.mean() / before.mean()
    spread = [
        values.var(ddof=1) / len(values) / values.mean() ** 2 if len(values) > 1 else 0.0 for values in (before, after)
    ]
    return float(1 - ratio), float(ratio * np.sqrt(sum(spread)))


def _attack_table(cells: dict[tuple[str, float], Cell]) -> str:
    lines = ["| switched on, without the app | OpenABM | ours | difference |", "|---|--:|--:|--:|"]
    for switches in SWITCHES:
        cell = cells[switches.name, 0.0]
        theirs, ours = float(cell.theirs.mean()), float(cell.ours.mean())
        lines.append(f"| {switches.name} | {pct(theirs)} | {pct(ours)} | {100 * (ours - theirs):+.1f} points |")
    return "\n".join(lines)


def _averted_table(cells: dict[tuple[str, float], Cell]) -> str:
    heads = " | ".join(f"{pct(uptake)}" for uptake in UPTAKES)
    lines = [f"| switched on | {heads} |", "|---|" + "--:|" * len(UPTAKES)]
    lines += [
        f"| {switches.name} | " + " | ".join(_cell(cells, switches, uptake) for uptake in UPTAKES) + " |"
        for switches in SWITCHES
    ]
    return "\n".join(lines)


def _cell(cells: dict[tuple[str, float], Cell], switches: Switches, uptake: float) -> str:
    theirs, error = _averted(cells, switches.name, uptake, "OpenABM-Covid19")
    ours, own_error = _averted(cells, switches.name, uptake, "bluezone")
    z = (ours - theirs) / max(float(np.hypot(error, own_error)), 1e-9)
    mark = "" if abs(z) <= 2 else f" **{z:+.1f}**"
    return f"{100 * theirs:.1f} / {100 * ours:.1f}{mark}"


def peer_figure(points: Sequence[dict[str, object]]) -> Spec:
    encoding = {
        "x": field("uptake:Q", axis={"format": "%", "title": "people with the app", "grid": False}),
        "y": field("averted:Q", axis={"format": "%", "title": "infections averted"}),
        "color": field("model:N", scale={"range": ["#1366d6", "#b76e00"]}, legend={"title": None}),
    }
    return figures.dress([layer("line", encoding, point=True)], points, ENGLISH)
