"""Define `bluezone epidemic run`, `sensitivity` and `assumptions`: what each uptake averts in a place, what that costs,
which assumption moves the answer how far, and what the assumptions are."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from pathlib import Path
from typing import Annotated, Any

import click

from bluezone.cli.answers import Answer, bold, json_text, show
from bluezone.cli.epidemic import answers
from bluezone.cli.epidemic.question import Means, Question, place_and_plan, shares
from bluezone.cli.epidemic.work import Heard, Work
from bluezone.cli.errors import CommandError
from bluezone.cli.options import Json, Opt, command
from bluezone.epidemic import figures, presets, sampling, words
from bluezone.epidemic import second_order as second
from bluezone.epidemic.effects import Effect, effects
from bluezone.epidemic.ensembles import Plan
from bluezone.epidemic.second_order import SecondOrder
from bluezone.epidemic.sensitivity import variants
from bluezone.epidemic.sources import SOURCES
from bluezone.i18n import Translator

#: The doubt is reckoned from so many people and runs of each at most: 280 runs of a quarter of a second.
_DOUBT_PEOPLE, _DOUBT_SEEDS = 100_000, 4


@command("run")
def run_command(
    *,
    uptake: Annotated[tuple[float, ...], Opt("Shares of people.", read=shares, default="0.0754,0.15,0.30,0.45,0.60")],
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
    asked: Question,
    means: Means,
    as_json: Json = False,
) -> Answer:
    """Simulate a place at several uptakes, and say what each averts, what that costs, and how far it is in doubt."""
    out, language = means.out, words.translator(means.language)
    place, plan = place_and_plan(uptake, asked, means)
    without = plan
    if second_order:
        without, plan = second.plans(plan)
    doubts = (doubt if doubt is not None else not as_json) and len(plan.uptakes) > 1
    several = [plan, *([without] if second_order else []), *(_all_plans(_smaller(plan)) if doubts else [])]
    compared: list[SecondOrder] = []
    with Work(means).begun(several) as work:
        rows = work.do(plan, out, "simulating", None if as_json else _so_far(plan, language))
        found = effects([row for row in rows if row["uptake"] in plan.uptakes and row["seed"] in plan.seeds])
        document = answers.facts(place, plan, found, language)
        if second_order:
            before = work.do(without, None if out is None else out / "first-order", "simulating without F2")
            compared = second.compare(before, rows)
            document["second_order"] = answers.second_order_facts(compared, place.name, plan.scenario.days, language)
        if not as_json:
            show(*answers.effects_text(place, plan, found, language))
            show(*answers.second_order_text(compared, place.name, plan.scenario.days, language))
        if doubts:
            _add_doubts(document, plan, figures.headline(found), work, language, shown=not as_json)
    if out is not None:
        (out / "answer.json").write_text(json_text(document, indent=1) + "\n", "utf-8")
        answers.draw(
            out,
            dose_response=figures.dose_response(found, place.name, plan.scenario.days, language),
            curves=figures.epidemic_curves(rows, place.name, language),
        )
    return Answer(document, () if out is None else f"-> {out}")


def _add_doubts(
    document: dict[str, Any], plan: Plan, effect: Effect, work: Work, language: Translator, *, shown: bool
) -> None:
    """Add what the assumptions do to the answer: all drawn at once, then each moved alone. Each is shown when known."""
    sampled = sampling.averted(work.do_tasks(list(sampling.tasks(plan, effect.uptake)), "drawing assumptions"))
    if sampled is not None:
        sentence = words.sampled(effect, sampled, language)
        document["sampled"] = {"sentence": sentence, "draws": sampling.DRAWS, "averted": sampled}
        if shown:
            show(bold(sentence))
    document["doubt"] = _doubt(_smaller(plan, effect.uptake), work, language)
    if shown:
        show(document["doubt"]["sentence"])


def _so_far(plan: Plan, language: Translator) -> Heard:
    """Return what says the answer on standard error as soon as a seed is through, and again when more are."""
    said = 0

    def heard(rows: list[dict[str, Any]]) -> None:
        nonlocal said
        counted = Counter(row["seed"] for row in rows if row["uptake"] in plan.uptakes and row["seed"] in plan.seeds)
        through = {seed for seed, number in counted.items() if number == len(plan.uptakes)}
        if len(plan.uptakes) < 2 or len(through) < max(1, 2 * said) or len(through) == len(plan.seeds):
            return
        said = len(through)
        found = effects([row for row in rows if row["seed"] in through and row["uptake"] in plan.uptakes])
        shown = figures.headline(found)
        click.echo(words.so_far(shown, said, len(plan.seeds), language), err=True)

    return heard


def _smaller(plan: Plan, uptake: float | None = None) -> Plan:
    """Return the plan from which the doubt of one uptake is reckoned; any uptake takes as long."""
    chosen = plan.uptakes[-1] if uptake is None else uptake
    people = min(plan.people, _DOUBT_PEOPLE)
    return replace(plan, people=people, uptakes=(chosen,), seeds=plan.seeds[:_DOUBT_SEEDS])


def _doubt(smaller: Plan, work: Work, language: Translator) -> dict[str, Any]:
    """Return how far the answer of a plan of one uptake moves over the ranges of its assumptions."""
    middle, bars = _move_each(smaller, work, None if work.out is None else work.out / "doubt", language)
    return {
        "uptake": smaller.uptakes[-1],
        "people": smaller.people,
        "runs": len(smaller.seeds),
        "sentence": words.doubt(bars, middle["averted"], language),
        "averted": middle["averted"],
        "levers": bars,
    }


@command("sensitivity")
def sensitivity_command(
    *,
    uptake: Annotated[tuple[float, ...], Opt("One share of people.", read=shares, default="0.30")],
    asked: Question,
    means: Means,
) -> Answer:
    """Move one assumption at a time, and say how far the answer moves (a tornado figure)."""
    if len(uptake) != 1:
        raise CommandError(f"{len(uptake)} uptakes at once; ask for one, as --uptake 30%")
    out, language = means.out, words.translator(means.language)
    place, plan = place_and_plan(uptake, asked, means)
    with Work(means).begun(_all_plans(plan)) as work:
        middle, bars = _move_each(plan, work, out, language)
    title = words.sensitivity_title(place.name, uptake[0], language)
    if out is not None:
        answers.draw(out, tornado=figures.tornado(bars, middle["averted"], title, place.name, language))
    facts = {
        "place": place,
        "plan": plan.describe(),
        "uptake": uptake[0],
        "averted": middle["averted"],
        "levers": bars,
    }
    return Answer(facts, [answers.bars(bars, middle, title, language)])


def _all_plans(plan: Plan) -> list[Plan]:
    """Return the plan as it is, and with each assumption at its low and its high value."""
    return [plan, *(variant for _, _, _, variant in variants(plan))]


def _move_each(
    plan: Plan, work: Work, folder: Path | None, language: Translator
) -> tuple[dict[str, Any], list[dict[str, Any]]]:
    """Return what a plan of one uptake averts as it is, and with each assumption at its low and its high value."""
    translate = language.gettext
    bars = []
    plans = [(None, "", "", plan), *variants(plan)]
    with work.shown.counting("moving each assumption", len(plans)) as advance:
        for lever, side, setting, variant in plans:
            kept = None if folder is None else folder / ("middle" if lever is None else f"{lever.name}={setting}")
            share = effects(work.do(variant, kept))[-1].averted_share
            bars.append(
                {
                    "name": translate(lever.title) if lever else "",
                    "assumption": lever.name if lever else None,
                    "side": side,
                    "setting": lever.label(side) if lever else "",
                    "averted": share.mean,
                    "low": share.low,
                    "high": share.high,
                }
            )
            advance(1)
    return bars[0], bars[1:]


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
