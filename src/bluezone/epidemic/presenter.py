"""Write answers in sentences and tables, once for the command and the page: each part as it ends."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from bluezone.epidemic import importation_words, order_words, words
from bluezone.epidemic.effects import Effect, Estimate
from bluezone.epidemic.ensembles import Plan
from bluezone.epidemic.figures import dose_response, dying_out, headline, pareto, tornado
from bluezone.epidemic.importation import Bought as Spent
from bluezone.epidemic.importation import Paired
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
    said = "" if found is None else words.headline(uptake, found, place, plan.scenario.days, language)
    return _drawn("headline", said, found, total, plan, language)


def _drawn(kind: str, said: str, found: Joint | None, total: int, plan: Plan, language: Translator) -> Part:
    """Return a headline with what its interval holds, which question it answers, and what is left out."""
    if found is None:
        return Part(kind, (words.too_few_grew(language),))
    asked = words.question(bool(plan.fitted), plan.scenario.initial_infections, language)
    return Part(kind, (said, words.how_sure(found, total, language), asked), notes=(words.left_out(language),))


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
    translate = language.gettext
    headings = (
        translate("uptake"),
        translate("infections"),
        translate("deaths"),
        translate("peak a day"),
        translate("isolation days"),
        translate("of them well"),
        translate("needless alerts"),
        translate("infections averted"),
        translate("deaths averted"),
    )
    table = Table(title, headings, tuple(rows))
    return Part("runs", tuple(sentences), (table,), tuple(notes), dose_response(found, language))


def assumptions(
    moved: Sequence[Mapping[str, Any]], middle: Mapping[str, Any], place: str, plan: Plan, language: Translator
) -> Part:
    """Return what is averted with each assumption at its low and its high value. plan: as it is, of one uptake."""
    translate = language.gettext
    title = words.sensitivity_title(place, plan.uptakes[-1], language)
    headings = (translate("assumption"), translate("set to"), translate("infections averted"))
    rows = [(translate("as it is"), "", _bar(middle, language))]
    rows += [
        (translate(name), words.setting(each["setting"], language), _bar(each, language))
        for name, each in ((bar["name"], bar) for bar in moved)
    ]
    said = words.doubt(moved, middle["averted"], language)
    notes = [
        translate(
            "Each assumption alone, set low and high, in a town of {people} people, {runs} runs of each. Upright line: "
            "as it is."
        ).format(people=language.number(plan.people), runs=language.number(len(plan.seeds)))
    ]
    if plan.fitted:
        notes.append(
            translate(
                "Not moved: the reproduction number, people with symptoms who are tested, days to a result. The "
                "contacts of the recorded weeks were fitted with them."
            )
        )
    table = Table(title, headings, tuple(rows), left=1)
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
    translate = language.gettext
    headings = (
        translate("uptake"),
        translate("F0 who published"),
        translate("F1 warned"),
        translate("F2 told"),
        translate("more tests"),
        translate("F2 infected then"),
        translate("infections averted"),
    )
    table = Table(translate("Contacts of contacts (F2): what warning them adds"), headings, rows)
    said = tuple(words.second_order(each, place, days, language) for each in compared[-1:])
    return Part("second-order", said, (table,), (words.second_order_in_history(language),))


def order(met: Joint | None, forecast: Joint | None, total: int, place: str, plan: Plan, language: Translator) -> Part:
    """Return the headline of what an order averts, with everything doubtful drawn at once."""
    said = "" if met is None else order_words.headline(met, forecast, place, plan.scenario.days, language)
    return _drawn("order", said, met, total, plan, language)


def courses(asked: Order, found: Sequence[Bought], place: str, days: int, divided: bool, language: Translator) -> Part:
    """Return what each course of installs averts if every assumption holds as it stands, and which way buys most."""
    by_name = {each.course: each for each in found}
    sentences = [order_words.asked({name: each.installed for name, each in by_name.items()}, asked.days, language)]
    if by_name[MET].averted_share.mean == by_name[MET].averted_share.mean and FORECAST in by_name:
        sentences += [order_words.in_people(by_name, language), order_words.ways(by_name, language)]
    translate = language.gettext
    title = translate("{place}, {days} days, runs of each: {runs}").format(
        place=place, days=language.number(days), runs=language.number(found[0].runs)
    )
    headings = (
        translate("installs"),
        translate("with the app at the end"),
        translate("infections"),
        translate("fewer"),
        translate("infections averted"),
        translate("more days of isolation"),
        translate("needless alerts"),
    )
    rows = tuple(tuple(order_words.row(each, language)) for each in found)
    notes = [words.caveat(language)]
    if divided:
        notes.append(
            translate(
                "People live in the communes and move between them by a gravity matrix; how far and how often is an "
                "assumption."
            )
        )
    return Part("courses", tuple(sentences), (Table(title, headings, rows, left=1),), tuple(notes))


def importations(
    found: importation_words.Summaries, pairs: Paired, infected: int, days: int, outbreaks: int, language: Translator
) -> Part:
    """Return how outbreaks end that a few infected people begin, under each set of measures and at each uptake."""
    translate = language.gettext
    headings = (
        translate("measures"),
        translate("with the app"),
        translate("dies out"),
        translate("found after, days"),
        translate("infected, where it dies out"),
        translate("in quarantine, where it dies out"),
        translate("tests, where it dies out"),
    )
    rows = tuple(tuple(importation_words.row(name, share, each, language)) for (name, share), each in found.items())
    return Part(
        "importations",
        tuple(importation_words.answer(found, pairs, infected, days, language)),
        (Table("", headings, rows),),
        (importation_words.caveat(outbreaks, language),),
        dying_out(found, language),
    )


def spending(found: Sequence[Spent], language: Translator) -> Part:
    """Return what each thing to spend on averts of an importation, and which comes first."""
    translate = language.gettext
    headings = (
        translate("bought"),
        translate("cost, million đồng"),
        translate("infections averted"),
        translate("million đồng for one"),
        translate("nothing is better and cheaper"),
    )
    rows = tuple(tuple(importation_words.spending_row(each, language)) for each in found)
    return Part(
        "spending",
        (importation_words.spending(found, language),),
        (Table("", headings, rows),),
        figure=pareto(found, language),
    )


def _share(estimate: Estimate, language: Translator) -> str:
    if estimate.mean != estimate.mean:
        return "-"
    if estimate.low != estimate.low:
        return words.percent(estimate.mean, language)
    return words.interval(estimate, language)


def _bar(bar: Mapping[str, Any], language: Translator) -> str:
    return _share(Estimate(bar["averted"], bar["low"], bar["high"]), language)
