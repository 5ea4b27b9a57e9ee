"""Define `bluezone rollout pace` and `forecast`: what a target takes, and when it will be met."""

from __future__ import annotations

import datetime as dt
import json
from fractions import Fraction
from pathlib import Path
from typing import Any

import click

from bluezone.cli.errors import CommandError
from bluezone.cli.parameters import NumberRange
from bluezone.cli.rollout.common import (
    DATE,
    FILE,
    LAST_CAMPAIGN_DAY,
    People,
    Share,
    counts_option,
    find_unit,
    json_option,
    read_series,
    rounded,
    vintage_facts,
)
from bluezone.geography import catalogue
from bluezone.geography.figures import Figure, Measure
from bluezone.geography.units import Unit
from bluezone.i18n import Language
from bluezone.rollout.chance import chance_text
from bluezone.rollout.counts import Count
from bluezone.rollout.curves import read_curve
from bluezone.rollout.forecast import Arrival, Day, Point, arrival, forecast
from bluezone.rollout.history import series_of
from bluezone.rollout.pace import Pace, Status, installs_for, pace
from bluezone.rollout.series import Series


@click.command("pace")
@click.option(
    "--unit", "unit_name", required=True, help='A province, district or commune: "Hậu Giang", "hau giang", 93.'
)
@click.option("--target", type=Share(), required=True, help="The share to reach, such as 30%.")
@click.option("--from", "start", type=DATE, required=True, help="The day it is asked on.")
@click.option("--by", "deadline", type=DATE, required=True, help="The last day.")
@click.option(
    "--of",
    "of",
    type=click.Choice([m.value for m in Measure]),
    default="population",
    show_default=True,
    help="What the target is a share of.",
)
@click.option("--installs", type=People(), help="Installs on that day, if not to be looked up.")
@counts_option
@json_option
def pace_command(
    unit_name: str,
    target: Fraction,
    start: dt.date,
    deadline: dt.date,
    of: str,
    installs: int | None,
    counts: Path | None,
    as_json: bool,
) -> None:
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
    if as_json:
        click.echo(json.dumps(_pace_facts(result, unit, base, start, deadline, last if installs is None else None),
                              ensure_ascii=False))  # fmt: skip
        return
    click.echo(
        f"{unit.name} on {start}: {result.installs:,} of {base.value:,} = {result.share:.2%} ({base.vintage.title}).\n"
        f"{float(target) * 100:.4g} % by {deadline} is {result.target_installs:,}: {result.needed:,} more"
        + (f", {result.per_day:,} a day for {result.days} days." if result.per_day is not None else ".")
        + f" Status: {result.status}"
        + (" (too few figures of the days before to know its pace)" if result.status is Status.UNKNOWN else "")
        + "."
    )


def _pace_facts(
    result: Pace, unit: Unit, base: Figure, start: dt.date, deadline: dt.date, last: Count | None
) -> dict[str, Any]:
    return {
        "unit": unit.name,
        "code": str(unit.code),
        "from": start.isoformat(),
        "by": deadline.isoformat(),
        "installs": result.installs,
        base.vintage.measure.value: result.base,
        "share": round(result.share, 5),
        "target_share": rounded(result.target_share),
        "target_installs": result.target_installs,
        "needed": result.needed,
        "days": result.days,
        "per_day": result.per_day,
        "recent_per_day": round(result.recent_per_day, 1) if result.recent_per_day is not None else None,
        "status": result.status.value,
        "silent_days": result.silent_days,
        "figure_date": last.date.isoformat() if last else None,
        "source": (last.source or None) if last else None,
        "origin": last.origin.value if last else None,
        "vintage": vintage_facts(base.vintage.id),
        "note": base.note or None,
    }


@click.command("forecast")
@click.option("--unit", "unit_name", help='A unit of which figures are known; "Việt Nam" is the nation.')
@click.option(
    "--series",
    type=FILE,
    help="A curve of your own: a spreadsheet with the columns date and total; >20000000 is a bound.",
)
@click.option("--date", "date", type=DATE, help="Forecast from what was known on this day; default: the last figure.")
@click.option("--horizon", type=click.IntRange(1, 730), default=7, show_default=True, help="Days ahead.")
@click.option("--level", type=NumberRange(0.01, 0.99), default=0.8, show_default=True, help="Share of the band.")
@click.option("--population", type=People(least=1), help="The phones if known, else the people: never more than this.")
@click.option("--target", type=Share(), help="Also say when this share of the population is reached.")
@click.option("--by", "deadline", type=DATE, help="And the chance that it is by this day.")
@click.option(
    "--order",
    "orders",
    type=DATE,
    multiple=True,
    help="A day on which a campaign was or will be ordered; as often as needed.",
)
@counts_option
@json_option
def forecast_command(
    unit_name: str | None,
    series: Path | None,
    date: dt.date | None,
    horizon: int,
    level: float,
    population: int | None,
    target: Fraction | None,
    deadline: dt.date | None,
    orders: tuple[dt.date, ...],
    counts: Path | None,
    as_json: bool,
) -> None:
    """Forecast the curve, with a band; and when a target will be met. See docs/measurements/forecast.md."""
    name, points, ceiling = _series(unit_name, series, date, population, counts)
    if not points:
        raise CommandError(f"no figures of {name} are known; give a curve with --series or --counts")
    as_of = date or max(point.date for point in points)
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
    click.echo(f"{name}: {result.last.total:,} on {result.last.date}.")
    click.echo(f"{end.date}: {end.total:,.0f} ({end.low:,.0f} to {end.high:,.0f}, {level:.0%} band).")
    if met is not None and target is not None:
        click.echo(f"{float(target):.1%} of {ceiling:,}: {met.middle or 'not within two years'}"
                   f" (between {met.earliest or 'later'} and {met.latest or 'not within two years'}).")  # fmt: skip
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
