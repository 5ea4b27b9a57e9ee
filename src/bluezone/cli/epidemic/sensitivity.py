"""Define `bluezone epidemic sensitivity`: which assumption moves the answer how far."""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path
from typing import Annotated, Any

import click

from bluezone.cli.epidemic.answers import finite, print_bars
from bluezone.cli.epidemic.question import Means, Question, Shares, place_and_plan
from bluezone.cli.epidemic.work import Work
from bluezone.cli.errors import CommandError
from bluezone.cli.options import Json, Opt, options
from bluezone.epidemic import figures, words
from bluezone.epidemic.effects import effects
from bluezone.epidemic.ensembles import Plan
from bluezone.epidemic.sensitivity import variants
from bluezone.i18n import Language


@click.command("sensitivity")
@options
def sensitivity_command(
    *,
    uptake: Annotated[tuple[float, ...], Opt("One share of people.", type=Shares(), default="0.30")],
    asked: Question,
    means: Means,
    as_json: Json = False,
) -> None:
    """Move one assumption at a time, and say how far the answer moves (a tornado figure)."""
    if len(uptake) != 1:
        raise CommandError(f"{len(uptake)} uptakes at once; ask for one, as --uptake 30%")
    out, language = means.out, means.language
    place, plan = place_and_plan(uptake, asked, means)
    with Work(means).begun(all_plans(plan)) as work:
        middle, bars = move_each(plan, work, out, language)
    title = words.sensitivity_title(place.name, uptake[0], language)
    if out is not None:
        for ending in ("svg", "png"):
            drawn = figures.tornado(bars, middle["averted"], title, place.name, language)
            figures.save(drawn, out / f"tornado.{ending}")
    document = {
        "place": asdict(place),
        "plan": plan.describe(),
        "uptake": uptake[0],
        "averted": middle["averted"],
        "levers": bars,
    }
    if as_json:
        click.echo(json.dumps(finite(document), ensure_ascii=False))
        return
    print_bars(bars, middle, title, language)


def all_plans(plan: Plan) -> list[Plan]:
    """Return the plan as it is, and with each assumption at its low and its high value."""
    return [plan, *(variant for _, _, _, variant in variants(plan))]


def move_each(
    plan: Plan, work: Work, folder: Path | None, language: Language
) -> tuple[dict[str, Any], list[dict[str, Any]]]:
    """Return what a plan of one uptake averts as it is, and with each assumption at its low and its high value."""
    translate = words.translator(language).gettext
    bars = []
    plans = [(None, "", "", plan), *variants(plan)]
    with work.progress("moving each assumption", len(plans)) as advance:
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
