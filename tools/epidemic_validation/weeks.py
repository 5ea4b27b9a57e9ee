"""Contacts by week of three places, and how near the weekly cases come that they bring."""

from __future__ import annotations

from bluezone.epidemic.recorded import RECORDS, Record
from bluezone.epidemic.weekly import Fit, played


def weeks() -> str:
    """Write a table for each place: recorded and simulated cases, with the seeds fitted to and with others."""
    return "\n\n".join(_table(place) for place in RECORDS.values())


def _table(place: Record) -> str:
    fitted, others = (_played(place, seeds) for seeds in (place.seeds, _others(place)))
    lines = [
        f"{place.name}: at most {fitted.worst:.0%} away with the {len(place.seeds)} seeds fitted to, "
        f"{others.worst:.0%} with {len(place.seeds)} others.".replace("%", " %"),
        "",
        "| week from | cases recorded | simulated | other seeds | contacts left |",
        "|---|--:|--:|--:|--:|",
    ]
    for week, cases in enumerate(place.cases):
        ours, theirs = (f"{cases * (1 + fit.misses[week]):,.0f}" for fit in (fitted, others))
        share = f"{100 * place.contacts[week]:.0f} %"
        lines.append(f"| {place.date_of(week):%-d %B %Y} | {cases:,} | {ours} | {theirs} | {share} |")
    return "\n".join(lines)


def _others(place: Record) -> tuple[int, ...]:
    return tuple(1000 + seed for seed in place.seeds)


def _played(place: Record, seeds: tuple[int, ...]) -> Fit:
    return played(
        place.population(), place.scenario(), place.weeks, place.wanted, seeds, place.contacts,
        place.initial_infections,
    )  # fmt: skip
