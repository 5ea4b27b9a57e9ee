"""Define `bluezone rollout forecast`: where a curve goes, and when a target will be met. Needs numpy."""

from __future__ import annotations

import datetime as dt
import json
from fractions import Fraction
from pathlib import Path
from typing import Annotated, Any

import click

from bluezone.cli.errors import CommandError
from bluezone.cli.options import Json, Opt, options
from bluezone.cli.rollout.common import (
    DATE,
    LAST_CAMPAIGN_DAY,
    Counts,
    People,
    Share,
    find_unit,
    read_series,
    rounded,
)
from bluezone.geography import catalogue
from bluezone.geography.figures import Measure
from bluezone.i18n import Language
from bluezone.rollout.chance import chance_text
from bluezone.rollout.curves import read_curve
from bluezone.rollout.forecast import Arrival, Day, arrival, forecast
from bluezone.rollout.history import series_of
from bluezone.rollout.pace import installs_for
from bluezone.rollout.points import Point


@click.command("forecast")
@options
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
        int | None, Opt("The phones if known, else the people: never more than this.", type=People(least=1))
    ] = None,
    target: Annotated[
        Fraction | None, Opt("Also say when this share of the population is reached.", type=Share())
    ] = None,
    deadline: Annotated[dt.date | None, Opt("And the chance that it is by this day.", "--by", type=DATE)] = None,
    orders: Annotated[
        tuple[dt.date, ...],
        Opt("A day on which a campaign was or will be ordered; as often as needed.", "--order", type=DATE),
    ] = (),
    counts: Counts = None,
    as_json: Json = False,
) -> None:
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
    result = forecast(points, as_of=as_of, horizon_days=horizon, ceiling=ceiling, level=level, orders=orders)
    met = None
    if target is not None:
        if ceiling is None:
            raise CommandError("a target is a share of the population: give --population")
        goal = installs_for(target, ceiling)
        met = arrival(points, target=goal, as_of=as_of, deadline=deadline, ceiling=ceiling, level=level, orders=orders)
    if as_json:
        facts: dict[str, Any] = {
            "unit": name,
            "as_of": as_of.isoformat(),
            "last": {"date": result.last.date.isoformat(), "total": result.last.total},
            "horizon": horizon,
            "level": level,
            "forecast": _day_facts(result.days[-1]),
            "path": [_day_facts(day) for day in result.days],
            "population": ceiling,
            "notes": list(result.notes),
        }
        if met is not None and target is not None:
            facts["target"] = _arrival_facts(met, target, ceiling or 0, deadline)
        click.echo(json.dumps(facts, ensure_ascii=False))
        return
    for note in result.notes:
        click.echo(f"note: {note}", err=True)
    end = result.days[-1]
    bound = "more than " if result.last.at_least else ""
    click.echo(f"{name}: {bound}{result.last.total:,} on {result.last.date}.")
    click.echo(f"{end.date}: {end.total:,.0f} ({end.low:,.0f} to {end.high:,.0f}, {level:.0%} band).")
    if met is not None and target is not None:
        click.echo(f"{float(target):.1%} of {ceiling:,}: {_arrival_text(met, level)}.")
        if met.chance_by_deadline is not None:
            chance = "reached" if met.chance_by_deadline == 1 else chance_text(met.chance_by_deadline, Language.ENGLISH)
            click.echo(f"{float(target):.1%} by {deadline}: {chance}.")


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
    """Write when a target is met, with the edges of the band where they differ, and how often they are passed: the
    chance by a deadline may be small and yet not nothing before the band begins."""
    if met.earliest is None:
        return "not within two years"
    if met.latest is None:
        return f"{met.middle or 'not within two years'} (before {met.earliest} in {50 * (1 - level):.0f} of 100 cases)"
    if met.earliest == met.latest:
        return str(met.middle)
    return f"{met.middle} (between {met.earliest} and {met.latest} in {100 * level:.0f} of 100 cases)"


def _day_facts(day: Day) -> dict[str, Any]:
    return {"date": day.date.isoformat(), "total": round(day.total), "low": int(day.low), "high": -int(-day.high // 1)}


def _arrival_facts(met: Arrival, target: Fraction, ceiling: int, deadline: dt.date | None) -> dict[str, Any]:
    def iso(day: dt.date | None) -> str | None:
        return day.isoformat() if day else None

    return {
        "share": rounded(target),
        "total": installs_for(target, ceiling),
        "date": iso(met.middle),
        "earliest": iso(met.earliest),
        "latest": iso(met.latest),
        "deadline": iso(deadline),
        "chance_by_deadline": round(met.chance_by_deadline, 3) if met.chance_by_deadline is not None else None,
    }
