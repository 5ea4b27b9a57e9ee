"""Define `bluezone epidemic run`: what each uptake averts in a place, what that costs, and how far it is in doubt."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict, replace
from pathlib import Path
from typing import Annotated, Any

import click

from bluezone.cli.epidemic import answers
from bluezone.cli.epidemic.question import Means, Question, Shares, place_and_plan
from bluezone.cli.epidemic.sensitivity import all_plans, move_each
from bluezone.cli.epidemic.work import Heard, Work
from bluezone.cli.options import Json, Opt, options
from bluezone.epidemic import figures, sampling, words
from bluezone.epidemic import second_order as second
from bluezone.epidemic.effects import Effect, effects
from bluezone.epidemic.ensembles import Plan
from bluezone.epidemic.second_order import SecondOrder
from bluezone.i18n import Language

#: The doubt is reckoned from so many people and runs of each at most: 280 runs of a quarter of a second.
_DOUBT_PEOPLE, _DOUBT_SEEDS = 100_000, 4


@click.command("run")
@options
def run_command(
    *,
    uptake: Annotated[tuple[float, ...], Opt("Shares of people.", type=Shares(), default="0.0754,0.15,0.30,0.45,0.60")],
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
) -> None:
    """Simulate a place at several uptakes, and say what each averts, what that costs, and how far it is in doubt."""
    out, language = means.out, means.language
    place, plan = place_and_plan(uptake, asked, means)
    without = plan
    if second_order:
        without, plan = second.plans(plan)
    doubts = (doubt if doubt is not None else not as_json) and len(plan.uptakes) > 1
    several = [plan, *([without] if second_order else []), *(all_plans(_smaller(plan)) if doubts else [])]
    compared: list[SecondOrder] = []
    with Work(means).begun(several) as work:
        rows = work.do(plan, out, "simulating", None if as_json else _so_far(plan, language))
        found = effects([row for row in rows if row["uptake"] in plan.uptakes and row["seed"] in plan.seeds])
        document = answers.answer(place, plan, found, language)
        if second_order:
            before = work.do(without, None if out is None else out / "first-order", "simulating without F2")
            compared = second.compare(before, rows)
            document["second_order"] = answers.second_order(compared, place.name, plan.scenario.days, language)
        if not as_json:
            answers.print_effects(place, plan, found, language)
            answers.print_second_order(compared, place.name, plan.scenario.days, language)
        if doubts:
            _add_doubts(document, plan, figures.headline(found), work, language, shown=not as_json)
    if out is not None:
        (out / "answer.json").write_text(json.dumps(document, ensure_ascii=False, indent=1) + "\n", "utf-8")
        _draw(rows, found, place.name, plan.scenario.days, out, language)
    if as_json or out is not None:
        click.echo(json.dumps(document, ensure_ascii=False) if as_json else f"-> {out}")


def _add_doubts(
    document: dict[str, Any], plan: Plan, effect: Effect, work: Work, language: Language, *, shown: bool
) -> None:
    """Add what the assumptions do to the answer: all drawn at once, then each moved alone. Each is shown when known."""
    sampled = sampling.averted(work.do_tasks(list(sampling.tasks(plan, effect.uptake)), "drawing assumptions"))
    if sampled is not None:
        sentence = words.sampled(effect, sampled, language)
        document["sampled"] = {"sentence": sentence, "draws": sampling.DRAWS, "averted": asdict(sampled)}
        if shown:
            answers.print_answer(sentence)
    document["doubt"] = answers.finite(_doubt(_smaller(plan, effect.uptake), work, language))
    if shown:
        click.echo(document["doubt"]["sentence"])


def _so_far(plan: Plan, language: Language) -> Heard:
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


def _draw(
    rows: Sequence[dict[str, Any]], found: Sequence[Effect], place: str, days: int, out: Path, language: Language
) -> None:
    for ending in ("svg", "png"):
        figures.save(figures.dose_response(found, place, days, language), out / f"dose-response.{ending}")
        figures.save(figures.epidemic_curves(rows, place, language), out / f"curves.{ending}")


def _smaller(plan: Plan, uptake: float | None = None) -> Plan:
    """Return the plan from which the doubt of one uptake is reckoned; any uptake takes as long."""
    chosen = plan.uptakes[-1] if uptake is None else uptake
    people = min(plan.people, _DOUBT_PEOPLE)
    return replace(plan, people=people, uptakes=(chosen,), seeds=plan.seeds[:_DOUBT_SEEDS])


def _doubt(smaller: Plan, work: Work, language: Language) -> dict[str, Any]:
    """Return how far the answer of a plan of one uptake moves over the ranges of its assumptions."""
    middle, bars = move_each(smaller, work, None if work.out is None else work.out / "doubt", language)
    return {
        "uptake": smaller.uptakes[-1],
        "people": smaller.people,
        "runs": len(smaller.seeds),
        "sentence": words.doubt(bars, middle["averted"], language),
        "averted": middle["averted"],
        "levers": bars,
    }
