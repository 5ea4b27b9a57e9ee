"""Define `bluezone rollout pace`: what a target takes."""

from __future__ import annotations

import datetime as dt
from fractions import Fraction
from typing import Annotated, Any

from bluezone.cli.answers import Answer
from bluezone.cli.errors import CommandError
from bluezone.cli.options import Opt, command
from bluezone.cli.rollout.common import (
    DATE,
    SHARE,
    Counts,
    find_unit,
    people,
    read_series,
    rounded,
    vintage_facts,
)
from bluezone.geography import catalogue
from bluezone.geography.figures import Figure, Measure
from bluezone.geography.units import Unit
from bluezone.rollout.counts import Count
from bluezone.rollout.pace import Pace, Status, pace
from bluezone.rollout.series import Series


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
    return Answer(
        _pace_facts(result, unit, base, start, deadline, last if installs is None else None),
        f"{unit.name} on {start}: {result.installs:,} of {base.value:,} = {result.share:.2%} ({base.vintage.title}).\n"
        f"{float(target) * 100:.4g} % by {deadline} is {result.target_installs:,}: {result.needed:,} more"
        + (f", {result.per_day:,} a day for {result.days} days." if result.per_day is not None else ".")
        + f" Status: {result.status}"
        + (" (too few figures of the days before to know its pace)" if result.status is Status.UNKNOWN else "")
        + ".",
    )


def _pace_facts(
    result: Pace, unit: Unit, base: Figure, start: dt.date, deadline: dt.date, last: Count | None
) -> dict[str, Any]:
    return {
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
        "figure_date": last.date if last else None,
        "source": (last.source or None) if last else None,
        "origin": last.origin if last else None,
        "vintage": vintage_facts(base.vintage.id),
        "note": base.note or None,
    }
