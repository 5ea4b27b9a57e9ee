"""Print the answers of the simulator in a terminal, in the language asked for."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from rich.console import Console
from rich.table import Table

from bluezone.epidemic import figures, words
from bluezone.epidemic.effects import Effect, Estimate
from bluezone.epidemic.ensembles import Plan
from bluezone.epidemic.places import Place
from bluezone.epidemic.second_order import SecondOrder
from bluezone.i18n import Language, format_number

_WIDTH = 118
_TOTALS = ("infections", "deaths", "peak_infections", "isolation_days", "needless_isolation_days")


def print_effects(place: Place, plan: Plan, found: Sequence[Effect], language: Language) -> None:
    """Print the answer first, then every uptake in a table."""
    console, days = Console(width=_WIDTH, highlight=False), plan.scenario.days
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
    table = Table(title=title, title_justify="left")
    for heading in words.effect_headings(language):
        table.add_column(heading, justify="right")
    for effect in found:
        totals = (format_number(effect.totals[name], language) for name in _TOTALS)
        averted = (effect.averted_share, effect.averted_deaths_share) if effect.uptake > 0 else ()
        table.add_row(
            words.percent(effect.uptake, language, 2), *totals, *(_share(share, language) for share in averted)
        )
    return table


def print_answer(sentence: str) -> None:
    """Print a sentence that answers what was asked."""
    Console(width=_WIDTH, highlight=False).print(sentence, style="bold")


def _share(estimate: Estimate, language: Language) -> str:
    if estimate.mean != estimate.mean:
        return "-"
    if estimate.low != estimate.low:
        return words.percent(estimate.mean, language)
    return words.interval(estimate, language)


def print_bars(bars: Sequence[Mapping[str, Any]], middle: Mapping[str, Any], title: str, language: Language) -> None:
    """Print a table of what is averted with each assumption at its low and its high value."""
    assumption, value, averted, as_it_is = words.sensitivity_headings(language)
    table = Table(title=title, title_justify="left")
    table.add_column(assumption)
    table.add_column(value, justify="right")
    table.add_column(averted, justify="right")
    table.add_row(as_it_is, "", _bar(middle, language))
    for bar in bars:
        table.add_row(bar["name"], words.setting(bar["setting"], language), _bar(bar, language))
    Console(width=_WIDTH, highlight=False).print(table)


def _bar(bar: Mapping[str, Any], language: Language) -> str:
    return _share(Estimate(bar["averted"], bar["low"], bar["high"]), language)


def print_second_order(compared: Sequence[SecondOrder], place: str, days: int, language: Language) -> None:
    """Print what warning contacts of contacts adds and how many it disturbs: sentences, a table, what happened once."""
    if not compared:
        return
    console = Console(width=_WIDTH, highlight=False)
    console.print()
    console.print(words.second_order(compared[-1], place, days, language), style="bold", soft_wrap=True)
    table = Table(title=words.second_order_title(language), title_justify="left")
    for heading in words.second_order_headings(language):
        table.add_column(heading, justify="right")
    for each in compared:
        counts = (each.published, each.first, each.second, each.more_tests)
        table.add_row(
            words.percent(each.uptake, language, 2),
            *(format_number(count, language) for count in counts),
            words.percent(each.second_infected_share, language) if each.second else "-",
            _share(each.averted_share, language),
        )
    console.print(table)
    console.print(words.second_order_in_history(language), soft_wrap=True)
