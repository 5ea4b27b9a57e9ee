"""What the app buys Hậu Giang, and how far the assumptions move that."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from bluezone.epidemic.demography import society_of
from bluezone.epidemic.effects import Effect, Estimate, effects
from bluezone.epidemic.ensembles import Plan, run_task
from bluezone.epidemic.presets import vietnam_2020
from bluezone.epidemic.scenario import Scenario
from bluezone.epidemic.sensitivity import variants
from epidemic_validation.measuring import pct, span

VIETNAM = society_of("vietnam")

UPTAKES = (0.0754, 0.15, 0.30, 0.45, 0.60)


def hau_giang(seeds: int, people: int, scenario: Scenario) -> list[Effect]:
    plan = Plan("Hậu Giang", people, scenario, UPTAKES, tuple(range(1, seeds + 1)), VIETNAM)
    return effects([run_task(task) for task in plan.tasks()])


#: Rate of the 2020 strain for a reproduction number of 1.7 in Việt Nam, as after masks and closures.
CALM = 0.967


def calm(seeds: int, people: int) -> str:
    """The same at a reproduction number of 1.7."""
    scenario = vietnam_2020()
    return effects_table(hau_giang(seeds, people, replace(scenario, disease=scenario.disease.with_rate(CALM))))


def effects_table(found: Sequence[Effect]) -> str:
    lines = [
        "| with the app | infected | deaths | infections averted | deaths averted | peak lower by | days isolated | of these well | gain of pairing |",  # noqa: E501
        "|--:|--:|--:|--:|--:|--:|--:|--:|--:|",
    ]
    for effect in found:
        totals = effect.totals
        start = f"| {pct(effect.uptake, 2)} | {totals['infections']:,.0f} | {totals['deaths']:,.0f} | "
        end = f"{totals['isolation_days']:,.0f} | {totals['needless_isolation_days']:,.0f} | "
        if effect.uptake == 0:
            lines.append(f"{start}| | | {end}|")
            continue
        middle = " | ".join(
            span(e) for e in (effect.averted_share, effect.averted_deaths_share, effect.peak_reduction_share)
        )
        lines.append(f"{start}{middle} | {end}{effect.pairing_gain:.0f} x |")
    return "\n".join(lines)


def tornado(seeds: int, people: int) -> tuple[str, list[dict[str, Any]], Estimate]:
    """One assumption at a time, at 30 %: (table, bars of the figure, the answer as it is)."""
    plan = Plan("Hậu Giang", people, vietnam_2020(), (0.30,), tuple(range(1, seeds + 1)), VIETNAM)

    def averted(question: Plan) -> Estimate:
        return effects([run_task(task) for task in question.tasks()])[-1].averted_share

    middle = averted(plan)
    bars: list[dict[str, Any]] = []
    lines = [
        "| assumption | set to | infections averted at 30 % |",
        "|---|--:|--:|",
        f"| as it is | | {span(middle)} |",
    ]
    for lever, side, _, variant in variants(plan):
        found = averted(variant)
        bars.append({"name": lever.title, "side": side, "setting": lever.label(side), "averted": found.mean,
                     "low": found.low, "high": found.high})  # fmt: skip
        lines.append(f"| {lever.title} | {lever.label(side)} | {span(found)} |")
    return "\n".join(lines), bars, middle
