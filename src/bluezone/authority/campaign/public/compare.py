"""Show places that the reader chooses in one chart: its address is a link to it, and it prints on one page."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from bluezone.authority.campaign.public import sentences
from bluezone.authority.campaign.public.curves import SIZES, Variant, kept_drawing, points, spread
from bluezone.authority.campaign.public.data import chosen_units, shown_series
from bluezone.authority.campaign.public.days import chosen, chosen_day, days_of_pages, slider
from bluezone.authority.campaign.public.freshness import public_page
from bluezone.authority.site.language import page_language, sentence_of
from bluezone.geography import catalogue
from bluezone.geography.errors import GeographyError
from bluezone.geography.units import Level, Unit
from bluezone.i18n import Language, format_date, format_day, format_share
from bluezone.rollout import charts
from bluezone.rollout.series import Point, Series
from bluezone.rollout.texts import as_printed, unit_name

#: so many lines can be told apart
MOST = 6
#: days of the table behind the chart
_DAYS = 6


@dataclass(frozen=True, slots=True)
class Line:
    """Hold a place's line: its totals, and how many people they are among (None: nobody knows)."""

    unit: Unit
    series: Series
    totals: tuple[Point, ...]
    people: int | None
    hidden: frozenset[dt.date]

    def shares(self) -> dict[dt.date, float]:
        """Return the share of the people on each day; empty where nobody knows how many they are."""
        return {each.date: each.total / self.people for each in self.totals} if self.people else {}


def lines_of(units: list[Unit], day: dt.date) -> list[Line]:
    """Return the lines of places up to a day, in the order asked for."""
    found = []
    for unit, series, base, hidden in shown_series(units, day):
        people = base.value if base else None
        found.append(Line(unit, series, points(series, hidden, people), people, frozenset(hidden)))
    return found


@require_GET
@public_page
def page(request: HttpRequest) -> HttpResponse:
    """Show the places of an address (`?unit=63:93&unit=63:92`), with one more that is written by its name (`add`)."""
    days = days_of_pages()
    day, language = chosen_day(request, days), page_language()
    units, problem = _with_added(request, chosen_units(request.GET.getlist("unit"), day), day)
    lines = lines_of(units, day)
    drawn = [line for line in lines if line.shares()]
    steps = spread(sorted({on for line in drawn for on in line.shares()}), _DAYS)
    context = slider(days, day) | {
        "nav": "rollout",
        "problem": problem,
        "typed": request.GET.get("add", "") if problem else "",
        "query": _query(units, day),
        "rows": [
            _row(line, language, steps) | {"without": _query([each for each in units if each != line.unit], day)}
            for line in lines
        ],
        "steps": [format_day(on, language) for on in steps],
        "has_chart": any(len(line.shares()) > 1 for line in drawn),
        "may_add": len(units) < MOST,
        "provinces": [unit_name(each, language) for each in catalogue.provinces().of_level(Level.PROVINCE, day)],
    }
    return render(request, "public/compare.html", context)


def _with_added(request: HttpRequest, units: list[Unit], day: dt.date) -> tuple[list[Unit], str]:
    """Return the units with the one whose name is written, and what is wrong with that."""
    name = request.GET.get("add", "").strip()
    if not name:
        return units[:MOST], ""
    if len(units) >= MOST:
        return units[:MOST], _("At most %(most)s places fit into one chart.") % {"most": MOST}
    try:
        found = catalogue.all_units().find(name[:200], on=day)
    except GeographyError as error:
        return units, sentence_of(error)
    return [*units, *([] if found in units else [found])], ""


def _query(units: list[Unit], day: dt.date) -> str:
    query = QueryDict(mutable=True)
    query.setlist("unit", [str(each.code) for each in units])
    query["date"] = day.isoformat()
    return query.urlencode(safe=":")


def _row(line: Line, language: Language, steps: Sequence[dt.date]) -> dict[str, Any]:
    figure, shares = line.series.figure, line.shares()
    return {
        "code": str(line.unit.code),
        "name": unit_name(line.unit, language),
        "count": sentences.shown_count(figure, line.people, line.hidden) if figure else "",
        "share": as_printed(format_share(list(shares.values())[-1], language), language, bound=line.totals[-1].at_least)
        if shares
        else "",
        "date": format_date(figure.date, language) if figure else "",
        **sentences.source_of(line.series),
        "values": [format_share(shares[on], language) if on in shares else "" for on in steps],
    }


@require_GET
@public_page
def chart(request: HttpRequest) -> HttpResponse:
    """Draw the shares of the places of an address up to a day, as SVG."""
    day = chosen_day(request, days_of_pages())
    language = chosen(request, "lang", Language, page_language())
    variant = chosen(request, "size", Variant, Variant.WIDE)
    lines = lines_of(chosen_units(request.GET.getlist("unit"), day)[:MOST], day)
    shares = {unit_name(line.unit, language): line.shares() for line in lines if line.shares()}
    if not any(len(each) > 1 for each in shares.values()):
        raise Http404
    key = ("compare", shares, language, variant)
    svg = kept_drawing(key, lambda: charts.several(shares, language=language, size=SIZES[variant]))
    return HttpResponse(svg, content_type="image/svg+xml")
