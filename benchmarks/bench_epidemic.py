"""Speed and memory of the epidemic simulator, with the attack rate beside each figure (it decides the work).

    python benchmarks/bench_epidemic.py [--json] [--write FILE] [--kept FILE]
        [--covasim PYTHON]   # also time Covasim 4 with that interpreter, on the same machine in the same run
        [--large]            # also 5 million people
        [--country]          # also the 96 million of Việt Nam in one process, by all cores (needs 16 GB free)

CPU seconds of one thread (time.process_time), the best of three runs; machine code is made before. Every figure is
printed as a line of JSON once it is there; --kept writes the table from such lines instead of measuring.
"""

from __future__ import annotations

import argparse
import json
import platform
import resource
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

from bluezone.epidemic.demography import Society, society_of
from bluezone.epidemic.disease import STRAIN_2020
from bluezone.epidemic.engine import run
from bluezone.epidemic.executors import cores
from bluezone.epidemic.interventions import App
from bluezone.epidemic.population import Population, build_population
from bluezone.epidemic.presets import vietnam_2020
from bluezone.epidemic.scenario import STATE_BYTES_PER_PERSON, Scenario
from bluezone.epidemic.warmup import CPU_S
from epidemic_validation.britain import UNITED_KINGDOM

HAU_GIANG = 733_017

#: Takes a measure's name, its goal and its figures.
Note = Callable[..., None]

COVASIM = """
import json, sys, time
import covasim as cv
people, days = int(sys.argv[1]), int(sys.argv[2])
start = time.process_time()
sim = cv.Sim(pop_size=people, n_days=days, pop_type='hybrid', pop_infected=people // 1000, rescale=False, verbose=0)
sim.init() if hasattr(sim, 'init') else sim.initialize()
built = time.process_time() - start
start = time.process_time()
sim.run()
cpu = time.process_time() - start
attack = float(sim.summary['cum_infections']) / people
print(json.dumps({'version': cv.__version__, 'build_s': built, 'cpu_s': cpu, 'attack_rate': attack}))
"""


def measure(population: Population, scenario: Scenario, repeats: int = 3, threads: int = 1) -> dict[str, float]:
    """The best of several runs."""
    best = None
    for seed in range(repeats):
        start, began = time.process_time(), time.perf_counter()
        outcome = run(population, scenario, seed, threads=threads)
        cpu, wall = time.process_time() - start, time.perf_counter() - began
        if best is None or cpu < best["cpu_s"]:
            best = {
                "people": population.people,
                "days": scenario.days,
                "cpu_s": cpu,
                "wall_s": wall,
                "attack_rate": outcome.attack_rate,
                "agent_days_per_s": population.people * scenario.days / cpu,
                "us_per_infection": 1e6 * cpu / max(1, outcome.infections),
            }
    assert best is not None
    return best


def build(people: int, society: Society) -> tuple[Population, float]:
    start = time.process_time()
    population = build_population(people, 1, society=society)
    return population, time.process_time() - start


def wave(people: int, days: int, rate: float, uptake: float) -> Scenario:
    """An outbreak that runs through the province, with the app."""
    disease = STRAIN_2020.with_rate(rate)
    return replace(
        vietnam_2020(), days=days, disease=disease, initial_infections=people // 1000, app=App(uptake=uptake)
    )


VIETNAM = society_of("vietnam")
#: Whose contacts, and the rate at which about 59 % of Hậu Giang are infected in 60 days without the app.
CONTACTS = (("Việt Nam's contacts", VIETNAM, 1.74), ("Britain's contacts", UNITED_KINGDOM, 0.54))
#: How much the rate is raised for about as many with the app on 30 %, and lowered for a low prevalence.
WITH_APP, QUIET = 1.03, 0.38


def country(note: Note) -> None:
    """Việt Nam in one process that lets all cores work on a run."""
    population, seconds = build(96_208_984, VIETNAM)
    note("build Việt Nam, 96,208,984", "14 GB", cpu_s=seconds, bytes_per_person=population.bytes_per_person)
    for uptake, stronger in ((0.3, WITH_APP), (0.0, 1.0)):
        scenario = wave(96_208_984, 60, stronger * CONTACTS[0][2], uptake)
        figures = measure(population, scenario, repeats=1, threads=cores())
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e6
        note(f"Việt Nam x 60 days, app {uptake:.0%}, {cores()} threads", "14 GB", peak_gb=peak, **figures)


def warm_up() -> None:
    """Compile what one thread and several run."""
    people, _ = build(20_000, VIETNAM)
    for threads in (1, cores()):
        run(people, wave(20_000, 30, 0.8, 0.3), 1, threads=threads)


def rows(options: argparse.Namespace) -> list[dict[str, object]]:
    found: list[dict[str, object]] = []

    def note(name: str, goal: str, **figures: object) -> None:
        found.append({"measure": name, "goal": goal, **figures})
        if not options.json:
            print(json.dumps(found[-1], ensure_ascii=False), flush=True)

    warm_up()
    for name, society, rate in CONTACTS:
        population, seconds = build(HAU_GIANG, society)
        note(f"build 733,017, {name}", "<= 1 s", cpu_s=seconds, bytes_per_person=population.bytes_per_person)
        for uptake, stronger in ((0.0, 1.0), (0.3, WITH_APP)):
            figures = measure(population, wave(HAU_GIANG, 60, stronger * rate, uptake))
            note(f"733,017 x 60 days, {name}, app {uptake:.0%}", ">= 40 M agent-days/s at ~58 %", **figures)
        figures = measure(population, wave(HAU_GIANG, 200, WITH_APP * rate, 0.3))
        note(f"733,017 x 200 days, {name}, app 30%", "<= 2.5 s", **figures)
        quiet = replace(wave(HAU_GIANG, 120, QUIET * rate, 0.3), initial_infections=3000)
        note(f"low prevalence, {name}, app 30%", "<= 5 us an infection", **measure(population, quiet))
        healthy = replace(quiet, diagnosis=replace(quiet.diagnosis, background_daily_share=0.0))
        note(f"the same, without other illness that looks like it, {name}", "", **measure(population, healthy))
        note(f"the same, without the app, {name}", "", **measure(population, quiet.with_uptake(0.0)))
    if options.covasim:
        for people in (100_000, 500_000):
            done = subprocess.run(
                [options.covasim, "-c", COVASIM, str(people), "60"], capture_output=True, text=True, check=True
            )
            figures = json.loads(done.stdout.splitlines()[-1])
            note(f"Covasim {figures.pop('version')}, {people:,} x 60 days, no tracing", "peer", people=people, days=60,
                 agent_days_per_s=people * 60 / figures["cpu_s"], **figures)  # fmt: skip
    if options.large or options.country:
        for name, society, rate in CONTACTS:
            population, seconds = build(5_000_000, society)
            note(f"build 5 million, {name}", "<= 250 bytes a person in all", cpu_s=seconds,
                 bytes_per_person=population.bytes_per_person + STATE_BYTES_PER_PERSON)  # fmt: skip
            figures = measure(population, wave(5_000_000, 60, WITH_APP * rate, 0.3), repeats=1)
            note(f"5 million x 60 days, {name}, app 30%", ">= 15 M agent-days/s", **figures)
            figures = measure(population, wave(5_000_000, 60, WITH_APP * rate, 0.3), repeats=1, threads=2)
            note(f"the same by 2 threads, {name}", "", **figures)
            del population
    if options.country:
        country(note)
    return found


REMARKS = f"""
- **What a run's time goes to** (5 million people, CPU seconds of all threads, app on 30 %, 60 % infected): drawing
  courses and candidates 4.2 of 8.5, who learns of a result 1.2, finding their contacts 1.1, what a morning does 1.0,
  candidates becoming infections 0.6, and what one thread does alone 0.33 (without the app 0.21 of 7.4).
- **Candidates**: 14 draws an infection, of which 6.1 fall on a day on which the two meet for long enough; only then
  is somebody looked up. 3.6 (Việt Nam's contacts, 57 % infected; app on 30 %: 3.8) reach somebody who has not had it
  by then and are put on their day; 2.0 at 4 % infected. A superspreader draws the same housemate more than once.
- **Before** (27 November 2026, the same machine and hour, 733,017 x 60 days at the same chance, 61 % infected): 2.97
  CPU seconds without the app, 3.32 with it on 30 %; after, 0.86 and 0.95. A quarter of the time before had gone to
  counting references to arrays.
- **Threads**: 5 million people x 60 days by two threads take the CPU seconds of one (Britain's contacts 7.5 and 7.4,
  and 4.1 s on the clock for 7.4) and give the same to the last bit. In a run of 200,000 people two threads take a
  quarter more: five steps a day are handed to each.
- **Việt Nam on 16 cores, projected** from its run by two: what all threads do, over 16, and 4 % of the CPU seconds (3 %
  without the app; measured with 5 million people), which one thread does alone: 19 seconds for 60 days with the app on
  30 % and 15 without, if memory serves 16 cores as it serves two. Building the people comes before, in one thread.
- **Cold start**: the first run of a version compiles for about {CPU_S} CPU seconds, and a line says so; the next run
  finds the machine code on disk.
- Covasim 4.0.1, which runs its own default network without tracing, took, earlier on this machine, 2.02 CPU seconds
  for 100,000 people x 60 days (66 % infected) and 10.09 for 500,000 (64 %): 3.0 M agent-days a CPU second.
  OpenABM-Covid19 is not on PyPI: 0.7 to 1.4 M, measured earlier on such a machine, and epiworld 9 M without tracing.
"""

#: What a goal is about: (its text begins so, the figure, how it is compared).
GOALS = (
    (">= 40 M", "agent_days_per_s", lambda value: value >= 40e6),
    (">= 15 M", "agent_days_per_s", lambda value: value >= 15e6),
    ("<= 2.5 s", "cpu_s", lambda value: value <= 2.5),
    ("<= 5 us", "us_per_infection", lambda value: value <= 5),
    ("<= 1 s", "cpu_s", lambda value: value <= 1),
    ("<= 250 bytes", "bytes_per_person", lambda value: value <= 250),
    ("14 GB", "peak_gb", lambda value: value <= 14),
)


def verdict(row: dict[str, Any]) -> str:
    """Whether a figure meets its goal; nothing where it has none."""
    for text, name, holds in GOALS:
        if row["goal"].startswith(text) and name in row:
            return "met" if holds(row[name]) else "**missed**"
    return ""


HEADS = (
    "what", "goal", "", "CPU s", "s on the clock", "attack rate", "agent-days per CPU s", "us an infection",
    "bytes a person", "peak GB",
)  # fmt: skip


def markdown(found: list[dict[str, Any]]) -> str:
    machine = platform.processor() or platform.machine()
    lines = [
        "# Speed of the epidemic simulator",
        "",
        f"Written by `python benchmarks/bench_epidemic.py --write` ({machine}, Python {platform.python_version()}).",
        "CPU seconds of all threads (one, where no more are named), machine code made before, best of three (from",
        "5 million people on: of one).",
        "",
        f"| {' | '.join(HEADS)} |",
        "|---|---|---|--:|--:|--:|--:|--:|--:|--:|",
    ]

    def cell(value: Any, form: str, scale: float = 1.0, unit: str = "") -> str:
        return "" if value is None else format(float(value) * scale, form) + unit

    for row in found:
        cells = [
            cell(row.get("cpu_s"), ".2f"),
            cell(row.get("wall_s"), ".1f"),
            cell(row.get("attack_rate"), ".1%"),
            cell(row.get("agent_days_per_s"), ".1f", 1e-6, " M"),
            cell(row.get("us_per_infection"), ".2f"),
            cell(row.get("bytes_per_person"), ".0f"),
            cell(row.get("peak_gb"), ".1f"),
        ]
        lines.append(f"| {row['measure']} | {row['goal']} | {verdict(row)} | " + " | ".join(cells) + " |")
    return "\n".join([*lines, "", *REMARKS.strip().splitlines()]) + "\n"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--write", type=Path)
    parser.add_argument("--kept", type=Path)
    parser.add_argument("--covasim", metavar="PYTHON")
    parser.add_argument("--large", action="store_true")
    parser.add_argument("--country", action="store_true")
    options = parser.parse_args()
    if options.kept:
        found = [json.loads(line) for line in options.kept.read_text("utf-8").splitlines()]
    else:
        found = rows(options)
    if options.json:
        print(json.dumps(found, ensure_ascii=False))
    if options.write:
        options.write.write_text(markdown(found), "utf-8")


if __name__ == "__main__":
    sys.exit(main())
