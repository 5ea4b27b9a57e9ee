"""Draw the curve of a unit, and small ones of many, as SVG: once for the same figures, then taken from the cache.

Loading the figures' libraries takes a worker a second or two, drawing 0.1: so the worker's job draws the
country's and the provinces' beforehand, and a reader waits only for a curve nobody has asked for yet.
"""

from __future__ import annotations

import datetime as dt
import enum
import hashlib
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.core.cache import cache
from django.utils.translation import gettext as _

from bluezone import vega
from bluezone.authority.campaign.figures import reader
from bluezone.authority.campaign.orders.queries import denominators_of, target_of
from bluezone.authority.campaign.public.freshness import release
from bluezone.authority.site import clock
from bluezone.authority.site.language import page_language
from bluezone.geography import catalogue
from bluezone.geography.figures import Measure
from bluezone.geography.units import Level, Unit, nation_on
from bluezone.i18n import Language, format_date, format_day, format_share
from bluezone.rollout import charts, suppression
from bluezone.rollout.chance import most_of
from bluezone.rollout.forecast import Day, outlook
from bluezone.rollout.series import Point, Series
from bluezone.rollout.texts import unit_name

FORECAST_DAYS = 14
_KEEP_S = 7 * 86_400


class Variant(enum.StrEnum):
    """Name how wide a curve is drawn: letters keep their size on a telephone, so the wide one is not shrunk for it."""

    WIDE = "wide"
    NARROW = "narrow"


SIZES = {
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

    def ahead(self) -> tuple[Day, ...]:
        """Return the forecast of two weeks, where there are figures enough to know a pace."""
        if len(self.points) < 3:
            return ()
        return outlook(self.points, as_of=self.day, ceiling=self.most, orders=self.orders).days(FORECAST_DAYS)


def points(series: Series, hidden: Collection[dt.date], people: int | None = None) -> tuple[Point, ...]:
    """Return the totals that the public may see: none of hidden days, cut where people are few."""
    shown = [
        (point, suppression.disclosed(point.total, people)) for point in series.points() if point.date not in hidden
    ]
    return tuple(Point(point.date, total, point.at_least) for point, total in shown if total is not None)


def curve_of(unit: Unit, day: dt.date) -> Curve:
    """Return the curve of a unit up to a day; without points where fewer than two are known."""
    series = reader.whole_series(unit.code, day)
    if len(series.points()) < 2:
        return Curve((), day, None, None)
    sisters = reader.sisters_of(unit, day)
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

    def specification() -> vega.Spec:
        size = SIZES[variant]
        return charts.curve(curve.points, curve.ahead(), target=curve.target, language=language, size=size)

    return kept_drawing((curve, language, variant), specification)


def kept_drawing(shown: object, specification: Callable[[], vega.Spec]) -> str:
    """Return the SVG of what a figure shows: taken from the cache, else drawn."""
    key = hashlib.sha256(repr((release(), shown)).encode()).hexdigest()
    kept: str | None = cache.get(key)
    if kept is None:
        kept = charts.for_both_schemes(vega.svg(specification()))
        cache.set(key, kept, _KEEP_S)
    return kept


def warm(now: dt.datetime) -> int:
    """Draw today's curves of the country and its provinces, where they are not kept yet; return how many."""
    day = clock.date_of(now)
    nation = nation_on(day)
    units: Sequence[Unit] = (nation, *catalogue.provinces().of_level(Level.PROVINCE, day))
    curves = [curve_of(unit, day) for unit in units]
    known = [curve for curve in curves if len(curve.points) > 1]
    for curve in known:
        for language in Language:
            for variant in (Variant.WIDE, Variant.NARROW):
                drawn(curve, language, variant)
    return len(known)


SPAN = dt.timedelta(days=28)
#: so many are drawn; a province of 2025 has a hundred communes
MOST = 32
_WIDTH, _HEIGHT = 120.0, 48.0
#: what the order of August 2020 asked for (0..1)
_MARK = 0.3
#: days of the table behind the figures
_DAYS = 4


@dataclass(frozen=True, slots=True)
class Frame:
    """Hold the scale that all share: from the first day to the last, and up to a share (0..1)."""

    first: dt.date
    last: dt.date
    top: float

    def x(self, day: dt.date) -> float:
        return _WIDTH * (day - self.first).days / max(1, (self.last - self.first).days)

    def y(self, share: float) -> float:
        return _HEIGHT * (1 - share / self.top)

    def path(self, shares: Mapping[dt.date, float]) -> str:
        """Return the line through shares as the path of an SVG."""
        return "M" + "L".join(f"{self.x(day):.1f},{self.y(share):.1f}" for day, share in sorted(shares.items()))


def frame_of(lines: Sequence[Mapping[dt.date, float]]) -> Frame | None:
    """Return the frame that some lines share; None where no line has two days."""
    days = [day for line in lines if len(line) > 1 for day in line]
    if not days:
        return None
    top = max([_MARK * 1.05, *(share for line in lines for share in line.values())])
    return Frame(min(days), max(days), top)


def spread(days: Sequence[dt.date], most: int) -> Sequence[dt.date]:
    """Return at most so many of some days, evenly: the first and the last among them."""
    return days if len(days) <= most else [days[round(at * (len(days) - 1) / (most - 1))] for at in range(most)]


def of_units(units: Sequence[Unit], day: dt.date) -> dict[str, Any]:
    """Return what the page of the unit above shows: a line a unit, in the order of their codes."""
    figures = denominators_of(units, day)
    bases = {unit.code: figures.on(unit, Measure.POPULATION, day) for unit in units}
    people = {str(code): base.value if base else None for code, base in bases.items()}
    # The whole series: what is suppressed on a day follows from the newest figure of each by then.
    series = reader.series_of(bases, day, since=dt.date.min)
    totals = suppression.disclosed_by_day({str(code): own.totals() for code, own in series.items()}, people)
    lines = {
        unit: {on: total / base for on, total in totals[str(unit.code)].items() if day - SPAN <= on}
        for unit in units
        if (base := people[str(unit.code)]) and str(unit.code) in totals
    }
    drawn = {unit: line for unit, line in lines.items() if len(line) > 1}
    frame = frame_of(list(drawn.values()))
    if frame is None or len(drawn) < 2:
        return {}
    language = page_language()
    days = sorted({on for line in drawn.values() for on in line})
    steps = spread(days, _DAYS)
    return {
        "multiples": [
            {
                "code": str(unit.code),
                "name": unit_name(unit, language),
                "share": format_share(line[max(line)], language),
                "said": _("From %(first)s to %(last)s")
                % {
                    "first": format_share(line[min(line)], language),
                    "last": format_share(line[max(line)], language),
                },
                "path": frame.path(line),
                "values": [format_share(line[on], language) if on in line else "" for on in steps],
            }
            for unit, line in list(drawn.items())[:MOST]
        ],
        "multiples_days": [format_day(on, language) for on in steps],
        "multiples_mark": f"{frame.y(_MARK):.1f}",
        "multiples_sentence": _("Share of the people from %(first)s to %(last)s, all on one scale. Dashed line: 30%%.")
        % {"first": format_date(frame.first, language), "last": format_date(frame.last, language)},
    }
