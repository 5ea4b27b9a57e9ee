"""(c) The simulator against OpenABM's dose-response, configured alike."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace

import altair as alt
import numpy as np

from bluezone.epidemic import figures
from bluezone.epidemic.demography import UNITED_KINGDOM
from bluezone.epidemic.disease import STRAIN_2020, Delay, Disease
from bluezone.epidemic.effects import share
from bluezone.epidemic.interventions import App, Diagnosis, Isolation
from bluezone.epidemic.population import Population, build_population
from bluezone.epidemic.scenario import Scenario
from epidemic_validation.measuring import Floats, collect, fewer, infections, pct, span

#: OpenABM-Covid19, measured by us: 100,000 agents, 150 days, share of people with the app -> fewer infections.
PEER = {0.075: 0.006, 0.15: 0.025, 0.30: 0.090, 0.45: 0.178, 0.60: 0.275, 0.70: 0.366}
PEER_ATTACK = 0.518
#: SD over its 4 seeds was 1 to 2 points: the middle, over the root of 4.
PEER_ERROR = 0.015 / 2


def openabm_disease(population: Population) -> Disease:
    """OpenABM-Covid19's documented defaults (parameter file with infectious_rate 5.8, of 2021).

    Its rate is divided by the mean number of daily contacts of everybody, those at home counted twice as they weigh
    twice (its `relative_susceptibility_by_interaction` = 1).
    """
    asymptomatic = np.array([0.456, 0.412, 0.370, 0.332, 0.296, 0.265, 0.238, 0.214, 0.192])
    mild = np.array([0.533, 0.569, 0.597, 0.614, 0.616, 0.602, 0.571, 0.523, 0.461])
    hospital = np.array([0.001, 0.006, 0.015, 0.069, 0.219, 0.279, 0.370, 0.391, 0.379])
    critical = (0.05, 0.05, 0.05, 0.05, 0.063, 0.122, 0.274, 0.432, 0.709)
    icu = np.array([1, 1, 0.9, 0.9, 0.8, 0.8, 0.4, 0.4, 0.05])
    fatal = np.array([0.33, 0.25, 0.5, 0.5, 0.5, 0.69, 0.65, 0.88, 1.0])
    relative = (0.35, 0.69, 1.03, 1.03, 1.03, 1.03, 1.27, 1.52, 1.52)
    persons = population.persons
    at_home = STRAIN_2020.household_factor * (persons["home_size"] - 1.0)
    contacts = float((at_home + 0.5 * persons["tie_number"] + persons["stub_number"]).mean())
    worse = 1 - asymptomatic - mild
    severe = worse * hospital
    symptomatic = 1 - asymptomatic
    return replace(
        STRAIN_2020,
        name="openabm",
        transmission_rate=1.0,
        symptomatic=tuple(symptomatic.tolist()),
        moderate=tuple(((worse - severe) / (symptomatic - severe)).tolist()),
        severe=tuple((severe / symptomatic).tolist()),
        critical=critical,
        fatal=tuple((icu * fatal + 1 - icu).tolist()),
        susceptibility=tuple(5.8 * s / contacts for s in relative),
        incubation=Delay(5.42, 2.7),
        onset_to_hospital=Delay(5.14, 0.35),
        hospital_to_critical=Delay(2.27, 0.44),
    )


#: What may have been switched on beside the app, by its own names; all with its documented shares and delays.
PEER_SWITCHES: dict[str, tuple[bool, bool]] = {  # (household of someone with symptoms, household of a case)
    "self-isolation and household on symptoms, household on a positive test": (True, True),
    "self-isolation and household on symptoms": (True, False),
    "self-isolation on symptoms, household on a positive test": (False, True),
}


def openabm_scenario(disease: Disease, on_symptoms: bool, on_positive: bool) -> Scenario:
    """Its documented example of digital tracing: 80 % stay at home on symptoms, of whom 80 % are tested, and results
    trace; its defaults for what no example sets (dropouts, compliance, 7 days traced, 80 % of contacts seen)."""
    return Scenario(
        days=150,
        disease=disease,
        initial_infections=10,
        diagnosis=Diagnosis(symptomatic_share=0.8 * 0.8),
        isolation=Isolation(
            symptomatic_share=0.8, case_compliance=1.0, contact_compliance=0.9, household_compliance=1.0,
            case_daily_dropout=0.02, contact_daily_dropout=0.03, household_of_case=on_positive,
            household_of_symptomatic=on_symptoms,
        ),
        app=App(
            detection=0.8, consent=1.0, sync_next_day_share=0.0, look_back_days=7, days_before_onset=60, bystanders=0.0
        ),
    )  # fmt: skip


def peer_switches(seeds: int) -> str:
    """What each set of switches gives: attack rate without the app, and how far off the dose-response is."""
    population = build_population(100_000, 1, society=UNITED_KINGDOM)
    disease = openabm_disease(population)
    lines = [
        "| switched on | attack rate without the app | fewer infections at 30 / 45 / 60 / 70 % |",
        "|---|--:|--:|",
        f"| OpenABM-Covid19, as measured | {pct(PEER_ATTACK)} | "
        + " / ".join(f"{100 * PEER[u]:.1f}" for u in (0.30, 0.45, 0.60, 0.70))
        + " |",
    ]
    for name, (on_symptoms, on_positive) in PEER_SWITCHES.items():
        base = openabm_scenario(disease, on_symptoms, on_positive)
        attack = float(collect(population, base, seeds, lambda o: o.attack_rate).mean())
        less = [fewer(population, base, base.with_uptake(u), seeds, infections).mean for u in (0.30, 0.45, 0.60, 0.70)]
        lines.append(f"| {name} | {pct(attack)} | {' / '.join(f'{100 * value:.1f}' for value in less)} |")
    return "\n".join(lines)


def peer(seeds: int) -> tuple[str, float, list[dict[str, object]]]:
    """Our dose-response set up like the peer's: (table, attack rate without app, points for the figure)."""
    population = build_population(100_000, 1, society=UNITED_KINGDOM)
    base = openabm_scenario(openabm_disease(population), True, True)
    before = collect(population, base, seeds, infections)
    found = {
        uptake: peer_row(uptake, before, collect(population, base.with_uptake(uptake), seeds, infections))
        for uptake in PEER
    }
    points: list[dict[str, object]] = []
    for uptake, (_, ours) in found.items():
        points += [{"uptake": uptake, "averted": PEER[uptake], "model": "OpenABM-Covid19"},
                   {"uptake": uptake, "averted": ours, "model": "bluezone"}]  # fmt: skip
    table_ = "\n".join([*PEER_HEAD, *(line for line, _ in found.values())])
    attack = float(before[before > 0.01 * population.people].mean()) / population.people  # of those that grew
    return table_, attack, points


PEER_HEAD = (
    "| people with the app | OpenABM | ours | difference | its standard error | |",
    "|--:|--:|--:|--:|--:|---|",
)


def peer_row(uptake: float, before: Floats, after: Floats) -> tuple[str, float]:
    """A line of the comparison, and the share averted.

    An outbreak of ten infections can die out with the app (it then has a hundredth of what it had, or less). The
    spread of the peer's four runs says that none of its did, so such pairs are left out, and counted.
    """
    grew = after > 0.01 * before
    ours = share((before - after)[grew], before[grew])
    error = math.hypot(PEER_ERROR, (ours.high - ours.low) / 2 / 2.0)
    z = (ours.mean - PEER[uptake]) / error
    died = f"; {np.sum(~grew)} of {len(grew)} died out" if not grew.all() else ""
    line = (
        f"| {pct(uptake)} | {pct(PEER[uptake])} | {span(ours)} | {100 * (ours.mean - PEER[uptake]):+.1f} points | "
        f"{100 * error:.1f} | {'within two' if abs(z) <= 2 else f'{z:+.1f} errors'}{died} |"
    )
    return line, ours.mean


def peer_figure(points: Sequence[dict[str, object]]) -> alt.Chart:
    axis = alt.Axis(format="%", title="infections averted")
    chart = (
        alt.Chart(alt.InlineData(values=list(points)))
        .mark_line(point=True)
        .encode(
            x=alt.X("uptake:Q", axis=alt.Axis(format="%", title="people with the app", grid=False)),
            y=alt.Y("averted:Q", axis=axis),
            color=alt.Color("model:N", scale=alt.Scale(range=["#1366d6", "#b76e00"]), legend=alt.Legend(title=None)),
        )
    )
    return figures.dress(chart, "The dose-response of two simulators set up alike", "validation")
