"""Contacts by week of three places, and how near the weekly cases come that they bring."""

from __future__ import annotations

import numpy as np

from bluezone.epidemic.recorded import Record
from bluezone.epidemic.weekly import weekly_cases
from epidemic_validation.britain import RECORDS
from epidemic_validation.measuring import Floats


def weeks() -> str:
    """Write how near each place's weekly cases come, and the weeks of the last, Đà Nẵng."""
    *others, last = (_table(place) for place in RECORDS)
    return "\n\n".join([*(each.split("\n", 1)[0] for each in others), last])


def _table(place: Record) -> str:
    fitted, others = (_runs(place, seeds) for seeds in (place.seeds, _others(place)))
    cases = np.array(place.cases, dtype=np.float64)
    scale = cases / np.array(place.wanted)
    away = [float(np.abs(runs.mean(axis=0) * scale / cases - 1).max()) for runs in (fitted, others)]
    error = float((others.std(axis=0, ddof=1) / others.mean(axis=0)).max() / np.sqrt(len(others)))
    low, high = np.quantile(others * scale, [0.025, 0.975], axis=0)
    lines = [
        f"{place.name}: at most {away[0]:.0%} away with the {len(fitted)} seeds fitted to, {away[1]:.0%} with "
        f"{len(others)} others, of whose mean one standard error is at most {error:.0%}.".replace("%", " %"),
        "",
        "| week from | cases recorded | simulated | other seeds | one outbreak, 95 of 100 | contacts left |",
        "|---|--:|--:|--:|--:|--:|",
    ]
    for week, recorded in enumerate(place.cases):
        ours, theirs = (f"{runs[:, week].mean() * scale[week]:,.0f}" for runs in (fitted, others))
        share = f"{100 * place.contacts[week]:.0f} %"
        between = f"{low[week]:,.0f} to {high[week]:,.0f}"
        lines.append(f"| {place.date_of(week):%-d %B %Y} | {recorded:,} | {ours} | {theirs} | {between} | {share} |")
    return "\n".join(lines)


def _others(place: Record) -> tuple[int, ...]:
    return tuple(1000 + seed for seed in place.seeds)


def _runs(place: Record, seeds: tuple[int, ...]) -> Floats:
    """Return the cases of each run (seed, week) with the contacts that were fitted."""
    scenario = place.as_it_was()
    return np.array([weekly_cases(place.population(), scenario, place.weeks, (seed,)) for seed in seeds])
