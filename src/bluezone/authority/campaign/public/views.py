"""Serve the public pages of the roll-out: the country, a unit, its curve. No login; what could identify a person is
hidden."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from bluezone.authority.campaign.figures import reader
from bluezone.authority.campaign.figures.presenters import order_text, source_text
from bluezone.authority.campaign.orders import progress
from bluezone.authority.campaign.orders.models import Target
from bluezone.authority.campaign.orders.presenters import base_choices
from bluezone.authority.campaign.orders.queries import denominators_of, people_of, target_of
from bluezone.authority.campaign.public import curves, maps, sentences
from bluezone.authority.campaign.public.days import chosen, chosen_day, days_of_pages, days_of_unit, slider, unit_on
from bluezone.authority.campaign.public.freshness import public_page
from bluezone.authority.campaign.public.listing import Listing
from bluezone.authority.officers import scope
from bluezone.authority.officers.jurisdiction import Role, place_of
from bluezone.authority.site import clock
from bluezone.authority.site.language import page_language
from bluezone.geography import catalogue
from bluezone.geography.country import country
from bluezone.geography.figures import Measure
from bluezone.geography.units import Level, Unit, nation_on
from bluezone.i18n import Language, format_date
from bluezone.rollout import suppression
from bluezone.rollout.chance import chance_of_target, most_of
from bluezone.rollout.directives import Base
from bluezone.rollout.ranking import Ranking
from bluezone.rollout.series import Series
from bluezone.rollout.texts import unit_name
from bluezone.rollout.wording import status_text

#: figures listed without being asked for all; units named as behind
_LISTED, _NAMED = 20, 10


@require_GET
@public_page
def dashboard(request: HttpRequest) -> HttpResponse:
    """Show the country on a day: one sentence, the map, the ranking, the curve."""
    days = days_of_pages()
    day = chosen_day(request, days)
    language = page_language()
    systems = {each.id: each for each in country().systems if each.until is None or day <= each.until}
    asked = request.GET.get("system", country().on(day).id)
    if not any(each.id == asked for each in country().systems):
        raise Http404
    system = systems.get(asked, country().on(day))
    measure = chosen(request, "by", Measure, Measure.POPULATION)
    ranking = reader.provinces_on(day, system, measure)
    nation = nation_on(day)
    series, rows = reader.whole_series(nation.code, day), sentences.rows_of(ranking)
    people = people_of(nation, day)
    context = slider(days, day) | {
        "nav": "rollout",
        "lead": sentences.lead(series.figure, people.value if people else None, nation=True),
        "used": sentences.used(series, people.value if people else None),
        "system": system.id,
        "systems": [(each.id, each.names[language]) for each in systems.values()],
        "by": measure.value,
        "measures": [(base, name) for base, name in base_choices() if base != Base.HEADCOUNT],
        "shapes": sentences.map_shapes(rows, system.id),
        "box": maps.WHOLE,
        "insets": maps.has_insets(),
        "map_sentence": sentences.of_the_map(ranking),
        "map_source": sentences.class_of_most(rows),
        **sentences.table(rows, day, Listing(request.GET)),
        "has_printed": any(each.printed_rank for each in ranking.rows),
        "table_sentence": sentences.of_the_table(ranking),
        "base": sentences.vintages(ranking, reader.denominators()),
        "code": str(nation.code),
        "curve_day": day,
        "has_curve": len(series.counts) > 1,
        "order": order_text(),
        **sentences.source_of(series),
    }
    return render(request, "public/dashboard.html", context)


def _of_unit(request: HttpRequest, code: str) -> tuple[Unit, dt.date, list[dt.date], Series]:
    """Return the unit a page is about, the day, the days of its figures, and its series up to the day."""
    ever = unit_on(code, None)
    days = days_of_pages() if ever.level is Level.NATION else days_of_unit(ever)
    if not days and "date" not in request.GET:
        day = min(ever.until or clock.today(), clock.today())
    else:
        day = chosen_day(request, days)
    unit = unit_on(code, day)
    return unit, day, days, reader.whole_series(unit.code, day)


@require_GET
@public_page
def unit_page(request: HttpRequest, code: str) -> HttpResponse:
    """Show a unit on a day: its sentence, its place on the map, its curve, the units under it, figures with their
    source."""
    unit, day, days, series = _of_unit(request, code)
    sisters, below = reader.sisters_of(unit, day), reader.children_of(unit, day)
    figures = denominators_of([unit, *sisters, *below], day)
    hidden = reader.hidden_days(unit, series, sisters, figures)
    language = page_language()
    ranking = reader.ranking_of(below, day, Measure.POPULATION, figures) if below else None
    base = figures.on(unit, Measure.POPULATION, day)
    people = base.value if base else None
    figure = series.figure
    above = catalogue.all_units().ancestors(unit)
    context = slider(days, day) | {
        "nav": "rollout",
        "unit": unit_name(unit, language),
        "code": code,
        "lead": sentences.lead(figure, people, hidden),
        "used": sentences.used(series, people, hidden),
        "base": sentences.vintages(ranking, figures) if ranking else sentences.people_text(base),
        "above": [(str(each.code), unit_name(each, language)) for each in above if each.level is not Level.NATION],
        **_relatives(unit, day, language),
        "below": len(below),
        "has_curve": len(curves.points(series, hidden, people)) > 1,
        "curve_day": day,
        "sees_all": _is_officer_of(request, unit),
        "order": order_text(),
        **sentences.source_of(series),
    }
    context |= _listed(request, series, people, hidden) | _under(ranking)
    context |= _map(unit, day, ranking, context["rows"])
    context |= sentences.table(context["rows"], day, Listing(request.GET))
    if context["rows"]:
        context |= curves.of_units(below, day)
    if context["rows"] and ranking is not None:
        context["table_sentence"] = sentences.of_the_table(ranking)
        if not any(row["hidden"] for row in context["rows"]):  # or what is hidden would follow from the sum
            context["parts_sentence"] = sentences.parts_and_whole(ranking, figure)
    is_shown = figure is None or (
        figure.date not in hidden and suppression.disclosed(figure.installs or 0, people) is not None
    )
    if is_shown and (target := target_of(unit.code, day)) is not None:
        chance = chance_of_target(
            curves.points(series, hidden, people),
            target=target.installs,
            deadline=target.directive.deadline,
            as_of=day,
            most=most_of(unit, figures, day, people, series.total),
            orders=(target.directive.issued,),
        )
        context |= _goal(target, series, chance, below, context["rows"])
    return render(request, "public/unit.html", context)


def _is_officer_of(request: HttpRequest, unit: Unit) -> bool:
    """Return whether the reader is an officer who may see every figure of the unit, and its bulletins."""
    own = scope.jurisdiction(request.user)
    return own is not None and own.role is not Role.UNIT_HEAD and own.may_see(place_of(unit.code))


def _listed(request: HttpRequest, series: Series, people: int | None, hidden: set[dt.date]) -> dict[str, Any]:
    """List the newest figures of the series with their sources, or all of them where they are asked for."""
    language, counts = page_language(), series.counts
    every = "figures" in request.GET
    shown = counts if every else counts[-_LISTED:]
    return {
        "more": 0 if every else len(counts) - len(shown),
        "history": [
            {
                "date": format_date(count.date, language),
                "count": sentences.shown_count(count, people, hidden),
                "source": source_text(count.origin, count.source),
                "address": count.source,
                "linked": count.source.startswith(("https://", "http://")),
            }
            for count in reversed(shown)
        ],
    }


def _map(unit: Unit, day: dt.date, ranking: Ranking | None, rows: Sequence[sentences.Row]) -> dict[str, Any]:
    """Return a province as the map of its districts; before its system was in force, of what it was made of."""
    if unit.level is not Level.PROVINCE:
        return {}
    if ranking is not None and ranking.rows[0].unit.level is Level.PROVINCE:
        own = {each.unit.code.digits for each in ranking.rows}
        before = ranking.rows[0].unit.code.system
        return {
            "shapes": [each for each in sentences.map_shapes(rows, before) if each],
            "box": maps.box_of(before, own),
            "map_title": _("The provinces it was made of"),
            "map_sentence": sentences.of_the_map(ranking),
            "map_source": sentences.class_of_most(rows),
        }
    whole = reader.provinces_on(day, country().system(unit.code.system), Measure.POPULATION)
    rank = sentences.rank_among(whole, unit)
    drawn = maps.districts(unit.code, day)
    if drawn is not None and (shapes := sentences.district_shapes(drawn, rows)):
        return {
            "shapes": shapes,
            "box": drawn.box,
            "of_districts": True,
            "archipelago": drawn.archipelago,
            "corner": drawn.corner,
            "map_title": _("Installations by district"),
            "map_sentence": rank,
            "map_source": sentences.class_of_most(rows),
            "tiles": [],
        }
    provinces = sentences.rows_of(whole)
    return {
        "shapes": sentences.map_shapes(provinces, unit.code.system, {unit.code.digits}),
        "box": maps.WHOLE,
        "insets": maps.has_insets(),
        "map_title": _("Where it lies, and how it stands"),
        "map_sentence": rank,
        "map_source": sentences.class_of_most(provinces),
    }


def _under(ranking: Ranking | None) -> dict[str, Any]:
    """Return the units below, ranked, and again as tiles in the order of their codes, where neighbours are
    neighbours."""
    if ranking is None or all(each.count is None for each in ranking.rows):
        return {"rows": [], "tiles": [], "coloured": False}
    rows = sentences.rows_of(ranking)
    provinces = ranking.rows[0].unit.level is Level.PROVINCE
    tiles = [] if provinces else sorted(rows, key=lambda row: row["code"])
    return {"rows": rows, "tiles": tiles, "coloured": any(row["share"] for row in rows)}


def _goal(
    target: Target, series: Series, chance: float | None, below: Sequence[Unit], rows: list[dict[str, Any]]
) -> dict[str, Any]:
    """Return what the order in force takes, its chance, and who below is behind. A unit whose count is hidden is not
    named with numbers."""
    own = progress.of_unit(target, series)
    hidden = {row["code"] for row in rows if row["hidden"]}
    late = [each for each in progress.behind(target, below, series.day) if str(each[0].code) not in hidden]
    return {
        "goal": sentences.goal(target, own, chance),
        "goal_status": status_text(own.pace.status, page_language()),
        "goal_kind": own.pace.status.value.replace(" ", "-"),
        "behind": [sentences.behind_row(unit, each) for unit, each in late[:_NAMED]],
        "behind_all": len(late),
    }


def _relatives(unit: Unit, day: dt.date, language: Language) -> dict[str, Any]:
    """Return the same land in the systems before and after: what became of it and since when, or what it was made of
    and until when."""
    if unit.level is not Level.PROVINCE:
        return {}
    gazetteer = catalogue.provinces()
    became = gazetteer.successors(unit.code)
    codes = [each.successor for each in became] or reader.parts_of(unit.code)
    if not codes:
        return {}
    changed = became[0].date if became else reader.last_before(unit.code)
    on = day if became else min(day, changed)
    named = [
        {"code": str(each), "name": unit_name(gazetteer.unit(each), language), "date": on.isoformat()} for each in codes
    ]
    return {"relatives": named, "became": bool(became), "changed": format_date(changed, language)}


@require_GET
@public_page
def curve(request: HttpRequest, code: str) -> HttpResponse:
    """Draw the curve of a unit up to a day, with a forecast of two weeks, its 80 % band and the target, as SVG."""
    day = chosen_day(request, days_of_pages())
    found = curves.curve_of(unit_on(code, day), day)
    if len(found.points) < 2:
        raise Http404
    language = chosen(request, "lang", Language, page_language())
    variant = chosen(request, "size", curves.Variant, curves.Variant.WIDE)
    return HttpResponse(curves.drawn(found, language, variant), content_type="image/svg+xml")
