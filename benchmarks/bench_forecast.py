"""How good are the forecasts? Judges them on campaigns left out, and chooses their constants anew.

docs/measurements/forecast.md keeps what this prints.

    python benchmarks/bench_forecast.py [SERIES.json ...]    # besides adoption.json; half a minute of one core

Each series is read as if reports came every day, every week, or every three days rounded to three digits; from each of
some thirty of its days a forecast is made, with what was known then. Campaigns weigh the same, however many series or
days they have. A truth between two figures is read off the straight line between them, if they are at most three weeks
apart.
"""

from __future__ import annotations

import datetime as dt
import itertools
import json
import sys
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from bluezone.rollout import forecast
from bluezone.rollout.history import reported_series
from bluezone.rollout.series import Point

Floats = NDArray[np.float64]
SERIES = Path(__file__).with_name("adoption.json")
HORIZONS = (3, 7, 14, 30, 60)
ORIGINS, MAX_GAP_DAYS, DAILY = 16, 21, 100
#: The band published.
LEVEL = 0.8
#: What a damped trend keeps of its gain from one day to the next.
DAMPING = 0.95
#: Launches and calls: the series, and the day.
STEPS = (
    ("canada", "2020-07-31"),
    ("canada", "2020-10-01"),
    ("france", "2020-10-22"),
    ("france", "2021-06-09"),
    ("france", "2021-07-12"),
    ("germany", "2020-06-18"),
    ("germany", "2020-10-19"),
    ("italy", "2020-06-02"),
    ("italy", "2020-10-04"),
    ("italy", "2021-06-17"),
    ("netherlands", "2020-08-17"),
    ("netherlands", "2020-10-10"),
    ("new-zealand", "2020-05-20"),
    ("new-zealand", "2020-08-12"),
    ("norway", "2020-12-21"),
    ("norway", "2021-01-23"),
    ("slovenia", "2020-08-18"),
)
#: What the constants are chosen from.
WINDOWS, CHANGES, DOUBTS = (3, 5, 7), (3.0, 5.0, 8.0), (3.0, 5.0, 7.0, 10.0)


@dataclass(frozen=True, slots=True)
class Trial:
    """Hold what was known, so many days later how much came, and of which campaign."""

    campaign: str
    known: tuple[Point, ...]
    horizon: int
    truth: float


def read_series(paths: Sequence[Path]) -> Iterator[tuple[str, str, list[Point]]]:
    """Yield the campaign, the name and the points of every series, Vietnam's printed ones last."""
    for path in paths:
        for each in json.loads(path.read_text(encoding="utf-8")):
            first = dt.date.fromisoformat(each["first"])
            days = ((first + dt.timedelta(days=n), total) for n, total in enumerate(each["totals"]) if total)
            yield each["campaign"], each["name"], rising([Point(*day) for day in days])
    for name, points in reported_series(minimum=3).items():
        yield "vietnam", name, rising(points)


def rising(points: Sequence[Point]) -> list[Point]:
    """Return one point a day, never falling."""
    return forecast.clean(points, max(point.date for point in points))[0]


def truth_of(points: Sequence[Point], day: dt.date) -> float | None:
    """Return the total of a day; None where no figure is near."""
    for before, after in itertools.pairwise(points):
        gap = (after.date - before.date).days
        if before.date <= day <= after.date and gap <= MAX_GAP_DAYS:
            return before.total + (after.total - before.total) * (day - before.date).days / gap
    return None


def printed(points: Sequence[Point]) -> Iterator[list[Point]]:
    """Yield the ways in which reports of a series may come."""
    yield list(points)
    if len(points) >= DAILY:
        yield list(points[3::7])
        yield rising([Point(p.date, max(1, round(p.total, 3 - len(str(p.total))))) for p in points[1::3]])


def trials(series: Sequence[tuple[str, str, list[Point]]]) -> list[Trial]:
    """Try some days of every series, half of them thick at its start, at every horizon whose truth is known."""
    made = []
    for campaign, _, points in series:
        for known in printed(points):
            most = len(known) - 2
            if most > 2 * ORIGINS:
                origins = {*np.geomspace(1, most, ORIGINS).astype(int), *np.linspace(1, most, ORIGINS).astype(int)}
            else:
                origins = set(range(1, most + 1))
            made += [each for last in sorted(origins) for each in at(campaign, points, known[: last + 1])]
    return made


def at(campaign: str, points: Sequence[Point], known: Sequence[Point]) -> Iterator[Trial]:
    """Yield the trials from the last point known."""
    shared = tuple(known)
    for horizon in HORIZONS:
        truth = truth_of(points, shared[-1].date + dt.timedelta(days=horizon))
        if truth is not None:
            yield Trial(campaign, shared, horizon, truth)


def after_steps(series: Sequence[tuple[str, str, list[Point]]]) -> list[Trial]:
    """Try each of the two weeks after a launch or a call, of reports every day and every week."""
    by_name = {name: points for _, name, points in series}
    made = []
    for name, day in STEPS:
        points, step = by_name[name], dt.date.fromisoformat(day)
        for last in range(1, len(points) - 1):
            if 1 <= (points[last].date - step).days <= 14:
                for apart in (1, 7):
                    known = points[last::-apart][::-1]
                    made += at(f"{name} {day}", points, known) if len(known) > 1 else []
    return made


def line(known: Sequence[Point], days: int) -> float:
    """Carry the line through the last two reports on."""
    before, last = known[-2:]
    return last.total + (last.total - before.total) / (last.date - before.date).days * days


def damped(known: Sequence[Point], days: int) -> float:
    """Carry the gain between the last two reports on, each day a little less of it."""
    return known[-1].total + (line(known, 1) - known[-1].total) * (1 - DAMPING**days) / (1 - DAMPING)


RULES: dict[str, Callable[[Sequence[Point], int], float]] = {
    "stay": lambda known, _: known[-1].total,
    "line": line,
    "damped trend": damped,
}


@dataclass
class Table:
    """Hold trials as arrays; `paces[window, change]` are the pace and the days for which it has held, of each."""

    made: list[Trial]
    paces: dict[tuple[int, float], tuple[Floats, Floats]]

    def __post_init__(self) -> None:
        self.campaigns = np.array([trial.campaign for trial in self.made])
        self.horizons = np.array([trial.horizon for trial in self.made], dtype=float)
        self.last = np.array([trial.known[-1].total for trial in self.made], dtype=float)
        self.truths = np.array([trial.truth for trial in self.made])
        self.least = forecast.LEAST_SHARE * self.last + 0.5
        self.weights = np.zeros(len(self.made))
        for own in self.cells():
            self.weights[own] = 1 / own.sum()

    def cells(self) -> Iterator[NDArray[np.bool_]]:
        """Yield the trials of each campaign at each horizon."""
        for campaign, horizon in itertools.product(np.unique(self.campaigns), HORIZONS):
            own = (self.campaigns == campaign) & (self.horizons == horizon)
            if own.any():
                yield own

    def by_horizon(self, values: Floats, use: NDArray[np.bool_] | None = None) -> Floats:
        """Return the mean of some values at each horizon, campaigns weighing the same."""
        weights = self.weights if use is None else self.weights * use
        return np.array([np.average(values[h], weights=weights[h]) for h in (self.horizons == n for n in HORIZONS)])

    def errors(self, totals: Floats) -> Floats:
        """Return the absolute errors in percent of the truth."""
        return np.abs(totals - self.truths) / self.truths * 100

    def gains(self, constants: tuple[int, float, float]) -> Floats:
        """Return the gains foretold with other constants: window, change, doubt."""
        pace, held = self.paces[constants[:2]]
        return pace * self.horizons * held / (held + constants[2] + self.horizons / constants[2])


def tabled(made: list[Trial]) -> Table:
    """Return the table of trials, with the paces of every window and change."""
    paces = {}
    shipped = forecast.WINDOW_DAYS, forecast.CHANGE
    for window, change in itertools.product(WINDOWS, CHANGES):
        forecast.WINDOW_DAYS, forecast.CHANGE = window, change  # type: ignore[misc]
        known = {id(trial.known): trial.known for trial in made}
        seen = {key: forecast.outlook(points, as_of=points[-1].date) for key, points in known.items()}
        values = np.array([(seen[id(t.known)].pace, seen[id(t.known)].held) for t in made], dtype=float)
        paces[window, change] = values[:, 0], values[:, 1]
    forecast.WINDOW_DAYS, forecast.CHANGE = shipped  # type: ignore[misc]
    return Table(made, paces)


def chosen(table: Table, use: NDArray[np.bool_]) -> tuple[int, float, float]:
    """Return the constants with the least error on some campaigns, every horizon weighing as the damped trend errs."""
    scale = table.by_horizon(table.errors(np.array([damped(t.known, t.horizon) for t in table.made])), use)
    grid = itertools.product(WINDOWS, CHANGES, DOUBTS)
    return min(
        grid, key=lambda each: (table.by_horizon(table.errors(table.last + table.gains(each)), use) / scale).mean()
    )


def spread(table: Table, constants: tuple[int, float, float], use: NDArray[np.bool_]) -> tuple[Floats, Floats]:
    """Return how far the logarithm of the gain lies from the one foretold, and x, with the constants of its law: of
    every quantile the value at x = 0 and the slope, by the quantile regression of Koenker and Bassett (1978)."""
    gains = table.gains(constants)
    ahead = np.log1p(table.horizons / (table.paces[constants[:2]][1] + constants[2]))
    away = np.log((np.maximum(table.truths - table.last, 0) + table.least) / (gains + table.least))
    columns = np.stack([np.ones_like(ahead), ahead], 1)[use]
    found = []
    for chance in ((1 - LEVEL) / 2, 0.5, (1 + LEVEL) / 2):
        weights, line_through = table.weights[use], np.zeros(2)
        for _ in range(200):
            off = away[use] - columns @ line_through
            own = weights * np.where(off > 0, chance, 1 - chance) / np.maximum(np.abs(off), 1e-3)
            line_through = np.linalg.solve(columns.T @ (columns * own[:, None]), columns.T @ (own * away[use]))
        found.append(line_through)
    return np.array(found), np.stack([away, ahead], 1)


def left_out(table: Table) -> tuple[Floats, NDArray[np.bool_]]:
    """Return the totals foretold, and whether the band held, with constants chosen without the trial's campaign."""
    totals, held = np.zeros(len(table.made)), np.zeros(len(table.made), dtype=bool)
    for campaign in np.unique(table.campaigns):
        others = table.campaigns != campaign
        constants = chosen(table, others)
        (low, middle, high), places = spread(table, constants, others)
        own = ~others
        totals[own] = (table.last + table.gains(constants))[own]
        away, ahead = places[own].T
        held[own] = (low[0] + low[1] * ahead <= away) & (away <= high[0] + high[1] * ahead)
        report(f"  without {campaign}: window, change, doubt {constants}; {laplace(low, middle, high)}")
    return totals, held


def laplace(low: Floats, middle: Floats, high: Floats) -> str:
    """Write the constants of the law that has these quantiles."""
    tail = np.log(1 / (1 - LEVEL))
    return (
        f"drift {middle[1]:.2f}, noise {(high[0] - low[0]) / 2 / tail:.2f}, "
        f"below {(middle[1] - low[1]) / tail:.2f}, above {(high[1] - middle[1]) / tail:.2f}"
    )


def shipped(made: Sequence[Trial]) -> tuple[Floats, NDArray[np.bool_]]:
    """Return the totals that the room foretells, and whether its band held."""
    days: dict[int, tuple[forecast.Day, ...]] = {}
    for trial in made:
        if id(trial.known) not in days:
            seen = forecast.outlook(trial.known, as_of=trial.known[-1].date)
            days[id(trial.known)] = seen.days(HORIZONS[-1], LEVEL)
    found = [days[id(trial.known)][trial.horizon - 1] for trial in made]
    held = [day.low <= trial.truth <= day.high for day, trial in zip(found, made, strict=True)]
    return np.array([day.total for day in found]), np.array(held)


def lift(series: Sequence[tuple[str, str, list[Point]]]) -> str:
    """Write by what the pace of the four weeks after each call is that of the two weeks before: the middle, and the
    standard deviation of the logarithm."""
    logarithms = []
    for name, day in STEPS:
        points = next(points for _, each, points in series if each == name)
        before, then, later = (
            truth_of(points, dt.date.fromisoformat(day) + dt.timedelta(days=n)) for n in (-14, 0, 28)
        )
        if before is not None and then is not None and later is not None:
            logarithms.append(np.log((later - then) / 28 / ((then - before) / 14)))
    middle = np.exp([np.mean(logarithms), np.median(logarithms)])
    return f"{middle[0]:.1f} (median {middle[1]:.1f}), {np.std(logarithms):.2f} of {len(logarithms)} calls"


def alone(series: Sequence[tuple[str, str, list[Point]]]) -> Table:
    """Try the same days with that day's figure alone."""
    return Table([Trial(t.campaign, t.known[-1:], t.horizon, t.truth) for t in trials(series)], {})


def report(text: str) -> None:
    sys.stdout.write(text + "\n")


def row(name: str, values: Floats, form: str = "{:.2f}") -> None:
    report(f"| {name} | {' | '.join(form.format(value) for value in values)} |")


def heads(title: str) -> None:
    report(f"\n{title}\n\n| | {' | '.join(f'{days} days' for days in HORIZONS)} |\n|---|{'---|' * len(HORIZONS)}")


def rules(table: Table, ours: Floats) -> None:
    """Write the errors of the simple rules, ours, and ours over the better of line and damped trend."""
    found = {}
    for name, rule in RULES.items():
        found[name] = table.by_horizon(table.errors(np.array([rule(t.known, t.horizon) for t in table.made])))
        row(name, found[name])
    own = table.by_horizon(table.errors(ours))
    row("ours", own)
    row("ours / better of line and damped trend", own / np.minimum(found["line"], found["damped trend"]))


def main() -> None:
    series = list(read_series([SERIES, *map(Path, sys.argv[1:])]))
    table = tabled(trials(series))
    report(f"{len(table.made)} trials of {len(np.unique(table.campaigns))} campaigns. Chosen with each left out:")
    totals, held = left_out(table)
    everybody = np.ones(len(table.made), dtype=bool)
    constants = chosen(table, everybody)
    report(f"  on all: {constants}; {laplace(*spread(table, constants, everybody)[0])}")
    heads("Mean error, % of the true total, constants chosen without the campaign.")
    rules(table, totals)
    row("share held by the band of 80 %", table.by_horizon(held * 100.0), "{:.0f}")
    heads("With the constants that ship.")
    totals, held = shipped(table.made)
    rules(table, totals)
    row("share held by the band of 80 %", table.by_horizon(held * 100.0), "{:.0f}")
    heads("By campaign: mean error of ours / of the better of line and damped trend / % held.")
    others = np.array([[abs(rule(t.known, t.horizon) - t.truth) / t.truth * 100 for t in table.made]
                       for rule in (line, damped)])  # fmt: skip
    for campaign in np.unique(table.campaigns):
        cells = []
        for horizon in HORIZONS:
            own = (table.campaigns == campaign) & (table.horizons == horizon)
            better = others[:, own].mean(axis=1).min() if own.any() else 0
            cells.append(
                f"{table.errors(totals)[own].mean():.1f} / {better:.1f} / {held[own].mean():.0%}" if own.any() else "-"
            )
        report(f"| {campaign} | {' | '.join(cells)} |")
    heads("In the two weeks after a launch or a call, with the constants that ship.")
    steps = Table(after_steps(series), {})
    totals, held = shipped(steps.made)
    rules(steps, totals)
    row("share held by the band of 80 %", steps.by_horizon(held * 100.0), "{:.0f}")
    lone = alone(series)
    totals, held = shipped(lone.made)
    heads(f"From a single figure. An order lifts by {lift(series)}.")
    row("ours", lone.by_horizon(lone.errors(totals)))
    row("share held by the band of 80 %", lone.by_horizon(held * 100.0), "{:.0f}")


if __name__ == "__main__":
    main()
