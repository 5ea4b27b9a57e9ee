"""Define `bluezone rollout forecast`: where a curve goes, and when a target will be met."""

from __future__ import annotations

import datetime as dt
from fractions import Fraction
from pathlib import Path
from typing import Annotated, Any

import click

from bluezone.cli.answers import Answer
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
)
from bluezone.geography import catalogue
from bluezone.geography.figures import Measure
from bluezone.i18n import Language
from bluezone.rollout.chance import chance_text
from bluezone.rollout.curves import read_curve
from bluezone.rollout.forecast import Arrival, Day, outlook
from bluezone.rollout.history import series_of
from bluezone.rollout.pace import installs_for
from bluezone.rollout.series import Point


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
