"""Say the answers of the simulator: as JSON, or in a terminal in the language asked for."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict
from typing import Any

from rich.console import Console
from rich.table import Table

from bluezone.epidemic import figures, words
from bluezone.epidemic.effects import Effect, Estimate
from bluezone.epidemic.ensembles import Plan
from bluezone.epidemic.places import Place
from bluezone.epidemic.second_order import SecondOrder
from bluezone.i18n import Language, format_number

WIDTH = 118
_TOTALS = ("infections", "deaths", "peak_infections", "isolation_days", "needless_isolation_days")


def table(title: str, headings: Sequence[str], rows: Iterable[Sequence[str]], *, left: int = 0) -> Table:
    """Return a table of cells, the first columns aligned left, the others right."""
    made = Table(title=title or None, title_justify="left")
    for at, heading in enumerate(headings):
        made.add_column(heading, justify="left" if at < left else "right")
    for row in rows:
        made.add_row(*row)
    return made


def answer(place: Place, plan: Plan, found: Sequence[Effect], language: Language) -> dict[str, Any]:
    """Return the effects of every uptake with their sentences and all assumptions."""
    answers = [words.answer(effect, place.name, plan.scenario.days, language) for effect in found if effect.uptake > 0]
    document: dict[str, Any] = finite(
        {
            "place": asdict(place),
            "answers": answers,
            "caveat": words.caveat(language),
            "effects": [asdict(effect) for effect in found],
            "assumptions": plan.describe(),
        }
    )
    return document


def second_order(compared: Sequence[SecondOrder], place: str, days: int, language: Language) -> dict[str, Any]:
    """Return what warning contacts of contacts adds at every uptake, with its sentences."""
    document: dict[str, Any] = finite(
        {
            "sentences": [words.second_order(each, place, days, language) for each in compared],
            "history": words.second_order_in_history(language),
            "effects": [asdict(each) | {"second_of_each_first": each.second_of_each_first} for each in compared],
        }
    )
    return document


def finite(value: Any) -> Any:
    """Return the value with null for what is no finite number: JSON knows neither NaN nor Infinity."""
    if isinstance(value, dict):
        return {name: finite(inner) for name, inner in value.items()}
    if isinstance(value, list | tuple):
        return [finite(inner) for inner in value]
    return None if isinstance(value, float) and not math.isfinite(value) else value


def print_effects(place: Place, plan: Plan, found: Sequence[Effect], language: Language) -> None:
    """Print the answer first, then every uptake in a table."""
    console, days = Console(width=WIDTH, highlight=False), plan.scenario.days
    if len(found) > 1:
        first, *rest = words.whole_answer(found[0], figures.headline(found), place.name, days, language)
        console.print(first, style="bold")
        for sentence in rest:
            console.print(sentence)
        console.print()
    console.print(_effects_table(place, plan, found, language))
    console.print(words.caveat(language), soft_wrap=True)
    console.print(words.what_is_averted(place.source, language), soft_wrap=True)
    gains = [each.pairing_gain for each in found if each.uptake > 0 and each.pairing_gain == each.pairing_gain]
    if gains:
        console.print(words.gain_of_pairing(min(gains), max(gains), language), soft_wrap=True)


def _effects_table(place: Place, plan: Plan, found: Sequence[Effect], language: Language) -> Table:
    infected = found[0].totals["infections"] / place.people
    title = words.table_title(plan.place, place.people, plan.scenario.days, len(plan.seeds), infected, language)
    rows = []
    for effect in found:
        totals = (format_number(effect.totals[name], language) for name in _TOTALS)
        averted = (effect.averted_share, effect.averted_deaths_share) if effect.uptake > 0 else ()
        rows.append(
            [words.percent(effect.uptake, language, 2), *totals, *(_share(share, language) for share in averted)]
        )
    return table(title, words.effect_headings(language), rows)


def print_answer(sentence: str) -> None:
    """Print a sentence that answers what was asked."""
    Console(width=WIDTH, highlight=False).print(sentence, style="bold")


def _share(estimate: Estimate, language: Language) -> str:
    if estimate.mean != estimate.mean:
        return "-"
    if estimate.low != estimate.low:
        return words.percent(estimate.mean, language)
    return words.interval(estimate, language)


def print_bars(bars: Sequence[Mapping[str, Any]], middle: Mapping[str, Any], title: str, language: Language) -> None:
    """Print a table of what is averted with each assumption at its low and its high value."""
    *headings, as_it_is = words.sensitivity_headings(language)
    rows = [(as_it_is, "", _bar(middle, language))]
    rows += [(bar["name"], words.setting(bar["setting"], language), _bar(bar, language)) for bar in bars]
    Console(width=WIDTH, highlight=False).print(table(title, headings, rows, left=1))


def _bar(bar: Mapping[str, Any], language: Language) -> str:
    return _share(Estimate(bar["averted"], bar["low"], bar["high"]), language)


def print_second_order(compared: Sequence[SecondOrder], place: str, days: int, language: Language) -> None:
    """Print what warning contacts of contacts adds and how many it disturbs: sentences, a table, what happened once."""
    if not compared:
        return
    console = Console(width=WIDTH, highlight=False)
    console.print()
    console.print(words.second_order(compared[-1], place, days, language), style="bold", soft_wrap=True)
    rows = [
        (
            words.percent(each.uptake, language, 2),
            *(format_number(n, language) for n in (each.published, each.first, each.second, each.more_tests)),
            words.percent(each.second_infected_share, language) if each.second else "-",
            _share(each.averted_share, language),
        )
        for each in compared
    ]
    console.print(table(words.second_order_title(language), words.second_order_headings(language), rows))
    console.print(words.second_order_in_history(language), soft_wrap=True)
