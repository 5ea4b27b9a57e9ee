"""Say what a target's chance is, in words that an office can read aloud.

A chance says how often such campaigns got there. It is said in a hundred where that is few or
nearly all, in ten between, and never as certain: no forecast knows a chance to the hundredth.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence

from bluezone.geography.figures import Figures, Measure
from bluezone.geography.units import Unit
from bluezone.i18n import Language
from bluezone.rollout.forecast import ForecastError, outlook
from bluezone.rollout.pace import days_to_come
from bluezone.rollout.series import Point
from bluezone.rollout.texts import translator

#: From here to there a chance is said in ten.
_TENTHS_FROM, _TENTHS_TO = 0.095, 0.905
#: Installs so near a figure of phones show that it is too old.
_NEAR = 0.9


def most_of(unit: Unit, figures: Figures, day: dt.date, people: int | None, total: int | None) -> int | None:
    """Return what a unit's installs approach and never pass: its phones, where a figure of them is known that they
    have not come near yet, else its people."""
    phones = figures.on(unit, Measure.SMARTPHONES, day)
    if phones is None or people is None or (total or 0) > _NEAR * phones.value:
        return people
    return min(people, phones.value)


def chance_of_target(
    points: Iterable[Point],
    *,
    target: int,
    deadline: dt.date,
    as_of: dt.date,
    most: int | None = None,
    orders: Sequence[dt.date] = (),
) -> float | None:
    """Return the chance that a target still to be met is met by its deadline; None where it is met, where no day is
    left for it or nothing is known. `orders` are the days on which it was ordered (see `forecast.outlook`)."""
    points = tuple(points)
    last = max((point.date for point in points), default=None)
    if not days_to_come(as_of, deadline, last) or any(point.total >= target for point in points):
        return None
    try:
        return outlook(points, as_of=as_of, ceiling=most, orders=orders).chance(target, deadline)
    except ForecastError:
        return None


def chance_text(chance: float, language: Language) -> str:
    """Write a chance (0..1): "2 in 100", "about 6 in 10", "under 1 in 100"."""
    _ = translator(language).gettext
    if chance < 0.01:
        return _("under 1 in 100")
    if chance > 0.99:
        return _("over 99 in 100")
    if _TENTHS_FROM <= chance <= _TENTHS_TO:
        return _("about {times} in 10").format(times=int(chance * 10 + 0.5))
    return _("{times} in 100").format(times=int(chance * 100 + 0.5))
