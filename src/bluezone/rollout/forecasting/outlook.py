"""Turn the distribution of a curve's gain into one of its total: rounding, saturation at the phones, orders on a date.

Every day's distribution is of its own: that a total never falls makes the chance of a target by a day the chance of the
total on that day, so that no paths are drawn and the same figures give the same forecast.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from bluezone.rollout.forecasting.counting import MOST_COUNTED, poisson_at_most
from bluezone.rollout.forecasting.features import Curve, Floats
from bluezone.rollout.forecasting.model import Gains, Pool, curve_gains, lone_gains, past_of

#: Where the true total may lie in the interval of a rounded one, in units from its middle.
_IN_UNIT = (np.arange(6) + 0.5) / 6 - 0.5
#: The pace since a printed figure changed may have been so many times that of the days to come.
_PACE_FACTORS = np.array([0.4, 1.0, 2.5])
#: Gains are counted about so many equally likely ones; where the chance is over this, the tail is that of the gains.
_EQUAL_CHANCES = (np.arange(20) + 0.5) / 20
_TAIL_FROM = 0.95
#: Quantiles are found by so many halvings of the interval in which they must lie.
_HALVINGS = 44
#: A spread is scaled to the distance of one standard deviation by this quantile.
_ONE_SIGMA = 0.8413


@dataclass(frozen=True, slots=True)
class Known:
    """Hold what is known when a forecast is made.

    `centre` is the middle of the interval of the last total, `ceiling` what it can never pass (the phones, or the
    people), `campaign_day` the day of the last order by the last figure, `orders` the days after it of later ones.
    """

    curve: Curve
    ceiling: float | None = None
    campaign_day: float | None = None
    orders: Sequence[float] = ()


@dataclass(frozen=True, slots=True)
class Outlook:
    """Hold the distribution of the total at some horizons."""

    known: Known
    gains: Gains

    @property
    def _room(self) -> float | None:
        ceiling = self.known.ceiling
        return None if ceiling is None else max(ceiling - self.known.curve.last, 0.0)

    def chance_at_most(self, totals: Floats) -> Floats:
        """Return the chance that the total is at most the one given; (horizons, any) for (horizons, any)."""
        unit = self.known.curve.unit if self.known.curve.unit > 1 else 0.0
        if not unit and self._is_few.any():
            return self._counted_at_most(totals)
        return self._free_at_most(totals, unit)

    def _free_at_most(self, totals: Floats, unit: float) -> Floats:
        """Return the chances of totals that may be any number, the last one rounded to `unit` (0: exact)."""
        offsets = unit * self._places_in_unit() if unit else np.zeros(1)
        over = totals[..., None] - self.known.curve.last - offsets
        shape = over.shape
        gained = self._unsaturated(over.reshape(shape[0], -1))
        chance: Floats = self.gains.chance_below(gained).reshape(shape).mean(-1)
        return chance

    def _places_in_unit(self) -> Floats:
        """Return equally likely places of the true total in the interval of the last, rounded one, in units from its
        middle: near the lower end where the printed figure has only just passed to it."""
        curve, gains = self.known.curve, self.gains
        lower = np.flatnonzero(curve.totals < curve.last)
        if not lower.size or curve.last - curve.totals[lower[-1]] > 1.5 * curve.unit:
            return _IN_UNIT
        pace = max(float(np.exp(gains.middle[0]) - gains.least), 0.0) / gains.horizons[0] / curve.unit
        before, first = curve.days[lower[-1]], curve.days[lower[-1] + 1]
        if pace * (first - before) >= 1:  # the last reading says nothing of when it passed
            return _IN_UNIT
        passed = curve.days[-1] - np.linspace(before, first, 5)[1:]
        since = (pace * passed[:, None] * _PACE_FACTORS).ravel()
        since = since[since < 1]
        places: Floats = np.concatenate([since - 0.5, since - 0.5, since])  # rounded twice as often as cut off
        return places if since.size else _IN_UNIT

    @property
    def _is_few(self) -> NDArray[np.bool_]:
        """Decide for each horizon whether so few installs are foretold that they have to be counted."""
        few: NDArray[np.bool_] = np.exp(self.gains.middle) < MOST_COUNTED
        return few

    def _counted_at_most(self, totals: Floats) -> Floats:
        """Return the chances of totals that are whole numbers: where few are gained, Poisson counts about every gain
        that the distribution holds."""
        free = self._free_at_most(totals, 0.0)
        gains = self.gains
        scaled = np.interp(_EQUAL_CHANCES, gains.law.chances, gains.law.quantiles)
        spread = np.where(scaled < 0, gains.below[:, None], gains.above[:, None])
        means = self._saturated(np.maximum(np.exp(gains.middle[:, None] + spread * scaled) - gains.least, 0))
        over = totals - self.known.curve.last
        mixed = poisson_at_most(over[..., None], means[:, None, :]).mean(-1)
        # the tail is that of the gains: so far out, whole numbers no longer matter
        counted = np.where(mixed > _TAIL_FROM, np.minimum(mixed, np.maximum(free, _TAIL_FROM)), mixed)
        if self._room is not None:
            counted = np.where(over >= self._room, 1.0, counted)
        return np.where(self._is_few[:, None], counted, free)

    def _saturated(self, gains: Floats) -> Floats:
        """Return the gain that is left of one that would be, were there phones without end."""
        room = self._room
        if room is None:
            return gains
        left: Floats = room * -np.expm1(-gains / room) if room > 0 else np.zeros_like(gains)
        return left

    def _unsaturated(self, gained: Floats) -> Floats:
        """Return the gain that would be, were there phones without end."""
        room = self._room
        if room is None:
            return gained
        if room <= 0:
            return np.where(gained >= 0, np.inf, -1.0)
        left = 1 - np.minimum(gained, room) / room
        with np.errstate(divide="ignore"):
            free: Floats = -room * np.log(np.maximum(left, 0))
        return np.where(gained >= room, np.inf, free)

    def middle(self) -> Floats:
        """Return the total foretold at each horizon, never falling: the one whose mean error is least."""
        gains = self._saturated(np.exp(self.gains.middle) - self.gains.least)
        totals: Floats = np.maximum.accumulate(self.known.curve.last + np.maximum(gains, 0))
        return totals

    def quantiles(self, chances: Sequence[float]) -> Floats:
        """Return (horizons, chances): the total that is not passed with each chance; never falling over horizons."""
        last, unit = self.known.curve.last, self.known.curve.unit
        shape = (len(self.gains.horizons), len(chances))
        wanted = np.broadcast_to(np.array(chances, dtype=float), shape)
        low = np.zeros(shape)
        high = np.full(shape, np.log1p(60.0 * last + unit))
        base = last - unit / 2 if unit > 1 else last
        for _ in range(_HALVINGS):
            middle = (low + high) / 2
            enough = self.chance_at_most(base + np.expm1(middle)) >= wanted
            low, high = np.where(enough, low, middle), np.where(enough, middle, high)
        found: Floats = base + np.expm1(high)
        if unit <= 1:
            found = np.where(self._is_few[:, None], np.rint(found), found)
        found = np.maximum.accumulate(found, axis=0)
        return found if self.known.ceiling is None else np.minimum(found, max(self.known.ceiling, last))


def outlook(known: Known, pool: Pool, horizons: Floats) -> Outlook:
    """Return the distribution of the total at some horizons (days after the last reading)."""
    curve = known.curve
    if len(curve) > 1:
        gains = curve_gains(curve, past_of(curve, pool.plain, pool.typical_miss), pool.curve, horizons)
    else:
        share = None if known.ceiling is None else curve.last / max(known.ceiling, 1.0)
        age = None if known.campaign_day is None else float(curve.days[-1]) - known.campaign_day
        gains = lone_gains(curve.last, share, age, pool.lone, horizons)
    for order in sorted(known.orders):
        gains = _ordered(gains, order, pool)
    return Outlook(known, gains)


def _ordered(gains: Gains, order: float, pool: Pool) -> Gains:
    """Return the distribution if an order is given so many days after the last reading: what is gained after it is
    multiplied, by a factor that is itself uncertain upwards."""
    grown = np.exp(gains.middle) - gains.least
    start = float(np.interp(order, np.r_[0.0, gains.horizons], np.r_[0.0, grown]))
    after = np.maximum(grown - start, 0) * (gains.horizons > order)
    lifted = grown + (pool.step_factor - 1) * after
    middle = np.log(lifted + gains.least)
    part = after / np.maximum(grown, 1e-12)
    sigma = float(np.interp(_ONE_SIGMA, gains.law.chances, gains.law.quantiles))
    above = np.hypot(gains.above, part * pool.step_spread / sigma)
    return replace(gains, middle=middle, above=above)
