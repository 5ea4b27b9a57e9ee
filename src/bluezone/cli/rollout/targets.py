"""Define `bluezone rollout pace`, `cascade`, `forecast`: what a target takes, of each below, and when it is met."""

from __future__ import annotations

import datetime as dt
from fractions import Fraction
from pathlib import Path
from typing import Annotated, Any

import click

from bluezone.cli.answers import Answer, table
from bluezone.cli.errors import CommandError
from bluezone.cli.options import Json, Opt, command
from bluezone.cli.rollout.common import (
    DATE,
    LAST_CAMPAIGN_DAY,
    SHARE,
    Counts,
    find_unit,
    people,
    read_series,
    rounded,
    vintage_facts,
)
from bluezone.geography import catalogue
from bluezone.geography.figures import Measure
from bluezone.geography.units import Level
from bluezone.i18n import Language
from bluezone.rollout.cascade import Part, Split, split
from bluezone.rollout.chance import chance_text
from bluezone.rollout.curves import read_curve
from bluezone.rollout.forecast import Arrival, Day, outlook
from bluezone.rollout.history import series_of
from bluezone.rollout.pace import Status, installs_for, pace
from bluezone.rollout.series import Point, Series


@command("pace")
def pace_command(
    *,
    unit_name: Annotated[str, Opt('A province, district or commune: "Hậu Giang", "hau giang", 93.', "--unit")],
    target: Annotated[Fraction, Opt("The share to reach, such as 30%.", type=SHARE)],
    start: Annotated[dt.date, Opt("The day it is asked on.", "--from", type=DATE)],
    deadline: Annotated[dt.date, Opt("The last day.", "--by", type=DATE)],
    of: Annotated[str, Opt("What the target is a share of.", choices=[m.value for m in Measure])] = "population",
    installs: Annotated[int | None, Opt("Installs on that day, if not to be looked up.", type=people())] = None,
    counts: Counts = None,
) -> Answer:
    """Say what a target takes: how many more installs, in how many days, how many a day."""
    if deadline < start:
        raise CommandError(f"the deadline {deadline} is before the start {start}")
    unit = find_unit(unit_name, start)
    base = catalogue.figures().current(unit, Measure(of), start)
    series = read_series(counts, start).get(unit.code) or Series(start)
    last = series.figure
    if installs is None and last is None:
        raise CommandError(f"no figure of {unit.full_name} on or before {start} is known; give --installs or --counts")
    result = pace(
        installs=installs if installs is not None else series.total or 0,
        base=base.value,
        target=target,
        as_of=start,
        deadline=deadline,
        last_figure=last.date if last and installs is None else start,
        recent_per_day=series.gain_per_day() if installs is None else None,
    )
    shown = last if installs is None else None
    facts = {
        "unit": unit.name,
        "code": str(unit.code),
        "from": start,
        "by": deadline,
        "installs": result.installs,
        base.vintage.measure.value: result.base,
        "share": round(result.share, 5),
        "target_share": rounded(result.target_share),
        "target_installs": result.target_installs,
        "needed": result.needed,
        "days": result.days,
        "per_day": result.per_day,
        "recent_per_day": round(result.recent_per_day, 1) if result.recent_per_day is not None else None,
        "status": result.status,
        "silent_days": result.silent_days,
        "figure_date": shown.date if shown else None,
        "source": (shown.source or None) if shown else None,
        "origin": shown.origin if shown else None,
        "vintage": vintage_facts(base.vintage.id),
        "note": base.note or None,
    }
    return Answer(
        facts,
        f"{unit.name} on {start}: {result.installs:,} of {base.value:,} = {result.share:.2%} ({base.vintage.title}).\n"
        f"{float(target) * 100:.4g} % by {deadline} is {result.target_installs:,}: {result.needed:,} more"
        + (f", {result.per_day:,} a day for {result.days} days." if result.per_day is not None else ".")
        + f" Status: {result.status}"
        + (" (too few figures of the days before to know its pace)" if result.status is Status.UNKNOWN else "")
        + ".",
    )


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
    facts = {
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
    return Answer(facts, [grid, whole])


@command("forecast")
def forecast_command(
    *,
    unit_name: Annotated[
        str | None, Opt('A unit of which figures are known; "Việt Nam" is the nation.', "--unit")
    ] = None,
    series: Annotated[
        Path | None, Opt("A curve of your own: a spreadsheet with the columns date and total; >20000000 is a bound.")
    ] = None,
    date: Annotated[
        dt.date | None, Opt("Forecast from what was known on this day; default: the last figure.", type=DATE)
    ] = None,
    horizon: Annotated[int, Opt("Days ahead.", limits=(1, 730))] = 7,
    level: Annotated[float, Opt("Share of the band.", limits=(0.01, 0.99))] = 0.8,
    population: Annotated[
        int | None, Opt("The phones if known, else the people: never more than this.", type=people(least=1))
    ] = None,
    target: Annotated[
        Fraction | None, Opt("Also say when this share of the population is reached.", type=SHARE)
    ] = None,
    deadline: Annotated[dt.date | None, Opt("And the chance that it is by this day.", "--by", type=DATE)] = None,
    orders: Annotated[
        tuple[dt.date, ...],
        Opt("A day on which a campaign was or will be ordered; as often as needed.", "--order", type=DATE),
    ] = (),
    counts: Counts = None,
    as_json: Json = False,
) -> Answer:
    """Forecast the curve, with a band; and when a target will be met. See docs/measurements/forecast.md."""
    name, points, ceiling = _series(unit_name, series, date, population, counts)
    if not points:
        raise CommandError(f"no figures of {name} are known; give a curve with --series or --counts")
    as_of = date or max(point.date for point in points)
    if population is not None and (most := max((p.total for p in points if p.date <= as_of), default=0)) > population:
        raise CommandError(
            f"--population {population:,} is less than the {most:,} of {name} that are known already: give the phones "
            "or people of the whole unit, or leave it out"
        )
    seen = outlook(points, as_of=as_of, ceiling=ceiling, orders=orders)
    days = seen.days(horizon, level)
    met = chance = None
    if target is not None:
        if ceiling is None:
            raise CommandError("a target is a share of the population: give --population")
        goal = installs_for(target, ceiling)
        met = seen.arrival(goal, level)
        chance = seen.chance(goal, deadline) if deadline else None
    facts: dict[str, Any] = {
        "unit": name,
        "as_of": as_of,
        "last": {"date": seen.last.date, "total": seen.last.total},
        "horizon": horizon,
        "level": level,
        "forecast": _day_facts(days[-1]),
        "path": [_day_facts(day) for day in days],
        "population": ceiling,
        "notes": seen.notes,
    }
    end = days[-1]
    bound = "more than " if seen.last.at_least else ""
    lines = [
        f"{name}: {bound}{seen.last.total:,} on {seen.last.date}.",
        f"{end.date}: {end.total:,.0f} ({end.low:,.0f} to {end.high:,.0f}, {level:.0%} band).",
    ]
    if met is not None and target is not None:
        facts["target"] = _arrival_facts(met, target, ceiling or 0, deadline, chance)
        lines.append(f"{float(target):.1%} of {ceiling:,}: {_arrival_text(met, level)}.")
        if chance is not None:
            said = "reached" if chance == 1 else chance_text(chance, Language.ENGLISH)
            lines.append(f"{float(target):.1%} by {deadline}: {said}.")
    if not as_json:
        for note in seen.notes:
            click.echo(f"note: {note}", err=True)
    return Answer(facts, lines)


def _series(
    unit_name: str | None, series: Path | None, date: dt.date | None, population: int | None, counts: Path | None
) -> tuple[str, list[Point], int | None]:
    """Return the name, the points and the ceiling of what is to be forecast."""
    if (unit_name is None) == (series is None):
        raise CommandError("give either --unit or --series")
    if series is not None:
        return series.name, read_curve(series.read_bytes(), series.name), population
    on = date or LAST_CAMPAIGN_DAY
    unit = find_unit(unit_name or "", on)
    if counts is not None:
        own = read_series(counts, date or dt.date.max, undated=on).get(unit.code)
        points = [Point(day, total) for day, total in own.totals()] if own else []
    else:
        points = series_of(unit)
    return unit.name, points, population or catalogue.figures().current(unit, Measure.POPULATION, on).value


def _arrival_text(met: Arrival, level: float) -> str:
    """Write when a target is met, and the days by which the band's chances are reached."""
    if met.earliest is None:
        return "not within two years"
    if met.earliest == met.latest:
        return str(met.middle)
    early, late = (chance_text(chance, Language.ENGLISH) for chance in ((1 - level) / 2, (1 + level) / 2))
    by = f"{early} by {met.earliest}" + (f", {late} by {met.latest}" if met.latest else "")
    return f"{met.middle or 'not within two years'} ({by})"


def _day_facts(day: Day) -> dict[str, Any]:
    return {"date": day.date, "total": round(day.total), "low": int(day.low), "high": -int(-day.high // 1)}


def _arrival_facts(
    met: Arrival, target: Fraction, ceiling: int, deadline: dt.date | None, chance: float | None
) -> dict[str, Any]:
    return {
        "share": rounded(target),
        "total": installs_for(target, ceiling),
        "date": met.middle,
        "earliest": met.earliest,
        "latest": met.latest,
        "deadline": deadline,
        "chance_by_deadline": round(chance, 3) if chance is not None else None,
    }
