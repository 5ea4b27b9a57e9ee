"""Define `bluezone rollout cascade`: hand a target down to the units below."""

from __future__ import annotations

import datetime as dt
import json
from fractions import Fraction
from pathlib import Path
from typing import Any

import click
from rich.console import Console
from rich.table import Table

from bluezone.cli.rollout.common import DATE, Share, counts_option, find_unit, json_option, read_series
from bluezone.geography import catalogue
from bluezone.geography.figures import Measure
from bluezone.geography.units import Level, Unit
from bluezone.rollout.cascade import Allocation, Part, Split, split


@click.command("cascade")
@click.option("--unit", "unit_name", required=True, help="The unit whose target is handed down.")
@click.option("--target", type=Share(), required=True, help="The share to reach, such as 30%.")
@click.option("--date", "date", type=DATE, required=True, help="The day it is handed down on.")
@click.option(
    "--how",
    type=click.Choice([Split.EQUALISE.value, Split.EQUAL_SHARE.value, Split.BY_PEOPLE.value]),
    default=Split.EQUALISE.value,
    show_default=True,
    help="All end alike, all bring the same additional share, or the target is cut by people.",
)
@counts_option
@json_option
def cascade_command(
    unit_name: str, target: Fraction, date: dt.date, how: str, counts: Path | None, as_json: bool
) -> None:
    """Hand a target down to the units below: what each is to reach, adding up to what was asked."""
    unit = find_unit(unit_name, date)
    gazetteer = catalogue.provinces() if unit.level is Level.NATION else catalogue.all_units()
    children = gazetteer.children(unit.code, date)
    known = read_series(counts, date)
    parts, vintages = [], {}
    for child in children:
        figure = catalogue.figures().current(child, Measure.POPULATION, date)
        series = known.get(child.code)
        parts.append(Part(child.full_name, figure.value, (series.total if series else None) or 0))
        vintages[child.full_name] = figure.vintage.id
    own = catalogue.figures().current(unit, Measure.POPULATION, date)
    result = split(target, parts, Split(how), whole=own.value)
    if as_json:
        click.echo(json.dumps(_cascade_facts(unit, children, result, vintages), ensure_ascii=False, indent=2))
        return
    grid = Table("unit", "people", "installs", "target", "needed", "share", "people as of", box=None)
    for part in result:
        grid.add_row(part.key, f"{part.people:,}", f"{part.installs:,}", f"{part.target:,}", f"{part.needed:,}",
                     f"{part.share:.2%}", vintages[part.key])  # fmt: skip
    Console(width=120, highlight=False).print(grid)
    click.echo(f"together {sum(part.target for part in result):,}, {sum(part.needed for part in result):,} more")


def _cascade_facts(
    unit: Unit, children: tuple[Unit, ...], result: list[Allocation], vintages: dict[str, str]
) -> dict[str, Any]:
    return {
        "unit": unit.name,
        "target": sum(part.target for part in result),
        "needed": sum(part.needed for part in result),
        "parts": [
            {
                "unit": part.key,
                "code": str(child.code),
                "population": part.people,
                "vintage": vintages[part.key],
                "installs": part.installs,
                "target": part.target,
                "needed": part.needed,
                "share": round(part.share, 5),
            }
            for child, part in zip(children, result, strict=True)
        ],
    }
