"""Define `bluezone rollout cascade`: hand a target down to the units below."""

from __future__ import annotations

import datetime as dt
from fractions import Fraction
from typing import Annotated, Any

from bluezone.cli.answers import Answer, table
from bluezone.cli.options import Opt, command
from bluezone.cli.rollout.common import DATE, SHARE, Counts, find_unit, read_series
from bluezone.geography import catalogue
from bluezone.geography.figures import Measure
from bluezone.geography.units import Level, Unit
from bluezone.rollout.cascade import Allocation, Part, Split, split


@command("cascade")
def cascade_command(
    *,
    unit_name: Annotated[str, Opt("The unit whose target is handed down.", "--unit")],
    target: Annotated[Fraction, Opt("The share to reach, such as 30%.", type=SHARE)],
    date: Annotated[dt.date, Opt("The day it is handed down on.", type=DATE)],
    how: Annotated[
        str,
        Opt(
            "All end alike, all bring the same additional share, or the target is cut by people.",
            choices=[Split.EQUALISE.value, Split.EQUAL_SHARE.value, Split.BY_PEOPLE.value],
        ),
    ] = Split.EQUALISE.value,
    counts: Counts = None,
) -> Answer:
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
    rows = [
        (part.key, *(f"{n:,}" for n in (part.people, part.installs, part.target, part.needed)), f"{part.share:.2%}",
         vintages[part.key])
        for part in result
    ]  # fmt: skip
    grid = table(("unit", "people", "installs", "target", "needed", "share", "people as of"), rows)
    whole = f"together {sum(part.target for part in result):,}, {sum(part.needed for part in result):,} more"
    return Answer(_cascade_facts(unit, children, result, vintages), [grid, whole])


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
