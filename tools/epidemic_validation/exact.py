"""(a) The simulator against exact results."""

from __future__ import annotations

import math
from dataclasses import replace

from bluezone.epidemic.calibration import nothing_done
from bluezone.epidemic.demography import Demography, Mixing, Society
from bluezone.epidemic.disease import STRAIN_2020, Delay
from bluezone.epidemic.population import build_population
from epidemic_validation.measuring import collect


def final_sizes(seeds: int) -> str:
    """Random mixing against the final size equation."""
    singles = Demography("singles", (0, 0, 0, 1, 0, 0, 0, 0, 0), (1.0,), (1.0,) * 9, source="validation")
    strangers = Society(singles, Mixing((0, 0, 0), (160, 160, 160), (0, 0, 0)))
    plain = replace(
        STRAIN_2020, symptomatic=(1.0,) * 9, moderate=(1.0,) * 9, severe=(0.0,) * 9, susceptibility=(1.0,) * 9,
        superspreading_sd=0.0, mild_recovery=Delay(60.0, 1.0),
    )  # fmt: skip
    people, initial = 60_000, 300
    population = build_population(people, 2, society=strangers)
    lines = ["| R0 | exact | simulated | difference over its standard error |", "|--:|--:|--:|--:|"]
    for r0 in (1.2, 1.5, 2.0, 3.0):
        z = 0.9
        for _ in range(2000):
            z = 1 - (1 - initial / people) * math.exp(-r0 * z)
        found = collect(
            population, nothing_done(plain.with_rate(r0 / 160), 400, initial), seeds, lambda o: o.attack_rate
        )
        error = found.std(ddof=1) / math.sqrt(seeds)
        lines.append(f"| {r0} | {z:.4f} | {found.mean():.4f} | {(found.mean() - z) / error:+.1f} |")
    return "\n".join(lines)
