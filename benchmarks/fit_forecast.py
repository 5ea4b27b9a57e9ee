"""Fit the pool of forecasts and write its parameters into the room.

    python benchmarks/fit_forecast.py FOLDER

FOLDER holds the series of other countries' apps, `name.csv` with `date,total` each (which, and where they can be had:
docs/measurements/forecast.md); Vietnam's come from `bluezone.geography`, made-up campaigns from `forecast_pool`. A few
minutes of one core. Change VERSION whenever the file changes.
"""

from __future__ import annotations

import datetime as dt
import json
import sys
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from bluezone.geography import catalogue
from bluezone.geography.figures import Measure
from bluezone.rollout.history import reported_series
from forecast_pool.campaigns import campaign
from forecast_pool.fitting import Fitted, design, fit, fit_lone
from forecast_pool.series import Case, Whole, cases_of, read_wholes, whole

VERSION = 3
PARAMETERS = Path(__file__).resolve().parents[1] / "src/bluezone/rollout/forecasting/parameters.json"
CAMPAIGNS = 100
#: Few figures, or few and only of the first days: one group together.
SHORT = ("australia", "belgium", "britain", "finland", "ireland")
#: Where the app was installed from: people, in millions.
MILLIONS = {
    "canada": 38.0,
    "france": 67.4,
    "germany": 83.2,
    "italy": 59.6,
    "japan": 125.8,
    "netherlands": 17.4,
    "norway": 5.39,
}
#: When the app, or the campaign for it, began, where that is before the first figure.
LAUNCHES = {"france": dt.date(2020, 6, 2), "vietnam": dt.date(2020, 7, 25)}
#: What changed the pace on a day known beforehand: launches, orders, passes, provinces that joined, campaigns.
STEPS = (
    ("canada", "2020-10-01"),
    ("canada", "2020-10-05"),
    ("france", "2020-10-22"),
    ("france", "2021-06-09"),
    ("france", "2021-07-12"),
    ("germany", "2020-10-19"),
    ("italy", "2020-10-04"),
    ("italy", "2021-06-17"),
    ("netherlands", "2020-10-10"),
    ("norway", "2021-01-23"),
)
_STEP_DAYS = (14, 28)


def pool_series(folder: Path) -> list[tuple[str, Whole]]:
    """Return every real series with the group it counts in: other countries' and Vietnam's."""
    abroad = [
        whole(
            each.name,
            dict(zip(each.days.astype(int).tolist(), each.totals.tolist(), strict=True)),
            MILLIONS[each.name] * 1e6 if each.name in MILLIONS else None,
            LAUNCHES.get(each.name),
        )
        for each in read_wholes(folder)
    ]
    found = [("launches" if each.name in SHORT else each.name, each) for each in abroad]
    for name, points in reported_series(minimum=2).items():
        totals: dict[int, float] = {}
        for point in points:
            day = point.date.toordinal()
            totals[day] = max(point.total, totals.get(day, 0))
        found.append(("vietnam", whole(name, totals, _people(name), LAUNCHES["vietnam"])))
    return found


def _people(name: str) -> float:
    unit = catalogue.provinces().find(name, on=LAUNCHES["vietnam"])
    return float(catalogue.figures().current(unit, Measure.POPULATION, LAUNCHES["vietnam"]).value)


def pool_cases(series: Sequence[tuple[str, Whole]], seed: int = 1) -> list[Case]:
    """Return the cases that the pool is fitted on."""
    cases: list[Case] = []
    for group, each in series:
        cases += cases_of(each, group, 30, 10, seed)
    for number in range(CAMPAIGNS):
        cases += cases_of(campaign(number), "synthetic", 1, 5, seed)
    return cases


def steps(series: Sequence[tuple[str, Whole]]) -> tuple[float, float]:
    """Return what a dated step does to the gain of four weeks, against the two weeks before: the factor in the middle,
    and the standard deviation of its logarithm."""
    by_name = {each.name: each for _, each in series}
    logs = []
    before_days, after_days = _STEP_DAYS
    for name, date in STEPS:
        if name not in by_name:
            continue
        day = dt.date.fromisoformat(date).toordinal()
        earlier, then, later = (by_name[name].at(day + shift) for shift in (-before_days, 0, after_days))
        logs.append(np.log((later - then) / after_days / ((then - earlier) / before_days)))
    return float(np.exp(np.mean(logs))), float(np.std(logs))


def parameters(fitted: Fitted, series: Sequence[tuple[str, Whole]]) -> dict[str, object]:
    """Return the parameters as their file holds them."""
    factor, spread = steps(series)
    return {
        "version": VERSION,
        "series": sorted(
            {each.name for group, each in series if group != "vietnam"} | {"vietnam", "made-up campaigns"}
        ),
        "typical_miss": round(fitted.typical_miss, 5),
        "step_factor": round(factor, 3),
        "step_spread": round(spread, 3),
        "curve": fitted.curve.write(),
        "plain": fitted.plain.write(),
        "lone": fit_lone(series).write(),
    }


def main() -> None:
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    series = pool_series(Path(sys.argv[1]))
    made = design(pool_cases(series))
    fitted = fit(made, np.ones(len(made.groups), dtype=bool))
    PARAMETERS.write_text(json.dumps(parameters(fitted, series), indent=1) + "\n", encoding="utf-8")
    sys.stdout.write(f"{PARAMETERS}: {len(made.groups)} cases of {len(set(made.groups))} groups\n")


if __name__ == "__main__":
    main()
