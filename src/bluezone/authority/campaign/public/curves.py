"""Draw the curve of a unit as SVG: once for the same figures, then taken from the cache.

Loading the figures' libraries takes a worker a second or two, drawing 0.1: so the worker's job draws the
country's and the provinces' beforehand, and a reader waits only for a curve nobody has asked for yet.
"""

from __future__ import annotations

import datetime as dt
import enum
import hashlib
from collections.abc import Collection, Sequence
from dataclasses import dataclass

from django.core.cache import cache

from bluezone import vega
from bluezone.authority.campaign.figures import rankings, reader
from bluezone.authority.campaign.orders.people import denominators_of
from bluezone.authority.campaign.orders.queries import target_of
from bluezone.authority.campaign.public.freshness import release
from bluezone.authority.site import clock
from bluezone.geography import catalogue
from bluezone.geography.figures import Measure
from bluezone.geography.units import NATION_34, NATION_63, Level, System, Unit
from bluezone.i18n import Language
from bluezone.rollout import charts, suppression
from bluezone.rollout.chance import most_of
from bluezone.rollout.forecast import Forecast, forecast
from bluezone.rollout.points import Point
from bluezone.rollout.series import Series

FORECAST_DAYS = 14
_KEEP_S = 7 * 86_400


class Variant(enum.StrEnum):
    """Name how wide a curve is drawn: letters keep their size on a telephone, so the wide one is not shrunk for it."""

    WIDE = "wide"
    NARROW = "narrow"


_SIZES = {
    Variant.WIDE: charts.Size(width=620, height=480, font_px=13),
    Variant.NARROW: charts.Size(width=230, height=180, font_px=13, ticks=4),
}


@dataclass(frozen=True, slots=True)
class Curve:
    """Hold all that a curve shows: totals up to a day, the most there can be, and the target with its deadline."""

    points: tuple[Point, ...]
    day: dt.date
    most: int | None
    target: tuple[int, dt.date] | None
    #: the day on which the target was ordered
    orders: tuple[dt.date, ...] = ()

    def outlook(self) -> Forecast | None:
        """Return the forecast of two weeks, where there are figures enough to know a pace."""
        if len(self.points) < 3:
            return None
        return forecast(self.points, as_of=self.day, horizon_days=FORECAST_DAYS, ceiling=self.most, orders=self.orders)


def points(series: Series, hidden: Collection[dt.date], people: int | None = None) -> tuple[Point, ...]:
    """Return the totals that the public may see: none of hidden days, cut where people are few."""
    shown = [
        (point, suppression.disclosed(point.total, people)) for point in series.points() if point.date not in hidden
    ]
    return tuple(Point(point.date, total, point.at_least) for point, total in shown if total is not None)


def curve_of(unit: Unit, day: dt.date) -> Curve:
    """Return the curve of a unit up to a day."""
    series = reader.whole_series(unit.code, day)
    sisters = rankings.sisters_of(unit, day)
    figures = denominators_of([unit, *sisters], day)
    hidden = reader.hidden_days(unit, series, sisters, figures)
    people = figures.on(unit, Measure.POPULATION, day)
    target = target_of(unit.code, day)
    goal = (target.installs, target.directive.deadline) if target else None
    base = people.value if people else None
    most = most_of(unit, figures, day, base, series.total)
    orders = (target.directive.issued,) if target else ()
    return Curve(points(series, hidden, base), day, most, goal, orders)


def drawn(curve: Curve, language: Language, variant: Variant = Variant.WIDE) -> str:
    """Draw the SVG, in a language; light or dark as the reader's screen."""
    key = hashlib.sha256(repr((release(), curve, language, variant)).encode()).hexdigest()
    kept: str | None = cache.get(key)
    if kept is None:
        specification = charts.curve(
            curve.points, curve.outlook(), target=curve.target, language=language, size=_SIZES[variant]
        )
        kept = charts.for_both_schemes(vega.svg(specification))
        cache.set(key, kept, _KEEP_S)
    return kept


def warm(now: dt.datetime) -> int:
    """Draw today's curves of the country and its provinces, where they are not kept yet; return how many."""
    day = clock.date_of(now)
    nation = NATION_63 if System.on(day) is System.PROVINCES_63 else NATION_34
    units: Sequence[Unit] = (nation, *catalogue.provinces().of_level(Level.PROVINCE, day))
    curves = [curve_of(unit, day) for unit in units]
    known = [curve for curve in curves if len(curve.points) > 1]
    for curve in known:
        for language in Language:
            for variant in (Variant.WIDE, Variant.NARROW):
                drawn(curve, language, variant)
    return len(known)
