"""Say the answers of the simulator, for programs and in the language asked for."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

from bluezone.cli.answers import bold, table
from bluezone.epidemic import figures, words
from bluezone.epidemic.effects import Effect, Estimate
from bluezone.epidemic.ensembles import Plan
from bluezone.epidemic.places import Place
from bluezone.epidemic.second_order import SecondOrder
from bluezone.i18n import Translator

if TYPE_CHECKING:
    from rich.table import Table

    from bluezone.vega import Spec

_TOTALS = ("infections", "deaths", "peak_infections", "isolation_days", "needless_isolation_days")


def facts(place: Place, plan: Plan, found: Sequence[Effect], language: Translator) -> dict[str, Any]:
    """Return the effects of every uptake with their sentences and all assumptions."""
    return {
        "place": place,
        "answers": [
            words.answer(effect, place.name, plan.scenario.days, language) for effect in found if effect.uptake > 0
        ],
        "caveat": words.caveat(language),
        "effects": found,
        "assumptions": plan.describe(),
    }


def second_order_facts(compared: Sequence[SecondOrder], place: str, days: int, language: Translator) -> dict[str, Any]:
    """Return what warning contacts of contacts adds at every uptake, with its sentences."""
    return {
        "sentences": [words.second_order(each, place, days, language) for each in compared],
        "history": words.second_order_in_history(language),
        "effects": [asdict(each) | {"second_of_each_first": each.second_of_each_first} for each in compared],
    }


def effects_text(place: Place, plan: Plan, found: Sequence[Effect], language: Translator) -> Iterator[str | Table]:
    """Yield the answer first, then every uptake in a table, and what both do not say."""
    days = plan.scenario.days
    if len(found) > 1:
        first, *rest = words.whole_answer(found[0], figures.headline(found), place.name, days, language)
        yield from (bold(first), *rest, "")
    yield _effects_table(place, plan, found, language)
    yield words.caveat(language)
    yield words.what_is_averted(place.source, language)
    gains = [each.pairing_gain for each in found if each.uptake > 0 and each.pairing_gain == each.pairing_gain]
    if gains:
        yield words.gain_of_pairing(min(gains), max(gains), language)


def _effects_table(place: Place, plan: Plan, found: Sequence[Effect], language: Translator) -> Table:
    infected = found[0].totals["infections"] / place.people
    title = words.table_title(plan.place, place.people, plan.scenario.days, len(plan.seeds), infected, language)
    rows = []
    for effect in found:
        totals = (language.number(effect.totals[name]) for name in _TOTALS)
        averted = (effect.averted_share, effect.averted_deaths_share) if effect.uptake > 0 else ()
        rows.append(
            [words.percent(effect.uptake, language, 2), *totals, *(_share(share, language) for share in averted)]
        )
    return table(words.effect_headings(language), rows, left=0, title=title)


def _share(estimate: Estimate, language: Translator) -> str:
    if estimate.mean != estimate.mean:
        return "-"
    if estimate.low != estimate.low:
        return words.percent(estimate.mean, language)
    return words.interval(estimate, language)


def bars(moved: Sequence[Mapping[str, Any]], middle: Mapping[str, Any], title: str, language: Translator) -> Table:
    """Return a table of what is averted with each assumption at its low and its high value."""
    *headings, as_it_is = words.sensitivity_headings(language)
    rows = [(as_it_is, "", _bar(middle, language))]
    rows += [(each["name"], words.setting(each["setting"], language), _bar(each, language)) for each in moved]
    return table(headings, rows, title=title)


def _bar(bar: Mapping[str, Any], language: Translator) -> str:
    return _share(Estimate(bar["averted"], bar["low"], bar["high"]), language)


def second_order_text(
    compared: Sequence[SecondOrder], place: str, days: int, language: Translator
) -> Iterator[str | Table]:
    """Yield what warning contacts of contacts adds and how many it disturbs: a sentence, a table, what happened
    once."""
    if not compared:
        return
    yield "\n" + bold(words.second_order(compared[-1], place, days, language))
    rows = [
        (
            words.percent(each.uptake, language, 2),
            *(language.number(n) for n in (each.published, each.first, each.second, each.more_tests)),
            words.percent(each.second_infected_share, language) if each.second else "-",
            _share(each.averted_share, language),
        )
        for each in compared
    ]
    yield table(words.second_order_headings(language), rows, left=0, title=words.second_order_title(language))
    yield words.second_order_in_history(language)


def draw(folder: Path, **drawn: Spec) -> None:
    """Write figures into a folder under their names, each as SVG and as PNG."""
    for name, figure in drawn.items():
        for ending in ("svg", "png"):
            figures.save(figure, folder / f"{name.replace('_', '-')}.{ending}")
