"""Read series of other countries' apps, and thin and round daily totals as papers print them."""

from __future__ import annotations

import csv
import datetime as dt
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from bluezone.rollout.forecasting.features import Curve, Floats, rounding_unit

#: A truth between two figures is read off the straight line between them if they are at most so many days apart.
MAX_GAP_DAYS = 21
#: A series with fewer figures is one that papers printed already.
_DAILY = 100
_STYLES = ("daily", "few", "weekly", "irregular", "bursty")
_ROUNDINGS = ("exact", "1,000", "10,000", "100,000", "three digits", "half of three digits")


@dataclass(frozen=True, slots=True)
class Whole:
    """Hold a series of totals as published, never falling.

    `people` live where it was counted (None: not known); `began` is the day of the launch (None: that of the first
    figure).
    """

    name: str
    days: Floats
    totals: Floats
    people: float | None = None
    began: float | None = None

    def age(self, day: float) -> float:
        """Return the days since the launch."""
        return float(day - (self.days[0] if self.began is None else self.began))

    def at(self, day: float) -> float:
        """Return the total on a day; NaN outside the series and in a wide gap."""
        index = int(np.searchsorted(self.days, day))
        if day < self.days[0] or day > self.days[-1]:
            return float("nan")
        if self.days[index] == day:
            return float(self.totals[index])
        gap = self.days[index] - self.days[index - 1]
        if gap > MAX_GAP_DAYS:
            return float("nan")
        share = (day - self.days[index - 1]) / gap
        return float(self.totals[index - 1] + share * (self.totals[index] - self.totals[index - 1]))

    @property
    def is_daily(self) -> bool:
        """Decide whether the series is fine enough to be thinned."""
        return len(self.days) >= _DAILY


@dataclass(frozen=True, slots=True)
class Case:
    """Hold an origin: the group of its series, what was printed by then, the true total then, and the whole series."""

    group: str
    curve: Curve
    true_now: float
    whole: Whole

    def truths(self, horizons: Floats) -> Floats:
        """Return the true total at each horizon; NaN where unknown."""
        return np.array([self.whole.at(float(self.curve.days[-1] + horizon)) for horizon in horizons])


def read_wholes(folder: Path) -> list[Whole]:
    """Read every `name.csv` of a folder: columns `date` and a total; or `series`, `date`, `total` for several."""
    wholes = []
    for path in sorted(folder.glob("*.csv")):
        by_name: dict[str, dict[int, float]] = defaultdict(dict)
        with path.open(encoding="utf-8", newline="") as file:
            for row in csv.DictReader(file):
                total = float(row.get("total") or row.get("installs_total") or 0)
                day = dt.date.fromisoformat(row["date"]).toordinal()
                known = by_name[row.get("series") or path.stem]
                known[day] = max(total, known.get(day, 0))
        wholes += [whole(name, known) for name, known in by_name.items()]
    return wholes


def whole(name: str, totals: dict[int, float], people: float | None = None, began: dt.date | None = None) -> Whole:
    """Return a series in order of day, held where it fell."""
    days = sorted(totals)
    return Whole(
        name,
        np.array(days, dtype=float),
        np.maximum.accumulate(np.array([totals[d] for d in days], dtype=float)),
        people,
        None if began is None else began.toordinal(),
    )


def printed(generator: np.random.Generator, series: Whole) -> tuple[Floats, Floats]:
    """Return days and totals as papers might have printed them: some days only, rounded, now and then yesterday's."""
    if not series.is_daily:
        keep = generator.random(len(series.days)) < generator.choice([1.0, 0.7, 0.5])
        keep[-1] = True
        return series.days[keep], series.totals[keep]
    chosen = _days(generator, len(series.days))
    totals = _rounded(generator, series.totals[chosen])
    if generator.random() < 0.25:
        stale = np.flatnonzero(generator.random(len(totals)) < 0.05)
        for index in stale[stale > 0]:
            totals[index] = totals[index - 1]
    return series.days[chosen], totals


def _days(generator: np.random.Generator, length: int) -> Sequence[int]:
    style = generator.choice(_STYLES)
    at = int(generator.integers(0, 4)) if generator.random() < 0.5 else int(generator.integers(0, int(length * 0.6)))
    chosen = [at]
    while True:
        if style == "daily":
            step = 1 if generator.random() < 0.9 else int(generator.integers(2, 5))
        elif style == "few":
            step = int(generator.integers(1, 6))
        elif style == "weekly":
            step = int(generator.choice([6, 7, 7, 7, 8, 14]))
        elif style == "irregular":
            step = 1 + int(generator.geometric(1 / 6))
        else:
            step = int(generator.choice([1, 1, 2, 3, 5, 10, 21]))
        at += step
        if at >= length:
            return chosen
        chosen.append(at)


def _rounded(generator: np.random.Generator, totals: Floats) -> Floats:
    digits = 10.0 ** np.floor(np.log10(np.maximum(totals, 10)))
    unit = {
        "exact": np.ones_like(totals),
        "1,000": np.full_like(totals, 1e3),
        "10,000": np.full_like(totals, 1e4),
        "100,000": np.full_like(totals, 1e5),
        "three digits": digits / 100,
        "half of three digits": digits / 20,
    }[str(generator.choice(_ROUNDINGS))]
    unit = np.maximum(np.minimum(unit, digits / 10), 1)
    cut = generator.random() < 0.25
    shown = np.floor(totals / unit) if cut else np.round(totals / unit)
    return np.maximum.accumulate(np.maximum(shown * unit, 1))


def cases_of(series: Whole, group: str, prints: int, origins: int, seed: int) -> list[Case]:
    """Return origins of a series: so many printed forms of it, so many origins of each, with two figures or more."""
    cases = []
    for number in range(prints if len(series.days) > 8 else min(prints, 2)):
        generator = np.random.default_rng([seed, sum(map(ord, series.name)), number])
        days, totals = printed(generator, series)
        if len(days) < 3:
            continue
        possible = np.arange(1, len(days) - 1)
        for last in generator.choice(possible, size=min(origins, len(possible)), replace=False):
            shown = totals[: last + 1]
            curve = Curve(days[: last + 1], shown, rounding_unit([int(total) for total in shown]))
            true_now = series.at(float(days[last])) if series.is_daily else float(shown[-1])
            cases.append(Case(group, curve, true_now, series))
    return cases
