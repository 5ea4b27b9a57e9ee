"""Forecast when a target is met: carry the present pace of installs on, believed as far as it has held.

After a launch, an order or a prime minister's call installs leap and fade within days; on a plateau a pace holds for
months. So of a pace that has held for `held` days, h days ahead gain

    pace * h * held / (held + 3 + h / 3)

and around the logarithm of that gain lies a Laplace distribution that widens with h / held, as the errors on campaigns
did: x = log(1 + h / (held + 3)) moves its median by DRIFT * x and its scale is NOISE + BELOW * x to one side and NOISE
+ ABOVE * x to the other. From one reading nothing is known of the pace: then it is that of a total gained evenly over
300 days, within a factor of 15. Every chance, band and day of arrival is read from this one distribution.

The constants were chosen on sixteen campaigns, each left out in turn: `benchmarks/bench_forecast.py` computes them anew
and says how large the errors are, docs/measurements/forecast.md keeps what it said. They are rounded: with others near
them the errors are the same.
"""

from __future__ import annotations

import datetime as dt
import itertools
import math
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from bluezone.errors import N_
from bluezone.rollout.errors import RolloutError
from bluezone.rollout.series import Point

MAX_HORIZON_DAYS = 730
DEFAULT_LEVEL = 0.8
#: A pace is that over at least WINDOW_DAYS, and holds while that before it is a third to three times of it.
WINDOW_DAYS, CHANGE = 5, 3.0
#: A pace is believed as `held` to `held` + DOUBT_DAYS + the days ahead / DOUBT_DAYS.
DOUBT_DAYS = 3
DRIFT, NOISE, BELOW, ABOVE = 0.45, 0.44, 0.35, 0.8
#: The days in which a lone figure is taken to have come, and the scale of the logarithm of what comes after it.
LONE_DAYS, LONE_SPREAD = 300, 1.7
#: An order to come multiplies what is gained after it, as ten dated calls abroad did in their first four weeks, against
#: the two weeks before; the scale of the logarithm of that.
LIFT, LIFT_SPREAD = 1.8, 0.6
#: A gain smaller than this share of the total, plus half an install, is not told from none.
LEAST_SHARE = 0.001
#: Of few installs chance alone lets come more or less (Poisson): its scale is this over the root of their number.
COUNTING = 0.8


class ForecastError(RolloutError):
    """Report a series or a question that cannot be forecast."""


@dataclass(frozen=True, slots=True)
class Day:
    """Hold a forecast day: the total foretold and the band of the level asked for. Never falling.

    The total is the one whose mean error is least; the truth lies above it somewhat more often than below.
    """

    date: dt.date
    total: float
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class Arrival:
    """Hold when a target is met: on the path foretold, and at the early and the late edge of the band (None: not within
    two years). By `earliest` the chance is half of what the band leaves out: 1 in 10 of a band of 80 %."""

    middle: dt.date | None
    earliest: dt.date | None
    latest: dt.date | None


@dataclass(frozen=True, slots=True)
class Outlook:
    """Hold the distribution of the totals that follow a series (`outlook`).

    `pace` is in installs a day; `held` for how many days it has held, None where one figure is known; `room` what can
    still come at most; `orders` the days from the last figure to those of orders to come.
    """

    series: tuple[Point, ...]
    as_of: dt.date
    notes: tuple[str, ...]
    pace: float
    held: int | None
    room: float
    orders: tuple[int, ...]

    def days(self, number: int, level: float = DEFAULT_LEVEL) -> tuple[Day, ...]:
        """Return so many days after `as_of`, with a band of the level."""
        if not 1 <= number <= MAX_HORIZON_DAYS:
            raise ForecastError(N_("a horizon must be between 1 and {most} days"), most=MAX_HORIZON_DAYS)
        after = (day for day in self._path(level) if day.date > self.as_of)
        return tuple(itertools.islice(after, number))

    def arrival(self, target: int, level: float = DEFAULT_LEVEL) -> Arrival:
        """Return when the total reaches a target."""
        reached = next((point.date for point in self.series if point.total >= target), None)
        if reached is not None:
            return Arrival(reached, reached, reached)
        days = list(itertools.islice(self._path(level), MAX_HORIZON_DAYS))
        return Arrival(
            next((day.date for day in days if day.total >= target), None),
            next((day.date for day in days if day.high >= target), None),
            next((day.date for day in days if day.low >= target), None),
        )

    def chance(self, target: int, deadline: dt.date) -> float:
        """Return the chance (0..1) that the total reaches a target by the end of a day."""
        if self.last.total >= target:
            return 1.0
        days = min((deadline - self.last.date).days, MAX_HORIZON_DAYS)
        return max((self._chance_on(day, target - self.last.total) for day in range(1, days + 1)), default=0.0)

    @property
    def last(self) -> Point:
        """Return the last figure."""
        return self.series[-1]

    def _path(self, level: float) -> Iterator[Day]:
        """Yield the days after the last figure."""
        if not 0 < level < 1:
            raise ForecastError(N_("the level of a band must lie between 0 and 1"))
        low = high = 0.0
        for days in itertools.count(1):
            total = self._in_room(self._gain(days))
            low = max(low, self._quantile(days, (1 - level) / 2))
            high = max(high, self._quantile(days, (1 + level) / 2))
            edges = (total, min(low, total), max(high, total))
            yield Day(self.last.date + dt.timedelta(days=days), *(self.last.total + edge for edge in edges))

    def _chance_on(self, days: int, gain: float) -> float:
        """Return the chance that at least so much is gained."""
        if gain >= self.room:
            return 0.0
        if self.room < math.inf:
            gain = -self.room * math.log1p(-gain / self.room)
        median, below, above = self._law(days)
        away = math.log(gain + self._least) - median
        return 1 - math.exp(away / below) / 2 if away < 0 else math.exp(-away / above) / 2

    def _quantile(self, days: int, chance: float) -> float:
        """Return the gain that is not passed with a chance."""
        median, below, above = self._law(days)
        away = below * math.log(2 * chance) if 2 * chance < 1 else -above * math.log(2 - 2 * chance)
        return self._in_room(max(0.0, math.exp(median + away) - self._least))

    def _law(self, days: int) -> tuple[float, float, float]:
        """Return the median of the logarithm of the gain (and the least that is told from none), and its scales."""
        gain = self._gain(days)
        lifted = 1 - self._paced(days) / gain if gain else 0.0
        ahead = math.log1p(days / (self.held + DOUBT_DAYS)) if self.held else 0.0
        noise = math.hypot(NOISE, COUNTING / math.sqrt(gain + 1)) if self.held else LONE_SPREAD
        above = math.hypot(noise + ABOVE * ahead, LIFT_SPREAD * lifted)
        return math.log(gain + self._least) + DRIFT * ahead, noise + BELOW * ahead, above

    @property
    def _least(self) -> float:
        return LEAST_SHARE * self.last.total + 0.5

    def _gain(self, days: int) -> float:
        """Return what is gained where nothing is in the way, orders to come counted in."""
        paced = self._paced(days)
        return paced + sum((LIFT - 1) * (paced - self._paced(order)) for order in self.orders if order < days)

    def _paced(self, days: int) -> float:
        believed = self.held / (self.held + DOUBT_DAYS + days / DOUBT_DAYS) if self.held else 1.0
        return self.pace * days * believed

    def _in_room(self, gain: float) -> float:
        """Return what is left of a gain where phones come to an end."""
        if self.room == math.inf:
            return gain
        return -self.room * math.expm1(-gain / self.room) if self.room else 0.0


def outlook(
    points: Iterable[Point], *, as_of: dt.date, ceiling: int | None = None, orders: Sequence[dt.date] = ()
) -> Outlook:
    """Return the distribution of the totals after the last figure on or before `as_of`. Raises ForecastError.

    `ceiling` (the phones if their number is known, else the people) is approached and never passed; `orders` are the
    days on which a campaign was or will be ordered: paces from before the last of them tell nothing once a figure after
    it is known, and one still to come lifts what is gained after it.
    """
    series, notes = clean(points, as_of)
    last = series[-1]
    given = max((day for day in orders if day < last.date), default=dt.date.min)
    before = [point for point in series if point.date <= given]
    pace, held = _pace([*before[-1:], *series[len(before) :]])
    if held and held < 7:
        notes = (*notes, N_("the present pace is known for less than a week: the band is wide"))
    room = math.inf if ceiling is None else max(float(ceiling - last.total), 0.0)
    to_come = tuple((day - last.date).days for day in orders if day >= last.date)
    return Outlook(tuple(series), as_of, notes, pace, held, room, to_come)


def clean(points: Iterable[Point], as_of: dt.date) -> tuple[list[Point], tuple[str, ...]]:
    """Return the points up to a day in order, one a day, never falling; and what was mended. Raises ForecastError."""
    known = sorted((p for p in points if p.date <= as_of), key=lambda p: (p.date, p.total))
    if any(p.total < 0 for p in known):
        raise ForecastError(N_("a total cannot be negative"))
    by_day = {p.date: p for p in known}
    notes = []
    if len(by_day) < len(known):
        notes.append(N_("some days had several figures: the largest was taken"))
    series: list[Point] = []
    fell = False
    for date, point in by_day.items():
        falls = bool(series) and point.total < series[-1].total
        fell = fell or falls
        series.append(Point(date, series[-1].total, series[-1].at_least) if falls else point)
    if fell:
        notes.append(N_("totals fell on some days: they were held at the earlier figure"))
    if not series or series[-1].total == 0:
        raise ForecastError(N_("there is no figure on or before {date} to forecast from"), date=as_of)
    if len(series) == 1:
        notes.append(N_("only one figure: the forecast knows nothing of the pace"))
    return series, tuple(notes)


def _pace(series: Sequence[Point]) -> tuple[float, int | None]:
    """Return the installs a day of late, and for how many days such a pace has held (None: one reading only)."""
    if len(series) == 1:
        return series[0].total / LONE_DAYS, None
    start = _start(series, len(series) - 1)
    present = pace = _per_day(series, start, len(series) - 1)
    while start > 0:
        earlier = _start(series, start)
        before = _per_day(series, earlier, start)
        if max(pace, before) > CHANGE * min(pace, before):
            break
        start, pace = earlier, before
    return present, (series[-1].date - series[start].date).days


def _start(series: Sequence[Point], end: int) -> int:
    """Return the newest reading from which a pace up to another can be taken: WINDOW_DAYS before it, or as long as the
    total stood still; else the first."""
    latest = series[end].date - dt.timedelta(days=WINDOW_DAYS)
    for start in range(end - 1, 0, -1):
        if series[start].date <= latest and series[start].total < series[end].total:
            return start
    return 0


def _per_day(series: Sequence[Point], start: int, end: int) -> float:
    return (series[end].total - series[start].total) / (series[end].date - series[start].date).days
