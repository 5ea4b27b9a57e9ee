"""Write answers in sentences and tables, once for the command and the page: each part as it ends."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from bluezone.epidemic import order_words, words
from bluezone.epidemic.effects import Effect, Estimate
from bluezone.epidemic.ensembles import Plan
from bluezone.epidemic.figures import dose_response, headline, tornado
from bluezone.epidemic.orders import FORECAST, MET, Bought, Order
from bluezone.epidemic.places import Place
from bluezone.epidemic.sampling import Joint
from bluezone.epidemic.second_order import SecondOrder
from bluezone.i18n import Translator
from bluezone.vega import Spec

_TOTALS = ("infections", "deaths", "peak_infections", "isolation_days", "needless_isolation_days", "app_false_alerts")


@dataclass(frozen=True, slots=True)
class Table:
    """Hold a table as text; all columns are aligned right but the first `left`."""

    title: str
    headings: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    left: int = 0


@dataclass(frozen=True, slots=True)
class Part:
    """Hold a part of an answer: what it is for (`kind`), sentences of which the first says it, tables, what is to be
    known of both, and a figure of what the tables say."""

    kind: str
    sentences: tuple[str, ...]
    tables: tuple[Table, ...] = ()
    notes: tuple[str, ...] = ()
    figure: Spec | None = None


def first(uptake: float, found: Joint | None, total: int, place: str, plan: Plan, language: Translator) -> Part:
    """Return the headline of what an uptake averts, with everything doubtful drawn at once."""
    if found is None:
        return Part("headline", (words.too_few_grew(language),))
    said = words.headline(uptake, found, place, plan.scenario.days, language)
    asked = words.question(bool(plan.fitted), plan.scenario.initial_infections, language)
    return Part("headline", (said, words.how_sure(found, total, language), asked), notes=(words.left_out(language),))


def runs(place: Place, plan: Plan, found: Sequence[Effect], shown: float, language: Translator) -> Part:
    """Return what each uptake averts if every assumption holds as it stands. shown: the uptake that sentences speak
    of."""
    days = plan.scenario.days
    sentences: list[str] = []
    if len(found) > 1:
        sentences = words.whole_answer(found[0], headline(found, shown), place.name, days, language)
    infected = found[0].totals["infections"] / place.people
    title = words.table_title(plan.place, place.people, days, found[0].runs, infected, language)
    rows = []
    for effect in found:
        totals = (language.number(effect.totals[each]) for each in _TOTALS)
        averted = (effect.averted_share, effect.averted_deaths_share) if effect.uptake > 0 else ()
        shares = [_share(each, language) for each in averted] or ["", ""]
        rows.append((words.percent(effect.uptake, language, 2), *totals, *shares))
    notes = [words.caveat(language), words.what_is_averted(place.source, language)]
    table = Table(title, words.effect_headings(language), tuple(rows))
    return Part("runs", tuple(sentences), (table,), tuple(notes), dose_response(found, language))


def assumptions(
    moved: Sequence[Mapping[str, Any]], middle: Mapping[str, Any], place: str, plan: Plan, language: Translator
) -> Part:
    """Return what is averted with each assumption at its low and its high value. plan: as it is, of one uptake."""
    title = words.sensitivity_title(place, plan.uptakes[-1], language)
    *headings, as_it_is = words.sensitivity_headings(language)
    translate = language.gettext
    rows = [(as_it_is, "", _bar(middle, language))]
    rows += [
        (translate(name), words.setting(each["setting"], language), _bar(each, language))
        for name, each in ((bar["name"], bar) for bar in moved)
    ]
    said = words.doubt(moved, middle["averted"], language)
    notes = [words.moved_alone(plan.people, len(plan.seeds), language)]
    if plan.fitted:
        notes.append(words.not_moved(language))
    table = Table(title, tuple(headings), tuple(rows), left=1)
    return Part("assumptions", (said,), (table,), tuple(notes), tornado(moved, middle["averted"], language))


def second_order(compared: Sequence[SecondOrder], place: str, days: int, language: Translator) -> Part:
    """Return what warning contacts of contacts adds and how many it disturbs."""
    rows = tuple(
        (
            words.percent(each.uptake, language, 2),
            *(language.number(n) for n in (each.published, each.first, each.second, each.more_tests)),
            words.percent(each.second_infected_share, language) if each.second else "-",
            _share(each.averted_share, language),
        )
        for each in compared
    )
    return Part(
        "second-order",
        tuple(words.second_order(each, place, days, language) for each in compared[-1:]),
        (Table(words.second_order_title(language), words.second_order_headings(language), rows),),
        (words.second_order_in_history(language),),
    )


def order(met: Joint | None, forecast: Joint | None, total: int, place: str, plan: Plan, language: Translator) -> Part:
    """Return the headline of what an order averts, with everything doubtful drawn at once."""
    if met is None:
        return Part("order", (words.too_few_grew(language),))
    said = order_words.headline(met, forecast, place, plan.scenario.days, language)
    asked = words.question(bool(plan.fitted), plan.scenario.initial_infections, language)
    return Part("order", (said, words.how_sure(met, total, language), asked), notes=(words.left_out(language),))


def courses(asked: Order, found: Sequence[Bought], place: str, days: int, divided: bool, language: Translator) -> Part:
    """Return what each course of installs averts if every assumption holds as it stands, and which way buys most."""
    by_name = {each.course: each for each in found}
    sentences = [order_words.asked({name: each.installed for name, each in by_name.items()}, asked.days, language)]
    if by_name[MET].averted_share.mean == by_name[MET].averted_share.mean and FORECAST in by_name:
        sentences += [order_words.in_people(by_name, language), order_words.ways(by_name, language)]
    title = order_words.table_title(place, days, found[0].runs, language)
    rows = tuple(tuple(order_words.row(each, language)) for each in found)
    notes = [words.caveat(language), *([order_words.by_part(language)] if divided else [])]
    return Part("courses", tuple(sentences), (Table(title, order_words.headings(language), rows, 1),), tuple(notes))


def _share(estimate: Estimate, language: Translator) -> str:
    if estimate.mean != estimate.mean:
        return "-"
    if estimate.low != estimate.low:
        return words.percent(estimate.mean, language)
    return words.interval(estimate, language)


def _bar(bar: Mapping[str, Any], language: Translator) -> str:
    return _share(Estimate(bar["averted"], bar["low"], bar["high"]), language)
