"""Serve the graph of contacts (what the browser draws, the table with the same facts, numbers) and the line list.
Pseudonyms only."""

from __future__ import annotations

import datetime as dt
from collections import Counter, defaultdict
from typing import Any, ClassVar
from urllib.parse import urlencode

from django import forms
from django.core.paginator import Paginator
from django.http import HttpRequest, QueryDict
from django.urls import reverse
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from bluezone.authority.epidemiology import graph, outbreaks
from bluezone.authority.epidemiology.graph import Cluster, Filter, Shape
from bluezone.authority.epidemiology.graph_texts import (
    found_text,
    lead,
    level_name,
    numbers,
    short_day,
    short_state,
    state_text,
)
from bluezone.authority.epidemiology.tables import Line, Outbreak
from bluezone.authority.episodes import queries
from bluezone.authority.episodes.forms import wait_text
from bluezone.authority.episodes.rules import Wait
from bluezone.authority.episodes.words import FoundBy
from bluezone.authority.officers import scope
from bluezone.authority.officers.generic import Filters, OfficerPage
from bluezone.authority.officers.pages import office_name
from bluezone.authority.persons.rules import read_pseudonym
from bluezone.authority.site import clock
from bluezone.authority.site.language import number_text
from bluezone.authority.site.registries import Link

#: shown without being asked for; at most
DAYS, MOST_DAYS = 28, 92
ROWS, CLUSTERS, MOST_CLUSTERS, SOURCES = 100, 12, 100, 3


class GraphFilters(Filters):
    """Choose who is shown; a choice that there is no more asks for nothing."""

    labels: ClassVar = {
        "place": _("Office"),
        "level": _("Level"),
        "waits": _("Waits for"),
        "found": _("Found"),
        "cluster": _("Cluster"),
        "from": pgettext_lazy("days", "From"),
        "to": pgettext_lazy("days", "To"),
    }

    def __init__(self, data: QueryDict, offered: dict[str, list[tuple[str, str]]]) -> None:
        self.offered = offered
        super().__init__(data)

    def prepare(self) -> None:
        """Offer what there is to choose."""
        for name, label in self.labels.items():
            choices = self.offered[name]
            if name not in ("from", "to"):
                choices = [("", gettext("all")), *choices]
            if len(choices) > 2 or self.data.get(name):
                self.fields[name] = forms.ChoiceField(label=label, choices=choices, required=False)

    def wanted(self, day: dt.date | None) -> Filter:
        """Return the filter that is asked for, of one day or all."""
        self.full_clean()
        found = self.cleaned_data.get
        level, waits, by, cluster = found("level"), found("waits"), found("found"), found("cluster")
        return Filter(
            place=found("place") or "",
            first=day,
            last=day,
            level=int(level) if level else None,
            waits=waits if waits and waits != "any" else "",
            waiting=waits == "any",
            found_by=FoundBy(by) if by else None,
            cluster=int(cluster) if cluster else None,
        )


class Asked:
    """Hold what the address of a graph asks for: days, filter, somebody by pseudonym; and the people it leaves."""

    def __init__(self, request: HttpRequest, today: dt.date) -> None:
        asked = request.GET
        self.query = {
            name: asked[name] for name in ("place", "waits", "found", "cluster", "from", "to") if name in asked
        }
        self.first, self.last = _span(asked, today, MOST_DAYS)
        loaded = outbreaks.load(queries.visible(scope.officer(request.user)), self.first, self.last)
        self.whole, self.elsewhere = loaded.outbreak, loaded.elsewhere
        self.clusters = graph.clusters(self.whole)
        self.who = read_pseudonym(asked.get("who", "")[:40]) or ""
        data = asked.copy()
        data["from"], data["to"] = self.first.isoformat(), self.last.isoformat()
        if self.who:  # somebody is shown with their cluster
            keys = {line.key for line in self.whole.lines if line.name == self.who}
            number = next((each.number for each in self.clusters if keys & set(each.people)), None)
            data["cluster"] = str(number or data.get("cluster", ""))
        self.filters = GraphFilters(data, self._offered(today))
        self.shown = graph.chosen(self.whole, self.filters.wanted(_day(asked.get("day", ""))), self.clusters)
        self.sources = _sources(self.shown)

    def _offered(self, today: dt.date) -> dict[str, list[tuple[str, str]]]:
        places = sorted({line.place for line in self.whole.lines if line.place})
        days = sorted({self.first, self.last, *(today - dt.timedelta(days=back) for back in range(MOST_DAYS))})
        spans = [(day.isoformat(), short_day(day)) for day in reversed(days)]
        return {
            "place": [(each, office_name(each, today)) for each in places],
            "level": [(str(each), level_name(each)) for each in range(3)],
            "waits": [("any", gettext("anything")), *((each.value, wait_text(each)) for each in Wait if each.value)],
            "found": [(each.value, found_text(each)) for each in FoundBy],
            "cluster": [(str(each.number), _cluster_name(each)) for each in self.clusters[:MOST_CLUSTERS]],
            "from": spans,
            "to": spans,
        }


class GraphPage(OfficerPage):
    """Show who met whom, on which days, and who waits for what."""

    access = scope.confirming_cases
    nav, template_name = "graph", "epidemiology/graph.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Return the drawing, the table with the same facts, and the numbers beside it."""
        asked = Asked(self.request, today := clock.today())
        shown, drawing = asked.shown, graph.drawing(asked.shown)
        in_order = sorted(shown.lines, key=lambda line: (-line.day.toordinal(), line.level, line.name, line.key))
        page = Paginator(in_order, graph.MOST_SHAPES if not drawing.folded else ROWS).get_page(
            self.request.GET.get("page")
        )
        counts = Counter(line.waits for line in shown.lines)
        context: dict[str, Any] = {
            "lead": lead(shown),
            "first": asked.first,
            "last": asked.last,
            "today": today,
            "anybody": bool(asked.whole.lines),
            "shown": bool(shown.lines),
            "folded": drawing.folded,
            "most": graph.MOST_SHAPES,
            "elsewhere": asked.elsewhere,
            "drawn": _drawn(drawing, asked),
            "rows_drawn": max((shape.row for shape in drawing.shapes), default=0),
            "page": page,
            "rows": [_row(line, asked.sources[line.key]) for line in page],
            "who": asked.who,
            "filters": asked.filters,
            "waiting": [
                (each.value, wait_text(each), number_text(counts[each])) for each in Wait if each and counts[each]
            ],
            "clusters": [_cluster(each, asked) for each in asked.clusters[:CLUSTERS]],
            "more_clusters": max(len(asked.clusters) - CLUSTERS, 0),
            **numbers(shown),
        }
        return super().get_context_data(**context | kwargs)


def link_of_person(pseudonym: str) -> Link:
    """Return the way from a pseudonym to the graph of contacts."""
    return Link(f"{reverse('epidemiology:graph')}?who={pseudonym}", gettext("In the contact graph"))


def _span(asked: QueryDict, today: dt.date, most: int) -> tuple[dt.date, dt.date]:
    """Return the first and last day asked for; what is none, or turned around, is left out."""
    last = min(_day(asked.get("to", "")) or today, today)
    usual = last - dt.timedelta(days=DAYS - 1)
    first = _day(asked.get("from", "")) or usual
    return (max(first, last - dt.timedelta(days=most - 1)) if first <= last else usual), last


def _day(text: str) -> dt.date | None:
    try:
        found = dt.date.fromisoformat(text)
    except ValueError:
        return None
    return found if found.year > 1900 else None


def _sources(shown: Outbreak) -> dict[str, list[str]]:
    """Return the names of whom each met, each once."""
    lines, found = shown.by_key(), defaultdict[str, list[str]](list)
    for tie in shown.ties:
        name = lines[tie.source].name or gettext("another office’s")
        if name not in found[tie.target]:
            found[tie.target].append(name)
    return found


# --- the drawing ------------------------------------------------------------------------------------------------------


def _drawn(drawing: graph.Drawing, asked: Asked) -> dict[str, Any]:
    """Return what the script draws: columns, days from which row on, shapes with their words, which are joined."""
    days: dict[dt.date, int] = {}
    for shape in drawing.shapes:
        days.setdefault(shape.day, shape.row)
    headings = [gettext("F0 · cases"), gettext("F1 · near an F0"), gettext("F2 · near an F1")]
    levels = sorted({shape.level for shape in drawing.shapes} | {0, 1})
    return {
        "columns": [{"level": level, "name": headings[level], "short": level_name(level)} for level in levels],
        "days": [{"row": row, "name": short_day(day)} for day, row in days.items()],
        "shapes": [_shape(shape, asked, folded=drawing.folded) for shape in drawing.shapes],
        "lines": [{"source": one, "target": other, "sure": sure} for (one, other), sure in drawing.joined.items()],
    }


def _shape(shape: Shape, asked: Asked, *, folded: bool) -> dict[str, Any]:
    made = {"id": shape.key, "level": shape.level, "row": shape.row}
    if (line := shape.one) is not None:
        return made | {
            "unsure": not line.confirmed or line.hidden,
            "todo": bool(line.waits),
            "who": line.name != "" and line.name == asked.who,
            "name": line.name,
            "short": line.name[2:6],
            "state": state_text(line),
            "brief": short_state(line),
            "address": _address(line) if folded else f"#r-{line.key}",
            "label": _label(line, asked.sources[line.key]),
        }
    count, waiting = number_text(len(shape.people)), number_text(shape.waiting)
    state = gettext("%(n)s wait") % {"n": waiting} if shape.waiting else ""
    values = {"count": count, "level": level_name(shape.level), "day": short_day(shape.day), "waiting": waiting}
    said = gettext("%(count)s people, %(level)s, %(day)s, %(waiting)s of them wait for something")
    return made | {
        "unsure": not all(line.confirmed for line in shape.people),
        "todo": bool(shape.waiting),
        "who": False,
        "name": gettext("%(count)s people") % {"count": count},
        "short": f"× {count}",
        "state": state,
        "brief": state,
        "address": f"?{urlencode(_narrowed(asked, shape))}#people",
        "label": said % values,
    }


def _narrowed(asked: Asked, shape: Shape) -> dict[str, str]:
    """Return the query that shows the people of a shape alone."""
    days = {line.day for line in shape.people}
    first, last = min(days).isoformat(), max(days).isoformat()
    return (
        asked.query | {"level": str(shape.level)} | ({"day": first} if first == last else {"from": first, "to": last})
    )


def _label(line: Line, sources: list[str]) -> str:
    """Return all that a drawn person says, for who does not see the drawing."""
    parts = [f"{level_name(line.level)} {line.name}".strip(), short_day(line.day)]
    if sources:
        parts.append(gettext("near %(names)s") % {"names": ", ".join(sources[:SOURCES])})
    if not line.hidden:
        parts.append(gettext("confirmed") if line.confirmed else gettext("not confirmed"))
    parts.append(state_text(line))
    return ", ".join(part for part in parts if part)


def _address(line: Line) -> str:
    if line.hidden:
        return "#people"
    if line.level == 0 and line.case:
        return reverse("diagnosis:detail", args=(line.case,))
    return reverse("episodes:episode", args=(line.key,))


# --- the table and what stands beside ---------------------------------------------------------------------------------


def _row(line: Line, sources: list[str]) -> dict[str, Any]:
    return {
        "line": line,
        "level": level_name(line.level),
        "address": "" if line.hidden else _address(line),
        "near": ", ".join(sources[:SOURCES]),
        "more": number_text(len(sources) - SOURCES) if len(sources) > SOURCES else "",
        "found": found_text(line.found_by),
        "state": state_text(line),
        "todo": bool(line.waits),
    }


def _cluster_name(each: Cluster) -> str:
    return gettext("%(number)s: %(people)s people, from %(first)s to %(last)s") % {
        "number": each.number,
        "people": number_text(len(each.people)),
        "first": short_day(each.first),
        "last": short_day(each.last),
    }


def _cluster(each: Cluster, asked: Asked) -> dict[str, Any]:
    span = {name: value for name, value in asked.query.items() if name in ("from", "to")}
    return {
        "number": each.number,
        "address": f"?{urlencode(span | {'cluster': str(each.number)})}",
        "people": number_text(len(each.people)),
        "cases": number_text(each.cases),
        "first": short_day(each.first),
        "last": short_day(each.last),
        "sites": len(each.sites),
    }
