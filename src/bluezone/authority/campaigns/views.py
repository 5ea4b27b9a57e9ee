"""The public pages of the roll-out: the country, a unit, its curve. No login; what could tell a person is hidden."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_GET

from bluezone.authority.campaigns import maps, standing
from bluezone.authority.cases.desk import today
from bluezone.authority.config import clock
from bluezone.geography import catalogue
from bluezone.geography.errors import GeographyError
from bluezone.geography.figures import Measure
from bluezone.geography.units import NATION_34, NATION_63, Level, System, Unit, UnitCode
from bluezone.rollout import charts, suppression
from bluezone.rollout.counts import FIRST_DAY, Count
from bluezone.rollout.forecast import Point, forecast
from bluezone.rollout.language import (
    Language,
    say_change,
    say_date,
    say_number,
    say_points,
    say_share,
    say_unit,
)
from bluezone.rollout.ranking import Ranking, Standing

_FORECAST_DAYS = 14
#: for the reader's own browser only: who is logged in sees the own name on these pages, each in the own language
_for_a_while = cache_control(private=True, max_age=300)


def _language() -> Language:
    return Language.ENGLISH if (get_language() or "vi").startswith("en") else Language.VIETNAMESE


def _day(request: HttpRequest, days: list[dt.date]) -> dt.date:
    """The day asked for, by date or by its place on the slider; the newest without either."""
    newest = days[-1] if days else today(clock.now())
    date, place = request.GET.get("date", ""), request.GET.get("at", "")
    try:
        day = days[int(place)] if place and days else dt.date.fromisoformat(date) if date else newest
    except (ValueError, IndexError):
        raise Http404 from None
    if not FIRST_DAY <= day <= today(clock.now()):
        raise Http404
    return day


def _choice(request: HttpRequest, name: str, kind: type[Any], default: Any) -> Any:
    try:
        return kind(request.GET.get(name, default))
    except ValueError:
        raise Http404 from None


@require_GET
def dashboard(request: HttpRequest) -> HttpResponse:
    """The country on a day: one sentence, the map, the ranking, the curve."""
    days = standing.days_with_figures()
    day = _day(request, days)
    system = _choice(request, "system", System, System.on(day))
    if day >= NATION_34.since and system is System.PROVINCES_63:
        system = System.PROVINCES_34
    measure = _choice(request, "by", Measure, Measure.POPULATION)
    ranking = standing.provinces_on(day, system, measure)
    nation = NATION_63 if System.on(day) is System.PROVINCES_63 else NATION_34
    figure = _newest(standing.counts_of_unit(nation, day))
    at = max((place for place, other in enumerate(days) if other <= day), default=0)
    language = _language()
    context = {
        "nav": "rollout",
        "lead": _national_sentence(nation, figure, language),
        "shown_day": say_date(day, language),
        "day": day,
        "at": at,
        "last": len(days) - 1,
        "days": [(place, say_date(each, language)) for place, each in enumerate(days)],
        "system": system.value,
        "both_systems": day < NATION_34.since,
        "by": measure.value,
        "measures": [(each.value, _measure_name(each)) for each in Measure],
        "shapes": _shapes(ranking, system, language),
        "map_sentence": _map_sentence(ranking, language),
        "rows": [_row(each, language) for each in ranking.standings],
        "base": ", ".join(_vintage(vintage, language) for vintage in ranking.vintages),
        "nation": str(nation.code),
        "has_curve": figure is not None,
    }
    return render(request, "campaigns/dashboard.html", context)


def _measure_name(measure: Measure) -> str:
    return {
        Measure.POPULATION: _("of the population"),
        Measure.SMARTPHONES: _("of smartphones"),
        Measure.ADULTS: _("of adults"),
    }[measure]


def _vintage(vintage: str, language: Language) -> str:
    found = catalogue.figures().vintages[vintage]
    return _("%(id)s (as of %(date)s)") % {"id": found.id, "date": say_date(found.as_of, language)}


def _national_sentence(nation: Unit, figure: Count | None, language: Language) -> str:
    if figure is None or figure.installs is None:
        return _("There is no figure for the whole country on or before this day.")
    people = catalogue.figures().every(nation, Measure.POPULATION)
    said = {"installs": say_number(figure.installs, language), "date": say_date(figure.date, language)}
    if not people:
        return _("%(installs)s installations in the whole country on %(date)s.") % said
    said["share"] = say_share(figure.installs / people[0].value, language, 1)
    return _("%(installs)s installations on %(date)s: %(share)s of the population.") % said


def _map_sentence(ranking: Ranking, language: Language) -> str:
    if not ranking.ranked:
        return _("No province has a figure within a week of this day.")
    first = ranking.ranked[0]
    return _("Highest: %(unit)s with %(share)s. %(known)s of %(all)s provinces have a figure.") % {
        "unit": first.unit.name,
        "share": say_share(first.share or 0, language),
        "known": len(ranking.ranked),
        "all": len(ranking.standings),
    }


def _shapes(ranking: Ranking, system: System, language: Language) -> list[dict[str, Any]]:
    by_digits = {each.unit.code.digits: each for each in ranking.standings}
    return [
        {
            "path": shape.path,
            "shade": maps.shade(found.share if found.rank else None),
            "title": f"{found.unit.name}: {say_share(found.share, language) if found.rank else _('no figure')}",
        }
        for shape in maps.shapes(system)
        if (found := by_digits.get(shape.digits)) is not None
    ]


def _row(each: Standing, language: Language) -> dict[str, Any]:
    ranked = each.rank is not None
    return {
        "rank": each.rank if ranked else "",
        "tied": each.tied,
        "code": str(each.unit.code),
        "name": say_unit(each.unit, language),
        "count": say_number(each.count, language) if each.count is not None else "",
        "share": say_share(each.share or 0, language) if ranked else "",
        "bar": f"{min(100.0, float(each.share or 0) * 100):.1f}" if ranked else "",
        "gain": say_change(each.gain, language) if each.gain is not None else "",
        "points": say_points(each.points, language) if each.points is not None else "",
        "places": each.places,
        "missing": "" if ranked else _("no figure"),
    }


def _unit(code: str, day: dt.date) -> Unit:
    try:
        parsed = UnitCode.parse(code)
        gazetteer = catalogue.provinces() if parsed.level <= Level.PROVINCE else catalogue.all_units()
        return gazetteer.unit(parsed, day)
    except GeographyError:
        raise Http404 from None


@require_GET
def unit_page(request: HttpRequest, code: str) -> HttpResponse:
    """A unit on a day: its sentence, its curve, the units under it, and every figure with its source."""
    day = _day(request, standing.days_with_figures())
    unit = _unit(code, day)
    counts = standing.counts_of_unit(unit, day)
    figure = _newest(counts)
    hidden = standing.hidden_days(unit, counts, day)
    language = _language()
    below = catalogue.all_units().children(unit.code, day) if unit.level < Level.COMMUNE else ()
    ranking = standing.ranking_of(below, day, Measure.POPULATION) if below else None
    above = catalogue.all_units().ancestors(unit, day)
    people = catalogue.figures().every(unit, Measure.POPULATION)
    context = {
        "nav": "rollout",
        "unit": say_unit(unit, language),
        "code": code,
        "day": day,
        "lead": _unit_sentence(figure, people[0].value if people else None, hidden, language),
        "above": [(str(each.code), say_unit(each, language)) for each in above if each.level is not Level.NATION],
        "rows": _children_rows(ranking, language)
        if ranking and any(each.count is not None for each in ranking.standings)
        else [],
        "below": len(below),
        "history": [
            {
                "date": say_date(count.date, language),
                "count": _("hidden") if count.date in hidden else _said(count.installs, language),
                "source": count.source,
                "linked": count.source.startswith(("https://", "http://")),
            }
            for count in reversed(counts)
        ],
        "has_curve": len(_points(counts, hidden)) > 1,
        "today": say_date(day, language),
    }
    return render(request, "campaigns/unit.html", context)


def _said(count: int | None, language: Language) -> str:
    return "" if count is None else say_number(count, language)


def _unit_sentence(figure: Count | None, people: int | None, hidden: set[dt.date], language: Language) -> str:
    if figure is None or figure.installs is None:
        return _("There is no figure yet.")
    if figure.date in hidden:
        return _("The figure is too small to show: it could tell who has the app.")
    said = {"installs": say_number(figure.installs, language), "date": say_date(figure.date, language)}
    if not people:
        return _("%(installs)s installations on %(date)s.") % said
    said["share"] = say_share(figure.installs / people, language)
    return _("%(installs)s installations on %(date)s: %(share)s of the population.") % said


def _children_rows(ranking: Ranking, language: Language) -> list[dict[str, Any]]:
    """As in the country's table, but a count from which a person could be told is hidden, with its share and gain."""
    counts = {
        str(each.unit.code): (each.count, each.base.value if each.base else None)
        for each in ranking.standings
        if each.count is not None
    }
    shown = suppression.shown_children(counts)
    hidden = {"count": _("hidden"), "share": "", "bar": "", "gain": "", "points": "", "rank": "", "places": None}
    rows = [_row(each, language) for each in ranking.standings]
    return [row | hidden if row["code"] in shown and shown[row["code"]] is None else row for row in rows]


def _newest(counts: list[Count]) -> Count | None:
    """The figure a sentence is about: of the newest day, and of that the largest, as in the curve and the ranking."""
    known = [count for count in counts if count.installs is not None]
    return max(known, key=lambda count: (count.date, count.installs or 0)) if known else None


def _points(counts: list[Count], hidden: set[dt.date]) -> list[Point]:
    """One total a day: the largest, where sources differ; none where it must not be shown."""
    totals: dict[dt.date, int] = {}
    for count in counts:
        if count.installs is not None and count.date not in hidden:
            totals[count.date] = max(count.installs, totals.get(count.date, 0))
    return [Point(date, total) for date, total in sorted(totals.items())]


@require_GET
@_for_a_while
def curve(request: HttpRequest, code: str) -> HttpResponse:
    """The curve of a unit up to a day, with a forecast of two weeks and its 80 % band, as SVG."""
    day = _day(request, standing.days_with_figures())
    unit = _unit(code, day)
    counts = standing.counts_of_unit(unit, day)
    points = _points(counts, standing.hidden_days(unit, counts, day))
    people = catalogue.figures().every(unit, Measure.POPULATION)
    if len(points) < 2:
        raise Http404
    ceiling = people[0].value if people else None
    outlook = forecast(points, as_of=day, horizon_days=_FORECAST_DAYS, ceiling=ceiling) if len(points) > 2 else None
    drawn = charts.svg(charts.curve(points, outlook, language=_language(), size=charts.Size(width=640, height=240)))
    return HttpResponse(drawn, content_type="image/svg+xml")
