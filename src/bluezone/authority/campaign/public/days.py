"""Read what an address of a public page asks for: the day, the unit on that day, a choice; and the slider over days."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any

from django.http import Http404, HttpRequest

from bluezone.authority.campaign.figures import reader
from bluezone.authority.campaign.figures.report_views import day_of
from bluezone.authority.site import clock
from bluezone.authority.site.language import page_language
from bluezone.geography import catalogue
from bluezone.geography.errors import GeographyError
from bluezone.geography.units import Level, Unit, UnitCode
from bluezone.i18n import format_date
from bluezone.rollout.series import MAX_AGE_DAYS


def chosen_day(request: HttpRequest, days: Sequence[dt.date]) -> dt.date:
    """Return the day asked for, by date or by its position on the slider; the newest without either."""
    date, place = request.GET.get("date", ""), request.GET.get("at", "")
    try:
        asked = f"{days[int(place)]}" if place and days else date
    except (ValueError, IndexError):
        raise Http404 from None
    return day_of(asked) if asked or not days else days[-1]


def days_of_pages() -> list[dt.date]:
    """Return the days of which there is any figure. (A rehearsal's clock may be before figures that are loaded.)"""
    days = [day for day in reader.days_with_figures() if day <= clock.today()]
    return _up_to_today(days, days[-1] if days else None)


def days_of_unit(unit: Unit) -> list[dt.date]:
    """Return the days of which a unit has a figure; up to today as long as it or a unit below has a fresh one."""
    today = clock.today()
    days = reader.days_of(unit.code, today)
    below = reader.series_of((each.code for each in catalogue.all_units().children(unit.code, today)), today)
    newest = [series.figure.date for series in below.values() if series.figure is not None]
    return _up_to_today(days, max([*days[-1:], *newest], default=None))


def _up_to_today(days: list[dt.date], newest: dt.date | None) -> list[dt.date]:
    """Return days of figures with today at their end while the newest figure is fresh: pages say then how things stand
    today, as those of officers do. Of a place that nobody reports of any more they stay at its last figure."""
    today = clock.today()
    is_fresh = newest is not None and 0 < (today - newest).days <= MAX_AGE_DAYS
    return [*days, today] if is_fresh and (not days or days[-1] < today) else days


def slider(days: Sequence[dt.date], day: dt.date) -> dict[str, Any]:
    """Return what a slider over the days needs."""
    language = page_language()
    return {
        "day": day,
        "shown_day": format_date(day, language),
        "at": max((place for place, other in enumerate(days) if other <= day), default=0),
        "last": len(days) - 1,
        "days": [(place, format_date(each, language)) for place, each in enumerate(days)],
    }


def chosen(request: HttpRequest, name: str, kind: type[Any], default: Any) -> Any:
    try:
        return kind(request.GET.get(name, default))
    except ValueError:
        raise Http404 from None


def unit_on(code: str, day: dt.date | None) -> Unit:
    """Return a unit as it was on a day. A province of 2025 can be asked for earlier days, too: as the sum of its
    parts."""
    try:
        parsed = UnitCode.parse(code)
        gazetteer = catalogue.provinces() if parsed.level <= Level.PROVINCE else catalogue.all_units()
        latest = gazetteer.unit(parsed)
        return latest if day is None or reader.parts_of(latest.code) else gazetteer.unit(parsed, day)
    except GeographyError:
        raise Http404 from None
