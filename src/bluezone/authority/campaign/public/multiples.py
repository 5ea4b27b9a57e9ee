"""Draw the shares of the units below one over the last weeks, each small beside the others, on one scale."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from bluezone.authority.campaign.figures import reader
from bluezone.authority.campaign.figures.reader import Code
from bluezone.authority.campaign.orders.people import denominators_of
from bluezone.authority.site.language import page_language
from bluezone.geography.figures import Measure
from bluezone.geography.units import Unit
from bluezone.i18n import format_date, format_day, format_share
from bluezone.rollout import suppression
from bluezone.rollout.series import Series
from bluezone.rollout.texts import unit_name

SPAN = dt.timedelta(days=28)
#: so many are drawn; a province of 2025 has a hundred communes
MOST = 32
_WIDTH, _HEIGHT = 120.0, 48.0
#: what the order of August 2020 asked for (0..1)
_MARK = 0.3
#: days of the table behind the figures
_DAYS = 4

#: totals a unit may be shown with, by day
Shown = dict[dt.date, int]


def disclosed_parts_by_day(series: Mapping[Code, Series], people: Mapping[Code, int | None]) -> dict[Code, Shown]:
    """Return the totals of all parts of one unit that may be shown, each on each of its days.

    A day on which a part is suppressed beside its sisters, as the table of that day would show them, is left out.
    """
    changes: dict[dt.date, dict[Code, int]] = defaultdict(dict)
    for code, own in series.items():
        for day, total in own.totals():
            changes[day][code] = total
    newest: dict[Code, int] = {}
    shown: dict[Code, Shown] = defaultdict(dict)
    for day in sorted(changes):
        newest |= changes[day]
        parts = {str(code): (total, people.get(code)) for code, total in newest.items()}
        disclosed = suppression.disclosed_parts(parts)
        for code in changes[day]:
            if (may := disclosed[str(code)]) is not None:
                shown[code][day] = may
    return shown


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


def of_units(units: Sequence[Unit], day: dt.date) -> dict[str, Any]:
    """Return what the page of the unit above shows: a line a unit, in the order of their codes."""
    figures = denominators_of(units, day)
    bases = {unit.code: figures.on(unit, Measure.POPULATION, day) for unit in units}
    people: dict[Code, int | None] = {code: base.value if base else None for code, base in bases.items()}
    # The whole series: what is suppressed on a day follows from the newest figure of each by then.
    series = reader.series_of(list(people), day, since=dt.date.min)
    totals = disclosed_parts_by_day(series, people)
    lines = {
        unit: {on: total / base for on, total in totals[unit.code].items() if day - SPAN <= on}
        for unit in units
        if (base := people[unit.code]) and unit.code in totals
    }
    drawn = {unit: line for unit, line in lines.items() if len(line) > 1}
    frame = frame_of(list(drawn.values()))
    if frame is None or len(drawn) < 2:
        return {}
    language = page_language()
    days = sorted({on for line in drawn.values() for on in line})
    steps = days if len(days) <= _DAYS else [days[round(at * (len(days) - 1) / (_DAYS - 1))] for at in range(_DAYS)]
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
