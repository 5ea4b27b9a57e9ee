"""Give the public figures as CSV and JSON, with what each column means; pages of other servers may read them (CORS).

Two tables: `day`, the lines of the table and the map of a day, and `series`, the figures of some units over time. They
hold what the pages show: what is suppressed there is suppressed here.
"""

from __future__ import annotations

import datetime as dt
import functools
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET

from bluezone.authority.campaign.figures import reader
from bluezone.authority.campaign.orders.queries import denominators_of
from bluezone.authority.campaign.public import sentences
from bluezone.authority.campaign.public.days import chosen_day, days_of_pages, unit_on
from bluezone.authority.campaign.public.freshness import public_page
from bluezone.authority.device_api.callers import caller
from bluezone.authority.device_api.limits import seconds_to_wait
from bluezone.authority.site import clock
from bluezone.authority.site.language import page_language
from bluezone.geography import catalogue
from bluezone.geography.country import country
from bluezone.geography.figures import Figure, Figures, Measure
from bluezone.geography.units import Level, Unit, nation_on
from bluezone.i18n import format_date
from bluezone.rollout import suppression
from bluezone.rollout.counts import Count
from bluezone.rollout.series import Series
from bluezone.rollout.sources import source_of_people
from bluezone.tables import csv_text

Values = Mapping[str, Any]
_View = Callable[..., HttpResponse]
#: units of one request
MOST_UNITS = 80


@dataclass(frozen=True, slots=True)
class Column:
    """Describe a column: its name, its kind (`text`, `date`, `integer`, `number`, `boolean`), what it means."""

    name: str
    kind: str
    meaning: Any


_UNIT = (
    Column("unit", "text", _("Its code: 63: until June 2025, 34: since; two digits a province, three a district, five "
                             "a commune, VN the country.")),
    Column("name", "text", _("Name of the unit, in Vietnamese.")),
)  # fmt: skip
_FIGURE = (
    Column("installs", "integer", _("Installations so far. Empty: not known, or hidden.")),
    Column("at_least", "boolean", _("The source says “more than”: there were no fewer.")),
    Column("hidden", "boolean", _("The count is not shown: it could tell who has the app.")),
    Column("people", "integer", _("How many people the share is of.")),
    Column("share", "number", _("Installations for each of these people, 0 to 1.")),
    Column("people_source", "text", _("Which count of people that is.")),
    Column("source_class", "text", _("Who says so: ministry, reported (an officer), counted (this server).")),
    Column("source", "text", _("The address of the paper or the number of the letter.")),
)
_AS_OF = Column("as_of", "date", _("The day for which it was asked: no later figure is in it."))
_DATE = Column("date", "date", _("The day of the figure."))
TABLES: dict[str, tuple[Any, tuple[Column, ...]]] = {
    "day": (
        _("The table and the map of a day: the units below one (?within=, else the provinces), ranked."),
        (
            Column("rank", "integer", _("Rank by share; equal shares have equal ranks.")),
            *_UNIT, _AS_OF, _DATE, *_FIGURE,
            Column("points_in_a_week", "number", _("By how much the share grew in a week, 0 to 1.")),
            Column("printed_rank", "integer", _("The rank that a source printed.")),
            Column("printed_on", "date", _("Of which day that rank is.")),
        ),
    ),
    "series": (
        _("Figures over time of the units asked for (?unit=, several times), else of the country and its provinces."),
        (*_UNIT, _AS_OF, _DATE, *_FIGURE),
    ),
}  # fmt: skip


def open_data(view: _View) -> _View:
    """Let pages of other servers read what a view answers, within the general limit of requests; say errors in JSON."""

    @functools.wraps(view)
    def answer(request: HttpRequest, **arguments: Any) -> HttpResponse:
        wait_s = seconds_to_wait("rollout data", caller(request), clock.now(), settings.BLUEZONE.rate_limit)
        if wait_s:
            response: HttpResponse = _refused(gettext("Too many requests."), HTTPStatus.TOO_MANY_REQUESTS)
            response.headers["Retry-After"] = str(wait_s)
        else:
            try:
                response = view(request, **arguments)
            except Http404 as error:
                said = str(error) or gettext("There is no such day, unit or table.")
                response = _refused(said, HTTPStatus.NOT_FOUND)
        response.headers["Access-Control-Allow-Origin"] = "*"
        return response

    return answer


def _refused(said: str, status: HTTPStatus) -> JsonResponse:
    return JsonResponse({"error": said}, status=status, json_dumps_params={"ensure_ascii": False})


@require_GET
@open_data
@public_page
def table(request: HttpRequest, name: str, kind: str) -> HttpResponse:
    """Send a table as CSV, or as JSON with the day, the address of the dictionary and the rows."""
    if name not in TABLES or kind not in ("csv", "json"):
        raise Http404
    day = chosen_day(request, days_of_pages())
    rows = _day_rows(request, day) if name == "day" else _series_rows(request, day)
    if kind == "csv":
        columns = [each.name for each in TABLES[name][1]]
        lines = ([_cell(row[column]) for column in columns] for row in rows)
        return HttpResponse(csv_text([columns, *lines]), content_type="text/csv; charset=utf-8")
    address = request.build_absolute_uri(reverse("public:dictionary"))
    facts = {"as_of": day.isoformat(), "dictionary": address, "rows": list(rows)}
    return JsonResponse(facts, json_dumps_params={"ensure_ascii": False})


def _cell(value: object) -> object:
    return str(value).lower() if isinstance(value, bool) else value


@require_GET
@open_data
@public_page
def dictionary(_request: HttpRequest) -> HttpResponse:
    """Send what each column of each table means, as JSON."""
    facts = {
        name: {"about": str(about), "columns": [{"name": each.name, "type": each.kind, "meaning": str(each.meaning)}
                                                for each in columns]}
        for name, (about, columns) in TABLES.items()
    }  # fmt: skip
    return JsonResponse(facts, json_dumps_params={"ensure_ascii": False})


@require_GET
@public_page
def page(request: HttpRequest) -> HttpResponse:
    """Show the tables, their addresses for a day, and what each column means."""
    day = chosen_day(request, days_of_pages())
    context = {
        "nav": "rollout",
        "day": day,
        "shown_day": format_date(day, page_language()),
        "tables": [(name, about, columns) for name, (about, columns) in TABLES.items()],
    }
    return render(request, "public/data.html", context)


def _day_rows(request: HttpRequest, day: dt.date) -> Iterable[Values]:
    within = request.GET.get("within", "")
    if within:
        units = reader.children_of(unit_on(within, day), day)
        figures = denominators_of(units, day)
        ranking = reader.ranking_of(units, day, Measure.POPULATION, figures)
    else:
        ranking = reader.provinces_on(day, country().on(day), Measure.POPULATION)
    for line, hidden in sentences.disclosed_lines(ranking):
        shown = Count(line.unit.code, line.figure_date or day, line.count, bound=line.bound, source=line.source)
        printed = line.printed_rank
        yield {
            "rank": line.rank,
            **_unit(line.unit),
            "as_of": day.isoformat(),
            "date": line.figure_date.isoformat() if line.figure_date else None,
            **_figure(shown, line.base, hidden=hidden),
            "share": None if line.rank is None else _rounded(line.share),
            "source_class": line.origin.value if line.origin else None,
            "points_in_a_week": _rounded(line.points),
            "printed_rank": printed.rank if printed else None,
            "printed_on": printed.date.isoformat() if printed else None,
        }


def _series_rows(request: HttpRequest, day: dt.date) -> Iterable[Values]:
    units = chosen_units(request.GET.getlist("unit"), day)
    if not units:
        nation = nation_on(day)
        units = [nation, *catalogue.provinces().of_level(Level.PROVINCE, day)]
    for unit, series, base, hidden in shown_series(units, day):
        for count in series.counts:
            number = suppression.disclosed(count.installs or 0, base.value if base else None)
            is_hidden = count.date in hidden or number is None
            shown = Count(unit.code, count.date, None if is_hidden else number, bound=count.bound, source=count.source)
            yield {
                **_unit(unit),
                "as_of": day.isoformat(),
                "date": count.date.isoformat(),
                **_figure(shown, base, hidden=is_hidden),
                "source_class": count.origin.value,
            }


def chosen_units(codes: Sequence[str], day: dt.date) -> list[Unit]:
    """Return the units of an address, each once. Raises Http404 for one that is none, or for too many."""
    if len(codes) > MOST_UNITS:
        raise Http404(gettext("At most %(most)s units at a time.") % {"most": MOST_UNITS})
    return [unit_on(code, day) for code in dict.fromkeys(codes)]


def shown_series(
    units: Collection[Unit], day: dt.date
) -> Iterable[tuple[Unit, Series, Figure | None, Collection[dt.date]]]:
    """Yield the series of units up to a day, how many people each has, and the days that are hidden."""
    found = reader.series_of([each.code for each in units], day, since=dt.date.min)
    for unit in units:
        series = found.get(unit.code) or Series(day)
        sisters: Sequence[Unit] = reader.sisters_of(unit, day) if unit.level >= Level.DISTRICT else ()
        figures: Figures = denominators_of([unit, *sisters], day)
        hidden = reader.hidden_days(unit, series, sisters, figures)
        yield unit, series, figures.on(unit, Measure.POPULATION, day), hidden


def _unit(unit: Unit) -> Values:
    return {"unit": str(unit.code), "name": unit.full_name}


def _figure(count: Count, base: Figure | None, *, hidden: bool) -> Values:
    known = count.installs is not None and base is not None
    return {
        "installs": count.installs,
        "at_least": count.bound,
        "hidden": hidden,
        "people": base.value if base else None,
        "share": _rounded(count.installs / base.value) if known else None,  # type: ignore[operator, union-attr]
        "people_source": source_of_people(base.vintage, page_language()) if base else None,
        "source": count.source or None,
    }


def _rounded(share: Any) -> float | None:
    return None if share is None else round(float(share), 6)
