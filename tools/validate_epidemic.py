"""Write docs/epidemic.md: the simulator against exact results, published targets and a peer's dose-response.

    python tools/validate_epidemic.py [--quick]     # `make validate`; --quick: fewer runs, nothing written

Every number in the page comes from a run made here. Settings follow the papers' descriptions, several chosen after
first results had been seen, and are in this file; where a paper gives none, the assumption is named in the page.
"""

from __future__ import annotations

import argparse
import math
import multiprocessing
import sys
from collections.abc import Callable, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import altair as alt
import numpy as np
from numpy.typing import NDArray

from bluezone.epidemic import figures, words
from bluezone.epidemic.calibration import nothing_done, rate_for
from bluezone.epidemic.demography import UNITED_KINGDOM, VIETNAM, Demography, Mixing, Society
from bluezone.epidemic.disease import STRAIN_2020, Delay, Disease
from bluezone.epidemic.effects import Effect, Estimate, effects, estimate, share
from bluezone.epidemic.engine import run
from bluezone.epidemic.ensembles import Plan, run_task
from bluezone.epidemic.executors import cores
from bluezone.epidemic.interventions import App, Diagnosis, Isolation, Lockdown, ManualTracing
from bluezone.epidemic.population import Population, build_population
from bluezone.epidemic.presets import vietnam_2020
from bluezone.epidemic.results import Outcome
from bluezone.epidemic.scenario import Scenario
from bluezone.epidemic.sensitivity import variants
from bluezone.epidemic.sources import SOURCES

DOCS = Path(__file__).resolve().parents[1] / "docs"
UPTAKES = (0.0754, 0.15, 0.30, 0.45, 0.60)
Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Row:
    """A line of the table of targets."""

    target: str
    published: str
    ours: str
    verdict: str


def pct(value: float, decimals: int = 1) -> str:
    return f"{100 * value:.{decimals}f} %"


def span(value: Estimate, decimals: int = 1) -> str:
    return f"{100 * value.mean:.{decimals}f} % ({100 * value.low:.{decimals}f} to {100 * value.high:.{decimals}f})"


def collect(population: Population, scenario: Scenario, seeds: int, value: Callable[[Outcome], float]) -> Floats:
    return np.array([value(run(population, scenario, seed)) for seed in range(seeds)], dtype=np.float64)


def fewer(
    population: Population, base: Scenario, changed: Scenario, seeds: int, value: Callable[[Outcome], float]
) -> Estimate:
    """Share by which a total falls, paired."""
    before, after = (collect(population, scenario, seeds, value) for scenario in (base, changed))
    return share(before - after, before)


def infections(outcome: Outcome) -> float:
    return float(outcome.infections)


def cases(outcome: Outcome) -> float:
    return float(outcome.by_day["cases"].sum())


def deaths(outcome: Outcome) -> float:
    return float(outcome.by_day["deaths"].sum())


def peak(outcome: Outcome) -> float:
    return float(outcome.by_day["infections"].max())


# --- (a) exact results --------------------------------------------------------------------------------------------


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


# --- (b) published targets ----------------------------------------------------------------------------------------


def england(population: Population) -> Scenario:
    """England and Wales, 24 September to 31 December 2020.

    Set from data, not from the targets: 6 % immune (REACT-2), about 45 % of infections confirmed (ONS survey),
    households of cases quarantined, Test and Trace at work, two days to a result, R near 1.1. That two thirds comply
    and that households and circles adopt together are assumptions.
    """
    disease = STRAIN_2020.with_rate(rate_for(UNITED_KINGDOM, STRAIN_2020, 2.87))
    return Scenario(
        days=100,
        disease=disease,
        initial_infections=population.people // 1000,
        prior_immunity=0.06,
        diagnosis=Diagnosis(symptomatic_share=0.85, result_delay_days=2),
        isolation=Isolation(
            symptomatic_share=0.5, case_compliance=0.8, contact_compliance=0.65, household_compliance=0.65
        ),
        app=App(uptake=0.28, household_clustering=0.5, unit_clustering=0.2),
        manual=ManualTracing(interviews_per_day=population.people, delay_days=2, recall_unit=0.4),
        lockdowns=(Lockdown(0, work=0.5, random=0.5, home=1.1),),
    )


def wymant(seeds: int) -> list[Row]:
    seeds *= 2  # R near 1: outbreaks differ much
    population = build_population(300_000, 1, society=UNITED_KINGDOM)
    now = england(population)
    runs = [run(population, now, seed) for seed in range(seeds)]
    total = {
        name: sum(o.summary()[name] for o in runs) for name in ("app_alerts", "published", "alerted_cases", "cases")
    }
    confirmed = total["cases"] / sum(o.infections for o in runs)
    attack = float(np.mean([o.attack_rate for o in runs]))
    ratio = total["alerted_cases"] / total["app_alerts"]
    a_point = fewer(population, now.with_uptake(0), now, seeds, cases)
    more = fewer(population, now, now.with_uptake(0.48), seeds, cases)
    consent = fewer(population, now, replace(now, app=replace(now.app, consent=0.95)), seeds, cases)
    comply = fewer(
        population, now, replace(now, isolation=replace(now.isolation, contact_compliance=0.85)), seeds, cases
    )
    faster = fewer(population, now, replace(now, diagnosis=replace(now.diagnosis, result_delay_days=1)), seeds, cases)

    def row(what: str, published: tuple[float, float, float], found: Estimate, remark: str = "") -> Row:
        middle, least, most = published
        value = 100 * found.mean
        verdict = "within" if least <= value <= most else ("below" if value < least else "above")
        return Row(f"Wymant 2021: {what}", f"{middle:g} % ({least:g} to {most:g})", span(found, 2), verdict + remark)

    point = Estimate(a_point.mean / 28, a_point.low / 28, a_point.high / 28)
    told = total["app_alerts"] / total["published"]
    context = f"(attack {pct(attack)}, {pct(confirmed, 0)} of infections confirmed)"
    return [
        Row("Wymant 2021: alerts for each consenting case", "4.2", f"{told:.1f}", context),
        Row("Wymant 2021: alerted who later test positive", "6.0 %", pct(ratio), "below: note 1"),
        row("fewer cases a point of uptake, at 28 %", (0.79, 0.37, 1.10), point, ": note 1"),
        row("20 points more uptake", (24, 10, 34), more),
        row("consent from 72 to 95 %", (6.6, 2.5, 11), consent),
        row("adherence 20 points higher", (6.8, 5, 8.7), comply, " (ours: of contacts traced by hand too)"),
        row("result one day sooner", (3.6, 0.6, 6.7), faster, " (ours: cases isolate sooner too)"),
    ]


def washington(seeds: int) -> list[Row]:
    """Three counties that had reopened in part; 300 days; households of cases quarantined.

    The paper fits contacts to deaths. Ours are set so that without the app 10 % are infected, about what the state had
    by the end of 2020.
    """
    population = build_population(200_000, 3, society=UNITED_KINGDOM)

    def reopened(contacts: float) -> Scenario:
        return Scenario(
            days=300,
            disease=STRAIN_2020.with_rate(rate_for(UNITED_KINGDOM, STRAIN_2020, 2.87)),
            initial_infections=200,
            diagnosis=Diagnosis(symptomatic_share=0.8),
            isolation=Isolation(symptomatic_share=0.8, case_daily_dropout=0.02, contact_daily_dropout=0.03),
            app=App(consent=1.0, detection=0.8, look_back_days=10, bystanders=0.0),
            lockdowns=(Lockdown(0, school=contacts, work=contacts, random=contacts),),
        )

    low, high = 0.3, 1.0
    for _ in range(8):
        middle = (low + high) / 2
        attack = collect(population, reopened(middle), 6, lambda o: o.attack_rate).mean()
        low, high = (middle, high) if attack < 0.10 else (low, middle)
    base = reopened((low + high) / 2)
    few, many = base.with_uptake(0.15), base.with_uptake(0.70)
    at_15, died_15 = (fewer(population, base, few, 2 * seeds, value) for value in (infections, deaths))
    at_70, died_70 = (fewer(population, base, many, seeds, value) for value in (infections, deaths))
    attack = collect(population, base, seeds, lambda o: o.attack_rate).mean()
    contacts = pct(base.lockdowns[0].work, 0)

    def verdict(found: Estimate, least: float, most: float) -> str:
        return "agrees" if least <= found.high and found.low <= most else "does not: note 2"

    return [
        Row("Abueg 2021: 15 % of people, infections", "about -8 %", f"-{span(at_15)}",
            f"{verdict(at_15, 0.07, 0.09)} (attack without app {pct(attack)}, {contacts} of contacts)"),
        Row("Abueg 2021: 15 % of people, deaths", "about -6 %", f"-{span(died_15)}", verdict(died_15, 0.05, 0.07)),
        Row("Abueg 2021: 75 % of people, infections", "-56 to -81 % by county", f"-{span(at_70)} at 70 %",
            verdict(at_70, 0.56, 0.81)),
        Row("Abueg 2021: 75 % of people, deaths", "-52 to -78 % by county", f"-{span(died_70)} at 70 %",
            verdict(died_70, 0.52, 0.78)),
    ]  # fmt: skip


#: The model of the report of 16 April 2020, as its public parameter file of that month gives it: everybody alike in
#: infectiousness, those over 50 up to four times as susceptible as the young.
APRIL_2020 = replace(
    STRAIN_2020,
    name="April 2020",
    generation=Delay(5.0, 2.0),
    incubation=Delay(5.5, 2.5),
    symptomatic=(0.8,) * 9,
    moderate=(1.0,) * 9,
    susceptibility=(0.1, 0.1, 0.48, 1.11, 1.02, 1.74, 2.34, 2.03, 2.24),
    asymptomatic_factor=0.25,
    superspreading_sd=0.0,
)


def hinch(seeds: int) -> list[Row]:
    """Doubling in 3 to 3.5 days, lockdown, release; contacts are alerted on reported symptoms, households isolate.

    R 3 doubles in about 3.3 days at a generation time of 5. Over-70s stay shielded in the report; that is not modelled.
    """
    population = build_population(200_000, 4, society=UNITED_KINGDOM)
    base = Scenario(
        days=160,
        disease=APRIL_2020.with_rate(rate_for(UNITED_KINGDOM, APRIL_2020, 3.0)),
        initial_infections=400,
        diagnosis=Diagnosis(symptomatic_share=0.8, order_delay_days=0, result_delay_days=0, sensitivity=1.0,
                            insensitive_days=0, background_daily_share=0.0003, specificity=0.0),
        isolation=Isolation(symptomatic_share=0.8, household_of_symptomatic=True, case_daily_dropout=0.02,
                            contact_daily_dropout=0.02, case_compliance=1.0, contact_compliance=0.8,
                            household_compliance=1.0, symptomatic_days=14),
        app=App(consent=1.0, detection=0.8, sync_next_day_share=0.0, look_back_days=7, days_before_onset=7,
                bystanders=0.0, start_day=65),
        lockdowns=(Lockdown(30, school=0.2, work=0.2, random=0.2, home=3.0), Lockdown(65)),
    )  # fmt: skip

    rows = []
    for second in (False, True):
        scenario = replace(base, app=replace(base.app, second_order=second))
        found = {
            uptake: estimate(
                collect(population, scenario.with_uptake(uptake), seeds, lambda o: o.reproduction_number(75, 110))
            )
            for uptake in (0.0, 0.30, 0.56, 0.70)
        }
        text = "; ".join(f"R {value.mean:.2f} at {pct(uptake, 0)}" for uptake, value in found.items())
        name = "also contacts of contacts" if second else "contacts alone"
        verdict = "agrees" if found[0.56].mean < 1 < found[0.0].mean else "does not: note 3"
        rows.append(Row(f"Hinch 2020: after lockdown, {name}", "suppressed at 56 % of people", text, verdict))
    return rows


def moreno(seeds: int) -> list[Row]:
    """R 2.6, half of clinical cases detected, 10 % immune, household isolation on (figures 2 and 4 of the paper)."""
    population = build_population(300_000, 5, society=UNITED_KINGDOM)
    disease = STRAIN_2020.with_rate(rate_for(UNITED_KINGDOM, STRAIN_2020, 2.6))
    nothing = replace(nothing_done(disease, 200, 100), prior_immunity=0.10)
    home = replace(
        nothing,
        diagnosis=Diagnosis(symptomatic_share=0.5, sensitivity=1.0, insensitive_days=0, background_daily_share=0.0),
        isolation=Isolation(
            symptomatic_share=0.0,
            case_compliance=0.9,
            household_compliance=0.9,
            case_daily_dropout=0.0,
            contact_daily_dropout=0.02,
        ),
    )
    app = replace(
        home, app=App(uptake=0.20, consent=1.0, detection=0.8, look_back_days=7, days_before_onset=7, bystanders=0.0)
    )
    alone = replace(home, isolation=replace(home.isolation, household_of_case=False))
    cases_alone, household = (
        fewer(population, nothing, alone, seeds, peak),
        fewer(population, nothing, home, seeds, peak),
    )
    both, added = fewer(population, nothing, app, seeds, peak), fewer(population, home, app, seeds, peak)
    verdict = (
        f"{'agrees' if both.low <= 0.37 and both.high >= 0.33 else 'does not: note 4'} "
        f"(cases alone -{pct(cases_alone.mean)}, and households -{pct(household.mean)}; "
        f"the app's own part -{pct(added.mean)})"
    )
    return [
        Row("Moreno López 2021: R 2.6, half of clinical cases found, 20 % app: peak", "about -35 %",
            f"-{span(both)}", verdict)
    ]  # fmt: skip


def barrat(seeds: int) -> list[Row]:
    """How the benefit over case isolation grows with adoption: exponent of a power law, and whether a little helps.

    As in figure 1 of the paper: half of mild cases diagnosed, no delay in digital tracing, every contact of 15 minutes
    seen, all comply, no household quarantine. R 2.0 is ours: theirs is that of contact data of a campus.
    """
    population = build_population(300_000, 6, society=UNITED_KINGDOM)
    base = Scenario(
        days=200,
        disease=STRAIN_2020.with_rate(rate_for(UNITED_KINGDOM, STRAIN_2020, 2.0)),
        initial_infections=300,
        diagnosis=Diagnosis(symptomatic_share=0.5, background_daily_share=0.0, sensitivity=1.0, insensitive_days=0),
        isolation=Isolation(
            symptomatic_share=0.0, case_compliance=1.0, contact_compliance=1.0, case_daily_dropout=0.0,
            contact_daily_dropout=0.0, household_of_case=False,
        ),
        app=App(consent=1.0, detection=1.0, sync_next_day_share=0.0, look_back_days=7, days_before_onset=7,
                bystanders=0.0),
    )  # fmt: skip
    uptakes = (0.05, 0.1, 0.2, 0.3, 0.4)
    found = [(u, fewer(population, base, base.with_uptake(u), seeds, infections)) for u in uptakes]
    sure = [(u, e.mean) for u, e in found if e.low > 0]
    x, y = np.log([u for u, _ in sure]), np.log([v for _, v in sure])
    exponent = float(np.polyfit(x, y, 1)[0])
    smallest = found[0][1]
    shares = "; ".join(f"{pct(e.mean)} at {pct(u, 0)}" for u, e in found)
    return [
        Row("Barrat 2021: benefit quadratic in adoption", "exponent about 2", f"{exponent:.2f} ({shares})",
            "agrees" if 1.6 <= exponent <= 2.4 else "does not: note 5"),
        Row("Barrat 2021: no threshold", "every adoption helps", f"{span(smallest, 2)} at 5 %",
            "agrees" if smallest.low > 0 else "not told from chance at 5 %"),
    ]  # fmt: skip


# --- (c) a peer's dose-response -----------------------------------------------------------------------------------

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


# --- Hậu Giang and what its answer depends on ---------------------------------------------------------------------


def hau_giang(seeds: int, people: int, scenario: Scenario) -> list[Effect]:
    plan = Plan("Hậu Giang", people, scenario, UPTAKES, tuple(range(1, seeds + 1)), VIETNAM)
    return effects([run_task(task) for task in plan.tasks()])


def calm(seeds: int, people: int) -> str:
    """The same at a reproduction number of 1.7."""
    scenario = vietnam_2020()
    return effects_table(hau_giang(seeds, people, replace(scenario, disease=scenario.disease.with_rate(0.37))))


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


def table(rows: Sequence[Row]) -> str:
    lines = ["| target | published | ours | |", "|---|--:|--:|---|"]
    return "\n".join(lines + [f"| {row.target} | {row.published} | {row.ours} | {row.verdict} |" for row in rows])


def sources() -> str:
    """Every constant of the disease and the app with where it comes from."""
    lines = ["| what | value | from | checked |", "|---|---|---|---|"]
    return "\n".join(lines + [f"| {s.what} | {s.value} | {s.origin} | {s.checked} |" for s in SOURCES])


def jobs(quick: bool) -> dict[str, tuple[Callable[..., Any], tuple[Any, ...]]]:
    """The parts of the page, each a function with its arguments; the longest first."""
    seeds, people, small = (2, 100_000, 20_000) if quick else (10, 733_017, 50_000)
    return {
        "hau_giang": (hau_giang, (2 if quick else 8, people, vietnam_2020())),
        "calm": (calm, (2 if quick else 8, people)),
        "wymant": (wymant, (seeds,)),
        "washington": (washington, (seeds,)),
        "tornado": (tornado, (2 if quick else 4, small)),
        "hinch": (hinch, (seeds,)),
        "moreno": (moreno, (seeds,)),
        "barrat": (barrat, (seeds,)),
        "peer": (peer, (4 if quick else 12,)),
        "peer_switches": (peer_switches, (2 if quick else 4,)),
        "final_sizes": (final_sizes, (3 if quick else 16,)),
    }


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--quick", action="store_true")
    parser.add_argument("--workers", type=int, default=cores())
    options = parser.parse_args()
    done: dict[str, Any] = {}
    with ProcessPoolExecutor(options.workers, mp_context=multiprocessing.get_context("spawn")) as pool:
        waiting = {pool.submit(function, *given): name for name, (function, given) in jobs(options.quick).items()}
        for future in as_completed(waiting):
            name = waiting[future]
            done[name] = future.result()
            print(f"{name}: {shown(done[name])}", file=sys.stderr, flush=True)
    if not options.quick:
        write(done)
    return 0


def shown(result: Any) -> str:
    """A part's result as text for the terminal."""
    if isinstance(result, list) and isinstance(result[0], Row):
        return "\n" + table(result)
    if isinstance(result, list):
        return "\n" + effects_table(result)
    return "\n" + str(result[0] if isinstance(result, tuple) else result)


def write(done: dict[str, Any]) -> None:
    """The page and its figures."""
    scenario, found = vietnam_2020(), done["hau_giang"]
    tornado_table, bars, middle = done["tornado"]
    peer_table, attack, points = done["peer"]
    parts = {
        "targets": table([row for name in ("wymant", "washington", "hinch", "moreno", "barrat") for row in done[name]]),
        "peer": peer_table,
        "peer_attack": pct(attack),
        "peer_switches": done["peer_switches"],
        "final_sizes": done["final_sizes"],
        "hau_giang": effects_table(found),
        "calm": done["calm"],
        "tornado": tornado_table,
        "detection": f"{App().detection:g}",
        "sources": sources(),
    }
    for language in ("en", "vi"):
        doubt = words.doubt(bars, middle.mean, language)
        parts[f"answer_{language}"] = "\n>\n> ".join(
            [*words.whole_answer(found[0], figures.headline(found), "Hậu Giang", scenario.days, language), doubt]
        )
    title = words.sensitivity_title("Hậu Giang", 0.30, "en")
    pictures = {
        "hau-giang": figures.dose_response(found, "Hậu Giang", scenario.days, "en"),
        "tornado": figures.tornado(bars, middle.mean, title, "Hậu Giang", "en"),
        "openabm": peer_figure(points),
    }
    (DOCS / "figures").mkdir(exist_ok=True)
    for name, chart in pictures.items():
        figures.save(chart, DOCS / "figures" / f"epidemic-{name}.svg")
    text = (Path(__file__).parent / "epidemic.md.template").read_text("utf-8")
    for name, part in parts.items():
        text = text.replace(f"[[{name}]]", part)
    (DOCS / "epidemic.md").write_text(text, "utf-8")


if __name__ == "__main__":
    sys.exit(main())
