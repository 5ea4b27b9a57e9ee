"""Define `bluezone epidemic run` and `assumptions`: what each uptake averts in a place, what that costs, which
assumption moves the answer how far, and what the assumptions are."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Annotated, Any

from bluezone.cli.answers import Answer
from bluezone.cli.epidemic.answers import Told, draw
from bluezone.cli.epidemic.question import ManyRuns, Question, place_and_plan, share, shares
from bluezone.cli.epidemic.work import Work
from bluezone.cli.options import Json, Opt, command
from bluezone.epidemic import figures, presenter, presets, sampling, words
from bluezone.epidemic import second_order as second
from bluezone.epidemic.effects import effects
from bluezone.epidemic.ensembles import Plan
from bluezone.epidemic.sensitivity import by_reach, variants
from bluezone.epidemic.sources import SOURCES
from bluezone.i18n import Translator

#: The doubt is reckoned from so many people and runs of each at most: 280 runs of a quarter of a second.
_DOUBT_PEOPLE, _DOUBT_SEEDS = 100_000, 4

Draws = Annotated[
    int | None, Opt("Draws of everything doubtful, for the headline. [default: 200; 0: none]", limits=(0, 100_000))
]


@command("run")
def run_command(
    *,
    uptake: Annotated[tuple[float, ...], Opt("Shares of people.", read=shares, default="0.0754,0.15,0.30,0.45,0.60")],
    headline: Annotated[
        float | None, Opt("The uptake that sentences speak of. [default: the one nearest to 30 %]", read=share)
    ] = None,
    draws: Draws = None,
    doubt: Annotated[
        bool | None,
        Opt(
            "Also move each assumption over its range, in a smaller population. [default: yes; no with --json]",
            "--doubt/--no-doubt",
        ),
    ] = None,
    second_order: Annotated[
        bool, Opt("Contacts (F1) may warn others (F2): say what that adds and how many it disturbs. Twice the runs.")
    ] = False,
    disease: Annotated[
        str | None, Opt("A package instead of a strain (`bluezone disease list`).", metavar="NAME|DIR")
    ] = None,
    asked: Question,
    means: ManyRuns,
    as_json: Json = False,
) -> Answer:
    """Simulate a place at several uptakes, and say what each averts with all doubt, what that costs, and what the
    answer depends on."""
    out, language = means.out, words.translator(means.language)
    place, plan = place_and_plan(uptake, asked, means, disease)
    without = plan
    if second_order:
        without, plan = second.plans(plan)
    several = len(plan.uptakes) > 1
    doubts = (doubt if doubt is not None else not as_json) and several
    number = (sampling.DRAWS if draws is None else draws) if several and doubt is not False else 0
    wanted = 0.30 if headline is None else headline
    shown = min((each for each in plan.uptakes if each > 0), key=lambda each: abs(each - wanted), default=0.0)
    one = replace(plan, uptakes=(shown,))
    told = Told({"place": place, "assumptions": plan.describe()}, out, means.language, shown=not as_json)
    days = plan.scenario.days
    with Work(means).begun() as work:
        draw_all(work, [one], number, told, lambda rows, total: _headline(rows, total, shown, place.name, plan))
        rows = work.do(plan, out, "simulating")
        found = effects([row for row in rows if row["uptake"] in plan.uptakes and row["seed"] in plan.seeds])
        told.put(lambda spoken: presenter.runs(place, plan, found, shown, spoken), effects=found)
        if out is not None:
            draw(out, "curves", figures.epidemic_curves(rows, language), words.curves_title(place.name, language))
        if second_order:
            before = work.do(without, None if out is None else out / "first-order", "simulating without F2")
            compared = second.compare(before, rows)
            told.put(lambda spoken: presenter.second_order(compared, place.name, days, spoken), second_order=compared)
        if doubts:
            smaller = replace(one, people=min(plan.people, _DOUBT_PEOPLE), seeds=plan.seeds[:_DOUBT_SEEDS])
            middle, bars = _move_each(smaller, work, None if out is None else out / "doubt")
            told.put(
                lambda spoken: presenter.assumptions(bars, middle, place.name, smaller, spoken),
                doubt={"uptake": shown, "people": smaller.people, "runs": len(smaller.seeds), "levers": bars}
                | {"averted": middle["averted"]},
            )
    return Answer(told.document, () if out is None else f"-> {out}")


def _headline(
    rows: list[dict[str, Any]], total: int, uptake: float, place: str, plan: Plan
) -> tuple[Callable[[Translator], presenter.Part], dict[str, Any]]:
    found = sampling.joint(rows, ("", 0.0), ("", uptake))
    return lambda spoken: presenter.first(uptake, found, total, place, plan, spoken), {
        "sampled": None if found is None else {"uptake": uptake, "of": total, "joint": found}
    }


def draw_all(
    work: Work,
    plans: Sequence[Plan],
    number: int,
    told: Told,
    say: Callable[[list[dict[str, Any]], int], tuple[Callable[[Translator], presenter.Part], dict[str, Any]]],
) -> None:
    """Draw everything doubtful so many times, and tell the answer after the first draws, whenever they have doubled,
    and at the end. say: makes its part and its facts of the rows so far, of how many draws there will be."""
    if number == 0:
        return
    each = sum(len(plan.uptakes) for plan in plans)
    due = sampling.FIRST

    def heard(rows: list[dict[str, Any]]) -> None:
        nonlocal due
        if len(rows) >= due * each and len(rows) < number * each:
            written, facts = say(rows, number)
            told.put(written, shown=due == sampling.FIRST, **facts)
            due *= 2

    rows = work.do_tasks(list(sampling.tasks(plans, range(number))), "drawing assumptions", heard)
    written, facts = say(rows, number)
    told.put(written, **facts)


def _move_each(plan: Plan, work: Work, folder: Path | None) -> tuple[dict[str, Any], list[dict[str, Any]]]:
    """Return what a plan of one uptake averts as it is, and with each assumption at its low and its high value: first
    those that move it furthest."""
    bars: list[dict[str, Any]] = []
    plans = [(None, "", "", plan), *variants(plan)]
    with work.shown.counting("moving each assumption", len(plans)) as advance:
        for lever, side, setting, variant in plans:
            kept = None if folder is None else folder / ("middle" if lever is None else f"{lever.name}={setting}")
            averted = effects(work.do(variant, kept))[-1].averted_share
            bars.append(
                {
                    "name": lever.title if lever else "",
                    "assumption": lever.name if lever else None,
                    "side": side,
                    "setting": lever.label(side) if lever else "",
                    "averted": averted.mean,
                    "low": averted.low,
                    "high": averted.high,
                }
            )
            advance(1)
    middle, moved = bars[0], bars[1:]
    return middle, by_reach(moved, middle["averted"])


@command("assumptions")
def assumptions_command(
    *,
    sources: Annotated[bool, Opt("Instead, where every constant comes from and how that was checked.")] = False,
) -> Answer:
    """List every assumption `--set` can change, with its value for Việt Nam 2020; the median of what is drawn."""
    if sources:
        lines = [f"{each.what}: {each.value}\n    {each.origin} [{each.checked}]" for each in SOURCES]
        return Answer(SOURCES, lines)
    known, drawn = presets.assumptions(presets.vietnam_2020()), presets.drawn(presets.vietnam_2020())
    median = " (median; drawn for each run unless set)"
    lines = [f"{name} = {value}{median if name in drawn else ''}" for name, value in known.items()]
    return Answer(known, [*lines, "Where they come from: bluezone epidemic assumptions --sources"])
